"""Where many lines stand among those that wait: each queue is read once for all of them.

A line by itself costs a walk through all that wait for its goods, so that a page of orders that
want the same scarce goods would cost one walk for each of its lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from sqlalchemy import literal_column, select

from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.services.allocation.ranking import BEST_FIRST, OPEN, WANTED, ahead
from orderdesk.store.statements import Row, integer_set, statement, table_of, text_set
from orderdesk.store.work import Work

_line = table_of(OrderLine).c
_order = table_of(SalesOrder).c

_queues = (
    select(
        _line.order_id,
        _line.line,
        ahead(WANTED, BEST_FIRST).label("before"),
    )
    .join_from(table_of(OrderLine), table_of(SalesOrder), _order.id == _line.order_id)
    .where(
        _line.product_id.in_(select(integer_set("products"))),
        _line.warehouse.in_(select(text_set("places"))),
        OPEN,
        _line.kind == literal_column("'product'"),
        _line.open > _line.allocated,
    )
    .subquery("queues")
)
BEFORE: Final = statement(
    select(_queues).where(_queues.c.order_id.in_(select(integer_set("orders"))))
)
"""What those before each waiting line of these orders wait for."""


def before(work: Work, lines: Iterable[Row]) -> dict[tuple[int, int], int]:
    """Give what those before each of these written lines wait for, in thousandths.

    By order (id) and line; a line that has all it wants is not in it.
    """
    asked = list(lines)
    if not asked:
        return {}
    rows = work.run(
        BEFORE,
        {
            "products": json.dumps(sorted({each.product_id for each in asked})),
            "places": json.dumps(sorted({each.warehouse for each in asked})),
            "orders": json.dumps(sorted({each.order_id for each in asked})),
        },
    )
    return {(row.order_id, row.line): row.before for row in rows}
