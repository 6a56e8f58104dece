"""Calendars: public holidays, own days, and what stands on one day."""

from collections.abc import Callable
from typing import Any

import pytest

from orderdesk.domain.customers import AddressEntry
from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.working_days import CalendarView
from orderdesk.services import calendars, company, masters
from orderdesk.services.customers import save, views
from orderdesk.store.desk import Desk
from tests.services.test_masters import events


@pytest.fixture
def desk(desk_of: Callable[[str], Desk]) -> Desk:
    """Give the owner's desk, with a calendar HERE."""
    desk = desk_of("owner")
    desk.run(masters.add, "calendar", "here", {"name": "Our days"})
    return desk


def names(view: CalendarView, **wanted: Any) -> dict[str, str]:
    return {
        each.day.isoformat(): each.name
        for each in view.days
        if all(getattr(each, name) == value for name, value in wanted.items())
    }


def test_a_new_calendar_works_from_monday_to_friday_and_takes_any_week(desk: Desk) -> None:
    assert desk.read(masters.show, "calendar", "HERE").fields["week"] == "mon-fri"
    changed = desk.run(masters.set_, "calendar", "HERE", {"week": "Sat-Mon, wed"})
    assert changed.fields["week"] == "mon wed sat sun"
    assert desk.read(calendars.show, "here").week == "mon wed sat sun"
    with pytest.raises(Refused, match=r"'some' in it; give days such as mon-fri"):
        desk.run(masters.set_, "calendar", "HERE", {"week": "fri some"})


def test_public_holidays_come_by_country_and_region_for_this_year_and_two_more(desk: Desk) -> None:
    view = desk.run(calendars.fill, "HERE", "us")
    assert (view.country, view.region, view.version) == ("US", "", 2)
    assert {each.day.year for each in view.days} == {2026, 2027, 2028}
    assert names(view)["2026-12-25"] == "Christmas Day"
    assert not any(each.open or each.own for each in view.days)
    assert "2026-03-31" not in names(view)
    with_region = desk.run(calendars.fill, "HERE", "US", "CA")
    assert names(with_region)["2026-03-31"].startswith("Cesar Chavez Day")
    assert events(desk, "calendar")[-1][:2] == (3, "days")
    assert '"region":["","CA"]' in events(desk, "calendar")[-1][2]


def test_other_years_are_filled_where_they_are_named(desk: Desk) -> None:
    view = desk.run(calendars.fill, "HERE", "DE", "", ("2030-2031", "2033"))
    assert {each.day.year for each in view.days} == {2030, 2031, 2033}
    assert set(names(desk.read(calendars.show, "HERE", "2031"))) < set(names(view))


@pytest.mark.parametrize("years", ["x", "2031-2030", "1890", "2026-2400"])
def test_a_year_that_is_none_is_refused(desk: Desk, years: str) -> None:
    with pytest.raises(Refused, match="such as 2027 or 2027-2029"):
        desk.run(calendars.fill, "HERE", "DE", "", (years,))


def test_another_country_takes_the_old_ones_holidays_away_and_none_takes_all(desk: Desk) -> None:
    desk.run(calendars.fill, "HERE", "US")
    german = desk.run(calendars.fill, "HERE", "DE", "BY", ("2026",))
    assert "2027-07-04" not in names(german)
    assert names(german)["2026-10-03"] == "German Unity Day"
    none = desk.run(calendars.fill, "HERE", "")
    assert (none.country, none.days) == ("", ())


def test_another_country_takes_the_place_of_the_old_one_in_years_gone_by_too(desk: Desk) -> None:
    desk.run(calendars.fill, "HERE", "US", "", ("2024-2026",))
    desk.run(calendars.set_day, "HERE", "2025-01-01", is_open=True, name="Open house")
    desk.run(calendars.fill, "HERE", "DE", "", ("2024-2026",))
    past = names(desk.read(calendars.show, "HERE", "2024"))
    assert "2024-07-04" not in past
    assert past["2024-12-25"] == "Christmas Day"
    assert names(desk.read(calendars.show, "HERE", "2025"), own=True) == {
        "2025-01-01": "Open house"
    }


def test_filling_the_same_again_changes_nothing(desk: Desk) -> None:
    once = desk.run(calendars.fill, "HERE", "US")
    assert desk.run(calendars.fill, "HERE", "US") == once


def test_an_own_day_wins_over_a_public_holiday_and_gives_it_back_when_dropped(desk: Desk) -> None:
    desk.run(calendars.fill, "HERE", "US")
    own = desk.run(calendars.set_day, "HERE", "2026-12-25", is_open=True, name="Christmas shift")
    assert names(own, open=True, own=True) == {"2026-12-25": "Christmas shift"}
    desk.run(calendars.fill, "HERE", "US", "CA")
    kept = desk.read(calendars.show, "HERE")
    assert names(kept, own=True) == {"2026-12-25": "Christmas shift"}
    dropped = desk.run(calendars.drop_day, "HERE", "2026-12-25")
    assert names(dropped)["2026-12-25"] == "Christmas Day"
    assert names(dropped, own=True) == {}


def test_an_own_day_is_put_changed_and_dropped_with_an_event_each(desk: Desk) -> None:
    desk.run(calendars.set_day, "HERE", "2026-12-24", is_open=False, name="Stocktaking")
    again = desk.run(calendars.set_day, "HERE", "2026-12-24", is_open=False, name="Stocktaking")
    assert again.version == 2
    desk.run(calendars.set_day, "HERE", "2026-12-24", is_open=False)
    assert desk.run(calendars.drop_day, "HERE", "2026-12-24").days == ()
    told = [body for version, _, body in events(desk, "calendar") if version > 1]
    assert [body.partition('"days":')[2] for body in told] == [
        '{"2026-12-24":[null,"closed: Stocktaking"]}}',
        '{"2026-12-24":["closed: Stocktaking","closed"]}}',
        '{"2026-12-24":["closed",null]}}',
    ]
    with pytest.raises(NotFound, match="nobody closed or opened 2026-12-24 by hand"):
        desk.run(calendars.drop_day, "HERE", "2026-12-24")


def test_a_stale_version_a_bad_day_and_unknown_codes_are_refused(desk: Desk) -> None:
    with pytest.raises(Conflict):
        desk.run(calendars.set_day, "HERE", "2026-12-24", is_open=False, version=7)
    with pytest.raises(Refused, match="not a date; give one such as"):
        desk.run(calendars.set_day, "HERE", "24.12.", is_open=False)
    with pytest.raises(Refused, match="country 'QQ' is none whose public holidays are known"):
        desk.run(calendars.fill, "HERE", "QQ")
    with pytest.raises(Refused, match="region 'QQ' of US is unknown; known: AK, AL"):
        desk.run(calendars.fill, "HERE", "US", "QQ")
    with pytest.raises(NotFound, match="calendar 'THERE' is unknown"):
        desk.run(calendars.fill, "there", "US")


def test_who_may_not_change_masters_changes_no_calendar(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    other = desk_of("warehouse")
    for service, more in ((calendars.fill, ("US",)), (calendars.drop_day, ("2026-12-24",))):
        with pytest.raises(Refused, match="may not"):
            other.run(service, "HERE", *more)  # type: ignore[arg-type]


def test_the_night_keeps_public_holidays_two_years_ahead_and_nothing_else(desk: Desk) -> None:
    desk.run(masters.add, "calendar", "PLAIN", {})
    desk.run(calendars.fill, "HERE", "US")
    assert desk.read(calendars.lacking) == ()
    desk.run(company.set_, {"business_date": "2027-01-01"})
    assert desk.read(calendars.lacking) == ("HERE",)
    view = desk.run(calendars.keep_ahead, "HERE")
    assert {each.day.year for each in view.days} == {2027, 2028, 2029}
    assert desk.read(calendars.lacking) == ()


def test_calendars_hang_on_company_warehouse_carrier_customer_and_address(desk: Desk) -> None:
    desk.run(company.set_, {"calendar": "here"})
    desk.run(masters.set_, "warehouse", "01", {"calendar": "here", "handling_days": 2})
    desk.run(masters.add, "carrier", "TRUCK", {"calendar": "here"})
    place = AddressEntry(code="01", calendar="here")
    assert desk.run(save.set_address, "ACME", place).addresses[0].calendar == "HERE"
    place = AddressEntry(code="01", calendar="")
    assert desk.run(save.set_address, "ACME", place).addresses[0].calendar is None
    with pytest.raises(Refused, match="calendar 'NONE' is unknown; known: HERE"):
        desk.run(save.set_address, "ACME", AddressEntry(code="01", calendar="none"))
    with pytest.raises(Refused, match="is the company's calendar"):
        desk.run(masters.set_, "calendar", "HERE", {"archived": "yes"})
    assert desk.read(views.show, "ACME").calendar is None
    assert desk.read(calendars.show, "HERE").days == ()
