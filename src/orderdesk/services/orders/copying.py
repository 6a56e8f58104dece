"""A new order like an old one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import (
    amount_decimal,
    currency_decimals,
    extend,
    percent_decimal,
    price_decimal,
    quantity_decimal,
)
from orderdesk.domain.orders import (
    AddressRequest,
    ChargeRequest,
    LineRequest,
    OrderRequest,
    OrderView,
)
from orderdesk.services import catalogue, goods, prices
from orderdesk.services.orders import pricing, standing_in
from orderdesk.services.orders.context import codes_of
from orderdesk.services.orders.place import place
from orderdesk.services.orders.rows import OrderRows, read_order
from orderdesk.store.statements import Row
from orderdesk.store.work import Work


def copy(
    work: Work,
    number: str,
    requested: str | None = None,
    buyer_po: str | None = None,
    channel: str | None = None,
) -> OrderView:
    """Place a new order with the customer, lines and quantities of another one.

    Prices are today's; a price or charge by hand, and every discount, is kept. Short-closed
    quantities are left out, unless nothing else is there: a cancelled order is copied as it was
    ordered. Kits are taken apart as they are made today, and what stands in for something else does
    so on the copy too, where it still may. The date is today's unless one is given, and the copy
    has no buyer PO unless one is given or the other order was cancelled. Raises what placing it
    raises; a reason that a price by hand lacks can be given to the other order's line first.
    """
    rows = read_order(work, number)
    known = _Known(
        {line.price_reason: _kept(work, line.price_reason) for line in rows.lines},
        goods.places(work, {rows.order.warehouse, *(line.warehouse for line in rows.lines)}),
        standing_in.still(work, rows),
        _listed(work, rows),
    )
    return place(work, _request(rows, requested, buyer_po, channel, known))


class _Known(NamedTuple):
    """What of the other order's may still stand on the copy."""

    reasons: Mapping[str, str]
    """For prices by hand."""
    sources: Mapping[str | None, Row]
    """Warehouses, by code."""
    stand_ins: Mapping[int, str]
    """What was ordered (its code), by the line of what stands in for it."""
    listed: Mapping[int, list[Row]]
    """What the lists say today of products (ids) with a price by hand."""


def _listed(work: Work, rows: OrderRows) -> Mapping[int, list[Row]]:
    """Read what the lists say of products with a price by hand; nothing where none has one."""
    codes = [
        code
        for line, code in zip(rows.lines, rows.products, strict=True)
        if line.price_source == "hand" and line.kind != "charge"
    ]
    if not codes:
        return {}
    asked = {"products": codes_of(codes), "customer": rows.customer}
    return prices.by_product(work.run(prices.PRICES_FOR, asked))


def _own(known: Mapping[str | None, Row], order: Row, line: Row) -> str | None:
    """Give the warehouse of a line where it is another one than the order's."""
    return None if line.warehouse == order.warehouse else _open(known, line.warehouse)


def _open(known: Mapping[str | None, Row], warehouse: str) -> str | None:
    """Give a warehouse if it still ships; else the company's takes its place."""
    row = known.get(warehouse)
    return None if row is None or row.archived else warehouse


def _kept(work: Work, reason: str) -> str:
    """Give a price's reason where it is still kept; else the price stays and says no reason."""
    try:
        return catalogue.reason_of(work, reason, "price")
    except Refused:
        return ""


def _request(
    rows: OrderRows,
    requested: str | None,
    buyer_po: str | None,
    channel: str | None,
    known: _Known,
) -> OrderRequest:
    order = rows.order
    pairs = list(zip(rows.lines, rows.products, strict=True))
    wanted = [
        (line, code) for line, code in pairs if line.kind != "charge" and line.kit_line is None
    ]
    if not wanted:
        raise Refused("no_lines", f"order {order.number} has nothing but charges; place it anew")
    kept = [(line, code) for line, code in wanted if line.ordered > line.short_closed]
    whole = not kept
    if buyer_po is None and order.status == "cancelled":
        buyer_po = rows.buyer_po
    return OrderRequest(
        customer=rows.customer,
        lines=tuple(_line(order, line, code, known, whole=whole) for line, code in kept or wanted),
        buyer_po=buyer_po,
        channel=order.channel if channel is None else channel,
        contact=order.contact,
        ship_to=order.ship_to or None,
        address=AddressRequest(**json.loads(order.ship_address)) if order.ship_address else None,
        requested=requested,
        warehouse=_open(known.sources, order.warehouse),
        terms=order.terms or None,
        carrier=order.carrier or None,
        rep=order.rep,
        discount=str(percent_decimal(order.discount)),
        delivery_rule=order.delivery_rule,
        most_deliveries=str(order.most_deliveries or ""),
        charges=_charges(rows, whole=whole),
        note=order.note,
    )


def _line(
    order: Row,
    line: Row,
    code: str,
    known: _Known,
    *,
    whole: bool,
) -> LineRequest:
    quantity = line.ordered - (0 if whole else line.short_closed)
    by_hand = line.price_source == "hand"
    return LineRequest(
        product=code,
        quantity=str(quantity_decimal(quantity)),
        price=_price(known, line, quantity) if by_hand else None,
        price_reason=known.reasons.get(line.price_reason, "") if by_hand else "",
        discount=str(percent_decimal(line.discount)),
        ship_to=None if line.ship_to in ("", order.ship_to) else line.ship_to,
        warehouse=_own(known.sources, order, line),
        disposition=line.disposition,
        substitute_for=known.stand_ins.get(line.line),
        note=line.note,
    )


def _price(known: _Known, line: Row, quantity: int) -> str:
    """Give a price by hand for as many units as placing takes it: as many as the list prices."""
    listed = pricing.listed_beside(known.listed, line.product_id, quantity)
    unit = 1 if listed is None else listed.price_unit
    return str(price_decimal(pricing.per(line.price, line.price_unit, unit)))


def _charges(rows: OrderRows, *, whole: bool) -> tuple[ChargeRequest, ...]:
    """Give the charges by hand, each code once; the company's own are reckoned anew."""
    decimals = currency_decimals(rows.order.currency)
    found: dict[str, int] = {}
    for line, code in zip(rows.lines, rows.products, strict=True):
        if line.kind == "charge" and line.price_source == "hand" and (whole or line.open):
            amount = extend(
                line.price,
                line.ordered,
                price_unit=line.price_unit,
                discount=line.discount,
                decimals=decimals,
            )
            found[code] = found.get(code, 0) + amount
    return tuple(
        ChargeRequest(code=code, amount=str(amount_decimal(amount, decimals)))
        for code, amount in found.items()
    )
