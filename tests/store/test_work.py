"""The ways a unit of work runs statements, the same on both databases."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import bindparam, select, update

from orderdesk.domain.errors import Conflict, Refused
from orderdesk.models.company import Series
from orderdesk.models.stock import Stock
from orderdesk.store import desk as desk_module
from orderdesk.store.desk import Desk
from orderdesk.store.postgres import PostgresDatabase
from orderdesk.store.postgres_statements import POSTGRES
from orderdesk.store.statements import SQLITE, lock, statement, table_of
from orderdesk.store.work import Work

_stock = table_of(Stock).c
_series = table_of(Series).c

SHELVES = statement(
    select(_stock.product_id, _stock.allocated)
    .where(_stock.warehouse == "01", _stock.product_id < 3)
    .order_by(_stock.product_id)
    .limit(5)
)
LOCK = lock(select(_stock.product_id).where(_stock.product_id == 1).with_for_update())
ADD = statement(
    update(table_of(Stock))
    .where(_stock.product_id == bindparam("product"), _stock.warehouse == bindparam("place"))
    .values(allocated=_stock.allocated + bindparam("quantity"))
)
COUNT_UP = statement(
    update(table_of(Series))
    .where(_series.code == bindparam("code"))
    .values(next_number=_series.next_number + 1)
    .returning(_series.next_number)
)
ROWS = [
    {"product": 1, "place": "01", "quantity": 7},
    {"product": 2, "place": "01", "quantity": 2},
]


def shelves(work: Work) -> list[tuple[int, int]]:
    return [tuple(row) for row in work.run(SHELVES)]


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRES], ids=["sqlite", "postgresql"])
def test_constants_stand_in_the_text(dialect: Any) -> None:
    sql = SHELVES.prepared(dialect).sql
    assert "'01'" in sql
    assert "< 3" in sql
    assert "LIMIT 5" in sql
    assert ":" not in sql
    assert "%(" not in sql


@pytest.mark.parametrize("way", ["change_each", "change_all"])
def test_many_sets_change_their_rows(desk: Desk, way: str) -> None:
    desk.run(lambda work: getattr(work, way)(ADD, ROWS, expect=2))
    assert desk.read(shelves) == [(1, 7), (2, 2)]


@pytest.mark.parametrize("way", ["change_each", "change_all"])
def test_a_set_that_meets_no_row_is_a_conflict_and_undoes_the_others(desk: Desk, way: str) -> None:
    rows = [*ROWS, {"product": 1, "place": "99", "quantity": 1}]
    with pytest.raises(Conflict):
        desk.run(lambda work: getattr(work, way)(ADD, rows, expect=3))
    assert desk.read(shelves) == [(1, 0), (2, 0)]


def test_a_lock_has_no_place_among_the_answers(desk: Desk) -> None:
    def both(work: Work) -> int:
        return len(work.run_all([(LOCK, {}), (SHELVES, {})]))

    assert desk.run(both) == 1


def test_a_lock_keeps_its_rows_until_the_unit_ends(desk: Desk) -> None:
    other = desk.database.connect()
    free = "SELECT product_id FROM stock WHERE product_id = 1"

    def while_locked(work: Work) -> list[Any]:
        work.run_all([(LOCK, {}), (SHELVES, {})])
        if desk.database.dialect.name == SQLITE.name:
            with pytest.raises(Exception, match="locked"):
                other.execute("PRAGMA busy_timeout = 0").connection.execute("BEGIN IMMEDIATE")
            return []
        found: list[Any] = other.execute(f"{free} FOR UPDATE SKIP LOCKED").fetchall()
        return found

    assert desk.run(while_locked) == []
    assert len(other.execute(free).fetchall()) == 1
    other.close()


def test_what_is_asked_runs_in_its_turn_and_is_answered_later(desk: Desk) -> None:
    def count(work: Work) -> list[int]:
        first = work.ask(COUNT_UP, {"code": "order"})
        second = work.run(COUNT_UP, {"code": "order"})
        return [first()[0].next_number, second[0].next_number]

    assert desk.run(count) == [2, 3]


def test_a_field_that_a_later_version_adds_leaves_the_request_what_it_was() -> None:
    @dataclass(frozen=True)
    class Before:
        product: str

    @dataclass(frozen=True)
    class After:
        product: str
        colour: str = ""

    def hashed(request: object) -> str:
        return desk_module._hash("place", (request,), {})

    assert hashed(Before("P1")) == hashed(After("P1"))
    assert hashed(After("P1")) != hashed(After("P1", "red"))


def test_a_refusal_and_a_rehearsal_leave_the_statements_prepared(desk: Desk) -> None:
    if isinstance(desk.database, PostgresDatabase):
        connection = desk.database._connection()
        prepared = "SELECT count(*) FROM pg_prepared_statements"

        def refused(work: Work) -> None:
            work.run(SHELVES)
            raise Refused("no", "no")

        desk.run(shelves)
        desk.rehearse(shelves)
        before = connection.execute(prepared, prepare=False).fetchone()
        for call in (desk.run, desk.read):
            with pytest.raises(Refused):
                call(refused)
        desk.rehearse(shelves)
        assert connection.execute(prepared, prepare=False).fetchone() == before
    assert desk.read(shelves) == [(1, 0), (2, 0)]
