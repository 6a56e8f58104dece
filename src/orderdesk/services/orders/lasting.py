"""Lots of a line that is wanted later: what does not last until then goes to somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orderdesk.domain.tracked import LOT
from orderdesk.services.allocation import lots
from orderdesk.services.orders import promising
from orderdesk.store.statements import Row
from orderdesk.store.work import Work

if TYPE_CHECKING:
    from orderdesk.services.orders.changing import Change


def return_lots(work: Work, change: Change) -> None:
    """Let lines that arrive later by now give back what they have of lots that expire before.

    What they get instead is chosen by the new day. A line that is pinned arrives as it is pinned.
    """
    rerouted = promising.is_rerouted(change.found.order, change.order)
    was = {line.line: line for line in change.found.lines}
    for number, line in change.lines.items():
        before = was.get(number)
        if before is None or line.pinned or not before.allocated:
            continue
        if change.goods(number).tracked != LOT:
            continue
        if not (rerouted or promising.is_moved(before, line)):
            continue
        line = _arriving(change, before, line)
        day = until(change, line)
        had = lots.of_line(work, line.order_id, line.line)
        over = sum(row.quantity for row in had if row.last_day < day)
        left = min(line.allocated, before.allocated - over)
        change.lines[number] = line._replace(allocated=left)


def write_arrivals(work: Work, change: Change) -> None:
    """Write when lines arrive by now, for by that they are served; they are promised anew then."""
    was = {line.line: line.promised for line in change.found.lines}
    promising.write(
        work,
        [
            line
            for line in change.lines.values()
            if line.line in was and line.promised != was[line.line]
        ],
    )


def _arriving(change: Change, before: Row, line: Row) -> Any:
    """Give a line with the day on which it arrives if its goods are there, or later as it was.

    Once it has its goods it is promised anew; until then they are chosen by this day.
    """
    way = change.context.ways[line.warehouse]
    fetched = promising.is_fetched(line)
    day, ship_by = way.dates(line.ship_to, line.requested, fetched=fetched)
    waits = before.allocated < before.open
    if day is None or (waits and before.promised is not None and before.promised > day):
        return line
    return line._replace(promised=day, ship_by=ship_by)


def until(change: Change, line: Row) -> str:
    """Give the day, ISO, until which what a line has must last."""
    buyer = change.context.buyer
    return lots.until(line.promised or line.requested, buyer.business_date, buyer.shelf_life)
