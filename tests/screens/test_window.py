"""The rows of a long list that are in memory, around a cursor that the clerk moves."""

import asyncio
from collections.abc import Awaitable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderdesk.domain.errors import Unavailable
from orderdesk.screens.widgets.window import KEPT_PAGES, PAGE_ROWS, Page, Window
from tests.screens.long_list import Numbers

MILLION = 1_000_000


async def opened(source: Numbers, height: int = 10, at: int | None = None) -> Window[int]:
    window = Window(source)
    await window.resize(height)
    await window.open(at)
    return window


def in_view(window: Window[int]) -> list[int]:
    return [row.key for row in window.rows[window.top : window.top + window.height]]


def at(window: Window[int]) -> int | None:
    return None if window.current is None else window.current.key


def run(scenario: Awaitable[None]) -> None:
    async def all_of_it() -> None:
        await scenario

    asyncio.run(all_of_it())


def test_a_million_rows_open_by_the_same_reads_as_three_thousand() -> None:
    async def scenario() -> None:
        short, long = Numbers(3_000), Numbers(MILLION)
        assert in_view(await opened(short)) == in_view(await opened(long)) == list(range(10))
        assert short.reads == long.reads == [PAGE_ROWS]

    run(scenario())


def test_a_walk_through_the_list_meets_every_row_and_keeps_few() -> None:
    async def scenario() -> None:
        window = await opened(Numbers(1_500))
        most = 0
        seen = [at(window)]
        for _ in range(1_499):
            await window.move(1)
            seen.append(at(window))
            most = max(most, len(window.rows))
        assert seen == list(range(1_500))
        for _ in range(1_499):
            await window.move(-1)
            seen.append(at(window))
            most = max(most, len(window.rows))
        assert seen[1_500:] == list(range(1_498, -1, -1))
        assert most <= (KEPT_PAGES + 1) * PAGE_ROWS

    run(scenario())


def test_home_and_end_go_to_the_ends_by_one_read_each() -> None:
    async def scenario() -> None:
        source = Numbers(MILLION)
        window = await opened(source)
        source.reads.clear()
        await window.end()
        assert (at(window), in_view(window)) == (MILLION - 1, list(range(MILLION - 10, MILLION)))
        assert (window.hidden_above, window.hidden_below) == (True, False)
        await window.home()
        assert (at(window), in_view(window)) == (0, list(range(10)))
        assert (window.hidden_above, window.hidden_below) == (False, True)
        assert source.reads == [PAGE_ROWS, PAGE_ROWS]

    run(scenario())


def test_a_list_opens_at_a_key_or_at_the_next_one() -> None:
    async def scenario() -> None:
        source = Numbers(MILLION)
        source.gone = {500_000}
        window = await opened(source, at=500_000)
        assert (at(window), in_view(window)[0]) == (500_001, 500_001)
        await window.move(-1)
        assert (at(window), in_view(window)[0]) == (499_999, 499_999)

    run(scenario())


def test_a_reload_keeps_the_cursor_on_its_key_and_line() -> None:
    async def scenario() -> None:
        source = Numbers(MILLION)
        window = await opened(source, at=5_000)
        await window.move(4)
        source.gone = set(range(4_000, 5_003))
        await window.reload()
        assert at(window) == 5_004
        assert in_view(window)[:5] == [3_997, 3_998, 3_999, 5_003, 5_004]

    run(scenario())


def test_a_reload_goes_to_the_next_row_if_that_of_the_cursor_is_gone() -> None:
    async def scenario() -> None:
        source = Numbers(20)
        window = await opened(source, at=18)
        source.gone = {18}
        await window.reload()
        assert at(window) == 19
        source.gone = {18, 19}
        await window.reload()
        assert at(window) == 17
        source.gone = set(range(20))
        await window.reload()
        assert at(window) is None
        source.gone = set()
        await window.reload()
        assert at(window) == 0

    run(scenario())


def test_rows_that_come_in_at_the_start_are_seen_there() -> None:
    async def scenario() -> None:
        source = Numbers(MILLION, first=100)
        window = await opened(source)
        source.first = 97
        await window.reload()
        assert (at(window), in_view(window)[0]) == (100, 97)
        # So many that the cursor would leave the view: then it stays on its line.
        source.first = 50
        await window.reload()
        assert (at(window), in_view(window)[3]) == (100, 100)
        assert window.hidden_above

    run(scenario())


def test_a_taller_view_is_filled_from_below_and_at_the_end_from_above() -> None:
    async def scenario() -> None:
        window = await opened(Numbers(MILLION))
        await window.resize(250)
        assert in_view(window) == list(range(250))
        await window.end()
        await window.resize(900)
        assert in_view(window) == list(range(MILLION - 900, MILLION))

    run(scenario())


def test_a_source_that_promises_more_and_gives_none_ends_the_list() -> None:
    class Liar(Numbers):
        async def fetch(
            self, key: int | None, *, before: bool, limit: int, including: bool
        ) -> Page[int]:
            page = await super().fetch(key, before=before, limit=limit, including=including)
            return Page(page.rows, more=True)

    async def scenario() -> None:
        window = await opened(Liar(120))
        await window.move(500)
        assert at(window) == 119
        await window.move(-500)
        assert at(window) == 0

    run(scenario())


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("row"), st.integers(-3, 3)),
        st.tuples(st.just("page"), st.integers(-2, 2)),
        st.tuples(st.just("jump"), st.integers(-450, 450)),
        st.tuples(st.just("height"), st.integers(1, 160)),
        st.tuples(st.sampled_from(["home", "end", "reload"]), st.just(0)),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 900), _STEPS)
def test_whatever_the_clerk_does_the_window_shows_a_piece_of_the_list(
    size: int, steps: list[tuple[str, int]]
) -> None:
    async def scenario() -> None:
        window = await opened(Numbers(size))
        expected = 0
        for step, by in steps:
            if step in ("row", "jump"):
                await window.move(by)
            elif step == "page":
                by *= window.height
                await window.move(by, view=by)
            elif step == "height":
                await window.resize(by)
                by = 0
            elif step == "reload":
                await window.reload()
            else:
                await (window.home() if step == "home" else window.end())
                expected = 0 if step == "home" else size
            expected = max(0, min(expected + by, size - 1))
            assert at(window) == (expected if size else None)
            shown = in_view(window)
            assert shown == list(range(shown[0], shown[0] + len(shown))) if size else not shown
            assert len(shown) == min(window.height, size)
            assert not size or expected in shown
            assert window.hidden_above == bool(shown and shown[0] > 0)
            assert window.hidden_below == bool(shown and shown[-1] < size - 1)

    run(scenario())


def test_a_page_that_cannot_be_read_leaves_the_view_where_it_was() -> None:
    async def scenario() -> None:
        source = Numbers(MILLION)
        window = await opened(source, at=5_000)
        before = in_view(window)

        async def broken(*_: object, **__: object) -> Page[int]:
            raise Unavailable("gone", "the database cannot be reached")

        source.fetch = broken  # type: ignore[method-assign]
        for rows in (-150, 150):
            with pytest.raises(Unavailable):
                await window.move(rows, view=rows)
            assert (at(window), in_view(window)) == (5_000, before)

    run(scenario())
