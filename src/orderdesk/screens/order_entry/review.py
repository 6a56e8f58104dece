"""What an order comes to, what waits and what is held, in one line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from orderdesk.domain.days import remark_on

if TYPE_CHECKING:
    from orderdesk.domain.orders import HoldView, OrderView


def verdict(order: OrderView, today: date) -> str:
    """Say in one line what an order comes to, what is held, what waits and what is odd.

    The weightiest comes first, for a narrow screen cuts the line; its help shows it whole.
    """
    short = sum((line.backordered for line in order.lines), Decimal(0))
    parts = [f"total {order.total:,f} {order.currency}"]
    parts += [f"HELD {hold.code}{_over(hold)}" for hold in order.holds]
    if short:
        parts.append(f"{short:f} backordered")
    if order.duplicates:
        parts.append(f"same PO as {', '.join(order.duplicates[:3])}")
    parts += _odd_days(order, today)
    return "; ".join(parts)


def _odd_days(order: OrderView, today: date) -> list[str]:
    """Give what is odd about the days that the order and its lines are wanted on."""
    days = dict.fromkeys([order.requested, *(line.requested for line in order.lines)])
    return [remark for day in days if (remark := remark_on(day, today))]


def _over(hold: HoldView) -> str:
    """Say by how much a limit is exceeded, where the hold is about one."""
    headroom = hold.details.get("headroom")
    return f" {headroom}" if headroom else f" ({hold.message})"
