"""Random days at a shelf, beside a plain simulation of them."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orderdesk.services.doctor import examine
from tests.services.allocation.beside import OFFSET, QUANTITY, SETTINGS, WAY, Both, Unit, agree

ACTS = st.one_of(
    # One object each, or they count as one.
    *(st.tuples(st.just("place"), QUANTITY, OFFSET, WAY) for _ in range(8)),
    st.tuples(st.just("receive"), QUANTITY),
    st.tuples(st.just("count"), st.integers(0, 8)),
    st.tuples(st.just("quantity"), st.integers(0, 5), QUANTITY),
    st.tuples(st.just("day"), st.integers(0, 5), OFFSET),
    st.tuples(st.just("cancel"), st.integers(0, 5)),
    st.tuples(st.just("reroute"), st.integers(0, 5), WAY),
    st.tuples(st.just("renew")),
    *(st.tuples(st.just("later"), st.integers(1, 4)) for _ in range(3)),
    st.tuples(st.just("send"), QUANTITY),
    st.tuples(st.just("bring"), QUANTITY, st.integers(0, 6)),
    st.tuples(st.just("arrive"), st.integers(0, 3)),
    st.tuples(st.just("apart"), QUANTITY),
    st.tuples(st.just("usable"), QUANTITY),
    st.tuples(st.just("sheet"), st.integers(0, 8)),
    st.tuples(st.just("expect"), QUANTITY, OFFSET),
    st.tuples(st.just("due"), st.integers(0, 1), OFFSET),
    st.tuples(st.just("come"), st.integers(0, 3), QUANTITY),
    st.tuples(st.just("forget"), st.integers(0, 3)),
)


@SETTINGS
@given(
    coming=st.lists(st.tuples(QUANTITY, OFFSET), max_size=3),
    acts=st.lists(ACTS, min_size=4, max_size=16),
    horizon=st.sampled_from([0, 3, 30]),
    within=st.sampled_from([0, 0, 4]),
)
def test_every_line_has_what_the_plain_rules_give_it(
    unit: Unit,
    coming: list[tuple[int, int]],
    acts: list[tuple[Any, ...]],
    horizon: int,
    within: int,
) -> None:
    with unit() as work:
        both = Both(work, horizon, within)
        for quantity, offset in coming:
            both.expect(quantity, offset)
        for name, *given_ in acts:
            had = [each.has for each in both.shelf.lines]
            getattr(both, name)(*given_)
            agree(both)
            both.shelf.assert_none_was_served_ahead(had)
            assert [each for each in examine(work) if each.law <= 3] == []
