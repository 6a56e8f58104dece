"""The company in PostgreSQL, for more desks than one machine can serve."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.rows import tuple_row
from psycopg.types.numeric import Int8Dumper

from orderdesk.domain.errors import OrderDeskError, Refused, Unavailable
from orderdesk.store import postgres_people
from orderdesk.store.engine import SCHEMA_VERSION, Database, check_schema, taken, too_large
from orderdesk.store.postgres_statements import POSTGRES, for_rows
from orderdesk.store.prepared import Insertable, Row, Runnable
from orderdesk.store.statements import Statement
from orderdesk.store.threads import EachThread
from orderdesk.store.urls import shown_url
from orderdesk.store.work import NO_PARAMETERS, Work, check_changed

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

CHANNEL = "orderdesk"
"""Every commit that changed something is announced here."""

_ANNOUNCE = (
    "SELECT pg_notify(CASE (SELECT version FROM schema_version) WHEN %s THEN %s ELSE '' END, '')"
)
"""Announces the commit, and fails where the schema is no longer this program's: no channel has an
empty name. In one statement, so that the fence costs no trip of its own."""

_SEALER = 0x5EA1
"""The lock that the one sealer of events holds."""

PATIENCE = 2.0
"""Seconds that the sealer waits for transactions which may still bring an earlier event."""

_NEWEST = "SELECT coalesce(max(id), 0) FROM event"
_WRITING = """
    SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND relation = 'event'::regclass AND mode = 'RowExclusiveLock' AND granted
    AND pid IS DISTINCT FROM pg_backend_pid()
"""

GUARD: Final = "OD001"
"""SQLSTATE of what a guard in the database refuses; its constraint's name is the error's code."""

# What it would warn of, a unit of work that failed, is told by the error itself.
logging.getLogger("psycopg").setLevel(logging.ERROR)

_PASSING = ("40001", "40P01", "55P03", "57014", "23505")
"""SQLSTATEs after which the same unit may end otherwise: serialization, deadlock, lock, timeout,
and a key that somebody else took first: the second try finds it there and says so."""


class PostgresWork(Work):
    """A unit of work on a psycopg connection in pipeline mode.

    Statements travel without waiting for the ones before them; only a read waits. So a unit
    costs as many round trips as it has reads that need each other's answers, plus the commit.
    """

    seals_at_once = False

    def __init__(self, connection: Any, actor: str, *, rehearsal: bool = False) -> None:
        super().__init__(actor, rehearsal=rehearsal)
        self._connection = connection

    def _send(self, wanted: Runnable, parameters: Mapping[str, Any]) -> tuple[Any, Any]:
        sql, row = wanted.prepared(POSTGRES)
        return self._connection.execute(sql, parameters, prepare=True), row

    def run(self, wanted: Runnable, parameters: Mapping[str, Any] = NO_PARAMETERS) -> list[Row]:
        """Run a statement that gives rows."""
        cursor, row = self._send(wanted, parameters)
        return list(map(row, cursor.fetchall())) if row else []

    def run_all(self, wanted: Sequence[tuple[Runnable, Mapping[str, Any]]]) -> list[list[Row]]:
        """Run several reads in one trip."""
        sent = [(*self._send(each, given), each.only_locks) for each, given in wanted]
        return [list(map(row, cursor.fetchall())) for cursor, row, locks in sent if not locks]

    def ask(
        self, wanted: Runnable, parameters: Mapping[str, Any] = NO_PARAMETERS
    ) -> Callable[[], list[Row]]:
        """Run a statement whose rows are wanted later, without waiting for it."""
        cursor, row = self._send(wanted, parameters)
        return lambda: list(map(row, cursor.fetchall()))

    def change(
        self,
        wanted: Runnable,
        parameters: Mapping[str, Any] = NO_PARAMETERS,
        *,
        expect: int | None = None,
    ) -> None:
        """Run a statement that changes rows."""
        cursor, _ = self._send(wanted, parameters)
        if expect is not None:
            check_changed(expect, self._changed([cursor]))

    def change_each(
        self, wanted: Runnable, rows: Sequence[Mapping[str, Any]], *, expect: int | None = None
    ) -> None:
        """Run a changing statement once for each set of parameters."""
        sent = [self._send(wanted, row)[0] for row in rows]
        if expect is not None:
            check_changed(expect, self._changed(sent))

    def change_all(
        self, wanted: Statement, rows: Sequence[Mapping[str, Any]], *, expect: int | None = None
    ) -> None:
        """Run an UPDATE for all of these sets of parameters, which travel as one."""
        text = json.dumps(rows, separators=(",", ":"))
        cursor = self._connection.execute(for_rows(wanted), {"rows": text}, prepare=True)
        if expect is not None:
            check_changed(expect, self._changed([cursor]))

    def _changed(self, sent: Sequence[Any]) -> int:
        """Give how many rows these statements changed; they must have arrived for that."""
        self._connection._pipeline.sync()
        return sum(cursor.rowcount for cursor in sent)

    def insert(self, target: Insertable, rows: Sequence[tuple[Any, ...]]) -> None:
        """Put whole rows into a table, as one parameter."""
        text = json.dumps(rows, separators=(",", ":"))
        self._connection.execute(target.sql(POSTGRES), (text,), prepare=True)

    def enter(self, target: Insertable, row: tuple[Any, ...]) -> Callable[[], int]:
        """Put a row into a table that numbers its rows itself, without waiting for its number."""
        sql, text = f"{target.sql(POSTGRES)} RETURNING id", json.dumps([row], separators=(",", ":"))
        cursor = self._connection.execute(sql, (text,), prepare=True)
        return lambda: int(cursor.fetchone()[0])

    def is_person(self) -> bool:
        """Tell whether the session's role is a user of the desk."""
        return postgres_people.person(self._connection) is not None

    def settled(self) -> int:
        """Give the newest event before which no unit of work can write another one any more.

        An event's id comes from a sequence while its transaction holds a lock on the table, which
        it keeps until others see it. So below the newest id that is seen now, only those who hold
        the lock right after can still bring one: they are waited for, and hinder nobody.
        """
        self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (_SEALER,))
        newest: int = self._connection.execute(_NEWEST).fetchone()[0]
        patience = time.monotonic() + PATIENCE
        waited_for = writing = self._writing()
        while waited_for & writing:
            if time.monotonic() > patience:
                return 0
            time.sleep(0.002)
            writing = self._writing()
        return newest

    def _writing(self) -> set[str]:
        """Give the other transactions that have written events, or are about to."""
        return {name for (name,) in self._connection.execute(_WRITING).fetchall()}

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo only what happens inside when it fails."""
        events, messages = len(self._events), len(self._messages)
        pipeline = self._connection._pipeline
        self._connection.execute("SAVEPOINT part")
        try:
            yield
            pipeline.sync()
        except BaseException:
            pipeline.sync()
            self._connection.execute("ROLLBACK TO SAVEPOINT part")
            # After a rollback psycopg drops its prepared statements on the server, but only behind
            # the next statement: that one must not be a prepared one, or it is dropped too.
            pipeline.sync()
            self._connection.execute("RELEASE SAVEPOINT part", prepare=False)
            del self._events[events:], self._messages[messages:]
            raise
        self._connection.execute("RELEASE SAVEPOINT part")


def _undo(connection: Any) -> None:
    """Undo the transaction under way, and keep what is prepared where no statement has failed.

    psycopg's own rollback drops every prepared statement, for tables might have been made in the
    transaction; here none are, and after each refused order all would be planned anew.
    """
    if connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS:
        connection.pgconn.exec_(b"ROLLBACK")
    else:
        connection.rollback()


class PostgresDatabase(Database):
    """A PostgreSQL database by the recipe of the house.

    Writers read what they decide on with row locks, in key order, and the constraints of the
    tables refuse what slips past; reads are one REPEATABLE READ snapshot.
    """

    dialect = POSTGRES

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        self._address = url
        self.url = shown_url(url)
        self.read_only = read_only
        self._connections = EachThread(self.connect)
        self._watch: Any = None
        self._watching = threading.Lock()
        self._heard = 0

    def connect(self) -> Any:
        """Give a new connection in autocommit mode: BEGIN and COMMIT are ours to send."""
        try:
            connection = psycopg.connect(
                self._address, autocommit=True, row_factory=tuple_row, connect_timeout=10
            )
        except psycopg.Error as error:
            raise self.sentence(error) or error from error
        # One type for every whole number, so that one prepared statement serves them all.
        connection.adapters.register_dumper(int, Int8Dumper)
        connection.prepared_max = 500
        connection.execute("SET synchronous_commit = on")
        connection.execute("SET lock_timeout = '10s'")
        connection.execute("SET timezone = 'UTC'")
        # What the desk reads is warm or on a solid-state disk: a look-up costs little more than
        # the next row of a scan, and a look-up costs the same when the table has grown.
        connection.execute("SET random_page_cost = 1.1")
        if self.read_only:
            connection.execute("SET default_transaction_read_only = on")
        return connection

    def engine(self) -> Engine:
        """Give a SQLAlchemy engine over the same connections."""
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        def creator() -> Any:
            connection = self.connect()
            connection.autocommit = False
            return connection

        return create_engine("postgresql+psycopg://", creator=creator, poolclass=NullPool)

    def schema_version(self) -> int | None:
        """Give the schema version, or None where there is no company yet."""
        connection = self._connection()
        found = connection.execute("SELECT to_regclass('schema_version')").fetchone()[0]
        if found is None:
            return None
        version: int = connection.execute("SELECT version FROM schema_version").fetchone()[0]
        return version

    def check(self) -> None:
        """Raise Unavailable unless the database is ours and of today's schema."""
        check_schema(self.schema_version(), self.url)

    def person(self) -> str | None:
        """Give the user of the desk that the session's role is, or None where it is nobody."""
        return postgres_people.person(self._connection())

    @contextmanager
    def write(self, actor: str, *, rehearsal: bool = False) -> Iterator[PostgresWork]:
        """Open a unit of work."""
        if self.read_only:
            raise Unavailable(
                "read_only", f"{self.url} is open for reading only; nothing was changed"
            )
        connection = self._connection()
        with self._undo_on_error(connection):
            with connection.pipeline():
                connection.execute("BEGIN")
                work = PostgresWork(connection, actor, rehearsal=rehearsal)
                yield work
                work.write_events()
                if not rehearsal:
                    connection.execute(_ANNOUNCE, (SCHEMA_VERSION, CHANNEL), prepare=True)
                    connection.execute("COMMIT")
            if rehearsal:
                _undo(connection)

    @contextmanager
    def read(self, actor: str) -> Iterator[PostgresWork]:
        """Open one snapshot."""
        connection = self._connection()
        with self._undo_on_error(connection), connection.pipeline():
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield PostgresWork(connection, actor)
            connection.execute("COMMIT")

    @contextmanager
    def _undo_on_error(self, connection: Any) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            if connection.closed:
                self._connections.drop()
            else:
                _undo(connection)
                if isinstance(error, psycopg.Error) and not self.is_passing(error):
                    # What failed may have met a newer program's tables.
                    self.check()
            raise

    def _connection(self) -> Any:
        connection = self._connections.get()
        if connection.closed:
            self._connections.drop()
            connection = self._connections.get()
        return connection

    def is_passing(self, error: BaseException) -> bool:
        """Tell whether another transaction was in the way."""
        return isinstance(error, psycopg.Error) and error.sqlstate in _PASSING

    def sentence(self, error: BaseException) -> OrderDeskError | None:
        """Say in words why the server could not be used, or what it cannot keep."""
        if isinstance(error, psycopg.Error) and error.sqlstate == GUARD:
            return Refused(error.diag.constraint_name or "guard", error.diag.message_primary or "")
        if isinstance(error, psycopg.errors.UniqueViolation):
            return taken(f"{error.diag.table_name}.{error.diag.constraint_name}")
        if isinstance(error, psycopg.errors.NumericValueOutOfRange):
            return too_large()
        if isinstance(error, psycopg.DataError):
            return Refused(
                "bad_value",
                "a text or a number cannot be stored: "
                f"{str(error).partition(chr(10))[0]}; give another",
            )
        if not isinstance(error, psycopg.OperationalError | psycopg.errors.InsufficientPrivilege):
            return None
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            return Unavailable("not_writable", f"{self.url}: this user may not do that; {error}")
        if isinstance(error, psycopg.errors.DiskFull):
            return Unavailable(
                "disk_full",
                f"{self.url}: the server's disk is full; nothing was changed: make room there",
            )
        first = str(error).strip().splitlines()[0] if str(error).strip() else "no answer"
        return Unavailable("no_server", f"{self.url} cannot be used: {first}")

    def changes(self) -> int:
        """Give how many announcements of commits have been heard.

        Raises Unavailable where the server cannot be asked.
        """
        with self._watching:
            try:
                if self._watch is None or self._watch.closed:
                    self._watch = self.connect()
                    self._watch.execute(f"LISTEN {CHANNEL}")
                    self._heard += 1  # whatever was committed while nobody listened
                self._heard += sum(1 for _ in self._watch.notifies(timeout=0))
            except psycopg.Error as error:
                raise self.sentence(error) or error from error
            return self._heard

    def facts(self) -> dict[str, Any]:
        """Give which server this is."""
        connection = self._connection()
        version = connection.info.server_version
        return {
            "database": "postgresql",
            "url": self.url,
            "library": f"server {version // 10000}.{version % 10000}",
            "writers": "row locks in key order",
            "roles": postgres_people.roles(connection),
        }

    def close(self) -> None:
        """Close every thread's connection; no call may be under way."""
        self._connections.close()
        with self._watching:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
