"""A desk whose file is replaced under it: told once, refused to write, its screen kept."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.domain.errors import Unavailable
from orderdesk.screens.order_entry.screen import OrderEntry
from orderdesk.screens.orders.sheet import OrderSheet
from orderdesk.screens.widgets.ask import AskRow
from orderdesk.screens.widgets.field import Field
from orderdesk.services.orders import reading
from orderdesk.services.orders.reading import list_
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold
from tests.screens.test_orders import OPEN, placed
from tests.screens.typing import end_bursts_at_once, type_keys


@pytest.fixture
def other(sqlite_url: str, tmp_path: Path) -> Path:
    """Give a file that can take the place of the company's own."""
    path = tmp_path / "other.db"
    shutil.copyfile(sqlite_url, path)
    return path


def test_an_open_desk_refuses_to_write_to_a_file_that_took_the_place_of_its_own(
    app_at: Callable[[str | None], OrderDeskApp], sqlite_url: str, other: Path
) -> None:
    app = app_at("order-entry")

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, "acme⏎⏎p1⏎2⏎")
            screen = app.screen
            assert isinstance(screen, OrderEntry)
            end_bursts_at_once(app)
            other.replace(sqlite_url)
            await app._look_for_changes()
            assert "was replaced by another file while it was open" in screen.message
            assert "leave the desk and open it again" in screen.message
            screen.say("")
            await app._look_for_changes()
            assert screen.message == ""
            await type_keys(app, pilot, "⏎", "f9", "f9")
            assert "was replaced by another file" in screen.message
            assert [line.seen.product for line in screen.draft.lines] == ["P1"]

    asyncio.run(run())
    desk = Desk(sqlite_url, "clerk").open()
    assert desk.read(list_).orders == ()
    assert_laws_hold(desk)
    desk.close()


def test_what_is_half_typed_goes_on_when_the_database_cannot_be_looked_at(
    app_at: Callable[[str | None], OrderDeskApp], sqlite_url: str, other: Path
) -> None:
    app = app_at("order-entry")

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, "acme⏎⏎p1⏎1")
            screen = app.screen
            assert isinstance(screen, OrderEntry)
            other.replace(sqlite_url)
            await app._look_for_changes()
            assert "was replaced" in screen.message
            await type_keys(app, pilot, "2")
            assert screen.field("quantity").value == "12"

    asyncio.run(run())


def test_what_is_half_typed_goes_on_when_a_live_read_fails(
    app_at: Callable[[str | None], OrderDeskApp],
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    app = app_at("orders")

    def gone(*_: object) -> None:
        raise Unavailable("no_server", "the server is away; nothing was read")

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, *OPEN, "a", "1")
            screen = app.screen
            assert isinstance(screen, OrderSheet)
            placed(sqlite_url, "clerk", "ACME", ("P1", "7"))
            monkeypatch.setattr(reading, "show", gone)
            await app._look_for_changes()
            assert screen.message == "the server is away; nothing was read"
            await type_keys(app, pilot, "2")
            assert screen.query_one(AskRow).query(Field).first().value == "12"
            assert app.keys_kept == 0
            await type_keys(app, pilot, "f12", "f5")
            assert screen.message == "the server is away; nothing was read"

    asyncio.run(run())
