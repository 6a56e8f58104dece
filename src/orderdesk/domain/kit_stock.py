"""How many of a kit its parts allow."""

from __future__ import annotations

from dataclasses import dataclass

from orderdesk.domain.kits import KitPartView
from orderdesk.domain.stock import StockView


@dataclass(frozen=True, slots=True)
class KitStockView(StockView):
    """How many of a kit can be made of what nobody has of its goods; none lies anywhere itself."""

    parts: tuple[KitPartView, ...]
    """What it is made of."""
