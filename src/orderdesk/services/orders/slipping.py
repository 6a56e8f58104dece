"""Whether promises break where lines have their goods on another day: the chain reckoned anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy import bindparam, select

from orderdesk.models.customers import Customer
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.services.orders import promising
from orderdesk.services.orders.promise_reading import ways_of
from orderdesk.store.statements import integer_set, statement, table_of
from orderdesk.store.work import Work

_line = table_of(OrderLine).c
_order = table_of(SalesOrder).c
_customer = table_of(Customer).c

_LINES: Final = statement(
    select(
        _order.id,
        _order.version,
        _order.entered_at,
        _order.carrier,
        _order.ship_address,
        _customer.code.label("customer"),
        _line.line,
        _line.kind,
        _line.ship_to,
        _line.warehouse,
        _line.requested,
        _line.disposition,
        _line.promised,
    )
    .join_from(table_of(OrderLine), table_of(SalesOrder), _order.id == _line.order_id)
    .join(table_of(Customer), _customer.id == _order.customer_id)
    .where(
        _line.order_id.in_(select(integer_set("orders"))),
        _line.product_id == bindparam("product"),
    )
    .order_by(_order.id, _line.line)
)


class Arrival(NamedTuple):
    """What was promised of a line, and when its goods would arrive."""

    promised: date | None
    arrives: date | None
    """None where nobody knows."""

    @property
    def breaks(self) -> bool:
        """Tell whether the promise is not kept."""
        promised, arrives = self
        return promised is not None and (arrives is None or arrives > promised)


def arrivals(
    work: Work, product: int, days: Mapping[tuple[int, int], date | None]
) -> dict[tuple[int, int], Arrival]:
    """Give when lines (order id, line) of a product arrive that have all their goods on a day.

    Each stands for itself: that an order goes together, or a line was promised by hand, moves no
    goods.
    """
    asked = {"orders": json.dumps(sorted({order for order, _ in days})), "product": product}
    rows = [row for row in work.run(_LINES, asked) if (row.id, row.line) in days]
    found = {}
    for _, lines in groupby(rows, lambda row: row.id):
        ours = [*lines]
        ways = ways_of(work, ours[0], ours[0].customer, ours)
        for row in ours:
            fetched = promising.is_fetched(row)
            day = days[row.id, row.line]
            way = ways[row.line]
            dates = way.dates(row.ship_to, row.requested, day, fetched=fetched) if day else (None,)
            found[row.id, row.line] = Arrival(_day(row.promised), _day(dates[0]))
    return found


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
