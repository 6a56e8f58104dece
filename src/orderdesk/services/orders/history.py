"""What a customer paid before: for the clerk who is asked for a price."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, literal_column, select

from orderdesk.domain.entry import EarlierPrice
from orderdesk.domain.numbers import (
    currency_decimals,
    percent_decimal,
    price_decimal,
    quantity_decimal,
)
from orderdesk.domain.text import fold_code
from orderdesk.domain.times import moment
from orderdesk.models.customers import Customer
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.models.products import Product
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work

SHOWN: Final = 3
"""How many earlier prices are given."""

RECENT: Final = 200
"""Among how many of the customer's newest orders they are looked for: so the look costs the same
for a customer of one order and of a million, and no index of all lines is needed."""

_customer = table_of(Customer).c
_order = table_of(SalesOrder).c
_line = table_of(OrderLine).c
_product = table_of(Product).c

_recent = (
    select(_order.id, _order.number, _order.status, _order.currency, _order.entered_at)
    .where(
        _order.customer_id
        == select(_customer.id).where(_customer.code == bindparam("customer")).scalar_subquery()
    )
    .order_by(_order.id.desc())
    .limit(literal_column(str(RECENT)))
    .subquery("recent")
)
EARLIER: Final = statement(
    select(
        _recent.c.number,
        _recent.c.entered_at,
        _recent.c.currency,
        _line.ordered,
        _line.short_closed,
        _line.unit,
        _line.price,
        _line.price_unit,
        _line.discount,
    )
    .join_from(_recent, table_of(OrderLine), _line.order_id == _recent.c.id)
    .where(
        _recent.c.status == literal_column("'confirmed'"),
        _line.product_id
        == select(_product.id).where(_product.code == bindparam("product")).scalar_subquery(),
        _line.ordered > _line.short_closed,
    )
    .order_by(_recent.c.id.desc(), _line.line.desc())
    .limit(literal_column(str(SHOWN)))
)


def earlier_prices(work: Work, customer: str, product: str) -> tuple[EarlierPrice, ...]:
    """Give the last three prices of a product to a customer, by our codes, the newest first.

    Only what is still ordered counts, of the customer's `RECENT` newest orders; a cancelled order
    set no price. Unknown codes have none.
    """
    asked = {"customer": fold_code(customer), "product": fold_code(product)}
    return tuple(
        EarlierPrice(
            number=row.number,
            day=moment(row.entered_at).date(),
            quantity=quantity_decimal(row.ordered - row.short_closed),
            unit=row.unit,
            price=price_decimal(row.price, currency_decimals(row.currency)),
            price_unit=row.price_unit,
            discount=percent_decimal(row.discount),
            currency=row.currency,
        )
        for row in work.run(EARLIER, asked)
    )
