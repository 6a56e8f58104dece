"""Odd days are named, others are not."""

from datetime import date

import pytest

from orderdesk.domain.days import remark_on


@pytest.mark.parametrize(
    ("requested", "said"),
    [
        ("2026-03-14", ""),
        ("2027-03-15", ""),
        ("2027-03-16", "requested 2027-03-16 is more than a year ahead"),
        ("2026-03-13", "requested 2026-03-13 is in the past"),
        ("2025-03-13", "requested 2025-03-13 is in the past"),
        ("2025-03-12", "requested 2025-03-12 is in the past, by more than a year"),
    ],
)
def test_a_day_before_the_order_s_own_or_more_than_a_year_from_it_is_odd(
    requested: str, said: str
) -> None:
    assert remark_on(date.fromisoformat(requested), date(2026, 3, 14)) == said
