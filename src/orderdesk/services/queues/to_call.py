"""The calling queue: lines whose customers are to be called, for all that is open of them is there.

Nobody puts a line into it: the index of such lines is the queue, the oldest order first, so a page
costs the same at any length. A call in vain takes a line out of it until the next day to call.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_, select

from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.queues import QueueItem
from orderdesk.domain.times import moment
from orderdesk.models.company import Company
from orderdesk.models.orders import LineCall, OrderLine
from orderdesk.models.products import Product
from orderdesk.models.stock import Decision
from orderdesk.services.queues import lines
from orderdesk.store.statements import Row, Statement, table_of
from orderdesk.store.work import Work

NAME: Final = "calling"

REASON: Final = "call_when_available"
"""Why everything in it waits."""

_line = table_of(OrderLine).c
_sibling = table_of(OrderLine).alias("sibling").c
_kit = table_of(OrderLine).alias("kit").c
_kit_product = table_of(Product).alias("kit_product").c
_call = table_of(LineCall).c
_decision = table_of(Decision).c
_today = select(table_of(Company).c.business_date).scalar_subquery()

_WAITING: Final[tuple[ColumnElement[bool], ...]] = (
    literal_column("order_line.open > 0"),
    literal_column("order_line.allocated = order_line.open"),
    literal_column("order_line.disposition = 'call when available'"),
)
"""What the index of lines to call about is made for, in its own words."""

_ahead = (
    exists()
    .where(
        _sibling.order_id == _line.order_id,
        _sibling.kit_line == _line.kit_line,
        _sibling.kind == literal_column("'product'"),
        or_(_sibling.allocated < _sibling.open, _sibling.line < _line.line),
    )
    .correlate(table_of(OrderLine))
)
_WHOLE: Final = or_(_line.kit_line.is_(None), ~_ahead)
"""Of a kit all goods are there, and the first of its parts stands for it."""

_DUE: Final = func.coalesce(_call.next_call, literal_column("''")) <= _today

_JOINED: Final = lines.joined_to(LineCall)

_OF_CALL: Final = "calls reason called_by called_at taken_by taken_at".split()

COUNT: Final = lines.count_of(_JOINED, *_WAITING, _WHOLE, _DUE)
"""Counts what waits, but never more than is shown."""


@cache
def page(driver: str, *, before: bool, including: bool) -> Statement:
    """Give the statement of one page, of all or by one of the drivers; see `lines.page`."""
    served = (
        select(func.max(_decision.at))
        .where(_decision.order_id == _line.order_id, _decision.line == _line.line)
        .scalar_subquery()
        .label("served_at")
    )
    kit = [_kit[name].label(f"kit_{name}") for name in ("line", "description", "unit", "open")]
    more = [*(_call[name] for name in _OF_CALL), served, *kit, _kit_product.code.label("kit")]
    joined = _JOINED.outerjoin(
        _kit.line.table, and_(_kit.order_id == _line.order_id, _kit.line == _line.kit_line)
    ).outerjoin(_kit_product.id.table, _kit_product.id == _kit.product_id)
    waiting = (*_WAITING, _WHOLE, _DUE)
    return lines.page(joined, waiting, more, driver, before=before, including=including)


class _What(NamedTuple):
    """What is there: a line's goods, or a whole kit."""

    product: str
    description: str
    unit: str
    open: int
    line: int


def item(work: Work, row: Row) -> QueueItem:
    """Show a line that its customer is to be called about."""
    what = _What(row.product, row.description, row.unit, row.open, row.line)
    if row.kit is not None:
        what = _What(row.kit, row.kit_description, row.kit_unit, row.kit_open, row.kit_line)
    quantity = quantity_decimal(what.open)
    since = row.served_at or row.entered_at
    again = f"; call {row.calls + 1}: {row.reason}" if row.calls else ""
    return QueueItem(
        reason=REASON,
        details={
            "product": what.product,
            "description": what.description,
            "quantity": str(quantity),
            "unit": what.unit,
            "requested": row.requested,
            "contact": row.contact,
            "phone": row.phone,
            "calls": row.calls or 0,
            "last_call": row.reason or "",
            "called_by": row.called_by or "",
            "called_at": moment(row.called_at).isoformat() if row.called_at else None,
        },
        waiting_seconds=max(0, (work.now - since) // 1_000_000),
        message=f"{quantity} {what.unit} of {what.product} are there: call "
        + " ".join(word for word in (row.contact or row.customer_name, row.phone) if word)
        + again,
        **{**lines.of_line(work, NAME, row), "line": what.line},
    )
