"""The last prices of a product to a customer, found without reading what grows."""

from collections.abc import Callable
from decimal import Decimal

from orderdesk.services.orders import reading
from orderdesk.services.orders.closing import cancel, close_line
from orderdesk.services.orders.history import EARLIER, RECENT, earlier_prices
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.postgres_statements import POSTGRES
from orderdesk.store.sqlite import SqliteDatabase
from orderdesk.store.statements import SQLITE
from tests.conftest import on_postgres
from tests.services.orders.asking import line, order

ASKED = {"customer": "FREE", "product": "P1"}


def numbers(desk: Desk, customer: str = "free", product: str = "p1") -> list[str]:
    return [each.number for each in desk.read(earlier_prices, customer, product)]


def test_an_earlier_price_says_when_how_many_and_at_what(
    desk_of: Callable[[str], Desk],
) -> None:
    desk = desk_of("supervisor")
    desk.run(place, order("FREE", line("P1", "12", price="9.50", discount="2.5"), line("P2", "3")))
    [seen] = desk.read(earlier_prices, "free", "p1")
    assert seen.day == desk.read(reading.show, "1").entered_at.date()
    assert (seen.number, seen.quantity, seen.unit) == ("SO-000001", Decimal(12), "ea")
    assert (seen.price, seen.discount, seen.currency) == (Decimal("9.50"), Decimal("2.5"), "USD")


def test_only_the_last_three_are_given_the_newest_first(desk: Desk) -> None:
    for _ in range(4):
        desk.run(place, order("FREE", line("P1")))
    assert numbers(desk) == ["SO-000004", "SO-000003", "SO-000002"]


def test_other_customers_and_products_and_unknown_codes_have_none(desk: Desk) -> None:
    desk.run(place, order("ACME", line("P1")))
    desk.run(place, order("FREE", line("P2")))
    assert [numbers(desk), numbers(desk, "nobody"), numbers(desk, "free", "nothing")] == [[]] * 3


def test_what_was_cancelled_or_closed_set_no_price(desk: Desk) -> None:
    for _ in range(3):
        desk.run(place, order("FREE", line("P1", "2"), line("P2")))
    desk.run(cancel, "1")
    desk.run(close_line, "2", 1)
    desk.run(close_line, "3", 1, "1")
    assert [(p.number, p.quantity) for p in desk.read(earlier_prices, "FREE", "P1")] == [
        ("SO-000003", Decimal(1))
    ]


def test_no_table_is_read_whole_on_sqlite(sqlite_url: str) -> None:
    database = Desk(sqlite_url, "clerk").open().database
    assert isinstance(database, SqliteDatabase)
    connection = database.connect()
    rows = connection.execute(f"EXPLAIN QUERY PLAN {EARLIER.prepared(SQLITE).sql}", ASKED)
    steps = [row[3] for row in rows]
    connection.close()
    database.close()
    assert [step for step in steps if step.startswith("SCAN ")] == ["SCAN recent"]
    assert any("order_of_customer" in step for step in steps)


@on_postgres
def test_no_table_need_be_read_whole_on_postgres(desk: Desk) -> None:
    connection = desk.database.connect()
    connection.execute("SET enable_seqscan = off")
    rows = connection.execute(f"EXPLAIN {EARLIER.prepared(POSTGRES).sql}", ASKED)
    plan = "\n".join(row[0] for row in rows)
    connection.close()
    assert "Seq Scan" not in plan
    assert "order_of_customer" in plan


def test_only_so_many_of_a_customer_s_newest_orders_are_looked_at(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1")))
    for _ in range(RECENT - 1):
        desk.run(place, order("FREE", line("WORK")))
    assert numbers(desk) == ["SO-000001"]
    desk.run(place, order("FREE", line("WORK")))
    assert numbers(desk) == []
