"""Take an order: price it, check credit, promise stock, and confirm it, in one unit of work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import bindparam, select

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import amount_decimal, currency_decimals, percent_of
from orderdesk.domain.orders import OrderRequest, OrderView
from orderdesk.domain.tax import Taxed, tax
from orderdesk.domain.text import fold_code
from orderdesk.models.customers import Customer
from orderdesk.models.orders import BuyerPO, SalesOrder
from orderdesk.services import catalogue, rates, rights
from orderdesk.services.allocation import granting, lots
from orderdesk.services.credit import exposure
from orderdesk.services.orders import (
    allowed,
    checking,
    entry,
    kits,
    pricing,
    promising,
    quantities,
    short,
    standing_in,
    warehouses,
)
from orderdesk.services.orders.buyers import check_buyer
from orderdesk.services.orders.charges import charge_lines
from orderdesk.services.orders.context import Context, read_context
from orderdesk.services.orders.entry import Defaults
from orderdesk.services.orders.heading import address_of, deliveries_of, text_of
from orderdesk.services.orders.rows import (
    HOLDS,
    LINES,
    ORDERS,
    RECEIVERS,
    OrderRow,
    OrderRows,
)
from orderdesk.services.orders.views import order_view
from orderdesk.store.statements import Row, insertion, statement, table_of
from orderdesk.store.work import Number, Work

SERIES: Final = "order"

_customer = table_of(Customer).c
_po = table_of(BuyerPO).c
_order = table_of(SalesOrder).c

SAME_PO: Final = statement(
    select(_po.id, _order.number)
    .select_from(table_of(BuyerPO))
    .join(table_of(Customer), _customer.id == _po.customer_id)
    .outerjoin(table_of(SalesOrder), _order.buyer_po_id == _po.id)
    .where(_po.number == bindparam("buyer_po"), _customer.code == bindparam("customer"))
    .order_by(_order.id.desc())
    .limit(20)
)
"""The buyer's own document of this number, with the newest orders on it."""

_POS: Final = insertion(BuyerPO, "id")


def place(work: Work, request: OrderRequest) -> OrderView:
    """Place an order and give it as placed.

    What is short is backordered and what is beyond the credit limit is held; both stand in the
    answer. Raises NotFound for unknown codes and Refused for bad values, naming the line, and for
    what the acting user may not do.
    """
    rows, context = _taken(work, request)
    rows.offers = standing_in.offers(work, context, rows.lines)
    return order_view(rows)


def take(work: Work, request: OrderRequest) -> OrderRows:
    """Place an order as `place` does, for whoever wants no answer: an import has thousands."""
    return _taken(work, request)[0]


def _taken(work: Work, request: OrderRequest) -> tuple[OrderRows, Context]:
    """Place an order; give it with what it was decided on."""
    entry.check_size(request)
    customer = fold_code(request.customer)
    buyer_po = text_of(request.buyer_po, "buyer_po")
    rights.ask(work)
    context, others = read_context(
        work,
        customer,
        [line.product for line in request.lines],
        _addresses(request),
        [(SAME_PO, {"buyer_po": buyer_po, "customer": customer})] if buyer_po else (),
        elsewhere=request.address,
        warehouses=warehouses.named(request, *request.lines),
        carrier=None if request.carrier is None else fold_code(request.carrier),
    )
    pricing.read_reasons(work, context, request.lines)
    quantities.read_units(work, context, request.lines)
    standing_in.read(work, context, request.lines)
    allowed.to_enter(work, request.lines)
    rows = _rows(work, request, context, others[0] if others else [])
    if rows.order.stage == "open":
        checking.first(work, rows, context)
    rows.warnings += short.said(rows.lines, rows.products)
    _write(work, rows, context)
    return rows, context


def _rows(work: Work, request: OrderRequest, context: Context, earlier: list[Row]) -> OrderRows:
    """Give the rows of an order, but for its holds; `earlier` are those on its buyer PO.

    Takes its number.
    """
    buyer_po = text_of(request.buyer_po, "buyer_po")
    head = heading(work, request, context)
    po = ask_po_id(work, context.buyer, buyer_po, earlier)
    number = work.number(SERIES)
    defaults = Defaults(
        head["ship_to"], head["requested"], head["discount"], head["warehouse"] or ""
    )
    lines, products = kits.new_lines(context, request.lines, number.id, 1, defaults)
    charges = charge_lines(work, context, request.charges, lines, defaults)
    lines = short.cut(context, [*lines, *(line for line, _ in charges)])
    rule, most = head["delivery_rule"], head["most_deliveries"]
    lines = promising.at_entry(work, context, lines, rule, most)
    taxed = tax(
        [(line.net, line.tax_rate) for line in lines],
        included=bool(context.tax_included),
        per_line=bool(context.buyer.tax_per_line),
    )
    return OrderRows(
        order=_order_row(work, number, context, po(), taxed, head, lines),
        customer=context.buyer.code,
        customer_name=context.buyer.name,
        buyer_po=buyer_po,
        lines=lines,
        products=products + [code for _, code in charges],
        holds=[],
        duplicates=tuple(row.number for row in earlier if row.number),
        ordered={number: code for (code, _), number in context.stand_ins.items()},
    )


def _order_row(
    work: Work,
    number: Number,
    context: Context,
    buyer_po_id: int | None,
    taxed: Taxed,
    head: dict[str, Any],
    lines: list[Any],
) -> Any:
    """Give the row of an order as it is confirmed."""
    order = OrderRow(
        id=number.id,
        number=number.text,
        version=1,
        status="confirmed",
        stage="open" if any(line.open for line in lines) else "done",
        shipping="none",
        billing="none",
        customer_id=context.buyer.id,
        buyer_po_id=buyer_po_id,
        currency=context.buyer.currency,
        tax_included=context.tax_included or 0,
        tax_per_line=context.buyer.tax_per_line,
        promised=promising.of_order(lines),
        priority=0,
        net=taxed.net,
        tax=taxed.tax,
        total=taxed.total,
        open_value=taxed.total,
        entered_by=work.actor,
        entered_at=work.now,
        due=exposure.due_of(lines),
        rate=exposure.rate_of(context.buyer),
        **head,
    )
    return order._replace(exposed=exposure.exposed_of(context.buyer, order))


def _addresses(request: OrderRequest) -> list[str]:
    """Give every address code that the request names."""
    named = [request.ship_to, *(line.ship_to for line in request.lines)]
    return sorted({fold_code(code) for code in named if code is not None})


def heading(work: Work, request: OrderRequest, context: Context) -> dict[str, Any]:
    """Give the header fields that the request, or else the customer, decides.

    Raises NotFound for unknown codes and Refused for bad values.
    """
    buyer = context.buyer
    check_buyer(buyer)
    if buyer.currency != buyer.company_currency and buyer.currency_rate is None:
        raise rates.missing(buyer.currency, buyer.business_date)
    if request.address is not None and request.ship_to is not None:
        raise Refused("two_ship_tos", "give either ship_to or address, not both")
    place = (
        buyer.ship_to if request.ship_to is None else entry.ship_to(context, request.ship_to, "")
    )
    terms = buyer.terms or buyer.company_terms or ""
    if request.terms is not None:
        terms = fold_code(request.terms)
        catalogue.check_terms(work, terms)
    carrier = buyer.carrier or buyer.company_carrier or ""
    if request.carrier is not None:
        carrier = fold_code(request.carrier)
        catalogue.check_carrier(work, carrier)
    try:
        discount = percent_of(request.discount) if request.discount is not None else 0
    except ValueError as error:
        raise entry.refusing("", error) from None
    return {
        "ship_to": "" if request.address else place,
        "ship_address": address_of(request.address) if request.address else "",
        "requested": buyer.business_date
        if request.requested is None
        else entry.day_of(request.requested, "requested date"),
        "terms": terms,
        "carrier": carrier,
        "discount": discount,
        "contact": buyer.contact
        if request.contact is None
        else text_of(request.contact, "contact"),
        "rep": buyer.rep if request.rep is None else text_of(request.rep, "rep"),
        "channel": text_of(request.channel, "channel"),
        "note": text_of(request.note, "note"),
        **deliveries_of(request, buyer),
        "warehouse": warehouses.chosen(context.warehouses, request.warehouse, buyer.warehouse, ""),
    }


def ask_po_id(work: Work, buyer: Row, number: str, earlier: list[Row]) -> Callable[[], int | None]:
    """Ask for the row of the buyer's own document, made on its first mention."""
    if not number or earlier:
        return lambda: earlier[0].id if number else None
    return work.enter(_POS, (buyer.id, number))


def _write(work: Work, rows: OrderRows, context: Context) -> None:
    """Write the order, its lines and holds, the balances it moves, and its event."""
    order, buyer = rows.order, context.buyer
    work.insert(ORDERS, [order])
    work.insert(LINES, rows.lines)
    if rows.holds:
        work.insert(HOLDS, [hold[1:] for hold in rows.holds])
    granting.take(work, order, rows.lines, context.free, context.most)
    if context.lots.shelves:
        lots.at_entry(work, context.lots, rows.lines)
    exposure.move(work, buyer.id, buyer.holder_id, order.exposed)
    decimals = currency_decimals(order.currency)
    exposed = buyer.exposure + order.exposed
    work.event(
        "order",
        order.id,
        order.version,
        "placed",
        {
            "number": order.number,
            "customer": rows.customer,
            "total": [None, str(amount_decimal(order.total, decimals))],
            "lines": [0, len(rows.lines)],
            "exposure": [
                str(amount_decimal(buyer.exposure, decimals)),
                str(amount_decimal(exposed, decimals)),
            ],
            "holds": [hold.code for hold in rows.holds],
        },
        RECEIVERS,
    )
