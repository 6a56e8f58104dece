"""A ceiling is understood in the unit that the released holds measure."""

from types import SimpleNamespace
from typing import Any

import pytest

from orderdesk.domain.errors import Refused
from orderdesk.services.orders import ceilings

ORDER: Any = SimpleNamespace(number="SO-000001", currency="USD", total=11_000)


def hold(code: str, measure: int) -> Any:
    return SimpleNamespace(code=code, measure=measure)


@pytest.mark.parametrize(
    ("code", "measure", "typed", "stored", "said"),
    [
        ("credit_limit", 11_000, "200", 20_000, "200.00"),
        ("line_margin", 250, "3.10", 310, "3.10"),
        ("minimum_order", 250, "2.5", 250, "2.50"),
        ("duplicate_line", 5_000, "8.5", 8_500, "8.5"),
        ("discount_right", 120_000, "15", 150_000, "15"),
    ],
)
def test_each_hold_has_its_unit(
    code: str, measure: int, typed: str, stored: int, said: str
) -> None:
    stop = hold(code, measure)
    found = ceilings.read(ORDER, [stop], typed, named=True)
    assert (found.of(stop), found.said) == (stored, said)
    assert ceilings.read(ORDER, [stop], None, named=True).of(stop) == measure


@pytest.mark.parametrize(
    ("code", "measure", "typed", "words"),
    [
        ("credit_limit", 11_000, "109.99", "below the order's total of 110.00"),
        ("line_margin", 250, "2.49", "an amount short of 2.50"),
        ("duplicate_line", 5_000, "4", "a quantity of 5"),
        ("discount_right", 120_000, "11", "a percentage of 12"),
        ("discount_right", 120_000, "101", "more than 100 percent"),
        ("line_margin", 250, "much", "ceiling"),
        ("manual", 0, "5", "takes no ceiling; leave 5 out"),
        ("address_incomplete", 0, "5", "takes no ceiling"),
    ],
)
def test_what_is_too_low_or_means_nothing_is_refused(
    code: str, measure: int, typed: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        ceilings.read(ORDER, [hold(code, measure)], typed, named=True)


def test_beside_a_hold_by_the_total_a_ceiling_is_the_total() -> None:
    limit, margin, manual = (
        hold("credit_limit", 11_000),
        hold("line_margin", 250),
        hold("manual", 0),
    )
    found = ceilings.read(ORDER, [limit, margin, manual], "200", named=False)
    assert [found.of(each) for each in (limit, margin)] == [20_000, 250]


def test_several_units_or_none_named_are_not_guessed_at() -> None:
    both = [hold("line_margin", 250), hold("duplicate_line", 5_000)]
    for chosen, named in ((both, True), (both[:1], False)):
        with pytest.raises(Refused, match="name one hold, and give the ceiling 9 in what"):
            ceilings.read(ORDER, chosen, "9", named=named)
    alike = [hold("line_margin", 250), hold("line_margin", 310)]
    found = ceilings.read(ORDER, alike, "3.10", named=True)
    assert [found.of(each) for each in alike] == [310, 310]
