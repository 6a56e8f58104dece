"""The lines that wait for stock of a product, by rank."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from sqlalchemy import BigInteger, bindparam, cast, func, literal_column, select

from orderdesk.domain.available import Known
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.models.company import Company
from orderdesk.models.customers import Customer
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.models.products import Product
from orderdesk.services.allocation import lots
from orderdesk.services.allocation.ranking import BEST_FIRST, OPEN
from orderdesk.services.numbering import numbers_of
from orderdesk.store.statements import Row, statement, table_of, text_set
from orderdesk.store.work import Work

_line = table_of(OrderLine).c
_order = table_of(SalesOrder).c
_product = table_of(Product).c
_customer = table_of(Customer).c
_company = table_of(Company).c

_WHOLE: Final = BigInteger().with_variant(BigInteger(), "sqlite")

LINE: Final = statement(
    select(
        _line.order_id,
        _line.line,
        _order.number,
        _order.status,
        _order.priority,
        _order.entered_at,
        _line.product_id,
        _product.code.label("product"),
        _product.unit,
        _product.tracked,
        _customer.shelf_life,
        func.coalesce(_line.promised, _line.requested).label("arrives"),
        _line.kind,
        _line.warehouse,
        _line.open,
        _line.allocated,
        _line.requested,
        _line.leave_by,
        _line.needed,
        _company.business_date,
        _company.allocation_horizon,
    )
    .select_from(table_of(OrderLine))
    .join(table_of(SalesOrder), _order.id == _line.order_id)
    .join(table_of(Product), _product.id == _line.product_id)
    .join(table_of(Customer), _customer.id == _order.customer_id)
    .join(table_of(Company), _company.id == literal_column("1"))
    .where(_order.number.in_(select(text_set("numbers"))), _line.line == bindparam("line_no"))
)
_ORDER: Final = statement(
    select(_order.number).where(_order.number.in_(select(text_set("numbers"))))
)

_want = _line.open - _line.allocated
_shelf = (
    _line.product_id == bindparam("product"),
    _line.warehouse == bindparam("place"),
    OPEN,
    _line.kind == literal_column("'product'"),
)
_queue = (
    select(
        _line.order_id,
        _line.line,
        _order.number,
        _order.priority,
        _line.leave_by,
        _line.needed,
        _want.label("want"),
        func.row_number().over(order_by=BEST_FIRST).label("rank"),
        cast(
            func.coalesce(func.sum(_want).over(order_by=BEST_FIRST, rows=(None, -1)), 0), _WHOLE
        ).label("before"),
    )
    .join_from(table_of(OrderLine), table_of(SalesOrder), _order.id == _line.order_id)
    .where(*_shelf, _line.open > _line.allocated)
    .subquery("queue")
)
PLACE: Final = statement(
    select(_queue).where(
        _queue.c.order_id == bindparam("order"), _queue.c.line == bindparam("line_no")
    )
)
"""Where a line stands among those that wait, and what those before it wait for."""
QUEUE: Final = statement(
    select(_queue)
    .where(_queue.c.rank < bindparam("until"))
    .order_by(_queue.c.rank)
    .limit(bindparam("most"))
)
"""The best of those that wait."""


def line(work: Work, order: str, number: int) -> Row:
    """Give a line of an order with its order, product and the company's horizon.

    Raises NotFound, and Refused for a line that is never in stock.
    """
    numbers = json.dumps(numbers_of(work, order))
    row = work.one(LINE, {"numbers": numbers, "line_no": number})
    if row is None:
        if work.one(_ORDER, {"numbers": numbers}) is None:
            raise NotFound(
                "unknown_order",
                f"order {order!r} is unknown; look it up with `orderdesk order list`",
                number=order,
            )
        raise NotFound(
            "unknown_line",
            f"order {order} has no line {number}; `orderdesk order show {order}` lists them",
            number=order,
            line=number,
        )
    if row.kind != "product":
        raise Refused(
            "not_stocked",
            f"line {number}: {row.product!r} is a {row.kind} and never in stock; name a line of "
            "goods",
            product=row.product,
        )
    return row


def place(work: Work, row: Row) -> Row | None:
    """Give where a line stands among those that wait; None where it has all."""
    asked: dict[str, Any] = {"product": row.product_id, "place": row.warehouse}
    return work.one(PLACE, {**asked, "order": row.order_id, "line_no": row.line})


def lasting(known: Known, line: Row) -> Known:
    """Give what is known of the goods that last for a line.

    Of the line count the day on which it `arrives`, and its customer's `shelf_life` in days.
    """
    if not known.expiring:
        return known
    until = lots.until(line.arrives, known.today.isoformat(), line.shelf_life)
    return known.lasting(date.fromisoformat(until))


def ahead(work: Work, row: Row, until: int, most: int) -> list[Row]:
    """Give at most so many of those that wait at a line's shelf, up to the rank before `until`."""
    asked: dict[str, Any] = {"product": row.product_id, "place": row.warehouse}
    return work.run(QUEUE, {**asked, "until": until, "most": most})
