"""What the entry screen is told while an order is being typed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orderdesk.domain.delivery_rules import PARTIAL
from orderdesk.domain.dispositions import SHIP_AVAILABLE
from orderdesk.domain.promising import Origin
from orderdesk.domain.substitutes import OtherProduct


@dataclass(frozen=True, slots=True)
class BuyerView:
    """A customer at the moment an order for them begins."""

    code: str
    name: str
    currency: str
    ship_to: str
    contact: str
    terms: str
    carrier: str
    requested: str
    """The date an order takes when none is asked for, ISO."""
    limit: Decimal | None
    """None is unlimited."""
    exposure: Decimal
    headroom: Decimal | None
    alert: str
    """What the desk should know before taking the order; empty where nothing."""
    rep: str = ""
    """Who looks after the customer."""
    warehouse: str = ""
    """The warehouse that orders ship from."""
    substitutes: bool = False
    """They take another product in place of what is short."""
    price_lists: tuple[str, ...] = ()
    """The lists that the customer's prices come from, the strongest first."""
    origin: Origin | None = None
    """That warehouse, with its cut-off and the days on which it works."""
    delivery_rule: str = PARTIAL
    """What of an order goes together."""
    most_deliveries: int | None = None
    """How many deliveries it may come in; None is no bound."""


@dataclass(frozen=True, slots=True)
class LinePreview:
    """A line as it would be, were the order placed now."""

    product: str
    description: str
    kind: str
    unit: str
    quantity: Decimal
    list_price: Decimal
    price: Decimal
    price_source: str
    discount: Decimal
    net: Decimal
    tax_rate: Decimal
    ship_to: str
    requested: str
    available: Decimal
    """On hand and promised to nobody, the draft's earlier lines taken off."""
    allocated: Decimal
    backordered: Decimal
    alert: str
    amount: tuple[int, int] = (0, 0)
    """Net in minor units and tax rate in millionths, as the tax function takes them."""
    disposition: str = SHIP_AVAILABLE
    """What becomes of what is short."""
    closed: Decimal = Decimal(0)
    """What of it is short and would not wait."""
    substitutes: tuple[OtherProduct, ...] = ()
    """What is free of others that could stand in where it is short, if the customer takes them."""
    warehouse: str = ""
    """Where it is served from."""
    promised: date | None = None
    """When all of it is there, by itself; None where nobody knows, and for what is no goods."""
    parts: tuple["LinePreview", ...] = ()
    """What a kit goes as: a line each, below it."""

    @property
    def has_goods(self) -> bool:
        """Tell whether it is goods, or a kit of them."""
        return self.kind in ("product", "kit")


@dataclass(frozen=True, slots=True)
class ProductPreview:
    """A product as the entry row shows it before a quantity is typed."""

    code: str
    description: str
    unit: str
    price: Decimal | None
    price_source: str
    available: Decimal
    alert: str


@dataclass(frozen=True, slots=True)
class EarlierPrice:
    """What a customer paid for a product on an earlier order."""

    number: str
    """Of the order."""
    day: date
    """When it was entered, UTC."""
    quantity: Decimal
    """Ordered and not closed, in the line's unit."""
    unit: str
    price: Decimal
    """In the order's currency, before the discount, per `price_unit` units."""
    price_unit: int
    discount: Decimal
    """Percent."""
    currency: str
