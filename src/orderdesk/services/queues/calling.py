"""What is done to a line in the calling queue: taken, called about in vain, released to ship."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import bindparam, literal_column, or_, select, update

from orderdesk.domain.dispositions import CALL, SHIP_AVAILABLE
from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import OrderView
from orderdesk.domain.text import stored
from orderdesk.models.company import Company
from orderdesk.models.orders import LineCall, OrderLine
from orderdesk.services.orders.differences import order_changes, refuse_stale
from orderdesk.services.orders.heading import text_of
from orderdesk.services.orders.rows import RECEIVERS, OrderRows, rows_of
from orderdesk.services.orders.views import order_view
from orderdesk.services.orders.writing import write_head
from orderdesk.services.queues import looking
from orderdesk.services.queues.to_call import NAME
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

_line = table_of(OrderLine).c
_TODAY: Final = statement(select(table_of(Company).c.business_date))
_CALL_OF: Final = looking.known_of(LineCall)
_TAKE: Final = looking.taking(LineCall, calls="0", reason="''", called_by="''", next_call="''")
_CALLED: Final = looking.noting(
    LineCall,
    {
        "calls": literal_column("1"),
        "reason": bindparam("why"),
        "called_by": bindparam("by"),
        "called_at": bindparam("at"),
        "next_call": bindparam("next_day"),
        "taken_by": literal_column("''"),
        "taken_at": literal_column("NULL"),
    },
    {"calls": table_of(LineCall).c.calls + literal_column("1")},
)
_SHIP: Final = statement(
    update(table_of(OrderLine))
    .where(
        _line.order_id == bindparam("order"),
        _line.line == bindparam("line_no"),
        _line.disposition == bindparam("was"),
        literal_column("open > 0 AND allocated = open"),
    )
    .values(disposition=bindparam("now"))
)
_SHIP_KIT: Final = statement(
    update(table_of(OrderLine))
    .where(
        _line.order_id == bindparam("order"),
        _line.line != bindparam("line_no"),
        or_(_line.line == bindparam("kit"), _line.kit_line == bindparam("kit")),
        _line.disposition == bindparam("was"),
    )
    .values(disposition=bindparam("now"))
)
"""What else of a kit goes with the part that stands for it."""


def take(work: Work, key: int) -> None:
    """Note that the acting user looks into a line. Raises as `called` does."""
    rows, line, _ = _waiting(work, key)
    looking.take(work, _TAKE, rows, line)


def called(work: Work, key: int, reason: str, on: str | None) -> None:
    """Note a call in vain, and the day (ISO) of the next one; left out, the day after today.

    Until then the line does not wait in the queue. Raises NotFound, Refused where nobody is to be
    called about it any more, without a reason, or for a day that has passed, and Conflict where
    somebody else has taken it.
    """
    rows, line, known = _waiting(work, key)
    why = text_of(reason, "reason")
    if not why:
        raise Refused(
            "no_reason", "reason is empty; say what came of the call, so that the next one knows"
        )
    day = _next_day(work, on)
    work.change(
        _CALLED, {**looking.of(line), "why": why, "by": work.actor, "at": work.now, "next_day": day}
    )
    body = {
        "number": rows.order.number,
        "line": line.line,
        "reason": why,
        "next_call": [known.next_call or None if known else None, day],
    }
    work.event("order", rows.order.id, None, "called", body)


def release(work: Work, key: int, reason: str, version: int | None) -> OrderView:
    """Let a line go that its customer wants now, and give its order.

    It ships as it is available from then on. Raises as `called` does, and Conflict where the order
    has another version by now than the one that was read.
    """
    rows, line, _ = _waiting(work, key)
    refuse_stale(work, rows.order, version, {"line": line.line, "disposition": SHIP_AVAILABLE})
    now = {"was": CALL, "now": SHIP_AVAILABLE}
    work.change(_SHIP, {**looking.of(line), **now}, expect=1)
    if line.kit_line is not None:
        work.change(_SHIP_KIT, {**looking.of(line), **now, "kit": line.kit_line})
    after = rows_of(work, write_head(work, rows.order))
    why = text_of(reason, "reason")
    body = {"number": rows.order.number, **({"reason": why} if why else {})}
    body |= order_changes(rows, after)
    work.event("order", rows.order.id, after.order.version, "released to ship", body, RECEIVERS)
    return order_view(after)


def _waiting(work: Work, key: int) -> tuple[OrderRows, Row, Row | None]:
    """Lock the order of a line to call about; give it, the line, and what is known of calls.

    Raises NotFound, Refused, Conflict.
    """
    rows, line = looking.locked(work, key, NAME)
    if not _is_there(rows, line):
        raise Refused(
            "not_to_call",
            f"order {rows.order.number}, line {line.line}: nobody is to be called about it now; "
            f"see how it stands with `orderdesk order show {rows.order.number}`",
            line=line.line,
        )
    known = work.one(_CALL_OF, looking.of(line))
    looking.refuse_taken(work, rows, line, known, "calls")
    return rows, line, known


def _is_there(rows: OrderRows, line: Row) -> bool:
    """Tell whether all is there of what a line stands for: its own goods, or the kit's."""
    if line.disposition != CALL or not line.open or line.allocated != line.open:
        return False
    goods = [
        each for each in rows.lines if each.kit_line == line.kit_line and each.kind == line.kind
    ]
    return line.kit_line is None or all(
        each.allocated == each.open and each.line >= line.line for each in goods
    )


def _next_day(work: Work, on: str | None) -> str:
    """Give the day of the next call, ISO. Raises Refused."""
    today = date.fromisoformat(work.run(_TODAY)[0].business_date)
    if on is None or not on.strip():
        return (today + timedelta(days=1)).isoformat()
    try:
        day = date.fromisoformat(stored(on, "next").strip())
    except ValueError:
        raise Refused(
            "bad_date", f"next {on!r} is not a date; give one such as 2026-03-31"
        ) from None
    if day <= today:
        raise Refused(
            "bad_date", f"next {on!r} has come already; give a day after {today.isoformat()}"
        )
    return day.isoformat()
