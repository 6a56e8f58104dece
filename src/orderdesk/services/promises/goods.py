"""From which day on a line's goods are there: by what can be promised, or by its turn.

A new line gets what nobody else was promised (available to promise). A line that waits has its
turn by rank: it is served when what is free and what comes cover all who come before it, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy import bindparam, select

from orderdesk.domain.available import Known, answers, turns
from orderdesk.models.customers import Customer
from orderdesk.models.orders import SalesOrder
from orderdesk.services import availability
from orderdesk.services.allocation import lots, standing
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

_order = table_of(SalesOrder).c
_customer = table_of(Customer).c
_SHELF_LIFE: Final = statement(
    select(_customer.shelf_life)
    .join_from(table_of(SalesOrder), table_of(Customer), _customer.id == _order.customer_id)
    .where(_order.id == bindparam("order"))
)


def of_new(work: Work, lines: Sequence[Row], until: Mapping[int, str]) -> dict[int, date | None]:
    """Give the day on which all of a new order's line can go, by line; None where none is known.

    Only lines are in it that did not get all of their stock at once; the lines are not written yet.
    Those before a line of the same product have what they take. `until` says, by line, how long
    goods with a last day must last.
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
                lasts = _lasting(each, until.get(line.line, ""))
                found[line.line] = answers(lasts, line.open, each.today).all_on
            known[shelf] = _with(each, line)
    return found


def of_waiting(work: Work, lines: Iterable[Row]) -> dict[int, date | None]:
    """Give the day on which each of these written lines has all that it waits for, by its number.

    They are lines of one order; what waits for nothing is left out.
    """
    return {line: day for (_, line), day in of_many(work, lines).items()}


def of_many(work: Work, lines: Iterable[Row]) -> dict[tuple[int, int], date | None]:
    """Give the same of the lines of many orders, by order (id) and line.

    All that waits for their goods is read once, however many of them want the same.
    """
    short = [line for line in lines if _is_short(line)]
    before = standing.before(work, short)
    products: dict[str, set[int]] = {}
    for line in short:
        products.setdefault(line.warehouse, set()).add(line.product_id)
    shelves = {
        (product, place): known
        for place, theirs in products.items()
        for product, known in availability.known(work, theirs, place).items()
    }
    found: dict[tuple[int, int], date | None] = {}
    for line in short:
        known, key = shelves[line.product_id, line.warehouse], (line.order_id, line.line)
        if known.expiring:
            life = work.run(_SHELF_LIFE, {"order": line.order_id})[0]
            arrives = line.promised or line.requested
            known = _lasting(known, lots.until(arrives, known.today.isoformat(), life.shelf_life))
        ahead = [before[key]] if key in before else []
        found[key] = turns(known, [*ahead, line.open - line.allocated])[-1]
    return found


def _lasting(known: Known, until: str) -> Known:
    """Give what is known of goods that last until a day, ISO; the empty text is any."""
    return known.lasting(date.fromisoformat(until)) if until and known.expiring else known


def _is_short(line: Row) -> bool:
    return bool(line.kind == "product" and line.allocated < line.open)


def _with(known: Known, line: Row) -> Known:
    """Give what is known once a line has what it takes and waits for the rest."""
    rest = line.open - line.allocated
    needed = date.fromisoformat(line.needed)
    demand = {**known.demand, needed: known.demand.get(needed, 0) + rest} if rest else known.demand
    return replace(known, free=known.free - line.allocated, demand=demand)
