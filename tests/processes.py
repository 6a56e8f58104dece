"""Real processes for races and faults: started quickly, killed or stopped at will, never left.

A crew's workers come from one forerunner that has imported the desk but opened nothing, so that
a thousand of them can be started in a minute. What a worker says it writes to its diary, a file:
what stands there was said, whatever happened to the worker afterwards.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Final, Self

DEADLINE: Final = 60.0
"""Seconds that anything may take before a test gives it up."""

_PAUSE: Final = 0.004
_NOBODY: Final = 65534
PRELOADED: Final = [
    "orderdesk.store.backup",
    "orderdesk.store.desk",
    "orderdesk.store.postgres",
    "orderdesk.store.readonly",
    "orderdesk.store.sqlite",
    "orderdesk.services.doctor",
    "orderdesk.services.orders.place",
    "tests.processes",
]

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(PRELOADED)


class Diary:
    """What one worker has said, a line at a time; safe against its death in the middle."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: list[list[str]] = []
        self._read = 0

    def say(self, *words: object) -> None:
        """Write one line."""
        line = " ".join(str(word) for word in words) + "\n"
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)

    def lines(self) -> list[list[str]]:
        """Give what was said so far, each line as its words.

        Only what is new is read: who waits asks again and again, and a diary may grow long.
        """
        with suppress(FileNotFoundError), self.path.open("rb") as file:
            file.seek(self._read)
            whole, end, _ = file.read().rpartition(b"\n")
            self._read += len(whole) + len(end)
            self._seen += [line.split() for line in whole.decode().splitlines()]
        return self._seen.copy()

    def said(self, word: str) -> list[list[str]]:
        """Give the rest of every line that began with this word."""
        return [line[1:] for line in self.lines() if line and line[0] == word]


def become_nobody() -> None:
    """Give up the rights of root, to whom every file is open."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)


def _bound(work: Callable[..., None], *args: Any) -> None:
    """Work, and end with whoever started it, also where that one was killed itself."""
    Thread(target=_end_with_starter, name="starter", daemon=True).start()
    work(*args)


def _end_with_starter() -> None:
    starter = multiprocessing.parent_process()
    assert starter is not None
    starter.join()
    os._exit(1)


class Worker:
    """One process at work on a function."""

    def __init__(self, process: BaseProcess, diary: Diary) -> None:
        self._process = process
        self.diary = diary

    @property
    def alive(self) -> bool:
        """True while it runs or is stopped."""
        return self._process.is_alive()

    def kill(self) -> None:
        """End it at once, as kill -9 does, and wait until it has gone."""
        self._process.kill()
        self._process.join(DEADLINE)

    def stop(self) -> None:
        """Stop it where it stands; `go_on` lets it go on."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def wait(self, seconds: float = DEADLINE) -> int:
        """Wait for its end and give its exit code; raise TimeoutError."""
        self._process.join(seconds)
        code = self._process.exitcode
        if code is None:
            raise TimeoutError(f"{self._process.name} still runs after {seconds} seconds")
        return code

    def wait_for(self, word: str, seconds: float = DEADLINE) -> list[str]:
        """Wait until it has said this word; give the rest of that line."""
        until(lambda: self.diary.said(word) or not self.alive, f"{word!r}", seconds)
        said = self.diary.said(word)
        if not said:
            last = self.diary.lines()[-1:]
            raise AssertionError(f"{self._process.name} ended without {word!r}; its last: {last}")
        return said[-1]

    def _signal(self, number: signal.Signals) -> None:
        if self._process.pid is not None and self.alive:
            os.kill(self._process.pid, number)


class Crew:
    """Workers that end with the `with` they were started in."""

    def __init__(self, folder: Path) -> None:
        """Name the folder that their diaries are written to."""
        self._folder = folder
        self._workers: list[Worker] = []

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.kill()

    def start(self, name: str, work: Callable[..., None], *args: Any) -> Worker:
        """Start a module's function as `work(diary, *args)`; one name keeps one diary."""
        diary = Diary(self._folder / f"{name}.diary")
        process = _context.Process(target=_bound, args=(work, diary, *args), name=name, daemon=True)
        process.start()
        worker = Worker(process, diary)
        # Those who have gone are let go, and the files that they held open here with them.
        self._workers = [each for each in self._workers if each.alive] + [worker]
        return worker


def until(true: Callable[[], object], what: str, seconds: float = DEADLINE) -> None:
    """Poll until something is true; raise TimeoutError where it does not become so."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} seconds in vain for {what}")
        time.sleep(_PAUSE)
