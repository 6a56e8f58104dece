"""Days as they are typed, and what is odd about one; odd days are taken all the same."""

from datetime import date, timedelta
from typing import Final

YEAR: Final = timedelta(days=366)
"""As far from the order's own day as anybody plans."""


def day_of(text: str, what: str) -> date:
    """Read a day as it is typed, ISO. Raises ValueError, naming what it is for."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{what} {text[:40]!r} is not a date such as 2026-03-31") from None


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
