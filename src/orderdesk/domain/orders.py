"""What the floors say to each other about sales orders.

Requests hold what was typed, as text: the service reads the numbers, so that an error can name
the line. Views hold exact decimals and are what every reader of an order gets.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Final

STRICT_KEYS: Final = {"extra": "forbid", "coerce_numbers_to_str": True}
"""How JSON becomes a request: an unknown key is an error, a bare number is taken as its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRequest:
    """A place to ship to that the customer's own list does not have."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    name: str
    street: str
    city: str
    region: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRequest:
    """One line to be ordered; what is left out comes from the header or the product."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    product: str
    """Our code, the customer's own part number, or an EAN."""
    quantity: str = "1"
    """In the product's unit."""
    unit: str | None = None
    price: str | None = None
    """By hand, in the order's currency per unit; left out, the price lists decide."""
    discount: str | None = None
    """Percent."""
    ship_to: str | None = None
    requested: str | None = None
    """ISO date of arrival."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRequest:
    """Freight, handling and the like, with its amount in the order's currency."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    code: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """An order to be placed."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    customer: str
    lines: tuple[LineRequest, ...]
    buyer_po: str | None = None
    channel: str = "script"
    contact: str | None = None
    ship_to: str | None = None
    address: AddressRequest | None = None
    """A one-off ship-to, copied onto the document; instead of `ship_to`."""
    requested: str | None = None
    terms: str | None = None
    carrier: str | None = None
    discount: str | None = None
    """Percent, the default of every line."""
    charges: tuple[ChargeRequest, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """What to change on one line; None leaves it as it is."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    line: int
    quantity: str | None = None
    price: str | None = None
    """By hand; the empty text goes back to the price lists."""
    discount: str | None = None
    ship_to: str | None = None
    requested: str | None = None
    note: str | None = None
    remove: bool = False
    """Short-close everything open; the line stays on the order with its number."""
    reopen: bool = False
    """Open again what was short-closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendRequest:
    """Changes to an order, all of them or none."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    number: str
    version: int | None = None
    """The version that was read; another one by now is a conflict. None takes it as it is."""
    lines: tuple[LineChange, ...] = ()
    add: tuple[LineRequest, ...] = ()
    requested: str | None = None
    contact: str | None = None
    buyer_po: str | None = None
    ship_to: str | None = None
    terms: str | None = None
    note: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HoldView:
    """A stop on an order, open or released."""

    code: str
    line: int | None
    message: str
    details: dict[str, Any]
    released_by: str | None
    placed_by: str = ""
    released_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChargeView:
    """A charge on an order, in its currency."""

    code: str
    amount: Decimal
    line: int = 0
    description: str = ""


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of an order; quantities in its unit, amounts in the order's currency."""

    line: int
    product: str
    description: str
    unit: str
    ordered: Decimal
    open: Decimal
    allocated: Decimal
    backordered: Decimal
    shipped: Decimal
    short_closed: Decimal
    list_price: Decimal
    price: Decimal
    price_source: str
    price_unit: int
    discount: Decimal
    net: Decimal
    tax_rate: Decimal
    ship_to: str
    warehouse: str
    requested: date
    promised: date | None
    ship_by: date | None
    note: str


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """An order as lists show it."""

    number: str
    version: int
    customer: str
    customer_name: str
    buyer_po: str
    contact: str
    ship_to: str
    terms: str
    requested: date
    promised: date | None
    status: str
    stage: str
    shipping: str
    billing: str
    currency: str
    net: Decimal
    tax: Decimal
    total: Decimal
    channel: str
    entered_by: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class OrderView(OrderSummary):
    """An order with its lines, charges and holds."""

    address: dict[str, str] | None
    """The one-off ship-to, where the order carries one."""
    carrier: str
    discount: Decimal
    note: str
    charges: tuple[ChargeView, ...] = ()
    holds: tuple[HoldView, ...] = ()
    lines: tuple[LineView, ...] = ()
    duplicates: tuple[str, ...] = field(default=())
    """Earlier orders on the same buyer PO."""


@dataclass(frozen=True, slots=True)
class EventView:
    """One change of a document."""

    version: int
    kind: str
    actor: str
    at: datetime
    changes: dict[str, Any]
    """A changed field is `[before, after]`."""
