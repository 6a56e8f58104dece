"""The queue of holds: which orders are stopped, by what, and since when.

It is read by the index of what waits, the oldest first, so a page costs the same at any length.
Of one reason, order or customer it is read by theirs.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select, tuple_

from orderdesk.domain.numbers import amount_decimal, currency_decimals
from orderdesk.domain.queues import COUNTED, TAKEN_MINUTES, QueueItem
from orderdesk.domain.times import moment
from orderdesk.models.customers import Customer
from orderdesk.models.orders import Hold, SalesOrder
from orderdesk.store.statements import Row, Statement, statement, table_of
from orderdesk.store.work import Work

NAME: Final = "holds"

FIRST: Final = 0
LAST: Final = 2**62
"""Keys before and behind that of every hold."""

_hold = table_of(Hold).c
_order = table_of(SalesOrder).c
_customer = table_of(Customer).c
_at_key = table_of(Hold).alias("at_key").c

_WAITING: Final[tuple[ColumnElement[bool], ...]] = (
    literal_column("hold.released_by IS NULL"),
    literal_column("hold.rejected_by = ''"),
)
"""What the index of waiting holds is made for, in its own words."""

_JOINED: Final = table_of(Hold).join(table_of(SalesOrder), _order.id == _hold.order_id)

_OF_HOLD: Final = "id code line message details placed_by placed_at taken_by taken_at".split()
_OF_ORDER: Final = "number total currency entered_by version".split()

_DRIVEN: Final[dict[str, ColumnElement[bool]]] = {
    "reason": _hold.code == bindparam("reason"),
    "subject": _hold.order_id == bindparam("subject"),
    "customer": _hold.customer_id == bindparam("customer"),
    "one": _hold.id == bindparam("one"),
}

COUNT: Final = statement(
    select(func.count().label("waiting")).select_from(
        select(_hold.id)
        .select_from(_JOINED)
        .where(*_WAITING, _order.status == bindparam("confirmed"))
        .order_by(_hold.placed_at, _hold.id)  # as its index has them
        .limit(COUNTED + 1)
        .subquery()
    )
)
"""Counts what waits, but never more than is shown; `confirmed` is that word."""


@cache
def page(driver: str, *, before: bool, including: bool) -> Statement:
    """Give the statement of one page, of all or by one of the drivers.

    `key` is the hold to go on from, `count` is how many, and `confirmed` is that word; the driver
    has a parameter of its name. Pages `before` the key come the newest first.
    """
    wanted = (
        select(
            *(_hold[name] for name in _OF_HOLD),
            *(_order[name] for name in _OF_ORDER),
            _customer.code.label("customer"),
            _customer.name.label("customer_name"),
        )
        .select_from(_JOINED.join(table_of(Customer), _customer.id == _order.customer_id))
        # The word is bound, so that no index of orders is taken for it.
        .where(*_WAITING, _order.status == bindparam("confirmed"))
        .limit(bindparam("count"))
    )
    if driver:
        wanted = wanted.where(_DRIVEN[driver])
    columns, left, right = _keys(driver, before)
    if before:
        ahead = left <= right if including else left < right
        return statement(wanted.where(ahead).order_by(*(each.desc() for each in columns)))
    ahead = left >= right if including else left > right
    return statement(wanted.where(ahead).order_by(*columns))


def _keys(driver: str, before: bool) -> tuple[list[ColumnElement[Any]], Any, Any]:
    """Give the columns that a page is in the order of, and both sides of its first comparison."""
    key = bindparam("key", type_=_hold.id.type)
    if driver:
        return [_hold.id], _hold.id, key
    edge = literal_column(str(LAST if before else FIRST), type_=_hold.placed_at.type)
    at = select(_at_key.placed_at).where(_at_key.id == key).scalar_subquery()
    columns: list[ColumnElement[Any]] = [_hold.placed_at, _hold.id]
    return columns, tuple_(*columns), tuple_(func.coalesce(at, edge), key)


def item(work: Work, row: Row) -> QueueItem:
    """Show a hold that waits."""
    decimals = currency_decimals(row.currency)
    taken = is_taken(work, row)
    return QueueItem(
        id=f"{NAME}-{row.id}",
        queue=NAME,
        subject=row.number,
        customer=row.customer,
        reason=row.code,
        details=json.loads(row.details),
        waiting_seconds=max(0, (work.now - row.placed_at) // 1_000_000),
        taken_by=row.taken_by if taken else None,
        message=row.message,
        line=row.line,
        total=amount_decimal(row.total, decimals),
        currency=row.currency,
        entered_by=row.entered_by,
        placed_by=row.placed_by,
        customer_name=row.customer_name,
        taken_at=moment(row.taken_at) if taken else None,
        version=row.version,
    )


def is_taken(work: Work, row: Row) -> bool:
    """Tell whether somebody has taken a hold and it has not fallen back."""
    since = row.taken_at
    return since is not None and work.now - since < TAKEN_MINUTES * 60_000_000
