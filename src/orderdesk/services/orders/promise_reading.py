"""Promises as they are read: of an order, of the lines that need somebody, and how one came."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from sqlalchemy import bindparam, literal_column, select

from orderdesk.domain.calendars import NeverOpen
from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.orders import AddressRequest
from orderdesk.domain.promises import PromisedLine, PromiseExplained, PromiseView, StepView
from orderdesk.domain.promising import Promised
from orderdesk.models.journal import Event
from orderdesk.models.stock import Supply
from orderdesk.services.orders.holds import unknown_line
from orderdesk.services.orders.promising import is_fetched
from orderdesk.services.orders.rows import OrderRows, read_order
from orderdesk.services.promises import goods, ways
from orderdesk.services.promises.ways import Ways
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

_supply = table_of(Supply).c

_event = table_of(Event).c

_MOVING: Final = {"open", "requested", "ship_to", "warehouse", "disposition"}
_REROUTING: Final = {"carrier", "ship_address"}
"""What of a line, and of its order, makes its goods start when it is changed."""

_A_DAY: Final = timedelta(days=1)
_LATELY: Final = 48 * 3_600_000_000
"""No day of any warehouse's clock began so many microseconds ago."""

_CHANGES: Final = statement(
    select(_event.at, _event.body)
    .where(
        _event.subject_id == bindparam("order_id"),
        _event.subject == literal_column("'order'"),
        _event.version > literal_column("1"),
        _event.at >= bindparam("since"),
    )
    .order_by(_event.version)
)
_SUPPLIES: Final = statement(
    select(_supply.id, _supply.reference, _supply.open, _supply.due)
    .where(
        _supply.product_id == bindparam("product"),
        _supply.warehouse == bindparam("place"),
        literal_column("supply.open > 0"),
        _supply.due <= bindparam("day"),
    )
    .order_by(_supply.due.desc(), _supply.id.desc())
    .limit(literal_column("1"))
)
"""The last goods that are expected by a day."""


def show(work: Work, number: str) -> PromiseView:
    """Give what an order's lines of goods are promised for. Raises NotFound."""
    rows = read_order(work, number)
    order = rows.order
    return PromiseView(
        order.number,
        order.version,
        _day(order.promised),
        tuple(
            line_view(line, order, code, rows.customer)
            for line, code in zip(rows.lines, rows.products, strict=True)
            if line.kind == "product"
        ),
    )


def explain(work: Work, number: str, line: int) -> PromiseExplained:
    """Say how a line's day comes about, step by step, as it would be reckoned now.

    Raises NotFound, and Refused for a line that waits for no goods.
    """
    rows = read_order(work, number)
    found, code = _line_of(rows, line)
    known = ways_of(work, rows.order, rows.customer, [found])[found.line]
    day = goods.of_waiting(work, [found]).get(found.line)
    chain = None
    if found.allocated == found.open or day is not None:
        try:
            chain = known.chain(found.ship_to, found.requested, day, fetched=is_fetched(found))
        except NeverOpen:
            chain = None
    said = _goods(work, known, found, day)
    reckoned = None if chain is None else chain.promised
    promised = _day(found.promised)
    return PromiseExplained(
        order=rows.order.number,
        line=found.line,
        product=code,
        promised=promised,
        first_promised=_day(found.first_promised),
        pinned=bool(found.pinned),
        slips=found.slips,
        reckoned=reckoned,
        ship_by=None if chain is None else chain.ship_by,
        slipping=promised is not None and (reckoned is None or reckoned > promised),
        goods=said,
        steps=() if chain is None else _steps(known, found, chain, said),
    )


def ways_of(work: Work, order: Row, customer: str, lines: Iterable[Row]) -> dict[int, Ways]:
    """Read how each line of goods of an order comes to its place, by the line's number.

    They begin when the order was entered, or when the line was changed last. `customer` is the
    order's, by its code.
    """
    goods_lines = [line for line in lines if line.kind == "product"]
    own = AddressRequest(**json.loads(order.ship_address)) if order.ship_address else None
    asked = ways.reads(
        customer,
        sorted({line.ship_to for line in goods_lines if line.ship_to}),
        order.carrier,
        own,
        warehouses=sorted({line.warehouse for line in goods_lines}),
        now=work.now,
    )
    known = ways.of(work, work.run_all(asked), order.entered_at)
    found = {line.line: known[line.warehouse] for line in goods_lines}
    changed = _changed(work, order, found)
    return {
        number: each.changed(changed[number]) if number in changed else each
        for number, each in found.items()
    }


def _changed(work: Work, order: Row, lines: Iterable[int]) -> dict[int, int]:
    """Give when lines were changed so that their goods start anew, in microseconds UTC.

    Only what was changed by now on the day that it is can be too late for that day.
    """
    found: dict[int, int] = {}
    if order.version == 1:
        return found
    for row in work.run(_CHANGES, {"order_id": order.id, "since": work.now - _LATELY}):
        body = json.loads(row.body)
        moved = body.get("lines", {})
        for line in lines:
            if _REROUTING & body.keys() or _MOVING & moved.get(str(line), {}).keys():
                found[line] = row.at
    return found


def _line_of(rows: OrderRows, number: int) -> tuple[Row, str]:
    """Give an open line of goods with its product. Raises NotFound, Refused."""
    for line, code in zip(rows.lines, rows.products, strict=True):
        if line.line == number:
            if line.kind != "product" or not line.open:
                raise nothing_promised(rows, number)
            return line, code
    raise unknown_line(rows, number)


def nothing_promised(rows: OrderRows, number: int) -> Refused:
    """Say that a line has no goods to come of its own; of a kit, which lines have its parts."""
    parts = [
        str(line.line)
        for line in rows.lines
        if line.kit_line == number and line.kind == "product" and line.open
    ]
    said = "no goods of it are open; name a line that waits for goods"
    if parts:
        said = f"a kit goes with the last of its parts; name one of their lines: {', '.join(parts)}"
    return Refused("nothing_promised", f"line {number}: {said}", line=number)


def _goods(work: Work, known: Ways, line: Row, day: date | None) -> str:
    """Say from where a line's goods come."""
    if line.allocated == line.open:
        return f"all {quantity_decimal(line.open)} {line.unit} are allocated"
    lacks = f"{quantity_decimal(line.open - line.allocated)} {line.unit}"
    if day is None:
        return f"nobody knows when {lacks} come"
    supply = _coming_on(work, line, known.today, day)
    if supply is None:
        if day <= known.today:
            return f"{lacks} are free for it today"
        return f"{lacks} can be bought from {day} on"
    paper = f" ({supply.reference})" if supply.reference else ""
    late = supply.due < known.today.isoformat()
    due = f"past due since {supply.due}" if late else f"due on {supply.due}"
    return f"{lacks} come with supply {supply.id}{paper}, {due}"


def _coming_on(work: Work, line: Row, today: date, day: date) -> Row | None:
    """Give the expected goods of a line's product that come on a day.

    What should have come before today comes tomorrow, for nobody knows a better day.
    """
    asked = {"product": line.product_id, "place": line.warehouse}
    last = work.one(_SUPPLIES, {**asked, "day": day.isoformat()})
    if last is not None and last.due == day.isoformat():
        return last
    if day != today + _A_DAY:
        return None
    return work.one(_SUPPLIES, {**asked, "day": (today - _A_DAY).isoformat()})


def _steps(known: Ways, line: Row, chain: Promised, said: str) -> tuple[StepView, ...]:
    """Give the chain's steps, with what is known of the goods and of the way."""
    unknown = known.leg(line.ship_to, fetched=is_fetched(line)).lead_days is None
    found = []
    for what, day, why in chain.steps:
        if what == "goods":
            why = f"{why}: {said}"
        if what == "arrival" and unknown:
            why = f"{why}; no zone of the carrier says how long it takes"
        found.append(StepView(what, day, why))
    return tuple(found)


def line_view(line: Row, order: Row, code: str, customer: str, why: str = "") -> PromisedLine:
    """Show what a line is promised for; `order` has the order's number and version."""
    return PromisedLine(
        order.number,
        line.line,
        code,
        date.fromisoformat(line.requested),
        _day(line.first_promised),
        _day(line.promised),
        _day(line.ship_by),
        line.promised is not None and line.promised > line.requested,
        bool(line.pinned),
        line.slips,
        customer,
        line.unit,
        quantity_decimal(line.open),
        quantity_decimal(line.allocated),
        line.warehouse,
        order.version,
        line.order_id,
        why,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
