"""Open lines whose promises need somebody: which they are, why, and how they are paged."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from orderdesk.domain.errors import Conflict, Refused
from orderdesk.domain.orders import AmendRequest, OrderView
from orderdesk.domain.promises import PinRequest, PromisedLine, PromiseView
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.services import company
from orderdesk.services.orders import repromising
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.promise_lists import (
    COUNTS,
    LISTS,
    counts,
    key_of,
    page,
    statement_of,
)
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase
from orderdesk.store.statements import SQLITE
from orderdesk.store.work import Work
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order
from tests.services.orders.test_promised import placed

NOON = datetime(2026, 11, 2, 12, tzinfo=ZoneInfo("UTC"))


@pytest.fixture
def owner(desk_of: Callable[[str], Desk]) -> Iterator[Desk]:
    """Give the owner's desk on a Monday, with goods to come on Thursday week."""
    desk = desk_of("owner")
    desk.run(company.set_, {"business_date": "2026-11-02"})
    desk.run(announcing.add, SupplyRequest(product="P2", quantity="10", due="2026-11-12"))
    yield desk
    assert_laws_hold(desk)


def taken(desk: Desk, product: str, quantity: str, requested: str) -> OrderView:
    return desk.run(placed, NOON, order("ACME", line(product, quantity), requested=requested))


def renewed(work: Work, number: str) -> PromiseView:
    work.now = int(NOON.timestamp()) * 1_000_000
    return repromising.renew(work, number)


def listed(desk: Desk, which: str) -> list[tuple[str, str]]:
    return [(each.order[-1], each.why) for each in desk.read(page, which).lines]


def test_late_is_what_was_asked_for_on_a_day_to_come_and_comes_later(owner: Desk) -> None:
    taken(owner, "P2", "9", "2026-11-02")  # as soon as it can be
    taken(owner, "P2", "2", "2026-11-11")
    taken(owner, "P2", "1", "2026-11-12")
    taken(owner, "P2", "1", "2026-11-10")
    assert listed(owner, "late") == [
        ("4", "2 days later than asked for"),
        ("2", "1 day later than asked for"),
    ]
    owner.run(company.set_, {"business_date": "2026-11-10"})
    assert listed(owner, "late") == [("2", "1 day later than asked for")]


def test_at_risk_is_what_should_have_left_and_what_leaves_soon_and_is_not_there(
    owner: Desk,
) -> None:
    taken(owner, "P2", "9", "2026-11-12")
    taken(owner, "P1", "1", "2026-11-12")
    taken(owner, "P1", "1", "2026-11-03")
    taken(owner, "P3", "1", "2026-11-03")
    assert listed(owner, "risk") == []
    owner.run(company.set_, {"business_date": "2026-11-04"})
    assert listed(owner, "risk") == [("3", "should have left on 2026-11-03")]
    owner.run(company.set_, {"business_date": "2026-11-10"})
    assert listed(owner, "risk")[1:] == [("1", "must leave by 2026-11-12, 4 ea not there")]
    owner.run(company.set_, {"business_date": "2026-11-13"})
    assert listed(owner, "risk")[1] == ("1", "should have left on 2026-11-12, 4 ea not there")


def test_slipped_and_unpromised_say_why(owner: Desk) -> None:
    made = taken(owner, "P2", "9", "2026-11-02")
    taken(owner, "P3", "1", "2026-11-02")
    owner.run(announcing.set_, 1, SupplyRequest(due="2026-11-20"))
    assert owner.run(renewed, made.number).promised == date(2026, 11, 20)
    assert listed(owner, "slipped") == [("1", "slipped once, promised 2026-11-12 at first")]
    assert listed(owner, "unpromised") == [("2", "nobody knows when 1 kg come")]
    owner.run(announcing.set_, 1, SupplyRequest(due="2026-11-10"))
    owner.run(renewed, made.number)
    why = "slipped once, by now no later than promised at first"
    assert listed(owner, "slipped") == [("1", why)]


def test_promising_anew_by_hand_keeps_what_is_pinned_and_is_not_everybodys(
    owner: Desk, desk_of: Callable[[str], Desk]
) -> None:
    made = taken(owner, "P2", "9", "2026-11-02")
    with pytest.raises(Refused, match="may not"):
        desk_of("clerk").run(repromising.renew, made.number)
    owner.run(amend, AmendRequest(number=made.number, note="please"))
    with pytest.raises(Conflict, match="you read 1"):
        owner.run(repromising.renew, made.number, 1)
    owner.run(repromising.pin, PinRequest(number=made.number, line=1, on="2026-11-13"))
    owner.run(announcing.set_, 1, SupplyRequest(due="2026-11-20"))
    supervisor = desk_of("supervisor")
    assert supervisor.run(renewed, made.number).promised == date(2026, 11, 13)


@pytest.mark.parametrize("which", LISTS)
def test_pages_go_on_both_ways_from_any_line(owner: Desk, which: str) -> None:
    for quantity in ("9", "1", "1", "1"):
        taken(owner, "P2", quantity, "2026-11-10")
    taken(owner, "P2", "1", "2026-11-11")
    for _ in range(5):
        taken(owner, "P3", "1", "2026-11-11")
    owner.run(announcing.set_, 1, SupplyRequest(due="2026-11-13"))
    for number in range(1, 6):
        owner.run(renewed, str(number))
    if which == "risk":
        owner.run(company.set_, {"business_date": "2026-11-12"})
    every = owner.read(page, which).lines
    assert len(every) == 5
    assert len({each.order for each in every}) == 5
    first = owner.read(page, which, limit=2)
    assert (first.lines, first.more) == (every[:2], True)
    assert owner.read(page, which, key_of(which, every[1]), limit=2).lines == every[2:4]
    key = key_of(which, every[3])
    back = owner.read(page, which, key, before=True, limit=2)
    assert (back.lines, back.more) == (every[1:3], True)
    assert owner.read(page, which, key, including=True).lines == every[3:]
    assert owner.read(page, which, before=True, limit=2).lines == every[3:]
    assert owner.read(counts)[which] == 5
    [seen] = owner.read(page, which, key, before=True, including=True, limit=1).lines
    assert isinstance(seen, PromisedLine)
    assert (seen.customer, seen.version > 0, seen.warehouse) == ("ACME", True, "01")


def test_an_unknown_list_names_all(owner: Desk) -> None:
    with pytest.raises(Refused, match="'lost' is unknown; known: slipped, late, risk, unpromised"):
        owner.read(page, "lost")
    with pytest.raises(Refused, match="limit 0"):
        owner.read(page, "late", limit=0)


INDEX = {
    "slipped": "line_slipped",
    "late": "line_late",
    "risk": "line_to_leave",
    "unpromised": "line_unpromised",
}


NARROWED = {
    "": "INDEX {index} ",
    "customer": "INDEX {index} ",
    "product": "INDEX line_waiting (product_id=?)",
    "order": "order_line USING PRIMARY KEY (order_id=?)",
}
"""How the lines are found, by what a list is narrowed by."""


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("narrowed", NARROWED)
@pytest.mark.parametrize("which", LISTS)
def test_a_list_is_read_by_an_index_on_sqlite(
    sqlite_url: str, which: str, narrowed: str, before: bool
) -> None:
    database = Desk(sqlite_url, "clerk").open().database
    assert isinstance(database, SqliteDatabase)
    names = frozenset({narrowed} - {""})
    wanted = statement_of(which, before=before, including=False, narrowed=names)
    prepared = wanted.prepared(SQLITE)
    values = {"key_day": "", "key_order": 3, "key_line": 1, "count": 4, f"of_{narrowed}": 1}
    values |= {"today": "2026-11-02", "soon": "2026-11-04"}
    used = {name: value for name, value in values.items() if f":{name}" in prepared.sql}
    plan = [
        row[3] for row in database.connect().execute(f"EXPLAIN QUERY PLAN {prepared.sql}", used)
    ]
    database.close()
    assert any(NARROWED[narrowed].format(index=INDEX[which]) in step for step in plan), plan
    assert not [step for step in plan if step.startswith("SCAN")], plan
    # Of one product or order the open lines are few, and sorted.
    assert narrowed in ("product", "order") or not [each for each in plan if "B-TREE" in each], plan


@pytest.mark.parametrize("which", LISTS)
def test_a_list_is_counted_by_its_index_on_sqlite(sqlite_url: str, which: str) -> None:
    database = Desk(sqlite_url, "clerk").open().database
    assert isinstance(database, SqliteDatabase)
    sql = COUNTS[which].prepared(SQLITE).sql
    used = {name: "2026-11-02" for name in ("today", "soon") if f":{name}" in sql}
    plan = [row[3] for row in database.connect().execute(f"EXPLAIN QUERY PLAN {sql}", used)]
    database.close()
    assert [step for step in plan if f"INDEX {INDEX[which]}" in step], plan
    assert not [step for step in plan if "B-TREE" in step], plan
