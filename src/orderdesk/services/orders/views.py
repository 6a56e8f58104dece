"""From rows to what every reader of an order gets."""

import json
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from orderdesk.domain.numbers import (
    amount_decimal,
    currency_decimals,
    percent_decimal,
    price_decimal,
    quantity_decimal,
)
from orderdesk.domain.orders import ChargeView, HoldView, LineView, OrderSummary, OrderView
from orderdesk.domain.products import KIT
from orderdesk.domain.times import moment
from orderdesk.services.orders import ceilings, kits
from orderdesk.services.orders.rows import OrderRows
from orderdesk.store.statements import Row

_ZERO: Final = Decimal(0)


_date: Final = lru_cache(1_000)(date.fromisoformat)
"""Reads a date, ISO: the lines of an order, and the orders of a day, have the same few."""


def _day(text: str | None) -> date | None:
    return None if text is None else _date(text)


def hold_view(hold: Row, decimals: int) -> HoldView:
    """Show a hold of an order whose currency has this many decimals."""
    return HoldView(
        code=hold.code,
        line=hold.line,
        message=hold.message,
        details=json.loads(hold.details),
        released_by=hold.released_by,
        placed_by=hold.placed_by,
        released_at=None if hold.released_at is None else moment(hold.released_at),
        reason=hold.reason,
        ceiling=ceiling(hold, decimals),
        until=_day(hold.released_until),
        rejected_by=hold.rejected_by or None,
        rejection=hold.rejection,
    )


def ceiling(hold: Row, decimals: int) -> Decimal | None:
    """Give what a hold was released up to, in the unit that its kind measures."""
    unit = ceilings.unit_of(hold)
    if hold.ceiling is None or not unit:
        return None
    return ceilings.shown(unit, hold.ceiling, decimals)


def _line_view(rows: OrderRows, line: Row, product: str, decimals: int) -> LineView:
    ordered = quantity_decimal(line.ordered)
    return LineView(
        line.line,
        product,
        line.description,
        line.unit,
        ordered,
        ordered if line.open == line.ordered else quantity_decimal(line.open),
        ordered if line.allocated == line.ordered else quantity_decimal(line.allocated),
        _ZERO
        if line.kind not in ("product", KIT) or line.open == line.allocated
        else quantity_decimal(line.open - line.allocated),
        quantity_decimal(line.shipped) if line.shipped else _ZERO,
        quantity_decimal(line.short_closed) if line.short_closed else _ZERO,
        (list_price := price_decimal(line.list_price, decimals)),
        list_price if line.price == line.list_price else price_decimal(line.price, decimals),
        line.price_source,
        line.price_unit,
        percent_decimal(line.discount) if line.discount else _ZERO,
        amount_decimal(line.net, decimals),
        percent_decimal(line.tax_rate) if line.tax_rate else _ZERO,
        line.ship_to,
        line.warehouse,
        _date(line.requested),
        (promised := line.promised and _date(line.promised)),
        line.ship_by and _date(line.ship_by),
        line.note,
        line.tax_reason,
        line.price_reason,
        line.disposition,
        None if line.substitute_for is None else rows.ordered[line.substitute_for],
        rows.offers.get(line.line, ()),
        line.entered_unit or None,
        quantity_decimal(line.entered_quantity) if line.entered_unit else None,
        promised if line.first_promised == line.promised else _day(line.first_promised),
        bool(line.pinned),
        line.slips,
        line.kit_line,
    )


def summary_fields(
    order: Row, customer: str, customer_name: str, buyer_po: str, held: bool
) -> dict[str, Any]:
    """Give the fields that lists and single orders share."""
    decimals = currency_decimals(order.currency)
    return {
        "number": order.number,
        "version": order.version,
        "customer": customer,
        "customer_name": customer_name,
        "buyer_po": buyer_po,
        "contact": order.contact,
        "ship_to": order.ship_to,
        "terms": order.terms,
        "requested": _date(order.requested),
        "promised": _day(order.promised),
        "status": order.status,
        "stage": order.stage,
        "shipping": order.shipping,
        "billing": order.billing,
        "currency": order.currency,
        "net": amount_decimal(order.net, decimals),
        "tax": amount_decimal(order.tax, decimals),
        "total": amount_decimal(order.total, decimals),
        "channel": order.channel,
        "entered_by": order.entered_by,
        "entered_at": moment(order.entered_at),
        "id": order.id,
        "held": held,
    }


def summary(row: Row) -> OrderSummary:
    """Show an order in a list; the row has its names, and the count of its holds, beside it."""
    return OrderSummary(
        **summary_fields(row, row.customer, row.customer_name, row.buyer_po or "", bool(row.held))
    )


def order_view(rows: OrderRows) -> OrderView:
    """Show an order whole."""
    order = rows.order
    decimals = currency_decimals(order.currency)
    pairs = list(zip(kits.seen(rows.lines), rows.products, strict=True))
    return OrderView(
        **summary_fields(
            order,
            rows.customer,
            rows.customer_name,
            rows.buyer_po,
            any(hold.released_by is None for hold in rows.holds),
        ),
        address=json.loads(order.ship_address) if order.ship_address else None,
        carrier=order.carrier,
        discount=percent_decimal(order.discount),
        note=order.note,
        charges=tuple(
            ChargeView(
                product.lower(), amount_decimal(line.net, decimals), line.line, line.description
            )
            for line, product in pairs
            if line.kind == "charge" and (line.open or line.shipped)
        ),
        holds=tuple(hold_view(hold, decimals) for hold in rows.holds),
        lines=tuple(
            _line_view(rows, line, product, decimals)
            for line, product in pairs
            if line.kind != "charge"
        ),
        duplicates=rows.duplicates,
        rep=order.rep,
        warehouse=order.warehouse,
        warnings=rows.warnings,
        delivery_rule=order.delivery_rule,
        most_deliveries=order.most_deliveries,
    )
