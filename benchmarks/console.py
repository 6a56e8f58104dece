"""Programs measured from outside: in a pseudo-terminal as a clerk starts them, or as a script does.

Wall time is beside the processor's time, for this machine may have other work.
"""

from __future__ import annotations

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
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from benchmarks.measure import Times

ROOT: Final = Path(__file__).resolve().parent.parent
DEADLINE: Final = 120.0
"""Seconds after which a program is given up."""

_MODE_QUESTION: Final = re.compile(rb"\x1b\[\?([0-9]+)\$p")
DRAWN: Final = b"\x1b[?1049h"
"""What a program writes when it takes the screen: what was echoed before is nobody's frame."""


def environment() -> dict[str, str]:
    """Give the variables of a plain terminal; nothing of the user's settings.

    Programs keep their bytecode, as installed ones do.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ORDERDESK", "COLORTERM", "TEXTUAL", "NO_COLOR"))
        and name not in ("COLUMNS", "LINES", "TERM_PROGRAM", "PYTHONDONTWRITEBYTECODE")
    }
    return {**kept, "TERM": "xterm-256color", "LANG": "C.UTF-8"}


class Console:
    """A program in a pseudo-terminal of its own, and all that it has written. Ends with `with`."""

    def __init__(self, command: Sequence[str], *, columns: int = 80, rows: int = 24) -> None:
        self.written = bytearray()
        """What it has written since it took the screen."""
        self._answered = 0
        self._master, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=other,
            stdout=other,
            stderr=other,
            env=environment(),
            cwd=ROOT,
            start_new_session=True,
        )
        os.close(other)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._master)

    def type(self, keys: bytes) -> None:
        """Type these bytes in one go; they are few enough for the terminal to take."""
        os.write(self._master, keys)

    def until(self, mark: re.Pattern[bytes], behind: int = 0) -> float:
        """Read until this shows up behind that many bytes; give the clock's seconds then.

        Raises TimeoutError, with the end of what was written, when it does not come.
        """
        deadline = time.perf_counter() + DEADLINE
        while not self._read(max(0.0, deadline - time.perf_counter())) or not self._shows(
            mark, behind
        ):
            if time.perf_counter() >= deadline or self._process.poll() is not None:
                raise TimeoutError(f"waited for {mark.pattern!r}: {bytes(self.written[-2000:])!r}")
        return time.perf_counter()

    def drain(self, seconds: float) -> None:
        """Take what comes in so many seconds."""
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            self._read(left)

    def cpu(self) -> float:
        """Give the seconds of processor time that all threads of the program have had."""
        total = 0
        for task in Path(f"/proc/{self._process.pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def _shows(self, mark: re.Pattern[bytes], behind: int) -> bool:
        begun = self.written.find(DRAWN)
        return begun >= 0 and mark.search(self.written, max(begun, behind)) is not None

    def _read(self, timeout: float) -> bool:
        if not select.select([self._master], [], [], timeout)[0]:
            return False
        try:
            self.written += os.read(self._master, 65536)
        except OSError:  # the other side has ended
            return False
        for question in _MODE_QUESTION.finditer(self.written, self._answered):
            # As a terminal answers that knows of no such mode.
            os.write(self._master, b"\x1b[?" + question[1] + b";0$y")
            self._answered = question.end()
        return True


def run_once(command: Sequence[str], times: Times) -> bytes:
    """Run a command to its end, add what it took to `times`, and give what it printed.

    Raises CalledProcessError where it fails.
    """
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment(), cwd=ROOT)
    assert process.stdout is not None
    with process.stdout as stream:
        printed = stream.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    times.wall.append((time.perf_counter() - started) * 1e3)
    times.cpu.append((used.ru_utime + used.ru_stime) * 1e3)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return printed
