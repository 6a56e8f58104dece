"""Stock moved by a supervisor: first who slips, then both orders are told."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from orderdesk.domain.allocation import MoveRequest
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.promises import PinRequest
from orderdesk.services import carriers, company, masters
from orderdesk.services.orders import moving, reading, repromising
from orderdesk.services.orders.moving import move
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.laws import assert_laws_hold
from tests.services.allocation.looking import assert_replayed, decided, demand, held
from tests.services.allocation.test_explaining import LATER, TODAY, expect
from tests.services.orders.asking import line, order
from tests.services.orders.test_promised import placed

FIRST, SECOND, THIRD = "SO-000001", "SO-000002", "SO-000003"


def wanted(**change: object) -> MoveRequest:
    asked = {"order": FIRST, "line": 1, "to_order": THIRD, "to_line": 1, "reason": "by phone"}
    return MoveRequest(**{**asked, **change})  # type: ignore[arg-type]


@pytest.fixture
def waiting(desk_of: Callable[[str], Desk]) -> Desk:
    """Give a supervisor where 5 P2 are shared by the first two of three orders, more to come."""
    desk = desk_of("supervisor")
    desk.run(place, order("FREE", line("P2", "4"), line("P1")))
    desk.run(place, order("ACME", line("P2", "4")))
    desk.run(place, order("FREE", line("P2", "3"), requested=LATER))
    expect(desk_of, "3", "2026-12-10")
    expect(desk_of, "9", "2026-12-20")
    return desk


def test_stock_goes_over_and_who_slips_is_said(waiting: Desk) -> None:
    done = waiting.run(move, wanted())
    assert (done.product, done.warehouse, done.quantity, done.reason) == ("P2", "01", 3, "by phone")
    assert [(each.order, each.before, each.after, each.days) for each in done.slips] == [
        (FIRST, date(2026, 11, 23), date(2026, 12, 10), 17),
        (SECOND, date(2026, 12, 10), date(2026, 12, 20), 10),
        (THIRD, date(2026, 12, 20), date(2026, 11, 23), -27),
    ]
    assert held(waiting) == {
        (FIRST, 1): 1_000,
        (FIRST, 2): 1_000,
        (SECOND, 1): 1_000,
        (THIRD, 1): 3_000,
    }
    assert demand(waiting) == {("P2", TODAY): 6_000}
    rows = decided(waiting)[-2:]
    cause = f"moved from {FIRST} line 1 to {THIRD} line 1: by phone"
    assert [(row.granted, row.cause, row.actor) for row in rows] == [
        (-3_000, cause, "supervisor"),
        (3_000, cause, "supervisor"),
    ]
    for number, kind in ((FIRST, "deallocated"), (THIRD, "served")):
        event = waiting.read(reading.events, number)[-1]
        assert (event.kind, event.changes["cause"]) == (kind, cause)
        assert waiting.read(reading.show, number).version == 1
    assert_laws_hold(waiting)
    assert_replayed(waiting)


def test_both_lines_are_told_of_however_many_others_are_looked_at(
    waiting: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "LOOKED_AT", 0)
    done = waiting.run(move, wanted())
    assert [(each.order, each.before, each.after, each.quantity) for each in done.slips] == [
        (FIRST, date(2026, 11, 23), date(2026, 12, 10), 3),
        (THIRD, date(2026, 12, 20), date(2026, 11, 23), 0),
    ]


NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def moved(work: Work, request: MoveRequest) -> dict[str, tuple[str, str, bool]]:
    """Move stock at noon; give of each order what was promised, when it arrives, what breaks."""
    work.now = int(NOON.timestamp()) * 1_000_000
    slips = move(work, request).slips
    return {each.order: (str(each.promised), str(each.arrives), each.breaks) for each in slips}


def test_it_is_said_whether_a_promise_breaks(desk_of: Callable[[str], Desk]) -> None:
    owner = desk_of("owner")
    owner.run(masters.add, "carrier", "SLOW", {})
    owner.run(carriers.set_zone, "SLOW", {"lead_days": "2"})
    owner.run(company.set_, {"carrier": "SLOW"})
    desk = desk_of("supervisor")
    desk.run(placed, NOON, order("FREE", line("P2", "4")))
    desk.run(placed, NOON, order("FREE", line("P2", "4")))
    desk.run(placed, NOON, order("FREE", line("P2", "3"), requested=LATER))
    expect(desk_of, "3", "2026-12-10")
    expect(desk_of, "9", "2026-12-21")
    # A Monday and two days on the way.
    for fixed, breaks in (("2026-12-22", True), ("2026-12-23", False)):
        desk.run(repromising.pin, PinRequest(number=SECOND, line=1, on=fixed))
        assert desk.rehearse(moved, wanted()) == {
            FIRST: ("2026-11-25", "2026-12-14", True),
            SECOND: (fixed, "2026-12-23", breaks),
            THIRD: ("None", "2026-12-01", False),
        }


def test_what_never_comes_breaks_a_promise_and_breaks_none_where_there_is_none(
    desk_of: Callable[[str], Desk],
) -> None:
    desk = desk_of("supervisor")
    desk.run(placed, NOON, order("FREE", line("P2", "4")))
    desk.run(placed, NOON, order("FREE", line("P2", "4")))
    assert desk.run(moved, wanted(to_order=SECOND)) == {
        FIRST: ("2026-11-23", "None", True),
        SECOND: ("None", "2026-11-23", False),
    }


def test_a_rehearsed_move_says_the_same_and_changes_nothing(waiting: Desk) -> None:
    said = waiting.rehearse(move, wanted(quantity="2"))
    assert held(waiting)[FIRST, 1] == 4_000
    assert waiting.run(move, wanted(quantity="2")) == said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"reason": " "}, "say why the stock is moved"),
        ({"quantity": "4"}, "line 1 of SO-000003 lacks 3; move at most 3"),
        ({"quantity": "0"}, "quantity 0 cannot be moved"),
        ({"quantity": "-1"}, "quantity"),
        ({"order": THIRD, "to_order": FIRST}, "there is nothing to move"),
        ({"line": 2}, "name lines of the same stock"),
        ({"to_order": FIRST}, "both lines are the same"),
        ({"to_order": "SO-77"}, "order 'SO-77' is unknown"),
    ],
)
def test_what_cannot_be_moved_is_refused_and_nothing_changes(
    waiting: Desk, change: dict[str, object], says: str
) -> None:
    with pytest.raises((Refused, NotFound), match=says):
        waiting.run(move, wanted(**change))
    assert held(waiting)[FIRST, 1] == 4_000


def test_who_may_not_move_stock_is_told_who_may(
    waiting: Desk, desk_of: Callable[[str], Desk]
) -> None:
    with pytest.raises(Refused, match="may not move stock from one order to another"):
        desk_of("clerk").run(move, wanted())
