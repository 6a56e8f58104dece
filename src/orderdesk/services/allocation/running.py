"""The run: free stock goes to the lines that wait for it, in pieces, so that no desk waits long."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select

from orderdesk.domain.tracked import LOT
from orderdesk.models.products import Product
from orderdesk.models.stock import Demand, Stock
from orderdesk.services import goods, rights
from orderdesk.services.allocation import serving
from orderdesk.services.allocation.ranking import Horizon, horizon
from orderdesk.store.statements import Row, integer_set, statement, table_of
from orderdesk.store.work import Work

LINES: Final = 100
"""How many lines a piece of the run serves at most."""
PRODUCTS: Final = 20
"""At how many products a piece of the run looks at most."""

_stock = table_of(Stock).c
_demand = table_of(Demand).c
_product = table_of(Product).c

_due = (
    select(_demand.product_id, _product.tracked)
    .distinct()
    .join_from(
        table_of(Demand),
        table_of(Stock),
        (_stock.product_id == _demand.product_id) & (_stock.warehouse == _demand.warehouse),
    )
    .join(table_of(Product), _product.id == _demand.product_id)
    .where(_stock.on_hand > _stock.allocated, _demand.day <= bindparam("last"))
    .order_by(_demand.product_id)
    .limit(bindparam("most"))
)
NEXT: Final = statement(_due.where(_demand.product_id > bindparam("after")))
"""Products of which stock is free while somebody waits for it now."""
NEXT_NAMED: Final = statement(
    _due.where(
        _demand.product_id > bindparam("after"),
        _demand.product_id.in_(select(integer_set("products"))),
    )
)


@dataclass(frozen=True, slots=True)
class Piece:
    """What a piece of the run did."""

    served: int
    products: int
    """Products that were looked at to their end."""
    after: int | None
    """Behind which product (id) the next piece begins; None where nothing is left to do."""


def may(work: Work) -> None:
    """Raise Refused unless the acting user may run the allocation."""
    rights.require_any(work, "nightly", "allocation_move")


def ids(work: Work, products: Sequence[str]) -> tuple[int, ...]:
    """Give the ids of products by their codes or EANs, ascending. Raises NotFound."""
    return tuple(sorted({row.id for row in goods.find(work, products).values()}))


def piece(work: Work, after: int, named: tuple[int, ...], cause: str) -> Piece:
    """Serve some of the lines that wait, of products behind the one with the id `after`.

    Only of the `named` products (ids), or of all where none are. Raises Refused for who may not.
    """
    may(work)
    now = horizon(work)
    rows = _next(work, after, named, now.last)
    left, done = LINES, 0
    for row in rows:
        served = serving.serve_some(work, [row.product_id], _of(now, row), left)
        serving.note(work, served, cause)
        left -= len(served)
        if not left:
            # More of its lines may wait: the next piece begins with it again.
            return Piece(LINES, done, row.product_id - 1)
        done += 1
    return Piece(LINES - left, done, rows[-1].product_id if len(rows) == PRODUCTS else None)


def ahead(work: Work, named: tuple[int, ...]) -> tuple[int, int]:
    """Tell how many lines of how many products a run would serve; it only reads.

    Raises Refused for who may not run the allocation.
    """
    may(work)
    now, after = horizon(work), 0
    served = products = 0
    while rows := _next(work, after, named, now.last):
        for row in rows:
            served += serving.would_serve(work, [row.product_id], _of(now, row))
        products += len(rows)
        after = rows[-1].product_id
    return served, products


def _of(now: Horizon, row: Row) -> Horizon:
    """Give the horizon for one product: with lots, or without."""
    return now._replace(by_lot=frozenset([row.product_id] if row.tracked == LOT else ()))


def _next(work: Work, after: int, named: tuple[int, ...], last: str) -> list[Row]:
    asked = {"after": after, "last": last, "most": PRODUCTS}
    if named:
        return work.run(NEXT_NAMED, {**asked, "products": json.dumps(named)})
    return work.run(NEXT, asked)
