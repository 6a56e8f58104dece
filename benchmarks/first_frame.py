"""From starting the desk at order entry to its first frame, and to the first row from the database.

Both sides are programs in a pseudo-terminal; a side is as fast as its first key is on the screen.
What is typed before there is a frame must all arrive. Baseline: `plain_app`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks import company
from benchmarks.company import customer_code
from benchmarks.console import Console, run_once
from benchmarks.long_lists import SHORT
from benchmarks.measure import Measure, Outcome, Times, median, ratio

TARGET: Final = 1.2

_TYPED: Final = "zqxj"
_SHOWN: Final = re.compile(rb"(?i:zqxj)")
_CREDIT: Final = re.compile(rb"Limit [0-9,.]+")
_ITEM: Final = re.compile(rb"ZQXJ")
PLAIN: Final = (sys.executable, "-m", "benchmarks.plain_app")
SQLMODEL: Final = (sys.executable, "-c", "import sqlmodel")


def desk_at(path: Path, module: str = "orderdesk") -> list[str]:
    """Give the command that opens the desk at order entry."""
    desk = [sys.executable, "-m", module, "--db", str(path), "--user", company.OWNER]
    return [*desk, "open", "order-entry"]


def _begin(command: Sequence[str], typed: str, shows: re.Pattern[bytes], times: Times) -> Console:
    """Start a program, type at once, and add what it took until that is on the screen."""
    console = Console(command)
    try:
        console.write(typed.encode())
        seen = console.until(shows)
        times.cpu.append(console.cpu() * 1e3)
        times.wall.append((seen - console.started) * 1e3)
    except BaseException:
        console.kill()
        raise
    return console


def run(quick: bool) -> Outcome:
    """Start both sides by turns, and the desk once more for the first rows."""
    path = company.sqlite_copy(SHORT, "first-frame")
    ours, plain, rows, bare = Times(), Times(), Times(), Times()
    rounds = 5 if quick else 15
    ahead = f"{customer_code(7)}\rPO-1\r{_TYPED}"
    try:
        for number in range(rounds + 1):
            sides = [(desk_at(path), ours), (list(PLAIN), plain)]
            for command, times in sides if number % 2 else reversed(sides):
                with _begin(command, _TYPED, _SHOWN, times):
                    pass
            with _begin(desk_at(path), ahead, _CREDIT, rows) as desk:
                desk.until(_ITEM)  # what was typed before there was a frame is all there
            run_once(SQLMODEL, bare)
    finally:
        company.remove(path)
    for times in (ours, plain, rows, bare):
        del times.wall[0], times.cpu[0]
    return Outcome(
        [
            Measure("wall", ratio(ours.wall, plain.wall), TARGET),
            Measure("cpu", ratio(ours.cpu, plain.cpu), TARGET),
            Measure("first_rows_wall", ratio(rows.wall, _bound(plain.wall, bare.wall)), 1.0),
            Measure("first_rows_cpu", ratio(rows.cpu, _bound(plain.cpu, bare.cpu)), 1.0),
        ],
        {
            "wall_ms": median(ours.wall),
            "plain_wall_ms": median(plain.wall),
            "cpu_ms": median(ours.cpu),
            "plain_cpu_ms": median(plain.cpu),
            "rows_wall_ms": median(rows.wall),
            "rows_cpu_ms": median(rows.cpu),
            "sqlmodel_wall_ms": median(bare.wall),
            "sqlmodel_cpu_ms": median(bare.cpu),
            "keys_typed_ahead": "all kept",
        },
    )


def _bound(plain: Sequence[float], bare: Sequence[float]) -> list[float]:
    """Give what the first rows may take: a first frame as late as it may be, and one import."""
    return [TARGET * frame + library for frame, library in zip(plain, bare, strict=True)]
