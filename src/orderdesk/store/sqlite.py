"""The company in one SQLite file, shared by any number of desks on one machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from orderdesk.domain.errors import Unavailable
from orderdesk.store import driver, files
from orderdesk.store.engine import APPLICATION_ID, Database, check_schema
from orderdesk.store.statements import SQLITE, Insertion, Row, Statement
from orderdesk.store.turns import FAIR, Turns
from orderdesk.store.work import NO_PARAMETERS, Work, check_changed

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

BUSY_TIMEOUT: Final = 10_000
"""Milliseconds to wait for a lock that somebody holds without queueing."""

_PAGES: Final = -16_384
"""Page cache of a connection: 16 MiB."""


class SqliteWork(Work):
    """A unit of work on a SQLite connection."""

    def __init__(self, cursor: Any, actor: str, *, rehearsal: bool = False) -> None:
        super().__init__(actor, rehearsal=rehearsal)
        self._cursor = cursor

    def run(self, wanted: Statement, parameters: Mapping[str, Any] = NO_PARAMETERS) -> list[Row]:
        """Run a statement that gives rows."""
        sql, row = wanted.prepared(SQLITE)
        found = self._cursor.execute(sql, parameters).fetchall()
        return [row(each) for each in found] if row else []

    def change(
        self,
        wanted: Statement,
        parameters: Mapping[str, Any] = NO_PARAMETERS,
        *,
        expect: int | None = None,
    ) -> None:
        """Run a statement that changes rows."""
        sql = wanted.prepared(SQLITE).sql
        check_changed(expect, self._cursor.execute(sql, parameters).rowcount)

    def change_each(
        self, wanted: Statement, rows: Sequence[Mapping[str, Any]], *, expect: int | None = None
    ) -> None:
        """Run a changing statement once for each set of parameters."""
        sql = wanted.prepared(SQLITE).sql
        check_changed(expect, self._cursor.executemany(sql, rows).rowcount if rows else 0)

    def insert(self, target: Insertion, rows: Sequence[tuple[Any, ...]]) -> None:
        """Put whole rows into a table."""
        if len(rows) == 1:
            self._cursor.execute(target.sql(SQLITE), rows[0])
        else:
            self._cursor.executemany(target.sql(SQLITE), rows)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo only what happens inside when it fails."""
        events, messages = len(self._events), len(self._messages)
        self._cursor.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._cursor.execute("ROLLBACK TO part")
            self._cursor.execute("RELEASE part")
            del self._events[events:], self._messages[messages:]
            raise
        self._cursor.execute("RELEASE part")


class SqliteDatabase(Database):
    """A SQLite file by the recipe of the house.

    Every write begins with BEGIN IMMEDIATE behind the queue of writers, so that nobody decides
    on what another is changing; every read is one snapshot. A commit is on the disk when it
    returns (`synchronous=FULL`), in WAL where the library can be trusted with it.
    """

    dialect = SQLITE

    def __init__(self, path: Path, *, read_only: bool = False, fresh: bool = False) -> None:
        """Name the file; `fresh` is for the one who is just making it and may find it empty."""
        self.path = path
        self._fresh = fresh
        self.url = f"sqlite:///{path}"
        self.read_only = read_only
        self.module = driver.load()
        self.wal = driver.trusts_wal(self.module.sqlite_version_info)
        self._local = threading.local()
        self._identity: files.Identity | None = None
        self._watch: Any = None

    def connect(self) -> Any:
        """Give a new connection; the file must be there."""
        found = files.identity(self.path, empty=self._fresh)
        if self._identity is None:
            files.refuse_share(self.path)
            self._identity = found
        self._refuse_swap(found)
        mode = "ro" if self.read_only else "rw"
        uri = f"file:{quote(str(self.path))}?mode={mode}"
        try:
            connection = self.module.connect(
                uri,
                uri=True,
                isolation_level=None,
                timeout=BUSY_TIMEOUT / 1000,
                cached_statements=512,
            )
            self._prepare(connection)
        except self.module.Error as error:
            raise self.sentence(error) or error from error
        return connection

    def _prepare(self, connection: Any) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = {_PAGES}")
        connection.execute("PRAGMA temp_store = MEMORY")
        if self.read_only:
            connection.execute("PRAGMA query_only = ON")
            return
        wanted = "wal" if self.wal else "delete"
        found = connection.execute("PRAGMA journal_mode").fetchone()[0]
        if found != wanted:
            connection.execute(f"PRAGMA journal_mode = {wanted}")
        connection.execute("PRAGMA synchronous = FULL")

    def engine(self) -> Engine:
        """Give a SQLAlchemy engine that connects and begins by the same recipe."""
        from sqlalchemy import create_engine, event
        from sqlalchemy.pool import NullPool

        engine = create_engine(
            "sqlite://", module=self.module, creator=self.connect, poolclass=NullPool
        )

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN" if self.read_only else "BEGIN IMMEDIATE")

        return engine

    def schema_version(self) -> int | None:
        """Give the schema version, or None where the file has none of our tables."""
        connection = self._connection()
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        if mark == APPLICATION_ID and version:
            return version
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise Unavailable(
                "foreign_file",
                f"{self.path} is a SQLite database of another program; name another file",
                path=str(self.path),
            )
        return None

    def check(self) -> None:
        """Raise Unavailable unless the file is ours and of today's schema."""
        check_schema(self.schema_version(), str(self.path))

    @contextmanager
    def write(self, actor: str, *, rehearsal: bool = False) -> Iterator[SqliteWork]:
        """Open a unit of work, in this writer's turn."""
        connection, cursor, turns = self._writer()
        with turns.turn():
            cursor.execute("BEGIN IMMEDIATE")
            try:
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

    @contextmanager
    def read(self, actor: str) -> Iterator[SqliteWork]:
        """Open one snapshot."""
        connection = self._connection()
        cursor = connection.cursor()
        cursor.execute("BEGIN")
        try:
            yield SqliteWork(cursor, actor)
        finally:
            connection.rollback()

    def _writer(self) -> tuple[Any, Any, Turns]:
        if self.read_only:
            raise Unavailable(
                "read_only", f"{self.path} is open for reading only; nothing was changed"
            )
        connection = self._connection()
        self._refuse_swap(files.identity(self.path, empty=self._fresh))
        if not hasattr(self._local, "turns"):
            self._local.turns = Turns(self.path)
            self._local.cursor = connection.cursor()
        return connection, self._local.cursor, self._local.turns

    def _connection(self) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self.connect()
        return connection

    def _refuse_swap(self, found: files.Identity) -> None:
        if found != self._identity:
            raise Unavailable(
                "file_replaced",
                f"{self.path} was replaced by another file while it was open; nothing was "
                "written: leave the desk and open it again",
                path=str(self.path),
            )

    def is_passing(self, error: BaseException) -> bool:
        """Tell whether somebody else's lock was in the way."""
        return isinstance(error, self.module.OperationalError) and "locked" in str(error)

    def sentence(self, error: BaseException) -> Unavailable | None:
        """Say in words what the file system or the file itself did not allow."""
        text = str(error)
        for sign, code, words in (
            ("not a database", "foreign_file", "is not a SQLite database; name another file"),
            ("malformed", "damaged", "is damaged; run `orderdesk doctor`, or restore a backup"),
            ("disk is full", "disk_full", "cannot grow: the disk is full; nothing was lost"),
            ("readonly", "not_writable", "may not be written by this user; nothing was changed"),
            ("unable to open", "no_access", "cannot be opened by this user"),
            ("disk I/O error", "disk_error", "could not be read or written by the disk"),
        ):
            if sign in text and isinstance(error, self.module.Error):
                return Unavailable(code, f"{self.path} {words}", path=str(self.path))
        return None

    def changes(self) -> int:
        """Give SQLite's own count of other connections' commits."""
        if self._watch is None:
            self._watch = self.connect()
        count: int = self._watch.execute("PRAGMA data_version").fetchone()[0]
        return count

    def facts(self) -> dict[str, Any]:
        """Give what kind of SQLite this is and how it is driven."""
        version = ".".join(map(str, self.module.sqlite_version_info))
        journal = self._connection().execute("PRAGMA journal_mode").fetchone()[0]
        why = (
            "the library is free of the WAL-reset race"
            if self.wal
            else "this SQLite has the WAL-reset race; install pysqlite3 for WAL"
        )
        return {
            "database": "sqlite",
            "path": str(self.path),
            "library": f"{self.module.__name__.partition('.')[0]} {version}",
            "journal": journal,
            "journal_reason": why,
            "writers": "queued in order (flock)" if FAIR else "SQLite's own waiting",
            "file_system": files.file_system(self.path),
        }

    def close(self) -> None:
        """Close this thread's connection and the watching one."""
        for name in ("connection", "turns"):
            if hasattr(self._local, name):
                getattr(self._local, name).close()
        self._local.__dict__.clear()
        if self._watch is not None:
            self._watch.close()
            self._watch = None
