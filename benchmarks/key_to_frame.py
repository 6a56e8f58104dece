"""From a key in the item field to the frame that shows it, with a million products to look up.

Two desks stand side by side in pseudo-terminals wide enough for the panel of hits, and get the same
keys by turns. Baseline: `without_look_up`, the same field on the same screen. Every other text is a
code, the others are words.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

from benchmarks.company import customer_code, product_code
from benchmarks.console import Console
from benchmarks.first_frame import PLAIN, desk_at
from benchmarks.long_lists import LONG, LONG_QUICK, long_list, name_of
from benchmarks.measure import Measure, Outcome, Times, median

TARGET: Final = 1.2

PAUSE: Final = 0.08
"""Seconds between a frame and the next key: a quick typist's."""
CLEAR: Final = b"\x15"
"""Ctrl+U takes back what was typed."""


def texts(count: int, products: int) -> list[str]:
    """Give what is typed: codes and names of products all over the list, in capitals."""
    step = products // count
    return [
        (product_code(number) if at % 2 else name_of(number)[:12].rstrip()).upper()
        for at, number in enumerate(range(step // 2 + 1, products, step))
    ]


class _Side:
    """One program whose item field has the focus."""

    def __init__(self, console: Console) -> None:
        self.times = Times()
        self._console = console
        self._cpu = console.cpu()

    def key(self, typed: str, pause: float) -> None:
        """Type the last letter of `typed`, and wait for the frame that shows it all."""
        console = self._console
        behind, started = len(console.raw), time.perf_counter()
        console.write(typed[-1].encode())
        # The cursor behind the text changes the style there; a hit in the panel goes on.
        shown = console.until(re.compile(rb"(?i:" + re.escape(typed.encode()) + rb")\x1b"), behind)
        self.times.wall.append((shown - started) * 1e3)
        console.drain(pause)

    def clear(self) -> None:
        """Empty the field."""
        self._console.write(CLEAR)
        self._console.drain(0.3)

    def stop(self) -> None:
        """Note the processor time of all that was typed."""
        self.times.cpu.append((self._console.cpu() - self._cpu) * 1e3)


def run(quick: bool) -> Outcome:
    """Type the same into both, key by key."""
    products = LONG_QUICK if quick else LONG
    path = long_list(products)
    typed = texts(4 if quick else 12, products)
    names = ("ours", "dumb", "plain")
    commands = (desk_at(path), desk_at(path, "benchmarks.without_look_up"), list(PLAIN))
    with ExitStack() as stack:
        sides = {}
        for name, command in zip(names, commands, strict=True):
            console = stack.enter_context(Console(command, columns=120, rows=40))
            _begin(console, is_plain=name == "plain")
            sides[name] = _Side(console)
        for text in typed:
            for length in range(1, len(text) + 1):
                for side in sides.values() if length % 2 else reversed(sides.values()):
                    side.key(text[:length], PAUSE)
            for side in sides.values():
                side.clear()
        for side in sides.values():
            side.stop()
    ours, dumb, plain = (side.times for side in sides.values())
    return Outcome(
        [
            Measure("p50", _percentile(ours.wall, 50) / _percentile(dumb.wall, 50), TARGET),
            Measure("p90", _percentile(ours.wall, 90) / _percentile(dumb.wall, 90), TARGET),
        ],
        {
            "keys": len(ours.wall),
            **{
                f"{name}_p{share}_ms": round(_percentile(times.wall, share), 3)
                for name, times in zip(names, (ours, dumb, plain), strict=True)
                for share in (50, 90, 99)
            },
            **{
                f"{name}_cpu_ms_per_key": round(median(times.cpu) / len(times.wall), 3)
                for name, times in zip(names, (ours, dumb, plain), strict=True)
            },
        },
    )


def _begin(console: Console, *, is_plain: bool) -> None:
    """Bring the cursor into the item field."""
    console.until(re.compile(rb"Item"))
    if not is_plain:
        console.write(f"{customer_code(7)}\rPO-1\r".encode())
        console.until(re.compile(rb"Limit [0-9,.]+"))
    console.drain(1.0)


def _percentile(values: Sequence[float], share: int) -> float:
    return statistics.quantiles(values, n=100)[share - 1]
