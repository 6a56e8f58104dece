"""Promises explained, fixed by hand, and reckoned anew at night."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.orders import OrderView
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.promises import PinRequest
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.services import carriers, company, masters, products, stock
from orderdesk.services.allocation import standing
from orderdesk.services.orders import promise_lists, promise_reading, repromising
from orderdesk.services.orders.reading import events, show
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from orderdesk.store.work import NO_PARAMETERS, Work
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order
from tests.services.orders.test_promised import placed


@pytest.fixture
def owner(desk_of: Callable[[str], Desk]) -> Iterator[Desk]:
    """Give the owner's desk, with a carrier who takes two days and goods to come; laws hold."""
    desk = desk_of("owner")
    desk.run(company.set_, {"business_date": "2026-11-02"})
    desk.run(masters.add, "carrier", "TRUCK", {})
    desk.run(company.set_, {"carrier": "TRUCK"})
    desk.run(carriers.set_zone, "TRUCK", {"lead_days": "2"})
    expected = SupplyRequest(product="P2", quantity="10", due="2026-11-11", reference="PO 77")
    desk.run(announcing.add, expected)
    yield desk
    assert_laws_hold(desk)


NOON = datetime(2026, 11, 2, 12, tzinfo=ZoneInfo("UTC"))


def taken(desk: Desk, *lines: Any) -> OrderView:
    return desk.run(placed, NOON, order("ACME", *lines))


def at_night(work: Work, day: str, number: str) -> tuple[int, ...]:
    """Reckon an order anew in the night to a day; give the lines that slipped."""
    work.now = int(datetime.fromisoformat(f"{day}T01:00:00+00:00").timestamp()) * 1_000_000
    found, _ = repromising.outdated(work)
    done = repromising.repromise(work, number, "nightly run")
    assert bool(done.changed) == (number in found)
    return done.slipped


def test_all_that_waits_is_read_once_for_a_page_of_orders(owner: Desk) -> None:
    """Or a night would take four times as long where twice as many wait for the same goods."""

    def reads(work: Work) -> tuple[int, tuple[str, ...]]:
        asked, run = [], work.run

        def counted(wanted: Any, parameters: Any = NO_PARAMETERS) -> list[Any]:
            asked.append(wanted)
            return run(wanted, parameters)

        work.run = counted  # type: ignore[method-assign]
        work.now = int(NOON.timestamp()) * 1_000_000
        found, _ = repromising.outdated(work)
        return asked.count(standing.BEFORE), found

    numbers = [taken(owner, line("P2", "7"), line("P3", "1")).number for _ in range(3)]
    assert owner.read(reads) == (1, ())
    # The first takes all that comes; what the others are promised is reckoned behind it.
    owner.run(announcing.set_, 1, SupplyRequest(quantity="100", due="2026-11-18"))
    assert owner.read(reads) == (1, tuple(numbers))


def told(work: Work, number: str, line: int, day: str = "2026-11-02", at: str = "12:00") -> Any:
    work.now = int(datetime.fromisoformat(f"{day}T{at}:00+00:00").timestamp()) * 1_000_000
    return promise_reading.explain(work, number, line)


def test_a_promise_is_explained_step_by_step(owner: Desk) -> None:
    made = taken(owner, line("P1", "1"), line("P2", "7"), line("P3", "1"))
    first = owner.run(told, made.number, 1)
    assert first.goods == "all 1 ea are allocated"
    assert [(each.what, str(each.day)) for each in first.steps] == [
        ("start", "2026-11-02"),
        ("arrival", "2026-11-04"),
        ("ship by", "2026-11-02"),
    ]
    assert first.reckoned == first.promised == date(2026, 11, 4)
    second = owner.run(told, made.number, 2)
    assert second.goods == "2 ea come with supply 1 (PO 77), due on 2026-11-11"
    assert [each.what for each in second.steps][:2] == ["start", "goods"]
    assert second.steps[1].why.endswith(second.goods)
    assert second.reckoned == second.promised == date(2026, 11, 13)
    third = owner.run(told, made.number, 3)
    assert (third.goods, third.reckoned, third.steps) == ("nobody knows when 1 kg come", None, ())
    assert not third.slipping


def test_expected_goods_are_named_to_who_gets_some_of_them_and_to_nobody_else(owner: Desk) -> None:
    first = taken(owner, line("P2", "7")).number
    owner.run(announcing.set_, 1, SupplyRequest(due="2026-11-02"))
    assert owner.run(told, first, 1).goods == "2 ea come with supply 1 (PO 77), due on 2026-11-02"
    owner.run(announcing.set_, 1, SupplyRequest(due="2026-10-30"))
    late = "2 ea come with supply 1 (PO 77), past due since 2026-10-30"
    assert owner.run(told, first, 1).goods == late
    # What is due today does not hide what is late.
    owner.run(announcing.add, SupplyRequest(product="P2", quantity="1", due="2026-11-02"))
    assert owner.run(told, first, 1).goods == late
    # Beyond what is late only so much is left as can be bought.
    owner.run(products.set_, ProductRequest(code="P2", replenishment_days="10"))
    second = taken(owner, line("P2", "20")).number
    assert owner.run(told, second, 1).goods == "20 ea can be bought from 2026-11-13 on"
    owner.run(stock.receive, ReceiveRequest(product="P2", quantity="2"))
    assert owner.run(told, first, 1).goods == "all 7 ea are allocated"


def test_what_has_no_goods_to_come_is_not_explained(owner: Desk) -> None:
    made = taken(owner, line("WORK", "1"))
    with pytest.raises(Refused, match="no goods of it are open"):
        owner.read(promise_reading.explain, made.number, 1)
    with pytest.raises(NotFound):
        owner.read(promise_reading.explain, made.number, 9)


def test_goods_that_come_later_slip_the_promise_once_and_the_customer_is_told(owner: Desk) -> None:
    made = taken(owner, line("P1", "1"), line("P2", "7"))
    assert owner.run(at_night, "2026-11-02", made.number) == ()
    owner.run(announcing.set_, 1, SupplyRequest(due="2026-11-18"))
    explained = owner.run(told, made.number, 2)
    assert (explained.slipping, explained.reckoned) == (True, date(2026, 11, 20))
    assert owner.run(at_night, "2026-11-02", made.number) == (2,)
    seen = owner.read(promise_reading.show, made.number)
    slipped = seen.lines[1]
    assert (slipped.first_promised, slipped.promised) == (date(2026, 11, 13), date(2026, 11, 20))
    assert (slipped.slips, slipped.late, seen.promised) == (1, True, date(2026, 11, 20))
    last = owner.read(events, made.number)[-1]
    assert (last.kind, last.version, seen.version) == ("promise slipped", 2, 2)
    assert last.changes["lines"]["2"]["promised"] == ["2026-11-13", "2026-11-20"]
    assert owner.run(at_night, "2026-11-02", made.number) == ()
    owner.run(announcing.set_, 1, SupplyRequest(due="2026-11-11"))
    assert owner.run(at_night, "2026-11-02", made.number) == ()
    assert owner.read(promise_reading.show, made.number).lines[1].slips == 1
    assert [e.kind for e in owner.read(events, made.number)][-1] == "promised anew"
    [listed] = owner.read(promise_lists.page, "slipped").lines
    assert (listed.order, listed.line) == (made.number, 2)
    behind = promise_lists.key_of("slipped", listed)
    assert owner.read(promise_lists.page, "slipped", behind).lines == ()


def test_goods_that_did_not_leave_slip_the_promise(owner: Desk) -> None:
    made = taken(owner, line("P1", "1"))
    assert owner.run(at_night, "2026-11-03", made.number) == (1,)
    assert owner.read(show, made.number).lines[0].promised == date(2026, 11, 5)


def test_the_cut_off_is_that_of_entry_whenever_somebody_asks(owner: Desk) -> None:
    made = taken(owner, line("P1", "1"))
    evening = owner.run(told, made.number, 1, at="22:30")
    assert (evening.slipping, evening.reckoned) == (False, evening.promised)
    assert evening.steps[0].why == "entered 12:00 at 01, cut-off 16:00"
    next_day = owner.run(told, made.number, 1, day="2026-11-03", at="22:30")
    assert str(next_day.steps[0].day) == "2026-11-03"
    assert next_day.steps[0].why == "entered 2026-11-02 12:00 at 01, still to go on 2026-11-03"


def test_what_nobody_promised_is_promised_once_goods_are_expected(owner: Desk) -> None:
    made = taken(owner, line("P3", "1"))
    [listed] = owner.read(promise_lists.page, "unpromised").lines
    assert listed.order == made.number
    owner.run(announcing.add, SupplyRequest(product="P3", quantity="10", due="2026-11-09"))
    assert owner.run(at_night, "2026-11-02", made.number) == ()
    seen = owner.read(promise_reading.show, made.number)
    assert str(seen.lines[0].first_promised) == str(seen.promised) == "2026-11-11"
    assert owner.read(promise_lists.page, "unpromised").lines == ()


def test_a_pinned_day_stays_and_is_flagged_late_until_it_is_released(owner: Desk) -> None:
    made = taken(owner, line("P2", "7"))
    pin = PinRequest(number=made.number, line=1, on="2026-11-12", reason="by phone", version=1)
    seen = owner.run(repromising.pin, pin)
    assert (str(seen.lines[0].promised), seen.lines[0].pinned) == ("2026-11-12", True)
    assert (str(seen.lines[0].ship_by), seen.version) == ("2026-11-10", 2)
    assert owner.read(events, made.number)[-1].kind == "promise pinned"
    owner.run(announcing.set_, 1, SupplyRequest(due="2026-11-18"))
    assert owner.run(at_night, "2026-11-02", made.number) == ()
    assert owner.run(told, made.number, 1).slipping
    release = PinRequest(number=made.number, line=1, release=True)
    seen = owner.run(repromising.pin, release)
    assert not seen.lines[0].pinned
    assert str(seen.lines[0].promised) >= "2026-11-20"


def test_who_may_not_pins_nothing_and_neither_does_a_stale_version(
    owner: Desk, desk_of: Callable[[str], Desk]
) -> None:
    made = taken(owner, line("P1", "1"), line("P3", "1"))
    pin = PinRequest(number=made.number, line=1, on="2026-11-12", version=7)
    with pytest.raises(Refused, match="may not"):
        desk_of("clerk").run(repromising.pin, pin)
    with pytest.raises(Conflict):
        owner.run(repromising.pin, pin)
    with pytest.raises(Refused, match="it has no promise yet"):
        owner.run(repromising.pin, PinRequest(number=made.number, line=2))
    with pytest.raises(NotFound, match="has no line 9"):
        owner.run(repromising.pin, PinRequest(number=made.number, line=9))
    gone = PinRequest(number=made.number, line=1, on="2020-11-12")
    with pytest.raises(Refused, match="line 1: on 2020-11-12 is before the company's day"):
        owner.run(repromising.pin, gone)
    seen = desk_of("supervisor").run(repromising.pin, PinRequest(number=made.number, line=1))
    assert seen.lines[0].pinned


def test_only_who_ends_the_day_promises_anew(owner: Desk, desk_of: Callable[[str], Desk]) -> None:
    made = taken(owner, line("P1", "1"))
    with pytest.raises(Refused, match="may not"):
        desk_of("clerk").run(repromising.repromise, made.number, "x")
