"""Lines are ranked by the day by which their goods must leave, so that every promise is kept."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import bindparam, select

from orderdesk.domain.orders import AmendRequest, LineChange
from orderdesk.domain.promises import PinRequest
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.models.orders import OrderLine
from orderdesk.services import carriers, masters, stock
from orderdesk.services.allocation.explaining import explain, show
from orderdesk.services.orders import repromising
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work
from tests.laws import assert_laws_hold
from tests.services.allocation.conftest import NOON
from tests.services.orders.asking import line, order

_line = table_of(OrderLine).c
LINE = statement(
    select(_line.promised, _line.first_promised, _line.ship_by, _line.leave_by, _line.allocated)
    .where(_line.order_id == bindparam("order"), _line.line == 1)
)  # fmt: skip


@pytest.fixture
def owner(desk_of: Callable[[str], Desk]) -> Iterator[Desk]:
    """Give the owner's desk, with a carrier of nine days and nothing free; laws hold."""
    desk = desk_of("owner")
    desk.run(masters.add, "carrier", "BOAT", {})
    desk.run(carriers.set_zone, "BOAT", {"lead_days": "9"})
    desk.run(masters.add, "carrier", "TRUCK", {})
    desk.run(taken, "5", "TRUCK")
    yield desk
    assert_laws_hold(desk)


def taken(work: Work, quantity: str, carrier: str, requested: str = "2026-11-23") -> str:
    """Place an order at noon; give its number."""
    work.now = NOON
    wanted = order("FREE", line("P2", quantity), carrier=carrier, requested=requested)
    return place(work, wanted).number


def expected(desk: Desk, due: str, quantity: str = "4") -> int:
    asked = SupplyRequest(product="P2", quantity=quantity, due=due)
    return desk.run(announcing.add, asked).id


def moved(desk: Desk, supply: int, due: str) -> None:
    desk.run(announcing.set_, supply, SupplyRequest(due=due))


def anew(work: Work, number: str) -> None:
    work.now = NOON
    repromising.repromise(work, number, "nightly run")


def seen(desk: Desk, number: str) -> Row:
    return desk.read(lambda work: work.run(LINE, {"order": int(number[3:])})[0])


def received(desk: Desk, supply: int) -> None:
    desk.run(stock.receive, ReceiveRequest(supply=str(supply)))


def test_a_slipped_line_with_a_long_way_is_not_passed_by_one_with_a_short_way(
    owner: Desk,
) -> None:
    first = expected(owner, "2026-11-25")
    boat = owner.run(taken, "4", "BOAT")
    assert seen(owner, boat) == ("2026-12-04", "2026-12-04", "2026-11-25", "2026-11-25", 0)
    moved(owner, first, "2026-11-27")
    owner.run(anew, boat)
    slipped = ("2026-12-07", "2026-12-04", "2026-11-27", "2026-11-25", 0)
    assert seen(owner, boat) == slipped, "it keeps the rank of the first promise"
    expected(owner, "2026-12-01")
    truck = owner.run(taken, "4", "TRUCK")
    # It arrives before the other one does, and leaves behind it.
    assert seen(owner, truck) == ("2026-12-01", "2026-12-01", "2026-12-01", "2026-12-01", 0)
    received(owner, first)
    assert [seen(owner, each).allocated for each in (boat, truck)] == [4_000, 0]


def test_a_promise_that_was_brought_forward_is_kept(owner: Desk) -> None:
    first, second = expected(owner, "2026-12-07"), expected(owner, "2026-12-07")
    early = owner.run(taken, "4", "TRUCK")
    moved(owner, first, "2026-11-26")
    owner.run(anew, early)
    assert seen(owner, early) == ("2026-11-26", "2026-12-07", "2026-11-26", "2026-11-26", 0)
    moved(owner, second, "2026-12-01")
    late = owner.run(taken, "4", "TRUCK")
    assert seen(owner, late).promised == "2026-12-01"
    received(owner, first)
    assert [seen(owner, each).allocated for each in (early, late)] == [4_000, 0]
    moved(owner, second, "2026-12-03")
    owner.run(anew, late)
    assert seen(owner, late)[:4] == ("2026-12-03", "2026-12-01", "2026-12-03", "2026-12-01")


def test_a_line_that_is_wanted_later_by_now_is_ranked_by_that_wish(owner: Desk) -> None:
    """What is promised to others counts on it no sooner, so they must not wait for it either."""
    first = expected(owner, "2026-11-25")
    patient = owner.run(taken, "4", "TRUCK")
    changed = LineChange(line=1, requested="2026-12-18")
    owner.run(amend, AmendRequest(number=patient, lines=(changed,)))
    assert seen(owner, patient)[1:4] == ("2026-11-25", "2026-12-18", "2026-12-18")
    expected(owner, "2026-12-15")
    quick = owner.run(taken, "4", "TRUCK")
    assert seen(owner, quick).promised == "2026-11-25"
    received(owner, first)
    assert [seen(owner, each).allocated for each in (patient, quick)] == [0, 4_000]
    again = LineChange(line=1, requested="2026-12-10")
    owner.run(amend, AmendRequest(number=patient, lines=(again,)))
    assert seen(owner, patient).leave_by == "2026-12-15", "it is promised when goods come"


def test_a_longer_way_is_a_wish_for_an_earlier_day_and_a_shorter_one_for_a_later(
    owner: Desk,
) -> None:
    expected(owner, "2026-11-25")
    number = owner.run(taken, "4", "BOAT", "2026-12-18")
    assert seen(owner, number).leave_by == "2026-12-09"
    owner.run(amend, AmendRequest(number=number, carrier="TRUCK"))
    assert seen(owner, number).leave_by == "2026-12-18"
    owner.run(amend, AmendRequest(number=number, carrier="BOAT"))
    assert seen(owner, number).leave_by == "2026-12-09"


@pytest.mark.parametrize(
    ("on", "leave_by"),
    [("2026-12-14", "2026-12-14"), ("2026-12-01", "2026-12-10"), ("2026-12-22", "2026-12-18")],
)
def test_a_day_by_hand_ranks_a_line_but_not_before_its_wish(
    owner: Desk, on: str, leave_by: str
) -> None:
    expected(owner, "2026-12-18")
    number = owner.run(taken, "4", "TRUCK", "2026-12-10")
    assert seen(owner, number).leave_by == "2026-12-18"
    owner.run(repromising.pin, PinRequest(number=number, line=1, on=on))
    assert (seen(owner, number).promised, seen(owner, number).leave_by) == (on, leave_by)


def test_a_line_that_was_never_promised_comes_behind_by_the_day_it_is_needed(owner: Desk) -> None:
    far = owner.run(taken, "4", "TRUCK", "2026-12-02")
    # Its goods leave nine days before they arrive.
    near = owner.run(taken, "4", "BOAT", "2026-12-10")
    assert seen(owner, near)[:4] == seen(owner, far)[:4] == (None, None, None, None)
    rows = owner.read(show, "P2")
    assert [(row.order, row.ranked, row.needed) for row in rows[1:]] == [
        (near, date(2026, 12, 1), date(2026, 12, 1)),
        (far, date(2026, 12, 2), date(2026, 12, 2)),
    ]
    told = owner.read(explain, far, 1)
    assert told.ranked_by == "was never promised, needed on 2026-12-02"
    assert told.ahead[0].ranked_by == "was never promised, needed on 2026-12-01"


def test_why_one_comes_before_another_names_the_day_to_leave_by(owner: Desk) -> None:
    expected(owner, "2026-11-25")
    boat = owner.run(taken, "4", "BOAT")
    expected(owner, "2026-12-01")
    truck = owner.run(taken, "4", "TRUCK")
    told = owner.read(explain, truck, 1)
    assert told.ranked_by == "must leave by 2026-12-01"
    [before] = told.ahead
    assert (before.order, before.ranked_by) == (boat, "must leave by 2026-11-25")
