"""The company in one SQLite file, shared by any number of desks on one machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.errors import OrderDeskError
from orderdesk.store import chain
from orderdesk.store.engine import Database, check_schema
from orderdesk.store.prepared import ON_FILE, Insertable, Row, Runnable
from orderdesk.store.sqlite_file import SqliteFile, journal, pragma
from orderdesk.store.threads import EachThread
from orderdesk.store.turns import Turns
from orderdesk.store.work import NO_PARAMETERS, Spoilt, Work, check_changed

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine


ROWS_IN_LOG: Final = 4_000
"""Rows that a thread writes before it takes in the log: some 60 orders of ten lines.

More would leave it to SQLite, which takes the log in by itself at 4,000 pages, in a turn.
"""


class SqliteWork(Work):
    """A unit of work on a SQLite connection."""

    seals_at_once = True

    def __init__(self, cursor: Any, actor: str, *, rehearsal: bool = False) -> None:
        super().__init__(actor, rehearsal=rehearsal)
        self._cursor = cursor

    def run(self, wanted: Runnable, parameters: Mapping[str, Any] = NO_PARAMETERS) -> list[Row]:
        """Run a statement that gives rows."""
        if wanted.only_locks:
            return []
        sql, row = wanted.prepared(ON_FILE)
        found = self._cursor.execute(sql, parameters).fetchall()
        return list(map(row, found)) if row else []

    def change(
        self,
        wanted: Runnable,
        parameters: Mapping[str, Any] = NO_PARAMETERS,
        *,
        expect: int | None = None,
    ) -> None:
        """Run a statement that changes rows."""
        sql = wanted.prepared(ON_FILE).sql
        check_changed(expect, self._cursor.execute(sql, parameters).rowcount)

    def change_each(
        self, wanted: Runnable, rows: Sequence[Mapping[str, Any]], *, expect: int | None = None
    ) -> None:
        """Run a changing statement once for each set of parameters."""
        sql = wanted.prepared(ON_FILE).sql
        check_changed(expect, self._cursor.executemany(sql, rows).rowcount if rows else 0)

    def insert(self, target: Insertable, rows: Sequence[tuple[Any, ...]]) -> None:
        """Put whole rows into a table."""
        # The driver takes a plain tuple a third quicker than a named one.
        if len(rows) == 1:
            self._cursor.execute(target.sql(ON_FILE), tuple(rows[0]))
        else:
            self._cursor.executemany(target.sql(ON_FILE), map(tuple, rows))

    def enter(self, target: Insertable, row: tuple[Any, ...]) -> Callable[[], int]:
        """Put a row into a table that numbers its rows itself."""
        number: int = self._cursor.execute(target.sql(ON_FILE), row).lastrowid
        return lambda: number

    def _insert_events(self, events: Sequence[tuple[Any, ...]]) -> None:
        """Put events into their table and seal them: nobody else can write in between."""
        head = self.run(chain.HEAD)[0]
        written = chain.numbered(head, events)
        self.insert(chain.EVENTS, written)
        self.insert(chain.SEALS, chain.sealed(head.hash, written))

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo only what happens inside when it fails; boldly, only where nothing was changed."""
        events, messages = len(self._events), len(self._messages)
        with self._boldly() if self.bold else self._carefully():
            try:
                yield
            except BaseException:
                del self._events[events:], self._messages[messages:]
                raise

    @contextmanager
    def _carefully(self) -> Iterator[None]:
        self._cursor.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._cursor.execute("ROLLBACK TO part")
            self._cursor.execute("RELEASE part")
            raise
        self._cursor.execute("RELEASE part")

    @contextmanager
    def _boldly(self) -> Iterator[None]:
        before = self._cursor.connection.total_changes
        try:
            yield
        except Exception as error:
            if self._cursor.connection.total_changes != before:
                raise Spoilt from error
            raise


class _Seat:
    """What one thread works with: its connection, its cursor, its place in the queue."""

    def __init__(self, file: SqliteFile, connection: Any) -> None:
        self.file = file
        self.connection = connection
        self.cursor = self.connection.cursor()
        self.turns = Turns(file.path)
        self._taken_in = 0

    def take_in_log(self) -> None:
        """Bring what the log holds into the file, once this thread has written enough.

        Called out of turn: others write on meanwhile, where SQLite by itself would let them wait.
        What was committed stays so whether this works or not.
        """
        changed: int = self.connection.total_changes
        if self.file.wal and changed - self._taken_in >= ROWS_IN_LOG:
            self._taken_in = changed
            with suppress(self.file.module.Error):
                self.cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        """Give everything back."""
        self.connection.close()
        self.turns.close()


class SqliteDatabase(Database):
    """A SQLite file by the recipe of the house.

    Every write begins with BEGIN IMMEDIATE behind the queue of writers, so that nobody decides
    on what another is changing; every read is one snapshot. A commit is on the disk when it
    returns (`synchronous=EXTRA`), in WAL where the library can be trusted with it. Any number of
    threads may use it; each has a connection of its own.
    """

    dialect = ON_FILE
    read_only = False

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        """Name the file; `fresh` is for the one who is just making it and may find it empty."""
        self.file = SqliteFile(path, fresh=fresh, read_only=self.read_only)
        self.path = self.file.path
        self.url = f"sqlite:///{path}"
        self._seats = EachThread(lambda: _Seat(self.file, self.connect()))
        self._watch: Any = None
        self._watching = threading.Lock()

    def connect(self) -> Any:
        """Give a new connection; the file must be there."""
        return self.file.connect()

    def engine(self) -> Engine:
        """Give a SQLAlchemy engine that connects and begins by the same recipe."""
        from sqlalchemy import create_engine, event
        from sqlalchemy.pool import NullPool

        engine = create_engine(
            "sqlite://", module=self.file.module, creator=self.connect, poolclass=NullPool
        )

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine

    def schema_version(self) -> int | None:
        """Give the schema version, or None where the file has none of our tables."""
        with self.file.saying(), self.snapshot() as connection:
            return self.file.schema_version(connection)

    def check(self) -> None:
        """Raise Unavailable unless the file is ours and of today's schema."""
        check_schema(self.schema_version(), str(self.file.named))

    @contextmanager
    def write(self, actor: str, *, rehearsal: bool = False) -> Iterator[SqliteWork]:
        """Open a unit of work, in this writer's turn."""
        seat = self._seat()
        connection, cursor = seat.connection, seat.cursor
        with seat.turns.turn():
            cursor.execute("BEGIN IMMEDIATE")
            try:
                self.file.fence(cursor)
                work = SqliteWork(cursor, actor, rehearsal=rehearsal)
                yield work
                work.write_events()
                if rehearsal:
                    connection.rollback()
                else:
                    cursor.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.rollback()
                raise
        seat.take_in_log()

    @contextmanager
    def read(self, actor: str) -> Iterator[SqliteWork]:
        """Open one snapshot."""
        with self.snapshot() as connection:
            yield SqliteWork(connection.cursor(), actor)

    @contextmanager
    def snapshot(self) -> Iterator[Any]:
        """Give a connection that sees the file as it is now until the end."""
        connection = self._seat().connection
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.rollback()

    def _seat(self) -> _Seat:
        return self._seats.get()

    def is_passing(self, error: BaseException) -> bool:
        """Tell whether somebody else's lock was in the way."""
        return self.file.is_passing(error)

    def sentence(self, error: BaseException) -> OrderDeskError | None:
        """Say in words what the file system or the file itself did not allow."""
        return self.file.sentence(error)

    def changes(self) -> int:
        """Give SQLite's own count of other connections' commits.

        Raises Unavailable once the file has been replaced: what is shown is no longer so; and Busy
        where somebody keeps everybody out of it.
        """
        with self._watching, self.file.saying():
            if self._watch is None:
                self._watch = self.connect()
            self.file.know()
            count: int = pragma(self._watch, "data_version")
            return count

    def facts(self) -> dict[str, Any]:
        """Give what kind of SQLite this is and how it is driven."""
        with self.file.saying(), self.snapshot() as connection:
            pragma(connection, "user_version")
            return self.file.facts(journal(connection))

    def close(self) -> None:
        """Close every thread's connection; no call may be under way."""
        self._seats.close()
        with self._watching:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
