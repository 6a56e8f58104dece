"""The first rows of order entry: there before the services are, and nothing of them is lost."""

import asyncio
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from orderdesk.app import OrderDeskApp
from orderdesk.screens.order_entry.screen import OrderEntry
from orderdesk.services.orders import drafts
from orderdesk.store.desk import Desk
from tests.screens.typing import on_a_loop, post_keys, rows_of, type_keys

Slow = Callable[[], tuple[OrderDeskApp, asyncio.Event]]


@pytest.fixture
def slow(sqlite_url: str) -> Slow:
    """Give a desk at order entry, and the event without which its services do not come."""

    def opened() -> tuple[OrderDeskApp, asyncio.Event]:
        app = OrderDeskApp(
            lambda: Desk(sqlite_url, "clerk").open(),
            place="main.db",
            user="clerk",
            screen="order-entry",
            keys_at_once=True,
        )
        gate, preload = asyncio.Event(), app._preload

        async def held() -> None:
            await gate.wait()
            await preload()

        app._preload = held  # type: ignore[method-assign]
        return app, gate

    return opened


def entry_of(app: OrderDeskApp) -> OrderEntry:
    assert isinstance(app.screen, OrderEntry)
    return app.screen


async def _customer_taken(app: OrderDeskApp, pilot: Pilot[None]) -> None:
    """Type a customer and what follows, and wait until the customer's rows are shown."""
    post_keys(app, "acme⏎", "4711")
    async with asyncio.timeout(20):
        while entry_of(app).draft.buyer is None or entry_of(app).field("buyer_po").value != "4711":
            await pilot.pause()


@on_a_loop
async def test_the_customer_is_there_before_the_services(slow: Slow) -> None:
    app, gate = slow()
    async with app.run_test(size=(80, 24)) as pilot:
        await _customer_taken(app, pilot)
        assert app.seated.is_set()
        assert not app.ready.is_set()
        assert any("Limit" in row for row in rows_of(app))
        gate.set()
        await type_keys(app, pilot, "⏎", "p1⏎", "2⏎")
        assert [line.seen.product for line in entry_of(app).draft.lines] == ["P1"]


@on_a_loop
async def test_an_unknown_customer_is_searched_for_once_the_services_are_there(
    slow: Slow,
) -> None:
    app, gate = slow()
    async with app.run_test(size=(80, 24)) as pilot:
        post_keys(app, "nobody at all⏎")
        await pilot.pause()
        gate.set()
        await type_keys(app, pilot)
        assert "is unknown" in entry_of(app).message


@on_a_loop
async def test_leaving_at_once_keeps_the_draft(slow: Slow, sqlite_url: str) -> None:
    app, gate = slow()
    async with app.run_test(size=(80, 24)) as pilot:
        await _customer_taken(app, pilot)
        leaving = asyncio.create_task(app.action_quit())
        await pilot.pause()
        assert not leaving.done()
        gate.set()
        await leaving
    assert app.failure is None
    desk = Desk(sqlite_url, "clerk").open()
    assert [each.customer for each in desk.read(drafts.list_)] == ["ACME"]
    desk.close()


@on_a_loop
async def test_leaving_while_services_are_imported_is_no_failure(
    slow: Slow,
) -> None:
    app, gate = slow()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.exit()
    gate.set()
    for _ in range(9):  # enough for one that went on to meet the closed threads
        await asyncio.sleep(0)
    assert app.failure is None


@on_a_loop
async def test_whoever_opens_a_desk_is_told_once_all_is_imported(sqlite_url: str) -> None:
    told: list[bool] = []
    app = OrderDeskApp(
        lambda: Desk(sqlite_url, "clerk").open(),
        place="main.db",
        user="clerk",
        on_loaded=lambda: told.append(app.ready.is_set()),
    )
    async with app.run_test() as pilot:
        await type_keys(app, pilot)
        assert told == [False]
