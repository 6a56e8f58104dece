"""100,000 orders of ten lines from a file of JSON lines, all checks on, memory flat.

Baseline: `raw_stream` on a copy of the same company, from the same JSON lines to the same rows,
with as many orders in a transaction. The two take turns, a transaction each.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from benchmarks import company, raw_stream
from benchmarks.company import FULL, QUICK, Size
from benchmarks.measure import Measure, Outcome, Times, median, ratio
from benchmarks.place_order import refuse_other_rows, requests
from orderdesk.exchange.orders import import_orders
from orderdesk.exchange.runs import Controls, Progress
from orderdesk.exchange.sources import inspect
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase

ORDERS: Final = 100_000
QUICK_ORDERS: Final = 4_000
TARGET: Final = 2.5
AIM: Final = 2.0


class Turns:
    """Lets the baseline place what ours has just placed, and keeps the time of both."""

    def __init__(self, connection: Any, path: Path) -> None:
        self.ours, self.raw = Times(), Times()
        self.memory: list[int] = []
        """Bytes of this process after each turn."""
        self._connection = connection
        self._lines: Iterator[str] = path.open()
        self._done = 0
        self._since = self._now()

    @staticmethod
    def _now() -> tuple[int, int]:
        return time.perf_counter_ns(), time.process_time_ns()

    def _note(self, times: Times) -> None:
        now = self._now()
        times.wall.append((now[0] - self._since[0]) / 1e6)
        times.cpu.append((now[1] - self._since[1]) / 1e6)
        self._since = now

    def begin(self) -> None:
        """Begin to count: what came before was not placing orders."""
        self._since = self._now()

    def after_unit(self, progress: Progress) -> None:
        """Take the baseline's turn over the same orders."""
        self._note(self.ours)
        lines = islice(self._lines, progress.accepted - self._done)
        raw_stream.place_many(self._connection, [json.loads(line) for line in lines])
        self._done = progress.accepted
        self._note(self.raw)
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        self.memory.append(pages * os.sysconf("SC_PAGE_SIZE"))
        self.begin()


def run(quick: bool) -> Outcome:
    """Import the file, with the baseline between the units of work, and compare the rows."""
    size = QUICK if quick else FULL
    orders = QUICK_ORDERS if quick else ORDERS
    path = _write_file(size, orders)
    mine, other = company.sqlite_copy(size, "import"), company.sqlite_copy(size, "import-raw")
    desk = Desk(mine, company.OWNER).open()
    connection = SqliteDatabase(other).connect()
    turns = Turns(connection, path)
    try:
        source = inspect(path)
        turns.begin()
        result = import_orders(desk, source, controls=Controls(progress=turns.after_unit))
        assert result.accepted == orders, result
        with desk.database.connect() as also_mine:
            refuse_other_rows(also_mine, connection)
    finally:
        desk.close()
        connection.close()
        for file in (mine, other, path):
            company.remove(file)
    return _outcome(turns, orders)


def _outcome(turns: Turns, orders: int) -> Outcome:
    # The first half fills the caches; the memory that they take is kept.
    settled = len(turns.memory) // 2
    return Outcome(
        [
            Measure("wall", ratio(turns.ours.wall[1:], turns.raw.wall[1:]), TARGET, AIM),
            Measure("cpu", ratio(turns.ours.cpu[1:], turns.raw.cpu[1:]), TARGET, AIM),
            Measure("memory", turns.memory[-1] / turns.memory[settled], 1.1),
        ],
        {
            "orders_per_second": round(orders / sum(turns.ours.wall) * 1e3),
            "raw_orders_per_second": round(orders / sum(turns.raw.wall) * 1e3),
            "unit_ms": median(turns.ours.wall),
            "raw_unit_ms": median(turns.raw.wall),
            "memory_mb": round(turns.memory[-1] / 1e6),
        },
    )


def _write_file(size: Size, orders: int) -> Path:
    path = company.room() / f"orders-{os.getpid()}.jsonl"
    with path.open("w") as file:
        for _, request in islice(requests(size), orders):
            file.write(json.dumps(request) + "\n")
    return path
