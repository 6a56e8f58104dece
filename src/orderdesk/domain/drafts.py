"""What the floors say to each other about orders that are being typed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRequest:
    """What stands in the fields of an order being typed."""

    id: str
    """Chosen by whoever types, once a draft."""
    body: str
    """JSON, kept exactly as given."""
    customer: str = ""
    """As typed, for the list of drafts."""
    lines: int = 0
    known: bool = False
    """True: it was saved before. If it is gone, it was placed or dropped elsewhere, and saving it
    is refused; False makes it anew."""


@dataclass(frozen=True, slots=True)
class DraftView:
    """An order being typed, or parked."""

    id: str
    owner: str
    customer: str
    lines: int
    body: str
    parked: bool
    updated_at: datetime
