"""What queues of order lines share: their keys, what drives a page, and the order it is in.

The index of the lines that wait is the queue, the oldest order first, so a page costs the same at
any length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ColumnElement,
    Join,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    tuple_,
)

from orderdesk.domain.numbers import amount_decimal, currency_decimals
from orderdesk.domain.queues import COUNTED
from orderdesk.domain.times import moment
from orderdesk.models.customers import Customer
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.models.products import Product
from orderdesk.services.queues.held import is_taken
from orderdesk.store.statements import Row, Statement, statement, table_of
from orderdesk.store.work import Work

if TYPE_CHECKING:
    from sqlmodel import SQLModel

LINES: Final = 10_000
"""Beyond the number of any line: a key is the order's id times this, and the line."""

_line = table_of(OrderLine).c
_order = table_of(SalesOrder).c
_customer = table_of(Customer).c
_product = table_of(Product).c

_key = bindparam("key", type_=_line.order_id.type)
_one = bindparam("one", type_=_line.order_id.type)
_size = literal_column(str(LINES), type_=_line.order_id.type)

_DRIVEN: Final[dict[str, ColumnElement[bool]]] = {
    "subject": _line.order_id == bindparam("subject"),
    "customer": _order.customer_id == bindparam("customer"),
    "one": and_(_line.order_id == _one // _size, _line.line == _one % _size),
}

_OF_LINE: Final = "order_id line description unit open requested promised first_promised".split()
_OF_ORDER: Final = "number total currency entered_by entered_at contact version".split()

_PLACE: Final = statement(
    select(_order.number, _line.line)
    .join_from(table_of(OrderLine), table_of(SalesOrder), _order.id == _line.order_id)
    .where(_line.order_id == bindparam("order"), _line.line == bindparam("line_no"))
)


def joined_to(notes: type[SQLModel]) -> Join:
    """Give the lines with what a queue has noted of each, if anything."""
    noted = table_of(notes)
    on = and_(noted.c.order_id == _line.order_id, noted.c.line == _line.line)
    return table_of(OrderLine).outerjoin(noted, on)


def count_of(joined: Join, *waiting: ColumnElement[bool]) -> Statement:
    """Declare what counts how many lines wait, but never more than is shown."""
    found = (
        select(_line.order_id)
        .select_from(joined)
        .where(*waiting)
        .order_by(_line.order_id, _line.line)  # as their index has them
        .limit(COUNTED + 1)
    )
    return statement(select(func.count().label("waiting")).select_from(found.subquery()))


def page(
    joined: Join,
    waiting: tuple[ColumnElement[bool], ...],
    more: Sequence[ColumnElement[Any]],
    driver: str,
    *,
    before: bool,
    including: bool,
) -> Statement:
    """Give the statement of one page, of all or by one of the drivers.

    `joined` is the line with what its queue knows of it, `more` the queue's own columns. `key` is
    what to go on from, `count` is how many; the driver has a parameter of its name. Pages `before`
    the key come the newest first.
    """
    columns: list[ColumnElement[Any]] = [_line.order_id, _line.line]
    left, right = tuple_(*columns), tuple_(_key // _size, _key % _size)
    wanted: Select[Any] = (
        select(
            *(_line[name] for name in _OF_LINE),
            *(_order[name] for name in _OF_ORDER),
            _customer.code.label("customer"),
            _customer.name.label("customer_name"),
            _customer.phone,
            _product.code.label("product"),
            *more,
        )
        .select_from(
            joined.join(table_of(SalesOrder), _order.id == _line.order_id)
            .join(table_of(Customer), _customer.id == _order.customer_id)
            .join(table_of(Product), _product.id == _line.product_id)
        )
        .where(*waiting)
        .limit(bindparam("count"))
    )
    if driver in _DRIVEN:
        wanted = wanted.where(_DRIVEN[driver])
    if before:
        ahead = left <= right if including else left < right
        return statement(wanted.where(ahead).order_by(*(each.desc() for each in columns)))
    ahead = left >= right if including else left > right
    return statement(wanted.where(ahead).order_by(*columns))


def of_line(work: Work, queue: str, row: Row) -> dict[str, Any]:
    """Give what every queue of lines shows of one: its id, its order, who looks into it."""
    is_so = is_taken(work, row)
    return {
        "id": f"{queue}-{row.order_id * LINES + row.line}",
        "queue": queue,
        "subject": row.number,
        "customer": row.customer,
        "taken_by": row.taken_by if is_so else None,
        "line": row.line,
        "total": amount_decimal(row.total, currency_decimals(row.currency)),
        "currency": row.currency,
        "entered_by": row.entered_by,
        "placed_by": row.entered_by,
        "customer_name": row.customer_name,
        "taken_at": moment(row.taken_at) if is_so else None,
        "version": row.version,
    }


def place_of(work: Work, key: int) -> Row | None:
    """Give the order's number and the line that a key of a queue stands for; None for nothing."""
    order, line = divmod(key, LINES)
    return work.one(_PLACE, {"order": order, "line_no": line})
