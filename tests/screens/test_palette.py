"""The palette: what it finds, and that keys behind Ctrl+P are its own."""

import asyncio
from collections.abc import Callable

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.screens.base import DeskScreen
from orderdesk.screens.order_entry.screen import OrderEntry
from orderdesk.screens.orders.screen import Orders
from orderdesk.screens.palette import Palette
from orderdesk.screens.widgets.choices import ChoiceRows
from tests.screens.test_orders import OPEN, placed
from tests.screens.typing import type_keys

Opener = Callable[[str | None], OrderDeskApp]


def screen_after(app: OrderDeskApp, *keys: str) -> tuple[DeskScreen, str]:
    """Give the screen and what it says after these keys, posted all at once."""

    async def run() -> tuple[DeskScreen, str]:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, *keys)
            screen = app.screen
            assert isinstance(screen, DeskScreen)
            return screen, screen.message

    return asyncio.run(run())


def found_by(app: OrderDeskApp, *keys: str) -> list[str]:
    """Give what the palette lists after these keys."""

    async def run() -> list[str]:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, *keys)
            assert isinstance(app.screen, Palette)
            return [row.text for row in app.screen.query_one(ChoiceRows).rows]

    return asyncio.run(run())


def test_every_action_is_found_on_every_screen_with_where_it_is(app_at: Opener) -> None:
    here = found_by(app_at("order-entry"), "ctrl+p", "post")
    assert here[0].startswith("Post (F9)")
    assert found_by(app_at("order-entry"), "ctrl+p", "copy")[0].startswith("Copy (c)")
    assert any(
        row.startswith("Release (r)") for row in found_by(app_at("queues"), "ctrl+p", "release")
    )


def test_what_is_done_elsewhere_says_where_when_it_is_picked(app_at: Opener) -> None:
    screen, said = screen_after(app_at("order-entry"), "ctrl+p", "copy⏎")
    assert isinstance(screen, OrderEntry)
    assert said == "Copy (c) is not done here; it is on an order's sheet: Orders, pick it, Enter"


def test_keys_behind_it_in_one_burst_reach_it_and_those_behind_its_enter_the_screen(
    app_at: Opener, sqlite_url: str
) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    _, said = screen_after(app_at("orders"), *OPEN, "ctrl+p", "copy⏎", "⏎")
    assert said == "SO-000002 placed as a copy of SO-000001"


def test_it_says_why_nothing_else_can_be_asked_while_something_is(
    app_at: Opener, sqlite_url: str
) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    _, said = screen_after(app_at("orders"), *OPEN, "a", "ctrl+p", "copy⏎")
    assert said == "something is asked already; Enter or F9 answers it, F12 closes it"


@pytest.mark.parametrize(
    ("typed", "kind"), [("open orders⏎", Orders), ("order entry⏎", OrderEntry)]
)
def test_it_opens_screens(app_at: Opener, typed: str, kind: type[DeskScreen]) -> None:
    screen, _ = screen_after(app_at(None), "ctrl+p", typed)
    assert isinstance(screen, kind)


def test_f12_goes_back_to_the_screen_as_it_was(app_at: Opener) -> None:
    screen, _ = screen_after(app_at("order-entry"), "acme⏎", "ctrl+p", "x", "f12", "45")
    assert isinstance(screen, OrderEntry)
    assert screen.form.slots["buyer_po"].value == "45"
