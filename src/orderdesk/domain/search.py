"""What a look-up gives."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CustomerHit:
    """A customer that fits what was typed."""

    code: str
    name: str
    city: str
    contact: str
    phone: str
    blocked: bool
    found_by: str
    """code, name, phone or similar."""


@dataclass(frozen=True, slots=True)
class ProductHit:
    """A product that fits what was typed; available in its unit, in all warehouses."""

    code: str
    name: str
    unit: str
    kind: str
    available: Decimal
    discontinued: bool
    found_by: str
    """code, part, ean, name or similar."""
