"""How a price finds its place among the others of its list."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.prices import ALWAYS, FOR_EVER, PriceSeries, PriceTerms, fit_in

JAN, FEB, MAR = "2026-01-01", "2026-02-01", "2026-03-01"


def at(series: PriceSeries, day: str) -> int | None:
    found = [t.price for first, t in series.items() if first <= day <= t.valid_to]
    assert len(found) <= 1
    return found[0] if found else None


def test_a_new_price_ends_the_old_one_the_day_before() -> None:
    series = {ALWAYS: PriceTerms(FOR_EVER, 10, 1)}
    fit_in(series, FEB, PriceTerms(FOR_EVER, 12, 1))
    assert series == {
        ALWAYS: PriceTerms("2026-01-31", 10, 1),
        FEB: PriceTerms(FOR_EVER, 12, 1),
    }


def test_after_a_special_offer_the_old_price_goes_on() -> None:
    series = {ALWAYS: PriceTerms(FOR_EVER, 10, 1)}
    fit_in(series, FEB, PriceTerms("2026-02-28", 8, 1))
    assert series[MAR] == PriceTerms(FOR_EVER, 10, 1)
    assert [at(series, day) for day in (JAN, FEB, MAR)] == [10, 8, 10]


def test_a_planned_price_stays_planned() -> None:
    series = {MAR: PriceTerms(FOR_EVER, 15, 1)}
    assert fit_in(series, ALWAYS, PriceTerms(FOR_EVER, 10, 1)).valid_to == "2026-02-28"
    assert at(series, MAR) == 15
    with pytest.raises(ValueError, match="another price begins on 2026-03-01"):
        fit_in(series, FEB, PriceTerms("2026-03-01", 9, 1))


DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(40)]
first_day = st.one_of(st.just(ALWAYS), st.sampled_from([day.isoformat() for day in DAYS]))
last_day = st.one_of(st.just(FOR_EVER), st.sampled_from([day.isoformat() for day in DAYS]))


@given(st.lists(st.tuples(first_day, last_day), max_size=8))
def test_a_price_holds_for_its_days_and_no_other_day_changes(
    settings: list[tuple[str, str]],
) -> None:
    series: PriceSeries = {}
    for price, (first, last) in enumerate(settings):
        if last < first:
            continue
        before = dict(series)
        try:
            terms = fit_in(series, first, PriceTerms(last, price, 1))
        except ValueError:
            assert series == before
            continue
        replaced = before.get(first)
        for day in (day.isoformat() for day in DAYS):
            if first <= day <= terms.valid_to:
                assert at(series, day) == price
            elif replaced is None or not first <= day <= replaced.valid_to:
                assert at(series, day) == at(before, day)
