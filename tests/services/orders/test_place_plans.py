"""What an order costs does not grow with the company: every statement goes by an index."""

import re
from pathlib import Path
from typing import Any

import pytest

from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase

SMALL = ("company", "json_each", "value", "CONSTANT")
"""What may be read whole: the company's one row, and what a parameter holds."""
FROM_ITS_END = ("seal",)
"""What is read in the order of its key, one row of it."""


@pytest.fixture
def run_statements(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Place an order and give every statement that it ran, its parameters filled in."""
    ran: list[str] = []
    connect = SqliteDatabase.connect

    def connect_and_listen(database: SqliteDatabase) -> Any:
        connection = connect(database)
        connection.set_trace_callback(ran.append)
        return connection

    monkeypatch.setattr(SqliteDatabase, "connect", connect_and_listen)
    desk = Desk(sqlite_url, "clerk").open()
    ran.clear()
    lines = tuple(
        LineRequest(product=code, quantity="1", ship_to="02") for code in ("P1", "P2", "ACME-77")
    )
    desk.command("id-1", place, OrderRequest(customer="ACME", buyer_po="4500", lines=lines))
    desk.close()
    return [sql for sql in ran if re.match(r"\s*(SELECT|INSERT|UPDATE)", sql)]


def test_no_statement_of_an_order_reads_or_sorts_more_than_it_asks_for(
    run_statements: list[str], sqlite_url: str
) -> None:
    connection = SqliteDatabase(Path(sqlite_url)).connect()
    assert len(run_statements) > 15
    for sql in run_statements:
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]
        for step in steps:
            scanned = re.match(r"SCAN (\w+)", step)
            assert not scanned or scanned[1] in (*SMALL, *FROM_ITS_END), (sql, steps)
            assert "TEMP B-TREE" not in step, (sql, steps)
    connection.close()
