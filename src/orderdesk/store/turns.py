"""The queue of writers before one SQLite file.

SQLite lets one writer in and makes the others poll, which starves some of them. An exclusive
lock on a file beside the database, taken before BEGIN IMMEDIATE, queues writers in the kernel,
in the order they came. Where there is no `flock`, writers fall back on SQLite's own waiting.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

FAIR = fcntl is not None
"""True where writers are served in the order they came."""


class Turns:
    """A place in the queue before one database file; one object for each connection."""

    def __init__(self, database: Path) -> None:
        self._handle = -1
        if fcntl is not None:
            path = database.with_name(database.name + "-queue")
            mode = 0o660 if database.parent.stat().st_mode & 0o2000 else 0o600
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, mode)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for this writer's turn and keep it while inside; a killed process loses its turn."""
        if fcntl is None:
            yield
            return
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._handle, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the file handle back."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
