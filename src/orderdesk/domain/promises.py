"""What the floors say to each other about promises."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final

from orderdesk.domain.orders import STRICT_KEYS
from orderdesk.domain.views import view


@view
class PromisedLine:
    """What one line is promised for."""

    order: str
    line: int
    product: str
    requested: date
    first_promised: date | None
    promised: date | None
    ship_by: date | None
    late: bool
    """True where it is promised for a later day than was asked for."""
    pinned: bool
    """True where somebody fixed the day; nothing reckons it anew."""
    slips: int
    """How often the promise moved to a later day."""
    customer: str = ""
    unit: str = ""
    open: Decimal = Decimal(0)
    allocated: Decimal = Decimal(0)
    """What of it is there for the line."""
    warehouse: str = ""
    version: int = 0
    """Of the order; a day fixed for an older one is a conflict."""
    order_id: int = 0
    """The order's place among all orders, the oldest first."""
    why: str = ""
    """Why the line is listed; empty where nothing was asked for but its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFilter:
    """Which lines of a list of promises are asked for; what is left out does not matter."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    customer: str | None = None
    """Our code."""
    product: str | None = None
    """Our code or an EAN."""
    order: str | None = None
    """An order's number."""


COUNTED: Final = 1_000
"""A count of lines goes no further than this."""

SOON: Final = 2
"""Days before its goods must leave from which on a line is at risk that lacks some of them."""


@dataclass(frozen=True, slots=True)
class PromisePage:
    """One page of a list of promises."""

    lines: tuple[PromisedLine, ...]
    more: bool
    """True where there are lines beyond these, in the direction that was asked for."""


@dataclass(frozen=True, slots=True)
class PromiseView:
    """What an order is promised for: the latest of its lines, none where one has none."""

    number: str
    version: int
    promised: date | None
    lines: tuple[PromisedLine, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """One link of the chain: a day, and why it is this one."""

    what: str
    day: date
    why: str


@dataclass(frozen=True, slots=True)
class PromiseExplained:
    """How the day of a line comes about, as it would be reckoned now."""

    order: str
    line: int
    product: str
    promised: date | None
    first_promised: date | None
    pinned: bool
    slips: int
    reckoned: date | None
    """What the chain comes to now; None where nobody knows when the goods come."""
    ship_by: date | None
    """The last day on which the goods may leave to be there as reckoned."""
    slipping: bool
    """True where that is later than what is promised."""
    goods: str
    """From where, or from when, the goods are there."""
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PinRequest:
    """A line whose promise is to be fixed, or left to the chain again."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    number: str
    """The order's."""
    line: int
    on: str | None = None
    """The day, ISO; left out, the one that is promised now."""
    release: bool = False
    """True: the chain decides again."""
    reason: str = ""
    version: int | None = None
    """The version of the order that was read."""


@dataclass(frozen=True, slots=True)
class Repromised:
    """What was promised anew of an order."""

    order: str
    slipped: tuple[int, ...] = ()
    """Lines that are promised for a later day than before, or for none."""
    changed: tuple[int, ...] = ()
    """All lines whose promise is another one now."""
