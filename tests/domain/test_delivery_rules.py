"""What of an order goes together, and how much of it may go today."""

from datetime import date
from typing import Any

import pytest

from orderdesk.domain.delivery_rules import Part, may_ship, most_of, rule_of, shared_days

MON, TUE, WED, THU = (date(2026, 3, day) for day in (2, 3, 4, 5))


def part(line: int, open: int, deliverable: int, **more: Any) -> Part:
    given = {"disposition": "ship available", "day": WED, **more}
    return Part(line=line, open=open, deliverable=deliverable, **given)


@pytest.mark.parametrize(
    ("rule", "most", "shared"),
    [
        ("partial", None, [MON, WED, TUE, WED]),
        ("line complete", None, [MON, WED, TUE, WED]),
        ("order complete", None, [WED, WED, WED, WED]),
        ("partial", 1, [WED, WED, WED, WED]),
        ("partial", 2, [MON, WED, WED, WED]),
        ("partial", 3, [MON, WED, TUE, WED]),
        ("order complete", 3, [WED, WED, WED, WED]),
    ],
)
def test_lines_that_go_together_share_the_latest_of_their_days(
    rule: str, most: int | None, shared: list[date]
) -> None:
    days = dict(enumerate([MON, WED, TUE, WED], 1))
    assert list(shared_days(rule, most, days).values()) == shared


def test_lines_that_go_with_one_that_has_no_day_have_none() -> None:
    days = {1: MON, 2: TUE, 3: None}
    assert shared_days("partial", None, days) == days
    assert shared_days("partial", 3, days) == days
    assert shared_days("partial", 2, days) == {1: MON, 2: None, 3: None}
    assert shared_days("order complete", None, days) == dict.fromkeys(days)


def test_under_partial_what_is_there_may_go() -> None:
    assert may_ship("partial", None, 5, [part(1, 9, 4), part(2, 3, 0)], MON) == {1: 4}


def test_under_line_complete_only_whole_lines_may_go() -> None:
    assert may_ship("line complete", None, 0, [part(1, 9, 4), part(2, 3, 3)], MON) == {2: 3}


def test_under_order_complete_nothing_goes_before_all_is_there() -> None:
    assert may_ship("order complete", None, 0, [part(1, 9, 9), part(2, 3, 2)], MON) == {}
    assert may_ship("order complete", None, 0, [part(1, 9, 9), part(2, 3, 3)], MON) == {1: 9, 2: 3}


def test_the_last_delivery_takes_all_or_waits() -> None:
    some = [part(1, 9, 4), part(2, 3, 3)]
    assert may_ship("partial", 2, 0, some, MON) == {1: 4, 2: 3}
    assert may_ship("partial", 2, 1, some, MON) == {}
    assert may_ship("partial", 2, 1, [part(1, 9, 9), part(2, 3, 3)], MON) == {1: 9, 2: 3}


def test_beyond_the_bound_on_deliveries_nothing_goes() -> None:
    assert may_ship("partial", 2, 2, [part(1, 9, 9)], MON) == {}


def test_what_is_underway_counts_for_the_last_delivery() -> None:
    assert may_ship("partial", 2, 1, [part(1, 9, 5, underway=4)], MON) == {1: 5}


@pytest.mark.parametrize("disposition", ["ship complete", "call when available"])
def test_a_line_that_goes_whole_waits_for_its_rest(disposition: str) -> None:
    assert may_ship("partial", None, 0, [part(1, 9, 4, disposition=disposition)], MON) == {}


def test_a_complete_line_goes_and_one_to_call_about_never_does() -> None:
    assert may_ship("partial", None, 0, [part(1, 9, 9, disposition="ship complete")], MON) == {1: 9}
    assert (
        may_ship("partial", None, 0, [part(1, 9, 9, disposition="call when available")], MON) == {}
    )


def test_a_line_to_call_about_keeps_the_whole_order_back_where_it_goes_complete() -> None:
    parts = [part(1, 9, 9), part(2, 3, 3, disposition="call when available")]
    assert may_ship("order complete", None, 0, parts, MON) == {}


def test_a_line_on_its_date_goes_on_that_day_and_not_before() -> None:
    dated = [part(1, 9, 4, disposition="ship on date")]
    assert may_ship("partial", None, 0, dated, TUE) == {}
    assert may_ship("partial", None, 0, dated, WED) == {1: 4}
    assert may_ship("partial", None, 0, dated, THU) == {1: 4}


@pytest.mark.parametrize("typed", ["ORDER  complete", "order", "o"])
def test_a_rule_is_known_by_its_beginning(typed: str) -> None:
    assert rule_of(typed) == "order complete"


@pytest.mark.parametrize("typed", ["", "complete", "never"])
def test_an_unknown_rule_is_refused_and_all_are_named(typed: str) -> None:
    with pytest.raises(ValueError, match="is unknown; known: partial, line complete, order"):
        rule_of(typed)


def test_a_bound_on_deliveries_is_a_whole_number_or_nothing() -> None:
    assert (most_of(" "), most_of("3"), most_of("9999")) == (None, 3, 9_999)
    for typed in ("0", "-1", "1.5", "10000", "many", "²"):
        with pytest.raises(ValueError, match="is not a whole number; give one from 1 to 9999"):
            most_of(typed)
