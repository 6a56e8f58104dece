"""Stops on an order: placed by hand or by a rule, released by somebody else, placed again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, literal_column, select, update

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.holds import MANUAL
from orderdesk.domain.orders import OrderView
from orderdesk.domain.times import moment
from orderdesk.models.company import Company
from orderdesk.models.orders import Hold
from orderdesk.services.orders import ceilings, entry
from orderdesk.services.orders.allowed import to_release
from orderdesk.services.orders.ceilings import Ceilings
from orderdesk.services.orders.differences import (
    Body,
    order_changes,
    refuse_stale,
)
from orderdesk.services.orders.heading import text_of
from orderdesk.services.orders.rows import (
    HOLDS,
    RECEIVERS,
    HoldRow,
    OrderRows,
    read_order,
    rows_of,
)
from orderdesk.services.orders.views import order_view
from orderdesk.services.orders.writing import write_head
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

SYSTEM: Final = "system"
"""Who places and releases by a rule; the reason says which."""

_hold = table_of(Hold).c
_company = table_of(Company).c

_RELEASE: Final = statement(
    update(table_of(Hold))
    .where(_hold.id == bindparam("hold_id"), _hold.released_by.is_(literal_column("NULL")))
    .values(
        released_by=bindparam("by", type_=_hold.released_by.type),
        released_at=bindparam("at", type_=_hold.released_at.type),
        reason=bindparam("why", type_=_hold.reason.type),
        ceiling=bindparam("most", type_=_hold.ceiling.type),
        released_until=bindparam("until", type_=_hold.released_until.type),
    )
)
_POLICY: Final = statement(
    select(_company.self_release, _company.grant_days, _company.business_date)
)


def hold(
    work: Work,
    number: str,
    line: int | None = None,
    reason: str = "",
    version: int | None = None,
) -> OrderView:
    """Stop an order, or one of its lines, by hand; the reason is what every reader sees.

    Raises NotFound, Refused without a reason, where it is held so already or was cancelled, and
    Conflict where it has another version by now than the one that was read.
    """
    rows = read_order(work, number, lock=True)
    order = rows.order
    refuse_stale(work, order, version, {"line": line, "reason": reason})
    if order.status == "cancelled":
        raise Refused("cancelled", f"order {order.number} was cancelled; there is nothing to hold")
    if line is not None and line not in {each.line for each in rows.lines}:
        raise unknown_line(rows, line)
    message = text_of(reason, "reason")
    if not message:
        raise Refused("no_reason", "a hold needs a reason that others can act on; give one")
    for known in standing(rows):
        if (known.code, known.line) == (MANUAL, line):
            raise Refused(
                "already_held",
                f"{_place(rows, line)} is held already; {known.placed_by} said: {known.message}",
                placed_by=known.placed_by,
            )
    work.insert(
        HOLDS,
        [
            HoldRow(
                id=None,
                order_id=order.id,
                customer_id=order.customer_id,
                line=line,
                code=MANUAL,
                message=message,
                placed_by=work.actor,
                placed_at=work.now,
            )[1:]
        ],
    )
    return _written(work, rows, "held", {"reason": message})


def release(
    work: Work,
    number: str,
    codes: tuple[str, ...] | None = None,
    ceiling: str | None = None,
    reason: str = "",
    version: int | None = None,
    until: str | None = None,
    ids: tuple[int, ...] | None = None,
) -> OrderView:
    """Release every open hold of an order that this person may release, or those named.

    They are named by their codes, or by their ids as a queue does.

    The ceiling (an amount in the order's currency, at least its total, which it is when left out)
    is how far the order may grow before a rule holds it again; what a rule measures otherwise, a
    margin or a quantity, is released as it is now, or up to a ceiling in its own unit where such
    a hold is named (`ceilings`). The release lasts until a day (ISO; the
    company's grant days from now when left out), a hold by hand is released for good. Whoever
    entered the order, placed a hold, or let the order grow while it stood cannot release it,
    unless company policy allows it: then the event says so.

    Raises NotFound, Refused: told who released it and when, where nothing is held; and Conflict
    where the order has another version by now than the one that was read.
    """
    rows = read_order(work, number, lock=True)
    asked = {"codes": list(codes or ()), "ceiling": ceiling, "reason": reason, "until": until}
    refuse_stale(work, rows.order, version, asked)
    chosen = _chosen(rows, codes, ids)
    policy = work.run(_POLICY)[0]
    own = [each for each in chosen if work.actor in barred(rows.order, each)]
    allowed = bool(own) and bool(policy.self_release)
    if own and not allowed:
        if codes is not None or ids is not None or len(own) == len(chosen):
            raise _own_hold(rows, own[0], work.actor)
        chosen = [each for each in chosen if each not in own]
    most = ceilings.read(rows.order, chosen, ceiling, named=codes is not None or ids is not None)
    to_release(work, rows.order, most.total)
    last = _until(policy, until)
    why = text_of(reason, "reason")
    _release(work, chosen, work.actor, why, most, last)
    body: Body = {"reason": why}
    if any(each.code != MANUAL for each in chosen):
        body |= {"ceiling": most.said} if most.said is not None else {}
        body["until"] = last
    if allowed:
        body["self_release"] = True
    return _written(work, rows, "released", body)


def release_by_rule(work: Work, rows: OrderRows, cause: str) -> None:
    """Release all open holds of an order that has no use for them any more."""
    release_these(work, standing(rows), cause)


def release_these(work: Work, chosen: list[Row], cause: str) -> None:
    """Release holds that have nothing against their order any more; the system says why."""
    _release(work, chosen, SYSTEM, cause, None, None)


def barred(order: Row, each: Row) -> set[str]:
    """Give who cannot release a hold: they entered the order, placed it, or made it worse."""
    return {order.entered_by, each.placed_by, *json.loads(each.raised_by)}


def standing(rows: OrderRows) -> list[Row]:
    """Give the holds of an order that nobody released."""
    return [each for each in rows.holds if each.released_by is None]


def unknown_line(rows: OrderRows, line: int) -> NotFound:
    """Say that an order has no such line, and which it has."""
    last = rows.lines[-1].line
    return NotFound(
        "unknown_line",
        f"order {rows.order.number} has no line {line}; its lines are 1 to {last}",
        line=line,
    )


def refuse_released(rows: OrderRows, hold: Row) -> None:
    """Raise Refused, told by whom and when, where a hold was released."""
    if hold.released_by is not None:
        raise _nothing_held(rows, [hold], hold.code)


def _chosen(
    rows: OrderRows, codes: tuple[str, ...] | None, ids: tuple[int, ...] | None
) -> list[Row]:
    open_ = standing(rows)
    if ids is not None:
        return [each for each in open_ if each.id in ids]
    if codes is None:
        if not open_:
            raise _nothing_held(rows, rows.holds)
        return open_
    names = {code.strip().lower() for code in codes}
    known = {each.code for each in open_}
    for name in sorted(names - known):
        raise _nothing_held(rows, [each for each in rows.holds if each.code == name], name)
    return [each for each in open_ if each.code in names]


def _nothing_held(rows: OrderRows, released: Iterable[Row], code: str = "") -> Refused:
    what = f"order {rows.order.number}" + (f" by {code!r}" if code else "")
    last = max(released, key=lambda each: each.released_at, default=None)
    if last is None:
        now = ", ".join(each.code for each in standing(rows)) or "nothing"
        return Refused("not_held", f"{what} is not held; what holds it now: {now}")
    at = moment(last.released_at).astimezone(UTC)
    return Refused(
        "already_released",
        f"{what} is not held any more; {last.released_by} released it on {at:%Y-%m-%d %H:%M} UTC",
        released_by=last.released_by,
        released_at=at.isoformat(),
    )


def _own_hold(rows: OrderRows, own: Row, actor: str) -> Refused:
    order = rows.order
    did = f"let order {order.number} grow while the hold {own.code!r} stood"
    if actor == own.placed_by:
        did = f"placed the hold {own.code!r} on order {order.number}"
    if actor == order.entered_by:
        did = f"entered order {order.number}"
    return Refused(
        "own_hold",
        f"you {did}; somebody else must release it",
        hold=own.code,
        entered_by=order.entered_by,
        placed_by=own.placed_by,
        raised_by=json.loads(own.raised_by),
    )


def _until(policy: Row, typed: str | None) -> str:
    """Give the last day of a release, ISO; raise Refused for one that is over already."""
    today = date.fromisoformat(policy.business_date)
    if typed is None:
        return (today + timedelta(days=policy.grant_days)).isoformat()
    last = entry.day_of(typed, "until")
    if last < policy.business_date:
        raise Refused(
            "past_day",
            f"until {typed} is over already, today is {policy.business_date}; give a later day",
            until=typed,
        )
    return last


def _release(
    work: Work, chosen: list[Row], by: str, why: str, most: Ceilings | None, until: str | None
) -> None:
    """Write the release of holds, each up to its ceiling; without ceilings for good."""
    rows = []
    for each in chosen:
        bounded = most is not None and each.code != MANUAL
        rows.append(
            {
                "hold_id": each.id,
                "by": by,
                "at": work.now,
                "why": why,
                "most": most.of(each) if most is not None and bounded else None,
                "until": until if bounded else None,
            }
        )
    if rows:
        work.change_all(_RELEASE, rows, expect=len(rows))


def _place(rows: OrderRows, line: int | None) -> str:
    return f"order {rows.order.number}" + ("" if line is None else f", line {line},")


def _written(work: Work, before: OrderRows, kind: str, body: dict[str, Any]) -> OrderView:
    """Make the order's next version, with its event, and give it."""
    order = write_head(work, before.order)
    after = rows_of(work, order)
    whole = {"number": order.number, **body, **order_changes(before, after)}
    work.event("order", order.id, order.version, kind, whole, RECEIVERS)
    return order_view(after)
