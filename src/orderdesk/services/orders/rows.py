"""The rows an order is made of, as the services of this folder pass them to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import bindparam, select

from orderdesk.domain.errors import NotFound
from orderdesk.domain.substitutes import OtherProduct
from orderdesk.models.customers import Customer
from orderdesk.models.orders import BuyerPO, Hold, OrderLine, SalesOrder
from orderdesk.models.products import Product
from orderdesk.services import substitutes
from orderdesk.services.numbering import numbers_of
from orderdesk.store.statements import Row, insertion, row_of, statement, table_of
from orderdesk.store.work import Work

OrderRow: Final[Any] = row_of(SalesOrder)
LineRow: Final[Any] = row_of(OrderLine)
HoldRow: Final[Any] = row_of(Hold)

ORDERS: Final = insertion(SalesOrder)
LINES: Final = insertion(OrderLine)
HOLDS: Final = insertion(Hold, "id")

RECEIVERS: Final = ("customer",)
"""Who is told of every change of an order."""

_order = table_of(SalesOrder).c
_line = table_of(OrderLine).c
_hold = table_of(Hold).c

ORDER: Final = statement(select(table_of(SalesOrder)).where(_order.number == bindparam("number")))
LOCKED_ORDER: Final = statement(
    select(table_of(SalesOrder)).where(_order.number == bindparam("number")).with_for_update()
)
LINES_OF: Final = statement(
    select(*table_of(OrderLine).columns, table_of(Product).c.code.label("product"))
    .join_from(table_of(OrderLine), table_of(Product), table_of(Product).c.id == _line.product_id)
    .where(_line.order_id == bindparam("id"))
    .order_by(_line.line)
)
HOLDS_OF: Final = statement(
    select(table_of(Hold)).where(_hold.order_id == bindparam("id")).order_by(_hold.id)
)
NAMES_OF: Final = statement(
    select(
        table_of(Customer).c.code.label("customer"),
        table_of(Customer).c.name.label("customer_name"),
        table_of(BuyerPO).c.number.label("buyer_po"),
    )
    .select_from(table_of(SalesOrder))
    .join(table_of(Customer), table_of(Customer).c.id == _order.customer_id)
    .outerjoin(table_of(BuyerPO), table_of(BuyerPO).c.id == _order.buyer_po_id)
    .where(_order.id == bindparam("id"))
)

_ALSO_ON_PO: Final = statement(
    select(_order.number)
    .where(_order.buyer_po_id == bindparam("buyer_po_id"), _order.id < bindparam("id"))
    .order_by(_order.id.desc())
    .limit(20)
)


@dataclass(slots=True)
class OrderRows:
    """One order with everything that is shown of it."""

    order: Row
    customer: str
    customer_name: str
    buyer_po: str
    lines: list[Row]
    products: list[str]
    """The product code of each line."""
    holds: list[Row]
    duplicates: tuple[str, ...] = field(default=())
    """Earlier orders on the same buyer PO."""
    warnings: tuple[str, ...] = field(default=())
    """What the checks of the change at hand say that holds nothing."""
    ordered: Mapping[int, str] = field(default_factory=dict)
    """Codes of the products (ids) that others stand in for."""
    offers: Mapping[int, tuple[OtherProduct, ...]] = field(default_factory=dict)
    """What could stand in for a line, by its number, where that was asked for."""


def order_row(work: Work, number: str, *, lock: bool = False) -> Row:
    """Read an order's header by its number, with or without prefix and zeros.

    Locked, nobody else changes the order until the unit of work ends. Raises NotFound.
    """
    wanted = LOCKED_ORDER if lock else ORDER
    order = work.one(wanted, {"number": number})
    if order is None:
        for other in numbers_of(work, number):
            order = order or work.one(wanted, {"number": other})
    if order is None:
        raise NotFound(
            "unknown_order",
            f"order {number!r} is unknown; look it up with `orderdesk order list`",
            number=number,
        )
    return order


def read_order(work: Work, number: str, *, lock: bool = False) -> OrderRows:
    """Read an order by its number; locked, nobody else changes it until the unit of work ends.

    Raises NotFound.
    """
    return rows_of(work, order_row(work, number, lock=lock))


def rows_of(work: Work, order: Row) -> OrderRows:
    """Read everything that is shown of an order."""
    this = {"id": order.id}
    wanted = [(LINES_OF, this), (HOLDS_OF, this), (NAMES_OF, this)]
    if order.buyer_po_id is not None:
        wanted.append((_ALSO_ON_PO, {**this, "buyer_po_id": order.buyer_po_id}))
    lines, holds, names, *earlier = work.run_all(wanted)
    return OrderRows(
        order=order,
        customer=names[0].customer,
        customer_name=names[0].customer_name,
        buyer_po=names[0].buyer_po or "",
        lines=[LineRow._make(line[:-1]) for line in lines],
        products=[line.product for line in lines],
        holds=holds,
        duplicates=tuple(row.number for rows in earlier for row in rows),
        ordered=_ordered(work, lines),
    )


def _ordered(work: Work, lines: Iterable[Row]) -> Mapping[int, str]:
    """Give the codes of what was ordered where other products stand in for it."""
    asked = {line.substitute_for for line in lines if line.substitute_for is not None}
    return substitutes.codes_of(work, asked) if asked else {}
