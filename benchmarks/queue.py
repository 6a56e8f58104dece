"""The queue of holds with a hundred thousand waiting, beside one of a hundred.

Both are in companies with the same hundred thousand open orders. What is measured is what the
screen asks: its first page, the next one, and the last.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from benchmarks import company
from benchmarks.company import Size
from benchmarks.measure import Measure, Outcome, by_turns, median, ratio
from orderdesk.domain.queues import QueueFilter
from orderdesk.models.orders import Hold
from orderdesk.services.queues import reading
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase
from orderdesk.store.statements import table_of

TARGET: Final = 1.2
SIZE: Final = Size(products=5_000, customers=1_000, orders=100_000, lines=1, open_orders=100_000)
SHORT: Final = 100
PAGE: Final = 30
"""Rows of a page: a tall terminal's."""

_OWN: Final = {
    "order_id": "sales_order.id",
    "customer_id": "sales_order.customer_id",
    "placed_at": "sales_order.entered_at",
}
_COLUMNS: Final = [c.name for c in table_of(Hold).columns if c.name != "id"]
_HOLD: Final = (
    f"INSERT INTO hold ({', '.join(_COLUMNS)})"
    f" SELECT {', '.join(_OWN.get(name, f'sample.{name}') for name in _COLUMNS)}"
    " FROM sales_order CROSS JOIN sample WHERE sales_order.id % ? = 0 ORDER BY sales_order.id"
)


def run(quick: bool) -> Outcome:
    """Turn the pages of both queues by turns."""
    lengths = (SIZE.orders, SHORT)
    paths = [company.sqlite_copy(SIZE, f"queue-{length}") for length in lengths]
    desks: list[Desk] = []
    measures, absolute = [], {}
    try:
        for path, length in zip(paths, lengths, strict=True):
            _hold(path, length)
            desks.append(Desk(path, company.OWNER).open())
        long, short = (_work(desk) for desk in desks)
        for name in long:
            rounds = 40 if quick else 200
            mine, other = by_turns(long[name], short[name], rounds=rounds, calls=10, warm_up=10)
            measures.append(Measure(name, ratio(mine.wall, other.wall), TARGET))
            absolute[f"{name}_ms"] = [median(other.wall), median(mine.wall)]
    finally:
        for desk in desks:
            desk.close()
        for path in paths:
            company.remove(path)
    return Outcome(measures, absolute)


def _hold(path: Path, length: int) -> None:
    """Let so many orders be held, all over the company."""
    with closing(SqliteDatabase(path).connect()) as connection:
        connection.execute("CREATE TEMP TABLE sample AS SELECT * FROM hold LIMIT 1")
        connection.execute("DELETE FROM hold")
        connection.execute(_HOLD, (SIZE.orders // length,))
        (count,) = connection.execute("SELECT count(*) FROM hold").fetchone()
        assert count == length, f"{count} holds"


def _work(desk: Desk) -> dict[str, Callable[[], object]]:
    """Give what is measured of one queue."""
    first = QueueFilter(limit=PAGE)
    shown = desk.read(reading.list_, first).items
    assert len(shown) == PAGE
    following = QueueFilter(limit=PAGE, after=shown[-1].id)
    last = QueueFilter(limit=PAGE, before="")
    return {
        "first_page": lambda: desk.read(reading.list_, first),
        "next_page": lambda: desk.read(reading.list_, following),
        "last_page": lambda: desk.read(reading.list_, last),
    }
