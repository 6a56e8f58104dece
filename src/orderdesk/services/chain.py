"""The event chain: sealing what is committed, and its head for the daily report.

On SQLite every unit of work seals its own events, and there is nothing left to seal. On PostgreSQL
that would let one writer at a time work, so one sealer goes over the committed events, in the order
of their ids, whenever it is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import bindparam, func, literal_column, select

from orderdesk.domain.chain import ChainView
from orderdesk.domain.times import moment
from orderdesk.models.journal import Event
from orderdesk.store.chain import HEAD, SEALS, sealed
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

PAGE: Final = 1_000
"""Events that are sealed at a time."""

_event = table_of(Event).c

_UNSEALED: Final = statement(
    select(table_of(Event))
    .where(_event.id > bindparam("after"), _event.id <= bindparam("last"))
    .order_by(_event.id)
    .limit(literal_column(str(PAGE)))
)
_AT: Final = statement(select(_event.at).where(_event.id == bindparam("id")))
_BEHIND: Final = statement(
    select(func.count().label("events")).where(_event.id > bindparam("head"))
)


def seal(work: Work) -> ChainView:
    """Seal every event that no open unit of work can come before any more; give the new head.

    What is left unsealed is sealed by the next call. One sealer works at a time; a second one
    waits for the first.
    """
    settled = work.settled()
    head = work.run(HEAD)[0]
    previous, count = head.hash, 0
    for page in _pages(work, head.sealed, settled):
        seals = sealed(previous, page)
        work.insert(SEALS, seals)
        previous, count = seals[-1][1], count + len(seals)
    return _view(work, count)


def _pages(work: Work, after: int, last: int) -> Iterator[list[Row]]:
    while page := work.run(_UNSEALED, {"after": after, "last": last}):
        yield page
        after = page[-1].id


def head(work: Work) -> ChainView:
    """Give where the chain ends now; it only reads."""
    return _view(work, 0)


def _view(work: Work, count: int) -> ChainView:
    head = work.run(HEAD)[0]
    newest = work.one(_AT, {"id": head.sealed})
    return ChainView(
        head=head.hash,
        event=head.sealed or None,
        at=None if newest is None else moment(newest.at),
        sealed=count,
        unsealed=work.run(_BEHIND, {"head": head.sealed})[0].events,
    )
