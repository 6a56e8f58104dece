"""Desks that name the same goods differently take their stock in one order all the same."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from orderdesk.domain.orders import OrderRequest
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.conftest import on_postgres
from tests.processes import until
from tests.races.waiting import DEADLINE, somebody_waits
from tests.services.orders.asking import line, order

_LOCK = "SELECT on_hand FROM stock WHERE product_id = %s FOR UPDATE NOWAIT"


@pytest.mark.parametrize("name", ["P1", "2000000000015", "ACME-77"])
@on_postgres
def test_stock_is_locked_in_key_order_by_whatever_name(url: str, name: str) -> None:
    wanted = order("ACME", line("P2"), line(name))
    other = Desk(url, "clerk").open()
    rival, watcher = other.database.connect(), other.database.connect()
    rival.execute("BEGIN")
    rival.execute(_LOCK, (1,))
    with ThreadPoolExecutor(1) as thread:
        try:
            placing = thread.submit(_place, url, wanted)
            until(lambda: somebody_waits(watcher), "one who waits for the stock", DEADLINE)
            # P2 comes behind P1: whoever waits for the first has not taken the second.
            rival.execute(_LOCK, (2,))
        finally:
            rival.execute("ROLLBACK")
        assert placing.result(timeout=DEADLINE) == [1, 1]
    for each in (rival, watcher, other):
        each.close()


def _place(url: str, wanted: OrderRequest) -> list[object]:
    desk = Desk(url, "clerk").open()
    try:
        return [each.allocated for each in desk.run(place, wanted).lines]
    finally:
        desk.close()
