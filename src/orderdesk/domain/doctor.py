"""What the doctor finds."""

from dataclasses import dataclass
from typing import Final

DATABASE: Final = 0
"""Stands for a law's number where the database's own checks failed."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One row that breaks a law of the desk."""

    law: int
    """Its number among the laws of the desk; 0 is what the database promises by itself."""
    message: str
    """One sentence for people."""
    table: str
    key: str
    """The row as people name it: an order's number, a product and its warehouse."""
    stored: str
    """What stands in the row."""
    expected: str
    """What should stand there by the ledger or the formula."""
