"""What the order tests ask for, and what they look up behind the services' backs."""

from dataclasses import dataclass

from sqlalchemy import func, select

from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.models.customers import Customer
from orderdesk.models.journal import Event
from orderdesk.models.orders import SalesOrder
from orderdesk.models.products import Product
from orderdesk.models.stock import Stock
from orderdesk.store.desk import Desk
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

_customer = table_of(Customer).c
_product = table_of(Product).c
_stock = table_of(Stock).c
_order = table_of(SalesOrder).c
_event = table_of(Event).c

_EXPOSURES = statement(select(_customer.code, _customer.exposure))
_STOCKS = statement(
    select(_product.code, _stock.on_hand, _stock.allocated).join_from(
        table_of(Stock), table_of(Product), _product.id == _stock.product_id
    )
)
_EVENTS = statement(
    select(_order.number, _order.version, func.count(_event.version).label("events"))
    .join_from(table_of(SalesOrder), table_of(Event), _event.subject_id == _order.id)
    .where(_event.subject == "order")
    .group_by(_order.number, _order.version)
)


def line(product: str, quantity: str = "1", **more: str) -> LineRequest:
    return LineRequest(product=product, quantity=quantity, **more)


def order(customer: str, *lines: LineRequest, **more: object) -> OrderRequest:
    return OrderRequest(customer=customer, lines=lines, **more)  # type: ignore[arg-type]


@dataclass
class Balances:
    """Stored balances by code: exposure in minor units, stock in thousandths."""

    exposure: dict[str, int]
    stock: dict[str, Row]


def _read(work: Work) -> Balances:
    return Balances(
        {row.code: row.exposure for row in work.run(_EXPOSURES)},
        {row.code: row for row in work.run(_STOCKS)},
    )


def balances(desk: Desk) -> Balances:
    """Give what is stored of stock and exposure."""
    return desk.read(_read)


def allocated(desk: Desk, product: str) -> float:
    """Give how much of a product is promised, in its unit."""
    quantity: int = balances(desk).stock[product].allocated
    return quantity / 1000


def versions_and_events(desk: Desk) -> list[tuple[int, int]]:
    """Give each order's version with the number of its events."""
    return [(row.version, row.events) for row in desk.read(lambda work: work.run(_EVENTS))]


def these(*values: object) -> tuple[object, ...]:
    """Give values to compare with plain numbers, whatever kind of number they are."""
    return values
