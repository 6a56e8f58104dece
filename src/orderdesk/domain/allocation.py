"""Sharing out stock: what is asked and told of it, and the same decisions made again from rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import ClassVar, Final, NamedTuple

from orderdesk.domain.orders import STRICT_KEYS

_DAY: Final = timedelta(days=1)


class Decided(NamedTuple):
    """A decision as it was kept; quantities in thousandths."""

    product_id: int
    warehouse: str
    order_id: int
    line: int
    cause: str
    wanted: int
    """What the line lacked."""
    free: int
    """What nobody had before its turn."""
    kept: int
    """What of it had to be left for others."""
    granted: int
    """What it got; below zero what was taken from it."""
    place: int
    at: int
    """Microseconds UTC: decisions of one shelf and moment were made together."""


def replay(rows: Iterable[Decided]) -> dict[tuple[int, int], int]:
    """Make decisions again, and give what each line (order, line) has had by them in all.

    What was taken or given back is a fact and is taken from the rows. What was granted is not: it
    is worked out anew from what was free at first, what each line wanted and what was kept for
    others, one line after the other.
    """
    held: dict[tuple[int, int], int] = {}
    ordered = sorted(rows, key=lambda row: (*_together(row), row.place))
    for _, group in groupby(ordered, _together):
        free: int | None = None
        for row in group:
            free = row.free if free is None else free
            given = row.granted if row.granted < 0 else max(0, min(row.wanted, free - row.kept))
            free -= given
            key = (row.order_id, row.line)
            held[key] = held.get(key, 0) + given
    return held


def _together(row: Decided) -> tuple[int, str, int, str]:
    return row.product_id, row.warehouse, row.at, row.cause


@dataclass(frozen=True, slots=True)
class RunView:
    """What a run of the allocation did."""

    served: int
    """How many times a waiting line was given stock."""
    products: int
    """Products of which stock was free while somebody waited for it."""
    pieces: int
    """Units of work that it took."""


@dataclass(frozen=True, slots=True)
class ShelfLine:
    """An open order line that has stock of a product, or waits for it."""

    place: int
    """Its place in this list, from 1 on."""
    rank: int | None
    """Its place among those that wait at its warehouse, from 1 on; None where it has all that it
    needs, and in a list of those that have goods."""
    order: str
    line: int
    customer: str
    priority: int
    ranked: date
    """The day that ranks it: by which its goods must leave to keep its promise, else on which they
    are needed."""
    promised: date | None
    needed: date
    """The day on which its goods must be in the warehouse."""
    open: Decimal
    allocated: Decimal
    backordered: Decimal
    warehouse: str


@dataclass(frozen=True, slots=True)
class AheadView:
    """A line that comes earlier than another."""

    order: str
    line: int
    quantity: Decimal
    """What it waits for."""
    rank: int
    ranked_by: str
    """What ranks it, in words: the day by which it must leave, or on which it is needed."""


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision about a line."""

    at: datetime
    actor: str
    cause: str
    quantity: Decimal
    """What it got; below zero what was taken from it."""
    wanted: Decimal
    free: Decimal
    kept: Decimal
    place: int


@dataclass(frozen=True, slots=True)
class ExplainView:
    """Why a line has what it has."""

    order: str
    line: int
    product: str
    warehouse: str
    wanted: Decimal
    """What is open of it."""
    allocated: Decimal
    rank: int | None
    """Its place among those that wait, from 1 on; None where it has all."""
    ranked_by: str
    """What ranks it, in words, as of those before it."""
    ahead: tuple[AheadView, ...]
    """Those before it, the best rank first, as many as are shown."""
    ahead_lines: int
    """How many there are in all."""
    ahead_quantity: Decimal
    """What they wait for together."""
    reason: str
    expected_on: date | None
    """The day on which it has all that it needs; None where nobody knows."""
    decisions: tuple[DecisionView, ...]
    """What was decided about it, the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRequest:
    """Stock that is to be moved from one order line to another."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    order: str
    """The order that loses it."""
    line: int
    to_order: str
    to_line: int
    quantity: str | None = None
    """In the product's unit; None is all that the one has and the other lacks."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SlipView:
    """A line that gets its goods at another day than it would have."""

    order: str
    line: int
    quantity: Decimal
    """What it waits for afterwards."""
    before: date | None
    """The day on which it would have had all; None where nobody knew."""
    after: date | None
    days: int | None
    """By how many days it slips; below zero it gains; None where one of the days is unknown."""
    promised: date | None
    """The day on which it is promised to arrive; None where it has no promise."""
    arrives: date | None
    """The day on which it would arrive now; None where nobody knows."""
    breaks: bool
    """It was promised a day, and would arrive later."""


@dataclass(frozen=True, slots=True)
class MoveView:
    """Stock that was moved from one order line to another."""

    order: str
    line: int
    to_order: str
    to_line: int
    product: str
    warehouse: str
    quantity: Decimal
    reason: str
    slips: tuple[SlipView, ...]
    """Who has the goods later, or sooner, than without the move: the two lines among them."""
