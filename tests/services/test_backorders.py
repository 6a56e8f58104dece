"""What waits for goods, product by product, and the lines that wait with what each gets when."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from orderdesk.domain.backorders import LineKey, ShelfKey, WaitingLine
from orderdesk.domain.errors import NotFound
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.models.company import Warehouse
from orderdesk.services import backorders, stock
from orderdesk.services.allocation import shelves, shortages
from orderdesk.services.allocation.explaining import explain
from orderdesk.services.allocation.shelves import Which
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from orderdesk.store.postgres_statements import POSTGRES
from orderdesk.store.sqlite import SqliteDatabase
from orderdesk.store.statements import SQLITE
from tests.company import put
from tests.conftest import on_postgres
from tests.services.allocation.test_explaining import FAR, LATER, expect
from tests.services.orders.asking import line, order


@pytest.fixture
def waiting(desk: Desk, desk_of: Callable[[str], Desk]) -> Desk:
    """Give a desk where P2 is shared by two of four lines, and P3 and LAST are wanted too."""
    expect(desk_of, "4", "2026-12-10")
    expect(desk_of, "2", "2026-12-20")
    desk.run(place, order("FREE", line("P2", "4"), line("P3", "1.5"), requested=LATER))
    desk.run(place, order("ACME", line("P2", "4")))
    desk.run(place, order("FREE", line("P2", "3"), requested=LATER))
    desk.run(place, order("GROUP", line("P2", "2"), requested=FAR))
    return desk


def test_products_stand_by_the_first_day_on_which_they_are_needed(waiting: Desk) -> None:
    found = waiting.read(backorders.list_)
    assert [(row.product, row.warehouse, str(row.needed)) for row in found.items] == [
        ("P2", "01", "2026-11-23"),
        ("P3", "01", LATER),
    ]
    assert not found.more
    row = found.items[0]
    assert (row.waiting, row.free, row.unit, row.late) == (8, 0, "ea", False)
    assert row.expected_on == date(2026, 12, 10)
    assert row.promised == min(
        each.promised
        for each in waiting.read(backorders.waiting, "P2").lines
        if each.promised is not None
    )
    assert found.items[1].waiting == Decimal("1.5")
    assert found.items[1].expected_on is None
    assert waiting.read(shortages.count) == 2


def test_pages_follow_each_other_either_way(waiting: Desk) -> None:
    first, second = (
        ShelfKey(str(row.needed), row.product, row.warehouse)
        for row in waiting.read(backorders.list_).items
    )

    def products(key: ShelfKey | None, **asked: Any) -> tuple[list[str], bool]:
        found = waiting.read(backorders.list_, key, **asked)
        return [row.product for row in found.items], found.more

    assert products(None, limit=1) == (["P2"], True)
    assert products(first) == (["P3"], False)
    assert products(first, including=True) == (["P2", "P3"], False)
    assert products(second, before=True) == (["P2"], False)
    assert products(second, before=True, including=True) == (["P2", "P3"], False)
    assert products(None, before=True, limit=1) == (["P3"], True)


def test_what_a_text_finds_is_what_waits_of_it(waiting: Desk) -> None:
    assert [row.product for row in waiting.read(backorders.find, "p3")] == ["P3"]
    assert waiting.read(backorders.find, "p1") == ()


def test_a_product_that_is_served_waits_no_more(
    waiting: Desk, desk_of: Callable[[str], Desk]
) -> None:
    desk_of("warehouse").run(stock.receive, ReceiveRequest(product="P3", quantity="2"))
    assert [row.product for row in waiting.read(backorders.list_).items] == ["P2"]
    assert waiting.read(shortages.count) == 1


def test_one_warehouse_does_not_stand_for_another(waiting: Desk) -> None:
    waiting.run(put, Warehouse, [{"code": "02", "name": "South"}])
    waiting.run(place, order("FREE", line("P2", "1", warehouse="02")))
    shown = [(row.product, row.warehouse) for row in waiting.read(backorders.list_).items]
    assert shown == [("P2", "01"), ("P2", "02"), ("P3", "01")]
    [there] = waiting.read(backorders.waiting, "P2", "02").lines
    assert (there.order, there.rank, there.warehouse) == ("SO-000005", 1, "02")
    assert waiting.read(backorders.shelf, "p2", "02").waiting == 1


def test_lines_that_wait_say_what_they_get_when(waiting: Desk) -> None:
    rows = waiting.read(backorders.waiting, "P2").lines
    assert all(isinstance(row, WaitingLine) for row in rows)
    told = {
        row.order: (row.rank, row.backordered, [(str(p.date), p.quantity) for p in row.gets])
        for row in rows
        if isinstance(row, WaitingLine)
    }
    assert told == {
        "SO-000002": (1, 3, [("2026-12-10", 3)]),
        "SO-000003": (2, 3, [("2026-12-10", 1), ("2026-12-20", 2)]),
        "SO-000004": (3, 2, []),
    }
    for row in rows:
        assert isinstance(row, WaitingLine)
        assert row.complete_on == waiting.read(explain, row.order, row.line).expected_on


def test_a_page_of_lines_knows_what_better_ranks_want(waiting: Desk) -> None:
    every = waiting.read(backorders.waiting, "P2").lines
    first = LineKey(1, every[0].order, 1)
    assert waiting.read(backorders.waiting, "P2", None, first).lines == every[1:]
    assert waiting.read(backorders.waiting, "P2", None, first, limit=1).lines == every[1:2]
    last = LineKey(3, every[2].order, 1)
    found = waiting.read(backorders.waiting, "P2", None, last, before=True, limit=1)
    assert (found.lines, found.more) == (every[1:2], True)
    assert waiting.read(backorders.waiting, "P2", None, before=True).lines == every


def test_a_line_that_is_gone_stands_where_it_stood(waiting: Desk) -> None:
    every = waiting.read(backorders.waiting, "P2").lines
    gone = LineKey(2, "SO-000077", 1)
    for including in (False, True):
        found = waiting.read(backorders.waiting, "P2", None, gone, including=including)
        assert found.lines == every[1:]
        found = waiting.read(backorders.waiting, "P2", None, gone, before=True, including=including)
        assert found.lines == every[:1]
    moved = LineKey(1, every[1].order, 1)
    assert waiting.read(backorders.waiting, "P2", None, moved).lines == every[2:]


def test_those_that_have_goods_stand_worst_rank_first(waiting: Desk) -> None:
    found = waiting.read(backorders.lines, Which.HOLDING, "P2", "01").lines
    assert [(row.place, row.order, row.allocated) for row in found] == [
        (1, "SO-000002", 1),
        (2, "SO-000001", 4),
    ]
    every = waiting.read(backorders.lines, Which.OPEN, "P2").lines
    assert [(row.place, row.rank) for row in every] == [(1, None), (2, 1), (3, 2), (4, 3)]
    assert {row.order for row in found} < {row.order for row in every}


def test_a_shelf_has_what_there_is_and_what_comes(waiting: Desk) -> None:
    seen = waiting.read(backorders.shelf, "P2")
    assert (seen.warehouse, seen.on_hand, seen.allocated, seen.free) == ("01", 5, 5, 0)
    assert (seen.waiting, seen.expected) == (8, 6)
    assert [(str(each.due), each.quantity) for each in seen.supplies] == [
        ("2026-12-10", 4),
        ("2026-12-20", 2),
    ]
    with pytest.raises(NotFound, match="warehouse 'XX' is unknown"):
        waiting.read(backorders.shelf, "P2", "XX")
    with pytest.raises(NotFound, match="product 'NO' is unknown"):
        waiting.read(backorders.waiting, "NO")


ASKED = {
    "key_day": "",
    "key_product_id": 0,
    "key_warehouse": "",
    "products": "[1]",
    "product": 1,
    "place": "01",
    "number": "",
    "line_no": 0,
    "stood": 0,
    "skip": 0,
    "most": 4,
}


def of(sql: str) -> dict[str, Any]:
    return {name: value for name, value in ASKED.items() if name in sql}


def plan(connection: Any, statement: Any, dialect: Any) -> list[str]:
    prepared = statement.prepared(dialect)
    word = "EXPLAIN QUERY PLAN" if dialect is SQLITE else "EXPLAIN"
    rows = connection.execute(f"{word} {prepared.sql}", of(prepared.sql))
    return [row[3] if dialect is SQLITE else row[0] for row in rows]


def test_what_waits_is_read_by_its_indexes_on_sqlite(sqlite_url: str) -> None:
    desk = Desk(sqlite_url, "clerk").open()
    assert isinstance(desk.database, SqliteDatabase)
    connection = desk.database.connect()
    pages = [backorders.page(before=before, including=False) for before in (False, True)]
    for each in (shortages.COUNT, *pages):
        steps = plan(connection, each, SQLITE)
        assert any("demand_by_day" in step for step in steps), steps
        assert not any("TEMP B-TREE" in step for step in steps), steps
        scanned = [step for step in steps if step.startswith("SCAN ") and "INDEX" not in step]
        assert set(scanned) <= {"SCAN company", "SCAN anon_1"}, steps
    for each in pages:
        steps = plan(connection, each, SQLITE)
        assert any("line_short" in step for step in steps), steps
        assert any("supply_expected" in step for step in steps), steps
    desk.close()


def test_lines_are_read_by_the_index_of_their_product_on_sqlite(sqlite_url: str) -> None:
    desk = Desk(sqlite_url, "clerk").open()
    assert isinstance(desk.database, SqliteDatabase)
    connection = desk.database.connect()
    index = {Which.OPEN: "line_waiting", Which.WAITING: "line_short", Which.HOLDING: "line_waiting"}
    for (which, _), each in shelves.PAGES.items():
        steps = plan(connection, each, SQLITE)
        assert any(f"order_line USING INDEX {index[which]}" in step for step in steps), steps
        assert not any(step.startswith(("SCAN order_line", "SCAN sales_order")) for step in steps)
    desk.close()


@on_postgres
def test_what_waits_is_read_by_its_indexes_on_postgresql(desk: Desk) -> None:
    connection = desk.database.connect()
    connection.execute("SET enable_seqscan = off")
    connection.execute("SET enable_sort = off")
    for each in (backorders.page(before=False, including=False), shortages.COUNT):
        steps = "\n".join(plan(connection, each, POSTGRES))
        assert "demand_by_day" in steps, steps
        assert "Sort" not in steps, steps
    connection.close()


def test_a_supply_that_is_late_is_shared_out_tomorrow(
    waiting: Desk, desk_of: Callable[[str], Desk]
) -> None:
    late = SupplyRequest(product="P2", quantity="3", due="2026-11-20")
    desk_of("warehouse").run(announcing.add, late)
    first = waiting.read(backorders.waiting, "P2").lines[0]
    assert isinstance(first, WaitingLine)
    assert first.complete_on == date(2026, 11, 24)
    assert [row.overdue for row in waiting.read(backorders.list_).items] == [True, False]
