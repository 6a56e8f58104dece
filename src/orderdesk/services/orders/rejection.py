"""Holds that were looked at and not released: they wait until the order is changed."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Final

from sqlalchemy import bindparam, literal_column, select, update

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import OrderView
from orderdesk.domain.times import moment
from orderdesk.models.orders import Hold
from orderdesk.services.orders.differences import order_changes
from orderdesk.services.orders.heading import text_of
from orderdesk.services.orders.rows import OrderRows, rows_of
from orderdesk.services.orders.views import order_view
from orderdesk.services.orders.writing import write_head
from orderdesk.store.statements import Row, integer_set, statement, table_of
from orderdesk.store.work import Work

_hold = table_of(Hold).c

_REJECT: Final = statement(
    update(table_of(Hold))
    .where(
        _hold.id == bindparam("hold_id"),
        _hold.released_by.is_(literal_column("NULL")),
        _hold.rejected_by == literal_column("''"),
    )
    .values(
        rejected_by=bindparam("by"),
        rejected_at=bindparam("at"),
        rejection=bindparam("why"),
        taken_by="",
        taken_at=None,
    )
)
_PUT_BACK: Final = statement(
    update(table_of(Hold))
    .where(_hold.id.in_(select(integer_set("ids"))))
    .values(rejected_by="", rejected_at=None, rejection="")
)


def reject(work: Work, rows: OrderRows, hold: Row, reason: str) -> OrderView:
    """Say that a hold of an order is not released, and why; the order's next version says so.

    The hold stands. Whoever entered the order is told, and an amendment of it asks again.
    Raises Refused without a reason, and where it was rejected before: told by whom and when.
    """
    refuse_rejected(rows, hold)
    why = text_of(reason, "reason")
    if not why:
        raise Refused(
            "no_reason", "a rejection needs a reason that tells what is to be mended; give one"
        )
    values = {"hold_id": hold.id, "by": work.actor, "at": work.now, "why": why}
    work.change(_REJECT, values, expect=1)
    order = write_head(work, rows.order)
    after = rows_of(work, order)
    body = {
        "number": order.number,
        "reason": why,
        "hold": hold.code,
        "line": hold.line,
        **order_changes(rows, after),
    }
    # To whoever entered it alone: the customer is told of what is released, not of what is not.
    receivers = (f"user {order.entered_by}",)
    work.event("order", order.id, order.version, "rejected", body, receivers)
    return order_view(after)


def refuse_rejected(rows: OrderRows, hold: Row) -> None:
    """Raise Refused, told by whom, when and why, where a hold was rejected."""
    if hold.rejected_by:
        at = moment(hold.rejected_at).astimezone(UTC)
        raise Refused(
            "already_rejected",
            f"{hold.rejected_by} rejected the hold {hold.code!r} of order {rows.order.number} on "
            f"{at:%Y-%m-%d %H:%M} UTC: {hold.rejection}; an amendment of the order asks again",
            rejected_by=hold.rejected_by,
            rejected_at=at.isoformat(),
            rejection=hold.rejection,
        )


def ask_again(work: Work, rows: OrderRows) -> None:
    """Put the rejected holds of an order that was changed back into their queue."""
    ids = [each.id for each in rows.holds if each.rejected_by and each.released_by is None]
    if ids:
        work.change(_PUT_BACK, {"ids": json.dumps(ids)}, expect=len(ids))
