"""Available to promise, beside a plain simulation day by day."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.available import Answers, Known, Levels, answers, less, of_levels, together

TODAY = date(2026, 11, 23)
DAYS = st.integers(-5, 40).map(lambda n: TODAY + timedelta(days=n))
QUANTITIES = st.dictionaries(DAYS, st.integers(1, 50), max_size=8)


def on(day: int) -> date:
    """Give a day in November 2026."""
    return date(2026, 11, day)


def simulated(supply: Known, day: date) -> int | None:
    """Give what can go on a day by going through every day to the end; None is without bound."""
    if supply.horizon is not None and day > supply.horizon:
        return None
    end = supply.horizon or TODAY + timedelta(days=120)
    stock, lowest = supply.free, None
    at = TODAY
    while at <= end:
        for when, quantity in supply.receipts.items():
            if (TODAY + timedelta(days=1) if when < TODAY else when) == at:
                stock += quantity
        for when, quantity in supply.demand.items():
            if max(when, TODAY) == at:
                stock -= quantity
        if at >= day:
            lowest = stock if lowest is None else min(lowest, stock)
        at += timedelta(days=1)
    assert lowest is not None
    return max(0, lowest)


def test_what_later_demand_needs_is_not_promised_to_an_earlier_one() -> None:
    supply = Known(TODAY, 10, {}, {on(27): 8}, None)
    assert answers(supply, 5, TODAY).on_day == 2


def test_a_receipt_covers_later_demand_and_frees_what_is_here() -> None:
    supply = Known(TODAY, 10, {on(26): 20}, {on(27): 8}, None)
    assert answers(supply, 5, TODAY).on_day == 10
    assert answers(supply, 25, TODAY).all_on is None
    assert answers(supply, 22, TODAY) == answers(supply, 22, on(1))
    found = answers(supply, 22, TODAY)
    assert found.all_on == on(26)
    assert found.split == ((TODAY, 10), (on(26), 12))


def test_past_demand_counts_today() -> None:
    assert answers(Known(TODAY, 10, {}, {on(1): 4}, None), 10, TODAY).on_day == 6


def test_goods_that_are_late_are_not_there_today() -> None:
    found = answers(Known(TODAY, 0, {on(1): 4}, {}, None), 4, TODAY)
    assert (found.on_day, found.all_on) == (0, on(24))


def test_behind_the_replenishment_horizon_whatever_is_asked_can_be_bought() -> None:
    supply = Known(TODAY, 3, {}, {}, TODAY + timedelta(days=10))
    found = answers(supply, 100, TODAY)
    assert found.all_on == date(2026, 12, 4)
    assert found.split == ((TODAY, 3), (date(2026, 12, 4), 97))


def test_demand_behind_the_horizon_takes_nothing_from_before_it() -> None:
    horizon = TODAY + timedelta(days=3)
    assert answers(Known(TODAY, 3, {}, {on(28): 3}, horizon), 3, TODAY).on_day == 3
    assert answers(Known(TODAY, 3, {}, {on(26): 3}, horizon), 3, TODAY).on_day == 0


def test_what_is_asked_for_later_is_split_from_that_day_on() -> None:
    supply = Known(TODAY, 3, {on(26): 4, on(30): 5}, {}, None)
    assert answers(supply, 10, on(27)).split == ((on(27), 7), (on(30), 3))


@given(
    st.integers(0, 100),
    QUANTITIES,
    QUANTITIES,
    st.none() | st.integers(0, 45).map(lambda n: TODAY + timedelta(days=n)),
    st.integers(1, 150),
    DAYS,
)
def test_the_answers_are_those_of_a_simulation(
    free: int,
    receipts: dict[date, int],
    demand: dict[date, int],
    horizon: date | None,
    quantity: int,
    asked: date,
) -> None:
    supply = Known(TODAY, free, receipts, demand, horizon)
    found = answers(supply, quantity, asked)
    first = max(asked, TODAY)
    plain = simulated(supply, first)
    assert found.on_day >= quantity if plain is None else found.on_day == plain
    days = [first + timedelta(days=n) for n in range(62)]
    enough = [day for day in days if (can := simulated(supply, day)) is None or can >= quantity]
    assert found.all_on == (enough[0] if enough else None)
    had = 0
    for day, part in found.split:
        had += part
        can = simulated(supply, day)
        assert can is None or had <= can, "no part is promised that a simulation does not have"
    assert had <= quantity
    assert (had == quantity) == (found.all_on is not None)


@given(
    st.lists(st.tuples(st.integers(0, 30), QUANTITIES, QUANTITIES), min_size=1, max_size=3),
    st.lists(st.tuples(DAYS, st.integers(1, 20)), max_size=3),
)
def test_places_add_up_and_what_is_taken_is_gone_from_every_later_day(
    places: list[tuple[int, dict[date, int], dict[date, int]]],
    wishes: list[tuple[date, int]],
) -> None:
    known = [Known(TODAY, free, come, go, None) for free, come, go in places]
    levels = together([each.available() for each in known])
    days = [TODAY + timedelta(days=number) for number in range(50)]
    left = {at: sum(simulated(each, at) or 0 for each in known) for at in days}
    assert [at_most(levels, at) for at in days] == list(left.values())
    for asked, quantity in wishes:
        split = of_levels(levels, None, quantity, asked).split
        levels = less(levels, None, split)
        for day, part in split:
            left = {at: n - part * (at >= day) for at, n in left.items()}
        left = {at: max(0, min(n for on, n in left.items() if on >= at)) for at in days}
        assert [at_most(levels, at) for at in days] == list(left.values())


def at_most(levels: Levels, day: date) -> int:
    return [level for on, level in levels if on <= day][-1]


def shortage(known: Known, until: int) -> list[int]:
    """Say day by day what is lacking when the goods that expire first go first: the oracle."""
    rest = known.free - sum(known.expiring.values())
    there = [*sorted(known.expiring.items()), (date.max, rest)]
    lacking, found = 0, []
    for days in range(until):
        day = known.today + timedelta(days=days)
        there += [(date.max, n) for due, n in known.receipts.items() if due == day]
        lacking += sum(n for due, n in known.demand.items() if due == day)
        for place, (last, quantity) in enumerate(there):
            part = min(lacking, quantity) if last >= day else 0
            there[place] = (last, quantity - part)
            lacking -= part
        found.append(lacking)
    return found


in_days = st.integers(0, 9)
some = st.dictionaries(in_days, st.integers(1, 9), max_size=4)


@given(some, st.integers(0, 9), some, some, in_days)
def test_what_is_promised_of_goods_that_expire_takes_nothing_from_those_who_wait(
    expiring: dict[int, int], rest: int, receipts: dict[int, int], demand: dict[int, int], on: int
) -> None:
    today = date(2026, 11, 23)

    def dated(by_day: dict[int, int]) -> dict[date, int]:
        return {today + timedelta(days=days): n for days, n in by_day.items()}

    known = Known(
        today,
        sum(expiring.values()) + rest,
        dated(receipts),
        dated(demand),
        None,
        dated(expiring),
    )
    day = today + timedelta(days=on)
    promised = answers(known, 0, day).on_day
    more = {**known.demand, day: known.demand.get(day, 0) + promised}
    before, after = shortage(known, 12), shortage(replace(known, demand=more), 12)
    assert all(then <= now for then, now in zip(after, before, strict=True))


def test_goods_count_until_their_last_day_and_those_that_expire_first_go_first() -> None:
    today = date(2026, 11, 23)

    def on(days: int) -> date:
        return today + timedelta(days=days)

    known = Known(today, 10, {on(6): 3}, {on(2): 4}, None, {on(3): 7})
    assert known.available() == [(today, 6), (on(2), 6), (on(4), 3), (on(6), 6)]
    assert answers(known, 9, today).split == ((today, 6),)
    assert answers(known, 6, on(4)) == Answers(3, on(6), ((on(4), 3), (on(6), 3)))
    assert known.lasting(on(4)).free == 3
    assert less(known.available(), None, [(today, 2)]) == [
        (today, 4), (on(2), 4), (on(4), 1), (on(6), 4)
    ]  # fmt: skip


def test_each_day_says_what_comes_is_needed_and_expires() -> None:
    known = Known(TODAY, 5, {on(26): 1}, {on(25): 2}, None, {on(27): 4})
    assert [tuple(each) for each in known.course()] == [
        (TODAY, 0, 0, 0, 5, 3),
        (on(25), 0, 2, 0, 3, 3),
        (on(26), 1, 0, 0, 4, 4),
        (on(28), 0, 0, 2, 2, 2),
    ]
