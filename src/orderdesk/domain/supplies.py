"""What the floors say to each other about goods that are expected.

Requests hold values as typed; views hold exact decimals of the product's unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final

from orderdesk.domain.fields import Field, Form, Given, by_name
from orderdesk.domain.orders import STRICT_KEYS
from orderdesk.domain.stock import MovementView

FIELDS: Final[Mapping[str, Field]] = by_name(
    Field(
        "quantity", "all of it, what has come included, in the product's unit", Form.QUANTITY,
        required=True,
    ),
    Field("due", "the day on which it is expected", Form.DATE, required=True),
    Field(
        "warehouse", "where it comes in; left out, the company's own", Form.REFERENCE,
        refers="warehouse", required=True,
    ),
    Field("supplier", "who sends it", Form.REFERENCE, refers="supplier", nullable=True),
    Field("reference", "the paper that announces it"),
    Field("note", "whatever else is known of it"),
    Field("external_key", "what another system calls it", nullable=True),
)  # fmt: skip
"""What can be said of expected goods, their product aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyRequest:
    """Goods that are expected; of goods that are known what is left out stays as it is."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    product: str | None = None
    """Our code or an EAN; of goods that are known it cannot change."""
    quantity: Given = None
    """All of it, what has come included, in the product's unit."""
    due: Given = None
    """ISO date on which it is expected."""
    warehouse: Given = None
    """Where it comes in; left out, the company's own."""
    supplier: Given = None
    """Who sends it, by code."""
    reference: Given = None
    """The paper that announces it."""
    note: Given = None
    external_key: Given = None
    """What another system calls it: the same key again is the same goods."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyFilter:
    """Which expected goods a list shows; what is left out does not matter."""

    product: str | None = None
    """Our code or an EAN."""
    warehouse: str | None = None
    until: str | None = None
    """ISO date: those expected on this day or before it."""
    late: bool = False
    """Only those whose day has passed."""
    everything: bool = False
    """Those too that have come or were cancelled."""


@dataclass(frozen=True, slots=True)
class SupplyView:
    """Goods that are expected, and what has come of them."""

    id: int
    version: int
    product: str
    name: str
    unit: str
    warehouse: str
    supplier: str | None
    reference: str
    quantity: Decimal
    """What was announced."""
    received: Decimal
    open: Decimal
    """What is still to come."""
    cancelled: Decimal
    surplus: Decimal
    """What came beyond what was expected."""
    due: date
    """The day on which it is expected now."""
    first_due: date
    """The day on which it was expected first."""
    late: bool
    """Something is still to come, and its day has passed."""
    note: str
    external_key: str | None
    entered_at: datetime
    entered_by: str


@dataclass(frozen=True, slots=True)
class SupplyDetail(SupplyView):
    """Expected goods with what came in of them, the newest first."""

    receipts: tuple[MovementView, ...]
