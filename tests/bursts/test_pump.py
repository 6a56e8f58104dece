"""The key pump in an app: all keys of a burst are posted at once, as a terminal would."""

import asyncio
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import ComposeResult
from textual.events import Paste
from textual.message import Message
from textual.widgets import Input, Static

from orderdesk.screens.pump import KeyPump
from tests.bursts.hand_clock import WAIT, HandClock
from tests.bursts.keystrokes import BACKSPACE, ENTER, keys, long_burst, typed
from tests.bursts.small_desk import Entry, PlainDesk


def enter_all(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Type a burst into the form; give what has been entered."""

    async def run() -> list[tuple[str, ...]]:
        app = HandClock()
        async with app.run_test():
            await app.type(*keys(*names))
            assert app.pump_pending == 0
            return app.entry.entered

    return asyncio.run(run())


def test_every_key_of_a_long_burst_reaches_its_field() -> None:
    burst, entered = long_burst(70)
    assert len(burst) > 500
    assert enter_all(burst) == entered


def test_without_the_pump_the_burst_stays_in_the_field_where_it_began() -> None:
    async def run() -> tuple[list[tuple[str, ...]], str]:
        app = PlainDesk()
        async with app.run_test() as pilot:
            for event in keys(*typed("acme", ENTER, "4500", ENTER, "ab", ENTER, "12", ENTER)):
                app.post_message(event)
            await pilot.pause()
            assert isinstance(app.screen, Entry)
            return app.screen.entered, app.screen.query_one("#customer", Input).value

    assert asyncio.run(run()) == ([], "acme4500ab12")


_WORDS = st.text("abc-1", min_size=1, max_size=4)
_LINES = st.lists(
    st.tuples(st.sampled_from(["typed", "mistyped", "list", "note"]), _WORDS, st.integers(1, 99)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(_LINES)
def test_any_burst_enters_what_was_typed(lines: list[tuple[str, str, int]]) -> None:
    burst = typed("acme", ENTER, ENTER)
    entered: list[tuple[str, ...]] = []
    for way, word, quantity in lines:
        item = word
        if way == "note":
            burst += typed(["f6"], word, ENTER)
            entered.append(("note", word))
        if way == "list":
            burst += typed(["f4"], "c", ["down"], ENTER, ENTER)
            item = "CAP-02"
        elif way == "mistyped":
            burst += typed("x", BACKSPACE, word, "?", BACKSPACE, ENTER)
        else:
            burst += typed(word, ENTER)
        burst += typed(str(quantity), ENTER)
        entered.append((item, str(quantity)))
    assert enter_all(burst) == entered


def test_keys_typed_before_the_first_screen_stands_are_not_lost() -> None:
    class Eager(HandClock):
        def on_load(self) -> None:
            for event in keys(*typed("acme", ENTER, "45", ENTER, "ab", ENTER, "1", ENTER)):
                self.post_message(event)

    async def run() -> list[tuple[str, ...]]:
        app = Eager()
        async with app.run_test():
            await app.rest()
            return app.entry.entered

    assert asyncio.run(run()) == [("ab", "1")]


def test_what_is_pasted_keeps_its_place_among_the_keys() -> None:
    async def run() -> list[tuple[str, ...]]:
        app = HandClock()
        async with app.run_test():
            burst = keys(*typed("acme", ENTER, "45", ENTER))
            await app.type(*burst, *keys("a"), Paste("bc"), *keys(*typed("d", ENTER, "1", ENTER)))
            return app.entry.entered

    assert asyncio.run(run()) == [("abcd", "1")]


def test_no_key_is_passed_on_while_work_is_waited_for() -> None:
    async def run() -> None:
        app = HandClock()
        async with app.run_test():
            await app.type(*keys("a"))
            async with app.keys_wait():
                app.busy_begin()
                for event in keys("b", "c"):
                    app.post_message(event)
                await app.go_on()
                assert (app.pump_pending, app.value("customer")) == (2, "a")
            assert app.pump_pending == 2
            app.busy_end()
            await app.rest()
            assert (app.pump_pending, app.value("customer")) == (0, "abc")

    asyncio.run(run())


def test_a_panel_that_opens_slowly_gets_the_keys_that_follow() -> None:
    class Panel(Input):
        opened = asyncio.Event()

        async def on_mount(self) -> None:
            await self.opened.wait()
            self.focus()

    class Desk(HandClock):
        def action_panel(self) -> None:
            # Apart from the focus: what holds the focus waits by itself for what it mounts.
            self.screen.query_one("#entered").mount(Panel(id="panel"))

    async def run() -> None:
        app = Desk()
        app.bind("f7", "panel")
        async with app.run_test():
            for event in keys("a", "f7", "b"):
                app.post_message(event)
            await app.go_on()
            left = app.pump_pending
            Panel.opened.set()
            await app.rest()
            assert left == 1
            assert (app.value("customer"), app.value("panel")) == ("a", "b")

    asyncio.run(run())


def test_a_widget_that_never_rests_cannot_stop_the_keyboard() -> None:
    class Restless(Static):
        class Again(Message):
            pass

        def on_mount(self) -> None:
            self.post_message(self.Again())

        async def on_restless_again(self) -> None:
            await asyncio.sleep(0)
            self.post_message(self.Again())

    class App(KeyPump[None]):
        def compose(self) -> ComposeResult:
            yield Restless()
            yield Input()

    async def run() -> str:
        app = App()
        async with app.run_test():
            for event in keys(*"abc"):
                app.post_message(event)
            async with asyncio.timeout(WAIT):
                await app.keys_settled()
            return app.query_one(Input).value

    assert asyncio.run(run()) == "abc"
