"""What the database promises by itself: damage, references, constraints, guards, search index."""

from pathlib import Path

from orderdesk.domain.doctor import Broken
from orderdesk.services.doctor import examine
from orderdesk.store import integrity
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase
from tests.breaking import break_rows
from tests.conftest import on_postgres


def complaints(desk: Desk) -> list[tuple[int, str, str, str]]:
    return [(each.law, each.table, each.key, each.message) for each in desk.read(examine)]


def faults(desk: Desk, *laws: str) -> list[Broken]:
    return desk.read(lambda work: list(integrity.faults(work, laws)))


def test_a_sound_database_has_no_faults(desk: Desk) -> None:
    assert faults(desk) == []


def test_a_guard_that_is_gone_is_named(desk: Desk) -> None:
    connection = desk.database.connect()
    if isinstance(desk.database, SqliteDatabase):
        guard, words = "movement_no_delete", "the guard against changes is gone"
        connection.execute(f"DROP TRIGGER {guard}")
    else:
        guard, words = "movement_no_change", "the guard against changes is gone or off"
        connection.execute(f"ALTER TABLE movement DISABLE TRIGGER {guard}")
    connection.close()
    assert complaints(desk) == [(0, "movement", guard, words)]


def test_a_constraint_is_looked_at_again_row_by_row(desk: Desk) -> None:
    break_rows(
        desk, "UPDATE product SET kind = 'odd' WHERE id = 3", without=(("product", "product_kind"),)
    )
    assert [(each.table, each.key, each.stored) for each in faults(desk)] == [
        ("product", "3", "product_kind")
    ]
    assert faults(desk, "product_kind") == []


def test_every_row_without_what_it_refers_to_is_named_page_after_page(desk: Desk) -> None:
    """More rows than a page holds, with keys of two columns that tie in the first."""
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1203)"
    break_rows(
        desk,
        "INSERT INTO customer_part (customer_id, part, product_id)"
        f" {many} SELECT 100 + i / 400, 'X' || (1000 + i), 1 FROM n",
    )
    found = faults(desk)
    assert len(found) == 1203
    assert len({each.key for each in found}) == 1203
    assert {(each.law, each.table, each.stored) for each in found} == {
        (0, "customer_part", str(customer)) for customer in (100, 101, 102, 103)
    }
    assert found[0].key == "100 X1001"
    assert found[0].expected == "customer_id is in customer.id"


@on_postgres
def test_a_constraint_that_was_never_checked_is_named(desk: Desk) -> None:
    connection = desk.database.connect()
    connection.execute(
        "ALTER TABLE unit ADD CONSTRAINT few_decimals CHECK (decimals <= 3) NOT VALID"
    )
    connection.close()
    assert [each[:3] for each in complaints(desk)] == [(0, "unit", "few_decimals")]


def test_a_row_that_the_search_index_does_not_have_is_named(sqlite_url: str) -> None:
    desk = Desk(sqlite_url, "clerk").open()
    connection = desk.database.connect()
    gone = "INSERT INTO product_search (product_search, rowid, search)"
    connection.execute(f"{gone} SELECT 'delete', id, search FROM product WHERE id = 2")
    connection.execute("INSERT INTO customer_search (rowid, search) VALUES (99, 'nobody')")
    connection.close()
    assert [each[:3] for each in complaints(desk)] == [
        (0, "customer_search", "99"),
        (0, "product", "2"),
    ]
    desk.close()


def test_a_damaged_file_is_said_to_be_so_and_nothing_else_is_believed(sqlite_url: str) -> None:
    desk = Desk(sqlite_url, "clerk").open()
    break_rows(desk, "UPDATE product SET version = 7")
    connection = desk.database.connect()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    root = "SELECT rootpage FROM sqlite_master WHERE name = 'order_of_customer'"
    page = connection.execute(root).fetchone()[0]
    connection.close()
    desk.close()
    with Path(sqlite_url).open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 64)
    desk = Desk(sqlite_url, "clerk").open()
    found = desk.read(examine)
    assert {(each.law, each.table) for each in found} == {(0, "database")}
    desk.close()
