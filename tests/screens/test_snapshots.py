"""How the screens look, few and frozen, at both sizes."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from orderdesk.app import OrderDeskApp
from orderdesk.screens import base
from orderdesk.services.people import Vacant
from orderdesk.store.desk import Desk
from tests.screens.typing import type_ahead, type_keys

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
Opener = Callable[[str | None], OrderDeskApp]


def frozen(snap_compare: Any, app: OrderDeskApp, size: tuple[int, int], *keys: str) -> bool:
    """Compare the screen after these keys with the one that was approved."""

    async def before(pilot: Pilot[None]) -> None:
        await type_keys(app, pilot, *keys)
        await app.workers.wait_for_complete()
        await pilot.pause()

    same: bool = snap_compare(app, terminal_size=size, run_before=before)
    return same


@SIZES
def test_order_entry_with_a_short_line_and_a_price_by_hand(
    snap_compare: Any, app_at: Opener, size: tuple[int, int]
) -> None:
    keys = ("acme⏎4500⏎p1⏎12⏎p2⏎9⏎p1⏎3", "tab", "tab", "9.5⏎")
    assert frozen(snap_compare, app_at("order-entry"), size, *keys)


@SIZES
def test_the_review_says_what_will_be_held(
    snap_compare: Any, app_at: Opener, size: tuple[int, int]
) -> None:
    assert frozen(snap_compare, app_at("order-entry"), size, "tight⏎⏎p1⏎20⏎", "f9")


@SIZES
def test_the_list_of_items(snap_compare: Any, app_at: Opener, size: tuple[int, int]) -> None:
    assert frozen(snap_compare, app_at("order-entry"), size, "acme⏎⏎p", "f4")


@SIZES
def test_an_order_with_a_hold(snap_compare: Any, app_at: Opener, size: tuple[int, int]) -> None:
    keys = ("tight⏎4500⏎p1⏎20⏎", "f9", "f9", "f3", "o", "enter", "enter")
    assert frozen(snap_compare, app_at("order-entry"), size, *keys)


@SIZES
def test_the_menu(snap_compare: Any, app_at: Opener, size: tuple[int, int]) -> None:
    assert frozen(snap_compare, app_at(None), size)


def test_the_sign_in(snap_compare: Any, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "clock", lambda: "14:02")
    app = OrderDeskApp(
        lambda: Vacant(Desk(sqlite_url, "clerk"), "somebody"), place="main.db", user="clerk"
    )

    async def before(pilot: Pilot[None]) -> None:
        await type_ahead(app, pilot, "471")

    assert snap_compare(app, terminal_size=(80, 24), run_before=before)
