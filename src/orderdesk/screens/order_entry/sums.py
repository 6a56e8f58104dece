"""The lines of order entry that say what the customer may still owe, and what the draft comes to.

A number is never cut: what gives way in a narrow room is the name, then the separators of
thousands, then what can be reckoned from the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.domain.text import clean
from orderdesk.screens.columns import fitting

if TYPE_CHECKING:
    from decimal import Decimal

    from orderdesk.domain.entry import BuyerView
    from orderdesk.screens.order_entry.draft import Totals


def credit_line(buyer: BuyerView, width: int) -> str:
    """Say who buys and how much credit is left, in so many cells."""
    return fitting(
        width,
        (clean(buyer.name), f"   {buyer.terms}  {_credit(buyer, ',')}"),
        (clean(buyer.name), f"  {_credit(buyer, '')}"),
    )


def _credit(buyer: BuyerView, thousands: str) -> str:
    limit = "unlimited" if buyer.limit is None else f"{buyer.limit:{thousands}f}"
    free = "" if buyer.headroom is None else f"  Free {buyer.headroom:{thousands}f}"
    return f"Limit {limit}  Open {buyer.exposure:{thousands}f}{free}"


def totals_line(sums: Totals, lines: int, currency: str, width: int) -> str:
    """Say what so many lines come to, in so many cells; `!` where it is beyond the credit."""

    def said(thousands: str, parts: dict[str, Decimal]) -> str:
        shown = "  ".join(f"{name} {value:{thousands}f}" for name, value in parts.items())
        left = sums.headroom
        after = "" if left is None else f"  {'!' * (left < 0)}Free after {left:{thousands}f}"
        return f"Lines {lines}  {shown} {currency}{after}"

    every = {"Sub": sums.net, "Tax": sums.tax, "Total": sums.total}
    total = {"Total": sums.total}
    wordings = ((",", every), ("", every), (",", total), ("", total))
    return fitting(width, *(("", said(*each)) for each in wordings))
