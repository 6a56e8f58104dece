"""A run of the allocation over a million open lines, while somebody places orders.

Every line of the company waits, and there is stock for half of each product's. The run goes in
pieces: an order that is placed meanwhile waits for one of them at most, and the memory of the run
does not grow with what it has done.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, Final

from benchmarks import company
from benchmarks.company import TODAY, Size
from benchmarks.measure import Measure, Outcome, median
from benchmarks.place_order import ours, requests
from orderdesk.domain.allocation import RunView
from orderdesk.exchange import allocation
from orderdesk.services.allocation.running import LINES
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase

FULL: Final = Size(products=10_000, customers=2_000, orders=250_000, lines=4, open_orders=250_000)
QUICK: Final = Size(products=1_000, customers=500, orders=10_000, lines=4, open_orders=10_000)
LONGEST: Final = 60
"""Median orders that an order may wait."""
MEMORY: Final = 1.2
"""How much memory the end of the run may take, as a multiple of its first tenth."""
ALONE: Final = 200
"""Orders that are placed before the run, to know what one takes."""

_WAITING: Final = (
    "UPDATE order_line SET allocated = 0 WHERE open > 0",
    "UPDATE stock SET allocated = 0, on_hand = 500 * (SELECT count(*) FROM order_line l"
    " WHERE l.product_id = stock.product_id AND l.warehouse = stock.warehouse AND l.open > 0)",
    "INSERT INTO demand (product_id, warehouse, day, quantity)"
    " SELECT product_id, warehouse, needed, sum(open - allocated) FROM order_line"
    f" WHERE open > allocated AND needed = '{TODAY}' GROUP BY product_id, warehouse, needed",
    "ANALYZE",
)


def run(quick: bool) -> Outcome:
    """Run the allocation, and place orders one after the other in another process meanwhile."""
    size = QUICK if quick else FULL
    path = company.sqlite_copy(size, "reallocate")
    spawn = multiprocessing.get_context("spawn")
    ready, over, answers = spawn.Event(), spawn.Event(), spawn.Queue()
    clerk = spawn.Process(target=_place, args=(path, size, ready, over, answers))
    desk = None
    try:
        _let_all_wait(path)
        desk = Desk(path, company.OWNER).open()
        clerk.start()
        if not ready.wait(300):
            raise TimeoutError("the clerk did not get ready")
        started = time.perf_counter()
        memory: list[int] = []
        view = allocation.run(desk, note=lambda words: memory.append(_resident()))
        seconds = time.perf_counter() - started
        over.set()
        alone, waits = answers.get(timeout=300)
        clerk.join()
    finally:
        over.set()
        if desk is not None:
            desk.close()
        company.remove(path)
    return _told(size, view, seconds, memory, alone, waits)


def _told(
    size: Size,
    view: RunView,
    seconds: float,
    memory: list[int],
    alone: list[float],
    waits: list[float],
) -> Outcome:
    first = max(memory[: max(1, len(memory) // 10)])
    return Outcome(
        [
            Measure("longest_wait", max(waits) / statistics.median(alone), LONGEST),
            Measure("memory", max(memory) / first, MEMORY),
        ],
        {
            "open_lines": size.open_orders * size.lines,
            "lines_served": view.served,
            "pieces": view.pieces,
            "lines_of_a_piece": LINES,
            "run_s": round(seconds, 1),
            "piece_ms": round(seconds / view.pieces * 1e3, 1),
            "order_alone_ms": median(alone),
            "order_meanwhile_ms": median(waits),
            "longest_wait_ms": round(max(waits), 1),
            "orders_meanwhile": len(waits),
        },
    )


def _let_all_wait(path: Path) -> None:
    """Take the stock from every line, and leave half of what they want on the shelves."""
    with closing(SqliteDatabase(path).connect()) as connection:
        for text in _WAITING:
            connection.execute(text)


def _resident() -> int:
    """Give the bytes of memory that this process has."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _place(path: Path, size: Size, ready: Any, over: Any, answers: Any) -> None:
    """Place orders alone, then until the run is over; tell how long each took, milliseconds."""
    desk = Desk(path, company.OWNER).open()
    place = ours(desk, islice(requests(size), 10**6))

    def timed() -> float:
        asked = time.perf_counter()
        place()
        return (time.perf_counter() - asked) * 1e3

    alone = [timed() for _ in range(ALONE)][ALONE // 4 :]
    ready.set()
    waits = [timed()]
    while not over.is_set():
        waits.append(timed())
    desk.close()
    answers.put((alone, waits))
