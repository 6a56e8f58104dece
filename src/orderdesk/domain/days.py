"""Days as they are typed and said, and what is odd about one; odd days are taken all the same."""

from datetime import date, timedelta
from typing import Final

YEAR: Final = timedelta(days=366)
"""As far from the order's own day as anybody plans."""

_WEEKDAYS: Final = "Mon Tue Wed Thu Fri Sat Sun".split()
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_NEAR: Final = timedelta(days=300)
"""Days farther off than this are said with their year."""


def brief(day: date) -> str:
    """Give a day without its year, for narrow columns: `20 Mar`."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def said(day: date, today: date) -> str:
    """Give a day as people say it: `Fri 20 Mar`, and with its year where that is not near."""
    year = f" {day.year}" if abs(day - today) > _NEAR else ""
    return f"{_WEEKDAYS[day.weekday()]} {brief(day)}{year}"


def day_of(text: str, what: str) -> date:
    """Read a day as it is typed, ISO. Raises ValueError, naming what it is for."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(
            f"{what} {text[:40]!r} is not a date; give one such as 2026-03-31"
        ) from None


def remark_on(requested: date, ordered: date) -> str:
    """Say that a requested day is before the order's own day or far from it; empty where neither.

    Old orders are entered late, and so are taken; but a slip of the finger should be seen.
    """
    if requested < ordered:
        far = ", by more than a year" if ordered - requested > YEAR else ""
        return f"requested {requested} is in the past{far}"
    if requested - ordered > YEAR:
        return f"requested {requested} is more than a year ahead"
    return ""
