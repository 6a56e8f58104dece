"""What an order comes to, what waits and what is held, in one line."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orderdesk.domain.orders import HoldView, OrderView


def verdict(order: OrderView) -> str:
    """Say in one line what an order comes to, what waits and what is held."""
    short = sum((line.backordered for line in order.lines), Decimal(0))
    parts = [f"total {order.total:,f} {order.currency}, {len(order.lines)} lines"]
    if short:
        parts.append(f"{short:f} backordered")
    if order.duplicates:
        parts.append(f"same PO as {', '.join(order.duplicates[:3])}")
    parts += [f"HELD {hold.code}{_over(hold)}" for hold in order.holds]
    return "; ".join(parts)


def _over(hold: HoldView) -> str:
    """Say by how much a limit is exceeded, where the hold is about one."""
    headroom = hold.details.get("headroom")
    return f" {headroom}" if headroom else f" ({hold.message})"
