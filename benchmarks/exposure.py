"""Credit of a customer with fifty thousand open lines, beside one with ten.

Exposure is a balance that every change of an order moves, never a sum over what is open: so asking
for it, and placing an order that is judged by it, cost the same for both.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from benchmarks import company
from benchmarks.company import Size, customer_code
from benchmarks.measure import Measure, Outcome, by_turns, median, ratio
from benchmarks.place_order import requests
from orderdesk.domain.orders import OrderRequest
from orderdesk.services.credit import account
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase

TARGET: Final = 1.5
MANY, FEW = 1, 2
"""The numbers of the two customers."""

SIZE: Final = Size(products=20_000, customers=1_000, orders=5_001, lines=10, open_orders=5_001)

_GIVEN: Final = (
    f"UPDATE sales_order SET customer_id = CASE WHEN id < {SIZE.orders} THEN {MANY} ELSE {FEW} END",
    "UPDATE customer SET exposure = moved.value, family_exposure = moved.value"
    " FROM (SELECT c.id, coalesce(sum(o.open_value), 0) AS value FROM customer c"
    " LEFT JOIN sales_order o ON o.customer_id = c.id GROUP BY c.id) AS moved"
    " WHERE moved.id = customer.id",
    "ANALYZE",
)

_OPEN: Final = (
    "SELECT count(*) FROM order_line l JOIN sales_order o ON o.id = l.order_id"
    " WHERE o.customer_id = ? AND l.open > 0"
)


def run(quick: bool) -> Outcome:
    """Do the same for both customers, by turns, in one company."""
    path = company.sqlite_copy(SIZE, "exposure")
    desk = None
    measures, absolute = [], {}
    try:
        _give_orders(path)
        desk = Desk(path, company.OWNER).open()
        many, few = (_work(desk, customer_code(number)) for number in (MANY, FEW))
        for name in many:
            rounds = 40 if quick else 150
            mine, other = by_turns(many[name], few[name], rounds=rounds, calls=5, warm_up=10)
            measures.append(Measure(name, ratio(mine.wall, other.wall), TARGET))
            absolute[f"{name}_ms"] = [median(other.wall), median(mine.wall)]
    finally:
        if desk is not None:
            desk.close()
        company.remove(path)
    return Outcome(measures, absolute)


def _give_orders(path: Path) -> None:
    """Give all orders but the last to one customer, and that one to the other."""
    with closing(SqliteDatabase(path).connect()) as connection:
        for text in _GIVEN:
            connection.execute(text)
        for number, lines in ((MANY, (SIZE.orders - 1) * SIZE.lines), (FEW, SIZE.lines)):
            (count,) = connection.execute(_OPEN, (number,)).fetchone()
            assert count == lines, f"{count} open lines"


def _work(desk: Desk, customer: str) -> dict[str, Callable[[], object]]:
    """Give what is measured of one customer."""
    kind = TypeAdapter(OrderRequest)
    asked = [
        kind.validate_python({**request, "customer": customer})
        for _, request in islice(requests(SIZE), 50)
    ]
    turn = iter(range(1_000_000))

    def placed() -> object:
        # Undone again, so that few stay few; and no disk hides what the judging costs.
        return desk.rehearse(place, asked[next(turn) % len(asked)])

    return {"credit": lambda: desk.read(account.show, customer), "place_order": placed}
