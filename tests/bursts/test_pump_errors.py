"""The key pump after an error: what was typed ahead is kept, goes on, or is dropped."""

import asyncio

import pytest
from textual.app import ComposeResult
from textual.events import Callback
from textual.message import Message
from textual.widgets import Input

from orderdesk.screens.pump import KeyPump
from tests.bursts.hand_clock import WAIT, HandClock
from tests.bursts.keystrokes import ENTER, keys, typed
from tests.bursts.small_desk import PumpedDesk

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
