"""The store's own statements, as Core expressions. Desks run their frozen texts (`frozen`)."""

from typing import Final

from sqlalchemy import bindparam, func, literal_column, select, update

from orderdesk.models.company import Series, User
from orderdesk.models.journal import Command, Event, Outbox, Seal
from orderdesk.store.chain import GENESIS
from orderdesk.store.statements import insertion, statement, table_of

_series = table_of(Series).c
_command = table_of(Command).c
_user = table_of(User).c
_event = table_of(Event).c
_seal = table_of(Seal).c

# Who acts.

USER: Final = statement(
    select(_user.archived, _user.pin_hash).where(_user.name == bindparam("name"))
)
USER_OF_OS: Final = statement(
    select(_user.name).where(_user.os_user == bindparam("os_user"), _user.archived == 0)
)

# What was asked for and answered.

COMMAND: Final = statement(
    select(_command.service, _command.request_hash, _command.answer).where(
        _command.id == bindparam("id")
    )
)
COMMANDS: Final = insertion(Command)

# Numbers.

NEXT_NUMBER: Final = statement(
    update(table_of(Series))
    .where(_series.code == bindparam("series"))
    .values(next_number=_series.next_number + 1, next_id=_series.next_id + 1)
    .returning(_series.prefix, _series.width, _series.next_number, _series.next_id)
)
SERIES: Final = statement(select(_series.code))

# Events and their messages, and the chain that seals them.

EVENTS: Final = insertion(Event, "id")
NUMBERED_EVENTS: Final = insertion(Event)
SEALS: Final = insertion(Seal)
OUTBOX: Final = insertion(Outbox)

_newest = select(_seal.event_id, _seal.hash).order_by(_seal.event_id.desc()).limit(1)
HEAD: Final = statement(
    select(
        func.coalesce(
            select(func.max(_event.id)).scalar_subquery(), literal_column("0")
        ).label("newest"),
        func.coalesce(
            _newest.with_only_columns(_seal.event_id).scalar_subquery(), literal_column("0")
        ).label("sealed"),
        func.coalesce(
            _newest.with_only_columns(_seal.hash).scalar_subquery(),
            literal_column(f"'{GENESIS}'"),
        ).label("hash"),
    )
)  # fmt: skip
"""The newest event, the newest one sealed (0 where there is none), and its hash."""
