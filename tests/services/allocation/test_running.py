"""The run: what came within the horizon takes stock, in pieces, once."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select

from orderdesk.domain.allocation import RunView
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.exchange import allocation, nightly
from orderdesk.models.company import Company
from orderdesk.models.orders import OrderLine
from orderdesk.services.allocation import running
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase
from orderdesk.store.statements import SQLITE, statement, table_of
from orderdesk.store.work import Work
from tests.breaking import break_rows
from tests.laws import assert_laws_hold
from tests.services.allocation.looking import assert_replayed, decided, held
from tests.services.orders.asking import line, order

DeskOf = Callable[[str], Desk]
FAR = "2027-03-01"
NEAR = "UPDATE company SET allocation_horizon = 200"


NEEDED = statement(
    select(
        func.min(table_of(OrderLine).c.needed).label("needed"),
        select(table_of(Company).c.business_date).scalar_subquery().label("today"),
    )
)


def needed_first(work: Work) -> tuple[str, str]:
    """Give the day on which a line's goods are needed first, and today, both ISO."""
    [row] = work.run(NEEDED)
    return row.needed, row.today


@pytest.fixture
def far(desk_of: DeskOf) -> Desk:
    """Give a supervisor where five lines wait for their time, of two products."""
    desk = desk_of("supervisor")
    for customer in ("FREE", "GROUP"):
        desk.run(place, order(customer, line("P1", "60"), line("P2", "4"), requested=FAR))
    desk.run(place, order("FREE", line("P2", "2"), requested="2027-02-01"))
    return desk


def test_nothing_is_done_before_the_time(far: Desk) -> None:
    assert allocation.run(far) == RunView(0, 0, 1)
    assert set(held(far).values()) == {0}


def test_lines_within_the_horizon_are_served_by_rank(
    far: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_rows(far, NEAR)
    monkeypatch.setattr(running, "LINES", 2)
    monkeypatch.setattr(running, "PRODUCTS", 1)
    assert allocation.ahead(far) == RunView(4, 2, 0)
    assert set(held(far).values()) == {0}
    assert allocation.run(far).served == 4
    assert held(far) == {
        ("SO-000001", 1): 60_000,
        # What was promised comes before what was not, though that is wanted earlier.
        ("SO-000001", 2): 4_000,
        ("SO-000002", 1): 40_000,
        ("SO-000002", 2): 0,
        ("SO-000003", 1): 1_000,
    }
    assert {row.cause for row in decided(far)} == {"allocation run"}
    assert allocation.run(far).served == 0
    assert_laws_hold(far)
    assert_replayed(far)


def test_a_line_takes_stock_from_the_horizon_s_last_day_on(far: Desk) -> None:
    needed, today = far.read(needed_first)
    days = (date.fromisoformat(needed) - date.fromisoformat(today)).days
    break_rows(far, f"UPDATE company SET allocation_horizon = {days - 1}")
    assert allocation.run(far).served == 0
    break_rows(far, f"UPDATE company SET allocation_horizon = {days}")
    assert allocation.run(far).served == 1
    # The other four are kept for the line that was promised them.
    assert held(far)["SO-000003", 1] == 1_000


def test_a_run_may_be_of_some_products_alone(far: Desk) -> None:
    break_rows(far, NEAR)
    assert allocation.ahead(far, ["P2"]) == RunView(2, 1, 0)
    assert allocation.run(far, ["P2"]) == RunView(2, 1, 1)
    assert held(far)["SO-000001", 1] == 0
    with pytest.raises(NotFound, match="'P99' is unknown"):
        allocation.run(far, ["P99"])


def test_the_same_command_id_runs_once(far: Desk) -> None:
    break_rows(far, NEAR)
    first = allocation.run(far, ["P2"], command_id="night-1")
    assert allocation.run(far, ["P2"], command_id="night-1") == first
    with pytest.raises(Refused):
        allocation.run(far, ["P1"], command_id="night-1")
    assert held(far)["SO-000001", 1] == 0


def test_the_night_serves_what_has_come_within_the_horizon(far: Desk) -> None:
    assert nightly.run(far, date(2026, 12, 3)).allocated == 1  # the line of the 1st of February
    assert held(far)["SO-000003", 1] == 1_000
    view = nightly.run(far, date(2026, 12, 31))
    assert (view.allocated, held(far)["SO-000001", 2]) == (3, 4_000)
    assert decided(far)[-1].cause == "nightly run of 2026-12-31"
    assert_laws_hold(far)


def test_who_may_not_run_it_is_refused(far: Desk, desk_of: DeskOf) -> None:
    for act in (allocation.run, allocation.ahead):
        with pytest.raises(Refused, match="may not"):
            act(desk_of("clerk"))


def test_what_is_to_be_done_is_found_by_what_waits_and_never_by_a_scan(sqlite_url: str) -> None:
    database = Desk(sqlite_url, "clerk").database
    assert isinstance(database, SqliteDatabase)
    connection = database.connect()
    values = {"after": 0, "last": "2027-01-01", "most": 5, "products": "[2]"}
    for each in (running.NEXT, running.NEXT_NAMED):
        sql = each.prepared(SQLITE).sql
        plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
        steps = [step[-1] for step in plan]
        assert any("SEARCH demand USING" in step for step in steps)
        assert not [step for step in steps if step.startswith("SCAN") and "value" not in step]
    connection.close()
    database.close()
