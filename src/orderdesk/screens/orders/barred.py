"""What cannot be done to an order or a line of it as it stands, and what to do instead."""

from __future__ import annotations

from typing import Final

from orderdesk.domain.orders import LineView, OrderView

_CHANGING: Final = (
    "amend",
    "header",
    "add_line",
    "goes",
    "stand_in",
    "hold",
    "pin",
    "cancel_order",
)
"""What is never done to an order that was cancelled."""


def why_not(action: str, order: OrderView, line: LineView | None) -> str:
    """Say why an action cannot be done to an order, or to its picked line; empty where it can."""
    if order.status == "cancelled" and action in _CHANGING:
        return f"order {order.number} was cancelled and stays so; copy it for a new one"
    if action == "release" and all(hold.released_by for hold in order.holds):
        return "nothing holds this order; there is nothing to release"
    if action == "differences" and order.version == 1:
        return "this is its first revision; nothing was changed yet"
    if line is not None and action == "close_line" and not line.open:
        return f"nothing of line {line.line} is open; there is nothing to close"
    if line is not None and action == "reopen" and not line.short_closed:
        return f"nothing of line {line.line} was closed; there is nothing to reopen"
    return ""
