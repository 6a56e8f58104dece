"""Orders being typed: saved behind the typing, parked and taken up again, placed at most once."""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.sql import literal_column

from orderdesk.domain.drafts import DraftRequest, DraftView
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.orders import OrderRequest, OrderView
from orderdesk.domain.times import moment
from orderdesk.models.orders import Draft
from orderdesk.services.orders.heading import text_of
from orderdesk.services.orders.place import place
from orderdesk.store.statements import Row, insertion, statement, table_of
from orderdesk.store.work import Work

SHOWN: Final = 100
"""How many drafts of each kind a list shows."""

_draft = table_of(Draft).c
_COLUMNS: Final = table_of(Draft).columns
_DRAFTS: Final = insertion(Draft)
_own = (_draft.id == bindparam("draft_id"), _draft.owner == bindparam("actor"))

_DRAFT: Final = statement(select(*_COLUMNS).where(_draft.id == bindparam("draft_id")))
_SAVE: Final = statement(
    update(table_of(Draft))
    .where(*_own)
    .values(
        customer=bindparam("new_customer"),
        lines=bindparam("new_lines"),
        body=bindparam("new_body"),
        parked=literal_column("0"),
        updated_at=bindparam("now"),
    )
    .returning(*_COLUMNS)
)
_PARK: Final = statement(
    update(table_of(Draft))
    .where(*_own)
    .values(parked=literal_column("1"), updated_at=bindparam("now"))
    .returning(*_COLUMNS)
)
_TAKE: Final = statement(
    update(table_of(Draft))
    .where(
        _draft.id == bindparam("draft_id"),
        (_draft.owner == bindparam("actor")) | (_draft.parked == literal_column("1")),
    )
    .values(owner=bindparam("actor"), parked=literal_column("0"), updated_at=bindparam("now"))
    .returning(*_COLUMNS)
)
_DROP: Final = statement(
    delete(table_of(Draft))
    .where(
        _draft.id == bindparam("draft_id"),
        (_draft.owner == bindparam("actor")) | (_draft.parked == literal_column("1")),
    )
    .returning(*_COLUMNS)
)
_PLACE: Final = statement(delete(table_of(Draft)).where(*_own).returning(*_COLUMNS))
_OF_ACTOR: Final = statement(
    select(*_COLUMNS)
    .where(_draft.owner == bindparam("actor"))
    .order_by(_draft.updated_at.desc())
    .limit(SHOWN)
)
_PARKED: Final = statement(
    select(*_COLUMNS)
    .where(literal_column("draft.parked = 1"), _draft.updated_at > literal_column("0"))
    .order_by(_draft.updated_at.desc())
    .limit(SHOWN)
)


def save(work: Work, request: DraftRequest) -> DraftView:
    """Keep what stands in the fields of an order being typed, over what was kept before.

    It belongs to whoever saves it first; saving a parked one takes it up. Raises Refused for what
    is not JSON and for a draft that somebody else has taken up, NotFound where a known one is
    gone: it was placed or dropped elsewhere, and must not come back.
    """
    draft_id = text_of(request.id, "id")
    if not draft_id:
        raise Refused("bad_draft", "the draft has no id; give one")
    values = {
        "new_customer": text_of(request.customer, "customer"),
        "new_lines": request.lines,
        "new_body": _checked(request.body),
    }
    saved = work.run(_SAVE, {**_by(work, draft_id), "now": work.now, **values})
    if saved:
        return _view(saved[0])
    if request.known or work.one(_DRAFT, {"draft_id": draft_id}) is not None:
        raise _not_mine(work, draft_id)
    made = (
        draft_id,
        work.actor,
        values["new_customer"],
        request.lines,
        request.body,
        0,
        work.now,
    )
    work.insert(_DRAFTS, [made])
    return _view(work.run(_DRAFT, {"draft_id": draft_id})[0])


def park(work: Work, draft_id: str) -> DraftView:
    """Leave a draft for later, for whoever takes it up. Raises NotFound, Refused."""
    return _changed(work, draft_id, work.run(_PARK, {**_by(work, draft_id), "now": work.now}))


def resume(work: Work, draft_id: str) -> DraftView:
    """Take a draft up: one's own, or one that somebody parked, which is one's own from now on.

    Raises NotFound, and Refused where somebody else is typing it.
    """
    return _changed(work, draft_id, work.run(_TAKE, {**_by(work, draft_id), "now": work.now}))


def list_(work: Work) -> tuple[DraftView, ...]:
    """Give the drafts of whoever asks, parked or not, then those that others have parked.

    Each kind has the last changed first, a hundred at most.
    """
    own, parked = work.run_all([(_OF_ACTOR, {"actor": work.actor}), (_PARKED, {})])
    others = [row for row in parked if row.owner != work.actor]
    return tuple(_view(row) for row in [*own, *others])


def drop(work: Work, draft_id: str) -> DraftView:
    """Throw a draft away: one's own, or one that somebody parked. Give what stood in it.

    Raises NotFound, and Refused where somebody else is typing it.
    """
    return _changed(work, draft_id, work.run(_DROP, _by(work, draft_id)))


def place_draft(work: Work, draft_id: str, request: OrderRequest) -> OrderView:
    """Place the order of a draft; the draft is gone in the same unit of work.

    So whatever is repeated, a draft becomes one order: the second time it is NotFound. Called
    with a command id made of the draft's id, the second time gives the first answer instead.
    Raises Refused where somebody else has taken the draft up, and what placing raises.
    """
    if not work.run(_PLACE, _by(work, draft_id)):
        raise _not_mine(work, draft_id)
    return place(work, request)


def _by(work: Work, draft_id: str) -> dict[str, Any]:
    return {"draft_id": draft_id, "actor": work.actor}


def _checked(body: str) -> str:
    """Give the body as it is; raise Refused unless it is JSON that a database can keep."""
    try:
        json.loads(body)
        body.encode()
    except (ValueError, RecursionError):
        raise Refused("bad_draft", "the draft's body is not JSON; nothing was saved") from None
    return body


def _changed(work: Work, draft_id: str, rows: list[Row]) -> DraftView:
    if not rows:
        raise _not_mine(work, draft_id)
    return _view(rows[0])


def _not_mine(work: Work, draft_id: str) -> NotFound | Refused:
    """Say why a draft cannot be changed: it is gone, or somebody else has it."""
    found = work.one(_DRAFT, {"draft_id": draft_id})
    if found is None:
        return NotFound(
            "draft_gone",
            "this draft is not there any more: it was placed or dropped; look in the orders",
            draft=draft_id,
        )
    return Refused(
        "draft_taken",
        f"{found.owner} has this draft"
        + ("; take it up first" if found.parked else " now; ask them to park it"),
        draft=draft_id,
        owner=found.owner,
    )


def _view(row: Row) -> DraftView:
    return DraftView(
        id=row.id,
        owner=row.owner,
        customer=row.customer,
        lines=row.lines,
        body=row.body,
        parked=bool(row.parked),
        updated_at=moment(row.updated_at),
    )
