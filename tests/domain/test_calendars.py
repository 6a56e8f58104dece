"""Counting in working days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.calendars import (
    EVERY_DAY,
    WORKING_WEEK,
    Calendar,
    NeverOpen,
    week_of,
    week_text,
)

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
CALENDARS = st.builds(
    Calendar,
    st.integers(1, EVERY_DAY),
    st.frozensets(DAYS.map(date.isoformat), max_size=20),
    st.frozensets(DAYS.map(date.isoformat), max_size=5),
)

FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)


def test_a_working_week_has_no_weekend() -> None:
    assert Calendar().on_or_after(SATURDAY) == MONDAY
    assert Calendar().on_or_before(SATURDAY) == FRIDAY
    assert Calendar().after(FRIDAY, 0) == FRIDAY
    assert Calendar().after(FRIDAY, 1) == MONDAY
    assert Calendar().after(SATURDAY, 1) == MONDAY + timedelta(days=1)
    assert Calendar().before(MONDAY, 1) == FRIDAY


def test_a_closed_day_is_passed_over_and_a_day_open_by_exception_is_not() -> None:
    closed = Calendar(closed=frozenset({"2026-11-23"}))
    assert closed.on_or_after(SATURDAY) == date(2026, 11, 24)
    opened = Calendar(closed=frozenset({"2026-11-23"}), opened=frozenset({"2026-11-23"}))
    assert opened.on_or_after(SATURDAY) == MONDAY
    assert Calendar(opened=frozenset({"2026-11-21"})).is_open(SATURDAY)


def test_a_calendar_that_never_opens_is_told() -> None:
    with pytest.raises(NeverOpen):
        Calendar(week=0).on_or_after(MONDAY)


@given(CALENDARS, DAYS, st.integers(0, 30))
def test_whoever_leaves_as_late_as_counted_back_arrives_in_time_and_nobody_later_does(
    calendar: Calendar, day: date, days: int
) -> None:
    last = calendar.before(day, days)
    assert calendar.is_open(last)
    assert calendar.after(last, days) <= day
    assert calendar.after(last + timedelta(days=1), days) > day


@pytest.mark.parametrize(
    ("typed", "bits", "text"),
    [
        ("mon-fri", WORKING_WEEK, "mon-fri"),
        ("Tue Thu", 0b0001010, "tue thu"),
        ("sat-mon", 0b1100001, "mon sat sun"),
        ("we,fr", 0b0010100, "wed fri"),
        ("", EVERY_DAY, "mon-sun"),
    ],
)
def test_a_week_is_typed_by_its_days(typed: str, bits: int, text: str) -> None:
    assert week_of(typed) == bits
    assert week_text(bits) == text


@pytest.mark.parametrize("typed", ["m", "weekdays", "mon-fri-sun", "-"])
def test_what_is_no_week_is_refused_with_what_may_be_typed(typed: str) -> None:
    with pytest.raises(ValueError, match="give days such as mon-fri"):
        week_of(typed)


@given(st.integers(1, EVERY_DAY))
def test_a_week_is_read_as_it_is_written(bits: int) -> None:
    assert week_of(week_text(bits)) == bits
