"""What the floors say to each other about what can be promised: one product, or a basket of them.

Requests hold quantities and days as typed; views hold exact decimals of the product's unit.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from orderdesk.domain.orders import STRICT_KEYS
from orderdesk.domain.views import view


@dataclass(frozen=True, slots=True, kw_only=True)
class AtpRequest:
    """A product that somebody wants."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    product: str
    """Our code or an EAN."""
    quantity: str = "1"
    """In the product's unit; left out, 1."""
    on: str | None = None
    """ISO date on which it is to go; left out, the company's today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketRequest:
    """Products that somebody wants together; those before take from those behind them."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    lines: tuple[AtpRequest, ...]
    on: str | None = None
    """ISO date of every line without one; left out, the company's today."""
    warehouse: str | None = None
    """From this one alone."""


@view
class AtpPart:
    """So much can go on a day."""

    date: date
    quantity: Decimal


@view
class PlaceAtp:
    """What one warehouse can promise."""

    warehouse: str
    available_on: Decimal
    """What can go on the asked day, however much was asked."""
    complete_on: date | None
    """When all of it can go; None where no day is known."""
    split: tuple[AtpPart, ...]
    """What can go when, each part as early as it can; not all where it never can."""


@view
class AtpView:
    """The three answers for one product, over all warehouses and from each."""

    product: str
    name: str
    unit: str
    quantity: Decimal
    on: date
    available_on: Decimal
    """What can go on the asked day, however much was asked."""
    complete_on: date | None
    """When all of it can go; None where no day is known."""
    split: tuple[AtpPart, ...]
    """What can go when, each part as early as it can; not all where it never can."""
    warehouses: tuple[PlaceAtp, ...]


@view
class PlaceComplete:
    """When one warehouse can send a whole basket."""

    warehouse: str
    complete_on: date | None
    """None where no day is known."""


@view
class BasketView:
    """When a basket can go, whole and line by line."""

    complete_on: date | None
    """When all of it can go, from whichever warehouses; None where no day is known."""
    warehouses: tuple[PlaceComplete, ...]
    """When all of it can go from one warehouse."""
    lines: tuple[AtpView, ...]
