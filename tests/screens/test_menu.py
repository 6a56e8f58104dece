"""The menu: where the desk begins."""

import asyncio
from collections.abc import Callable

from orderdesk.app import OrderDeskApp
from tests.screens.typing import rows_of, type_keys

Opener = Callable[[str | None], OrderDeskApp]


def menu_after(app: OrderDeskApp, *keys: str) -> list[str]:
    """Give the rows of the menu after these keys, once it has counted what waits."""

    async def run() -> list[str]:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, *keys)
            await app.workers.wait_for_complete()
            await pilot.pause()
            return [row.rstrip() for row in rows_of(app)]

    return asyncio.run(run())


def test_the_keys_stand_at_the_foot_as_on_every_screen(app_at: Opener) -> None:
    assert "F1Help" in menu_after(app_at(None))[-1]


def test_one_of_what_waits_is_counted_as_one(app_at: Opener) -> None:
    one = menu_after(app_at("order-entry"), "acme⏎⏎p1⏎1⏎", "f2", "f3")
    assert any(row.endswith(" 1 draft") for row in one)
    three = menu_after(app_at("order-entry"), "acme⏎⏎p1⏎1⏎", "f2", "free⏎⏎p1⏎1⏎", "f2", "f3")
    assert any(row.endswith(" 3 drafts") for row in three)
