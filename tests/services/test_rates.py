"""Prices of lists in another currency: when they are converted, by which rate, how exactly."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.errors import Refused
from orderdesk.domain.prices import PriceRequest
from orderdesk.services import dated, masters, price_lists, prices, rates
from orderdesk.services.customers import save
from orderdesk.store.desk import Desk

worths = st.integers(1, 10**15)
amounts = st.integers(0, 10**12)


@given(amounts, worths, worths)
def test_a_conversion_is_the_exact_one_rounded_once(price: int, worth: int, into: int) -> None:
    exact = Fraction(price * worth, into)
    assert abs(rates.converted(price, worth, into) - exact) <= Fraction(1, 2)


@given(amounts, worths)
def test_the_same_currency_changes_nothing(price: int, worth: int) -> None:
    assert rates.converted(price, worth, worth) == price


@given(st.lists(amounts, min_size=2, max_size=5), worths, worths)
def test_what_costs_more_costs_more_in_any_currency(
    asked: list[int], worth: int, into: int
) -> None:
    turned = [rates.converted(price, worth, into) for price in sorted(asked)]
    assert turned == sorted(turned)


@given(st.integers(1, 10**12), st.integers(1, 10**9))
def test_it_rounds_half_up(price: int, into: int) -> None:
    exact = Decimal(price) / Decimal(into)
    if exact.as_tuple().exponent not in range(-20, 1):  # not a finite decimal here
        return
    assert rates.converted(price, 1, into) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@pytest.fixture
def desk(desk_of: Any) -> Desk:
    """Give the owner's desk, with a customer that pays in euros and lists in three currencies."""
    found: Desk = desk_of("owner")
    found.run(save.set_, CustomerRequest(code="GROUP", currency="EUR"))
    return found


def _rate(desk: Desk, currency: str, rate: str, **more: Any) -> None:
    desk.run(dated.add, "rate", {"currency": currency, "rate": rate, **more})


def test_a_list_in_another_currency_is_converted_where_there_is_no_other(desk: Desk) -> None:
    _rate(desk, "EUR", "1.085")
    shown = desk.read(prices.show, "P1", customer="GROUP")
    assert (shown.price, shown.currency, shown.source) == (Decimal("7.373272"), "EUR", "group")
    assert [each.reason for each in shown.candidates] == [
        "chosen: 8.00 USD at 0.921659",
        "from 50 on",
        "group price from 0 on holds",
    ]


def test_a_weaker_list_in_the_own_currency_goes_before_a_conversion(desk: Desk) -> None:
    _rate(desk, "EUR", "1.085")
    desk.run(masters.add, "price_list", "EURO", {"currency": "EUR"})
    desk.run(save.set_, CustomerRequest(code="GROUP", price_list="EURO"))
    desk.run(price_lists.set_price, PriceRequest(product="P1", price="9.99", price_list="EURO"))
    shown = desk.read(prices.show, "P1", customer="GROUP")
    assert (shown.price, shown.source) == (Decimal("9.99"), "customer")
    assert shown.candidates[1].reason == "in USD"
    assert desk.read(prices.show, "P2", customer="GROUP").price == Decimal("2.304147")


def test_it_goes_by_the_rate_of_the_day(desk: Desk) -> None:
    _rate(desk, "EUR", "1.25", valid_from="2026-01-01")
    _rate(desk, "EUR", "2", valid_from="2026-12-01")
    for day, price in (("2026-11-30", "6.40"), ("2026-12-01", "4.00"), ("2027-12-01", "4.00")):
        assert desk.read(prices.show, "P1", customer="GROUP", on=day).price == Decimal(price)
    with pytest.raises(Refused, match="no exchange rate of EUR for 2025-12-31; set one with"):
        desk.read(prices.show, "P1", customer="GROUP", on="2025-12-31")


def test_units_of_a_rate_are_exact_across_two_currencies(desk: Desk) -> None:
    _rate(desk, "EUR", "1.1")
    _rate(desk, "JPY", "0.654321", units="100")
    desk.run(masters.add, "price_list", "YEN", {"currency": "JPY"})
    desk.run(masters.set_, "customer_group", "G1", {"price_list": "YEN"})
    desk.run(price_lists.set_price, PriceRequest(product="P3", price="1500", price_list="YEN"))
    shown = desk.read(prices.show, "P3", customer="GROUP")
    # 1500 x 0.00654321 / 1.1 = 8.922559..., where the rate cut to six decimals gives 8.922273.
    assert (shown.price, shown.source) == (Decimal("8.922559"), "group")


def test_the_list_that_would_go_names_the_rate_that_is_missing(desk: Desk) -> None:
    with pytest.raises(Refused, match="no exchange rate of EUR for 2026-11-23; set one with"):
        desk.read(prices.show, "P1", customer="GROUP")
