"""The table of orders on one database, opened again and again as standard input says.

Each line asks for one thing, and is answered by one line of JSON: `open` gives the milliseconds
from nothing to the frame with the first rows, `page` goes many pages down first; both give the
most memory that the process has had so far, in KiB.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from pathlib import Path

from textual.app import ComposeResult

from benchmarks import company
from orderdesk.exchange.lists.orders import OrderList
from orderdesk.screens.link import DeskApp
from orderdesk.screens.listed import Pages
from orderdesk.screens.orders.sources import COLUMNS, cells_of
from orderdesk.screens.widgets.table import PagedTable
from orderdesk.services.orders import reading  # noqa: F401  (imported before the clock runs)
from orderdesk.store.desk import Desk

PAGES = 100


class TableApp(DeskApp):
    """Nothing but the table."""

    ENABLE_COMMAND_PALETTE = False
    place = "benchmark"
    user = company.OWNER

    def __init__(self, path: str) -> None:
        super().__init__()
        self.desk = Desk(path, company.OWNER).open()
        self.opened = self.desk
        self.ready.set()
        self.shown = asyncio.Event()

    async def open_screen(self, name: str) -> None:
        """There is no other screen."""

    async def leave_screen(self) -> None:
        """There is no screen below."""

    async def leave_to_menu(self) -> None:
        """There is no screen below."""

    async def lock(self) -> None:
        """There is nobody to lock it."""

    def compose(self) -> ComposeResult:
        """Give the table."""
        yield PagedTable[int](COLUMNS, Pages(self, OrderList(), cells_of))

    def on_paged_table_row_highlighted(self) -> None:
        """Wait for the next frame: it shows the rows."""
        self.call_after_refresh(self.shown.set)

    async def on_unmount(self) -> None:
        """Close the connections."""
        await self.close_desk()


async def answer(path: str, asked: str) -> dict[str, float]:
    """Open the table, and go down where that is asked for."""
    gc.collect()
    wall, cpu = time.perf_counter_ns(), time.process_time_ns()
    app = TableApp(path)
    async with app.run_test(size=(120, 40)):
        await app.shown.wait()
        took = time.perf_counter_ns() - wall, time.process_time_ns() - cpu
        table = app.query_one(PagedTable)
        table.focus()
        for _ in range(PAGES if asked == "page" else 0):
            await table.run_action("page(1)")
            await app.keys_settled()
        rows = table.rows_in_memory
    return {"wall_ms": took[0] / 1e6, "cpu_ms": took[1] / 1e6, "kib": most_memory(), "rows": rows}


def most_memory() -> int:
    """Give the most KiB that this process has held; what its parent held does not count."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(asyncio.run(answer(sys.argv[1], line.strip()))), flush=True)
