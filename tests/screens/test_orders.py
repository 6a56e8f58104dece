"""What can be done to orders at the desk, key by key."""

import asyncio
from collections.abc import Callable

from orderdesk.app import OrderDeskApp
from orderdesk.domain.orders import LineRequest, OrderRequest, OrderView
from orderdesk.screens.base import DeskScreen
from orderdesk.services.orders.closing import close_line
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from tests.screens.typing import type_keys

Opener = Callable[[str | None], OrderDeskApp]
OPEN = ("enter", "enter")


def placed(url: str, user: str, customer: str, *lines: tuple[str, str]) -> None:
    desk = Desk(url, user).open()
    requests = tuple(LineRequest(product=p, quantity=q) for p, q in lines)
    desk.run(place, OrderRequest(customer=customer, lines=requests, buyer_po="4500"))
    desk.close()


def read(url: str, number: str) -> OrderView:
    desk = Desk(url, "clerk").open()
    try:
        return desk.read(show, number)
    finally:
        desk.close()


def message_after(app: OrderDeskApp, *keys: str) -> str:
    """Give what the message line says after these keys, posted all at once."""

    async def run() -> str:
        async with app.run_test(size=(80, 24)) as pilot:
            await app.ready.wait()
            await type_keys(app, pilot, *keys)
            screen = app.screen
            assert isinstance(screen, DeskScreen)
            return screen.message

    return asyncio.run(run())


def test_the_whole_round_of_one_order(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"), ("P2", "1"))
    said = message_after(
        app_at("orders"),
        *OPEN,
        "a",
        "7",
        "f9",
        "i",
        "p3",
        "tab",
        "2",
        "f9",
        "down",
        "s",
        "none left⏎",
        "o",
    )
    assert said == "line 2 open again"
    order = read(sqlite_url, "1")
    assert [(line.product, line.ordered, line.open) for line in order.lines] == [
        ("P1", 7, 7),
        ("P2", 1, 1),
        ("P3", 2, 2),
    ]


def test_the_header_is_amended(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    assert message_after(app_at("orders"), *OPEN, "h", "2026-12-01", "f9") == "header amended"
    assert read(sqlite_url, "1").lines[0].requested.isoformat() == "2026-12-01"


def test_an_order_is_cancelled_with_its_reason(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    said = message_after(app_at("orders"), *OPEN, "x", "changed their mind⏎")
    assert said == "SO-000001 cancelled"
    assert read(sqlite_url, "1").status == "cancelled"


def test_an_order_is_copied(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    assert (
        message_after(app_at("orders"), *OPEN, "c", "⏎")
        == "SO-000002 placed as a copy of SO-000001"
    )


def test_somebody_else_s_hold_is_released(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk2", "TIGHT", ("P1", "20"))
    assert message_after(app_at("orders"), *OPEN, "r", "⏎credit ok⏎") == "holds released"
    assert read(sqlite_url, "1").holds[0].released_by == "clerk"


def test_one_s_own_order_is_not_released(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "TIGHT", ("P1", "20"))
    message_after(app_at("orders"), *OPEN, "r", "⏎credit ok⏎")
    assert read(sqlite_url, "1").holds[0].released_by is None


def test_an_amendment_of_what_somebody_changed_meanwhile_is_told(
    app_at: Opener, sqlite_url: str
) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    app = app_at("orders")

    async def run() -> str:
        async with app.run_test(size=(80, 24)) as pilot:
            await app.ready.wait()
            await type_keys(app, pilot, *OPEN, "a", "7")
            other = Desk(sqlite_url, "clerk2").open()
            other.run(close_line, "SO-000001", 1, reason="gone")
            other.close()
            await type_keys(app, pilot, "f9")
            screen = app.screen
            assert isinstance(screen, DeskScreen)
            return screen.message

    assert "clerk2" in asyncio.run(run())
    assert read(sqlite_url, "1").lines[0].ordered == 5
