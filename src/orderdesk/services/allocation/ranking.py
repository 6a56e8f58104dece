"""Who comes first among the lines that want the same goods, and from which day on none does yet.

Rank: priority, then those with a promise before those without one, then the day by which goods must
leave to keep it (else the day on which they are needed), then order time, order and line. A line
whose goods are needed beyond the company's allocation horizon takes no stock yet; those it would
come before must leave it some.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.sql import literal_column

from orderdesk.domain.tracked import LOT
from orderdesk.models.company import Company
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.models.products import Product
from orderdesk.models.stock import Stock
from orderdesk.store.statements import integer_set, statement, table_of
from orderdesk.store.work import Work

_line = table_of(OrderLine).c
_order = table_of(SalesOrder).c
_company = table_of(Company).c
_product = table_of(Product).c
_stock = table_of(Stock).c

UNPROMISED: Final[ColumnElement[int]] = case(
    (_line.leave_by.is_(literal_column("NULL")), literal_column("1", BigInteger)),
    else_=literal_column("0", BigInteger),
)
"""1 where the line never got a promise: what one was promised is not given to the other."""

RANKED: Final[ColumnElement[str]] = func.coalesce(_line.leave_by, _line.needed)
"""The day that ranks a line: by which its goods must leave, or on which they are needed.

Served by it, all that was promised leaves in time: what is promised is told by the same days.
"""

RANK: Final[tuple[ColumnElement[Any], ...]] = (
    _order.priority,
    UNPROMISED.label("unpromised"),
    RANKED.label("ranked"),
    _order.entered_at,
)
"""What a line is ranked by, as columns."""

WANTED: Final[ColumnElement[int]] = _line.open - _line.allocated
"""What a line lacks, in thousandths."""

LINE: Final[tuple[ColumnElement[Any], ...]] = (
    _line.order_id,
    _order.number,
    _line.line,
    _line.product_id,
    _line.warehouse,
    _line.allocated,
    _line.needed,
    *RANK,
    WANTED.label("wanted"),
)
"""A line as it is served, with its rank."""

BEST_FIRST: Final[tuple[ColumnElement[Any], ...]] = (
    _order.priority.desc(),
    UNPROMISED,
    RANKED,
    _order.entered_at,
    _line.order_id,
    _line.line,
)
WORST_FIRST: Final[tuple[ColumnElement[Any], ...]] = (
    _order.priority,
    UNPROMISED.desc(),
    RANKED.desc(),
    _order.entered_at.desc(),
    _line.order_id.desc(),
    _line.line.desc(),
)

OPEN: Final[ColumnElement[bool]] = literal_column("order_line.open > 0")

LATER: Final[ColumnElement[int]] = case(
    (_line.needed > bindparam("last"), literal_column("1", BigInteger)),
    else_=literal_column("0", BigInteger),
)
"""1 where a line's goods are needed behind the `last` day of the horizon (ISO)."""


_WHOLE: Final = BigInteger().with_variant(BigInteger(), "sqlite")


def ahead(quantity: ColumnElement[int], rank: Sequence[ColumnElement[Any]]) -> Any:
    """Give the sum of a quantity over the lines that come earlier at the same shelf."""
    earlier = func.sum(quantity).over(
        partition_by=(_line.product_id, _line.warehouse), order_by=rank, rows=(None, -1)
    )
    return cast(func.coalesce(earlier, 0), _WHOLE)


def servable(*columns: ColumnElement[Any]) -> Select[Any]:
    """Give a select of the lines that wait for `products` (ids) where something of them is free.

    Those of the orders (ids) that are `passed_over` are not among them.
    """
    return (
        select(*columns)
        .select_from(table_of(Stock))
        .join(
            table_of(OrderLine),
            and_(_line.product_id == _stock.product_id, _line.warehouse == _stock.warehouse),
        )
        .join(table_of(SalesOrder), _order.id == _line.order_id)
        .where(
            _stock.product_id.in_(select(integer_set("products"))),
            _stock.on_hand > _stock.allocated,
            OPEN,
            _line.kind == literal_column("'product'"),
            _line.open > _line.allocated,
            _line.order_id.not_in(select(integer_set("passed_over"))),
        )
    )


_HORIZON: Final = statement(
    select(
        _company.business_date,
        _company.allocation_horizon,
        select(func.aggregate_strings(cast(_product.id, Text()), " "))
        .where(_product.id.in_(select(integer_set("products"))), _product.tracked == LOT)
        .scalar_subquery()
        .label("by_lot"),
    )
)


class Horizon(NamedTuple):
    """Which lines take stock by now, and of which products they take it lot by lot."""

    last: str
    """The last day, ISO, within the allocation horizon: what is needed later takes nothing yet."""
    today: str
    by_lot: frozenset[int] = frozenset()
    """Products (ids)."""


def horizon(work: Work, products: Iterable[int] = ()) -> Horizon:
    """Give the allocation horizon, and which of these products (ids) have lots."""
    row = work.run(_HORIZON, {"products": json.dumps(sorted(set(products)))})[0]
    last = within(row.business_date, row.allocation_horizon)
    return Horizon(last, row.business_date, frozenset(map(int, (row.by_lot or "").split())))


@lru_cache(100)
def within(today: str, horizon: int) -> str:
    """Give the last day, ISO, of a horizon of so many days from today (ISO)."""
    return (date.fromisoformat(today) + timedelta(days=horizon)).isoformat()
