"""Available to promise: what of a product can go on which day, and still be there for all others.

`avail(t)` = free stock + receipts due by t - demand due by t; `ATP(d)` = the least `avail(t)` for t
from d to the replenishment horizon, never below zero, not capped by what was asked. Demand that is
past due counts today; receipts that are past due count today too, for nobody knows a better day.
Stock that is allocated is no longer free, and its lines are no longer demand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate


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
class Supply:
    """What is known of one product at one place, day by day."""

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
        days = sorted({self.today, *self._late(self.receipts), *self._late(self.demand)})
        if self.horizon is not None:
            days = [day for day in days if day <= self.horizon]
        come, go = self._late(self.receipts), self._late(self.demand)
        levels = list(
            accumulate((come.get(day, 0) - go.get(day, 0) for day in days), initial=self.free)
        )[1:]
        least = list(accumulate(reversed(levels), min))[::-1]
        return [(day, max(0, level)) for day, level in zip(days, least, strict=True)]

    def _late(self, by_day: Mapping[date, int]) -> dict[date, int]:
        """Give quantities by day, with what is past due today."""
        found: dict[date, int] = {}
        for day, quantity in by_day.items():
            day = max(day, self.today)
            found[day] = found.get(day, 0) + quantity
        return found


def answers(supply: Supply, quantity: int, asked: date) -> Answers:
    """Give the three answers for a quantity (thousandths) on a day; a past day is today."""
    asked = max(asked, supply.today)
    levels = supply.available()
    if supply.horizon is not None:
        levels.append((supply.horizon + timedelta(days=1), max(quantity, levels[-1][1])))
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
