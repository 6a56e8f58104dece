"""A queue is read by its index: nothing is scanned or sorted, however much waits."""

from types import ModuleType
from typing import Any

import pytest

from orderdesk.services.queues import held, slipped, to_call
from orderdesk.store.desk import Desk
from orderdesk.store.postgres_statements import POSTGRES
from orderdesk.store.sqlite import SqliteDatabase
from orderdesk.store.statements import SQLITE, Prepared
from tests.conftest import on_postgres
from tests.services.queues.waiting import fill

INDEX = {
    "": "hold_queued",
    "reason": "hold_open",
    "subject": "hold_standing",
    "customer": "hold_of_customer",
}
LINES = {"promises": "line_to_tell", "calling": "line_to_call"}
FEW = ("subject",)
"""Those of one order are few enough to be sorted."""

VALUES = {
    "one": 10_001,
    "confirmed": "confirmed",
    "reason": "manual",
    "subject": 1,
    "customer": 1,
    "key": 3,
    "count": 4,
}


def parameters(prepared: Prepared) -> dict[str, Any]:
    return {name: value for name, value in VALUES.items() if name in prepared.sql}


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("driver", INDEX)
def test_a_page_is_read_by_its_index_on_sqlite(sqlite_url: str, driver: str, before: bool) -> None:
    desk = Desk(sqlite_url, "clerk").open()
    assert isinstance(desk.database, SqliteDatabase)
    prepared = held.page(driver, before=before, including=False).prepared(SQLITE)
    rows = desk.database.connect().execute(
        f"EXPLAIN QUERY PLAN {prepared.sql}", parameters(prepared)
    )
    plan = [row[3] for row in rows]
    desk.close()
    assert not [step for step in plan if step.startswith("SCAN ") and "INDEX" not in step], plan
    assert [step for step in plan if f"INDEX {INDEX[driver]}" in step], plan
    if driver not in FEW:
        assert not [step for step in plan if "TEMP B-TREE" in step], plan


def test_what_waits_is_counted_by_its_index_on_sqlite(sqlite_url: str) -> None:
    desk = Desk(sqlite_url, "clerk").open()
    assert isinstance(desk.database, SqliteDatabase)
    prepared = held.COUNT.prepared(SQLITE)
    rows = desk.database.connect().execute(
        f"EXPLAIN QUERY PLAN {prepared.sql}", parameters(prepared)
    )
    plan = [row[3] for row in rows]
    desk.close()
    assert [step for step in plan if "hold_queued" in step], plan


@on_postgres
def test_a_page_is_read_by_its_index_on_postgresql(desk: Desk) -> None:
    desk.run(fill, orders=4_000)
    connection = desk.database.connect()
    connection.execute("ANALYZE hold, sales_order, customer")
    for driver, index in INDEX.items():
        prepared = held.page(driver, before=False, including=False).prepared(POSTGRES)
        rows = connection.execute(f"EXPLAIN {prepared.sql}", parameters(prepared))
        plan = "\n".join(row[0] for row in rows)
        assert driver in FEW or index in plan, plan
        assert "Seq Scan on hold" not in plan, plan
        assert "Seq Scan on sales_order" not in plan, plan
        if driver not in FEW:
            assert "Sort" not in plan, plan
    connection.close()


@pytest.mark.parametrize("queue", [slipped, to_call])
def test_a_queue_of_lines_is_read_and_counted_by_its_index_on_sqlite(
    sqlite_url: str, queue: ModuleType
) -> None:
    desk = Desk(sqlite_url, "clerk").open()
    assert isinstance(desk.database, SqliteDatabase)
    connection = desk.database.connect()
    pages = [queue.page("", before=before, including=False) for before in (False, True)]
    for each in (queue.COUNT, *pages):
        prepared = each.prepared(SQLITE)
        rows = connection.execute(f"EXPLAIN QUERY PLAN {prepared.sql}", parameters(prepared))
        plan = [row[3] for row in rows]
        assert [step for step in plan if f"INDEX {LINES[queue.NAME]}" in step], plan
        assert not [step for step in plan if "TEMP B-TREE" in step], plan
        for scanned in (step for step in plan if step.startswith("SCAN ")):
            assert "INDEX" in scanned or scanned in ("SCAN company", "SCAN anon_1"), plan
    desk.close()


@on_postgres
@pytest.mark.parametrize("queue", [slipped, to_call])
def test_a_queue_of_lines_is_read_by_its_index_on_postgresql(desk: Desk, queue: ModuleType) -> None:
    connection = desk.database.connect()
    connection.execute("SET enable_seqscan = off")
    connection.execute("SET enable_sort = off")
    prepared = queue.page("", before=False, including=False).prepared(POSTGRES)
    rows = connection.execute(f"EXPLAIN {prepared.sql}", parameters(prepared))
    plan = "\n".join(row[0] for row in rows)
    assert LINES[queue.NAME] in plan, plan
    connection.close()
