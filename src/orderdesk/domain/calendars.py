"""Working calendars: on which days somebody works, and how to count in such days.

A calendar is a week, and the days on which the week does not hold: closed ones (holidays,
stocktaking) and ones open by exception.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

WORKING_WEEK: Final = 0b0011111
"""Monday to Friday: a bit for each weekday, Monday's the lowest."""

EVERY_DAY: Final = 0b1111111

FARTHEST: Final = 366
"""Days within which an open day must come."""

_DAY: Final = timedelta(days=1)


class NeverOpen(ValueError):
    """A calendar has no open day within a year, which must be a mistake."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which a place works."""

    week: int = WORKING_WEEK
    """A bit for each weekday, Monday's the lowest."""
    closed: frozenset[str] = field(default_factory=frozenset)
    """Days, ISO, that are closed though the week says open."""
    opened: frozenset[str] = field(default_factory=frozenset)
    """Days, ISO, that are open whatever the week and the holidays say."""

    def is_open(self, day: date) -> bool:
        """Tell whether the place works on a day."""
        iso = day.isoformat()
        if iso in self.opened:
            return True
        return bool(self.week >> day.weekday() & 1) and iso not in self.closed

    def on_or_after(self, day: date) -> date:
        """Give the first open day from this one on. Raises NeverOpen."""
        return self._first(day, _DAY)

    def on_or_before(self, day: date) -> date:
        """Give the last open day up to this one. Raises NeverOpen."""
        return self._first(day, -_DAY)

    def after(self, day: date, days: int) -> date:
        """Give the open day that comes so many open days after the first one from `day` on.

        With 0 it is that first one itself. Raises NeverOpen.
        """
        found = self.on_or_after(day)
        for _ in range(days):
            found = self.on_or_after(found + _DAY)
        return found

    def before(self, day: date, days: int) -> date:
        """Give the open day that comes so many open days before the last one up to `day`.

        Whoever leaves on that day or earlier is there by `day`, `days` open days on the way.
        Raises NeverOpen.
        """
        found = self.on_or_before(day)
        for _ in range(days):
            found = self.on_or_before(found - _DAY)
        return found

    def _first(self, day: date, step: timedelta) -> date:
        for _ in range(FARTHEST + 1):
            if self.is_open(day):
                return day
            day += step
        raise NeverOpen("no day is open within a year")


def week_of(typed: str) -> int:
    """Give the bits of a week as it is typed: `mon-fri`, `tue thu`, `sat-mon`; empty is every day.

    Raises ValueError, saying what may be typed.
    """
    found = 0
    for part in typed.lower().replace(",", " ").split():
        first, _, last = part.partition("-")
        begin, end = _weekday(first), _weekday(last or first)
        if begin is None or end is None:
            raise ValueError(
                f"week {typed!r} has {part!r} in it; give days such as mon-fri, or tue thu"
            )
        for number in range(begin, begin + (end - begin) % 7 + 1):
            found |= 1 << number % 7
    return found or EVERY_DAY


def week_text(week: int) -> str:
    """Give a week as it may be typed: `mon-fri`, `tue thu`."""
    parts = []
    for run in _runs([number for number in range(7) if week >> number & 1]):
        names = [WEEKDAYS[number][:3] for number in run]
        parts.append(f"{names[0]}-{names[-1]}" if len(names) > 2 else " ".join(names))
    return " ".join(parts)


def _weekday(name: str) -> int | None:
    found = [n for n, long in enumerate(WEEKDAYS) if len(name) > 1 and long.startswith(name)]
    return found[0] if found else None


def _runs(numbers: list[int]) -> Iterator[list[int]]:
    """Give the runs of numbers that follow each other."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run
