"""An order of ten lines on SQLite, from the request as JSON gives it to the view, durable.

Ours: the request validated, a turn in the queue, the service, its answer stored under a command
id. Baseline: `raw_sqlite`, on a copy of the same file and a connection by the same recipe.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import Any, Final

from pydantic import TypeAdapter

from benchmarks import company, raw_sqlite
from benchmarks.company import FULL, QUICK, Size, customer_code, product_code
from benchmarks.measure import Measure, Outcome, by_turns, median, ratio
from orderdesk.domain.orders import OrderRequest, OrderView
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase

LINES: Final = 10
TARGET: Final = 1.5
AIM: Final = 1.25

_REQUEST: Final = TypeAdapter(OrderRequest)


def requests(size: Size, seed: int = 1) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give command ids with orders for random customers and products, the same for one seed."""
    chance = random.Random(seed)
    for number in count():
        lines = [
            {
                "product": product_code(product),
                "quantity": str(chance.randint(1, 12)),
            }
            for product in chance.sample(range(1, size.products + 1), LINES)
        ]
        customer = customer_code(chance.randint(1, size.customers))
        yield (
            f"command-{number}",
            {
                "customer": customer,
                "buyer_po": f"PO-{number}",
                "lines": lines,
            },
        )


def ours(desk: Desk, coming: Iterator[tuple[str, dict[str, Any]]]) -> Callable[[], OrderView]:
    """Give what places the next order through the desk."""

    def once() -> OrderView:
        command_id, request = next(coming)
        return desk.command(command_id, place, _REQUEST.validate_python(request))

    return once


def run(quick: bool) -> Outcome:
    """Place orders on both sides by turns and compare the rows they left behind."""
    size = QUICK if quick else FULL
    mine, other = company.sqlite_copy(size, "ours"), company.sqlite_copy(size, "raw")
    desk = Desk(mine, company.OWNER).open()
    connection = SqliteDatabase(other).connect()
    rounds, calls, warm_up = (20 if quick else 60), 20, 4
    # Made beforehand: making them is nobody's work that is measured.
    asked = list(islice(requests(size), (rounds + warm_up) * calls))
    coming = iter(asked)

    def raw() -> None:
        raw_sqlite.place(connection, *next(coming))

    try:
        times, raw_times = by_turns(
            ours(desk, iter(asked)), raw, rounds=rounds, calls=calls, warm_up=warm_up
        )
        with desk.database.connect() as also_mine:
            refuse_other_rows(also_mine, connection)
    finally:
        desk.close()
        connection.close()
        company.remove(mine)
        company.remove(other)
    return Outcome(
        [
            Measure("wall", ratio(times.wall, raw_times.wall), TARGET, AIM),
            Measure("cpu", ratio(times.cpu, raw_times.cpu), TARGET, AIM),
        ],
        {
            "wall_ms": median(times.wall),
            "raw_wall_ms": median(raw_times.wall),
            "cpu_ms": median(times.cpu),
            "raw_cpu_ms": median(raw_times.cpu),
        },
    )


_LEFT: Final = {
    "orders": "SELECT count(*), sum(total), sum(open_value), max(number) FROM sales_order",
    "lines": "SELECT count(*), sum(net), sum(allocated), sum(tax_rate), sum(cost) FROM order_line",
    "promises": "SELECT min(promised), max(promised), min(ship_by), max(first_promised),"
    " min(needed), max(leave_by) FROM order_line",
    "decisions": "SELECT count(*), sum(granted), sum(free), sum(wanted * place), sum(promised),"
    " max(ranked) FROM decision",
    "demand": "SELECT count(*) FROM demand",
    "stock": "SELECT sum(allocated), sum(allocated * product_id % 1009) FROM stock",
    "customers": "SELECT sum(exposure), sum(exposure * id % 1009) FROM customer",
    "events": "SELECT count(*) FROM event",
    "seals": "SELECT count(*), max(event_id) FROM seal",
    "messages": "SELECT count(*) FROM outbox",
    "buyer POs": "SELECT count(*) FROM buyer_po",
}
_TEXTS: Final = {
    "answers": "SELECT answer FROM command ORDER BY id LIMIT 50",
    "events": "SELECT body FROM event ORDER BY id DESC LIMIT 50",
    "messages": "SELECT body FROM outbox ORDER BY subject_id DESC LIMIT 50",
}


def refuse_other_rows(mine: Any, other: Any) -> None:
    """Raise AssertionError unless both databases hold the same orders and gave the same answers.

    All that the baseline says is compared; only the time of entry may differ.
    """
    for what, text in _LEFT.items():
        left, right = (tuple(each.execute(text).fetchone()) for each in (mine, other))
        assert left == right, f"{what} differ: {left} and {right}"
    for what, text in _TEXTS.items():
        for (left,), (right,) in zip(
            mine.execute(text).fetchall(), other.execute(text).fetchall(), strict=True
        ):
            mine_said, other_said = json.loads(left), json.loads(right)
            for field, said in other_said.items():
                same = field == "entered_at" or mine_said.get(field) == said
                assert same, f"{what}: {field} is {mine_said.get(field)} and {said}"
