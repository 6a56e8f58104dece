"""Closing what will not be delivered, opening it again, and cancelling an order whole."""

from __future__ import annotations

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import quantity_decimal, quantity_of
from orderdesk.domain.orders import OrderView
from orderdesk.services import catalogue
from orderdesk.services.orders import changing, entry, holds, kits
from orderdesk.services.orders.changing import Change
from orderdesk.services.orders.differences import refuse_stale
from orderdesk.services.orders.rows import OrderRows
from orderdesk.store.statements import Row
from orderdesk.store.work import Work


def close_line(
    work: Work,
    number: str,
    line: int,
    quantity: str | None = None,
    reason: str = "",
    version: int | None = None,
) -> OrderView:
    """Short-close what is open of a line, or so much of it, in its unit; the line stays.

    What waits for stock is closed first; stock that is given back goes to whoever waits for it.
    Charges stay as they are while anything is open: that we cannot deliver costs the buyer
    nothing. Raises NotFound, Refused where less is open or for an unknown reason, and Conflict
    where the order has another version by now than the one that was read.
    """
    rows = changing.lock(work, number)
    refuse_stale(work, rows.order, version, {"line": line, "quantity": quantity, "reason": reason})
    change = changing.prepare(work, rows)
    found = change.line(line)
    kits.refuse_part(found, f"line {line}: ")
    change.lines[line] = changing.closed(change.context, found, _quantity(change, found, quantity))
    return changing.settle(work, change, "line closed", catalogue.reason_of(work, reason, "cancel"))


def reopen(
    work: Work,
    number: str,
    line: int | None = None,
    reason: str = "",
    version: int | None = None,
) -> OrderView:
    """Open again what was short-closed of a line, or of every line, at the prices it had.

    Stock comes from what is free, and credit is checked as for any growth. Raises NotFound,
    Refused where nothing was short-closed or the order was cancelled, and Conflict where it has
    another version by now than the one that was read.
    """
    rows = changing.lock(work, number)
    refuse_stale(work, rows.order, version, {"line": line, "reason": reason})
    change = changing.prepare(work, rows)
    wanted = list(change.lines.values()) if line is None else [change.line(line)]
    if line is not None:
        kits.refuse_part(wanted[0], f"line {line}: ")
    shut = [each for each in wanted if each.short_closed and not _is_dropped_charge(each)]
    if not shut:
        what = f"order {change.order.number}" if line is None else f"line {line}"
        raise Refused("nothing_closed", f"nothing of {what} was closed; there is nothing to reopen")
    for each in shut:
        change.lines[each.line] = reopened(change, each)
    return changing.settle(work, change, "reopened", reason)


def cancel(work: Work, number: str, reason: str = "", version: int | None = None) -> OrderView:
    """Cancel an order: everything open is short-closed, its stock goes to whoever waits for it.

    Its holds are released by the system, for nothing is left to stop. A cancelled order stays
    cancelled. Raises NotFound, Refused once anything has shipped or for an unknown reason, and
    Conflict where it has another version by now than the one that was read.
    """
    rows = changing.lock(work, number)
    refuse_stale(work, rows.order, version, {"reason": reason})
    _refuse_shipped(rows)
    change = changing.prepare(work, rows)
    for line in rows.lines:
        change.lines[line.line] = changing.closed(change.context, line, line.open)
    change.order = change.order._replace(status="cancelled")
    holds.release_by_rule(work, rows, "the order was cancelled")
    return changing.settle(work, change, "cancelled", catalogue.reason_of(work, reason, "cancel"))


def reopened(change: Change, line: Row) -> Row:
    """Give a line with everything open again that was short-closed."""
    return changing.resized(change.context, line, line.ordered, 0)


def _is_dropped_charge(line: Row) -> bool:
    """Tell whether this is a minimum-order charge that the order outgrew."""
    return bool(line.kind == "charge" and not line.price)


def _quantity(change: Change, line: Row, typed: str | None) -> int:
    """Give how much of a line to close, thousandths; raise Refused where less is open."""
    where = f"line {line.line}: "
    if not line.open:
        raise Refused("nothing_open", f"{where}nothing is open; there is nothing to close")
    if typed is None:
        open_: int = line.open
        return open_
    try:
        quantity = quantity_of(typed, decimals=change.goods(line.line).decimals)
    except ValueError as error:
        raise entry.refusing(where, error) from None
    if not 0 < quantity <= line.open:
        raise Refused(
            "bad_quantity",
            f"{where}quantity {typed} cannot be closed; {quantity_decimal(line.open)} "
            f"{line.unit} are open: close as many or fewer, at least something",
            open=str(quantity_decimal(line.open)),
        )
    return quantity


def _refuse_shipped(rows: OrderRows) -> None:
    for line in rows.lines:
        if line.shipped:
            raise Refused(
                "shipped",
                f"order {rows.order.number} cannot be cancelled: of line {line.line} "
                f"{quantity_decimal(line.shipped)} {line.unit} have shipped; close what is still "
                f"open with `orderdesk order close-line {rows.order.number} --line {line.line}`",
                line=line.line,
                shipped=str(quantity_decimal(line.shipped)),
            )
