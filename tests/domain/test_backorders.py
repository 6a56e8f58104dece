"""Who gets what when: all that is free or comes is shared out by rank, to the last piece."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.available import Known, turns
from orderdesk.domain.backorders import shares

TODAY = date(2026, 11, 23)


def on(days: int) -> date:
    return TODAY + timedelta(days=days)


def test_a_line_gets_its_parts_as_they_come() -> None:
    known = Known(TODAY, 3, {on(5): 4, on(9): 2}, {}, None)
    assert shares(known, 2, [2, 3, 4]) == [
        ((TODAY, 1), (on(5), 1)),
        ((on(5), 3),),
        ((on(9), 2),),
    ]


def test_what_is_late_comes_tomorrow_and_what_is_due_today_today() -> None:
    known = Known(TODAY, 0, {on(-3): 1, on(0): 1}, {}, None)
    assert shares(known, 0, [2]) == [((TODAY, 1), (on(1), 1))]


def test_beyond_the_horizon_the_rest_is_bought() -> None:
    known = Known(TODAY, 1, {on(20): 5}, {}, on(9))
    assert shares(known, 0, [3]) == [((TODAY, 1), (on(10), 2))]


@given(
    st.integers(0, 9),
    st.dictionaries(st.integers(-3, 12), st.integers(1, 9), max_size=5),
    st.lists(st.integers(1, 9), min_size=1, max_size=6),
    st.none() | st.integers(0, 9),
)
def test_the_last_part_comes_on_the_day_of_a_lines_turn(
    free: int, comes: dict[int, int], wants: list[int], horizon: int | None
) -> None:
    receipts = {on(day): quantity for day, quantity in comes.items()}
    known = Known(TODAY, free, receipts, {}, None if horizon is None else on(horizon))
    every = shares(known, 0, wants)
    for want, parts, turn in zip(wants, every, turns(known, wants), strict=True):
        whole = sum(quantity for _, quantity in parts) == want
        assert (parts[-1][0] if whole else None) == turn
    assert shares(known, wants[0], wants[1:]) == every[1:]
    if horizon is None:
        got = sum(quantity for parts in every for _, quantity in parts)
        assert got == min(sum(wants), free + sum(comes.values()))
