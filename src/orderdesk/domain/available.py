"""Available to promise: what of a product can go on which day, and still be there for all others.

`avail(t)` = free stock + receipts due by t - demand due by t; `ATP(d)` = the least `avail(t)` for t
from d to the replenishment horizon, never below zero, not capped by what was asked. Demand that is
past due counts today; receipts that are past due count tomorrow, for nobody knows a better day.
Stock that is allocated is no longer free, and its lines are no longer demand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Final

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answers:
    """The three answers to "can I have it, and when?", in thousandths of the product's unit."""

    on_day: int
    """What can go on the asked day, however much was asked."""
    all_on: date | None
    """The first day on which all that was asked can go; None where none is known."""
    split: tuple[tuple[date, int], ...]
    """What can go when, so that each part goes as early as it can; not all where it never can."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one product at one place, day by day, in thousandths of its unit."""

    today: date
    free: int
    """On hand, usable and not allocated."""
    receipts: Mapping[date, int]
    demand: Mapping[date, int]
    """What waits, by the day on which it is needed."""
    horizon: date | None
    """Within these days no more can be had than is expected; from the next day on, whatever is
    asked. None: nothing more is ever bought."""

    def available(self) -> list[tuple[date, int]]:
        """Give the days on which what can be promised changes, with what it is from then on.

        Ascending, beginning with today; never negative, never falling.
        """
        come = self._late(self.receipts, self.today + _DAY)
        go = self._late(self.demand, self.today)
        days = sorted({self.today, *come, *go})
        if self.horizon is not None:
            days = [day for day in days if day <= self.horizon]
        levels = list(
            accumulate((come.get(day, 0) - go.get(day, 0) for day in days), initial=self.free)
        )[1:]
        least = list(accumulate(reversed(levels), min))[::-1]
        return [(day, max(0, level)) for day, level in zip(days, least, strict=True)]

    def left(self) -> int:
        """Give what is left of all that is there or expected, once all that waits is served.

        Below zero: so much cannot be served unless more is bought.
        """
        return self.free + sum(self.receipts.values()) - sum(self.demand.values())

    def _late(self, by_day: Mapping[date, int], late: date) -> dict[date, int]:
        """Give quantities by day, with all that is past due on the day `late`."""
        found: dict[date, int] = {}
        for due, quantity in by_day.items():
            day = late if due < self.today else due
            found[day] = found.get(day, 0) + quantity
        return found


def answers(known: Known, quantity: int, asked: date) -> Answers:
    """Give the three answers for a quantity (thousandths) on a day; a past day is today."""
    asked = max(asked, known.today)
    levels = known.available()
    if known.horizon is not None:
        levels.append((known.horizon + _DAY, max(quantity, levels[-1][1])))
    on_day = max(level for day, level in levels if day <= asked)
    split, had = [], 0
    for day, level in levels:
        more = min(quantity, level) - had
        if more > 0:
            split.append((max(day, asked), more))
            had += more
    return Answers(on_day, split[-1][0] if had == quantity and split else None, merged(split))


def merged(parts: Iterable[tuple[date, int]]) -> tuple[tuple[date, int], ...]:
    """Give parts with those of the same day added up."""
    found: dict[date, int] = {}
    for day, quantity in parts:
        found[day] = found.get(day, 0) + quantity
    return tuple(found.items())
