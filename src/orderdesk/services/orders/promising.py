"""The dates that an order's lines are promised for, when it is placed and when it changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, update

from orderdesk.domain.delivery_rules import PARTIAL, shared_days
from orderdesk.domain.dispositions import DISPOSITIONS
from orderdesk.models.orders import OrderLine
from orderdesk.services.orders.context import Context
from orderdesk.services.orders.rows import LINES_OF
from orderdesk.services.promises import goods
from orderdesk.services.promises.ways import Ways
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

if TYPE_CHECKING:
    from orderdesk.services.orders.changing import Change

_line = table_of(OrderLine).c
_DATES: Final = ("promised", "ship_by", "first_promised", "leave_by", "slips", "pinned")
"""What is written of a line whose promise changed."""

_WRITE: Final = statement(
    update(table_of(OrderLine))
    .where(_line.order_id == bindparam("order"), _line.line == bindparam("line_no"))
    .values({name: bindparam(f"new_{name}", type_=_line[name].type) for name in _DATES})
)


def at_entry(
    work: Work,
    context: Context,
    lines: Sequence[Row],
    rule: str = PARTIAL,
    most: int | None = None,
) -> list[Any]:
    """Give a new order's lines with their promises.

    Lines that got all they asked for have one already; what is short is promised for the day on
    which all of it can go, or for none. `rule` and `most` say what of the order goes together.
    """
    found = list(lines)
    unpromised = any(line.promised is None for line in found if line.kind == "product")
    if not unpromised and rule == PARTIAL and most is None:
        return found
    days = goods.of_new(work, found, context.lots.until)
    for place, line in enumerate(found):
        if _is_open(line) and line.promised is None:
            found[place] = reckoned(context.ways[line.warehouse], line, days.get(line.line))
    return together(found, rule, most)


def again(work: Work, change: Change, order: Row) -> Row:
    """Promise anew what a change of an order moved, write it, and give the header with its own.

    What the change did not touch keeps its promise, and so does what somebody pinned. The lines
    have been written, and have what stock they get.
    """
    was = {line.line: line for line in change.found.lines}
    rerouted = is_rerouted(change.found.order, change.order)
    read = work.run(LINES_OF, {"id": order.id})
    touched = [
        line
        for line in read
        if _is_open(line)
        and not line.pinned
        and (rerouted or is_moved(was.get(line.line), line) or _is_resized(was[line.line], line))
    ]
    days = goods.of_waiting(work, touched)
    new = {line.line: line for line in read}
    for line in touched:
        way = change.context.ways[line.warehouse]
        new[line.line] = reckoned(way, line, days.get(line.line))
    if touched:
        shared = together(new.values(), order.delivery_rule, order.most_deliveries)
        anew = {line.line for line in touched}
        new = {line.line: ranked(line) if line.line in anew else line for line in shared}
    write(work, [new[line.line] for line in read if new[line.line] != line])
    return order._replace(promised=of_order(new.values()))


def is_rerouted(was: Row, now: Row) -> bool:
    """Tell whether an order goes another way by now: another carrier, an address of its own."""
    return (was.carrier, was.ship_address) != (now.carrier, now.ship_address)


def is_moved(was: Row | None, now: Row) -> bool:
    """Tell whether a line is wanted on another day, elsewhere or from elsewhere by now."""
    if was is None:
        return True
    before = (was.requested, was.ship_to, was.warehouse, was.disposition)
    return before != (now.requested, now.ship_to, now.warehouse, now.disposition)


def _is_resized(was: Row, now: Row) -> bool:
    """Tell whether another quantity is open, or another one is there, than before a change."""
    return (was.open, was.allocated) != (now.open, now.allocated)


def _is_open(line: Row) -> bool:
    return bool(line.kind == "product" and line.open)


def is_fetched(line: Row) -> bool:
    """Tell whether the customer fetches a line's goods."""
    return not DISPOSITIONS[line.disposition].carried


def reckoned(way: Ways, line: Row, day: date | None) -> Any:
    """Give a line promised for goods that are there on a day; without one, all must be there."""
    if day is None and line.allocated < line.open:
        return promised(line, None, None)
    dates = way.dates(line.ship_to, line.requested, day, fetched=is_fetched(line))
    return promised(line, *dates)


def promised(line: Row, day: str | None, ship_by: str | None) -> Any:
    """Give a line with a promise (ISO, both dates), its first one where it had none."""
    first = line.first_promised if line.first_promised is not None else day
    leave_by = line.leave_by if line.leave_by is not None else ship_by or day
    return line._replace(promised=day, ship_by=ship_by, first_promised=first, leave_by=leave_by)


def ranked(line: Row, wish: str | None = None) -> Any:
    """Give a line with its rank, which a promise that was brought forward makes better.

    A slip leaves it. Not before the day, ISO, by which goods leave that arrive as the customer's
    `wish` is: until then what is promised to others does not count on the line.
    """
    if line.leave_by is None:
        return line
    earliest = min(line.leave_by, line.ship_by or line.leave_by)
    return line._replace(leave_by=max(earliest, wish or earliest))


def together(lines: Iterable[Row], rule: str, most: int | None) -> list[Any]:
    """Give lines promised as they go together by a delivery rule and a bound on deliveries.

    What is pinned keeps its day, and so does what has gone.
    """
    found = list(lines)
    if rule == PARTIAL and most is None:
        return found
    going = {line.line: line for line in found if _is_open(line)}
    days = {
        number: None if line.promised is None else date.fromisoformat(line.promised)
        for number, line in going.items()
    }
    shared = shared_days(rule, most, days)
    leaves = {line.promised: line.ship_by for line in going.values()}
    moved = {
        number: None if day is None else day.isoformat()
        for number, day in shared.items()
        if day != days[number] and not going[number].pinned
    }
    return [
        _with_others(line, moved[line.line], leaves) if line.line in moved else line
        for line in found
    ]


def _with_others(line: Row, day: str | None, leaves: Mapping[str | None, str | None]) -> Any:
    """Give a line promised for the day of others, never to leave before it had to by itself."""
    if day is None:
        return promised(line, None, None)
    known = [each for each in (line.ship_by, leaves.get(day)) if each is not None]
    return promised(line, day, max(known, default=None))


def of_order(lines: Iterable[Row]) -> str | None:
    """Give an order's promise: the latest of its open product lines', None where one has none."""
    days = {line.promised for line in lines if line.kind == "product" and line.open}
    return None if None in days else max(days, default=None)


def write(work: Work, lines: Iterable[Row]) -> None:
    """Write the promises of lines."""
    rows = [
        {
            "order": line.order_id,
            "line_no": line.line,
            **{f"new_{name}": getattr(line, name) for name in _DATES},
        }
        for line in lines
    ]
    if rows:
        work.change_all(_WRITE, rows, expect=len(rows))
