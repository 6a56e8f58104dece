"""The one sealer of a PostgreSQL database: never past an event that is not there yet."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import pytest

from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.services import chain
from orderdesk.services.doctor import examine
from orderdesk.services.orders.place import place
from orderdesk.store import postgres
from orderdesk.store.desk import Desk
from tests.breaking import break_rows
from tests.conftest import on_postgres
from tests.laws import assert_laws_hold

pytestmark = on_postgres

ORDER = OrderRequest(customer="FREE", lines=(LineRequest(product="P1", quantity="2"),))
NOTE = (
    "INSERT INTO event (subject, subject_id, version, kind, actor, at, body)"
    " VALUES ('user', 1, NULL, 'changed', 'x', 0, '{}') RETURNING id"
)


@contextmanager
def open_writer(desk: Desk) -> Iterator[tuple[Any, int]]:
    """Give a connection whose transaction has written an event, and the event's id."""
    with closing(desk.database.connect()) as connection:
        connection.execute("BEGIN")
        yield connection, connection.execute(NOTE).fetchone()[0]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "PATIENCE", 0.05)


@pytest.mark.usefixtures("impatient")
def test_no_event_is_sealed_while_an_earlier_one_may_still_come(desk: Desk) -> None:
    desk.run(chain.seal)
    with open_writer(desk) as (first, early), open_writer(desk) as (second, late):
        second.execute("COMMIT")
        assert early < late
        waiting = desk.run(chain.seal)
        assert (waiting.sealed, waiting.unsealed) == (0, 1)
        first.execute("COMMIT")
    done = desk.run(chain.seal)
    assert (done.sealed, done.unsealed, done.event) == (2, 0, late)
    assert_laws_hold(desk)


@pytest.mark.usefixtures("impatient")
def test_one_that_was_taken_back_leaves_a_gap_that_hinders_nobody(desk: Desk) -> None:
    desk.run(chain.seal)
    with open_writer(desk) as (first, early), open_writer(desk) as (second, late):
        second.execute("COMMIT")
        first.execute("ROLLBACK")
    done = desk.run(chain.seal)
    assert (done.sealed, done.unsealed, done.event) == (1, 0, late)
    assert early < late
    assert_laws_hold(desk)


def test_the_sealer_waits_for_a_writer_who_is_about_to_end(desk: Desk) -> None:
    desk.run(chain.seal)
    with (
        ThreadPoolExecutor(1) as pool,
        open_writer(desk) as (first, _),
        open_writer(desk) as (second, late),
    ):
        second.execute("COMMIT")
        sealing = pool.submit(desk.run, chain.seal)
        holders = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        while not second.execute(holders).fetchone()[0] and not sealing.done():
            pass
        first.execute("COMMIT")
        assert sealing.result(60).event == late
    assert_laws_hold(desk)


@pytest.mark.usefixtures("impatient")
def test_writers_who_came_later_are_not_waited_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.run(chain.seal)
    desk.run(place, ORDER)
    found = postgres.PostgresWork._writing
    began: list[Any] = []

    def writing(work: postgres.PostgresWork) -> set[str]:
        now = found(work)
        if not began:
            began.append(desk.database.connect())
            began[0].execute("BEGIN")
            began[0].execute(NOTE)
        return now

    monkeypatch.setattr(postgres.PostgresWork, "_writing", writing)
    assert desk.run(chain.seal).sealed == 1
    began[0].execute("COMMIT")
    began[0].close()
    assert desk.run(chain.seal).sealed == 1
    assert_laws_hold(desk)


def test_sealers_take_turns_and_desks_go_on_meanwhile(desk: Desk) -> None:
    def orders() -> None:
        for _ in range(15):
            desk.run(place, ORDER)

    def seals() -> int:
        return sum(desk.run(chain.seal).sealed for _ in range(20))

    with ThreadPoolExecutor(6) as pool:
        placing = [pool.submit(orders) for _ in range(3)]
        sealing = [pool.submit(seals) for _ in range(3)]
        for each in placing:
            each.result(120)
        count = sum(each.result(120) for each in sealing)
    count += desk.run(chain.seal).sealed
    with closing(desk.database.connect()) as connection:
        events, seals_there = connection.execute(
            "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM seal)"
        ).fetchone()
    assert count == events == seals_there
    assert_laws_hold(desk)


def test_the_tail_is_no_broken_law_but_one_among_the_sealed_is(desk: Desk) -> None:
    desk.run(chain.seal)
    desk.run(place, ORDER)
    desk.run(place, ORDER)
    assert desk.read(chain.head).unsealed == 2
    assert_laws_hold(desk)
    desk.run(chain.seal)
    last = desk.read(chain.head).event
    assert last is not None
    break_rows(desk, f"DELETE FROM seal WHERE event_id = {last - 1}")
    assert [each.key for each in desk.read(examine)] == [str(last - 1), str(last)]
