"""Decisions made again from their rows, and whose turn it is when."""

from datetime import date

from orderdesk.domain.allocation import Decided, replay
from orderdesk.domain.available import Known, turns

TODAY = date(2026, 11, 23)


def row(order: int, place: int, **more: int) -> Decided:
    given = {"wanted": 4, "free": 0, "kept": 0, "granted": 0, "at": 1, **more}
    return Decided(1, "01", order, 1, "receipt 1", place=place, **given)


def test_what_was_granted_follows_from_what_was_free_wanted_and_kept() -> None:
    rows = [
        row(1, 1, free=7, granted=99),
        row(2, 2, free=99, kept=2, granted=99),
        row(3, 3, free=99, kept=2, granted=99),
    ]
    assert replay(reversed(rows)) == {(1, 1): 4, (2, 1): 1, (3, 1): 0}


def test_what_was_taken_is_free_for_the_next_one_and_each_moment_stands_by_itself() -> None:
    rows = [row(1, 1, granted=-3), row(2, 2, free=99), row(2, 1, wanted=1, free=9, at=2)]
    assert replay(rows) == {(1, 1): -3, (2, 1): 4}


def test_each_has_its_turn_once_there_is_enough_for_all_before_it() -> None:
    receipts = {date(2026, 12, 1): 5, date(2026, 11, 1): 2, date(2026, 12, 9): 4}
    known = Known(TODAY, 3, receipts, {}, None)
    assert turns(known, [3, 2, 1, 9, 1]) == [
        TODAY,
        date(2026, 11, 24),
        date(2026, 12, 1),
        None,
        None,
    ]
    bought = Known(TODAY, 3, receipts, {}, date(2026, 11, 30))
    assert turns(bought, [3, 2, 1, 9]) == [
        TODAY,
        date(2026, 11, 24),
        date(2026, 12, 1),
        date(2026, 12, 1),
    ]
