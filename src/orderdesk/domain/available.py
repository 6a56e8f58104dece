"""Available to promise: what of a product can go on which day, and still be there for all others.

`avail(t)` = free stock + receipts due by t - demand due by t; `ATP(d)` = the least `avail(t)` for t
from d to the replenishment horizon, never below zero, not capped by what was asked. Demand that is
past due counts today; receipts that are past due count tomorrow, for nobody knows a better day.
Stock that is allocated is no longer free, and its lines are no longer demand. Goods with a last day
count until then; those that expire first are taken first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import accumulate
from operator import itemgetter
from typing import Final, NamedTuple

from orderdesk.domain.kits import ONE

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


class Course(NamedTuple):
    """One day of a product at a place, in thousandths of its unit."""

    day: date
    comes: int
    needed: int
    expires: int
    """What nobody takes and was to be used until the day before."""
    left: int
    """What is there at its end and nobody has; below zero so much is lacking."""
    promisable: int
    """What of it can be promised to somebody else from this day on."""


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
    expiring: Mapping[date, int] = field(default_factory=dict)
    """What of the free goods has a last day, by that day."""

    def available(self) -> list[tuple[date, int]]:
        """Give the days on which what can be promised changes, with what it is from then on.

        Ascending, beginning with today; never negative, and falling only where goods expire.
        """
        days, _, _, levels = self._levels()
        least = list(accumulate(reversed(levels), min))[::-1]
        if self.expiring:
            lost = self._lost()
            gone = (sum(n for last, n in lost if last < day) for day in days)
            least = [level - n for level, n in zip(least, gone, strict=True)]
        return [(day, max(0, level)) for day, level in zip(days, least, strict=True)]

    def _lost(self) -> list[tuple[date, int]]:
        """Give what nobody takes before it expires, by its last day; what expires first goes first.

        What is needed later cannot save it, so it is there for whoever asks until then.
        """
        go = self._late(self.demand, self.today)
        found, taken = [], 0
        for last, quantity in sorted(self.expiring.items()):
            needed = sum(n for day, n in go.items() if day <= last) - taken
            part = min(quantity, max(0, needed))
            taken += part
            if quantity > part:
                found.append((last, quantity - part))
        return found

    def course(self) -> list[Course]:
        """Give the days on which something comes, is needed or expires, today first.

        Up to the horizon.
        """
        days, come, go, levels = self._levels()
        over: dict[date, int] = {}
        for last, quantity in self._lost():
            day = max(last + _DAY, self.today) if last < date.max else last
            over[day] = over.get(day, 0) + quantity
        gone = accumulate(over.get(day, 0) for day in days)
        found = zip(days, levels, gone, self.available(), strict=True)
        return [
            Course(
                day, come.get(day, 0), go.get(day, 0), over.get(day, 0), level - lost, promisable
            )
            for day, level, lost, (_, promisable) in found
        ]

    def _levels(
        self,
    ) -> tuple[list[date], Mapping[date, int], Mapping[date, int], list[int]]:
        """Give the days on which something changes, what comes and goes, and what is left then."""
        come = self._late(self.receipts, self.today + _DAY)
        go = self._late(self.demand, self.today)
        over = (max(last + _DAY, self.today) for last in self.expiring if last < date.max)
        days = sorted({self.today, *come, *go, *over})
        if self.horizon is not None:
            days = [day for day in days if day <= self.horizon]
        changes = (come.get(day, 0) - go.get(day, 0) for day in days)
        return days, come, go, list(accumulate(changes, initial=self.free))[1:]

    def lasting(self, until: date) -> Known:
        """Give what is known of goods alone that last until a day, what is expected among them.

        All that waits is served of them: so nobody is promised what another one needs.
        """
        kept = {last: n for last, n in self.expiring.items() if last >= until}
        gone = sum(self.expiring.values()) - sum(kept.values())
        return replace(self, free=max(0, self.free - gone), expiring=kept)

    def left(self) -> int:
        """Give what is left of all that is there or expected, once all that waits is served.

        Below zero: so much cannot be served unless more is bought.
        """
        return self.free + sum(self.receipts.values()) - sum(self.demand.values())

    def coming(self) -> list[tuple[date, int]]:
        """Give what is expected, by day, the next first; what is past due comes tomorrow."""
        return sorted(self._late(self.receipts, self.today + _DAY).items())

    def _late(self, by_day: Mapping[date, int], late: date) -> Mapping[date, int]:
        """Give quantities by day, with all that is past due on the day `late`."""
        if min(by_day, default=self.today) >= self.today:
            return by_day
        found: dict[date, int] = {}
        for due, quantity in by_day.items():
            day = late if due < self.today else due
            found[day] = found.get(day, 0) + quantity
        return found


Levels = Sequence[tuple[date, int]]
"""What can be promised from which day on: ascending, beginning today; it falls only where goods
expire."""


def answers(known: Known, quantity: int, asked: date) -> Answers:
    """Give the three answers for a quantity (thousandths) on a day; a past day is today."""
    return of_levels(known.available(), known.horizon, quantity, asked)


def of_levels(levels: Levels, horizon: date | None, quantity: int, asked: date) -> Answers:
    """Give the three answers of what can be promised from which day on."""
    asked = max(asked, levels[0][0])
    if horizon is not None:
        levels = [*levels, (horizon + _DAY, max(quantity, levels[-1][1]))]
    before = [level for day, level in levels if day <= asked]
    on_day, had = before[-1], 0
    parts: dict[date, int] = {}
    for day, level in [(asked, on_day), *levels[len(before) :]]:
        if level > had and had < quantity:
            more = min(quantity, level) - had
            parts[day] = parts.get(day, 0) + more
            had += more
    all_on = max(parts) if parts and had == quantity else None
    return Answers(on_day, all_on, tuple(parts.items()))


def together(places: Sequence[Levels]) -> Levels:
    """Add up what can be promised of a product at several places; there is at least one.

    Each place keeps what its own lines wait for: one place's goods are no other's.
    """
    if len(places) == 1:
        return places[0]
    rises: dict[date, int] = {}
    for levels in places:
        before = 0
        for day, level in levels:
            rises[day] = rises.get(day, 0) + level - before
            before = level
    days = sorted(rises)
    return list(zip(days, accumulate(rises[day] for day in days), strict=True))


@dataclass(frozen=True, slots=True)
class Part:
    """What can be promised of a part of a kit."""

    levels: Levels
    horizon: date | None
    needs: int
    """How much of it is in one kit, thousandths."""


def kits(parts: Sequence[Part]) -> tuple[Levels, date | None]:
    """Give what can be promised of a kit of these parts, in whole ones, and its horizon.

    That is the least that any part allows: a part that can be bought from its horizon on allows any
    number then.
    """
    horizons = [part.horizon for part in parts]
    known = [each for each in horizons if each is not None]
    horizon = max(known) if len(known) == len(parts) else None
    days = sorted({day for part in parts for day, _ in part.levels} | {d + _DAY for d in known})
    levels = []
    for day in days:
        if horizon is not None and day > horizon:
            break
        bound = [part for part in parts if part.horizon is None or day <= part.horizon]
        levels.append((day, min(_at(part.levels, day) // part.needs for part in bound) * ONE))
    return levels, horizon


def _at(levels: Levels, day: date) -> int:
    """Give what can be promised on a day."""
    place = bisect_right(levels, day, key=itemgetter(0))
    return levels[place - 1][1] if place else 0


def less(levels: Levels, horizon: date | None, taken: Iterable[tuple[date, int]]) -> Levels:
    """Give what can still be promised once parts of it, by day, are somebody's.

    Parts behind the horizon are bought: they take nothing from anybody.
    """
    parts = {day: quantity for day, quantity in taken if horizon is None or day <= horizon}
    known = dict(levels)
    days = sorted({*known, *parts})
    left, level, gone = list[int](), 0, 0
    for day in days:
        level, gone = known.get(day, level), gone + parts.get(day, 0)
        left.append(level - gone)
    # What is taken on a day was there before it, too; what expires by then is not.
    found, most = [], None
    for day, level in reversed(list(zip(days, left, strict=True))):
        if day in parts:
            most = level if most is None else min(most, level)
        found.append((day, max(0, level if most is None else min(most, level))))
    return found[::-1]


def turns(known: Known, wants: Sequence[int]) -> list[date | None]:
    """Give the day on which each of these wants, the best rank first, has all that it needs.

    Each has it once what is free and what has come by then serves those before it and itself;
    None where nobody knows. `wants` is in thousandths.
    """
    coming = iter(known.coming())
    had, day = known.free, known.today
    found: list[date | None] = []
    needed = 0
    for want in wants:
        needed += want
        while had < needed and (more := next(coming, None)) is not None:
            day, had = more[0], had + more[1]
        found.append(day if had >= needed else None)
    if known.horizon is None:
        return found
    # Whatever is asked can be had beyond the horizon.
    later = known.horizon + _DAY
    return [later if each is None else min(each, later) for each in found]
