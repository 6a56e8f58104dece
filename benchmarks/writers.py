"""Eight processes that place orders in one SQLite file, beside one process alone.

Nobody may be told that the database is busy, all must be served alike, and nobody may wait long.
"""

from __future__ import annotations

import multiprocessing
import statistics
import time
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks import company
from benchmarks.company import QUICK, Size
from benchmarks.measure import Measure, Outcome, median
from benchmarks.place_order import ours, requests
from orderdesk.domain.errors import Busy
from orderdesk.store.desk import Desk

MANY: Final = 8
SIZE: Final = Size(products=20_000, customers=5_000, orders=20_000, lines=4)
READY: Final = 60.0
"""Seconds that processes have to get ready."""


class Told(NamedTuple):
    """What one process tells of its orders."""

    waits: list[float]
    """Milliseconds from asking for an order to having it."""
    busy: int


def run(quick: bool) -> Outcome:
    """Let one process write, then eight, by turns."""
    seconds, rounds = (1.0, 1) if quick else (5.0, 3)
    path = company.sqlite_copy(QUICK if quick else SIZE, "writers")
    size = QUICK if quick else SIZE
    shares, fairness, longest, alone, busy, together = [], [], [], [], 0, []
    try:
        for number in range(rounds):
            [one] = _write(path, size, 1, seconds, number)
            many = _write(path, size, MANY, seconds, number)
            orders = [len(told.waits) for told in many]
            shares.append(sum(orders) / len(one.waits))
            fairness.append(min(orders) / max(orders))
            alone.append(statistics.median(one.waits))
            longest.append(max(max(told.waits) for told in many))
            together += [wait for told in many for wait in told.waits]
            busy += one.busy + sum(told.busy for told in many)
    finally:
        company.remove(path)
    waits = [wait / order for wait, order in zip(longest, alone, strict=True)]
    return Outcome(
        [
            Measure("throughput", statistics.median(shares), 0.7, at_least=True),
            Measure("busy_errors", busy, 0),
            Measure("longest_wait", statistics.median(waits), 60),
            Measure("slowest_to_fastest", statistics.median(fairness), 0.8, at_least=True),
        ],
        {
            "order_alone_ms": median(alone),
            "order_of_eight_ms": median(together),
            "longest_wait_ms": median(longest),
            "orders_of_eight_per_second": round(len(together) / rounds / seconds),
        },
    )


def _write(path: Path, size: Size, processes: int, seconds: float, seed: int) -> list[Told]:
    """Let so many processes place orders for so long; give what each of them tells."""
    spawn = multiprocessing.get_context("spawn")
    barrier, answers = spawn.Barrier(processes), spawn.Queue()
    started = [
        spawn.Process(
            target=_place, args=(path, size, seconds, (seed, processes, number), barrier, answers)
        )
        for number in range(processes)
    ]
    for process in started:
        process.start()
    told = [Told(*answers.get(timeout=READY + seconds)) for _ in started]
    for process in started:
        process.join()
    return told


def _place(
    path: Path,
    size: Size,
    seconds: float,
    who: tuple[int, int, int],
    barrier: Any,
    answers: Any,
) -> None:
    """Place orders for so many seconds, in a process of its own."""
    desk = Desk(path, company.OWNER).open()
    mark = "-".join(map(str, who))
    coming = (
        (f"{mark}-{command}", {**request, "buyer_po": f"{mark}-{request['buyer_po']}"})
        for command, request in islice(requests(size, hash(who)), 10**6)
    )
    place = ours(desk, coming)
    place()
    barrier.wait(READY)
    waits, busy = [], 0
    end = time.perf_counter() + seconds
    while (asked := time.perf_counter()) < end:
        try:
            place()
        except Busy:
            busy += 1
        waits.append((time.perf_counter() - asked) * 1e3)
    desk.close()
    answers.put((waits, busy))
