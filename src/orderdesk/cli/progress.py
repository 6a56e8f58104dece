"""How far long work is, on stderr, and only where somebody sits at a terminal."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final

_EVERY: Final = 0.1
"""Seconds between two words to a terminal."""


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give what is told how many are done and of how many; it clears its line at the end."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    last = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _EVERY:
            last = now
            share = f"{100 * done // total} %" if total else ""
            sys.stderr.write(f"\r\x1b[K{what}: {done:,} of {total:,} {share}")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
