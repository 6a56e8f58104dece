"""One product as somebody on the telephone wants to know it: stock, days ahead, answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orderdesk.domain.atp import AtpView
from orderdesk.domain.kits import KitPartView
from orderdesk.domain.stock import MovementView, StockView
from orderdesk.domain.substitutes import OtherProduct

Day = date
"""A date by another name, for a field that is called so itself."""


@dataclass(frozen=True, slots=True)
class DayStock:
    """A day on which something of a product comes to a warehouse or is needed there."""

    warehouse: str
    date: Day
    """Today is always among them; what is past due counts today, and comes tomorrow."""
    comes: Decimal
    needed: Decimal
    """What lines wait for that need it on that day."""
    expires: Decimal
    """What nobody takes and may be used no more from that day on."""
    free: Decimal
    """What is left at its end; below zero so much is lacking."""
    promisable: Decimal
    """What of it can be promised to somebody else from that day on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedStock(StockView):
    """Everything about one product that says whether and when somebody can have it."""

    least: Decimal
    """The least that is sold at a time; 0 is any."""
    multiple: Decimal
    """Sold in multiples of this only; 0 is any."""
    reorder_level: Decimal
    discontinued: bool
    alert: str
    days: tuple[DayStock, ...]
    """By warehouse, then by day; none of a kit, which lies nowhere itself."""
    bought_from: date | None
    """From this day on whatever is asked can be bought; None where nothing more is."""
    others: tuple[OtherProduct, ...]
    """What may stand in for it, then what goes with it."""
    parts: tuple[KitPartView, ...]
    """What a kit is made of."""
    asked: AtpView
    """The three answers for what was asked."""


@dataclass(frozen=True, slots=True)
class MovementPage:
    """Some entries of a product's ledger, the newest first."""

    entries: tuple[MovementView, ...]
    more: bool
