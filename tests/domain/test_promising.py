"""The promise chain, by golden cases worked out by hand and by what must always hold."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.calendars import EVERY_DAY, Calendar
from orderdesk.domain.promising import Origin, Step, Way, cut_off_day, promise
from tests.domain.test_calendars import CALENDARS

AT_ONCE = Way("TRUCK", 0)


def chicago(**others: object) -> Origin:
    """Give a warehouse in Chicago that ships on the day of the order."""
    given: dict[str, object] = {"handling_days": 0, "calendar": Calendar(), **others}
    return Origin("01", "America/Chicago", time(16), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entered", "day"),
    [
        # Chicago is six hours behind UTC in winter and five in summer.
        (datetime(2026, 11, 23, 21, 59, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 22, 0, tzinfo=UTC), date(2026, 11, 24)),
        # The Friday before summer time begins, on Sunday 8 March 2026, and the Monday after.
        (datetime(2026, 3, 6, 21, 59, tzinfo=UTC), date(2026, 3, 6)),
        (datetime(2026, 3, 9, 20, 59, tzinfo=UTC), date(2026, 3, 9)),
        (datetime(2026, 3, 9, 21, 0, tzinfo=UTC), date(2026, 3, 10)),
        # And before it ends, on Sunday 1 November 2026.
        (datetime(2026, 10, 30, 20, 59, tzinfo=UTC), date(2026, 10, 30)),
        (datetime(2026, 11, 2, 21, 59, tzinfo=UTC), date(2026, 11, 2)),
        # In UTC it is Tuesday already, in Chicago still Monday, too late.
        (datetime(2026, 11, 24, 3, 0, tzinfo=UTC), date(2026, 11, 24)),
        # On a Saturday no cut-off counts, early or late.
        (datetime(2026, 11, 21, 12, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 21, 23, 0, tzinfo=UTC), date(2026, 11, 23)),
    ],
)
def test_the_cut_off_goes_by_the_warehouses_own_clock(entered: datetime, day: date) -> None:
    assert promise(entered, chicago(), AT_ONCE, Calendar()).ship == day


def test_what_was_entered_earlier_is_worked_on_from_today_on() -> None:
    entered = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)  # Friday, half an hour too late
    assert cut_off_day(entered, chicago(), date(2026, 11, 20)).day == date(2026, 11, 23)
    assert cut_off_day(entered, chicago(), date(2026, 11, 24)) == Step(
        "start", date(2026, 11, 24), "entered 2026-11-20 16:30 at 01, still to go on 2026-11-24"
    )
    saturday = cut_off_day(entered, chicago(), date(2026, 11, 28))
    assert saturday.day == date(2026, 11, 30)


def test_the_year_ends_in_the_middle_of_the_chain() -> None:
    """Thursday 31 December: handling on Monday the 4th, two days by truck, Wednesday the 6th."""
    origin = chicago(handling_days=1, calendar=Calendar(closed=frozenset({"2027-01-01"})))
    entered = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
    found = promise(entered, origin, Way("TRUCK", 2), Calendar())
    assert (found.ship, found.promised) == (date(2027, 1, 4), date(2027, 1, 6))
    assert found.ship_by == date(2027, 1, 4)


def test_a_holiday_closes_one_warehouse_and_not_the_other() -> None:
    """Thanksgiving, Thursday 26 November 2026, is none in Toronto."""
    entered = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    home = chicago(handling_days=1, calendar=Calendar(closed=frozenset({"2026-11-26"})))
    north = Origin("02", "America/Toronto", time(16), 1, Calendar())
    assert promise(entered, home, AT_ONCE, Calendar()).ship == date(2026, 11, 27)
    assert promise(entered, north, AT_ONCE, Calendar()).ship == date(2026, 11, 26)


def test_a_customer_takes_goods_in_on_one_day_of_the_week() -> None:
    """Wednesdays only: what could come on Thursday comes six days later, and may leave later."""
    entered = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    found = promise(entered, chicago(), Way("TRUCK", 3), Calendar(week=0b0000100))
    assert found.ship == date(2026, 11, 23)
    assert found.promised == date(2026, 12, 2)
    assert found.ship_by == date(2026, 11, 27), "Sunday the 29th counted back to a working day"
    assert [step.what for step in found.steps] == ["start", "arrival", "window", "ship by"]


def test_goods_that_come_later_begin_the_chain_later() -> None:
    """They come on Saturday the 28th; nobody works before Monday."""
    entered = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    found = promise(
        entered, chicago(handling_days=1), Way("TRUCK", 1), Calendar(), goods=date(2026, 11, 28)
    )
    assert found.ship == date(2026, 12, 1)
    assert found.promised == date(2026, 12, 2)
    assert [step.what for step in found.steps] == ["start", "goods", "ship", "arrival", "ship by"]


def test_what_is_wanted_later_is_promised_for_then() -> None:
    entered = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    wanted = date(2026, 12, 12)  # a Saturday
    found = promise(entered, chicago(), Way("TRUCK", 1), Calendar(), wanted=wanted)
    assert (found.promised, found.ship_by) == (date(2026, 12, 14), date(2026, 12, 11))
    soon = promise(entered, chicago(), Way("TRUCK", 1), Calendar(), wanted=date(2026, 11, 1))
    assert soon.promised == date(2026, 11, 24)


def test_a_carrier_has_days_of_its_own() -> None:
    """Two days with one that drives from Monday to Friday take a Friday's goods to Tuesday."""
    entered = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    assert promise(entered, chicago(), Way("A", 2), Calendar(EVERY_DAY)).promised == date(
        2026, 11, 22
    )
    weekdays = Way("B", 2, Calendar())
    assert promise(entered, chicago(), weekdays, Calendar(EVERY_DAY)).promised == date(2026, 11, 24)


@given(
    st.datetimes(datetime(2021, 1, 1), datetime(2029, 1, 1)),
    CALENDARS,
    CALENDARS,
    CALENDARS,
    st.integers(0, 5),
    st.integers(0, 12),
    st.none() | st.dates(date(2021, 1, 1), date(2029, 1, 1)),
    st.none() | st.dates(date(2021, 1, 1), date(2029, 1, 1)),
)
def test_what_leaves_by_the_last_day_arrives_as_promised(
    entered: datetime,
    working: Calendar,
    driving: Calendar,
    receiving: Calendar,
    handling: int,
    lead: int,
    goods: date | None,
    wanted: date | None,
) -> None:
    origin, way = chicago(handling_days=handling, calendar=working), Way("X", lead, driving)
    found = promise(entered.replace(tzinfo=UTC), origin, way, receiving, goods=goods, wanted=wanted)
    assert working.is_open(found.ship)
    assert working.is_open(found.ship_by)
    assert receiving.is_open(found.promised)
    assert found.ship <= found.ship_by, "it can leave at all, so it can leave in time"
    assert driving.after(found.ship_by, lead) <= found.promised
    later = working.on_or_after(found.ship_by + timedelta(days=1))
    assert driving.after(later, lead) > found.promised, "there is no later day to leave on"
    assert goods is None or found.ship >= goods
    assert wanted is None or found.promised >= wanted
    assert found.steps[-1].day == found.ship_by
