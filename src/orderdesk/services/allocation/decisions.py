"""Why a line got stock or lost some: rows that are only added, each with its rank and reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from orderdesk.models.stock import Decision
from orderdesk.services.allocation.lots import Parts
from orderdesk.store.statements import Row, insertion
from orderdesk.store.work import Work

DECISIONS: Final = insertion(Decision, "id")

ENTRY: Final = "entry"
"""The cause of what an order got when it was placed."""


class Rank(NamedTuple):
    """What a line is ranked by, before its order and number."""

    priority: int = 0
    promised: int = 0
    """1: it has a promise."""
    ranked: str = ""
    """The day by which its goods must leave as promised, else on which they are needed; ISO."""
    entered_at: int = 0


class Served(NamedTuple):
    """Stock that went to a waiting line, or with a quantity below zero was taken from one."""

    order_id: int
    line: int
    product_id: int
    quantity: int
    """Thousandths."""
    warehouse: str
    order: str
    """The order's number."""
    before: int
    """What the line had, in thousandths."""
    needed: str = ""
    """The day, ISO, on which its goods are needed."""
    rank: Rank = Rank()
    wanted: int = 0
    """What it lacked."""
    free: int = 0
    """What nobody had before its turn; below zero what had to be taken from somebody."""
    kept: int = 0
    """What of it had to be left for others, or does not last long enough for the line."""
    lots: Parts = ()
    """Of which lots, where the product has some."""


def returned(order: Row, line: Row, quantity: int, free: int) -> Served:
    """Give that a line of an order gives back so much (thousandths) of what it has."""
    return Served(
        line.order_id,
        line.line,
        line.product_id,
        -quantity,
        line.warehouse,
        order.number,
        line.allocated,
        line.needed,
        rank_of(order, line),
        line.open - line.allocated,
        free,
    )


def rank_of(order: Row, line: Row) -> Rank:
    """Give what a line of an order is ranked by."""
    promised = line.leave_by is not None
    ranked = line.leave_by if promised else line.needed
    return Rank(order.priority, int(promised), ranked, order.entered_at)


def at_entry(
    order: Row,
    lines: Iterable[Row],
    left: Mapping[tuple[int, str], int],
    most: Mapping[tuple[int, str], int],
) -> list[Any]:
    """Give the decisions on what the lines of a new order got.

    `left` is what is free of each product (id) at each warehouse after them, `most` what of it
    may be given today where that is less.
    """
    served = [((line.product_id, line.warehouse), line) for line in lines if line.allocated]
    free: dict[tuple[int, str], int] = {}
    for shelf, line in served:
        free[shelf] = free.get(shelf, left[shelf]) + line.allocated
    places: dict[tuple[int, str], int] = {}
    rows = []
    priority, entered_at, entered_by = order.priority, order.entered_at, order.entered_by
    for shelf, line in served:
        had, got, wanted, leave_by = free[shelf], line.allocated, line.open, line.leave_by
        free[shelf] = had - got
        place = places[shelf] = places.get(shelf, 0) + 1
        # Of lots what does not last long enough for it is as if it were kept.
        kept = had - got if got < wanted else 0
        if shelf in most:
            kept = max(0, left[shelf] - most[shelf])
        rows.append(
            (
                *shelf, line.order_id, line.line, ENTRY, priority, leave_by or line.needed,
                entered_at, wanted, had, got, place, entered_at, entered_by, kept,
                1 if leave_by else 0,
            )
        )  # fmt: skip
    return rows


def keep(work: Work, moved: Iterable[Served], cause: str) -> None:
    """Write why each of these lines got stock or lost some, in the order in which it happened."""
    places: dict[tuple[int, str], int] = {}
    rows = []
    for each in moved:
        shelf = (each.product_id, each.warehouse)
        place = places[shelf] = places.get(shelf, 0) + 1
        rank = each.rank
        rows.append(
            (
                *shelf, each.order_id, each.line, cause, rank.priority, rank.ranked,
                rank.entered_at, each.wanted, each.free, each.quantity, place, work.now,
                work.actor, each.kept, rank.promised,
            )
        )  # fmt: skip
    if rows:
        work.insert(DECISIONS, rows)
