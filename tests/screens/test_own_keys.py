"""The user's own keys: they do what the desk's did, everywhere, and are named so."""

import asyncio

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.screens.base import DeskScreen
from orderdesk.screens.order_entry.screen import OrderEntry
from orderdesk.screens.widgets.bars import KeyBar
from orderdesk.store.desk import Desk
from tests.screens.test_orders import OPEN, placed
from tests.screens.typing import end_bursts_at_once, message_after, post_keys, stored, type_keys

OWN = {"post": "f7", "repeat": "f6", "back": "f11", "undo": "f10", "choices": "f3", "leave": "f12"}
"""Other keys than the desk's; the last one is another's by default."""


@pytest.fixture
def app(sqlite_url: str, at_two: None) -> OrderDeskApp:
    return opened(sqlite_url, "order-entry")


def opened(url: str, screen: str) -> OrderDeskApp:
    return OrderDeskApp(
        lambda: Desk(url, "clerk").open(),
        place="main.db",
        user="clerk",
        screen=screen,
        keymap=OWN,
    )


def test_an_order_is_posted_with_them(app: OrderDeskApp, sqlite_url: str) -> None:
    assert "SO-000001 placed" in message_after(app, "acme⏎⏎p1⏎2⏎p2⏎1⏎", "f10", "f7", "f7")
    assert [line.product for line in stored(sqlite_url, "SO-000001").lines] == ["P1"]


def test_a_key_of_ones_own_that_posts_never_posts_past_an_error(
    app: OrderDeskApp, sqlite_url: str
) -> None:
    end_bursts_at_once(app)

    async def run() -> tuple[str, int]:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, "acme⏎⏎nope⏎2⏎", "f7", "f7")
            screen = app.screen
            assert isinstance(screen, OrderEntry)
            said = screen.message
            post_keys(app, "p1", "f6")
            await app.keys_settled()
            return said, len(screen.draft.lines)

    said, lines = asyncio.run(run())
    assert said.startswith("[4 keys kept: F6 goes on without F7, F11 drops] ")
    assert lines == 1


def test_a_row_that_asks_and_a_list_take_them_too(sqlite_url: str, at_two: None) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    said = message_after(opened(sqlite_url, "orders"), *OPEN, "a", "4", "f7")
    assert said == "line 1 amended"
    assert message_after(opened(sqlite_url, "orders"), *OPEN, "a", "4", "f11", "r") == (
        "nothing holds this order; there is nothing to release"
    )


def test_a_list_is_opened_and_closed_with_them(app: OrderDeskApp) -> None:
    assert "SO-000001 placed" in message_after(
        app, "f3", "f11", "f3", "f3", "acme⏎⏎p1⏎2⏎", "f7", "f7"
    )


def test_the_key_bar_and_messages_name_them(app: OrderDeskApp) -> None:
    async def look(app: OrderDeskApp, pilot: object) -> None:
        assert isinstance(app.screen, DeskScreen)
        assert "F7Post" in str(app.screen.query_one(KeyBar).render())

    said = message_after(app, "acme⏎⏎p1⏎2⏎", "up", "⏎0⏎", look=look)
    assert said == "line 1 dropped; F10 takes that back"
