"""The key pump in an app: all keys of a burst are posted at once, as a terminal would."""

import asyncio
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import ComposeResult
from textual.events import Callback, Paste
from textual.message import Message
from textual.widgets import Input, Static

from orderdesk.screens.pump import KeyPump, Keystroke
from tests.bursts.keystrokes import BACKSPACE, ENTER, keys, long_burst, typed
from tests.bursts.small_desk import Entry, PlainDesk, PumpedDesk

WAIT = 60.0


class HandClock(PumpedDesk):
    """The form with a clock that a test turns by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.due: list[Callable[[], None]] = []
        self.said: list[str] = []

    def pump_later(self, seconds: float, callback: Callable[[], None]) -> None:
        """Keep the callback for `pass_time`."""
        self.due.append(callback)

    def pass_time(self, looks: int = 4) -> None:
        """Let so many looks for more keys pass; four of them end a burst."""
        for _ in range(looks):
            due, self.due = self.due, []
            for callback in due:
                callback()

    def say(self, text: str) -> None:
        """Keep what is said."""
        self.said.append(text)
        super().say(text)

    async def type(self, *events: Keystroke) -> None:
        """Post all keys at once, and wait until each has had its effect."""
        for event in events:
            self.post_message(event)
        await self.rest()

    async def rest(self) -> None:
        """Wait until nothing moves."""
        async with asyncio.timeout(WAIT):
            await self.keys_settled()

    async def go_on(self) -> None:
        """Give the event loop many turns, in which the app does all that it can do now."""
        for _ in range(2_000):
            await asyncio.sleep(0)

    @property
    def entry(self) -> Entry:
        """The form."""
        assert isinstance(self.screen, Entry)
        return self.screen

    def value(self, field: str) -> str:
        """Give what stands in a field."""
        return self.entry.query_one(f"#{field}", Input).value

    @property
    def focus_id(self) -> str | None:
        """Where the cursor is."""
        return None if self.focused is None else self.focused.id


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


HEADER = typed("acme", ENTER, "45", ENTER)


def test_after_an_error_the_rest_is_kept_and_new_keys_mend_the_field() -> None:
    async def run() -> None:
        app = HandClock()
        async with app.run_test():
            rest = typed("12", ENTER, "cd", ENTER, "5", ENTER, ["f9", "f9", "ctrl+o"])
            await app.type(*keys(*HEADER, *typed("?ab", ENTER), *rest))
            assert (app.focus_id, app.value("item")) == ("item", "")
            assert app.entry.entered == []
            assert (app.pump_pending, app.keys_kept) == (0, len(rest))
            app.pass_time()
            await app.rest()
            assert app.said == [f"item ?ab is unknown; {len(rest)} keys kept"]

            await app.type(*keys(*typed("ab", ENTER)))
            assert (app.focus_id, app.entry.line) == ("qty", ["ab"])
            assert app.keys_kept == len(rest)

            # What is typed behind F8 comes after what was kept.
            await app.type(*keys("f8", *typed("ef", ENTER, "6", ENTER)))
            assert app.entry.entered == [("ab", "12"), ("cd", "5"), ("ef", "6")]
            assert (app.keys_kept, app.said[-1]) == (0, "none kept")

    asyncio.run(run())


def test_esc_forgets_what_was_kept() -> None:
    async def run() -> None:
        app = HandClock()
        async with app.run_test():
            await app.type(*keys(*HEADER, *typed("?", ENTER, "12", ENTER)))
            app.pass_time()
            await app.type(*keys("escape"))
            assert (app.keys_kept, app.said[-1]) == (0, "none kept")
            await app.type(*keys(*typed(["f8"], "ab", ENTER, "1", ENTER)))
            assert app.entry.entered == [("repeated",), ("ab", "1")]

    asyncio.run(run())


def test_keys_that_follow_the_burst_closely_belong_to_it() -> None:
    async def run() -> None:
        app = HandClock()
        async with app.run_test():
            await app.type(*keys(*HEADER, *typed("?", ENTER, "1")))
            app.pass_time(3)
            await app.type(*keys("2"))
            app.pass_time(3)
            await app.type(*keys("enter"))
            assert (app.value("item"), app.keys_kept, app.said) == ("", 3, [])
            app.pass_time()
            await app.type(*keys("a"))
            assert (app.value("item"), app.keys_kept) == ("a", 3)
            assert app.said == ["item ? is unknown; 3 keys kept"]

    asyncio.run(run())


def test_two_errors_of_one_key_are_one_hold() -> None:
    async def run() -> None:
        app = HandClock()
        async with app.run_test():
            app.hold_keys("one")
            app.hold_keys("two")
            app.pass_time(3)
            await app.type(*keys("a"))
            app.pass_time()
            await app.rest()
            assert app.said == ["two; 1 keys kept"]

    asyncio.run(run())


def test_an_error_with_nothing_typed_ahead_keeps_nothing() -> None:
    async def run() -> None:
        app = HandClock()
        async with app.run_test():
            await app.type(*keys("?", "enter"))
            app.pass_time()
            await app.type(*keys(*typed("acme", ENTER)))
            assert app.said == ["customer ? is unknown; 0 keys kept"]
            assert (app.keys_kept, app.focus_id) == (0, "po")

    asyncio.run(run())


def test_a_second_error_keeps_older_keys_behind_newer_ones() -> None:
    async def run() -> None:
        app = HandClock()
        async with app.run_test():
            await app.type(*keys(*HEADER, *typed("?", ENTER, "2", ENTER, "cd", ENTER, "3", ENTER)))
            app.pass_time()
            # The mending is wrong too, with F8 and a further line typed ahead of that.
            await app.type(*keys(*typed("??", ENTER, "1", ["f8"], "ef", ENTER, "4", ENTER)))
            app.pass_time()
            await app.type(*keys(*typed("ab", ENTER, ["f8"])))
            assert app.entry.entered == [("ab", "12"), ("cd", "3"), ("ef", "4")]

    asyncio.run(run())


def test_a_kept_burst_may_fail_again() -> None:
    async def run() -> None:
        app = HandClock()
        async with app.run_test():
            await app.type(*keys(*HEADER, *typed("?", ENTER, "1", ENTER, "?", ENTER, "2", ENTER)))
            app.pass_time()
            await app.type(*keys(*typed("ab", ENTER, ["f8"])))
            app.pass_time()
            await app.rest()
            assert app.said[-1] == "item ? is unknown; 2 keys kept"
            await app.type(*keys(*typed("cd", ENTER, ["f8"])))
            assert app.entry.entered == [("ab", "1"), ("cd", "2")]

    asyncio.run(run())


def test_by_its_own_clock_the_burst_ends_without_another_key() -> None:
    class Desk(PumpedDesk):
        def __init__(self) -> None:
            super().__init__()
            self.held = asyncio.Event()

        def on_keys_held(self, count: int) -> None:
            assert count == 2
            self.held.set()

    async def run() -> None:
        app = Desk()
        async with app.run_test():
            for event in keys(*typed("?", ENTER, "1", ENTER)):
                app.post_message(event)
            async with asyncio.timeout(WAIT):
                await app.held.wait()

    asyncio.run(run())


def test_a_fault_on_the_path_of_the_keys_ends_the_app_and_is_not_silent() -> None:
    class Faulty(Input):
        armed = False

        def post_message(self, message: Message) -> bool:
            if self.armed and isinstance(message, Callback):
                raise ZeroDivisionError
            return super().post_message(message)

    class App(KeyPump[None]):
        def compose(self) -> ComposeResult:
            yield Faulty()

    async def run() -> None:
        app = App()
        async with app.run_test():
            app.query_one(Faulty).armed = True
            app.post_message(keys("a")[0])
            async with asyncio.timeout(WAIT):
                await app.keys_settled()
            told.append("nobody waits for ever")

    told: list[str] = []
    with pytest.raises(ZeroDivisionError):
        asyncio.run(run())
    assert told


def test_keys_that_nobody_will_read_end_with_the_app() -> None:
    async def run() -> int:
        app = HandClock()
        async with app.run_test():
            app.busy_begin()
            for event in keys(*"abc"):
                app.post_message(event)
            app.exit()
        async with asyncio.timeout(WAIT):
            await app.keys_settled()
        return app.pump_pending

    assert asyncio.run(run()) == 0
