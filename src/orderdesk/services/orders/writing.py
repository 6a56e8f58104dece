"""Writing a changed order back, each row only as it was read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Table, bindparam, update

from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

_HEAD: Final = (
    "status stage buyer_po_id contact ship_to ship_address terms discount requested carrier rep"
    " note net tax total open_value due exposed promised warehouse"
    " delivery_rule most_deliveries"
).split()
_LINE: Final = (
    "ordered over_shipped short_closed open allocated list_price price price_unit price_source"
    " discount net ship_to warehouse requested needed note tax tax_rate tax_reason price_reason"
    " disposition entered_unit entered_quantity leave_by"
).split()

_order = table_of(SalesOrder).c
_line = table_of(OrderLine).c


def _new(table: Table, names: Iterable[str]) -> dict[str, object]:
    return {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}


_WRITE_HEAD: Final = statement(
    update(table_of(SalesOrder))
    .where(_order.id == bindparam("order_id"), _order.version == bindparam("read"))
    .values(version=_order.version + 1, **_new(table_of(SalesOrder), _HEAD))
)
_WRITE_LINE: Final = statement(
    update(table_of(OrderLine))
    .where(
        _line.order_id == bindparam("order_id"),
        _line.line == bindparam("line_no"),
        _line.open == bindparam("open_read"),
        _line.allocated == bindparam("allocated_read"),
    )
    .values(**_new(table_of(OrderLine), _LINE))
)


def write_head(work: Work, order: Row) -> Row:
    """Write a header back as its next version, and give it; a version later than read conflicts."""
    values = {f"new_{name}": getattr(order, name) for name in _HEAD}
    work.change(_WRITE_HEAD, {"order_id": order.id, "read": order.version, **values}, expect=1)
    return order._replace(version=order.version + 1)


def write_lines(work: Work, changed: Iterable[tuple[Row, Row]]) -> None:
    """Write lines back, each given as it was read and as it is to be."""
    rows = [
        {
            "order_id": line.order_id,
            "line_no": line.line,
            "open_read": read.open,
            "allocated_read": read.allocated,
            **{f"new_{name}": getattr(line, name) for name in _LINE},
        }
        for read, line in changed
    ]
    if rows:
        work.change_each(_WRITE_LINE, rows, expect=len(rows))
