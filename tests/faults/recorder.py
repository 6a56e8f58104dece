"""A SQLite that writes down what it does to its files, in the shape that our engine expects.

`apsw` brings a SQLite library of its own whose file system can be written in Python. Here it looks
like the driver that the store loads, so that the store's own recipe, statements, queue and commits
run over it as they are. Only for a process of its own: two SQLite libraries on one file would not
see each other's locks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import apsw

Parameters = Mapping[str, Any] | Sequence[Any]

_VFS: Final = "recorder"


class Event(NamedTuple):
    """One thing that happened, in the order in which it did."""

    kind: Literal["create", "write", "truncate", "sync", "delete", "told"]
    name: str
    """Of the file; of what was told, its command id."""
    at: int = 0
    """Bytes: where it was written, or how long the file is now. 1 where a deletion was synced."""
    data: bytes = b""


class Record:
    """All that happened in this process."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, *event: Any) -> None:
        """Write down one event, by the fields of `Event`."""
        self.events.append(Event(*event))


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], record: Record) -> None:
        self._name = Path(_path(name)).name
        self._record = record
        super().__init__("", name, flags)

    def xWrite(self, data: Any, offset: int) -> None:
        self._record.add("write", self._name, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self._record.add("truncate", self._name, newsize)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._record.add("sync", self._name)


class _FileSystem(apsw.VFS):
    def __init__(self, record: Record) -> None:
        self._record = record
        super().__init__(_VFS, "")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        if name is None:
            return super().xOpen(name, flags)
        if not os.path.exists(_path(name)):
            self._record.add("create", Path(_path(name)).name)
        return _File(name, flags, self._record)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        self._record.add("delete", Path(filename).name, int(syncdir))


def _path(name: Any) -> str:
    return name.filename() if isinstance(name, apsw.URIFilename) else str(name)


class Driver:
    """The recording SQLite as a DB-API module, as far as the store uses one."""

    Error = OperationalError = apsw.Error
    IntegrityError = apsw.ConstraintError
    __name__ = "apsw"

    def __init__(self, record: Record, synchronous: str = "") -> None:
        """Name where to write it down, and a wrong setting of `synchronous` to be kept to."""
        self.sqlite_version_info = tuple(map(int, apsw.sqlite_lib_version().split(".")))
        self._file_system = _FileSystem(record)
        self._synchronous = synchronous

    def connect(self, database: str, *, timeout: float, **_: Any) -> Connection:
        """Give a connection, as the driver's function of this name does."""
        opened = apsw.Connection(
            database, flags=apsw.SQLITE_OPEN_URI | apsw.SQLITE_OPEN_READWRITE, vfs=_VFS
        )
        opened.set_busy_timeout(int(timeout * 1000))
        return Connection(opened, self._synchronous)


class Connection:
    """A connection as the driver's own looks."""

    def __init__(self, opened: apsw.Connection, synchronous: str) -> None:
        self._opened = opened
        self._synchronous = synchronous

    @property
    def in_transaction(self) -> bool:
        """True between BEGIN and its end."""
        return self._opened.in_transaction

    @property
    def total_changes(self) -> int:
        """Rows changed since it was opened."""
        return self._opened.total_changes()

    def cursor(self) -> Cursor:
        """Give a new cursor."""
        return Cursor(self._opened, self._synchronous)

    def execute(self, sql: str, parameters: Parameters = ()) -> Cursor:
        """Run one statement on a cursor of its own."""
        return self.cursor().execute(sql, parameters)

    def rollback(self) -> None:
        """Undo what is under way."""
        if self.in_transaction:
            self.execute("ROLLBACK")

    def close(self) -> None:
        """Close it."""
        self._opened.close()


class Cursor:
    """A cursor as the driver's own looks."""

    def __init__(self, opened: apsw.Connection, synchronous: str) -> None:
        self._opened = opened
        self._cursor = opened.cursor()
        self._synchronous = synchronous
        self.rowcount = -1
        self.lastrowid = 0

    def execute(self, sql: str, parameters: Parameters = ()) -> Cursor:
        """Run one statement."""
        if self._synchronous and sql.startswith("PRAGMA synchronous = "):
            sql = f"PRAGMA synchronous = {self._synchronous}"
        self._cursor.execute(sql, parameters)
        self.rowcount = self._opened.changes()
        self.lastrowid = self._opened.last_insert_rowid()
        return self

    def executemany(self, sql: str, rows: Iterable[Parameters]) -> Cursor:
        """Run one statement for each of these."""
        changed = 0
        for row in rows:
            changed += self.execute(sql, row).rowcount
        self.rowcount = changed
        return self

    def fetchone(self) -> Any:
        """Give the next row, or None."""
        return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        """Give the rows that are left."""
        return self._cursor.fetchall()
