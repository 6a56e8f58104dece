"""What may be sold in place of a product, or beside it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

SUBSTITUTE: Final = "substitute"
COMPLEMENT: Final = "complement"

KINDS: Final = {
    SUBSTITUTE: "stands in for it where it is short and the customer takes substitutes",
    COMPLEMENT: "goes with it",
}
"""How one product belongs to another."""

HIGHEST: Final = 99
"""The last rank there is."""


@dataclass(frozen=True, slots=True)
class OtherProduct:
    """A product that may stand in for another, or goes with it."""

    product: str
    """Its code."""
    name: str
    unit: str
    kind: str
    """substitute or complement."""
    rank: int
    """The lowest is offered first."""
    available: Decimal
    """What nobody has of it, at the warehouse that was asked about."""


@dataclass(frozen=True, slots=True)
class OthersView:
    """What belongs to a product."""

    product: str
    """Its code."""
    version: int
    others: tuple[OtherProduct, ...]
    """What may stand in for it, then what goes with it, the best rank first."""
