"""What is done to something in a queue: taken, approved, rejected, noted."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, literal_column, select, update

from orderdesk.domain.errors import Conflict, Refused
from orderdesk.domain.notes import NoteRequest, NoteView
from orderdesk.domain.orders import OrderView
from orderdesk.domain.queues import TAKEN_MINUTES, QueueItem
from orderdesk.domain.times import moment
from orderdesk.models.orders import Hold, SalesOrder
from orderdesk.services import notes, rights
from orderdesk.services.orders import holds, rejection
from orderdesk.services.orders.differences import refuse_stale
from orderdesk.services.orders.rows import OrderRows, read_order
from orderdesk.services.orders.views import order_view
from orderdesk.services.queues import calling, held, lines, slipped, telling, to_call
from orderdesk.services.queues.held import is_taken
from orderdesk.services.queues.reading import key_of, one, unknown
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

_hold = table_of(Hold).c
_order = table_of(SalesOrder).c

_ORDER_OF: Final = statement(
    select(_order.number, _hold.line)
    .join_from(table_of(Hold), table_of(SalesOrder), _order.id == _hold.order_id)
    .where(_hold.id == bindparam("hold_id"))
)
_TAKE: Final = statement(
    update(table_of(Hold))
    .where(
        _hold.order_id == bindparam("order"),
        _hold.released_by.is_(literal_column("NULL")),
        _hold.rejected_by == literal_column("''"),
    )
    .values(taken_by=bindparam("by"), taken_at=bindparam("at"))
)


def take(work: Work, id: str) -> QueueItem:
    """Tell the others that the acting user looks into an order; all its holds are taken together.

    After ten minutes they fall back; who takes them again has ten minutes more. Raises NotFound,
    Refused where it does not wait any more, and Conflict, told who has it since when.
    """
    name, key = key_of(id)
    if name == to_call.NAME:
        calling.take(work, key)
    elif name == slipped.NAME:
        telling.take(work, key)
    else:
        _take_holds(work, id)
    found = one(work, id)
    if found is None:
        raise unknown(id)
    return found


def _take_holds(work: Work, id: str) -> None:
    """Take the holds of an order that wait, all of them together."""
    hold, rows = _waiting(work, id)
    rights.require(work, "release")
    _refuse_taken(work, hold, rows)
    order = rows.order
    waiting = [each for each in holds.standing(rows) if not each.rejected_by]
    work.change(_TAKE, {"order": order.id, "by": work.actor, "at": work.now}, expect=len(waiting))
    # The order itself stays as it is: nobody who changes it has to read it again for this.
    work.event("order", order.id, None, "taken", {"number": order.number})


def approve(
    work: Work,
    id: str,
    ceiling: str | None = None,
    until: str | None = None,
    reason: str = "",
    version: int | None = None,
) -> OrderView:
    """Release a hold that waits, as `order release` does, and give its order.

    A line in the calling queue is released to ship: its customer was called and wants it now. Of a
    line in the queue of promises the customer was told, and the reason says what.

    The ceiling is the total up to which the order may grow, today's where it is left out; of a hold
    that measures something else it is that, a shortfall, a quantity or a percentage, and as it
    stands where it is left out. What measures nothing takes none. `until` is the last ISO
    date of the release, the company's usual days from now where it is left out. Raises as the
    release does, and Conflict where somebody else has taken it.
    """
    name, key = key_of(id)
    if name != held.NAME and (ceiling is not None or until is not None):
        raise Refused(
            "no_ceiling",
            "a line that its customer was called or told about is decided whole and for good; "
            "leave ceiling and until out",
        )
    if name == to_call.NAME:
        return calling.release(work, key, reason, version)
    if name == slipped.NAME:
        return telling.told(work, key, reason, None, version)
    hold, rows = _waiting(work, id)
    _refuse_taken(work, hold, rows)
    return holds.release(
        work,
        rows.order.number,
        ceiling=ceiling,
        until=until,
        reason=reason,
        version=version,
        ids=(hold.id,),
    )


def reject(work: Work, id: str, reason: str = "", version: int | None = None) -> OrderView:
    """Leave an order held, for a reason that tells whoever entered it what to mend.

    It leaves the queue, and an amendment of the order puts it back. Raises NotFound, Refused
    without a reason or the right to release, and Conflict where somebody else has taken it or the
    order has another version by now than the one that was read.
    """
    name, _ = key_of(id)
    if name != held.NAME:
        verb = "called" if name == to_call.NAME else "told"
        raise Refused(
            "not_a_hold",
            f"a line to call or tell about is not rejected; note it with `orderdesk queue {verb} "
            f"{id}`, or close the line with `orderdesk order close-line`",
        )
    hold, rows = _waiting(work, id)
    rights.require(work, "release")
    refuse_stale(work, rows.order, version, {"hold": hold.code, "reason": reason})
    _refuse_taken(work, hold, rows)
    return rejection.reject(work, rows, hold, reason)


def called(work: Work, id: str, reason: str, next: str | None = None) -> OrderView:
    """Note a call in vain about a line, and the ISO date of the next; give the line's order.

    Left out, that is the day after the company's today; until then it does not wait. Raises
    NotFound, Refused without a reason and for what is not called about, and Conflict where
    somebody else has taken it.
    """
    name, key = key_of(id)
    if name != to_call.NAME:
        raise Refused(
            "not_to_call",
            f"{id} is in another queue than the calling one; approve or note it",
        )
    calling.called(work, key, reason, next)
    return order_view(read_order(work, _order_of(work, id).number))


def told(
    work: Work, id: str, reason: str, requested: str | None = None, version: int | None = None
) -> OrderView:
    """Note what the customer of a line that slipped was told; give the line's order.

    It leaves the queue until it has slipped twice again. With an ISO date the line is `requested`
    then from now on. Raises NotFound, Refused without a reason, for a bad date and for what is no
    promise, and Conflict where somebody else has taken it, or where the order has another version
    by now than the one that was read.
    """
    name, key = key_of(id)
    if name != slipped.NAME:
        raise Refused(
            "not_to_tell",
            f"{id} is in another queue than that of promises; approve or note it",
        )
    return telling.told(work, key, reason, requested, version)


def note(work: Work, id: str, text: str, audience: str = "inside") -> NoteView:
    """Keep a note on the order, or on the line, that waits. Raises NotFound and Refused."""
    found = _order_of(work, id)
    line = None if found.line is None else str(found.line)
    return notes.add(
        work,
        NoteRequest(subject="order", key=found.number, line=line, text=text, audience=audience),
    )


def _order_of(work: Work, id: str) -> Row:
    """Give the number of the order, and the line, that an id stands for. Raises NotFound."""
    name, key = key_of(id)
    found = (
        work.one(_ORDER_OF, {"hold_id": key}) if name == held.NAME else lines.place_of(work, key)
    )
    if found is None:
        raise unknown(id)
    return found


def _waiting(work: Work, id: str) -> tuple[Row, OrderRows]:
    """Lock the order of a hold and give both. Raises NotFound, and Refused where it waits no more.

    Whoever comes second is told who decided and when.
    """
    rows = read_order(work, _order_of(work, id).number, lock=True)
    hold = next(each for each in rows.holds if each.id == key_of(id)[1])
    holds.refuse_released(rows, hold)
    rejection.refuse_rejected(rows, hold)
    return hold, rows


def _refuse_taken(work: Work, hold: Any, rows: OrderRows) -> None:
    """Raise Conflict, told by whom and since when, where somebody else has taken a hold."""
    if not is_taken(work, hold) or hold.taken_by == work.actor:
        return
    at = moment(hold.taken_at).astimezone(UTC)
    back = at + timedelta(minutes=TAKEN_MINUTES)
    raise Conflict(
        "taken",
        f"{hold.taken_by} took order {rows.order.number} at {at:%H:%M} UTC and looks into it; "
        f"ask them, or wait until {back:%H:%M} UTC, when it falls back",
        taken_by=hold.taken_by,
        taken_at=at.isoformat(),
        falls_back_at=back.isoformat(),
    )
