"""Queues: what waits for somebody to decide, each thing with why it waits and for how long."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Final

from orderdesk.domain.orders import STRICT_KEYS
from orderdesk.domain.views import view

TAKEN_MINUTES: Final = 10
"""Minutes after which what somebody took falls back to everybody."""

COUNTED: Final = 1_000
"""A count of what waits goes no further than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """Which part of a queue a list shows, and which page of it; what is left out does not matter.

    At most one of reason, customer and subject.
    """

    __pydantic_config__: ClassVar = STRICT_KEYS

    queue: str = "holds"
    reason: str | None = None
    """Why it waits: a code such as credit_limit."""
    customer: str | None = None
    """Our code."""
    subject: str | None = None
    """An order's number."""
    after: str | None = None
    """An id: the page of what has waited less than it."""
    before: str | None = None
    """Instead of `after`: the page of what waits just before it; the empty text gives the last
    page of all."""
    including: bool = False
    """True: what has the id of `after` or `before` comes with its page."""
    limit: int = 100
    """How many a page has at most, up to 1000."""


@view
class QueueItem:
    """Something that waits in a queue."""

    id: str
    """What it is taken and decided by."""
    queue: str
    subject: str
    """The order's number."""
    customer: str
    reason: str
    """A code: credit_limit, line_margin, manual, call_when_available, ..."""
    details: dict[str, Any]
    """The numbers behind it."""
    waiting_seconds: int
    taken_by: str | None
    """Who looks into it, unless it has fallen back."""
    message: str
    line: int | None
    total: Decimal
    """Of the order, in its currency."""
    currency: str
    entered_by: str
    placed_by: str
    customer_name: str
    taken_at: datetime | None
    version: int
    """Of the order; a decision about an older one is a conflict."""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a queue, what has waited longest first."""

    items: tuple[QueueItem, ...]
    more: bool
    """True where there are others beyond these, in the direction that was asked for."""


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How much waits in a queue."""

    queue: str
    waiting: int
    """At most COUNTED."""
    more: bool
    """True where there is more than that."""
