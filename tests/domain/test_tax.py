"""The vectors are those of the domain page (Formulas, Tax: half-up); amounts are in cents."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.numbers import RATE_SCALE, extend
from orderdesk.domain.tax import Taxed, TaxPart, line_taxes, tax

Lines = list[tuple[int, int]]

RATES = st.sampled_from([0, 1, 25_000, 55_000, 90_000, 100_000, 210_000, 220_000, 999_999])
AMOUNTS = st.integers(-(10**15), 10**15) | st.integers(-300, 300)
LINES = st.lists(st.tuples(AMOUNTS, RATES), max_size=30)
POLICY = st.booleans()


def exact_tax(amount: int, rate: int, *, included: bool) -> Fraction:
    """Give the tax before any rounding."""
    return Fraction(amount * rate, RATE_SCALE + rate if included else RATE_SCALE)


def half_away(exact: Fraction) -> int:
    """Round half away from zero, written in another way than the code does it."""
    away = floor(abs(exact) + Fraction(1, 2))
    return away if exact >= 0 else -away


def rounded_tax(amount: int, rate: int, *, included: bool) -> int:
    """Round the tax on a net amount; in a gross amount round the net, the tax is the rest."""
    exact = exact_tax(amount, rate, included=included)
    return amount - half_away(amount - exact) if included else half_away(exact)


def test_a_credit_line_lowers_the_base_before_the_tax_is_rounded() -> None:
    assert tax([(5_445, 100_000), (60_000, 100_000), (-50_000, 100_000)]) == Taxed(
        15_445, 1_545, 16_990, (TaxPart(100_000, 15_445, 1_545),)
    )


def test_the_net_of_a_line_is_rounded_before_its_tax() -> None:
    net = extend(348_350_000, 16_000, discount=40_000)
    assert net == 535_066
    assert tax([(net, 220_000)]).total == 652_781


def test_the_tax_in_two_gross_prices_is_taken_from_their_sum() -> None:
    assert tax([(37_900, 210_000)] * 2, included=True) == Taxed(
        62_645, 13_155, 75_800, (TaxPart(210_000, 62_645, 13_155),)
    )


def test_in_a_gross_price_the_net_is_rounded_and_the_tax_is_the_rest() -> None:
    for policy in (False, True):
        assert tax([(801, 200_000)], included=True, per_line=policy)[:3] == (668, 133, 801)
        assert line_taxes([(801, 200_000)], included=True, per_line=policy) == (133,)


def test_two_hundred_small_lines_differ_by_policy() -> None:
    lines = [(12, 210_000)] * 200
    assert tax(lines, per_line=True).tax == 600
    assert tax(lines).tax == 504


def test_half_a_cent_of_tax_rounds_away_from_zero_both_ways() -> None:
    assert tax([(5, 100_000)]).tax == 1
    assert tax([(-5, 100_000)]).tax == -1
    assert tax([(5, 100_000), (-5, 100_000)], per_line=True).tax == 0


def test_each_rate_has_its_part_the_lowest_first() -> None:
    lines = [(1_000, 210_000), (333, 90_000), (10, 0), (334, 90_000)]
    assert tax(lines).parts == (
        TaxPart(0, 10, 0),
        TaxPart(90_000, 667, 60),
        TaxPart(210_000, 1_000, 210),
    )


def test_a_document_without_lines_has_nothing() -> None:
    assert tax([]) == Taxed(0, 0, 0, ())
    assert line_taxes([]) == ()


def test_the_leftover_cent_goes_to_the_largest_remainder_then_to_the_earlier_line() -> None:
    # 0.4, 0.6 and 0.6 cents of tax make 1.6, so two cents: to the two lines of 0.6.
    assert line_taxes([(4, 100_000), (6, 100_000), (6, 100_000)]) == (0, 1, 1)
    # Three times 0.4 makes 1.2, so one cent: to the first line.
    assert line_taxes([(4, 100_000)] * 3) == (1, 0, 0)
    assert line_taxes([(-4, 100_000)] * 3) == (-1, 0, 0)


def test_shares_that_cancel_out_are_mirrored_too() -> None:
    assert line_taxes([(5, 100_000), (-5, 100_000)]) == (1, -1)
    assert line_taxes([(-5, 100_000), (5, 100_000)]) == (-1, 1)


def test_rates_do_not_share_their_leftovers() -> None:
    lines = [(4, 100_000), (8, 200_000), (4, 100_000), (8, 200_000)]
    assert line_taxes(lines) == (1, 2, 0, 1)


@given(LINES, POLICY, POLICY)
def test_the_parts_add_up_to_the_document(lines: Lines, included: bool, per_line: bool) -> None:
    taxed = tax(lines, included=included, per_line=per_line)
    given_sum = sum(amount for amount, _ in lines)
    assert taxed.net + taxed.tax == taxed.total
    assert (taxed.total if included else taxed.net) == given_sum
    assert sum(part.base for part in taxed.parts) == taxed.net
    assert sum(part.tax for part in taxed.parts) == taxed.tax
    assert [part.rate for part in taxed.parts] == sorted({rate for _, rate in lines})


@given(LINES, POLICY)
def test_each_part_is_the_exact_tax_rounded_once(lines: Lines, included: bool) -> None:
    for part in tax(lines, included=included).parts:
        amount = sum(amount for amount, rate in lines if rate == part.rate)
        assert part.tax == rounded_tax(amount, part.rate, included=included)


@given(LINES, POLICY)
def test_per_line_each_line_is_rounded(lines: Lines, included: bool) -> None:
    expected = [rounded_tax(*line, included=included) for line in lines]
    assert list(line_taxes(lines, included=included, per_line=True)) == expected
    assert tax(lines, included=included, per_line=True).tax == sum(expected)


@given(LINES, POLICY)
def test_the_policies_differ_by_half_a_unit_a_line_and_rate(lines: Lines, included: bool) -> None:
    whole = tax(lines, included=included)
    apart = tax(lines, included=included, per_line=True)
    assert 2 * abs(whole.tax - apart.tax) <= len(lines) + len(whole.parts)


@given(st.lists(st.tuples(st.integers(0, 10**12), RATES), max_size=10))
def test_taking_the_tax_out_of_a_gross_document_gives_its_net_back(lines: Lines) -> None:
    taxed = tax(lines)
    gross = [(part.base + part.tax, part.rate) for part in taxed.parts]
    assert tax(gross, included=True) == taxed


@given(LINES.flatmap(lambda lines: st.tuples(st.just(lines), st.permutations(lines))), POLICY)
def test_the_order_of_the_lines_does_not_matter(both: tuple[Lines, Lines], included: bool) -> None:
    assert tax(both[0], included=included) == tax(both[1], included=included)


@given(LINES, POLICY, POLICY)
def test_a_credit_note_mirrors_its_invoice(lines: Lines, included: bool, per_line: bool) -> None:
    mirrored = [(-amount, rate) for amount, rate in lines]
    invoice = tax(lines, included=included, per_line=per_line)
    credit = tax(mirrored, included=included, per_line=per_line)
    assert credit[:3] == (-invoice.net, -invoice.tax, -invoice.total)
    shares = line_taxes(lines, included=included, per_line=per_line)
    assert line_taxes(mirrored, included=included, per_line=per_line) == tuple(-s for s in shares)


@given(LINES, POLICY, POLICY)
def test_the_shares_of_the_lines_add_up_for_each_rate(
    lines: Lines, included: bool, per_line: bool
) -> None:
    shares = line_taxes(lines, included=included, per_line=per_line)
    for part in tax(lines, included=included, per_line=per_line).parts:
        of_rate = (s for s, (_, rate) in zip(shares, lines, strict=True) if rate == part.rate)
        assert sum(of_rate) == part.tax


@given(LINES, POLICY)
def test_a_share_is_less_than_one_unit_from_the_exact_tax(lines: Lines, included: bool) -> None:
    for line, share in zip(lines, line_taxes(lines, included=included), strict=True):
        assert abs(share - exact_tax(*line, included=included)) < 1


def test_largest_remainders_are_found_on_gross_prices_too() -> None:
    # 10.00 three times at 20 %: 25.00 of net in all, 8.3333 in each, so one line nets a cent more.
    lines = [(1_000, 200_000)] * 3
    assert line_taxes(lines, included=True) == (166, 167, 167)


@pytest.mark.parametrize("included", [False, True])
def test_a_rate_of_zero_takes_nothing(included: bool) -> None:
    assert tax([(999, 0)], included=included) == Taxed(999, 0, 999, (TaxPart(0, 999, 0),))
