"""What is read of places, lots and bins is found by keys, never by going through a whole table."""

import re
from collections.abc import Iterator

import pytest

from orderdesk.services import bins, expiring, lots, places, stock, transit
from orderdesk.services.allocation import by_lot, standing
from orderdesk.services.allocation import lots as shares
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase
from orderdesk.store.statements import SQLITE, Statement

GROWING = "stock_place lot movement lot_allocation order_line sales_order transfer".split()


@pytest.mark.parametrize(
    "asked",
    [
        shares._LYING,
        shares._PROMISED,
        shares._OF_LINE,
        by_lot._WAITING,
        by_lot._HOLDING,
        standing.BEFORE,
        places._LYING,
        places._OF_LOTS,
        places._ON_THE_WAY,
        stock._PLACES,
        stock._APART,
        lots._PAGE,
        lots._KNOWN,
        lots._ONE,
        transit._LOTS,
        bins._LIES,
    ],
)
def test_no_table_that_grows_is_gone_through(local_desk: Desk, asked: Statement) -> None:
    assert not [step for step in plan(local_desk, asked) if scans(step)]


def test_the_night_goes_through_what_is_in_stock_and_looks_its_lots_up(local_desk: Desk) -> None:
    steps = [step for step in plan(local_desk, expiring._OVER) if scans(step)]
    assert all("stock_place" in step for step in steps)


def test_whether_a_product_lies_anywhere_goes_through_open_transfers_alone(
    local_desk: Desk,
) -> None:
    steps = [step for step in plan(local_desk, places._ANY) if scans(step)]
    assert all("transfer_open" in step for step in steps)


def scans(step: str) -> bool:
    """Tell whether a step goes through a whole table that grows, or an index of it."""
    return any(re.match(rf"SCAN {name}\b", step) for name in GROWING)


def plan(desk: Desk, asked: Statement) -> list[str]:
    assert isinstance(desk.database, SqliteDatabase)
    sql = asked.prepared(SQLITE).sql
    values = dict.fromkeys(re.findall(r":(\w+)", sql), "")
    connection = desk.database.connect()
    rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
    connection.close()
    return [row[3] for row in rows]


@pytest.fixture
def local_desk(sqlite_url: str) -> Iterator[Desk]:
    """Give a desk on SQLite, whose plans are looked at."""
    desk = Desk(sqlite_url, "clerk").open()
    yield desk
    desk.close()
