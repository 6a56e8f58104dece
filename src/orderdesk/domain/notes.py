"""Notes: who they are for and what they stand on."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from orderdesk.domain.orders import STRICT_KEYS

AUDIENCES: Final = ("inside", "pick list", "document")
SUBJECTS: Final = ("customer", "product", "order")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRequest:
    """A note to be kept."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    subject: str
    """customer, product or order."""
    key: str
    """The code of the customer or product, or the number of the order."""
    text: str
    line: str | None = None
    """Of an order: the line that it stands on."""
    audience: str = "inside"
    """inside, pick list or document."""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note."""

    id: int
    subject: str
    key: str
    line: int | None
    audience: str
    text: str
    actor: str
    at: datetime
