"""One SQLite file: how connections to it are made, and what must be true of it before a write."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from orderdesk.domain.errors import Busy, OrderDeskError, Unavailable
from orderdesk.store import driver, files
from orderdesk.store.engine import APPLICATION_ID, SCHEMA_VERSION, check_schema, taken, too_large
from orderdesk.store.turns import FAIR, Turns

BUSY_TIMEOUT: Final = 10_000
"""Milliseconds to wait for a lock that somebody holds without queueing."""

_SWITCH_WITHIN: Final = 1.0
"""Seconds to wait for others before their journal is left as it is."""
_SWITCH_PAUSE: Final = 0.01
"""Seconds between two tries."""

_PAGES: Final = -16_384
"""Page cache of a connection: 16 MiB."""

_LOG_PAGES: Final = 4_000
"""Pages in the log at which a commit itself takes it in: writers do so earlier, out of turn."""

_SENTENCES: Final = (
    ("not a database", "foreign_file", "is not a SQLite database; name another file"),
    ("malformed", "damaged", "is damaged; run `orderdesk doctor`, or restore a backup"),
    (
        "disk is full",
        "disk_full",
        "cannot grow, the disk is full; nothing was changed: make room and try again",
    ),
    (
        "readonly",
        "not_writable",
        "may not be written by this user; nothing was changed: open it with --read-only, or ask "
        "its owner",
    ),
    (
        "unable to open",
        "no_access",
        "cannot be opened by this user; ask its owner, or name another file",
    ),
    (
        "disk I/O error",
        "disk_error",
        "cannot be read or written, the disk fails or is at its limit; nothing was changed: make "
        "room, or run `orderdesk doctor`",
    ),
)
"""What the driver says, a code for scripts, and what to tell people."""

_UNREAD: Final = ("no_access", "not_writable")
_LEFT: Final = (
    "unread_log",
    "was left with changes in a file beside it, which cannot be taken in by reading only; open it "
    "once without --read-only",
)


class SqliteFile:
    """A database file by one name, which must stay the same file as long as it is in use."""

    def __init__(
        self,
        named: Path,
        *,
        fresh: bool = False,
        read_only: bool = False,
        path: Path | None = None,
    ) -> None:
        """Name the file, as people know it; `path` is where it lies as long as it is unfinished.

        `fresh` is for the one who is just making it and may find it empty.
        """
        self.named = named
        self.path = path or Path(os.path.realpath(named))
        """The file itself, where `named` is a link: its log and queue lie beside it."""
        self.module = driver.load()
        self.wal = driver.trusts_wal(self.module.sqlite_version_info)
        """True where this library's write-ahead log can be trusted."""
        self.beside: tuple[str, ...] = (files.LOG, files.ROLLBACK)
        """How the names of the files end that hold what this one does not hold yet."""
        self._fresh = fresh
        self._read_only = read_only
        self._identity: files.Identity | None = None

    def know(self) -> None:
        """Raise Unavailable unless the file is there, fit for use, and still the same one."""
        found = files.identity(self.named, empty=self._fresh)
        if self._identity is None:
            files.refuse_share(self.path)
            self._identity = found
        if found != self._identity:
            raise Unavailable(
                "file_replaced",
                f"{self.named} was replaced by another file while it was open; nothing was "
                "written: leave the desk and open it again",
                path=str(self.named),
            )

    def connect(self) -> Any:
        """Give a connection that reads and writes, by the recipe of the house."""
        self.know()
        files.refuse_unwritable(self.path)
        connection = self.open("mode=rw", self._prepare)
        if connection is None:
            with closing(Turns(self.path)) as turns, turns.turn():
                # In turn, so that a restore never replaces the file at the same moment.
                self.know()
                connection = self.open("mode=rw", self._switch_journal)
        return connection

    def open(self, how: str, prepare: Callable[[Any], object]) -> Any:
        """Give a connection opened with these URI parameters; None where `prepare` says False."""
        uri = f"file:{quote(os.fsencode(self.path))}?{how}"
        connection = None
        try:
            connection = self.module.connect(
                uri,
                uri=True,
                isolation_level=None,
                timeout=BUSY_TIMEOUT / 1000,
                cached_statements=512,
                # A connection stays with its thread, but any thread may close it.
                check_same_thread=False,
            )
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = {_PAGES}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
            connection.execute("PRAGMA temp_store = MEMORY")
            # In WAL this is FULL. Without, FULL does not wait until the journal is gone for good:
            # after a power cut it would come back and take the last order with it.
            connection.execute("PRAGMA synchronous = EXTRA")
            if prepare(connection) is False:
                connection.close()
                return None
        except BaseException as error:
            if connection is not None:
                connection.close()
            if isinstance(error, self.module.Error):
                raise self.sentence(error) or error from error
            raise
        return connection

    def _prepare(self, connection: Any) -> bool:
        """Tell whether the file has the journal that this library should use."""
        if journal(connection) == self._journal():
            return True
        # Not before the file is known as ours: somebody else's stays as it is. And not while this
        # connection holds it open, for several desks that start together would bar each other.
        self.schema_version(connection)
        return False

    def _switch_journal(self, connection: Any) -> None:
        """Change the file's journal, unless other desks have it open with their own."""
        # SQLite's own waiting does not cover all of this, so it is not used at all.
        connection.execute("PRAGMA busy_timeout = 0")
        deadline = time.monotonic() + _SWITCH_WITHIN
        while not self._switched(connection) and time.monotonic() < deadline:
            time.sleep(_SWITCH_PAUSE)
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
        if not self.wal:
            self._refuse_log(connection)

    def _switched(self, connection: Any) -> bool:
        try:
            connection.execute(f"PRAGMA journal_mode = {self._journal()}")
        except self.module.OperationalError as error:
            if self.is_passing(error):
                return False
            raise
        return True

    def _journal(self) -> str:
        return "wal" if self.wal else "delete"

    def fence(self, cursor: Any) -> None:
        """Refuse what may have happened to an open file: replaced, upgraded, its journal changed.

        Asked inside a write transaction, when nobody else can do it any more.
        """
        self.know()
        version = cursor.execute("PRAGMA user_version").fetchone()[0]
        if version != SCHEMA_VERSION:
            check_schema(version or None, str(self.named))
        if not self.wal:
            self._refuse_log(cursor)

    def _refuse_log(self, connection: Any) -> None:
        """Raise Unavailable where this library would write into a log that it may damage."""
        if journal(connection) == "wal":
            raise Unavailable(
                "older_sqlite",
                f"{self.named} is open at a desk with a newer SQLite, and the {self.library()} "
                "here could damage it; install the pysqlite3 package here, or close the other "
                "desks first",
                path=str(self.named),
                library=self.library(),
            )

    def schema_version(self, connection: Any) -> int | None:
        """Give the schema version, or None where the file has no tables at all.

        Raises Unavailable where the tables are somebody else's.
        """
        mark = pragma(connection, "application_id")
        version: int = pragma(connection, "user_version")
        if mark == APPLICATION_ID and version:
            return version
        if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            raise Unavailable(
                "foreign_file",
                f"{self.named} is a SQLite database of another program; name another file",
                path=str(self.named),
            )
        return None

    def is_passing(self, error: BaseException) -> bool:
        """Tell whether somebody else's lock was in the way."""
        text = str(error)
        return isinstance(error, self.module.OperationalError) and (
            "locked" in text or "locking protocol" in text
        )

    def sentence(self, error: BaseException) -> OrderDeskError | None:
        """Say in words what the file system or the file itself did not allow."""
        if isinstance(error, self.module.IntegrityError):
            if "UNIQUE" in str(error):
                return taken(str(error).rpartition(": ")[2])
            if "cannot store REAL" in str(error):
                # A sum past 64 bits goes on as a float in SQLite; STRICT tables refuse it.
                return too_large()
        for sign, code, words in _SENTENCES:
            if sign in str(error) and isinstance(error, self.module.Error):
                if self._read_only and code in _UNREAD and self.in_change():
                    code, words = _LEFT
                return Unavailable(code, f"{self.named} {words}", path=str(self.named))
        return None

    def in_change(self) -> bool:
        """Tell whether a log or a journal stands beside the file: somebody writes, or did."""
        return any(os.path.exists(f"{self.path}{end}") for end in self.beside)

    @contextmanager
    def saying(self) -> Iterator[None]:
        """Turn the driver's errors inside into sentences: raises Unavailable, or Busy."""
        try:
            yield
        except self.module.Error as error:
            if self.is_passing(error):
                raise Busy("busy", f"{self.named} stayed busy; try again") from error
            raise self.sentence(error) or error from error

    def library(self) -> str:
        """Give the name and version of the SQLite library in use."""
        version = ".".join(map(str, self.module.sqlite_version_info))
        return f"{self.module.__name__.partition('.')[0]} {version}"

    def facts(self, found: str) -> dict[str, Any]:
        """Give what kind of SQLite this is and how it is driven, with the journal found."""
        if not self.wal:
            why = (
                f"{self.library()} has the WAL-reset race, which can damage a busy database; "
                "install the pysqlite3 package for the faster log"
            )
        elif found == "delete":
            why = "others had the file open when this desk came; open it again for the log"
        else:
            why = f"{self.library()} is free of the WAL-reset race"
        return {
            "database": "sqlite",
            "path": str(self.named),
            "library": self.library(),
            "journal": found,
            "journal_reason": why,
            "synchronous": "extra",
            "writers": "queued in order (flock)" if FAIR else "SQLite's own waiting",
            "file_system": files.file_system(self.path),
        }


def pragma(connection: Any, name: str) -> Any:
    """Give the value of a PRAGMA."""
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def journal(connection: Any) -> str:
    """Give the kind of journal; inside a transaction it is what the file has now."""
    found: str = pragma(connection, "journal_mode")
    return found
