"""What the floors say to each other about sales orders.

Requests hold what was typed, as text: the service reads the numbers, so that an error can name
the line. Views hold exact decimals and are what every reader of an order gets.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Final

from orderdesk.domain.delivery_rules import PARTIAL
from orderdesk.domain.dispositions import SHIP_AVAILABLE
from orderdesk.domain.substitutes import OtherProduct
from orderdesk.domain.views import view

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
    quantity: str
    """In the product's unit, or in the one that `unit` names."""
    unit: str | None = None
    """The product's own, or another that it is ordered in; prices stay per its own."""
    price: str | None = None
    """By hand, for as many units as the list prices, else for one; left out, the lists decide."""
    price_reason: str = ""
    """Why it is by hand: a reason of kind price, by code or name; any words where none is kept."""
    discount: str | None = None
    """Percent."""
    ship_to: str | None = None
    warehouse: str | None = None
    """Where it is served from, by its code; left out, where the order is."""
    requested: str | None = None
    """ISO date of arrival."""
    disposition: str | None = None
    """What becomes of what is short; left out or empty, as the customer has it."""
    substitute_for: str | None = None
    """The product that was asked for, by our code, where this one stands in for it."""
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
    rep: str | None = None
    """Who looks after the sale; left out, who looks after the customer."""
    discount: str | None = None
    """Percent, the default of every line."""
    warehouse: str | None = None
    """Where its lines are served from, by its code; left out, the company's own."""
    delivery_rule: str | None = None
    """What of it goes together; left out, as the customer has it."""
    most_deliveries: str | None = None
    """How many deliveries it may come in; empty is no bound, left out is the customer's."""
    charges: tuple[ChargeRequest, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """What to change on one line; None leaves it as it is."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    line: int
    quantity: str | None = None
    """What is ordered from now on, in the line's unit; not below what has shipped."""
    price: str | None = None
    """By hand, for as many units as the line is priced; the empty text goes back to the lists."""
    price_reason: str | None = None
    """Why the price is by hand: a reason of kind price, by code or name."""
    discount: str | None = None
    """Percent; the empty text goes back to the header's."""
    ship_to: str | None = None
    """The empty text goes back to the header's."""
    warehouse: str | None = None
    """Where it is served from, by its code; the empty text goes back to the header's."""
    requested: str | None = None
    """ISO date of arrival; the empty text goes back to the header's."""
    disposition: str | None = None
    """What becomes of what is short; the empty text goes back to the customer's."""
    note: str | None = None
    remove: bool = False
    """Short-close everything open; the line stays on the order with its number."""
    reopen: bool = False
    """Open again what was short-closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendRequest:
    """Changes to an order, all of them or none.

    A new header date, ship-to, warehouse or discount goes for the lines that had the old one too.
    """

    __pydantic_config__: ClassVar = STRICT_KEYS

    number: str
    version: int | None = None
    """The version that was read; another one by now is a conflict. None takes it as it is."""
    lines: tuple[LineChange, ...] = ()
    add: tuple[LineRequest, ...] = ()
    charges: tuple[ChargeRequest, ...] = ()
    """Each takes this amount; a charge the order does not have is added."""
    requested: str | None = None
    contact: str | None = None
    buyer_po: str | None = None
    ship_to: str | None = None
    address: AddressRequest | None = None
    """A one-off ship-to, copied onto the document; instead of `ship_to`."""
    terms: str | None = None
    carrier: str | None = None
    rep: str | None = None
    discount: str | None = None
    """Percent."""
    warehouse: str | None = None
    """Where its lines are served from, by its code."""
    delivery_rule: str | None = None
    """What of it goes together."""
    most_deliveries: str | None = None
    """How many deliveries it may come in; the empty text takes the bound away."""
    note: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders a list shows, and which page of it; what is left out does not matter."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    customer: str | None = None
    """Our code."""
    product: str | None = None
    """Our code. With a customer, a buyer PO or days: orders that have it at all; else only
    those where it is still open."""
    buyer_po: str | None = None
    """The whole number."""
    number: str | None = None
    """How the order's number begins."""
    status: str | None = None
    """confirmed or cancelled."""
    stage: str | None = None
    """open or done."""
    held: bool = False
    """True: only orders with a hold that nobody released."""
    from_day: str | None = None
    """ISO; entered on this day (UTC) or later."""
    to_day: str | None = None
    """ISO; entered on this day (UTC) or earlier."""
    after: int | None = None
    """An order's id: the page of those listed after it, which are older."""
    before: int | None = None
    """Instead of `after`: the page of those listed just before it, which are newer; 0 gives the
    last page of all."""
    including: bool = False
    """True: the order of `after` or `before` itself comes with its page."""
    limit: int = 100
    """How many orders a page has at most, up to 1000."""


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
    """Of the release."""
    ceiling: Decimal | None = None
    """Released up to this, in the unit of what is held: mostly a total of the order, in its
    currency; growing past it holds again."""
    until: date | None = None
    """The last day of the release; None is for good."""
    rejected_by: str | None = None
    """Who looked at it and did not release it; a change of the order asks again."""
    rejection: str = ""
    """Why it was not released."""


@dataclass(frozen=True, slots=True)
class ChargeView:
    """A charge on an order, in its currency."""

    code: str
    amount: Decimal
    line: int = 0
    description: str = ""


@view
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
    tax_reason: str = ""
    """Why its tax is not the customer's, product's or company's own: exempt, reverse charge, or
    the place that a tax rule is for."""
    price_reason: str = ""
    """Why its price is by hand; or the list's own price and the rate, where it was converted."""
    disposition: str = SHIP_AVAILABLE
    """What becomes of what is short."""
    substitute_for: str | None = None
    """The product that was asked for, where this one stands in for it."""
    substitutes: tuple[OtherProduct, ...] = ()
    """What is free of others that could stand in for it: where it was just placed and is short, and
    its customer takes substitutes."""
    entered_unit: str | None = None
    """The other unit that it was asked for in."""
    entered_quantity: Decimal | None = None
    """How much was asked for in that unit."""
    first_promised: date | None = None
    """What it was promised for at first."""
    pinned: bool = False
    """True where somebody fixed the day; nothing reckons it anew."""
    slips: int = 0
    """How often the promise moved to a later day."""
    kit_line: int | None = None
    """The line of the kit that this one is a part of."""


@view
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
    id: int
    """Its place in the list of all orders, the oldest first."""
    held: bool
    """True where a hold stands that nobody released."""


@view
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
    rep: str = ""
    """Who looks after the sale."""
    warehouse: str = ""
    """Where its lines are served from that name no other one."""
    warnings: tuple[str, ...] = ()
    """What the credit checks of this very change only warn of, and what of its lines it closed
    for want of stock; empty when read later."""
    delivery_rule: str = PARTIAL
    """What of it goes together."""
    most_deliveries: int | None = None
    """How many deliveries it may come in; None is no bound."""


@dataclass(frozen=True, slots=True)
class EventView:
    """One change of a document."""

    version: int | None
    """The version it made; None where the document kept its own, as when stock went to it."""
    kind: str
    actor: str
    at: datetime
    changes: dict[str, Any]
    """`orderdesk.domain.changes.Changes`: a changed field is `[before, after]`."""
    id: int = 0
    """Its place among all events, the oldest first."""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of a list of orders, newest first."""

    orders: tuple[OrderSummary, ...]
    more: bool
    """True where there are orders beyond these, in the direction that was asked for."""
    after: int | None
    """Asked for in the next filter, it gives the next page; None where this is the last."""


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """What became of an order between two of its versions."""

    number: str
    before: int
    after: int
    """Versions."""
    by: tuple[str, ...]
    """Who made the changes, in the order of their first."""
    changes: dict[str, Any]
    """A changed field is `[before, after]`; `lines` has the changed fields by line number, and
    `holds` by code."""
