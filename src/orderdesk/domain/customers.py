"""What the floors say to each other about customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final

from orderdesk.domain.delivery_rules import MOST, PARTIAL, RULES
from orderdesk.domain.dispositions import WORDS
from orderdesk.domain.fields import Field, Form, Given, by_name
from orderdesk.domain.notes import NoteView
from orderdesk.domain.orders import STRICT_KEYS

FIELDS: Final[Mapping[str, Field]] = by_name(
    Field("name", "the company's name", required=True),
    Field(
        "group",
        "customers that share prices",
        Form.REFERENCE,
        refers="customer_group",
        nullable=True,
        stored_as="customer_group",
    ),
    Field("currency", "what it pays in, three letters", Form.CURRENCY, required=True),
    Field("terms", "payment terms", Form.REFERENCE, refers="terms", nullable=True),
    Field("tax", "tax in place of the products' own", Form.REFERENCE, refers="tax", nullable=True),
    Field("price_list", "a list of its own", Form.REFERENCE, refers="price_list", nullable=True),
    Field("carrier", "who carries its goods", Form.REFERENCE, refers="carrier", nullable=True),
    Field(
        "calendar",
        "the days on which it takes goods in; empty, the company's",
        Form.REFERENCE,
        refers="calendar",
        nullable=True,
    ),
    Field("credit_limit", "empty is unlimited, 0 no credit", Form.AMOUNT, nullable=True),
    Field("document_most", "the most that one order may come to", Form.AMOUNT, nullable=True),
    Field("review_date", "when its credit is to be reviewed", Form.DATE, nullable=True),
    Field("prepay", "nothing ships before it is paid", Form.FLAG),
    Field("since", "the day it became a customer", Form.DATE, nullable=True),
    Field("ship_to", "the address its orders go to", Form.OWN_CODE, required=True),
    Field("contact", "whom to ask for"),
    Field("phone", "how to reach them"),
    Field("fax", "how to reach them on paper"),
    Field("email", "how to reach them in writing"),
    Field("rep", "who looks after them"),
    Field("disposition", "what a shortage does", Form.CHOICE, choices=WORDS),
    Field("delivery_rule", "what of an order goes together", Form.CHOICE, choices=tuple(RULES)),
    Field(
        "most_deliveries",
        "how many deliveries an order may come in; empty, as many as it takes",
        Form.WHOLE,
        nullable=True,
        lowest=1,
        highest=MOST,
    ),
    Field("substitutes", "takes another product in place of what is short", Form.FLAG),
    Field(
        "shelf_life",
        "days that goods with a last day must still keep as they arrive",
        Form.WHOLE,
        highest=3_650,
    ),
    Field("po_required", "no order without a buyer PO", Form.FLAG),
    Field("minimum_order", "goods value below which a charge is added", Form.AMOUNT, nullable=True),
    Field("minimum_charge", "the charge below the minimum", Form.AMOUNT, nullable=True),
    Field("freight", "freight of an order that names none", Form.AMOUNT),
    Field("tax_number", "VAT or other tax number, checked where its form is known"),
    Field("tax_exempt_number", "the number of an exemption from tax"),
    Field("tax_exempt_until", "last day of the exemption", Form.DATE, nullable=True),
    Field("reverse_charge", "accounts for the tax itself; needs a tax number", Form.FLAG),
    Field("alert", "shown whenever this customer is chosen"),
    Field("blocked", "new orders are held", Form.FLAG),
    Field("archived", "no longer offered; kept for its past orders", Form.FLAG),
    Field("external_key", "the key of another system's record", nullable=True),
)
"""The fields of a customer that people set, but for its code."""

ADDRESS_FIELDS: Final[Mapping[str, Field]] = by_name(
    Field("name", "who receives"),
    Field("street", "where"),
    Field("city", "where"),
    Field("region", "where"),
    Field("postal_code", "where"),
    Field("country", "where"),
    Field("phone", "whom to call"),
    Field(
        "calendar",
        "the days on which goods are taken in here; empty, the customer's",
        Form.REFERENCE,
        refers="calendar",
        nullable=True,
    ),
    Field("archived", "no longer offered", Form.FLAG),
)

CONTACT_FIELDS: Final[Mapping[str, Field]] = by_name(
    Field("title", "what they do there"),
    Field("phone", "how to reach them"),
    Field("email", "how to reach them in writing"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressEntry:
    """A place of a customer; None leaves a field as it is."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    code: str
    name: str | None = None
    street: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    phone: str | None = None
    calendar: str | None = None
    archived: Given = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEntry:
    """Somebody at a customer, known by name; None leaves a field as it is."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    name: str
    title: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEntry:
    """A customer's own number for a product of ours."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    part: str
    product: str
    """Our code; empty takes the part number away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRequest:
    """A customer to be added or changed; None leaves a field as it is, or at its default."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    code: str = ""
    """May be left out where the external key is known already."""
    name: str | None = None
    group: str | None = None
    currency: str | None = None
    terms: str | None = None
    tax: str | None = None
    price_list: str | None = None
    carrier: str | None = None
    calendar: str | None = None
    credit_limit: Given = None
    document_most: Given = None
    review_date: str | None = None
    prepay: Given = None
    since: str | None = None
    ship_to: str | None = None
    contact: str | None = None
    phone: str | None = None
    fax: str | None = None
    email: str | None = None
    rep: str | None = None
    disposition: str | None = None
    delivery_rule: str | None = None
    most_deliveries: Given = None
    substitutes: Given = None
    shelf_life: Given = None
    po_required: Given = None
    minimum_order: Given = None
    minimum_charge: Given = None
    freight: Given = None
    tax_number: str | None = None
    tax_exempt_number: str | None = None
    tax_exempt_until: str | None = None
    reverse_charge: Given = None
    alert: str | None = None
    blocked: Given = None
    archived: Given = None
    external_key: str | None = None
    addresses: tuple[AddressEntry, ...] = ()
    contacts: tuple[ContactEntry, ...] = ()
    parts: tuple[PartEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFilter:
    """Which customers to list; None is any."""

    text: str = ""
    """Words of the name, code, city, contacts or phone."""
    group: str | None = None
    blocked: bool | None = None
    archived: bool | None = False


@dataclass(frozen=True, slots=True)
class AddressView:
    """A place of a customer."""

    code: str
    name: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    phone: str
    archived: bool
    calendar: str | None = None
    """The days on which goods are taken in here; None is the customer's."""


@dataclass(frozen=True, slots=True)
class ContactView:
    """Somebody at a customer."""

    name: str
    title: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class PartView:
    """A customer's own number for a product."""

    part: str
    product: str
    name: str


@dataclass(frozen=True, slots=True)
class CustomerSummary:
    """A customer as lists show it; amounts in its currency."""

    code: str
    version: int
    name: str
    city: str
    """Of the address its orders go to."""
    country: str
    group: str | None
    currency: str
    terms: str | None
    tax: str | None
    price_list: str | None
    carrier: str | None
    credit_limit: Decimal | None
    """None is unlimited."""
    receivable: Decimal
    exposure: Decimal
    ship_to: str
    contact: str
    phone: str
    fax: str
    email: str
    rep: str
    disposition: str
    po_required: bool
    minimum_order: Decimal | None
    minimum_charge: Decimal | None
    freight: Decimal
    alert: str
    blocked: bool
    archived: bool
    external_key: str | None
    tax_number: str = ""
    tax_exempt_number: str = ""
    tax_exempt_until: date | None = None
    """The last day; None with a number is for good."""
    reverse_charge: bool = False
    document_most: Decimal | None = None
    """The most that one order may come to; None is no bound."""
    review_date: date | None = None
    prepay: bool = False
    since: date | None = None
    calendar: str | None = None
    """The days on which it takes goods in; None is the company's."""
    delivery_rule: str = PARTIAL
    """What of an order goes together."""
    most_deliveries: int | None = None
    """How many deliveries an order may come in; None is no bound."""
    substitutes: bool = False
    """It takes another product in place of what is short."""
    shelf_life: int = 0
    """How many days goods with a last day must still keep as they arrive."""


@dataclass(frozen=True, slots=True)
class CustomerView(CustomerSummary):
    """A customer with all that belongs to it."""

    addresses: tuple[AddressView, ...] = ()
    contacts: tuple[ContactView, ...] = ()
    parts: tuple[PartView, ...] = ()
    notes: tuple[NoteView, ...] = ()
    parent: str | None = None
    """Whose limit goes for it too; None for one that stands for itself."""
