"""Ratios of units: exact, or refused."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.units import in_own, ratio_of, ratio_text


@pytest.mark.parametrize(
    ("typed", "found"),
    [("12", 12), ("0.5", Fraction(1, 2)), ("1/3", Fraction(1, 3)), (" 2.5/5 ", Fraction(1, 2))],
)
def test_a_ratio_is_read_exactly(typed: str, found: Fraction) -> None:
    assert ratio_of(typed) == found


@pytest.mark.parametrize(
    "typed", ["", "0", "-1", "x", "1/0", "1/2/3", "1e3", "9" * 20, "0.0000000000001", "/", "\u0661"]
)
def test_what_is_no_ratio_is_refused_with_what_may_be_typed(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^contains .* (such as|kept exactly)"):
        ratio_of(typed)


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_ratio_is_shown_as_it_may_be_typed(above: int, below: int) -> None:
    ratio = Fraction(above, below)
    if len(text := ratio_text(ratio.numerator, ratio.denominator)) <= 40:
        assert ratio_of(text) == ratio


@given(st.integers(0, 10**12), st.integers(1, 10**4), st.integers(1, 10**4))
def test_a_quantity_is_turned_exactly_or_not_at_all(quantity: int, above: int, below: int) -> None:
    exact = Fraction(quantity * above, below)
    assert in_own(quantity, above, below) == (int(exact) if exact.denominator == 1 else None)
