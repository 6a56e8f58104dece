"""The table of orders over a million of them, beside 3,000: first frame with rows, and memory.

Each side is a process with its own file (`table_app`), asked by turns; `page` then goes a hundred
pages down on both. Memory is the most that the process has held, libraries and all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from benchmarks.console import ROOT, environment
from benchmarks.long_lists import LONG, LONG_QUICK, long_list, short_list
from benchmarks.measure import Measure, Outcome, Times, median, ratio

TARGET: Final = 1.2
MEMORY: Final = 1.02
"""No more memory, up to what two runs of the same program differ by."""


def run(quick: bool) -> Outcome:
    """Open both tables by turns."""
    paths = (long_list(LONG_QUICK if quick else LONG), short_list())
    rounds = 8 if quick else 40
    long, short = Times(), Times()
    with ExitStack() as stack:
        sides = [
            (stack.enter_context(_table(path)), times)
            for path, times in zip(paths, (long, short), strict=True)
        ]
        for number in range(rounds + 2):
            for side, times in sides if number % 2 else reversed(sides):
                found = _ask(side, "open")
                if number >= 2:
                    times.wall.append(found["wall_ms"])
                    times.cpu.append(found["cpu_ms"])
        opened = [_ask(side, "open") for side, _ in sides]
        paged = [_ask(side, "page") for side, _ in sides]
    return Outcome(
        [
            Measure("wall", ratio(long.wall, short.wall), TARGET),
            Measure("cpu", ratio(long.cpu, short.cpu), TARGET),
            Measure("memory", opened[0]["kib"] / opened[1]["kib"], MEMORY),
            Measure("memory_after_pages", paged[0]["kib"] / paged[1]["kib"], MEMORY),
        ],
        {
            "long_wall_ms": median(long.wall),
            "short_wall_ms": median(short.wall),
            "long_cpu_ms": median(long.cpu),
            "short_cpu_ms": median(short.cpu),
            "long_mib": round(paged[0]["kib"] / 1024, 1),
            "short_mib": round(paged[1]["kib"] / 1024, 1),
            "rows_in_memory": paged[0]["rows"],
        },
    )


def _table(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.table_app", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
        cwd=ROOT,
    )


def _ask(side: subprocess.Popen[str], what: str) -> dict[str, Any]:
    assert side.stdin is not None
    assert side.stdout is not None
    side.stdin.write(f"{what}\n")
    side.stdin.flush()
    answer: dict[str, Any] = json.loads(side.stdout.readline())
    return answer
