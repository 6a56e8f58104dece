"""The transaction recipe: nothing lost, nothing half done, on both databases."""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select, update

from orderdesk.domain.errors import Busy, Conflict, OrderDeskError, Refused
from orderdesk.domain.orders import LineRequest, OrderRequest, OrderView
from orderdesk.models.company import Series
from orderdesk.models.stock import Stock
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import events
from orderdesk.store import desk as desk_module
from orderdesk.store.desk import Desk
from orderdesk.store.statements import insertion, statement, table_of
from orderdesk.store.work import Spoilt, Work
from tests.processes import Crew
from tests.store.writers import (
    READ,
    WRITE,
    increment,
    increment_by_default,
    increment_by_recipe,
)

WRITERS, TIMES = 4, 50

_stock = table_of(Stock).c
LOCK_STOCK = statement(
    select(_stock.on_hand).where(_stock.product_id == bindparam("product")).with_for_update()
)
OVERSELL = statement(
    update(table_of(Stock))
    .where(_stock.product_id == bindparam("product"))
    .values(allocated=_stock.on_hand + 1)
)
SERIES = insertion(Series)
PREFIX = statement(
    update(table_of(Series)).where(table_of(Series).c.code == bindparam("series")).values(width=9)
)


def number(work: Work) -> int:
    row = work.one(READ, {"series": "order"})
    assert row is not None
    found: int = row.next_number
    return found


def counted(url: str, tmp_path: Path, work: Callable[..., None]) -> int:
    """Let several processes count up together; give how many of their counts stand."""
    with Crew(tmp_path / "diaries") as crew:
        workers = [crew.start(f"w{n}", work, url, TIMES) for n in range(WRITERS)]
        codes = [worker.wait() for worker in workers]
    if work is increment_by_recipe:
        assert codes == [0] * WRITERS
    desk = Desk(url, "clerk").open()
    found = desk.run(number) - 1
    desk.close()
    return found


def test_no_increment_is_lost(url: str, tmp_path: Path) -> None:
    assert counted(url, tmp_path, increment_by_recipe) == WRITERS * TIMES


def test_a_default_transaction_loses_increments(url: str, tmp_path: Path) -> None:
    # If this one fails, the recipe is no longer needed, or no longer tested.
    assert counted(url, tmp_path, increment_by_default) < WRITERS * TIMES


def test_an_error_undoes_everything(desk: Desk) -> None:
    def fail(work: Work) -> None:
        increment(work)
        work.event("order", 99, 1, "placed", {})
        raise Refused("no", "no")

    with pytest.raises(Refused):
        desk.run(fail)
    assert desk.run(number) == 1
    assert desk.run(increment) == 2


def test_a_law_of_the_tables_undoes_everything(desk: Desk) -> None:
    def oversell(work: Work) -> None:
        increment(work)
        work.change(OVERSELL, {"product": 1})

    with pytest.raises(Exception, match="never_oversold"):
        desk.run(oversell)
    assert desk.run(number) == 1


def refused_part(work: Work) -> None:
    with work.savepoint():
        increment(work)
        work.change(PREFIX, {"series": "order"})
        work.event("order", 98, 1, "placed", {})
        with work.savepoint():
            increment(work)
        raise Refused("no", "no")


def test_a_savepoint_undoes_only_what_is_inside(desk: Desk) -> None:
    def half(work: Work) -> int:
        increment(work)
        with pytest.raises(Refused):
            refused_part(work)
        with pytest.raises(Exception, match="never_oversold"), work.savepoint():
            work.change(OVERSELL, {"product": 1})
        with work.savepoint():
            increment(work)
        with pytest.raises(Refused), work.savepoint():
            refused_part(work)
        work.event("order", 99, 1, "placed", {})
        return number(work)

    assert desk.run(half) == 3
    assert desk.run(number) == 3
    with desk.database.engine().connect() as connection:
        rows = connection.exec_driver_sql("SELECT subject_id FROM event WHERE subject = 'order'")
        assert [row[0] for row in rows] == [99]
        assert connection.exec_driver_sql("SELECT width FROM series").scalar() == 6


def refused_after(work: Work, what: Callable[[Work], object]) -> None:
    with work.savepoint():
        what(work)
        work.event("order", 98, 1, "placed", {})
        raise Refused("no", "no")


def test_a_bold_part_is_undone_or_ends_the_whole_unit(desk: Desk) -> None:
    def boldly(work: Work, what: Callable[[Work], object], order: int) -> None:
        work.bold = True
        with pytest.raises(Refused):
            refused_after(work, what)
        work.event("order", order, 1, "placed", {})

    desk.run(boldly, number, 1)
    with suppress(Spoilt):
        desk.run(boldly, increment, 2)
    assert desk.run(number) == 1
    with desk.database.engine().connect() as connection:
        rows = connection.exec_driver_sql("SELECT subject_id FROM event WHERE subject = 'order'")
        assert 98 not in [row[0] for row in rows]


def test_an_interrupted_bold_part_stays_an_interrupt(desk: Desk) -> None:
    def interrupted(work: Work) -> None:
        work.bold = True
        with work.savepoint():
            increment(work)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.run(interrupted)
    assert desk.run(number) == 1


def test_a_change_that_meets_other_rows_is_a_conflict(desk: Desk) -> None:
    def stale(work: Work) -> None:
        increment(work)
        work.change(WRITE, {"series": "nix", "number": 5}, expect=1)

    def stale_many(work: Work) -> None:
        increment(work)
        work.change_each(
            WRITE,
            [{"series": "order", "number": 7}, {"series": "nix", "number": 7}],
            expect=2,
        )

    for service in (stale, stale_many):
        with pytest.raises(Conflict, match="somebody else changed") as caught:
            desk.run(service)
        assert caught.value.code == "changed_meanwhile"
    assert desk.run(number) == 1


def test_a_reader_sees_one_moment(desk: Desk, desk_of: Callable[[str], Desk]) -> None:
    other = desk_of("clerk2")
    read = statement(select(table_of(Series).c.next_number))

    def twice(work: Work) -> list[Any]:
        first = work.run(read)
        thread = threading.Thread(target=lambda: other.run(increment))
        thread.start()
        thread.join()
        return [first, work.run(read)]

    first, second = desk.read(twice)
    assert first == second
    assert desk.run(number) == 2


def test_what_may_pass_is_tried_again(desk: Desk, desk_of: Callable[[str], Desk]) -> None:
    """Two desks lock the same rows in opposite orders; each gets its work done."""
    other = desk_of("clerk2")
    met = threading.Barrier(2)
    tries: list[str] = []

    def crossing(work: Work, first: int, second: int) -> None:
        tries.append(work.actor)
        work.run(LOCK_STOCK, {"product": first})
        if len(tries) <= 2 and desk.database.dialect.name == "postgresql":
            met.wait(30)
        work.run(LOCK_STOCK, {"product": second})
        increment(work)

    thread = threading.Thread(target=lambda: other.run(crossing, 2, 1))
    thread.start()
    desk.run(crossing, 1, 2)
    thread.join()
    assert desk.run(number) == 3
    if desk.database.dialect.name == "postgresql":
        assert len(tries) > 2


def test_what_never_passes_ends_as_busy(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "TRIES", 3)
    tries: list[int] = []

    class Passing(Exception):
        pass

    def never(work: Work) -> None:
        tries.append(increment(work))
        raise Passing

    monkeypatch.setattr(desk.database, "is_passing", lambda error: isinstance(error, Passing))
    with pytest.raises(Busy, match="stayed busy; nothing was changed"):
        desk.run(never)
    assert tries == [2, 2, 2]


def test_a_key_that_is_taken_for_good_is_told_as_such(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL it is tried again first: somebody may have just made what is there."""
    monkeypatch.setattr(desk_module, "TRIES", 2)

    def twice(work: Work) -> None:
        work.insert(SERIES, [("order", "SO-", 6, 1, 1)])

    with pytest.raises(Conflict, match="another record has the same value already"):
        desk.run(twice)


def test_what_never_passes_is_not_tried_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "PATIENCE", -1.0)
    monkeypatch.setattr(desk.database, "is_passing", lambda error: isinstance(error, KeyError))

    def never(work: Work) -> None:
        raise KeyError

    with pytest.raises(Busy):
        desk.run(never)


def test_every_thread_has_a_connection_of_its_own(desk: Desk) -> None:
    found: list[int] = []
    failed: list[BaseException] = []

    def many() -> None:
        try:
            for _ in range(10):
                found.append(desk.run(increment))
                desk.read(lambda work: work.run(statement(select(table_of(Series)))))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(found) == list(range(2, 42))


def test_a_closed_desk_opens_again_by_itself(desk: Desk) -> None:
    opened, closed = threading.Event(), threading.Event()
    found: list[int] = []

    def use() -> None:
        found.append(desk.run(increment))
        opened.set()
        closed.wait(30)
        found.append(desk.run(increment))

    thread = threading.Thread(target=use)
    thread.start()
    opened.wait(30)
    desk.close()
    closed.set()
    thread.join()
    assert found == [2, 3]


def test_a_unit_of_work_that_was_interrupted_is_undone(desk: Desk) -> None:
    def interrupted(work: Work) -> None:
        increment(work)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.run(interrupted)
    assert desk.run(increment) == 2


def test_a_command_run_twice_at_once_answers_twice_and_is_done_once(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    """On PostgreSQL both find that it was never answered; on SQLite they come one by one."""
    both = threading.Barrier(2)
    met: list[str] = []
    answers: list[object] = []
    line = LineRequest(product="P1", quantity="1")
    order = desk.run(place, OrderRequest(customer="ACME", lines=(line,))).number

    def cancel_together(work: Work, number: str) -> OrderView:
        met.append(number)
        if desk.database.dialect.name == "postgresql" and len(met) <= 2:
            both.wait(30)
        return cancel(work, number, "")

    def at(a_desk: Desk) -> None:
        try:
            answers.append(a_desk.command("once", cancel_together, order))
        except OrderDeskError as error:
            answers.append(error)

    threads = [threading.Thread(target=at, args=[each]) for each in (desk, desk_of("clerk2"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers[0] == answers[1]
    assert isinstance(answers[0], OrderView)
    kinds = [event.kind for event in desk.read(events, order)]
    assert kinds == ["placed", "cancelled"]
