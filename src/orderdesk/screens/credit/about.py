"""A customer's credit as rows of text: parts, reasons, ageing, items, orders, outlook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from orderdesk.domain.credit import AgeingView, BurnDown, CreditView, ExposureParts
from orderdesk.domain.orders import OrderSummary
from orderdesk.domain.text import clean
from orderdesk.screens.columns import shortened

_BAR = 24
"""Cells of the longest bar of the plot."""
_ROOM = 76
"""Cells of a row on the narrowest screen."""
_ITEMS = 20
_STEPS = 12


def head(seen: CreditView) -> str:
    """Give limit, exposure and verdict, and what the exposure is made of."""
    limit = "unlimited" if seen.limit is None else f"{seen.limit:,f}"
    free = "-" if seen.headroom is None else f"{seen.headroom:,f}"
    rows = [
        f"{seen.name}",
        f"Limit {limit}   Exposure {seen.exposure:,f}   Free {free} {seen.currency}"
        f"   {seen.result.upper()}",
        made_of(seen.parts),
    ]
    if seen.holder and seen.holder != seen.customer:
        rows.append(
            f"{seen.holder} holds the limit; its family stands at {seen.family_exposure:,f}"
        )
    if seen.temporary_until is not None:
        rows.append(f"the limit is a temporary one, until {seen.temporary_until}")
    return "\n".join(f" {clean(row)}" for row in rows)


def made_of(parts: ExposureParts) -> str:
    """Say what an exposure is the sum of."""
    return (
        f"receivables {parts.receivables:,f} + not invoiced {parts.unbilled:,f}"
        f" + open orders {parts.open_orders:,f} - unapplied {parts.unapplied:,f}"
    )


def body(
    seen: CreditView, owed: AgeingView, outlook: BurnDown, orders: Sequence[OrderSummary]
) -> str:
    """Give the sections under the head."""
    sections = (
        ("WHY", (f"{each.code.replace('_', ' ')}: {each.message}" for each in seen.reasons)),
        ("OVERDUE BY DAYS", _buckets(owed)),
        ("OPEN ORDERS", _orders(orders)),
        ("OPEN ITEMS", _items(owed)),
        ("GRANTS", _grants(seen)),
        ("WHEN HEADROOM COMES BACK", _outlook(outlook)),
    )
    rows: list[str] = []
    for title, lines in sections:
        told = [f"   {clean(line)}" for line in lines]
        rows += ["", f" {title}", *(told or ["   none"])]
    return "\n".join(rows[1:])


def _buckets(owed: AgeingView) -> Iterator[str]:
    yield "   ".join(f"{each.days}: {each.amount:,f}" for each in owed.buckets)
    if owed.more:
        yield "only the items that are due first are counted"


def _orders(orders: Sequence[OrderSummary]) -> Iterator[str]:
    for order in orders:
        held = "   !held" if order.held else ""
        yield (
            f"{order.number}  {order.requested}  {order.total:>14,f} {order.currency}"
            f"  {order.buyer_po or '-'}{held}"
        )


def _items(owed: AgeingView) -> Iterator[str]:
    for each in owed.items[:_ITEMS]:
        late = f"   {each.days_late} days late" if each.days_late and each.open > 0 else ""
        yield f"{each.kind:<8} {each.number:<14} due {each.due_date}  {each.open:>14,f}{late}"
    if len(owed.items) > _ITEMS:
        yield f"({len(owed.items) - _ITEMS} more)"


def _grants(seen: CreditView) -> Iterator[str]:
    for each in seen.grants:
        ceiling = "" if each.ceiling is None else f" up to {each.ceiling:,f}"
        until = "" if each.until is None else f" until {each.until}"
        yield f"{each.order} {each.code}{ceiling}{until}, by {each.by} {each.reason}"


def _outlook(outlook: BurnDown) -> Iterator[str]:
    """Draw the exposure step by step; `|` marks the limit."""
    late = f"they pay {outlook.late_days} days late as a rule" if outlook.late_days else ""
    free = f"within the limit from {outlook.free_on} on" if outlook.free_on else ""
    said = "; ".join(text for text in (free, late) if text)
    if said:
        yield said
    steps = outlook.steps[:_STEPS]
    most = max([outlook.exposure, outlook.limit or Decimal(0), *(s.exposure for s in steps)])
    if most > 0:
        yield f"{outlook.business_date}  {_bar(outlook.exposure, outlook.limit, most)}  now"
        for step in steps:
            bar = _bar(step.exposure, outlook.limit, most)
            yield shortened(f"{step.on}  {bar}  {step.change:+,f}", _ROOM)
            yield shortened(f"{'':<12}{step.what}", _ROOM)
    for order in outlook.orders:
        when = f"passes by itself on {order.on}" if order.on else "does not pass by itself"
        yield f"{order.order} ({order.held:,f}) {when}"
        yield f"  {order.reason}"


def _bar(value: Decimal, limit: Decimal | None, most: Decimal) -> str:
    cells = max(0, int(value * _BAR / most))
    bar = list(("#" * cells).ljust(_BAR, "."))
    if limit is not None and limit <= most:
        bar[min(_BAR - 1, max(0, int(limit * _BAR / most)))] = "|"
    return "".join(bar) + f" {value:>16,f}"
