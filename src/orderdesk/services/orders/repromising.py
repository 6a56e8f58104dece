"""Promises reckoned anew, as the nightly run does for every open order, and promises fixed by hand.

A promise that moves to a later day has slipped: it is counted, and the customer is told. What
somebody pinned stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, literal_column, select

from orderdesk.domain.errors import Refused
from orderdesk.domain.promises import PinRequest, PromiseView, Repromised
from orderdesk.models.orders import SalesOrder
from orderdesk.services import rights
from orderdesk.services.orders import changing, promising
from orderdesk.services.orders.differences import refuse_stale
from orderdesk.services.orders.entry import day_of
from orderdesk.services.orders.heading import text_of
from orderdesk.services.orders.holds import unknown_line
from orderdesk.services.orders.promise_reading import nothing_promised, show, ways_of
from orderdesk.services.orders.rows import RECEIVERS, OrderRows, read_order, rows_of
from orderdesk.services.orders.writing import write_head
from orderdesk.services.promises import goods
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

PAGE: Final = 100
"""How many orders are looked at in one snapshot."""

RIGHT: Final = "promise"

Days = Mapping[tuple[int, int], date | None]
"""The day on which goods of a line are there, by order (id) and line."""

_order = table_of(SalesOrder).c
_OPEN: Final = statement(
    select(table_of(SalesOrder))
    .where(literal_column("sales_order.stage = 'open'"), _order.id > bindparam("after"))
    .order_by(_order.id)
    .limit(literal_column(str(PAGE)))
)


def outdated(work: Work, after: int = 0) -> tuple[tuple[str, ...], int]:
    """Look at a page of open orders: give those whose promises have changed, and the last id.

    The id is 0 where there are no more.
    """
    page = [rows_of(work, order) for order in work.run(_OPEN, {"after": after})]
    days = goods.of_many(work, [line for rows in page for line in _waiting(rows)])
    found = tuple(rows.order.number for rows in page if _new(work, rows, days))
    return found, page[-1].order.id if page else 0


def repromise(work: Work, number: str, cause: str) -> Repromised:
    """Promise an order anew as things stand now; unchanged, it stays.

    Raises NotFound, and Refused for who may not end the day.
    """
    rights.require(work, "nightly")
    return _anew(work, read_order(work, number, lock=True), cause)


def renew(work: Work, number: str, version: int | None = None) -> PromiseView:
    """Promise an order anew as `repromise` does, by hand.

    Raises NotFound, Refused for who may not, and Conflict where the order has another version by
    now than the one that was read.
    """
    rights.require(work, RIGHT)
    rows = changing.lock(work, number)
    refuse_stale(work, rows.order, version, {"renew": True})
    _anew(work, rows, "by hand")
    return show(work, rows.order.number)


def _anew(work: Work, rows: OrderRows, cause: str) -> Repromised:
    changed = _new(work, rows, goods.of_many(work, _waiting(rows)))
    if not changed:
        return Repromised(rows.order.number)
    was = {line.line: line for line in rows.lines}
    slipped = [line for line in changed if _slipped(was[line.line], line)]
    kind = "promise slipped" if slipped else "promised anew"
    _write(work, rows, changed, kind, cause)
    return Repromised(
        rows.order.number,
        tuple(line.line for line in slipped),
        tuple(line.line for line in changed),
    )


def pin(work: Work, request: PinRequest) -> PromiseView:
    """Fix the day that a line is promised for, or let the chain decide again.

    Raises NotFound, Refused for who may not, for a day that is none and for a line without goods
    to come, and Conflict where the order has another version by now than the one that was read.
    """
    rights.require(work, RIGHT)
    rows = changing.lock(work, request.number)
    asked = {"line": request.line, "on": request.on, "release": request.release}
    refuse_stale(work, rows.order, request.version, asked)
    line = _pinned(work, rows, request)
    was = next(each for each in rows.lines if each.line == request.line)
    if line != was:
        kind = "promise released" if request.release else "promise pinned"
        _write(work, rows, [line], kind, text_of(request.reason, "reason"))
    return show(work, rows.order.number)


def _pinned(work: Work, rows: OrderRows, request: PinRequest) -> Any:
    """Give a line as it is to be. Raises NotFound, Refused."""
    where = f"line {request.line}: "
    line = next((each for each in rows.lines if each.line == request.line), None)
    if line is None:
        raise unknown_line(rows, request.line)
    if line.kind != "product" or not line.open:
        raise nothing_promised(rows, request.line)
    if request.release:
        if request.on is not None:
            raise Refused("bad_value", f"{where}give either on or release, not both")
        free = line._replace(pinned=0)
        anew = _reckoned(work, rows, [free], goods.of_many(work, [free]))
        return {each.line: each for each in anew}.get(line.line, free)
    on = line.promised if request.on is None else day_of(request.on, f"{where}on")
    if on is None:
        raise Refused("no_promise", f"{where}it has no promise yet; give the day with --on")
    known = ways_of(work, rows.order, rows.customer, [line])[line.line]
    if request.on is not None and on < known.today.isoformat():
        raise Refused(
            "day_passed",
            f"{where}on {on} is before the company's day, {known.today}; give that day or a later "
            "one",
            on=on,
        )
    fetched = promising.is_fetched(line)
    fixed = promising.promised(line, on, known.leaves(line.ship_to, on, fetched=fetched))
    wish = known.leaves(line.ship_to, line.requested, fetched=fetched)
    return promising.ranked(fixed, wish)._replace(pinned=1)


def _waiting(rows: OrderRows) -> list[Row]:
    """Give an order's lines whose promises are to be reckoned."""
    return [line for line in rows.lines if line.kind == "product" and line.open and not line.pinned]


def _new(work: Work, rows: OrderRows, days: Days) -> list[Any]:
    """Give an order's lines whose promises come to other days by now, the slips counted."""
    waiting = _waiting(rows)
    return _reckoned(work, rows, waiting, days) if waiting else []


def _reckoned(work: Work, rows: OrderRows, lines: Iterable[Row], days: Days) -> list[Any]:
    """Give those of these lines whose promise comes to another day by now."""
    known = ways_of(work, rows.order, rows.customer, rows.lines)
    chosen = {line.line: line for line in lines}
    for number, line in chosen.items():
        day = days.get((line.order_id, number))
        chosen[number] = promising.reckoned(known[number], line, day)
    all_lines = [chosen.get(line.line, line) for line in rows.lines]
    order = rows.order
    shared = promising.together(all_lines, order.delivery_rule, order.most_deliveries)
    together = [promising.ranked(line) if line.line in chosen else line for line in shared]
    was = {line.line: line for line in rows.lines}
    return [
        line._replace(slips=line.slips + _slipped(was[line.line], line))
        for line in together
        if line.line in chosen and line != was[line.line]
    ]


def _slipped(was: Row, now: Row) -> bool:
    """Tell whether a promise was given up for a later one, or for none."""
    if was.promised is None or now.pinned:
        return False
    return bool(now.promised is None or now.promised > was.promised)


def _write(work: Work, rows: OrderRows, changed: list[Any], kind: str, cause: str) -> None:
    """Write lines with their promises, the order's own, its version and its event."""
    promising.write(work, changed)
    new = {line.line: line for line in changed}
    lines = [new.get(line.line, line) for line in rows.lines]
    order = rows.order
    after = write_head(work, order._replace(promised=promising.of_order(lines)))
    was = {line.line: line for line in rows.lines}
    body: dict[str, Any] = {"number": order.number}
    if cause:
        body["reason"] = cause
    if after.promised != order.promised:
        body["promised"] = [order.promised, after.promised]
    body["lines"] = {
        str(line.line): {
            name: [getattr(was[line.line], name), getattr(line, name)]
            for name in ("promised", "ship_by", "slips", "pinned")
            if getattr(was[line.line], name) != getattr(line, name)
        }
        for line in changed
    }
    work.event("order", order.id, after.version, kind, body, RECEIVERS)
