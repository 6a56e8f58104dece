"""Laws 12, 13 and 14: every change has its event, every message too, every answer is readable."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, and_, cast, exists, func, or_, select
from sqlalchemy.sql import literal_column

from orderdesk.domain.doctor import Broken
from orderdesk.models.company import Company
from orderdesk.models.counts import CountSheet
from orderdesk.models.customers import Customer
from orderdesk.models.journal import Command, Event, Outbox
from orderdesk.models.orders import SalesOrder
from orderdesk.models.products import Product
from orderdesk.models.stock import Supply
from orderdesk.models.transfers import Transfer
from orderdesk.store.pages import Pages
from orderdesk.store.statements import table_of
from orderdesk.store.work import Work

_event = table_of(Event).c
_outbox = table_of(Outbox).c
_command = table_of(Command).c

_HASH: Final = re.compile("[0-9a-f]{64}")


class _Document(NamedTuple):
    """A kind of document whose version counts its events."""

    subject: str
    table: str
    broken: Pages


def _document(subject: str, model: Any, name: str) -> _Document:
    table = table_of(model)
    whole = BigInteger().with_variant(BigInteger(), "sqlite")
    of_it = (
        _event.subject_id == table.c.id,
        _event.subject == literal_column(f"'{subject}'"),
        _event.version.is_not(literal_column("NULL")),
    )
    counted = (
        select(
            table.c.id,
            table.c[name].label("name"),
            table.c.version,
            select(cast(func.count(), whole)).where(*of_it).scalar_subquery().label("events"),
            select(func.max(_event.version)).where(*of_it).scalar_subquery().label("newest"),
        )
    ).subquery("document")
    wrong = or_(
        counted.c.version != counted.c.events,
        func.coalesce(counted.c.newest, literal_column("0")) != counted.c.version,
    )
    return _Document(subject, table.name, Pages(select(counted).where(wrong), {"id": counted.c.id}))


_DOCUMENTS: Final = (
    _document("order", SalesOrder, "number"),
    _document("customer", Customer, "code"),
    _document("product", Product, "code"),
    _document("company", Company, "name"),
    _document("supply", Supply, "id"),
    _document("transfer", Transfer, "number"),
    _document("count", CountSheet, "number"),
)


def _without(subject: str, model: Any) -> ColumnElement[bool]:
    gone = ~exists().where(table_of(model).c.id == _event.subject_id)
    return and_(_event.subject == literal_column(f"'{subject}'"), gone)


_OF_NOTHING: Final = Pages(
    select(_event.id, _event.subject, _event.subject_id, _event.version, _event.kind).where(
        or_(
            _without("order", SalesOrder),
            _without("customer", Customer),
            _without("product", Product),
            _without("supply", Supply),
            _without("transfer", Transfer),
            _without("count", CountSheet),
        )
    ),
    {"id": _event.id},
)
_MESSAGES: Final = Pages(
    select(_outbox.subject_id, _outbox.version, _outbox.subject, _outbox.receiver).where(
        ~exists().where(
            _event.subject_id == _outbox.subject_id,
            _event.version == _outbox.version,
            _event.subject == _outbox.subject,
        )
    ),
    {
        "subject_id": _outbox.subject_id,
        "version": _outbox.version,
        "subject": _outbox.subject,
        "receiver": _outbox.receiver,
    },
)
_COMMANDS: Final = Pages(
    select(_command.id, _command.service, _command.request_hash, _command.answer),
    {"id": _command.id},
)


def versions(work: Work) -> Iterator[Broken]:
    """Give documents whose version is not the number of their events, and events of none (12)."""
    for kind in _DOCUMENTS:
        for row in kind.broken.rows(work):
            if row.version != row.events:
                words, expected = "its version is not the number of its events", row.events
            else:
                words, expected = "its newest event is not of its version", row.newest
            yield Broken(
                12,
                f"{kind.subject} {row.name}: {words}",
                kind.table,
                str(row.name),
                str(row.version),
                str(expected),
            )
    for row in _OF_NOTHING.rows(work):
        key = f"{row.subject} {row.subject_id} version {row.version}"
        yield Broken(
            12,
            f"event {row.id} ({row.kind}) tells of {row.subject} {row.subject_id}, which is gone",
            "event",
            key,
            key,
            "its document",
        )


def messages(work: Work) -> Iterator[Broken]:
    """Give outbox messages that no event has caused (13)."""
    for row in _MESSAGES.rows(work):
        event = f"{row.subject} {row.subject_id} version {row.version}"
        yield Broken(
            13,
            f"the message to {row.receiver} of {event} has no event",
            "outbox",
            f"{event} to {row.receiver}",
            "no event",
            "its event",
        )


def answers(work: Work) -> Iterator[Broken]:
    """Give commands whose stored answer could not be given again (14)."""
    for row in _COMMANDS.rows(work):
        words = ""
        if not row.service or not _HASH.fullmatch(row.request_hash):
            words, stored, expected = "its request is not known", row.request_hash, "a SHA-256 hash"
        elif not _is_json(row.answer):
            words, stored, expected = "its answer cannot be read", row.answer[:40], "JSON"
        if words:
            yield Broken(14, f"command {row.id}: {words}", "command", row.id, stored, expected)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
