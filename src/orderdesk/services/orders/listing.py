"""The statements behind lists of orders: pages by key, each driven by the index that fits best.

One condition of a filter drives: its index gives the orders newest first, and the others are
checked on each order that it gives. So a page costs the same at any number of orders. Which one
drives is decided here and not left to the database, for the one that stands for the fewest
orders comes first.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, bindparam, func, select, tuple_
from sqlalchemy.sql import literal_column

from orderdesk.models.customers import Customer
from orderdesk.models.orders import BuyerPO, Hold, OrderLine, SalesOrder
from orderdesk.models.products import Product
from orderdesk.store.statements import Statement, statement, table_of

DRIVERS: Final = (
    "buyer_po",
    "customer",
    "number",
    "open_product",
    "held",
    "cancelled",
    "open",
    "days",
    "done",
)
"""The conditions that can drive a list, the most telling first."""

LAST: Final = 2**62
"""A key behind that of every order."""

_order = table_of(SalesOrder).c
_customer = table_of(Customer).c
_po = table_of(BuyerPO).c
_hold = table_of(Hold).c
_line = table_of(OrderLine).c
_product = table_of(Product).c
_other_hold = table_of(Hold).alias("other_hold").c
_other_line = table_of(OrderLine).alias("other_line").c
_at_key = table_of(SalesOrder).alias("at_key").c

_SHOWN: Final = (
    "id number version contact ship_to terms requested promised status stage shipping billing"
    " currency net tax total channel entered_by entered_at"
).split()
_COLUMNS: Final = (
    *(_order[name] for name in _SHOWN),
    _customer.code.label("customer"),
    _customer.name.label("customer_name"),
    _po.number.label("buyer_po"),
    select(_other_hold.id)
    .where(_other_hold.order_id == _order.id, _other_hold.released_by.is_(None))
    .limit(literal_column("1"))
    .correlate(table_of(SalesOrder))
    .scalar_subquery()
    .label("held"),
)

_product_id = select(_product.id).where(_product.code == bindparam("product")).scalar_subquery()

_WITH_OPEN_LINE: Final = select(_line.order_id).where(
    _line.product_id == _product_id, literal_column("order_line.open > 0")
)


def _with_product(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(_other_line.line)
        .where(_other_line.order_id == _order.id, _other_line.product_id == _product_id, *more)
        .correlate(table_of(SalesOrder))
        .exists()
    )


def _begins(number: ColumnElement[str]) -> ColumnElement[bool]:
    return (number >= bindparam("number")) & (number < bindparam("number_end"))


def _within(entered_at: ColumnElement[int]) -> ColumnElement[bool]:
    return (entered_at >= bindparam("from_at")) & (entered_at < bindparam("to_at"))


_CHECKS: Final[Mapping[str, ColumnElement[bool]]] = {
    "buyer_po": _order.buyer_po_id.in_(
        select(_po.id).where(_po.number == bindparam("buyer_po")).correlate(None)
    ),
    "customer": _order.customer_id
    == select(_customer.id)
    .where(_customer.code == bindparam("customer"))
    .correlate(None)
    .scalar_subquery(),
    "number": _begins(_order.number.concat(literal_column("''"))),
    "product": _with_product(),
    "open_product": _with_product(_other_line.open > literal_column("0")),
    "held": select(_other_hold.id)
    .where(_other_hold.order_id == _order.id, _other_hold.released_by.is_(None))
    .correlate(table_of(SalesOrder))
    .exists(),
    "cancelled": _order.status == bindparam("cancelled"),
    "confirmed": _order.status == bindparam("confirmed"),
    "open": _order.stage == bindparam("open"),
    "done": _order.stage == bindparam("done"),
    "days": _within(_order.entered_at + literal_column("0")),
}
"""What each condition asks of an order where it does not drive: put so that no index serves it,
for the words of status and stage are bound, and ranges are over an expression."""

_RANGES: Final[Mapping[str, ColumnElement[bool]]] = {
    "number": _begins(_order.number),
    "days": _within(_order.entered_at),
}
"""What the conditions ask that drive by a range of their index."""


@cache
def listing(conditions: frozenset[str], *, newer: bool, including: bool) -> Statement:
    """Give the statement of a list with these conditions; its parameters bear their names.

    `key` is the order to go on from: to the older ones, or to the `newer` ones, which come the
    oldest first; `count` is how many.
    """
    driver = next((name for name in DRIVERS if name in conditions), "")
    wanted = _driven(driver)
    checks = {**_CHECKS, driver: _RANGES[driver]} if driver in _RANGES else _CHECKS
    for name in sorted(conditions - _satisfied(driver)):
        wanted = wanted.where(checks[name])
    columns, key = _keys(driver, newer)
    left: Any = tuple_(*columns) if len(columns) > 1 else columns[0]
    right: Any = tuple_(*key) if len(key) > 1 else key[0]
    if newer:
        wanted = wanted.where(left >= right if including else left > right)
        wanted = wanted.order_by(*columns)
    else:
        wanted = wanted.where(left <= right if including else left < right)
        wanted = wanted.order_by(*(column.desc() for column in columns))
    return statement(wanted.limit(bindparam("count")))


def _satisfied(driver: str) -> set[str]:
    """Give what needs no check where this drives."""
    return {driver} if driver in ("held", "open_product", "cancelled", "open", "done") else set()


def _driven(driver: str) -> Select[Any]:
    """Give the orders with their names, found by the index of the condition that drives."""
    wanted = select(*_COLUMNS)
    if driver == "held":
        wanted = _by_hold(wanted)
    else:
        wanted = wanted.select_from(table_of(SalesOrder))
        if driver == "open_product":
            # A set of ids is read in their order, so only a page of the orders is looked at.
            wanted = wanted.where(_order.id.in_(_WITH_OPEN_LINE))
        elif driver == "cancelled":
            wanted = wanted.where(literal_column("sales_order.status = 'cancelled'"))
        elif driver in ("open", "done"):
            wanted = wanted.where(literal_column(f"sales_order.stage = '{driver}'"))
    return wanted.join(table_of(Customer), _customer.id == _order.customer_id).outerjoin(
        table_of(BuyerPO), _po.id == _order.buyer_po_id
    )


def _by_hold(wanted: Select[Any]) -> Select[Any]:
    """Find orders by their open holds, each by its first one."""
    earlier = (
        select(_other_hold.id)
        .where(
            _other_hold.order_id == _hold.order_id,
            _other_hold.released_by.is_(None),
            _other_hold.id < _hold.id,
        )
        .correlate(table_of(Hold))
        .exists()
    )
    return (
        wanted.select_from(table_of(Hold))
        .join(table_of(SalesOrder), _order.id == _hold.order_id)
        .where(literal_column("hold.released_by IS NULL"), ~earlier)
    )


def _keys(driver: str, newer: bool) -> tuple[list[ColumnElement[Any]], list[Any]]:
    """Give the columns a list is in the order of, and what they are at the key.

    Where the driving index is not in the order of ids, the key's own values are looked up; a key
    that is no order stands at the end of the list.
    """
    key = bindparam("key", type_=_order.id.type)
    if driver == "held":
        return [_hold.order_id], [key]
    if driver == "number":
        end = bindparam("number" if newer else "number_end", type_=Text())
        return [_order.number], [func.coalesce(_looked_up(_at_key.number, key), end)]
    if driver == "days":
        edge = bindparam("from_at" if newer else "to_at", type_=_order.entered_at.type)
        at = func.coalesce(_looked_up(_at_key.entered_at, key), edge)
        return [_order.entered_at, _order.id], [at, key]
    return [_order.id], [key]


def _looked_up(column: ColumnElement[Any], key: Any) -> ColumnElement[Any]:
    return select(column).where(_at_key.id == key).scalar_subquery()
