"""What stands over an order's lines: who, where to, and how much; and what stands under them."""

from __future__ import annotations

from datetime import date

from rich.cells import cell_len

from orderdesk.domain.days import remark_on
from orderdesk.domain.orders import LineView, OrderView
from orderdesk.domain.text import clean
from orderdesk.screens.columns import fitting, shortened, wrapped


def head(order: OrderView, width: int) -> str:
    """Give the header in lines of at most so many cells; amounts are never cut."""
    po = f"PO {order.buyer_po}" if order.buyer_po else "no PO"
    who = clean(f"{order.customer} {order.customer_name}")
    first = fitting(
        width,
        (who, clean(f"   {po}   {order.terms}   {order.contact}")),
        (who, clean(f"   {po}   {order.terms}")),
    )
    place = clean(
        f" Ship-to {order.ship_to or 'one-off'}  Wanted {order.requested}{_promised(order)}"
        f"  Via {order.carrier or '-'}" + (f"  Rep {order.rep}" if order.rep else "")
    )
    amounts = f"   {_amounts(order, ',')}"
    if cell_len(place + amounts) <= width:
        rows = [first, place + amounts]
    else:
        # Where all three do not fit side by side even so, they do without separators.
        rows = [first, place, fitting(width, ("", _amounts(order, ",")), ("", _amounts(order, "")))]
    if order.address:
        there = ", ".join(part for part in order.address.values() if part)
        rows.insert(2, clean(f" To {there}"))
    return "\n".join(shortened(row, width) for row in rows)


def _promised(order: OrderView) -> str:
    """Say when all of an order is there, `!` where that is later than it is wanted."""
    if order.promised is None:
        return "  Promised !none" if any(line.backordered for line in order.lines) else ""
    late = "!" if order.promised > order.requested > order.entered_at.date() else ""
    return f"  Promised {late}{order.promised}"


def line_text(line: LineView, width: int) -> str:
    """Say of a line when it comes, from where, and how, in at most two rows of so many cells."""
    words = [f"#{line.line} {line.disposition} from {line.warehouse}"]
    if line.promised is not None:
        words.append(f"promised {line.promised}")
    elif line.backordered:
        words.append("not promised yet")
    if line.ship_by is not None:
        words.append(f"leave by {line.ship_by}")
    words.append(f"asked for {line.requested}")
    if line.pinned:
        words.append("FIXED by hand")
    if line.slips:
        words.append(f"SLIPPED {line.slips}x from {line.first_promised}")
    if line.substitute_for:
        words.append(f"stands in for {line.substitute_for}")
    return "\n".join(f" {row}" for row in wrapped(clean(", ".join(words)), width - 1, 2))


def _amounts(order: OrderView, thousands: str) -> str:
    return (
        f"Net {order.net:{thousands}f}  Tax {order.tax:{thousands}f}"
        f"  Total {order.total:{thousands}f} {order.currency}"
    )


def stops(order: OrderView) -> str:
    """Give a line for each hold and charge."""
    rows = [f" charge {charge.code} {charge.amount:,f}" for charge in order.charges]
    for hold in order.holds:
        state = f"released by {hold.released_by}" if hold.released_by else "!HELD"
        rows.append(f" {state}: {hold.code}: {hold.message}")
        if hold.rejected_by and not hold.released_by:
            rows.append(f"        rejected by {hold.rejected_by}: {hold.rejection}")
    return "\n".join(clean(row) for row in rows)


def odd_days(before: OrderView | None, after: OrderView | None) -> str:
    """Say what is odd about the days that a change asked for, if anything is."""
    if before is None or after is None:
        return ""
    new = dict.fromkeys(day for day in _days(after) if day not in set(_days(before)))
    remarks = (remark_on(day, after.entered_at.date()) for day in new)
    return "".join(f"; {remark}" for remark in remarks if remark)


def _days(order: OrderView) -> list[date]:
    return [order.requested, *(line.requested for line in order.lines)]
