"""Desks that name the same goods differently take their stock in one order all the same."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from orderdesk.domain.orders import OrderRequest
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.conftest import on_postgres
from tests.services.orders.asking import line, order

DEADLINE = 60
"""Seconds until what was waited for has failed."""

_LOCK = "SELECT on_hand FROM stock WHERE product_id = %s FOR UPDATE NOWAIT"
_WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


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
            _wait_for_one_to_wait(watcher)
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


def _wait_for_one_to_wait(connection: Any) -> None:
    deadline = time.monotonic() + DEADLINE
    while not connection.execute(_WAITING).fetchone()[0]:
        assert time.monotonic() < deadline, "nobody waits for the stock"
