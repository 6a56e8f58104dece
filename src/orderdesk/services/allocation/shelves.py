"""The open lines of a product by rank, a page before or behind any of them.

A list of lines by rank has no index: rank is made of the order's priority and the line's promise.
So a page reads the product's open lines by their index, however few of them it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
)

from orderdesk.domain.backorders import LineKey
from orderdesk.models.customers import Customer
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.services.allocation.ranking import BEST_FIRST, OPEN, RANKED, WORST_FIRST
from orderdesk.store.statements import Row, Statement, statement, table_of
from orderdesk.store.work import Work

_line = table_of(OrderLine).c
_order = table_of(SalesOrder).c
_customer = table_of(Customer).c

_WHOLE: Final = BigInteger().with_variant(BigInteger(), "sqlite")
_LAST: Final = 2**62

_IS_GOODS: Final = _line.kind == literal_column("'product'")
SHORT: Final[ColumnElement[bool]] = literal_column("order_line.open - order_line.allocated > 0")
"""A line that waits for goods, in the words of its index."""


class Which(Enum):
    """Which lines a list has, and in which order."""

    OPEN = "open"
    """All that are open, the best rank first; at any warehouse where none is named."""
    WAITING = "waiting"
    """Those that wait for goods, the best rank first."""
    HOLDING = "holding"
    """Those that have goods, the worst rank first."""


_AT: Final = _line.warehouse == bindparam("place")
_OF: Final[dict[Which, tuple[ColumnElement[bool], ...]]] = {
    Which.OPEN: (or_(_AT, bindparam("place") == literal_column("''")), OPEN),
    Which.WAITING: (_AT, SHORT),
    Which.HOLDING: (_AT, OPEN, _line.allocated > literal_column("0")),
}


def _rank(which: Which) -> ColumnElement[Any]:
    """Give a line's place among those that wait at its warehouse; null where it is not told.

    Those that have goods are but some of the lines of a shelf, so their list knows no ranks.
    """
    if which is Which.HOLDING:
        return null()
    shelf = (_line.warehouse, SHORT)
    return case((SHORT, func.row_number().over(partition_by=shelf, order_by=BEST_FIRST)))


def _page(which: Which, *, before: bool) -> Statement:
    """Declare a page of a list; `stood` is where a line stood that is in it no more."""
    order: Sequence[ColumnElement[Any]] = WORST_FIRST if which is Which.HOLDING else BEST_FIRST
    want = _line.open - _line.allocated
    listed = (
        select(
            func.row_number().over(order_by=order).label("place"),
            _rank(which).label("rank"),
            cast(
                func.coalesce(func.sum(want).over(order_by=order, rows=(None, -1)), 0), _WHOLE
            ).label("before"),
            _order.number,
            _line.line,
            _order.customer_id,
            _order.priority,
            RANKED.label("ranked"),
            _line.promised,
            func.coalesce(_line.promised, _line.requested).label("arrives"),
            _line.needed,
            _line.open,
            _line.allocated,
            _line.warehouse,
        )
        .join_from(table_of(OrderLine), table_of(SalesOrder), _order.id == _line.order_id)
        .where(_line.product_id == bindparam("product"), _IS_GOODS, *_OF[which])
        .cte("listed")
    )
    now = listed.alias("now")
    bound = func.coalesce(
        select(now.c.place + bindparam("skip", type_=_WHOLE))
        .where(now.c.number == bindparam("number"), now.c.line == bindparam("line_no"))
        .scalar_subquery(),
        bindparam("stood", type_=_WHOLE),
    )
    return statement(
        select(listed, _customer.code.label("customer"), _customer.shelf_life)
        .join_from(listed, table_of(Customer), _customer.id == listed.c.customer_id)
        .where(listed.c.place < bound if before else listed.c.place >= bound)
        .order_by(listed.c.place.desc() if before else listed.c.place)
        .limit(bindparam("most"))
    )


PAGES: Final = {
    (which, before): _page(which, before=before) for which in Which for before in (False, True)
}


def page(
    work: Work,
    which: Which,
    product: int,
    warehouse: str,
    key: LineKey | None = None,
    *,
    before: bool = False,
    limit: int,
    including: bool = False,
) -> list[Row]:
    """Give at most `limit` lines of a product (id) behind a line, or with `before` those before it.

    They come in the order of the list either way. With `including` the line's own comes with them.
    A line that is in the list no more stands where it stood; None before the first line, and with
    `before` behind the last.
    """
    asked = {
        "product": product,
        "place": warehouse,
        "number": key.order if key else "",
        "line_no": key.line if key else 0,
        "stood": key.place if key else _LAST if before else 0,
        "skip": int(including if before else not including),
        "most": limit,
    }
    rows = work.run(PAGES[which, before], asked)
    return rows[::-1] if before else rows
