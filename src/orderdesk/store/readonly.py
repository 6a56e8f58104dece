"""A SQLite file for reading only: nothing is written, nothing is left beside it.

SQLite makes a log and its index beside a file even for a reader, and a reader cannot take them
away again. So where no log stands there, nobody is writing, and the file is read as it is,
without locks; afterwards it must still be the same and still without a log, or the reading is
thrown away and done again. Where a log stands there, it is read with it in the ordinary way. A
connection lives no longer than its snapshot, so that the last writer can clear up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from orderdesk.domain.errors import Busy, Unavailable
from orderdesk.store.files import LOG, ROLLBACK
from orderdesk.store.sqlite import SqliteDatabase

_SETTLED: Final = 0.05
"""Seconds after which another change is sure to show in a file's time, however coarse its clock."""


class Moved(Busy):
    """The file changed while it was read without locks; what was read is worth nothing."""


class _Stamp(NamedTuple):
    """By what a change of a file shows from outside."""

    inode: int
    size: int
    changed: int
    """Nanoseconds since 1970."""


class ReadOnlyDatabase(SqliteDatabase):
    """The company in a SQLite file that is only looked at."""

    read_only = True

    def __init__(self, path: Path, *, without_log: bool = False) -> None:
        """Name the file; `without_log` leaves out a log that is known to be another file's."""
        super().__init__(path)
        if without_log:
            self.file.beside = (ROLLBACK,)
        self._seen: tuple[_Stamp | None, ...] = ()
        self._settled = True
        self._count = 0

    def connect(self) -> Any:
        """Give a new connection that cannot change anything."""
        self.file.know()
        return self._connect(self._at_rest())

    def _connect(self, at_rest: _Stamp | None) -> Any:
        how = "mode=ro&immutable=1" if at_rest else "mode=ro"
        return self.file.open(how, lambda connection: connection.execute("PRAGMA query_only = ON"))

    def _seat(self) -> NoReturn:
        """Refuse what every write asks for first."""
        raise Unavailable(
            "read_only",
            f"{self.file.named} is open for reading only; nothing was changed: leave out "
            "--read-only",
        )

    @contextmanager
    def snapshot(self) -> Iterator[Any]:
        """Give a connection that sees the file as it is now until the end."""
        self.file.know()
        before = self._at_rest()
        try:
            with closing(self._connect(before)) as connection:
                connection.execute("BEGIN")
                yield connection
        except Exception as error:
            self._refuse_move(before, error)
            raise
        self._refuse_move(before)

    def _refuse_move(self, before: _Stamp | None, error: Exception | None = None) -> None:
        if before and (self.file.in_change() or _stamp(self.path) != before):
            raise Moved(
                "busy", f"{self.file.named} was changed while it was read; try again"
            ) from error

    def _at_rest(self) -> _Stamp | None:
        """Give the stamp of a file that nobody writes; None where somebody may."""
        while not self.file.in_change():
            stamp = _stamp(self.path)
            if stamp is None:
                return None
            age = time.time_ns() - stamp.changed
            if not 0 <= age < _SETTLED * 1e9:
                return stamp
            time.sleep(_SETTLED - age / 1e9)
        return None

    def is_passing(self, error: BaseException) -> bool:
        """Tell whether a writer was in the way."""
        return isinstance(error, Moved) or super().is_passing(error)

    def changes(self) -> int:
        """Give a number that differs once somebody has committed.

        Raises Unavailable once the file has been replaced.
        """
        with self._watching:
            self.file.know()
            now = time.time_ns()
            seen = (_stamp(self.path), _stamp(Path(f"{self.path}{LOG}")))
            if seen != self._seen or not self._settled:
                self._count += 1
            self._seen = seen
            self._settled = all(s is None or now - s.changed > _SETTLED * 1e9 for s in seen)
            return self._count

    def facts(self) -> dict[str, Any]:
        """Give what kind of SQLite this is and how it is driven."""
        return {**self.file.facts("none, read only"), "writers": "none, read only"}


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return _Stamp(found.st_ino, found.st_size, found.st_mtime_ns)
