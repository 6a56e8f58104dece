"""Change an order that stands: quantities, prices, dates, places, texts; lines more and fewer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any, TypeVar

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import percent_of
from orderdesk.domain.orders import (
    AmendRequest,
    ChargeRequest,
    LineChange,
    LineRequest,
    OrderView,
)
from orderdesk.domain.products import CARRYING
from orderdesk.domain.text import fold_code
from orderdesk.services import catalogue, taxes
from orderdesk.services.orders import (
    allowed,
    changing,
    entry,
    kits,
    pricing,
    quantities,
    short,
    standing_in,
    warehouses,
)
from orderdesk.services.orders.amend_line import amended
from orderdesk.services.orders.changing import Change
from orderdesk.services.orders.charges import MINIMUM, amounts, charge_line, minimum_charge
from orderdesk.services.orders.differences import refuse_stale
from orderdesk.services.orders.entry import Defaults
from orderdesk.services.orders.heading import address_of, deliveries_of, text_of
from orderdesk.services.orders.place import SAME_PO, ask_po_id
from orderdesk.store.statements import Row
from orderdesk.store.work import Work

Asked = TypeVar("Asked", LineChange, LineRequest)


def amend(work: Work, request: AmendRequest) -> OrderView:
    """Change an order as asked, all of it or nothing, and give it as it is then.

    A line whose quantity changes is priced anew from the lists of today, unless its price is by
    hand. What grows is served from free stock and waits for the rest; what shrinks gives its
    stock to whoever waits. Every rule is checked again: what got worse, beyond the ceiling of a
    release, holds again. Shrinking never holds, and never releases either: a hold is released by
    somebody else, not by an edit of the one who entered the order.

    Raises NotFound and Refused, naming the line, and Conflict with what others changed where the
    order has another version by now than the one that was read.
    """
    rows = changing.lock(work, request.number)
    refuse_stale(work, rows.order, request.version, _asked(request))
    allowed.to_price(work, (*request.lines, *request.add))
    change = changing.prepare(
        work,
        rows,
        [line.product for line in request.add],
        _addresses(request),
        request.address,
        warehouses.named(request, *request.lines, *request.add),
        None if request.carrier is None else fold_code(request.carrier),
    )
    pricing.read_reasons(work, change.context, (*request.lines, *request.add))
    quantities.read_units(work, change.context, request.add)
    standing_in.read(work, change.context, request.add)
    why = _reason(work, request)
    _amend_head(work, change, request)
    _amend_lines(change, request, why)
    _retax(change)
    kits.follow(change)
    _add_lines(change, request, why)
    _amend_charges(work, change, request.charges)
    _check_minimum(work, change)
    shut = short.again(change.context, change.found.lines, change.lines.values())
    change.lines |= {line.line: line for line in shut}
    shown = changing.settle(work, change, "amended", why)
    closed = short.said(shut, [change.products[line.line] for line in shut])
    return replace(shown, warnings=shown.warnings + closed) if closed else shown


def _reason(work: Work, request: AmendRequest) -> str:
    """Give why it is changed: in any words, but for a price by hand by a reason that is kept."""
    prices = [*(line.price for line in request.lines), *(line.price for line in request.add)]
    if any(prices):
        return catalogue.reason_of(work, request.reason, "price")
    return request.reason


def _asked(request: Any) -> dict[str, Any]:
    """Give what a request asks for, without what it leaves as it is, as plain JSON values."""
    found = {}
    for each in fields(request):
        value = getattr(request, each.name)
        if value is None or value == each.default:
            continue
        if isinstance(value, tuple):
            value = [_asked(part) for part in value]
        elif not isinstance(value, str | int):
            value = _asked(value)
        found[each.name] = value
    return found


def _addresses(request: AmendRequest) -> list[str]:
    """Give every address code that the request names."""
    named = [
        request.ship_to,
        *(line.ship_to for line in request.lines),
        *(line.ship_to for line in request.add),
    ]
    return sorted({fold_code(code) for code in named if code})


def _amend_head(work: Work, change: Change, request: AmendRequest) -> None:
    """Take the header's new values.

    Lines that had the header's date, ship-to, warehouse or discount follow it.
    """
    old = change.order
    new: dict[str, Any] = {
        name: text_of(getattr(request, name), name)
        for name in ("contact", "rep", "note")
        if getattr(request, name) is not None
    }
    if request.requested is not None:
        new["requested"] = entry.day_of(request.requested, "requested date")
    if request.discount is not None:
        new["discount"] = _percent(request.discount)
    if request.carrier is not None:
        new["carrier"] = fold_code(request.carrier)
        if new["carrier"]:
            catalogue.check_carrier(work, new["carrier"])
    if request.warehouse is not None:
        known = change.context.warehouses
        new["warehouse"] = warehouses.chosen(known, request.warehouse, old.warehouse, "")
    if request.terms is not None:
        new["terms"] = fold_code(request.terms)
        catalogue.check_terms(work, new["terms"])
    new |= deliveries_of(request, old)
    new |= _place(change, request) | _buyer_po(work, change, request.buyer_po)
    change.order = old._replace(**new)
    _follow(change, old)


def _percent(typed: str) -> int:
    try:
        return percent_of(typed)
    except ValueError as error:
        raise entry.refusing("", error) from None


def _place(change: Change, request: AmendRequest) -> dict[str, Any]:
    """Give where the order goes: an address of the customer's, or one of its own."""
    if request.address is not None:
        if request.ship_to is not None:
            raise Refused("two_ship_tos", "give either ship_to or address, not both")
        return {"ship_to": "", "ship_address": address_of(request.address)}
    if request.ship_to is not None:
        return {"ship_to": entry.ship_to(change.context, request.ship_to, ""), "ship_address": ""}
    return {}


def _buyer_po(work: Work, change: Change, typed: str | None) -> dict[str, Any]:
    """Give the buyer's own document that the order belongs to from now on."""
    number = text_of(typed, "buyer_po")
    if typed is None or number == change.found.buyer_po:
        return {}
    known = work.run(SAME_PO, {"buyer_po": number, "customer": change.found.customer})
    return {"buyer_po_id": ask_po_id(work, change.context.buyer, number, known)()}


def _follow(change: Change, old: Row) -> None:
    new = change.order
    for line in change.lines.values():
        followed = {
            name: getattr(new, name)
            for name in ("ship_to", "requested", "warehouse", "discount")
            if getattr(line, name) == getattr(old, name) != getattr(new, name)
            and not (name == "discount" and line.kind == "charge")
        }
        if followed:
            change.lines[line.line] = changing.valued(change.context, line._replace(**followed))


def _explained(asked: Asked, why: str) -> Asked:
    """Let the reason of the change be that of a price by hand that has none of its own."""
    if not asked.price or asked.price_reason:
        return asked
    return replace(asked, price_reason=why)


def _amend_lines(change: Change, request: AmendRequest, why: str) -> None:
    seen: set[int] = set()
    for each in request.lines:
        if each.line in seen:
            raise Refused(
                "line_twice", f"line {each.line} is named twice; name all its changes at once"
            )
        seen.add(each.line)
        change.lines[each.line] = amended(change, _explained(each, why))


def _retax(change: Change) -> None:
    """Give lines that go elsewhere by now the tax of there."""
    context, known = change.context, change.context.places
    own = changing.own_address(change.found.order)
    home = context.buyer.company_country
    was = None if own is None else taxes.place_of(own.country, own.region, home)
    before = {**known, "": was}
    for line in change.found.lines:
        now = change.lines[line.line]
        if before.get(line.ship_to) != known.get(now.ship_to):
            change.lines[line.line] = pricing.retaxed(context, now, change.goods(line.line))


def _add_lines(change: Change, request: AmendRequest, why: str) -> None:
    """Put new lines behind the others; what stock they get is decided with all others."""
    order = change.order
    defaults = Defaults(order.ship_to, order.requested, order.discount, order.warehouse)
    first = _next_line(change)
    asked = [_explained(each, why) for each in request.add]
    lines, codes = kits.new_lines(change.context, asked, order.id, first, defaults)
    for line, code in zip(lines, codes, strict=True):
        if line.allocated:
            change.give_back(line)
        change.lines[line.line] = line._replace(allocated=0)
        change.products[line.line] = code


def _next_line(change: Change) -> int:
    return max(change.lines) + 1


def _amend_charges(work: Work, change: Change, asked: Iterable[ChargeRequest]) -> None:
    for code, amount in amounts(asked, change.context.decimals).items():
        _set_charge(work, change, code, amount, by_hand=True)


def _check_minimum(work: Work, change: Change) -> None:
    """Add or drop the minimum-order charge where the value of the goods changed.

    A minimum-order charge by hand is left alone.
    """
    goods = _goods_value(change.lines.values())
    if goods == _goods_value(change.found.lines):
        return
    known = _charge(change, MINIMUM)
    if known is not None and known.price_source == "hand":
        return
    carries = any(line.open for line in change.lines.values() if line.kind in CARRYING)
    amount = minimum_charge(change.context.buyer, goods) if carries else 0
    if amount and (known is None or not known.open):
        _set_charge(work, change, MINIMUM, amount, by_hand=False)
    elif not amount and carries and known is not None and known.open:
        dropped = changing.closed(change.context, known, known.open)
        change.lines[known.line] = changing.valued(change.context, dropped._replace(price=0))


def _goods_value(lines: Iterable[Row]) -> int:
    return sum(line.net for line in lines if line.kind != "charge")


def _charge(change: Change, code: str) -> Row | None:
    """Give the line of a charge, or None where the order does not have it."""
    for line in change.lines.values():
        if line.kind == "charge" and change.products[line.line] == code:
            return line
    return None


def _set_charge(work: Work, change: Change, code: str, amount: int, *, by_hand: bool) -> None:
    """Give a charge this amount, in minor units, adding it where the order does not have it."""
    context, order = change.context, change.order
    known = _charge(change, code)
    goods = {row.code: row for row in work.run(catalogue.GOODS, {"products": json.dumps([code])})}
    number = _next_line(change) if known is None else known.line
    pattern = next(iter(change.lines.values()))._replace(
        line=number,
        ship_to=order.ship_to,
        requested=order.requested,
        warehouse=order.warehouse or change.context.buyer.warehouse,
    )
    line = charge_line(context, goods.get(code), code, amount, pattern, by_hand=by_hand)
    if known is not None:
        line = known._replace(
            price=line.price, list_price=line.list_price, price_source=line.price_source
        )
        line = changing.resized(context, line, line.ordered, 0)
    else:
        context.goods.update(goods)
        change.products[number] = code
    change.lines[number] = line
