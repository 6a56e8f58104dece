"""What the floors say to each other about counting stock.

A sheet is blind: what the books say is in no view of it before it is posted.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final

from orderdesk.domain.numbers import percent_of
from orderdesk.domain.orders import STRICT_KEYS
from orderdesk.domain.stock import LineMoved

OPEN: Final = "open"
POSTED: Final = "posted"
CANCELLED: Final = "cancelled"

TO_COUNT: Final = "to count"
RECOUNT: Final = "count again"
COUNTED: Final = "counted"

WHOLE: Final = percent_of("100")


def is_doubtful(counted: int, book: int, cost: int, percent: int, value: int) -> bool:
    """Tell whether a count is off by so much that it is to be made again.

    `counted` and `book` are thousandths, `cost` is what one is worth in millionths of the
    currency, `percent` what share of the books (millionths) a count may be off by, `value` what it
    may be off by in the currency (millionths of it, too); 0 sets no bound by value.
    """
    off = abs(counted - book)
    if off * WHOLE > book * percent:
        return True
    return bool(value) and off * cost > value * 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRequest:
    """What is to be counted in a warehouse: some products, or those of a group that lie there."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    products: tuple[str, ...] = ()
    """Our codes or EANs."""
    group: str | None = None
    """A product group, by its code."""
    warehouse: str | None = None
    """Left out, the company's own."""


@dataclass(frozen=True, slots=True)
class CountLineView:
    """One product of a sheet; blind until the sheet is posted."""

    product: str
    name: str
    unit: str
    state: str
    """to count, count again, or counted."""
    counted: Decimal | None
    """What was found last."""
    tries: int
    """How often it was counted."""
    counted_by: str
    book: Decimal | None = None
    """What the books said when it was counted; None before the sheet is posted."""
    difference: Decimal | None = None
    """What the books were changed by; None before the sheet is posted."""
    lot: str = ""
    """Or the serial number of the piece; empty where the product has none."""


@dataclass(frozen=True, slots=True)
class CountSummary:
    """A sheet as lists show it."""

    number: str
    version: int
    status: str
    """open, posted or cancelled."""
    warehouse: str
    reason: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str
    id: int
    """Its place in the list of all sheets, the oldest first."""


@dataclass(frozen=True, slots=True)
class CountView(CountSummary):
    """A sheet with its lines, and what its posting did to the orders."""

    lines: tuple[CountLineView, ...]
    served: tuple[LineMoved, ...] = ()
    """Lines that waited and were served, the best rank first."""
    deallocated: tuple[LineMoved, ...] = ()
    """Lines whose stock was not there, the worst rank first."""
