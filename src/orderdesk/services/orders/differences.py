"""What changes did to an order, field by field, as their events keep it.

A changed field is `[before, after]`, numbers as decimal texts; `lines` has the fields by line
number, `holds` the state of each hold by its code.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import bindparam, literal_column, select

from orderdesk.domain.changes import Changes
from orderdesk.domain.errors import Conflict, Refused
from orderdesk.domain.numbers import (
    amount_decimal,
    currency_decimals,
    percent_decimal,
    price_decimal,
    quantity_decimal,
)
from orderdesk.domain.orders import DifferenceView, EventView
from orderdesk.domain.times import moment
from orderdesk.models.journal import Event
from orderdesk.services.orders.rows import OrderRows, order_row
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

Body = dict[str, Any]
Shown = Callable[[Any, int], Any]
"""Turns a stored value into what an event says, given the decimals of the order's currency."""


def _quantity(value: int, decimals: int) -> str:
    return str(quantity_decimal(value))


def _price(value: int, decimals: int) -> str:
    return str(price_decimal(value, decimals))


def _percent(value: int, decimals: int) -> str:
    return str(percent_decimal(value))


def amount_text(value: int, decimals: int) -> str:
    """Give an amount in minor units as an event says it."""
    return str(amount_decimal(value, decimals))


def _as_is(value: Any, decimals: int) -> Any:
    return value


def _address(value: str, decimals: int) -> Any:
    return json.loads(value) if value else None


_LINE: Final[Mapping[str, Shown]] = {
    "ordered": _quantity,
    "shipped": _quantity,
    "short_closed": _quantity,
    "open": _quantity,
    "allocated": _quantity,
    "list_price": _price,
    "price": _price,
    "price_unit": _as_is,
    "price_source": _as_is,
    "discount": _percent,
    "net": amount_text,
    "price_reason": _as_is,
    "tax_reason": _as_is,
    "tax_rate": _percent,
    "ship_to": _as_is,
    "warehouse": _as_is,
    "requested": _as_is,
    "disposition": _as_is,
    "kit_line": _as_is,
    "note": _as_is,
}
_HEAD: Final[Mapping[str, Shown]] = {
    "status": _as_is,
    "stage": _as_is,
    "requested": _as_is,
    "contact": _as_is,
    "ship_to": _as_is,
    "ship_address": _address,
    "terms": _as_is,
    "carrier": _as_is,
    "warehouse": _as_is,
    "rep": _as_is,
    "discount": _percent,
    "delivery_rule": _as_is,
    "most_deliveries": _as_is,
    "note": _as_is,
    "net": amount_text,
    "tax": amount_text,
    "total": amount_text,
    "open_value": amount_text,
}

_BESIDE: Final = frozenset({"exposure"})
"""The customer's, told with a change of one of their orders but not a field of it."""

_event = table_of(Event).c
_EVENTS: Final = statement(
    select(_event.id, _event.version, _event.kind, _event.actor, _event.at, _event.body)
    .where(
        _event.subject_id == bindparam("order_id"),
        _event.subject == literal_column("'order'"),
    )
    .order_by(_event.id)
)


def order_changes(before: OrderRows, after: OrderRows) -> Body:
    """Give every field of an order and its lines that two states of it differ in."""
    decimals = currency_decimals(after.order.currency)
    changes: Body = _fields(before.order, after.order, _HEAD, decimals)
    if before.buyer_po != after.buyer_po:
        changes["buyer_po"] = [before.buyer_po, after.buyer_po]
    old = {line.line: line for line in before.lines}
    lines = {}
    for line, product in zip(after.lines, after.products, strict=True):
        known = old.get(line.line)
        if known == line:
            continue
        fields = _fields(known, line, _LINE, decimals)
        if known is None:
            fields = {"product": [None, product], **fields}
            if line.substitute_for is not None:
                fields["substitute_for"] = [None, after.ordered[line.substitute_for]]
        if fields:
            lines[str(line.line)] = fields
    if lines:
        changes["lines"] = lines
    if stops := _stops(before.holds, after.holds):
        changes["holds"] = stops
    return changes


def _stops(before: Iterable[Row], after: Iterable[Row]) -> Body:
    """Give how each hold stood before and after: open, released, rejected, not there (None)."""
    was, now = ({_stop(hold): _word(hold) for hold in each} for each in (before, after))
    words = {name: [was.get(name), word] for name, word in now.items()}
    return {name: pair for name, pair in words.items() if pair[0] != pair[1]}


def _stop(hold: Row) -> str:
    name: str = hold.code if hold.line is None else f"{hold.code} line {hold.line}"
    return name


def _word(hold: Row) -> str:
    if hold.released_by is not None:
        return "released"
    return "rejected" if hold.rejected_by else "open"


def _fields(before: Row | None, after: Row, shown: Mapping[str, Shown], decimals: int) -> Body:
    found: Body = {}
    for name, show in shown.items():
        now = getattr(after, name)
        if before is None:
            if now not in ("", None):
                found[name] = [None, show(now, decimals)]
        elif (was := getattr(before, name)) != now:
            found[name] = [show(was, decimals), show(now, decimals)]
    return found


def read_events(work: Work, order: Row, after: int = 0, last: int | None = None) -> list[EventView]:
    """Give an order's events behind version `after`, up to and with `last`, the oldest first.

    Those that left the version as it was stand among them; without `last` they reach to now.
    """
    found: list[EventView] = []
    version = 0
    for row in work.run(_EVENTS, {"order_id": order.id}):
        if version == last:
            break
        version = row.version or version
        if version >= after != row.version:
            at, changes = moment(row.at), Changes(json.loads(row.body))
            found.append(EventView(row.version, row.kind, row.actor, at, changes, row.id))
    return found


def fold(bodies: Iterable[Mapping[str, Any]]) -> Body:
    """Give what several changes came to together; what came back to what it was is left out."""
    whole: Body = {}
    for body in bodies:
        _merge(whole, body)
    return _without_returns(whole)


def _merge(into: Body, body: Mapping[str, Any]) -> None:
    for name, value in body.items():
        if name in _BESIDE:
            continue
        if isinstance(value, Mapping):
            _merge(into.setdefault(name, {}), value)
        elif isinstance(value, list) and len(value) == 2:
            first = into[name][0] if name in into else value[0]
            into[name] = [first, value[1]]


def _without_returns(changes: Body) -> Body:
    kept: Body = {}
    for name, value in changes.items():
        if isinstance(value, dict):
            inner = _without_returns(value)
            if inner:
                kept[name] = inner
        elif value[0] != value[1]:
            kept[name] = value
    return kept


def difference(work: Work, number: str, before: int, after: int | None = None) -> DifferenceView:
    """Give what became of an order between two of its versions; `after` left out is today's.

    Raises NotFound, and Refused for versions that the order never had or in the wrong order.
    """
    order = order_row(work, number)
    last = order.version if after is None else after
    if not 1 <= before <= last <= order.version:
        raise Refused(
            "bad_version",
            f"order {order.number} has the versions 1 to {order.version}; {before} to {last} is "
            "not a part of them",
            version=order.version,
        )
    events = read_events(work, order, before, after)
    return DifferenceView(
        number=order.number,
        before=before,
        after=last,
        by=tuple(dict.fromkeys(event.actor for event in events)),
        changes=fold(event.changes for event in events),
    )


def refuse_stale(work: Work, order: Row, read: int | None, yours: Mapping[str, Any]) -> None:
    """Raise Conflict, with both sides, unless the order has the version that was read, if any.

    `yours` is what was asked for, as plain JSON values.
    """
    if read is None or read == order.version:
        return
    events = read_events(work, order, max(0, read))
    changes = [event for event in events if event.version is not None]
    did = "; ".join(f"{event.actor} ({event.kind})" for event in changes) or "nobody"
    raise Conflict(
        "changed_meanwhile",
        f"order {order.number} is at version {order.version}, you read {read}; in between: {did}. "
        "Nothing was changed: read it again and repeat",
        version=order.version,
        read=read,
        theirs=fold(event.changes for event in events),
        yours=dict(yours),
        events=[
            {"version": e.version, "kind": e.kind, "actor": e.actor, "at": e.at.isoformat()}
            for e in changes
        ],
    )
