"""Where the pictures of the morning go: kept in docs, or held against those that stand there."""

import re
import time
from pathlib import Path
from typing import Any, Final, Protocol

from tests.morning import picture
from tests.terminal import Terminal

PICTURES: Final = Path(__file__).parents[2] / "docs" / "morning"

_PATIENCE: Final = 15.0
"""Seconds that a screen may take to look as its picture does."""
_STILL: Final = 0.3
_BLINK: Final = 1.5
"""Seconds without a byte after which a screen is at rest, and in which a cursor blinks."""

_HASH: Final = re.compile(r"\b[0-9a-f]{32,64}\b")
"""The head of a chain, and what an import is known by: they are others every day."""


class Gallery(Protocol):
    """Somebody who takes pictures."""

    def take(self, name: str, terminal: Terminal) -> None:
        """Take what the terminal comes to show, under a name."""
        ...


class Nobody:
    """Takes none."""

    def take(self, name: str, terminal: Terminal) -> None:
        """Let it pass."""


class Painter:
    """Keeps each picture as a file once its screen is at rest."""

    def __init__(self, folder: Path = PICTURES) -> None:
        self._folder = folder
        self.taken: list[str] = []

    def take(self, name: str, terminal: Terminal) -> None:
        """Write the picture, with the cursor showing."""
        terminal.rest(_STILL)
        best, most = drawn(terminal.screen), picture.cursors(terminal.screen)
        end = time.monotonic() + _BLINK
        while time.monotonic() < end:
            terminal.rest(_STILL)
            if picture.cursors(terminal.screen) > most:
                best, most = drawn(terminal.screen), picture.cursors(terminal.screen)
        self._folder.mkdir(exist_ok=True)
        (self._folder / f"{name}.svg").write_text(best, encoding="utf-8")
        self.taken.append(name)


class Critic:
    """Holds each screen against its picture; what differs is kept beside what was seen."""

    def __init__(self, seen: Path, folder: Path = PICTURES) -> None:
        self._seen = seen
        self._folder = folder
        self.taken: list[str] = []
        self.different: list[str] = []

    def take(self, name: str, terminal: Terminal) -> None:
        """Wait until the screen looks like its picture, for a while."""
        self.taken.append(name)
        path = self._folder / f"{name}.svg"
        wanted = path.read_text(encoding="utf-8") if path.exists() else ""
        try:
            # The others are looked at as well, but nobody waits that long for each.
            terminal.wait_for(
                lambda: drawn(terminal.screen) == wanted, 1.0 if self.different else _PATIENCE
            )
        except TimeoutError:
            self.different.append(name)
            (self._seen / path.name).write_text(drawn(terminal.screen), encoding="utf-8")


def drawn(screen: Any) -> str:
    """Give a screen as SVG without what is another every day."""
    return _HASH.sub(lambda found: "0" * len(found[0]), picture.svg(screen))
