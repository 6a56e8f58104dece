"""Every list of orders is found by an index, whatever its filter; nothing is scanned or sorted."""

from itertools import combinations
from typing import Any

import pytest

from orderdesk.services.orders.listing import listing
from orderdesk.store.desk import Desk
from orderdesk.store.postgres_statements import POSTGRES
from orderdesk.store.sqlite import SqliteDatabase
from orderdesk.store.statements import SQLITE, Prepared
from tests.conftest import on_postgres

CONDITIONS = (
    "buyer_po",
    "customer",
    "number",
    "product",
    "open_product",
    "held",
    "cancelled",
    "confirmed",
    "open",
    "done",
    "days",
)
NARROW = {"buyer_po", "customer", "days"}
NEVER = ({"product", "open_product"}, {"cancelled", "confirmed"}, {"open", "done"})
SORTED = {"buyer_po"}
"""The orders of one buyer's document are few enough to be sorted."""

VALUES = {
    "buyer_po": "1",
    "customer": "ACME",
    "number": "SO-",
    "number_end": "SO.",
    "product": "P1",
    "cancelled": "cancelled",
    "confirmed": "confirmed",
    "open": "open",
    "done": "done",
    "from_at": 1,
    "to_at": 2,
    "key": 3,
    "count": 4,
}


def filters(most: int) -> list[frozenset[str]]:
    """Give the filters with at most so many conditions that a reader can ask for."""
    asked = [frozenset(each) for size in range(most + 1) for each in combinations(CONDITIONS, size)]
    return [
        each
        for each in asked
        if not any(both <= each for both in NEVER)
        and not ("product" in each and not each & NARROW)
        and not ("open_product" in each and each & {*NARROW, "done", "cancelled"})
    ]


def parameters(prepared: Prepared) -> dict[str, Any]:
    return {name: value for name, value in VALUES.items() if name in prepared.sql}


@pytest.mark.parametrize("newer", [False, True])
def test_no_list_scans_on_sqlite(sqlite_url: str, newer: bool) -> None:
    database = Desk(sqlite_url, "clerk").open().database
    assert isinstance(database, SqliteDatabase)
    connection = database.connect()
    for conditions in filters(3):
        prepared = listing(conditions, newer=newer, including=False).prepared(SQLITE)
        rows = connection.execute(f"EXPLAIN QUERY PLAN {prepared.sql}", parameters(prepared))
        plan = [row[3] for row in rows]
        assert not [step for step in plan if step.startswith("SCAN ")], (conditions, plan)
        if not conditions & SORTED:
            assert not [step for step in plan if "TEMP B-TREE" in step], (conditions, plan)
    connection.close()
    database.close()


@on_postgres
def test_no_list_needs_a_scan_on_postgres(desk: Desk) -> None:
    connection = desk.database.connect()
    connection.execute("SET enable_seqscan = off")
    for conditions in filters(2):
        prepared = listing(conditions, newer=False, including=False).prepared(POSTGRES)
        rows = connection.execute(f"EXPLAIN {prepared.sql}", parameters(prepared))
        plan = "\n".join(row[0] for row in rows)
        for table in ("sales_order", "order_line", "hold"):
            assert f"Seq Scan on {table}" not in plan, (conditions, plan)
    connection.close()
