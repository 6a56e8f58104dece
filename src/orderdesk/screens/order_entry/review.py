"""What an order comes to, what is held and what waits, for the review before it is posted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from orderdesk.domain.days import remark_on

if TYPE_CHECKING:
    from orderdesk.domain.orders import HoldView, OrderView


def verdict(order: OrderView, today: date) -> str:
    """Say what an order comes to, then, a line each, what is held and why, what waits, what is odd.

    The weightiest comes first, for a low screen has room for some lines only; its help shows all.
    """
    rows = [f"total {order.total:,f} {order.currency}"]
    rows += [f"HELD {hold.code}{_over(hold)}: {hold.message}" for hold in order.holds]
    rows += [
        f"line {line.line} {line.product}: {line.backordered:f} of {line.ordered:f} backordered"
        for line in order.lines
        if line.backordered
    ]
    if order.duplicates:
        rows.append(f"same PO as {', '.join(order.duplicates[:3])}")
    return "\n".join([*rows, *_odd_days(order, today)])


def _odd_days(order: OrderView, today: date) -> list[str]:
    """Give what is odd about the days that the order and its lines are wanted on."""
    days = dict.fromkeys([order.requested, *(line.requested for line in order.lines)])
    return [remark for day in days if (remark := remark_on(day, today))]


def _over(hold: HoldView) -> str:
    """Say by how much a limit is exceeded, where the hold is about one."""
    headroom = hold.details.get("headroom")
    return f" {headroom}" if headroom else ""
