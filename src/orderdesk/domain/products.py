"""What the floors say to each other about products."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from orderdesk.domain.fields import Field, Form, Given, by_name
from orderdesk.domain.notes import NoteView
from orderdesk.domain.orders import STRICT_KEYS
from orderdesk.domain.tracked import TRACKED
from orderdesk.domain.units import UnitEntry, UnitView

KIT: Final = "kit"
"""The kind of product that is sold whole and goes as its parts."""

KINDS: Final = ("product", "service", KIT, "text", "charge")

CARRYING: Final = ("product", "service", KIT)
"""The kinds that an order is for; charges and texts only go with them."""

FIELDS: Final[Mapping[str, Field]] = by_name(
    Field("name", "what it is called", required=True),
    Field("kind", "only a product is ever in stock", Form.CHOICE, choices=KINDS),
    Field("unit", "what it is counted in", Form.REFERENCE, refers="unit", required=True),
    Field(
        "group",
        "products of one kind",
        Form.REFERENCE,
        refers="product_group",
        nullable=True,
        stored_as="product_group",
    ),
    Field("supplier", "who we buy it from", Form.REFERENCE, refers="supplier", nullable=True),
    Field("tax", "where the customer has none", Form.REFERENCE, refers="tax", nullable=True),
    Field("tax_class", "how tax rules call it; empty is the standard", Form.WORD),
    Field("ean", "the code on the package, 8 to 14 digits", Form.EAN, nullable=True),
    Field("pack", "how one unit is packed"),
    Field("cost", "standard cost of one unit", Form.PRICE),
    Field("replenishment_days", "how long it takes to get more", Form.WHOLE, highest=3650),
    Field("reorder_level", "order more below this", Form.QUANTITY),
    Field("least", "the least that is sold at a time; 0 is any", Form.QUANTITY),
    Field("multiple", "sold in multiples of this only; 0 is any", Form.QUANTITY),
    Field(
        "tracked",
        "its goods are told apart, by lot or each piece by its number",
        Form.CHOICE,
        choices=TRACKED,
    ),
    Field("discontinued", "sold while stock lasts", Form.FLAG),
    Field("alert", "shown whenever this product is chosen"),
    Field("archived", "no longer offered; kept for its past orders", Form.FLAG),
    Field("external_key", "the key of another system's record", nullable=True),
)
"""The fields of a product that people set, but for its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRequest:
    """A product to be added or changed; None leaves a field as it is, or at its default."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    code: str = ""
    """May be left out where the external key is known already."""
    name: str | None = None
    kind: str | None = None
    unit: str | None = None
    group: str | None = None
    supplier: str | None = None
    tax: str | None = None
    tax_class: str | None = None
    ean: str | None = None
    pack: str | None = None
    cost: Given = None
    replenishment_days: Given = None
    reorder_level: Given = None
    least: Given = None
    multiple: Given = None
    tracked: str | None = None
    discontinued: Given = None
    alert: str | None = None
    archived: Given = None
    external_key: str | None = None
    units: tuple[UnitEntry, ...] = ()
    """Other units that it is ordered in from now on, or no longer; the others stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFilter:
    """Which products to list; None is any."""

    text: str = ""
    """Words of the name or code."""
    group: str | None = None
    supplier: str | None = None
    kind: str | None = None
    discontinued: bool | None = None
    archived: bool | None = False


@dataclass(frozen=True, slots=True)
class ProductSummary:
    """A product as lists show it; quantities in its unit, cost in the company's currency."""

    code: str
    version: int
    name: str
    kind: str
    unit: str
    group: str | None
    supplier: str | None
    tax: str | None
    ean: str | None
    pack: str
    cost: Decimal
    replenishment_days: int
    reorder_level: Decimal
    discontinued: bool
    alert: str
    archived: bool
    external_key: str | None
    tax_class: str
    least: Decimal
    """The least that is sold at a time; 0 is any."""
    multiple: Decimal
    """Sold in multiples of this only; 0 is any."""
    tracked: str
    """lot, serial, or empty where one piece is like the other."""


@dataclass(frozen=True, slots=True)
class ProductView(ProductSummary):
    """A product with its stock in all warehouses, and its notes."""

    on_hand: Decimal
    allocated: Decimal
    available: Decimal
    units: tuple[UnitView, ...] = ()
    """What else it is ordered in."""
    notes: tuple[NoteView, ...] = ()
