"""The panel of a wide screen: always about the thing in the focus."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import date

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.screens.order_entry import sources
from orderdesk.screens.order_entry.side import SidePanel, Telling
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.screens.typing import type_keys

Opener = Callable[[str | None], OrderDeskApp]
DEADLINE = 10.0


def placed(url: str, customer: str, *lines: LineRequest) -> date:
    """Place an order; give the day on which it was entered."""
    desk = Desk(url, "supervisor").open()
    order = desk.run(place, OrderRequest(customer=customer, lines=lines))
    desk.close()
    return order.entered_at.date()


def panel_after(app: OrderDeskApp, until: str, *keys: str) -> list[str]:
    """Give what the panel shows after these keys, once it says `until`."""

    async def run() -> list[str]:
        async with app.run_test(size=(120, 40)) as pilot:
            await type_keys(app, pilot, *keys)
            panel = app.screen.query_one(SidePanel)
            begun = time.monotonic()
            while until not in "\n".join(panel.lines):
                assert time.monotonic() - begun < DEADLINE, panel.lines
                await pilot.pause(0.01)
            return [line.rstrip() for line in panel.lines]

    return asyncio.run(run())


def test_the_last_prices_to_this_customer_and_where_it_lies(
    app_at: Opener, sqlite_url: str
) -> None:
    days = [
        placed(sqlite_url, "ACME", line)
        for line in (
            LineRequest(product="P1", quantity="2"),
            LineRequest(product="P1", quantity="12", price="9.50"),
            LineRequest(product="P1", quantity="3", discount="5"),
        )
    ]
    placed(sqlite_url, "FREE", LineRequest(product="P1", quantity="30"))
    shown = panel_after(app_at("order-entry"), "Last prices", "acme⏎⏎p1⏎")
    assert shown[0] == "P1  Product P1"
    assert shown[-7:] == [
        "01          100         47        53",
        "",
        "Last prices to ACME",
        f"{days[2]}      3    10.00 SO-000003",
        "           less 5 %",
        f"{days[1]}     12     9.50 SO-000002",
        f"{days[0]}      2    10.00 SO-000001",
    ]


def test_it_follows_the_picked_line(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "ACME", LineRequest(product="P2", quantity="4"))
    keys = "acme⏎⏎p2⏎3⏎p1⏎1⏎"
    shown = panel_after(app_at("order-entry"), "Last prices", keys, "up", "up")
    assert shown[0] == "P2  Product P2"
    assert "Line    1 at 01, 2 backordered" in shown
    assert shown[-1].endswith("SO-000001")


def test_where_there_was_no_order_it_says_so(app_at: Opener) -> None:
    shown = panel_after(app_at("order-entry"), "No order", "acme⏎⏎p1⏎")
    assert shown[-1] == "No order of it by ACME lately"


def test_a_narrow_screen_reads_nothing_for_it(
    app_at: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_at("order-entry")
    asked: list[str] = []

    def noting(_: OrderDeskApp, __: str, product: str) -> Telling:
        async def told() -> list[str]:
            asked.append(product)
            return []

        return told

    monkeypatch.setattr(sources, "around", noting)

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, "acme⏎⏎p1⏎1⏎")
            await pilot.pause()
            await app.workers.wait_for_complete()

    asyncio.run(run())
    assert asked == []


def test_it_shows_nothing_of_the_last_order_where_a_new_one_begins(app_at: Opener) -> None:
    app = app_at("order-entry")

    async def run() -> tuple[str, str, str]:
        async with app.run_test(size=(120, 40)) as pilot:
            seen = []
            for keys in (["acme⏎⏎p1⏎"], ["1⏎"], ["f9", "f9"]):
                await type_keys(app, pilot, *keys)
                await app.workers.wait_for_complete()
                await pilot.pause()
                seen.append("".join(app.screen.query_one(SidePanel).lines[:1]))
            return seen[0], seen[1], seen[2]

    assert asyncio.run(run()) == ("P1  Product P1", "ACME  Acme Ltd", "")


def test_it_shows_the_customer_while_the_header_has_the_cursor(app_at: Opener) -> None:
    shown = panel_after(app_at("order-entry"), "ACME", "acme⏎⏎p1⏎", "shift+tab", "shift+tab")
    assert shown[0] == "ACME  Acme Ltd"


def panel_while_others_order(
    app: OrderDeskApp, url: str, keys: Sequence[str], *wanted: str
) -> list[str]:
    """Give what the panel shows once another desk has ordered 30 of P1 for ACME."""

    async def run() -> list[str]:
        async with app.run_test(size=(120, 40)) as pilot:
            await type_keys(app, pilot, *keys)
            await app.workers.wait_for_complete()
            placed(url, "ACME", LineRequest(product="P1", quantity="30"))
            panel = app.screen.query_one(SidePanel)
            begun = time.monotonic()
            while not all(words in "\n".join(panel.lines) for words in wanted):
                assert time.monotonic() - begun < DEADLINE, panel.lines
                await pilot.pause(0.01)
            return [line.rstrip() for line in panel.lines]

    return asyncio.run(run())


def test_the_customer_beside_the_order_follows_other_desks(app_at: Opener, sqlite_url: str) -> None:
    wanted = ("Open     225.00", "Free     9,775.00")
    panel_while_others_order(app_at("order-entry"), sqlite_url, ["acme⏎⏎p1⏎1⏎"], *wanted)


@pytest.mark.parametrize("keys", [["acme⏎⏎p1⏎"], ["acme⏎⏎p1⏎1⏎", "up"]], ids=["taken", "picked"])
def test_the_product_beside_the_order_follows_other_desks(
    app_at: Opener, sqlite_url: str, keys: Sequence[str]
) -> None:
    wanted = ("Free    70 ea", "01          100         30        70", "SO-000001")
    panel_while_others_order(app_at("order-entry"), sqlite_url, keys, *wanted)
