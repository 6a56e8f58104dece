"""The queue of promises: lines that slipped twice or more since somebody dealt with them.

Nobody puts a line into it: the first slip makes a notice, the second one a task. Who told the
customer takes the line out, until it has slipped twice again.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, func, literal_column, select

from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.queues import QueueItem
from orderdesk.domain.times import moment
from orderdesk.models.journal import Event
from orderdesk.models.orders import LineTold, OrderLine
from orderdesk.services.queues import lines
from orderdesk.store.statements import Row, Statement, table_of
from orderdesk.store.work import Work

NAME: Final = "promises"

REASON: Final = "slipped"
"""Why everything in it waits."""

TASK: Final = 2
"""The slip that makes a task."""

_line = table_of(OrderLine).c
_told = table_of(LineTold).c
_event = table_of(Event).c

_dealt_with = func.coalesce(_told.slips, literal_column("0"))
_WAITING: Final[tuple[ColumnElement[bool], ...]] = (
    # What their index is made for, in its own words.
    literal_column("order_line.open > 0"),
    literal_column("order_line.slips > 1"),
    _line.slips - _dealt_with >= literal_column(str(TASK)),
)

_JOINED: Final = lines.joined_to(LineTold)

_OF_TOLD: Final = "reason told_by told_at taken_by taken_at".split()

COUNT: Final = lines.count_of(_JOINED, *_WAITING)
"""Counts what waits, but never more than is shown."""


@cache
def page(driver: str, *, before: bool, including: bool) -> Statement:
    """Give the statement of one page, of all or by one of the drivers; see `lines.page`."""
    slipped = (
        select(func.max(_event.at))
        .where(
            _event.subject_id == _line.order_id,
            _event.subject == literal_column("'order'"),
            _event.kind == literal_column("'promise slipped'"),
        )
        .scalar_subquery()
        .label("slipped_at")
    )
    own = [*(_told[name] for name in _OF_TOLD), _line.slips, _dealt_with.label("dealt_with")]
    more = [*own, slipped]
    return lines.page(_JOINED, _WAITING, more, driver, before=before, including=including)


def item(work: Work, row: Row) -> QueueItem:
    """Show a line whose customer is to be told."""
    quantity = quantity_decimal(row.open)
    slips = row.slips - row.dealt_with
    since = row.slipped_at or row.entered_at
    now = f"promised for {row.promised}" if row.promised else "not promised any more"
    first = f", at first for {row.first_promised}" if row.first_promised else ""
    again = f"; told before: {row.reason}" if row.reason else ""
    return QueueItem(
        reason=REASON,
        details={
            "product": row.product,
            "description": row.description,
            "quantity": str(quantity),
            "unit": row.unit,
            "requested": row.requested,
            "promised": row.promised,
            "first_promised": row.first_promised,
            "slips": slips,
            "contact": row.contact,
            "phone": row.phone,
            "told_before": row.reason or "",
            "told_by": row.told_by or "",
            "told_at": moment(row.told_at).isoformat() if row.told_at else None,
        },
        waiting_seconds=max(0, (work.now - since) // 1_000_000),
        message=f"{quantity} {row.unit} of {row.product} slipped {slips} times, {now}{first}: tell "
        + " ".join(word for word in (row.contact or row.customer_name, row.phone) if word)
        + again,
        **lines.of_line(work, NAME, row),
    )
