"""What waits for stock, by product, warehouse and day: a balance kept with the lines.

Whoever changes what is open, allocated or needed of a line, or where it is served from, tells it
here in the same unit of work.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.sql import literal_column

from orderdesk.models.stock import Demand
from orderdesk.store.statements import Row, insert_or, integer_set, statement, table_of
from orderdesk.store.work import Work

_demand = table_of(Demand).c

_new = insert_or(table_of(Demand)).values(
    product_id=bindparam("product"),
    warehouse=bindparam("place"),
    day=bindparam("needed_on"),
    quantity=bindparam("more"),
)
_MORE: Final = statement(
    _new.on_conflict_do_update(
        index_elements=[_demand.product_id, _demand.warehouse, _demand.day],
        set_={"quantity": _demand.quantity + _new.excluded.quantity},
    )
)
_LESS: Final = statement(
    update(table_of(Demand))
    .where(
        _demand.product_id == bindparam("product"),
        _demand.warehouse == bindparam("place"),
        _demand.day == bindparam("needed_on"),
    )
    .values(quantity=_demand.quantity - bindparam("less"))
)
_NOTHING: Final = statement(
    delete(table_of(Demand)).where(
        _demand.product_id.in_(select(integer_set("products"))),
        _demand.quantity == literal_column("0"),
    )
)


class Waiting(NamedTuple):
    """A change of what waits: more, or with a quantity below zero less, in thousandths."""

    product_id: int
    warehouse: str
    day: str
    """ISO: the day on which it is needed."""
    quantity: int


def of_line(line: Row, sign: int = 1) -> Waiting | None:
    """Give what waits of a line, or with the sign -1 that it waits no more; None where nothing."""
    short = line.open - line.allocated
    if line.kind != "product" or not short:
        return None
    return Waiting(line.product_id, line.warehouse, line.needed, sign * short)


def of_change(was: Row | None, now: Row) -> list[Waiting]:
    """Give what a change of a line does to what waits; `was` is None for a new line."""
    found = [of_line(now)] if was is None else [of_line(was, -1), of_line(now)]
    return [each for each in found if each is not None]


def keep(work: Work, changes: Iterable[Waiting]) -> None:
    """Move what waits, in key order so that desks never deadlock; a day without any goes."""
    together: dict[tuple[int, str, str], int] = {}
    for product_id, warehouse, day, quantity in changes:
        key = (product_id, warehouse, day)
        together[key] = together.get(key, 0) + quantity
    moved = sorted((key, quantity) for key, quantity in together.items() if quantity)
    if not moved:
        return
    # One after the other, so that all desks lock the days in one order.
    for (product_id, warehouse, day), quantity in moved:
        shelf: dict[str, Any] = {"product": product_id, "place": warehouse, "needed_on": day}
        if quantity > 0:
            work.change(_MORE, {**shelf, "more": quantity})
        else:
            work.change(_LESS, {**shelf, "less": -quantity})
    gone = sorted({product_id for (product_id, _, _), quantity in moved if quantity < 0})
    if gone:
        work.change(_NOTHING, {"products": json.dumps(gone)})
