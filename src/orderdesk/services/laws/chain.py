"""Law 12 once more: every event is as it was sealed, and none was taken out or put in since.

Each event is held against its seal and the seal before it, so every event that was touched is
named by itself. A chain that was written anew from some event on agrees with itself; only a head
that was printed before tells of that.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from typing import Any, Final

from sqlalchemy import exists, select

from orderdesk.domain.doctor import Broken
from orderdesk.models.journal import Event, Seal
from orderdesk.store.chain import GENESIS, HEAD, link
from orderdesk.store.pages import Pages
from orderdesk.store.statements import Row, table_of
from orderdesk.store.work import Work

_event = table_of(Event).c
_seal = table_of(Seal).c

_EVENTS: Final = Pages(
    select(*_event, _seal.hash.label("hash")).select_from(
        table_of(Event).outerjoin(table_of(Seal), _seal.event_id == _event.id)
    ),
    {"id": _event.id},
)
_GONE: Final = Pages(
    select(_seal.event_id, _seal.hash).where(~exists().where(_event.id == _seal.event_id)),
    {"event_id": _seal.event_id},
)

_Found = tuple[int, str | None, Row | None]
"""An event's id, the hash in its seal, its row; one of the last two may be missing."""


def chain(work: Work, printed: str = "") -> Iterator[Broken]:
    """Give the events that are not what was sealed; and `printed`, a head, if it is not found.

    A head may be given by its first digits. Events behind the newest seal are no fault where a
    sealer will come to them.
    """
    newest = work.run(HEAD)[0].sealed
    previous, known = GENESIS, not printed
    for number, stored, event in _in_order(work):
        if stored is None:
            if event is not None and (number < newest or work.seals_at_once):
                yield _unsealed(event)
            continue
        if event is None:
            yield _broken(number, f"event {number} was sealed and is gone", "nothing", stored)
        elif (now := link(previous, event)) != stored:
            yield _broken(
                number, f"{_named(event)} is not what was sealed behind the event before it",
                now, stored,
            )  # fmt: skip
        previous = stored
        known = known or stored.startswith(printed)
    if not known:
        message = "the chain does not contain the head that was printed: it was written anew since"
        yield Broken(12, message, "seal", printed, "not there", printed)


def _in_order(work: Work) -> Iterator[_Found]:
    """Give events and the seals of those that are gone, in the order of their ids."""
    there = ((row.id, row.hash, row[:-1]) for row in _EVENTS.rows(work))
    gone = ((row.event_id, row.hash, None) for row in _GONE.rows(work))
    return merge(there, gone, key=_number)


def _number(found: _Found) -> int:
    return found[0]


def _named(event: Any) -> str:
    number, subject, subject_id, _, kind, *_ = event
    return f"event {number} ({kind}, {subject} {subject_id})"


def _unsealed(event: Any) -> Broken:
    message = f"{_named(event)} was never sealed: the desk did not write it"
    return _broken(event[0], message, "no seal", "a seal")


def _broken(number: int, message: str, stored: str, expected: str) -> Broken:
    return Broken(12, message, "event", str(number), stored, expected)
