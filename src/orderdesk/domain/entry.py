"""What the entry screen is told while an order is being typed."""

from dataclasses import dataclass
from decimal import Decimal


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
