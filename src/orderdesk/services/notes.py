"""Notes on customers, products, orders and their lines, each for one audience; only ever added."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, or_, select

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.notes import AUDIENCES, SUBJECTS, NoteRequest, NoteView
from orderdesk.domain.text import fold_code, stored
from orderdesk.models.customers import Customer, Note
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.models.products import Product
from orderdesk.store.statements import Row, Statement, insertion, statement, table_of
from orderdesk.store.work import Work

LENGTH: Final = 10_000
"""Characters of one note at most."""

SHOWN: Final = 50
"""How many of its notes a record is shown with."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_note = table_of(Note).c
_line = table_of(OrderLine).c
_NOTES: Final = insertion(Note, "id")
_SUBJECT: Final[Mapping[str, Statement]] = {
    name: statement(select(table.c.id).where(code == bindparam("key")))
    for name, table, code in (
        ("customer", table_of(Customer), table_of(Customer).c.code),
        ("product", table_of(Product), table_of(Product).c.code),
        ("order", table_of(SalesOrder), table_of(SalesOrder).c.number),
    )
}
_LINE: Final = statement(
    select(_line.line).where(
        _line.order_id == bindparam("order"), _line.line == bindparam("number")
    )
)
_OF: Final = statement(
    select(*_note)
    .where(
        _note.subject == bindparam("subject"),
        _note.subject_id == bindparam("id"),
        _note.id > bindparam("after"),
        or_(bindparam("any_audience") == 1, _note.audience == bindparam("audience")),
        or_(bindparam("any_line") == 1, _note.line == bindparam("line")),
    )
    .order_by(_note.id)
    .limit(bindparam("count"))
)
_LATEST: Final = statement(
    select(*_note)
    .where(_note.subject == bindparam("subject"), _note.subject_id == bindparam("id"))
    .order_by(_note.id.desc())
    .limit(SHOWN)
)
_MADE: Final = statement(
    select(*_note)
    .where(
        _note.subject == bindparam("subject"),
        _note.subject_id == bindparam("id"),
        _note.actor == bindparam("actor"),
        _note.at == bindparam("at"),
    )
    .order_by(_note.id.desc())
    .limit(1)
)


def add(work: Work, request: NoteRequest) -> NoteView:
    """Keep a note. Raises Refused, and NotFound where its subject is not there."""
    subject = _one_of(request.subject, SUBJECTS, "subject")
    audience = _one_of(request.audience, AUDIENCES, "audience")
    try:
        text = stored(request.text, "text")
    except ValueError as error:
        raise Refused("bad_value", str(error)) from None
    if not text:
        raise Refused("empty_note", "text is empty; say what is to be noted")
    if len(text) > LENGTH:
        raise Refused("long_note", f"text is longer than {LENGTH} characters; make two notes of it")
    key = fold_code(request.key)
    number = subject_id(work, subject, key)
    line = None if request.line is None else _line_of(work, subject, key, number, request.line)
    row = (subject, number, line, audience, text, work.now, work.actor)
    work.insert(_NOTES, [row])
    made = {"subject": subject, "id": number, "actor": work.actor, "at": work.now}
    return _view(work.one(_MADE, made), key)


def list_(
    work: Work,
    subject: str,
    key: str,
    *,
    line: int | None = None,
    audience: str | None = None,
    after: int = 0,
    limit: int = 200,
) -> tuple[NoteView, ...]:
    """Give the notes on a customer, product or order, the oldest first; or those of one line.

    `after` is the id of the last note seen. Raises NotFound, Refused.
    """
    subject = _one_of(subject, SUBJECTS, "subject")
    key = fold_code(key)
    number = subject_id(work, subject, key)
    if audience is not None:
        audience = _one_of(audience, AUDIENCES, "audience")
    wanted = {
        "subject": subject,
        "id": number,
        "after": after,
        "count": limit,
        "audience": audience or "",
        "any_audience": int(audience is None),
        "line": line or 0,
        "any_line": int(line is None),
    }
    return tuple(_view(row, key) for row in work.run(_OF, wanted))


def of(work: Work, subject: str, number: int, key: str) -> tuple[NoteView, ...]:
    """Give the latest notes on a record whose id is known, the newest first."""
    rows = work.run(_LATEST, {"subject": subject, "id": number})
    return tuple(_view(row, key) for row in rows)


def subject_id(work: Work, subject: str, key: str) -> int:
    """Give the id of what a note stands on. Raises NotFound."""
    row = work.one(_SUBJECT[subject], {"key": key})
    if row is None:
        raise NotFound(
            f"unknown_{subject}",
            f"{subject} {key!r} is unknown; search with `orderdesk {subject} list`",
            key=key,
        )
    number: int = row.id
    return number


def _line_of(work: Work, subject: str, key: str, number: int, text: str) -> int:
    if subject != "order":
        raise Refused("line_of_order", f"line {text!r}: only an order has lines; leave it out")
    word = text.strip()
    known = word.isascii() and word.isdigit() and len(word) <= 9
    if not known or work.one(_LINE, {"order": number, "number": int(word)}) is None:
        raise NotFound("unknown_line", f"order {key!r} has no line {text!r}", order=key, line=text)
    return int(word)


def _one_of(word: str, words: Sequence[str], what: str) -> str:
    found = word.strip().lower()
    if found not in words:
        raise Refused(
            "bad_value", f"{what} {word!r} is unknown; known: {', '.join(words)}", field=what
        )
    return found


def _view(row: Row, key: str) -> NoteView:
    return NoteView(
        row.id,
        row.subject,
        key,
        row.line,
        row.audience,
        row.text,
        row.actor,
        _EPOCH + timedelta(microseconds=row.at),
    )
