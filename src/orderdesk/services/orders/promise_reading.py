"""Promises as they are read: of an order, of the lines that need somebody, and how one came."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Final

from sqlalchemy import bindparam, literal_column, select, tuple_

from orderdesk.domain.calendars import NeverOpen
from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.orders import AddressRequest
from orderdesk.domain.promises import PromisedLine, PromiseExplained, PromiseView, StepView
from orderdesk.domain.promising import Promised
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.models.products import Product
from orderdesk.models.stock import Supply
from orderdesk.services.orders.holds import unknown_line
from orderdesk.services.orders.promising import is_fetched
from orderdesk.services.orders.rows import OrderRows, read_order
from orderdesk.services.promises import goods, ways
from orderdesk.services.promises.ways import Ways
from orderdesk.store.statements import Row, Statement, statement, table_of
from orderdesk.store.work import Work

PAGE: Final = 200

_line = table_of(OrderLine).c
_order = table_of(SalesOrder).c
_product = table_of(Product).c
_supply = table_of(Supply).c

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

_KEY: Final = ("order_id", "line")


def _page(condition: str) -> Statement:
    key = tuple_(*(bindparam(f"key_{name}", type_=_line[name].type) for name in _KEY))
    return statement(
        select(*table_of(OrderLine).columns, _order.number, _product.code)
        .join_from(table_of(OrderLine), table_of(SalesOrder), _order.id == _line.order_id)
        .join(table_of(Product), _product.id == _line.product_id)
        .where(
            literal_column("order_line.open > 0"),
            literal_column(condition),
            tuple_(_line.order_id, _line.line) > key,
        )
        .order_by(_line.order_id, _line.line)
        .limit(bindparam("count"))
    )


LISTS: Final = {
    "slipped": _page("order_line.slips > 0"),
    "unpromised": _page("order_line.kind = 'product' AND order_line.promised IS NULL"),
}
"""What of all open lines is listed: those that slipped, and those that have no promise."""


def show(work: Work, number: str) -> PromiseView:
    """Give what an order's lines of goods are promised for. Raises NotFound."""
    rows = read_order(work, number)
    order = rows.order
    return PromiseView(
        order.number,
        order.version,
        _day(order.promised),
        tuple(
            _view(line, order.number, code)
            for line, code in zip(rows.lines, rows.products, strict=True)
            if line.kind == "product"
        ),
    )


def list_(
    work: Work, wanted: str, *, after: PromisedLine | None = None, limit: int = PAGE
) -> tuple[PromisedLine, ...]:
    """Give the open lines that slipped, or have no promise, the oldest orders first.

    Those behind the line `after`. Raises Refused for another word.
    """
    if wanted not in LISTS:
        raise Refused(
            "unknown_list", f"{wanted!r} is not one of {', '.join(LISTS)}", known=list(LISTS)
        )
    key = {"key_order_id": 0, "key_line": 0}
    if after is not None:
        key = {"key_order_id": read_order(work, after.order).order.id, "key_line": after.line}
    rows = work.run(LISTS[wanted], {**key, "count": limit})
    return tuple(_view(row, row.number, row.code) for row in rows)


def explain(work: Work, number: str, line: int) -> PromiseExplained:
    """Say how a line's day comes about, step by step, as it would be reckoned now.

    Raises NotFound, and Refused for a line that waits for no goods.
    """
    rows = read_order(work, number)
    found, code = _line_of(rows, line)
    known = ways_of(work, rows)[found.warehouse]
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
        late=promised is not None and (reckoned is None or reckoned > promised),
        goods=said,
        steps=() if chain is None else _steps(known, found, chain, said),
    )


def ways_of(work: Work, rows: OrderRows) -> dict[str, Ways]:
    """Read how an order's goods come to its places, by warehouse."""
    order = rows.order
    own = AddressRequest(**json.loads(order.ship_address)) if order.ship_address else None
    asked = ways.reads(
        rows.customer,
        sorted({line.ship_to for line in rows.lines if line.ship_to}),
        order.carrier,
        own,
        warehouses=sorted({line.warehouse for line in rows.lines}),
        now=work.now,
    )
    return ways.of(work, work.run_all(asked))


def _line_of(rows: OrderRows, number: int) -> tuple[Row, str]:
    """Give an open line of goods with its product. Raises NotFound, Refused."""
    for line, code in zip(rows.lines, rows.products, strict=True):
        if line.line == number:
            if line.kind != "product" or not line.open:
                raise Refused(
                    "nothing_promised",
                    f"line {number}: no goods of it are open; name a line that waits for goods",
                    line=number,
                )
            return line, code
    raise unknown_line(rows, number)


def _goods(work: Work, known: Ways, line: Row, day: date | None) -> str:
    """Say from where a line's goods come."""
    if line.allocated == line.open:
        return f"all {quantity_decimal(line.open)} {line.unit} are allocated"
    lacks = f"{quantity_decimal(line.open - line.allocated)} {line.unit}"
    if day is None:
        return f"nobody knows when {lacks} come"
    if day <= known.today:
        return f"{lacks} are free for it today"
    asked = {"product": line.product_id, "place": line.warehouse, "day": day.isoformat()}
    last = work.one(_SUPPLIES, asked)
    late = last is not None and last.due < known.today.isoformat()
    if last is None or (last.due != day.isoformat() and not late):
        return f"{lacks} can be bought by {day - timedelta(days=1)}"
    paper = f" ({last.reference})" if last.reference else ""
    due = f"past due since {last.due}" if late else f"due on {last.due}"
    return f"{lacks} come with supply {last.id}{paper}, {due}"


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


def _view(line: Row, number: str, code: str) -> PromisedLine:
    return PromisedLine(
        number,
        line.line,
        code,
        date.fromisoformat(line.requested),
        _day(line.first_promised),
        _day(line.promised),
        _day(line.ship_by),
        line.promised is not None and line.promised > line.requested,
        bool(line.pinned),
        line.slips,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
