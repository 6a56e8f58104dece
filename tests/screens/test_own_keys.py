"""The user's own keys: they do what the desk's did, everywhere, and are named so."""

import ast
import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from orderdesk.app import OrderDeskApp
from orderdesk.screens.base import DeskScreen
from orderdesk.screens.order_entry.screen import OrderEntry
from orderdesk.screens.widgets.bars import KeyBar
from orderdesk.store.desk import Desk
from tests.screens.test_order_entry import shown_after
from tests.screens.test_orders import OPEN, placed
from tests.screens.typing import (
    end_bursts_at_once,
    message_after,
    post_keys,
    rows_of,
    stored,
    type_keys,
)

OWN = {"post": "f7", "repeat": "f6", "back": "f11", "undo": "f10", "choices": "f3"}
OWN |= {"leave": "f12", "help": "f8"}
"""Other keys than the desk's; the last one is another's by default."""

SCREENS = Path(__file__).parents[2] / "src/orderdesk/screens"


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


def said_on_screens() -> Iterator[tuple[str, str]]:
    """Give every text of a screen's source with its place, docstrings apart."""
    for path in sorted(SCREENS.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in told:
                yield f"{path.relative_to(SCREENS)}:{node.lineno}", str(node.value)


def test_no_text_names_a_key_that_may_be_another() -> None:
    named = [(at, text) for at, text in said_on_screens() if re.search(r"\bF[0-9]+\b", text)]
    # What is said of F12 there is of the key itself: Esc does the same, but not in a burst.
    assert named == [(named[0][0], "One step back; in a burst F12 alone.")]


def test_what_is_asked_and_a_list_name_them(sqlite_url: str, at_two: None) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    said = message_after(opened(sqlite_url, "orders"), *OPEN, "a")
    assert said == "Enter goes on and does it at the last, F7 does it at once, F11 leaves it"
    rows = shown_after(opened(sqlite_url, "order-entry"), "acme⏎⏎", "f3")
    assert "Enter picks, F11 closes" in "\n".join(rows)


def test_an_error_and_the_help_of_a_field_name_them(app: OrderDeskApp, sqlite_url: str) -> None:
    assert "item 'NOPE' is unknown; F3 lists what fits" in message_after(app, "acme⏎⏎nope⏎")
    sheet = " ".join(shown_after(opened(sqlite_url, "order-entry"), "acme⏎⏎", "f8"))
    assert "F3 lists what fits" in sheet


def test_what_has_no_room_names_the_key_of_help(app: OrderDeskApp) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert isinstance(app.screen, DeskScreen)
        app.screen.say("\n".join(map(str, range(40))))
        await pilot.pause()
        assert "more rows: F8 shows all)" in "\n".join(rows_of(app))

    message_after(app, look=look)
