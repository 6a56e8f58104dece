"""Which order lines the stock on hand is promised to.

Who wants the same goods is served by rank: priority, then requested date, then order time, then
number. Stock that somebody waits for is never left free: whatever frees some, a receipt or a
cancelled line, serves the waiting lines in the same unit of work.
"""

import json
from collections.abc import Iterable
from typing import Final, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.sql import literal_column

from orderdesk.models.company import Company
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.models.products import Product
from orderdesk.models.stock import Stock
from orderdesk.store.statements import integer_set, statement, table_of, text_set
from orderdesk.store.work import Work

_stock = table_of(Stock).c
_product = table_of(Product).c
_line = table_of(OrderLine).c
_order = table_of(SalesOrder).c
_company = table_of(Company).c

_FREE: Final = (
    select(
        _stock.product_id, _stock.warehouse, (_stock.on_hand - _stock.allocated).label("available")
    )
    .where(
        _stock.product_id.in_(
            select(_product.id).where(_product.code.in_(select(text_set("products"))))
        ),
        _stock.warehouse == select(_company.warehouse).scalar_subquery(),
    )
    .order_by(_stock.product_id)
)
FREE_FOR: Final = statement(_FREE.with_for_update(of=table_of(Stock)))
"""What is free of these products at the company's warehouse, locked until the unit ends."""

FREE_SEEN: Final = statement(_FREE)
"""The same for those who only look."""

_TAKE: Final = statement(
    update(table_of(Stock))
    .where(
        _stock.product_id == bindparam("product_id"),
        _stock.warehouse == bindparam("warehouse_code"),
    )
    .values(allocated=_stock.allocated + bindparam("quantity"))
)

_FREE_OF: Final = statement(
    select(
        _stock.product_id, _stock.warehouse, (_stock.on_hand - _stock.allocated).label("available")
    )
    .where(_stock.product_id.in_(select(integer_set("products"))))
    .order_by(_stock.product_id, _stock.warehouse)
    .with_for_update()
)

_WAITING: Final = statement(
    select(_line.order_id, _line.line, (_line.open - _line.allocated).label("wanted"))
    .join_from(table_of(OrderLine), table_of(SalesOrder), _order.id == _line.order_id)
    .where(
        _line.product_id == bindparam("product_id"),
        _line.warehouse == bindparam("warehouse"),
        literal_column("order_line.open > 0"),
        _line.kind == literal_column("'product'"),
        _line.open > _line.allocated,
    )
    .order_by(_order.priority.desc(), _line.requested, _order.entered_at, _order.id, _line.line)
)

_SERVE: Final = statement(
    update(table_of(OrderLine))
    .where(_line.order_id == bindparam("order"), _line.line == bindparam("line_no"))
    .values(allocated=_line.allocated + bindparam("quantity"))
)


class Taking(NamedTuple):
    """A change of what is promised of one product at one warehouse, in thousandths."""

    product_id: int
    warehouse: str
    quantity: int


class Served(NamedTuple):
    """Stock that went to a waiting line."""

    order_id: int
    line: int
    product_id: int
    quantity: int


def take(work: Work, takings: Iterable[Taking]) -> None:
    """Move the promised stock of each product, in key order so that desks never deadlock.

    The constraint `never_oversold` refuses what would promise more than is on hand.
    """
    together: dict[tuple[int, str], int] = {}
    for product_id, warehouse, quantity in takings:
        key = (product_id, warehouse)
        together[key] = together.get(key, 0) + quantity
    rows = [
        {"product_id": key[0], "warehouse_code": key[1], "quantity": quantity}
        for key, quantity in sorted(together.items())
        if quantity
    ]
    if rows:
        work.change_each(_TAKE, rows)


def serve_waiting(work: Work, products: Iterable[int]) -> list[Served]:
    """Promise what is free of these products to the lines that wait for them, by rank."""
    wanted = json.dumps(sorted(set(products)))
    served: list[Served] = []
    for product_id, warehouse, available in work.run(_FREE_OF, {"products": wanted}):
        if available <= 0:
            continue
        waiting = work.run(_WAITING, {"product_id": product_id, "warehouse": warehouse})
        for order_id, line, wants in waiting:
            grant = min(wants, available)
            if grant <= 0:
                break
            available -= grant
            served.append(Served(order_id, line, product_id, grant))
            work.change(_SERVE, {"order": order_id, "line_no": line, "quantity": grant}, expect=1)
            take(work, [Taking(product_id, warehouse, grant)])
    return served
