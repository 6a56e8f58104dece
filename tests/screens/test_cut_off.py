"""How long an order may wait to be worked on today, counted down by the warehouse's own clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from orderdesk.domain.calendars import Calendar
from orderdesk.domain.promising import Origin
from orderdesk.screens.order_entry.cut_off import clock, fitted, wordings

CHICAGO = "America/Chicago"
TODAY = date(2026, 11, 2)
"""A Monday."""


def origin(handling: int = 0, calendar: Calendar | None = None) -> Origin:
    return Origin("01", CHICAGO, time(15), handling, calendar or Calendar())


def chicago(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(CHICAGO))


@pytest.mark.parametrize(
    ("handling", "at", "said"),
    [
        (0, "2026-11-02T14:18:00", "ships today if posted in 0:42"),
        (0, "2026-11-02T14:59:59", "ships today if posted in 0:01"),
        (0, "2026-11-02T15:00:00", "ships next working day, Tue 3 Nov"),
        (0, "2026-11-06T15:00:00", "ships next working day, Mon 9 Nov"),
        (1, "2026-11-02T13:00:00", "ships Tue 3 Nov if posted in 2:00"),
        (1, "2026-11-02T15:00:00", "ships Wed 4 Nov"),
        # Before the business date has begun there, an order counts from its first minute on.
        (0, "2026-11-01T23:00:00", "ships today if posted in 15:00"),
    ],
)
def test_it_goes_by_the_cut_off_of_the_warehouses_own_clock(
    handling: int, at: str, said: str
) -> None:
    assert wordings(origin(handling), TODAY, chicago(at).astimezone(UTC))[0] == said


def test_it_counts_hours_that_pass_where_the_clock_is_put_back() -> None:
    calendar = Calendar(0b1111111)
    at = chicago("2026-11-01T00:30:00")
    said = wordings(origin(calendar=calendar), date(2026, 11, 1), at)
    assert said[0] == "ships today if posted in 15:30"


def test_a_warehouse_that_never_works_says_nothing() -> None:
    assert wordings(origin(calendar=Calendar(0)), TODAY, chicago("2026-11-02T10:00:00")) == ()


def test_the_longest_wording_that_fits_stands_behind_the_title() -> None:
    told = wordings(origin(), TODAY, chicago("2026-11-02T14:18:00"))
    assert fitted("ORDER ENTRY", told, 80) == "ORDER ENTRY   ships today if posted in 0:42"
    assert fitted("ORDER ENTRY", told, 40) == "ORDER ENTRY   ships today, 0:42 left"
    assert fitted("ORDER ENTRY", told, 35) == "ORDER ENTRY   0:42 left"
    assert fitted("ORDER ENTRY", told, 12) == "ORDER ENTRY"


def test_where_there_is_little_room_a_day_of_the_next_seven_goes_by_its_weekday() -> None:
    told = wordings(origin(1), TODAY, chicago("2026-11-02T13:00:00"))
    assert told[1:3] == ("ships Tue 3 Nov, 2:00 left", "ships Tue, 2:00 left")
    told = wordings(origin(5), TODAY, chicago("2026-11-02T13:00:00"))
    assert told[1:3] == ("ships Mon 9 Nov, 2:00 left", "ships Mon 9 Nov, 2:00 left")


def test_the_last_minute_that_has_begun_counts() -> None:
    assert clock(timedelta(seconds=1)) == "0:01"
    assert clock(timedelta(minutes=61)) == "1:01"
