"""The queue of writers before one SQLite file.

SQLite lets one writer in and makes the others poll, which starves some of them. An exclusive
lock on a file beside the database, taken before BEGIN IMMEDIATE, queues writers in the kernel,
in the order they came. Where there is no `flock`, writers fall back on SQLite's own waiting.

Whoever holds the turn may be stopped in the middle, so nobody waits for ever: an alarm ends the
wait of a main thread, at no cost for the others in the queue; in any other thread, where no
signal arrives, a helper thread does the waiting and is left behind when it takes too long.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from orderdesk.domain.errors import Busy, Unavailable
from orderdesk.store.files import QUEUE

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

FAIR = fcntl is not None
"""True where writers are served in the order they came."""

PATIENCE = 10.0
"""Seconds to wait for a turn."""


class Turns:
    """A place in the queue before one database file; one object for each connection."""

    def __init__(self, database: Path) -> None:
        """Name the database."""
        self._database = database
        self._handle = -1

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for this writer's turn and keep it while inside; a killed process loses its turn.

        Raises Busy where the turn does not come.
        """
        if fcntl is None:
            yield
            return
        if self._handle < 0:
            self._handle = self._open()
        collecting = gc.isenabled()
        try:
            self._take()
            # Others wait: garbage is collected when the turn is given back.
            gc.disable()
            yield
        finally:
            # Also after an alarm that came in the very moment of success.
            if self._handle >= 0:
                fcntl.flock(self._handle, fcntl.LOCK_UN)
            if collecting:
                gc.enable()

    def close(self) -> None:
        """Give the file handle back."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _open(self) -> int:
        """Open the queue's file, as open to others as the database's folder says."""
        path = self._database.with_name(self._database.name + QUEUE)
        shared = self._database.parent.stat().st_mode & stat.S_ISGID
        flags = os.O_RDWR | os.O_NOFOLLOW
        try:
            with contextlib.suppress(FileExistsError):
                handle = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o660 if shared else 0o600)
                if shared:
                    os.fchmod(handle, 0o660)
                return handle
            return os.open(path, flags)
        except OSError as error:
            raise Unavailable(
                "no_access",
                f"{path}, where writers queue, cannot be used: {error.strerror}; let its owner "
                "open it to you, or remove it",
                path=str(path),
            ) from None

    def _take(self) -> None:
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if _may_use_alarm():
                self._wait_with_alarm()
            else:
                self._wait_in_thread()

    def _wait_with_alarm(self) -> None:
        signal.signal(signal.SIGALRM, self._give_up)
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def _wait_in_thread(self) -> None:
        handle = self._handle
        arrived, settled = threading.Event(), threading.Lock()
        abandoned = False

        def wait() -> None:
            fcntl.flock(handle, fcntl.LOCK_EX)
            with settled:
                if abandoned:
                    os.close(handle)
                else:
                    arrived.set()

        threading.Thread(target=wait, name="turn", daemon=True).start()
        if arrived.wait(PATIENCE):
            return
        with settled:
            if not arrived.is_set():
                # The place in the queue cannot be given up; whoever reaches it there closes it.
                abandoned = True
                self._handle = -1
        if abandoned:
            self._give_up()

    def _give_up(self, *_: Any) -> NoReturn:
        raise Busy(
            "busy",
            f"another writer has held {self._database} for {PATIENCE:g} seconds; nothing "
            "was changed: try again, or end the program that holds it",
            path=str(self._database),
        )


def _may_use_alarm() -> bool:
    """Tell whether the alarm reaches this thread and is nobody else's."""
    return (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
        and signal.getitimer(signal.ITIMER_REAL)[0] == 0
    )
