"""What waits for goods, product by product, and who of those that wait gets what when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from orderdesk.domain.allocation import ShelfLine
from orderdesk.domain.available import Known
from orderdesk.domain.stock import ExpectedGoods

_DAY: Final = timedelta(days=1)

COUNTED: Final = 99
"""Up to how many products that wait are counted."""

Part = tuple[date, int]
"""A day, and so much (thousandths) on it."""


def shares(known: Known, before: int, wants: Sequence[int]) -> list[tuple[Part, ...]]:
    """Give what each of these wants, the best rank first, has when; quantities in thousandths.

    `before` is what better ranks want. What is free goes first, then what comes, day by day, each
    piece to the best rank that still lacks some. Beyond the horizon whatever is asked can be had;
    without one, what never comes is in no part.
    """
    coming = iter([(known.today, known.free), *known.coming()])
    later = None if known.horizon is None else known.horizon + _DAY
    day, left = next(coming)
    found = []
    for number, want in enumerate([before, *wants]):
        parts: dict[date, int] = {}
        while want:
            while not left and (more := next(coming, None)) is not None:
                day, left = more
            if not left or (later is not None and day > later):
                break
            taken = min(want, left)
            parts[day] = parts.get(day, 0) + taken
            want, left = want - taken, left - taken
        if want and later is not None:
            parts[later] = parts.get(later, 0) + want
        if number:
            found.append(tuple(parts.items()))
    return found


class ShelfKey(NamedTuple):
    """Where a product at a warehouse stands among those that wait."""

    needed: str
    """ISO: the first day on which something of it is needed."""
    product: str
    """Its code."""
    warehouse: str


@dataclass(frozen=True, slots=True)
class BackorderView:
    """A product that lines wait for, at one warehouse; quantities in its unit."""

    product: str
    name: str
    unit: str
    warehouse: str
    needed: date
    """The first day on which something of it is needed."""
    waiting: Decimal
    free: Decimal
    """What nobody has; it is kept for lines that were promised it, or are needed later."""
    expected_on: date | None
    """The next day on which some of it comes."""
    promised: date | None
    """The oldest promise among the lines that wait."""
    late: bool
    """Something of it was needed before today."""
    overdue: bool
    """What comes next should have come before today."""


@dataclass(frozen=True, slots=True)
class BackorderPage:
    """Some products that lines wait for, those needed the longest ago first."""

    items: tuple[BackorderView, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class ShelfView:
    """One product at one warehouse: what there is of it, and what comes."""

    product: str
    name: str
    unit: str
    warehouse: str
    on_hand: Decimal
    allocated: Decimal
    free: Decimal
    waiting: Decimal
    expected: Decimal
    supplies: tuple[ExpectedGoods, ...]
    """What is still to come, the next first; at most fifty."""


class LineKey(NamedTuple):
    """Where a line stood in a list by rank, and which one it is."""

    place: int
    order: str
    line: int


@dataclass(frozen=True, slots=True)
class SharePart:
    """So much of what a line waits for, on a day."""

    date: date
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class WaitingLine(ShelfLine):
    """A line that waits for goods: its place among those that wait, and what it gets when."""

    gets: tuple[SharePart, ...]
    """Not all that it waits for where some of it never comes."""
    complete_on: date | None
    """When it has all; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class LinePage:
    """Some lines of a product in the order of their rank."""

    lines: tuple[ShelfLine, ...]
    more: bool
