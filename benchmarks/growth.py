"""The desk's work on a company with five million order lines, beside one with fifty thousand.

What lives (products, customers, open orders, holds) is the same in both; only what is done has
grown. So every queue, look-up and balance should cost the same, and placing an order too.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import islice
from typing import Any, Final

from benchmarks import company
from benchmarks.company import Size, customer_code, product_code
from benchmarks.measure import Measure, Outcome, by_turns, median, ratio
from benchmarks.place_order import ours, requests
from orderdesk.domain.orders import OrderFilter
from orderdesk.services import search, stock
from orderdesk.services.credit import account as credit
from orderdesk.services.orders import reading
from orderdesk.store.desk import Desk

TARGET: Final = 1.25
SMALL: Final = Size(products=20_000, customers=5_000, orders=5_000, lines=10)
LARGE: Final = SMALL._replace(orders=500_000)
QUICK_LARGE: Final = SMALL._replace(orders=50_000)

Asked = Callable[[], object]


def run(quick: bool) -> Outcome:
    """Do the same on both companies, by turns."""
    sizes = (QUICK_LARGE if quick else LARGE, SMALL)
    paths = [company.sqlite_copy(size, f"growth-{size.orders}") for size in sizes]
    desks = [Desk(path, company.OWNER).open() for path in paths]
    measures, absolute = [], {}
    try:
        large, small = (_work(desk, size) for desk, size in zip(desks, sizes, strict=True))
        for name in small:
            rounds = 40 if quick else 150
            mine, other = by_turns(large[name], small[name], rounds=rounds, calls=5, warm_up=10)
            measures.append(Measure(name, ratio(mine.wall, other.wall), TARGET))
            absolute[f"{name}_ms"] = [median(other.wall), median(mine.wall)]
    finally:
        for desk, path in zip(desks, paths, strict=True):
            desk.close()
            company.remove(path)
    return Outcome(measures, absolute)


def _work(desk: Desk, size: Size) -> dict[str, Asked]:
    """Give what is measured on one company, each a call with values of its own."""
    chance = random.Random(1)

    def reads(service: Callable[..., Any], value: Callable[[], Any]) -> Asked:
        return lambda: desk.read(service, value())

    def a_customer() -> str:
        return customer_code(chance.randint(1, size.customers))

    def a_product() -> str:
        return product_code(chance.randint(1, size.products))

    def an_order() -> int:
        return chance.randint(size.orders // 2, size.orders)

    return {
        "place_order": ours(desk, iter(list(islice(requests(size), 1_000)))),
        "newest_orders": reads(reading.list_, lambda: OrderFilter(limit=50)),
        "older_orders": reads(reading.list_, lambda: OrderFilter(limit=50, after=an_order())),
        "held_orders": reads(reading.list_, lambda: OrderFilter(limit=50, held=True)),
        "open_orders": reads(reading.list_, lambda: OrderFilter(limit=50, stage="open")),
        "open_by_product": reads(reading.list_, lambda: OrderFilter(limit=50, product=a_product())),
        "order_found": reads(reading.find, lambda: f"SO-{an_order():07d}"),
        "customer_by_code": reads(search.find_customers, lambda: a_customer()[:7]),
        "customer_by_name": reads(search.find_customers, lambda: f"mill {chance.randint(1, 999)}"),
        "product_by_code": reads(search.find_products, lambda: a_product()[:7]),
        "product_by_name": reads(search.find_products, lambda: f"zinc {chance.randint(1, 999)}"),
        "stock": reads(stock.show, a_product),
        "credit": reads(credit.show, a_customer),
    }
