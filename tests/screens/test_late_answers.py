"""Answers that come late, or are lost: they never cover, double or misplace anything."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.domain.errors import Unavailable
from orderdesk.screens.credit.screen import CreditCheck
from orderdesk.screens.menu import Menu
from orderdesk.screens.orders.sheet import OrderSheet
from orderdesk.screens.stock_check.screen import StockCheck
from orderdesk.screens.widgets.ask import AskRow
from orderdesk.screens.widgets.field import Field
from orderdesk.services.orders.reading import list_
from orderdesk.services.queues import reading
from orderdesk.store.desk import Desk
from tests.screens.test_orders import OPEN, placed
from tests.screens.typing import done, end_bursts_at_once, on_a_loop, type_keys

Opener = Callable[[str | None], OrderDeskApp]


def gone(*_: Any, **__: Any) -> Any:
    """Be a database that does not answer."""
    raise Unavailable("gone", "the database cannot be reached; try again in a moment")


async def held_up(
    app: OrderDeskApp, reading: Awaitable[None]
) -> tuple[asyncio.Event, asyncio.Future[None]]:
    """Begin to read, and hold the first answer up; give what lets it go, and the reading."""
    read, answered, released = app.read, asyncio.Event(), asyncio.Event()

    async def slow(service: Any, *args: Any, **kwargs: Any) -> Any:
        found = await read(service, *args, **kwargs)
        answered.set()
        await released.wait()
        return found

    app.read = slow  # type: ignore[method-assign]
    late = asyncio.ensure_future(reading)
    async with asyncio.timeout(30):
        await answered.wait()
    app.read = read  # type: ignore[method-assign]
    return released, late


@on_a_loop
async def test_an_order_that_was_changed_here_is_not_covered_by_what_was_read_before(
    app_at: Opener, sqlite_url: str
) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    app = app_at("orders")
    async with app.run_test(size=(80, 24)) as pilot:
        await type_keys(app, pilot, *OPEN)
        sheet = app.screen
        assert isinstance(sheet, OrderSheet)
        release, late = await held_up(app, sheet.refresh_live())
        await type_keys(app, pilot, "a", "4", "f9")
        release.set()
        await late
        assert sheet.order is not None
        assert (sheet.order.version, f"{sheet.order.lines[0].ordered:f}") == (2, "4")


@on_a_loop
async def test_another_product_is_not_covered_by_what_was_read_of_the_one_before(
    app_at: Opener,
) -> None:
    app = app_at("stock-check")
    async with app.run_test(size=(80, 24)) as pilot:
        await type_keys(app, pilot, "p1⏎")
        check = app.screen
        assert isinstance(check, StockCheck)
        assert check.product_here == "P1"
        release, late = await held_up(app, check.refresh_live())
        await type_keys(app, pilot, "shift+tab", "p2⏎")
        release.set()
        await late
        assert (check.product_here, check.field("product").value) == ("P2", "P2")


@on_a_loop
async def test_a_copy_whose_answer_was_lost_is_not_placed_twice(
    app_at: Opener, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    command, lost = Desk.command, [True]

    def losing(desk: Desk, *args: Any, **kwargs: Any) -> Any:
        found = command(desk, *args, **kwargs)
        return gone() if lost.pop() else found

    app = app_at("orders")
    end_bursts_at_once(app)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_keys(app, pilot, *OPEN, "c")
        monkeypatch.setattr(Desk, "command", losing)
        await type_keys(app, pilot, "⏎")
        assert isinstance(app.screen, OrderSheet)
        assert "cannot be reached" in app.screen.message
        monkeypatch.undo()
        await type_keys(app, pilot, "⏎")
        assert app.screen.message == "SO-000002 placed as a copy of SO-000001"
    assert len(done(sqlite_url, "clerk", list_).orders) == 2


@on_a_loop
async def test_a_limit_goes_to_the_customer_of_whom_it_was_asked(app_at: Opener) -> None:
    app = app_at("credit-check")
    async with app.run_test(size=(80, 24)) as pilot:
        await type_keys(app, pilot, "acme⏎l")
        check = app.screen
        assert isinstance(check, CreditCheck)
        who = check.query_one("#who", Field)
        who.put("TIGHT")
        await check.accept(who)
        assert check.code == "TIGHT"
        check.query_one("#ask-limit", Field).put("150")
        check.query_one("#ask-reason", Field).put("asked for ACME")
        check.query_one("#ask-reason", Field).focus()
        await pilot.pause()
        await type_keys(app, pilot, "⏎")
        assert not check.query(AskRow)
        assert check.message.startswith("limit of ACME: 150")


@on_a_loop
async def test_a_menu_that_cannot_count_says_why_and_the_desk_stays(
    app_at: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_at(None)
    end_bursts_at_once(app)
    monkeypatch.setattr(reading, "counts", gone)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_keys(app, pilot, "f5")
        assert isinstance(app.screen, Menu)
        assert "cannot be reached" in app.screen.message
        monkeypatch.undo()
        await type_keys(app, pilot, "e", "acme⏎")
        assert not isinstance(app.screen, Menu)
