"""A clock for a day at the desk: whole programs run by it, and it is put on by hand.

    python -m tests.morning.clock order list        is `orderdesk order list` at that time

It stands still between two moves, so that whatever is read off it is the same every day. Programs
that are running take its time when they are sent SIGUSR1, those that begin when they begin.
"""

import os
import signal
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import time_machine

from tests.terminal import Terminal

CLOCK: Final = "ORDERDESK_TEST_CLOCK"
"""The variable that names the file which the clock's time stands in."""


class Clock:
    """A clock that a test puts on, with the programs that go by it."""

    def __init__(self, path: Path, at: datetime) -> None:
        self.path = path
        self._write(at)

    def put(self, hour: int, minute: int, running: Iterable[Terminal]) -> None:
        """Put it to a time of its day, UTC, for what runs and for what begins later."""
        self._write(_told(self.path).replace(hour=hour, minute=minute))
        for terminal in running:
            terminal.signal(signal.SIGUSR1)

    def _write(self, at: datetime) -> None:
        self.path.write_text(at.isoformat(), encoding="ascii")


def _told(path: Path) -> datetime:
    return datetime.fromisoformat(path.read_text(encoding="ascii")).astimezone(UTC)


def main() -> None:
    """Run the program by the clock."""
    path = Path(os.environ[CLOCK])
    traveller = time_machine.travel(_told(path), tick=False).start()
    signal.signal(signal.SIGUSR1, lambda number, frame: traveller.move_to(_told(path), tick=False))
    from orderdesk.cli.start import main as run

    run()


if __name__ == "__main__":
    main()
