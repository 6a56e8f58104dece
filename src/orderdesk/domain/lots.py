"""What the floors say to each other about bins, and about lots of a product."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from orderdesk.domain.fields import Field, Form, by_name

BIN_KINDS: Final = ("storage", "picking", "receiving")

BIN_FIELDS: Final[Mapping[str, Field]] = by_name(
    Field("kind", "what it is for", Form.CHOICE, choices=BIN_KINDS),
    Field(
        "sequence", "in which order one walks past them; the lowest is emptied first", Form.WHOLE
    ),
    Field("note", "what else there is to know of it"),
    Field("archived", "no longer used", Form.FLAG),
)

LOT_FIELDS: Final[Mapping[str, Field]] = by_name(
    Field("expires", "the last day on which it may be used", Form.DATE, nullable=True),
    Field("supplier_lot", "what the supplier calls it"),
    Field("note", "what else there is to know of it"),
)


@dataclass(frozen=True, slots=True)
class BinView:
    """A shelf, floor or door of a warehouse where goods lie."""

    warehouse: str
    code: str
    version: int
    kind: str
    """storage, picking or receiving."""
    sequence: int
    """In which order one walks past them; the lowest is emptied first."""
    note: str
    archived: bool


@dataclass(frozen=True, slots=True)
class LotView:
    """Goods of a product that came together."""

    product: str
    code: str
    version: int
    expires: date | None
    """The last day on which it may be used."""
    days: int | None
    """How many days that is from the company's today; below zero, it is over."""
    received: date
    """When it first came."""
    supplier_lot: str
    note: str
    on_hand: Decimal
    """What lies of it in all warehouses, of whatever status."""
    unit: str
