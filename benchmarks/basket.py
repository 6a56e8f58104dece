"""When a basket of fifty lines can go, with a hundred thousand open lines of the same products.

Beside single indexed reads by raw sqlite3: each finds one of those open lines by its key. What can
be promised is answered from balances, expected goods and demand by day, so that the open lines are
never read; the share of them that a line would have to look at is two thousand.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from benchmarks import company
from benchmarks.company import TODAY, Size, product_code
from benchmarks.measure import Measure, Outcome, by_turns, median, ratio
from orderdesk.domain.atp import AtpRequest, BasketRequest
from orderdesk.services import atp
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase

TARGET: Final = 20.0
"""Single indexed reads that a line may cost."""
LINES: Final = 50
DAYS: Final = 60
"""Over so many days the open lines are wanted."""
SIZE: Final = Size(products=LINES, customers=1_000, orders=25_000, lines=4, open_orders=25_000)

_GIVEN: Final = (
    # Whatever was promised waits: the hardest case, for all of it is demand.
    f"UPDATE order_line SET allocated = 0, needed = date('{TODAY}', '+' ||"
    f" ((order_id * 7 + line) % {DAYS}) || ' days')",
    "UPDATE stock SET allocated = 0, on_hand = 300000",
    "DELETE FROM demand",
    "INSERT INTO demand (product_id, warehouse, day, quantity)"
    " SELECT product_id, warehouse, needed, sum(open) FROM order_line GROUP BY 1, 2, 3",
    "INSERT INTO supply (product_id, warehouse, reference, quantity, open, due, first_due, note,"
    " at, actor, version, received, cancelled)"
    f" SELECT product.id, '01', 'PO', 400000, 400000, date('{TODAY}', '+' || (i * 9) || ' days'),"
    f" '{TODAY}', '', 0, 'owner', 1, 0, 0 FROM product,"
    " (SELECT 1 AS i UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6)",
    "UPDATE product SET replenishment_days = 45",
    "ANALYZE",
)
_OPEN: Final = "SELECT count(*) FROM order_line WHERE open > allocated"
_READ: Final = (
    "SELECT product_id, warehouse, open, allocated, needed FROM order_line"
    " WHERE order_id = ? AND line = ?"
)


def run(quick: bool) -> Outcome:
    """Ask for the basket, and read as many single lines, by turns, in one company."""
    path = company.sqlite_copy(SIZE, "basket")
    desk = None
    try:
        _let_wait(path)
        desk = Desk(path, company.OWNER).open()
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            rounds = 40 if quick else 200
            mine, other = by_turns(
                _basket(desk), _reads(connection), rounds=rounds, calls=5, warm_up=5
            )
    finally:
        if desk is not None:
            desk.close()
        company.remove(path)
    # The processor's time: neither side waits for a disk, and what else this machine has to do
    # interrupts the longer one more often.
    return Outcome(
        [Measure("reads_a_line", ratio(mine.cpu, other.cpu), TARGET)],
        {
            "basket_cpu_ms": median(mine.cpu),
            "indexed_read_cpu_us": round(median(other.cpu) / LINES * 1e3, 2),
            "wall_reads_a_line": round(ratio(mine.wall, other.wall), 1),
        },
    )


def _let_wait(path: Path) -> None:
    """Let every open line wait, and let goods be on their way."""
    with closing(SqliteDatabase(path).connect()) as connection:
        for text in _GIVEN:
            connection.execute(text)
        (count,) = connection.execute(_OPEN).fetchone()
        assert count == SIZE.orders * SIZE.lines, f"{count} lines wait"


def _basket(desk: Desk) -> Callable[[], object]:
    lines = tuple(
        AtpRequest(product=product_code(number), quantity="450") for number in range(1, LINES + 1)
    )
    wanted = BasketRequest(lines=lines)
    found = desk.read(atp.basket, wanted)
    assert len(found.lines) == LINES
    assert all(len(line.split) > 1 for line in found.lines)
    return lambda: desk.read(atp.basket, wanted)


def _reads(connection: sqlite3.Connection) -> Callable[[], object]:
    """Give what reads as many single lines as the basket has, others each time."""
    turn = iter(range(1_000_000_000))

    def read() -> None:
        connection.execute("BEGIN")
        for _ in range(LINES):
            number = next(turn) * 7919 % SIZE.orders + 1
            row = connection.execute(_READ, (number, number % SIZE.lines + 1)).fetchone()
            assert row is not None
        connection.execute("COMMIT")

    return read
