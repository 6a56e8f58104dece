"""Other units that a product is ordered in, converted exactly or not at all."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, Final

from orderdesk.domain.orders import STRICT_KEYS

MOST: Final = 10**9
"""Neither part of a ratio goes beyond this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEntry:
    """Another unit that a product is to have."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    unit: str
    contains: str
    """How many of the product's own unit one of it is; empty takes it away."""


@dataclass(frozen=True, slots=True)
class UnitView:
    """Another unit of a product."""

    unit: str
    contains: str
    """How many of the product's own unit one of it is: `12`, `0.5`, or `1/3`."""


def ratio_of(typed: str) -> Fraction:
    """Read how many of a product's own unit one of another is: `12`, `0.5`, or `1/3`.

    Raises ValueError, saying what may be typed.
    """
    parts = [part.strip() for part in typed.split("/")]
    plain = all(part.replace(".", "", 1).isdigit() and part.isascii() for part in parts)
    if len(typed) > 40 or len(parts) > 2 or not plain or not any(c in "123456789" for c in typed):
        raise ValueError(
            f"contains {typed[:40]!r} is not a number; give one such as 12, 0.5 or 1/3"
        )
    found = Fraction(Decimal(parts[0]))
    if len(parts) == 2:
        below = Fraction(Decimal(parts[1]))
        if not below:
            raise ValueError(f"contains {typed!r} is parted by nothing; give such as 1/3")
        found /= below
    if not found or found.numerator > MOST or found.denominator > MOST:
        raise ValueError(
            f"contains {typed!r} is too large or too small to be kept exactly; give a simpler one"
        )
    return found


def ratio_text(numerator: int, denominator: int) -> str:
    """Give a ratio as it may be typed."""
    text = f"{Decimal(numerator) / Decimal(denominator):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    exact = Fraction(text) == Fraction(numerator, denominator)
    return text if exact else f"{numerator}/{denominator}"


def in_own(quantity: int, numerator: int, denominator: int) -> int | None:
    """Give a quantity of another unit in a product's own, both in thousandths; None if inexact."""
    whole, rest = divmod(quantity * numerator, denominator)
    return None if rest else whole
