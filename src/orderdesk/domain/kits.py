"""Kits: what is sold whole and goes as its parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

ONE: Final = 1_000
"""One of a unit, in thousandths."""

Parts = Mapping[int, Sequence[tuple[int, int]]]
"""What kits (ids) are made of: parts (ids), thousandths of the part in one of the kit."""


@dataclass(frozen=True, slots=True)
class KitPartView:
    """A part of a kit."""

    product: str
    """Its code."""
    name: str
    kind: str
    """product, service or kit."""
    quantity: Decimal
    """How much of it is in one of the kit."""
    unit: str
    available: Decimal
    """What nobody has of it at the company's own warehouse; 0 where it is never in stock."""


@dataclass(frozen=True, slots=True)
class KitView:
    """What a product is made of."""

    product: str
    """Its code."""
    version: int
    parts: tuple[KitPartView, ...]
    """As they were named, kits among them."""


def exploded(kit: int, parts: Parts) -> dict[int, Fraction]:
    """Give what one of a kit comes to when the kits in it are taken apart too, in thousandths.

    A part that is in it more than once is there once, added up.
    """
    found: dict[int, Fraction] = {}
    _explode(kit, Fraction(ONE), parts, found)
    return found


def _explode(kit: int, times: Fraction, parts: Parts, found: dict[int, Fraction]) -> None:
    for part, quantity in parts[kit]:
        all_of_it = times * quantity / ONE
        if part in parts:
            _explode(part, all_of_it, parts, found)
        else:
            found[part] = found.get(part, Fraction(0)) + all_of_it


def way_to(kit: int, start: int, parts: Parts) -> list[int] | None:
    """Give the way through parts of parts from a product to a kit, both among it; else None."""
    if start == kit:
        return [kit]
    for part, _ in parts.get(start, ()):
        rest = way_to(kit, part, parts)
        if rest is not None:
            return [start, *rest]
    return None


def whole(quantity: int, made_of: Sequence[tuple[int, int]]) -> int:
    """Give how many kits, in thousandths, can be had of a quantity of them, part by part.

    `made_of` has for each part what all of the quantity needs and what is there. All of it where
    every part is there in full, else as many whole ones as the scarcest part allows.
    """
    if all(there >= needs for needs, there in made_of):
        return quantity
    least = min(there * quantity // needs for needs, there in made_of)
    return max(0, least // ONE * ONE)
