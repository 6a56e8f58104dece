"""The unit of work: everything that one call reads and writes, committed at its edge or not at all.

A service is given a `Work` and nothing else of the store. It runs declared statements, writes
whole rows, and notes what happened; the event, its outbox messages and the balances change in
the same transaction. Reads get a `Work` of their own whose transaction is one snapshot.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from orderdesk.domain.errors import Conflict, Refused
from orderdesk.store.chain import compact
from orderdesk.store.frozen import frozen
from orderdesk.store.prepared import Insertable, Row, Runnable

if TYPE_CHECKING:
    from orderdesk.store.statements import Statement

NO_PARAMETERS: Final[Mapping[str, Any]] = {}

EVENTS: Final = frozen("orderdesk.store.expressions:EVENTS")
OUTBOX: Final = frozen("orderdesk.store.expressions:OUTBOX")
_NEXT: Final = frozen("orderdesk.store.expressions:NEXT_NUMBER")
_SERIES: Final = frozen("orderdesk.store.expressions:SERIES")


class Number(NamedTuple):
    """The next number of a series, with the row id that goes with it."""

    id: int
    text: str


class Spoilt(Exception):
    """A part of a bold unit of work failed that had changed something; nothing of all stays."""


class Work(ABC):
    """One transaction on one connection; its subclasses know the two databases."""

    seals_at_once: ClassVar[bool]
    """Whether each event is sealed by the unit of work that writes it; else a sealer does it."""

    def __init__(self, actor: str, *, rehearsal: bool = False) -> None:
        self.actor = actor
        """The name of the user who acts."""
        self.now = time.time_ns() // 1000
        """When this unit of work began, microseconds UTC."""
        self.rehearsal = rehearsal
        """True where everything will be undone: no number is taken."""
        self.bold = False
        """True where the caller will do it all again, not boldly, should a part be `Spoilt`.

        Parts are hardly ever undone, and to be able to costs more than a tenth of their work.
        """
        self.memory: dict[str, Any] = {}
        """What services have read once for the whole unit of work, each under a name of its own."""
        self._events: list[tuple[Any, ...]] = []
        self._messages: list[tuple[Any, ...]] = []

    @abstractmethod
    def run(self, wanted: Runnable, parameters: Mapping[str, Any] = NO_PARAMETERS) -> list[Row]:
        """Run a statement that gives rows, and give them all, named."""

    @abstractmethod
    def change(
        self,
        wanted: Runnable,
        parameters: Mapping[str, Any] = NO_PARAMETERS,
        *,
        expect: int | None = None,
    ) -> None:
        """Run a statement that changes rows; `expect` says how many it must have changed.

        Raises Conflict, then or at the end of the unit of work, where it changed another number.
        """

    @abstractmethod
    def change_each(
        self, wanted: Runnable, rows: Sequence[Mapping[str, Any]], *, expect: int | None = None
    ) -> None:
        """Run a changing statement once for each set of parameters, in the order given."""

    def change_all(
        self, wanted: Statement, rows: Sequence[Mapping[str, Any]], *, expect: int | None = None
    ) -> None:
        """Run an UPDATE for all of these sets of parameters, in one trip where possible.

        No two sets may change the same row: which of them would win is not said.
        """
        self.change_each(wanted, rows, expect=expect)

    @abstractmethod
    def insert(self, target: Insertable, rows: Sequence[tuple[Any, ...]]) -> None:
        """Put whole rows into a table, in the order of the insertion's columns."""

    @abstractmethod
    def enter(self, target: Insertable, row: tuple[Any, ...]) -> Callable[[], int]:
        """Put a row into a table that numbers its rows itself; give what gives its `id`.

        The insertion leaves that column out.
        """

    @abstractmethod
    def savepoint(self) -> AbstractContextManager[None]:
        """Give a context that undoes only what happens inside it when it fails.

        In a bold unit of work it may raise Spoilt instead.
        """

    def run_all(self, wanted: Sequence[tuple[Runnable, Mapping[str, Any]]]) -> list[list[Row]]:
        """Run several reads that do not need each other's answers, in one trip where possible.

        They run in the order given; those that only lock have no place among the answers.
        """
        return [self.run(each, given) for each, given in wanted if not each.only_locks]

    def ask(
        self, wanted: Runnable, parameters: Mapping[str, Any] = NO_PARAMETERS
    ) -> Callable[[], list[Row]]:
        """Run a statement whose rows are wanted later; give what gives them.

        It runs in its turn, but its rows come with those of a later read where that saves a trip.
        """
        rows = self.run(wanted, parameters)
        return lambda: rows

    def one(self, wanted: Runnable, parameters: Mapping[str, Any] = NO_PARAMETERS) -> Row | None:
        """Run a statement that gives at most one row."""
        rows = self.run(wanted, parameters)
        return rows[0] if rows else None

    def number(self, series: str) -> Number:
        """Take the next number of a series; it is lost with the unit of work, so none is skipped.

        Taken as late as possible: whoever takes the next one waits until this unit ends. A
        rehearsal is shown `-`.
        """
        row = self.one(_NEXT, {"series": series})
        if row is None:
            known = ", ".join(r.code for r in self.run(_SERIES)) or "none"
            raise Refused("unknown_series", f"number series {series!r} is unknown; known: {known}")
        text = "-" if self.rehearsal else f"{row.prefix}{row.next_number - 1:0{row.width}d}"
        return Number(row.next_id - 1, text)

    def event(
        self,
        subject: str,
        subject_id: int,
        version: int | None,
        kind: str,
        body: Mapping[str, Any],
        receivers: Sequence[str] = (),
    ) -> None:
        """Note a change of a document, and the messages it causes, in this unit of work.

        The body is plain JSON; a changed field is `[before, after]`. Each receiver gets one
        outbox message of the same kind and body. Without a version the document keeps the one it
        has, and nobody is told.
        """
        text = compact(body)
        self._events.append((subject, subject_id, version, kind, self.actor, self.now, text))
        for receiver in receivers:
            self._messages.append(
                (subject_id, version, subject, receiver, kind, self.now, text, None)
            )

    def write_events(self) -> None:
        """Write the noted events and messages; the store calls this before it commits."""
        if self._events:
            self._insert_events(self._events)
            self._events = []
        if self._messages:
            self.insert(OUTBOX, self._messages)
            self._messages = []

    def _insert_events(self, events: Sequence[tuple[Any, ...]]) -> None:
        """Put events into their table, without ids: these are given out as they are written."""
        self.insert(EVENTS, events)

    def is_person(self) -> bool:
        """Tell whether the database itself knows whose session this is, and holds them to it."""
        return False

    def settled(self) -> int:
        """Give the newest event before which no unit of work can write another one any more.

        Whoever asks is the one sealer of events until the unit of work ends. 0 where events are
        sealed as they are written, and where writers take too long to end.
        """
        return 0


def check_changed(expected: int | None, changed: int) -> None:
    """Raise Conflict where a guarded change met other rows than the caller had read."""
    if expected is not None and changed != expected:
        raise Conflict(
            "changed_meanwhile",
            "somebody else changed the same records at the same moment; nothing was changed: "
            "read them again and repeat",
            expected=expected,
            changed=changed,
        )
