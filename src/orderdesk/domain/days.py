"""What is odd about a day that somebody asks for; odd days are taken all the same."""

from datetime import date, timedelta
from typing import Final

YEAR: Final = timedelta(days=366)
"""As far from the order's own day as anybody plans."""


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
