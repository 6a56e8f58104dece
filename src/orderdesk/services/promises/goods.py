"""From which day on a line's goods are there: by what can be promised, or by its turn.

A new line gets what nobody else was promised (available to promise). A line that waits has its
turn by rank: it is served when what is free and what comes cover all who come before it, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from orderdesk.domain.allocation import turns
from orderdesk.domain.available import Known, answers
from orderdesk.services import availability
from orderdesk.services.allocation import waiting
from orderdesk.store.statements import Row
from orderdesk.store.work import Work


def of_new(work: Work, lines: Sequence[Row]) -> dict[int, date | None]:
    """Give the day on which all of a new order's line can go, by line; None where none is known.

    Only lines are in it that did not get all of their stock at once; the lines are not written yet.
    Those before a line of the same product have what they take.
    """
    short: dict[str, set[int]] = {}
    for line in lines:
        if _is_short(line):
            short.setdefault(line.warehouse, set()).add(line.product_id)
    known = {
        (product, place): each
        for place, products in short.items()
        for product, each in availability.known(work, products, place).items()
    }
    found: dict[int, date | None] = {}
    for line in lines:
        shelf = (line.product_id, line.warehouse)
        if line.kind == "product" and shelf in known:
            each = known[shelf]
            if _is_short(line):
                found[line.line] = answers(each, line.open, each.today).all_on
            known[shelf] = _with(each, line)
    return found


def of_waiting(work: Work, lines: Iterable[Row]) -> dict[int, date | None]:
    """Give the day on which each of these written lines has all that it waits for, by its number.

    They are lines of one order; what waits for nothing is left out.
    """
    found: dict[int, date | None] = {}
    for line in lines:
        if not _is_short(line):
            continue
        place = waiting.place(work, line)
        [known] = availability.known(work, [line.product_id], line.warehouse).values()
        before = [] if place is None else [place.before]
        found[line.line] = turns(known, [*before, line.open - line.allocated])[-1]
    return found


def _is_short(line: Row) -> bool:
    return bool(line.kind == "product" and line.allocated < line.open)


def _with(known: Known, line: Row) -> Known:
    """Give what is known once a line has what it takes and waits for the rest."""
    rest = line.open - line.allocated
    needed = date.fromisoformat(line.needed)
    demand = {**known.demand, needed: known.demand.get(needed, 0) + rest} if rest else known.demand
    return replace(known, free=known.free - line.allocated, demand=demand)
