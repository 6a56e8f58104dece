"""What was done: events and their seals, the messages they cause, commands answered, imports."""

from sqlalchemy import UniqueConstraint

from orderdesk.models.columns import (
    KEYED,
    STRICT,
    Record,
    code_key,
    key,
    own_id,
    partial,
    row_id,
    whole,
    words,
)


class Event(Record, table=True):
    """One change of one document: who, what, when, and the numbers before and after."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("subject_id", "version", "subject"), STRICT)

    id: int | None = row_id()
    subject: str = words()
    """The noun: order, customer, product, movement."""
    subject_id: int = whole()
    version: int | None = whole(None, null=True)
    """The document's version that this change made; NULL where it kept its version, as when stock
    went to an order that waited for it."""
    kind: str = words()
    """What happened to it: placed, amended, cancelled."""
    actor: str = words()
    at: int = whole()
    body: str = words("{}")
    """JSON; a changed field is `[before, after]`."""


class Seal(Record, table=True):
    """The hash of one event and of the seal before it: the links of the event chain.

    Apart from the event, whose row never changes: on PostgreSQL it is written by the one sealer,
    long after the event. It refers to its event by number alone, so that it outlives one that was
    taken out by hand, and tells of it.
    """

    __tablename__ = "seal"
    __table_args__ = STRICT

    event_id: int = own_id()
    hash: str = words()
    """SHA-256, 64 hexadecimal digits."""


class Outbox(Record, table=True):
    """A message to one receiver, written with its event and delivered later, at least once."""

    __tablename__ = "outbox"
    __table_args__ = (
        partial(
            "outbox_waiting",
            "at",
            where="delivered_at IS NULL",
        ),
        KEYED,
    )

    subject_id: int = key()
    version: int = key()
    subject: str = code_key()
    receiver: str = code_key()
    kind: str = words()
    at: int = whole()
    body: str = words("{}")
    delivered_at: int | None = whole(None, null=True)


class Command(Record, table=True):
    """A command id that was answered: the same id again gets the same answer."""

    __tablename__ = "command"
    __table_args__ = KEYED

    id: str = code_key()
    service: str = words()
    request_hash: str = words()
    answer: str = words()
    actor: str = words()
    at: int = whole()


class ImportRun(Record, table=True):
    """How far one file has been taken in; moved on by the unit of work that took the rows."""

    __tablename__ = "import_run"
    __table_args__ = KEYED

    id: str = code_key()
    """Hash of the file's content and of how it was read."""
    kind: str = words()
    file: str = words()
    done: int = whole(0)
    """Records dealt with, accepted or not; a second start goes on after them."""
    accepted: int = whole(0)
    rejected: int = whole(0)
    held: int = whole(0)
    """Accepted orders that stand with an open hold."""
    finished: int = whole(0)
    actor: str = words()
    at: int = whole()
