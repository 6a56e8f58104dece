"""What the allocation's tests look up behind the services' backs."""

from sqlalchemy import select

from orderdesk.domain.allocation import Decided, replay
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.models.products import Product
from orderdesk.models.stock import Decision, Demand
from orderdesk.store.desk import Desk
from orderdesk.store.statements import Row, statement, table_of

_line = table_of(OrderLine).c
_order = table_of(SalesOrder).c
_product = table_of(Product).c
_demand = table_of(Demand).c
_decision = table_of(Decision).c

_DEMAND = statement(
    select(_product.code, _demand.day, _demand.quantity)
    .join_from(table_of(Demand), table_of(Product), _product.id == _demand.product_id)
    .order_by(_product.code, _demand.day)
)
_HELD = statement(
    select(_order.number, _line.order_id, _line.line, _line.allocated, _line.needed)
    .join_from(table_of(OrderLine), table_of(SalesOrder), _order.id == _line.order_id)
    .where(_line.kind == "product")
)
_DECISIONS = statement(select(table_of(Decision)).order_by(_decision.id))


def demand(desk: Desk) -> dict[tuple[str, str], int]:
    """Give what waits by product and day, in thousandths."""
    rows = desk.read(lambda work: work.run(_DEMAND))
    return {(row.code, row.day): row.quantity for row in rows}


def held(desk: Desk) -> dict[tuple[str, int], int]:
    """Give what each line of goods has, by order and line, in thousandths."""
    rows = desk.read(lambda work: work.run(_HELD))
    return {(row.number, row.line): row.allocated for row in rows}


def decided(desk: Desk) -> list[Row]:
    """Give every decision, the oldest first."""
    return desk.read(lambda work: work.run(_DECISIONS))


def assert_replayed(desk: Desk) -> None:
    """Make all decisions again from their rows: every line must come to what it has."""
    rows = [Decided(*(getattr(row, name) for name in Decided._fields)) for row in decided(desk)]
    again = replay(rows)
    has = {
        (row.order_id, row.line): row.allocated for row in desk.read(lambda work: work.run(_HELD))
    }
    assert {key: again.get(key, 0) for key in has} == has
