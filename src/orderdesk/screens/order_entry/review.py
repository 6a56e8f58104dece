"""What an order comes to, what is held and what waits, for the review before it is posted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING

from orderdesk.domain.days import remark_on, said
from orderdesk.screens.order_entry.known import promise_text

if TYPE_CHECKING:
    from orderdesk.domain.orders import HoldView, LineView, OrderView


def verdict(order: OrderView, today: date, *, as_typed: bool = False) -> str:
    """Say what an order comes to and when it comes; then, a line each, what stands against it.

    That is what is held and why, what waits or comes late, what is odd. The weightiest comes
    first, for a low screen has room for some lines only; its help shows all. `as_typed` numbers
    lines as entry does, where the parts of kits have no number.
    """
    names = _as_typed(order.lines) if as_typed else [f"line {line.line}" for line in order.lines]
    total = f"total {order.total:,f} {order.currency}{_charged(order)}"
    rows = [f"{total}{_promise(order, today)}"]
    rows += [
        f"HELD {hold.code.replace('_', ' ')}{_over(hold)}: {hold.message}" for hold in order.holds
    ]
    rows += [
        f"{name} {line.product}: {', '.join(words)}"
        for name, line in zip(names, order.lines, strict=True)
        if (words := _slow(line, today))
    ]
    if order.duplicates:
        rows.append(f"same PO as {', '.join(order.duplicates[:3])}")
    return "\n".join([*rows, *_odd_days(order, today)])


def _as_typed(lines: Sequence[LineView]) -> list[str]:
    """Name lines by the numbers that they have while they are typed."""
    numbers = accumulate(int(line.kit_line is None) for line in lines)
    return [
        f"line {number}" + ("" if line.kit_line is None else " part")
        for number, line in zip(numbers, lines, strict=True)
    ]


def _charged(order: OrderView) -> str:
    """Name the charges that the total has, for none of them is a line that was typed."""
    charges = [f"{charge.code.replace('_', ' ')} {charge.amount:,f}" for charge in order.charges]
    return f" with {', '.join(charges)}" if charges else ""


def _promise(order: OrderView, today: date) -> str:
    """Say when all of an order is there, where it has goods."""
    waits = any(line.backordered for line in order.lines)
    if order.promised is None and not waits:
        return ""
    return f", {promise_text(order.promised, today)}"


def _slow(line: LineView, today: date) -> list[str]:
    """Say what waits of a line, and when it comes where it waits or comes later than asked for.

    What is wanted today is wanted as soon as it can be, and is late by no day.
    """
    day = line.promised
    late = day is not None and day > line.requested > today
    words = []
    if line.backordered:
        words.append(f"{line.backordered:f} of {line.ordered:f} backordered")
    if line.backordered or late:
        words.append(promise_text(day, today))
    if late:
        words.append(f"LATE, asked for {said(line.requested, today)}")
    return words


def _odd_days(order: OrderView, today: date) -> list[str]:
    """Give what is odd about the days that the order and its lines are wanted on."""
    days = dict.fromkeys([order.requested, *(line.requested for line in order.lines)])
    return [remark for day in days if (remark := remark_on(day, today))]


def _over(hold: HoldView) -> str:
    """Say by how much a limit is exceeded, where the hold is about one."""
    headroom = hold.details.get("headroom")
    return f" {headroom}" if headroom else ""
