"""A real pseudo-terminal for tests: type into a program and see its screen, as a person does.

Nothing sleeps: each wait ends with what it waits for, or with a deadline that is far away.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

DEADLINE = 30.0
"""Seconds that a program may take before a test gives it up."""

PRIVATE = re.compile(rb"\x1b\[[<>=][0-9;]*[A-Za-z]|\x1b\[\??[0-9;]*\$[A-Za-z]")
"""Sequences that pyte would print: the kitty keyboard's, and questions about modes."""

_MODE_QUESTION = re.compile(rb"\x1b\[\?([0-9]+)\$p")

_UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;?<>=$ ]*)?$")


class Program:
    """A program in a pseudo-terminal of its own, and all that it has written.

    Takes the command, the size in cells, all the variables of its environment, and the folder to
    run in. Use it in a `with`, which ends the program.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int,
        rows: int,
        env: Mapping[str, str],
        folder: Path | None,
    ) -> None:
        self.raw = bytearray()
        """Every byte that the program has written."""
        self._tail = b""
        self._master, slave = pty.openpty()
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, size)
        os.set_blocking(self._master, False)
        self.started = time.perf_counter()
        """When it was started, by the clock of that name."""
        self._process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=env,
            cwd=folder,
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def write(self, data: bytes) -> None:
        """Type these bytes in one go, reading what comes only where the terminal is full."""
        deadline = time.monotonic() + DEADLINE
        while data:
            readable, writable, _ = select.select(
                [self._master], [self._master], [], max(0.0, deadline - time.monotonic())
            )
            if not readable and not writable:
                raise TimeoutError(f"the program does not read its keys; its last: {self.last()}")
            if writable:
                data = data[os.write(self._master, data) :]
            elif readable:
                self._read()

    def last(self) -> str:
        """Give the end of what it has written, for who looks at a failure."""
        return repr(bytes(self.raw[-2000:]))

    def rest(self, still: float) -> None:
        """Read until nothing has come for so many seconds."""
        while self._read(still):
            pass

    def wait_for_end(self, timeout: float = DEADLINE) -> int:
        """Read until the program ends; give its exit code (minus the signal that ended it)."""
        deadline = time.monotonic() + timeout
        while self._read(max(0.0, deadline - time.monotonic())):
            pass
        return self._process.wait(max(0.0, deadline - time.monotonic()))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program and all it has started."""
        os.killpg(self._process.pid, number)

    def hang_up(self) -> int:
        """Close the terminal, of which no signal tells, and give the program's exit code."""
        os.close(self._master)
        self._master = -1
        return self._process.wait(DEADLINE)

    def kill(self) -> None:
        """End the program, if it still runs, and close the terminal."""
        if self._process.poll() is None:
            self.signal(signal.SIGKILL)
            self._process.wait(DEADLINE)
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def _read(self, timeout: float = 0.0) -> bool:
        """Take what the program has written; False at its end, or in vain."""
        if not select.select([self._master], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # Linux tells the end of the other side by EIO.
            return False
        self.raw += data
        self._take(data)
        return bool(data)

    def _take(self, data: bytes) -> None:
        data = self._tail + data
        cut = _UNFINISHED.search(data)
        self._tail = data[cut.start() :] if cut else b""
        data = data[: cut.start()] if cut else data
        for question in _MODE_QUESTION.finditer(data):
            # As a terminal answers that knows of no such mode.
            os.write(self._master, b"\x1b[?" + question[1] + b";0$y")
        self.show(data)

    def show(self, data: bytes) -> None:
        """Show what came, its sequences whole; here nobody looks."""


class Terminal(Program):
    """A program running in a terminal of its own, with its screen.

    Takes the command, the size in cells, variables to add to the environment (a None takes one
    away) and the folder to run in. Use it in a `with`, which ends the program.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str | None] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        variables = _environment(env or {})
        super().__init__(command, columns=columns, rows=rows, env=variables, folder=folder)

    def wait_for(self, what: str | Callable[[], bool], timeout: float = DEADLINE) -> None:
        """Read until the text is on the screen, or the predicate holds.

        Raises TimeoutError with the screen in it after `timeout` seconds, or when the program ends.
        """
        deadline = time.monotonic() + timeout
        while not (what in self.text() if isinstance(what, str) else what()):
            left = deadline - time.monotonic()
            if left <= 0 or not self._read(left):
                ended = "" if self._process.poll() is None else f" ({self._process.returncode})"
                raise TimeoutError(f"waited in vain for {what!r}{ended}\n{self.text()}")

    def screen_lines(self) -> list[str]:
        """Give the screen as it stands, a string a row, without the blanks at their ends."""
        return [line.rstrip() for line in self.screen.display]

    def text(self) -> str:
        """Give the screen as it stands, as one text."""
        return "\n".join(self.screen_lines())

    def last(self) -> str:
        """Give the screen."""
        return f"\n{self.text()}"

    def show(self, data: bytes) -> None:
        """Draw it."""
        self._stream.feed(PRIVATE.sub(b"", data))


def _environment(changes: Mapping[str, str | None]) -> dict[str, str]:
    """Give this process's variables, those of a plain terminal, and the changes."""
    plain: dict[str, str | None] = {
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "COLUMNS": None,
        "LINES": None,
        "NO_COLOR": None,
        "TERM_PROGRAM": None,
        "COLORTERM": None,
    }
    wanted = {**os.environ, **plain, **changes}
    return {name: value for name, value in wanted.items() if value is not None}
