"""Companies of earlier schemas, with data: refused as they are, upgraded whole, worked on after."""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from orderdesk.domain.company import FoundRequest
from orderdesk.domain.errors import Unavailable
from orderdesk.services.company import found
from orderdesk.services.orders.reading import events, show
from orderdesk.store.creation import create
from orderdesk.store.desk import Desk
from orderdesk.store.engine import SCHEMA_VERSION
from orderdesk.store.schema import upgrade
from tests import kept
from tests.cli.conftest import Ran, run
from tests.conftest import server_or_skip
from tests.laws import assert_laws_hold
from tests.services.allocation.looking import assert_replayed

ADDED = {"series": {"transfer", "count"}, "role_right": {"supply", "promise"}}
"""Rows that an upgrade adds to a table that was there, by a value each of them has."""
ORDERS = "SELECT number, id, version, total, net, status FROM sales_order ORDER BY id"
HOLDS = "SELECT order_id, code, released_by FROM hold ORDER BY id"
EVENTS = "SELECT id, subject_id, version, kind, actor FROM event WHERE subject = 'order'"
BY_PLACE = """
SELECT product_id, warehouse, bin, lot, status, sum(quantity) AS on_hand FROM movement
GROUP BY product_id, warehouse, bin, lot, status HAVING sum(quantity) <> 0
"""
WAITING = """
SELECT product_id, warehouse, needed, sum(open - allocated) AS quantity FROM order_line
WHERE kind = 'product' AND open > allocated GROUP BY product_id, warehouse, needed
"""
HELD = """
SELECT order_id, line, allocated FROM order_line WHERE kind = 'product' AND allocated > 0
"""


OF_THE_FIRST = pytest.mark.parametrize("schema", [1], indirect=True)
"""What the step behind the first schema does; companies of later ones have it done."""
DATES = "SELECT order_id, line, requested, first_promised, ship_by{} FROM order_line"


@pytest.fixture(params=kept.SCHEMAS)
def schema(request: pytest.FixtureRequest) -> int:
    """Give each schema before this one."""
    number: int = request.param
    return number


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def old(request: pytest.FixtureRequest, tmp_path: Path, schema: int) -> Iterator[str]:
    """Give the URL of the company that was kept of a schema, on each database in turn."""
    if request.param == "sqlite":
        kept.restore(str(tmp_path / "company.db"), schema)
        yield str(tmp_path / "company.db")
        return
    server = server_or_skip()
    name = f"kept_{uuid.uuid4().hex}_{server.run}"
    server.create_from_template("template1", name)
    try:
        kept.restore(server.url(name), schema)
        yield server.url(name)
    finally:
        server.drop(name)


@pytest.fixture
def orderdesk(old: str) -> Callable[..., Ran]:
    """Give the program on the kept company, as its owner."""

    def program(*words: str, given: str | None = None, user: str = "owner") -> Ran:
        acting = {"ORDERDESK_DB": old, "ORDERDESK_USER": user, "ORDERDESK_PIN": "1234"}
        return run(*words, given=given, **acting)

    return program


@pytest.fixture
def upgraded(old: str) -> Iterator[Desk]:
    """Give a desk at the kept company after its upgrade."""
    desk = Desk(old, "owner")
    upgrade(desk.database)
    yield desk.open()
    desk.close()


def asked(url: str, question: str) -> list[tuple[Any, ...]]:
    """Give the rows of an answer."""
    with kept.connected(url) as connection:
        return [tuple(row) for row in connection.exec_driver_sql(question)]


def test_an_older_company_is_refused_unopened(old: str, schema: int) -> None:
    names = kept.columns(old)
    before = kept.rows(old, names)
    with pytest.raises(Unavailable) as refused:
        Desk(old, "owner").open()
    assert f"has schema {schema}, older than this program's {SCHEMA_VERSION}" in str(refused.value)
    assert "run `orderdesk db upgrade`" in refused.value.message
    assert kept.schema_of(old) == schema
    assert (kept.columns(old), kept.rows(old, names)) == (names, before)


def test_the_program_says_what_to_do_and_does_it(
    orderdesk: Callable[..., Ran], schema: int
) -> None:
    refused = orderdesk("order", "list")
    assert refused.code != 0
    assert refused.err.strip().endswith("run `orderdesk db upgrade`")
    done = orderdesk("db", "upgrade", "--json")
    assert (done.code, done.json["schema_before"], done.json["schema"]) == (
        0,
        schema,
        SCHEMA_VERSION,
    )
    assert orderdesk("doctor").code == 0
    assert orderdesk("order", "list").code == 0


def test_an_upgrade_keeps_every_row(old: str, schema: int) -> None:
    names = kept.columns(old)
    before = kept.rows(old, names)
    desk = Desk(old, "owner")
    upgrade(desk.database)
    after = kept.rows(old, names)
    for table in names:
        gone, come = before[table] - after[table], after[table] - before[table]
        if table == "customer":
            assert gone.total() == come.total()
            assert {_as_before(row) for row in come} == set(gone)
            continue
        assert not gone, f"{table}: {gone}"
        assert all(ADDED.get(table, set()) & set(map(str, row)) for row in come), f"{table}: {come}"
    assert_laws_hold(desk.open())
    desk.close()


def _as_before(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give a customer as the first schema told of the one disposition that it called otherwise."""
    return tuple("cancel rest" if value == "cancel" else value for value in row)


def test_orders_show_as_before(old: str) -> None:
    orders, holds, told = asked(old, ORDERS), asked(old, HOLDS), asked(old, EVENTS)
    desk = Desk(old, "owner")
    upgrade(desk.database)
    desk.open()
    for number, order_id, version, total, net, status in orders:
        seen = desk.read(show, number)
        shown = (seen.number, seen.version, seen.total.scaleb(2), seen.net.scaleb(2), seen.status)
        assert shown == (number, version, Decimal(total), Decimal(net), status)
        assert [(hold.code, hold.released_by) for hold in seen.holds] == [
            (code, by) for of, code, by in holds if of == order_id
        ]
        assert [
            (each.id, each.version, each.kind, each.actor) for each in desk.read(events, number)
        ] == sorted((id_, v, kind, actor) for id_, of, v, kind, actor in told if of == order_id)
    desk.close()


def test_what_the_later_schema_keeps_is_filled_from_what_was_there(
    old: str, upgraded: Desk
) -> None:
    """What a row of the ledger, an order or a line says already, nobody has to type again."""
    places = asked(old, "SELECT product_id, warehouse, bin, lot, status, on_hand FROM stock_place")
    assert Counter(places) == Counter(asked(old, BY_PLACE))
    assert {row[2:5] for row in places} == {("", "", "free")}
    balance = "SELECT product_id, warehouse, on_hand FROM stock WHERE on_hand > 0"
    assert sorted((*row[:2], row[5]) for row in places) == sorted(asked(old, balance))
    waiting = Counter(asked(old, WAITING))
    assert waiting == Counter(asked(old, "SELECT product_id, warehouse, day, quantity FROM demand"))
    assert waiting.total()
    own = kept.value(old, "SELECT warehouse FROM company")
    assert asked(old, "SELECT DISTINCT warehouse FROM sales_order") == [(own,)]


@OF_THE_FIRST
def test_why_lines_have_their_stock_is_kept_from_the_upgrade_on(
    old: str, orderdesk: Callable[..., Ran]
) -> None:
    """What was had before came by no decision; the replay of later ones has to begin with it."""
    lacking = "SELECT order_id, line FROM order_line WHERE open > 1000 AND allocated = open"
    short, line = asked(old, f"{lacking} ORDER BY order_id, line LIMIT 1")[0]
    where = f"WHERE order_id = {short} AND line = {line}"
    product, warehouse = asked(old, f"SELECT product_id, warehouse FROM order_line {where}")[0]
    shelf = f"WHERE product_id = {product} AND warehouse = '{warehouse}'"
    with kept.connected(old) as connection, connection.begin():
        # It lacks some, though some is free: an upgrade takes what it finds.
        for table, row in (("order_line", where), ("stock", shelf)):
            less = f"UPDATE {table} SET allocated = allocated - 1000 {row}"
            connection.exec_driver_sql(less)
    held = asked(old, HELD)
    desk = Desk(old, "owner")
    upgrade(desk.database)
    decided = "SELECT order_id, line, granted FROM decision WHERE cause = 'upgrade'"
    assert held
    assert sorted(asked(old, decided)) == sorted(held)
    assert_replayed(desk.open())
    desk.close()
    today = date.fromisoformat(kept.value(old, "SELECT business_date FROM company"))
    assert orderdesk("nightly", "--on", str(today + timedelta(days=1))).code == 0
    waiting = "SELECT code FROM product JOIN demand ON product_id = product.id ORDER BY code"
    for (code,) in asked(old, waiting)[:1]:
        assert orderdesk("stock", "receive", str(code), "--quantity", "7").code == 0
    again = Desk(old, "owner")
    assert_replayed(again.open())
    again.close()


def test_an_upgrade_adds_what_a_new_company_begins_with(
    old: str, upgraded: Desk, tmp_path: Path
) -> None:
    """Series, and the rights of the roles that come with a company: an upgrade leaves none out."""
    new = tmp_path / "new.db"
    create(new, _found)
    for question in ("SELECT code FROM series", "SELECT role, right_code FROM role_right"):
        assert set(asked(str(new), question)) <= set(asked(old, question)), question


def _found(database: Any) -> None:
    desk = Desk(database, "owner")
    desk.run(found, FoundRequest(name="New Company", business_date="2026-11-23"))
    desk.close()


@OF_THE_FIRST
def test_words_that_a_later_schema_spells_otherwise_are_told_anew(old: str) -> None:
    with kept.connected(old) as connection, connection.begin():
        connection.exec_driver_sql(
            "UPDATE customer SET disposition = 'cancel rest' WHERE code = 'ANTON'"
        )
    desk = Desk(old, "owner")
    upgrade(desk.database)
    of = "SELECT disposition FROM customer WHERE code = '{}'"
    assert kept.value(old, of.format("ANTON")) == "cancel"
    assert kept.value(old, of.format("AROUT")) != "cancel"
    with kept.connected(old) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE product SET kind = 'kit' WHERE code = '11'")
    with pytest.raises(DBAPIError), kept.connected(old) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE product SET kind = 'nonsense' WHERE code = '12'")
    desk.close()


def test_the_first_night_promises_and_the_next_order_is_taken(
    old: str, upgraded: Desk, orderdesk: Callable[..., Ran], schema: int
) -> None:
    upgraded.close()
    today = date.fromisoformat(kept.value(old, "SELECT business_date FROM company"))
    promised = "SELECT count(*) FROM order_line WHERE promised IS NOT NULL AND open > 0"
    assert (kept.value(old, promised) == 0) == (schema == 1)
    assert orderdesk("nightly", "--on", str(today + timedelta(days=1))).code == 0
    assert kept.value(old, promised) > 0
    short = (
        "SELECT count(*) FROM order_line WHERE kind = 'product' AND open > 0 AND open = allocated"
    )
    assert kept.value(old, f"{short} AND promised IS NULL") == 0
    wanted = {"customer": "ANTON", "lines": [{"product": "41", "quantity": "1"}]}
    placed = orderdesk("order", "place", "-", "--json", given=json.dumps(wanted), user="clerk")
    assert placed.code == 0, placed.err
    assert orderdesk("doctor").code == 0


@pytest.mark.parametrize("schema", [2], indirect=True)
def test_lines_are_ranked_by_the_day_on_which_they_must_leave(old: str) -> None:
    """By their ship-by where the promise still is the first one, else by the best that is known."""
    slipped = asked(old, "SELECT order_id, line FROM order_line WHERE promised > first_promised")
    moved = zip(slipped[:2], ("", ", ship_by = NULL, promised = NULL"), strict=True)
    with kept.connected(old) as connection, connection.begin():
        # Their customers want them later by now; of one the promise is lost.
        for (order, line), more in moved:
            connection.exec_driver_sql(
                f"UPDATE order_line SET requested = '2027-12-24'{more}"
                f" WHERE order_id = {order} AND line = {line}"
            )
    before = asked(old, DATES.format(", open"))
    desk = Desk(old, "owner")
    upgrade(desk.database)
    found = {row[:2]: row[5] for row in asked(old, DATES.format(", leave_by"))}
    kinds = Counter[str]()
    for *key, requested, first, ship_by, _ in before:
        kind, best = "first", ship_by
        if first is None:
            kind, best = "none", None
        elif first < requested:
            kind, best = ("lost, moved", requested) if ship_by is None else ("moved", ship_by)
        elif ship_by is None or ship_by > first:
            kind, best = "lost" if ship_by is None else "slipped", first
        kinds[kind] += 1
        assert found[tuple(key)] == best, (kind, key)
    assert set(kinds) == {"first", "none", "moved", "lost, moved", "lost", "slipped"}
    assert_laws_hold(desk.open())
    desk.close()


def test_the_copy_that_an_upgrade_leaves_is_the_old_company(old: str, schema: int) -> None:
    names = kept.columns(old)
    before = kept.rows(old, names)
    desk = Desk(old, "owner")
    done = upgrade(desk.database)
    desk.close()
    if "://" in old:
        assert done.backup is None
        return
    assert done.backup is not None
    assert kept.schema_of(done.backup) == schema
    assert kept.columns(done.backup) == names
    assert kept.rows(done.backup, names) == before
    assert "db upgrade" in kept.refusal(done.backup)
