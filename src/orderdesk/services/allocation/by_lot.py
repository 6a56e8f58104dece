"""Serving the lines that wait for a product with lots: by rank, each of lots that last for it.

A line gets the lot that expires first among those that last until its goods arrive and as many
days longer as its customer wants. What lasts for nobody who waits stays free.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, bindparam, func, select

from orderdesk.domain.tracked import LOT
from orderdesk.models.customers import Customer
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.models.stock import LotAllocation
from orderdesk.services.allocation import lots
from orderdesk.services.allocation.decisions import Rank, Served
from orderdesk.services.allocation.lots import Lots
from orderdesk.services.allocation.ranking import (
    BEST_FIRST,
    LATER,
    LINE,
    WORST_FIRST,
    Horizon,
    servable,
)
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

_line = table_of(OrderLine).c
_order = table_of(SalesOrder).c
_customer = table_of(Customer).c
_share = table_of(LotAllocation).c

PIECE: Final = 500
"""How many waiting lines are read at a time."""

_waiting = (
    servable(
        *LINE,
        _customer.shelf_life,
        func.coalesce(_line.promised, _line.requested).label("arrives"),
        LATER.label("later"),
        func.row_number().over(order_by=BEST_FIRST).label("place"),
    )
    .join(table_of(Customer), _customer.id == _order.customer_id)
    .subquery("waiting")
)
_WAITING: Final = statement(
    select(_waiting)
    .where(_waiting.c.place > bindparam("after"))
    .order_by(_waiting.c.place)
    .limit(bindparam("piece"))
)
"""The lines that wait where something is free, the best rank first."""
_HOLDING: Final = statement(
    select(*LINE, _share.quantity.label("share"))
    .select_from(table_of(LotAllocation))
    .join(table_of(OrderLine), and_(_line.order_id == _share.order_id, _line.line == _share.line))
    .join(table_of(SalesOrder), _order.id == _line.order_id)
    .where(
        _share.product_id == bindparam("product"),
        _share.warehouse == bindparam("place"),
        _share.lot == bindparam("of_lot"),
    )
    .order_by(*WORST_FIRST)
)
"""The lines that have something of a lot, the worst rank first."""


class Going(NamedTuple):
    """What goes of one lot in a warehouse, in thousandths."""

    product_id: int
    warehouse: str
    lot: str
    quantity: int


def plan(
    work: Work,
    products: Collection[int],
    now: Horizon,
    most: int | None,
    passed_over: Sequence[int] = (),
) -> list[Served]:
    """Give what waiting lines of these products get, the best rank first, at most so many lines.

    Nothing is changed. Lines beyond the horizon get nothing yet, but what they will want is left.
    """
    free = lots.left(work, products)
    found: list[Served] = []
    kept: dict[lots.Shelf, int] = {}
    for row in _who_waits(work, free, products, now, passed_over):
        shelf = (row.product_id, row.warehouse)
        # What is left for lines before it is free nevertheless: nobody has it yet.
        there = free.all_left(shelf) + kept.get(shelf, 0)
        parts = _taken(free, row, now)
        got = sum(quantity for _, quantity in parts)
        if row.later:
            kept[shelf] = kept.get(shelf, 0) + got
        elif got:
            # What does not last for it is as if it were kept.
            left = there - got if got < row.wanted else kept.get(shelf, 0)
            found.append(_line_of(row, got, there, left, parts))
        if len(found) == most:
            break
    return found


def unclaimed(work: Work, goods: Iterable[Row], now: Horizon) -> Lots:
    """Give what is left of the lots of these products once all who wait have what lasts for them.

    Nothing is read where none of them has lots; who waits, only where stock is free nevertheless.
    """
    ids, kept = set(), set()
    for row in goods:
        if row.tracked == LOT:
            ids.add(row.id)
            if row.kept:
                kept.add(row.id)
    free = lots.left(work, ids) if ids else Lots()
    for row in _who_waits(work, free, kept, now) if kept else ():
        _taken(free, row, now)
    return free


def _who_waits(
    work: Work,
    free: Lots,
    products: Collection[int],
    now: Horizon,
    passed_over: Sequence[int] = (),
) -> Iterator[Row]:
    """Give the lines that wait for these products by rank, as long as anything is left."""
    asked: dict[str, Any] = {
        "products": json.dumps(sorted(products)),
        "passed_over": json.dumps(list(passed_over)),
        "last": now.last,
        "piece": PIECE,
    }
    after = 0
    while any(free.all_left(shelf) for shelf in free.shelves):
        rows = work.run(_WAITING, {**asked, "after": after})
        yield from rows
        if len(rows) < PIECE:
            return
        after = rows[-1].place


def lose(work: Work, going: Sequence[Going]) -> list[Served]:
    """Give what lines lose of lots that go, the worst rank first; what nobody has goes first.

    Nothing is changed yet; the stock is locked.
    """
    free = lots.left(work, {each.product_id for each in going}, over=True)
    rest = {
        (*shelf, each.lot): max(0, each.left)
        for shelf, theirs in free.shelves.items()
        for each in theirs
    }
    found: list[Served] = []
    for each in sorted(going):
        lacking = each.quantity - rest.get(each[:3], 0)
        if lacking <= 0:
            continue
        at = {"product": each.product_id, "place": each.warehouse, "of_lot": each.lot}
        for row in work.run(_HOLDING, at):
            part = min(lacking, row.share)
            if not part:
                break
            found.append(_line_of(row, -part, -lacking, 0, ((each.lot, -part),)))
            lacking -= part
    return found


def _taken(free: Lots, row: Row, now: Horizon) -> lots.Parts:
    """Take off what a line wants of what is left and lasts for it; give what of which lot."""
    until = lots.until(row.arrives, now.today, row.shelf_life)
    return free.take((row.product_id, row.warehouse), until, row.wanted)


def _line_of(row: Row, quantity: int, free: int, kept: int, parts: lots.Parts) -> Served:
    return Served(
        row.order_id,
        row.line,
        row.product_id,
        quantity,
        row.warehouse,
        row.number,
        row.allocated,
        row.needed,
        Rank(row.priority, 1 - row.unpromised, row.ranked, row.entered_at),
        row.wanted,
        free,
        kept,
        parts,
    )
