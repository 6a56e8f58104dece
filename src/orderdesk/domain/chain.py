"""What is told of the event chain."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainView:
    """Where the chain of sealed events ends; printed on the daily report."""

    head: str
    """Hash of the newest sealed event, 64 hexadecimal digits; zeros where none is sealed."""
    event: int | None
    """Its id."""
    at: datetime | None
    """When it happened, UTC."""
    sealed: int = 0
    """How many events were sealed just now."""
    unsealed: int
    """Events behind it that no seal protects yet."""
