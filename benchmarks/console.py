"""Programs measured from outside: in a pseudo-terminal as a clerk starts them, or as a script does.

Wall time is beside the processor's time, for this machine may have other work.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.measure import Times
from tests.terminal import Program

ROOT: Final = Path(__file__).resolve().parent.parent
DEADLINE: Final = 120.0
"""Seconds after which a program is given up."""

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


class Console(Program):
    """A program in a pseudo-terminal of its own, and all that it has written. Ends with `with`."""

    def __init__(self, command: Sequence[str], *, columns: int = 80, rows: int = 24) -> None:
        super().__init__(command, columns=columns, rows=rows, env=environment(), folder=ROOT)

    def until(self, mark: re.Pattern[bytes], behind: int = 0) -> float:
        """Read until this shows up behind that many bytes; give the clock's seconds then.

        Raises TimeoutError, with the end of what was written, when it does not come.
        """
        deadline = time.perf_counter() + DEADLINE
        while not self._read(max(0.0, deadline - time.perf_counter())) or not self._shows(
            mark, behind
        ):
            if time.perf_counter() >= deadline or self._process.poll() is not None:
                raise TimeoutError(f"waited for {mark.pattern!r}: {self.last()}")
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
        begun = self.raw.find(DRAWN)
        return begun >= 0 and mark.search(self.raw, max(begun, behind)) is not None


def run_once(command: Sequence[str], times: Times) -> bytes:
    """Run a command to its end, add what it took to `times`, and give what it printed.

    Raises CalledProcessError where it fails.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=environment(),
        cwd=ROOT,
    )
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
