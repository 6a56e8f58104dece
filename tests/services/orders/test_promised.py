"""When an order's goods are promised for: the whole chain, through the services."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from orderdesk.domain.customers import AddressEntry, CustomerRequest
from orderdesk.domain.orders import (
    AddressRequest,
    AmendRequest,
    LineChange,
    OrderRequest,
    OrderView,
)
from orderdesk.models.stock import Supply
from orderdesk.services import calendars, carriers, company, masters
from orderdesk.services.customers import save
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.company import put
from tests.services.orders.asking import line, order

CHICAGO = ZoneInfo("America/Chicago")


@pytest.fixture
def owner(desk_of: Callable[[str], Desk]) -> Desk:
    """Give the owner's desk in a company whose warehouse stands in Chicago and closes at 15:00."""
    desk = desk_of("owner")
    desk.run(company.set_, {"business_date": "2026-11-02"})
    desk.run(masters.set_, "warehouse", "01", {"time_zone": "America/Chicago", "cut_off": "15:00"})
    desk.run(masters.add, "carrier", "TRUCK", {})
    desk.run(company.set_, {"carrier": "TRUCK"})
    return desk


def placed(work: Work, at: datetime, request: OrderRequest) -> OrderView:
    work.now = int(at.timestamp()) * 1_000_000
    return place(work, request)


def chicago(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO)


def taken(desk: Desk, at: str, *lines: Any, **more: Any) -> OrderView:
    """Place an order for the customer ACME at a time by Chicago's clocks, as read back later."""
    request = order("ACME", *(lines or (line("P1", "1"),)), **{"requested": at[:10], **more})
    made = desk.run(placed, chicago(at), request)
    assert desk.read(show, made.number).lines == made.lines
    return made


def promise_of(view: OrderView) -> tuple[str, str]:
    each = view.lines[0]
    assert each.promised is not None
    assert each.ship_by is not None
    return each.promised.isoformat(), each.ship_by.isoformat()


@pytest.mark.parametrize(
    ("entered", "promised"),
    [
        ("2026-11-03T14:59:59", "2026-11-03"),
        ("2026-11-03T15:00:00", "2026-11-04"),
        ("2026-11-06T15:00:00", "2026-11-09"),  # a Friday
        ("2026-11-07T09:00:00", "2026-11-09"),
        ("2026-11-03T23:59:00", "2026-11-04"),  # by UTC a day later
    ],
)
def test_the_cut_off_goes_by_the_minute_of_the_warehouses_own_clock(
    owner: Desk, entered: str, promised: str
) -> None:
    assert promise_of(taken(owner, entered)) == (promised, promised)


@pytest.mark.parametrize(
    ("at", "promised"),
    [
        # The clocks go back on 1 November 2026, and forward on 14 March 2027.
        (datetime(2026, 10, 30, 19, 59, tzinfo=UTC), "2026-10-30"),
        (datetime(2026, 10, 30, 20, 0, tzinfo=UTC), "2026-11-02"),
        (datetime(2026, 11, 2, 20, 59, tzinfo=UTC), "2026-11-02"),
        (datetime(2026, 11, 2, 21, 0, tzinfo=UTC), "2026-11-03"),
        (datetime(2027, 3, 12, 20, 59, tzinfo=UTC), "2027-03-12"),
        (datetime(2027, 3, 15, 19, 59, tzinfo=UTC), "2027-03-15"),
        (datetime(2027, 3, 15, 20, 0, tzinfo=UTC), "2027-03-16"),
    ],
)
def test_the_cut_off_holds_on_both_sides_of_a_clock_change(
    owner: Desk, at: datetime, promised: str
) -> None:
    owner.run(company.set_, {"business_date": "2026-10-30"})
    request = order("ACME", line("P1", "1"), requested="2026-10-30")
    assert promise_of(owner.run(placed, at, request))[0] == promised


def test_a_year_ends_with_holidays_handling_and_a_long_way(owner: Desk) -> None:
    owner.run(masters.add, "calendar", "US", {})
    owner.run(calendars.fill, "US", "US", "", ("2026-2027",))
    owner.run(masters.set_, "warehouse", "01", {"handling_days": 2, "calendar": "US"})
    owner.run(masters.set_, "carrier", "TRUCK", {"calendar": "US"})
    owner.run(carriers.set_zone, "TRUCK", {"lead_days": "2"})
    # Thursday 31 December; New Year's Day is a Friday. Handled on Monday and Tuesday the 5th.
    made = taken(owner, "2026-12-31T16:00:00")
    assert promise_of(made) == ("2027-01-08", "2027-01-06")
    assert promise_of(taken(owner, "2026-12-31T14:00:00"))[0] == "2027-01-07"


def test_a_holiday_of_one_warehouse_is_none_of_the_other(owner: Desk) -> None:
    owner.run(masters.add, "calendar", "US", {})
    owner.run(calendars.fill, "US", "US", "", ("2026",))
    owner.run(masters.add, "calendar", "DE", {})
    owner.run(calendars.fill, "DE", "DE", "", ("2026",))
    owner.run(masters.set_, "warehouse", "01", {"calendar": "US"})
    owner.run(masters.add, "warehouse", "02", {"calendar": "DE", "time_zone": "Europe/Berlin"})
    # Thanksgiving is the fourth Thursday of November.
    owner.run(company.set_, {"business_date": "2026-11-26"})
    assert promise_of(taken(owner, "2026-11-26T08:00:00"))[0] == "2026-11-27"
    owner.run(company.set_, {"warehouse": "02"})
    other = taken(owner, "2026-11-26T08:00:00", line("WORK", "1"), line("P3", "1"))
    assert other.lines[0].promised is None
    owner.run(put, Supply, [supply(3, "2026-11-26", warehouse="02")], "id")
    other = taken(owner, "2026-11-26T08:00:00", line("P3", "1"))
    assert promise_of(other)[0] == "2026-11-26"


def supply(product: int, due: str, **more: Any) -> dict[str, Any]:
    return {
        "product_id": product,
        "warehouse": "01",
        "quantity": 10_000,
        "open": 10_000,
        "due": due,
        "first_due": due,
        "at": 1,
        **more,
    }


def test_a_customer_who_takes_goods_in_on_one_day_a_week_gets_them_then(owner: Desk) -> None:
    owner.run(masters.add, "calendar", "TUE", {"week": "tue"})
    owner.run(save.set_, CustomerRequest(code="ACME", calendar="TUE"))
    owner.run(carriers.set_zone, "TRUCK", {"lead_days": "1"})
    # On the way on Tuesday already: the next Tuesday it is, and so it may leave six days later.
    made = taken(owner, "2026-11-03T09:00:00")
    assert promise_of(made) == ("2026-11-10", "2026-11-09")
    assert promise_of(taken(owner, "2026-11-02T09:00:00")) == ("2026-11-03", "2026-11-02")
    owner.run(masters.add, "calendar", "DAILY", {"week": ""})
    owner.run(save.set_address, "ACME", AddressEntry(code="02", calendar="DAILY"))
    elsewhere = taken(owner, "2026-11-03T09:00:00", line("P1", "1", ship_to="02"))
    assert promise_of(elsewhere)[0] == "2026-11-04"


def test_the_most_exact_zone_of_the_orders_own_carrier_goes(owner: Desk) -> None:
    place = AddressEntry(code="02", country="Germany", postal_code="10115", name="Berlin")
    owner.run(save.set_address, "ACME", place)
    for given in (
        {"lead_days": "9"},
        {"country": "GERMANY", "lead_days": "5"},
        {"country": "GERMANY", "postal_prefix": "1", "lead_days": "4"},
        {"country": "GERMANY", "postal_prefix": "10", "lead_days": "3"},
        {"country": "GERMANY", "postal_prefix": "80", "lead_days": "1"},
    ):
        owner.run(carriers.set_zone, "TRUCK", given)
    there = (line("P1", "1", ship_to="02"),)
    assert promise_of(taken(owner, "2026-11-02T09:00:00", *there))[0] == "2026-11-05"
    owner.run(carriers.set_zone, "TRUCK", {"warehouse": "01", "lead_days": "2"})
    assert promise_of(taken(owner, "2026-11-02T09:00:00", *there))[0] == "2026-11-04"
    owner.run(masters.add, "carrier", "VAN", {})
    van = taken(owner, "2026-11-02T09:00:00", *there, carrier="VAN")
    assert promise_of(van)[0] == "2026-11-02"
    owner.run(carriers.remove_zone, "TRUCK", {"warehouse": "01"})
    address = AddressRequest(name="B", street="B", city="B", postal_code="80331", country="germany")
    own = taken(owner, "2026-11-02T09:00:00", address=address)
    assert promise_of(own)[0] == "2026-11-03"


def test_what_is_asked_for_later_is_promised_for_then_and_may_leave_late(owner: Desk) -> None:
    owner.run(carriers.set_zone, "TRUCK", {"lead_days": "3"})
    made = taken(owner, "2026-11-02T09:00:00", requested="2026-11-20")
    assert promise_of(made) == ("2026-11-20", "2026-11-17")
    assert made.promised == date(2026, 11, 20)
    # A Sunday: the customer takes nothing in before Monday.
    assert (
        promise_of(taken(owner, "2026-11-02T09:00:00", requested="2026-11-22"))[0] == "2026-11-23"
    )


def test_a_short_line_is_promised_for_the_receipt_that_covers_it_all(owner: Desk) -> None:
    owner.run(put, Supply, [supply(2, "2026-11-11"), supply(2, "2026-11-18")], "id")
    made = taken(owner, "2026-11-02T09:00:00", line("P2", "12"), line("P1", "1"), line("P2", "4"))
    promised = [each.promised for each in made.lines]
    assert promised == [date(2026, 11, 11), date(2026, 11, 2), date(2026, 11, 18)]
    assert made.promised == date(2026, 11, 18)
    # What was promised stays promised: nothing is left before more comes.
    later = taken(owner, "2026-11-02T09:00:00", line("P2", "9"))
    assert (later.lines[0].allocated, later.lines[0].promised) == (0, date(2026, 11, 18))


def test_what_nobody_knows_a_day_for_is_not_promised_and_neither_is_its_order(owner: Desk) -> None:
    made = taken(owner, "2026-11-02T09:00:00", line("P3", "1"), line("P1", "1"))
    assert [each.promised for each in made.lines] == [None, date(2026, 11, 2)]
    assert (made.promised, made.lines[0].ship_by) == (None, None)


def test_services_texts_and_charges_are_not_promised_for_any_day(owner: Desk) -> None:
    made = taken(owner, "2026-11-02T09:00:00", line("P1", "1"), line("WORK", "1"))
    assert [each.promised for each in made.lines] == [date(2026, 11, 2), None]
    assert made.promised == date(2026, 11, 2)


def amended(work: Work, at: datetime, request: AmendRequest) -> OrderView:
    work.now = int(at.timestamp()) * 1_000_000
    return amend(work, request)


def test_an_amendment_promises_anew_what_it_moves_and_nothing_else(owner: Desk) -> None:
    owner.run(put, Supply, [supply(2, "2026-11-11"), supply(2, "2026-11-18")], "id")
    made = taken(owner, "2026-11-02T09:00:00", line("P1", "1"), line("P2", "4"))
    later = LineChange(line=1, requested="2026-11-20")
    more = LineChange(line=2, quantity="12")
    request = AmendRequest(number=made.number, lines=(later,))
    seen = owner.run(amended, chicago("2026-11-03T16:00:00"), request)
    assert [str(each.promised) for each in seen.lines] == ["2026-11-20", "2026-11-02"]
    assert str(seen.promised) == "2026-11-20"
    request = AmendRequest(number=made.number, lines=(more,))
    seen = owner.run(amended, chicago("2026-11-03T16:00:00"), request)
    assert [str(each.promised) for each in seen.lines] == ["2026-11-20", "2026-11-11"]
    request = AmendRequest(
        number=made.number, note="by phone", lines=(LineChange(line=2, note=""),)
    )
    seen = owner.run(amended, chicago("2026-11-12T16:00:00"), request)
    assert [str(each.promised) for each in seen.lines] == ["2026-11-20", "2026-11-11"]
    assert owner.read(show, made.number).promised == seen.promised


def test_another_carrier_or_ship_to_promises_an_order_anew(owner: Desk) -> None:
    made = taken(owner, "2026-11-02T09:00:00")
    owner.run(masters.add, "carrier", "SLOW", {})
    owner.run(carriers.set_zone, "SLOW", {"lead_days": "5"})
    request = AmendRequest(number=made.number, carrier="SLOW")
    seen = owner.run(amended, chicago("2026-11-02T09:00:00"), request)
    assert promise_of(seen) == ("2026-11-09", "2026-11-04")
    owner.run(carriers.set_zone, "SLOW", {"country": "MALTA", "lead_days": "1"})
    address = AddressRequest(name="B", street="B", city="B", country="Malta")
    request = AmendRequest(number=made.number, address=address)
    assert (
        promise_of(owner.run(amended, chicago("2026-11-02T09:00:00"), request))[0] == "2026-11-03"
    )


def test_nothing_is_promised_for_a_day_before_the_business_date(owner: Desk) -> None:
    request = order("ACME", line("P1", "1"))
    made = owner.run(placed, datetime(2026, 10, 1, 12, tzinfo=UTC), request)
    assert promise_of(made)[0] == "2026-11-02"


def test_a_calendar_that_is_never_open_promises_nothing(owner: Desk) -> None:
    owner.run(masters.add, "calendar", "SUN", {"week": "sun"})
    for sunday in range(60):
        day = date.fromordinal(date(2026, 11, 1).toordinal() + 7 * sunday).isoformat()
        owner.run(calendars.set_day, "SUN", day, is_open=False)
    owner.run(masters.set_, "warehouse", "01", {"calendar": "SUN"})
    assert taken(owner, "2026-11-02T09:00:00").lines[0].promised is None
