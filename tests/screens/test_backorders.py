"""Backorders at the desk: found, read by rank, moved, shared out, key by key."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from orderdesk.app import OrderDeskApp
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.screens.backorders.screen import Backorders
from orderdesk.screens.backorders.sheet import BackorderSheet
from orderdesk.screens.base import DeskScreen
from orderdesk.screens.menu import Menu
from orderdesk.screens.orders.sheet import OrderSheet
from orderdesk.screens.stock_check.screen import StockCheck
from orderdesk.screens.stock_check.why import Why
from orderdesk.screens.widgets.ask import AskRow
from orderdesk.services import stock
from orderdesk.services.orders import reading
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from tests.screens.test_snapshots import SIZES, frozen
from tests.screens.typing import Look, done, rows_of, type_keys
from tests.services.orders.asking import line, order

Opener = Callable[..., OrderDeskApp]


@pytest.fixture
def short(sqlite_url: str, at_two: None) -> str:
    """Give a company where the first of three lines has 4 of 5 P2, and 3 and 9 come."""
    for quantity, due in (("3", "2026-12-10"), ("9", "2026-12-20")):
        supply = SupplyRequest(product="P2", quantity=quantity, due=due)
        done(sqlite_url, "warehouse", announcing.add, supply)
    done(sqlite_url, "clerk", place, order("FREE", line("P2", "4"), line("P3", "2")))
    done(sqlite_url, "clerk", place, order("ACME", line("P2", "4")))
    done(sqlite_url, "clerk", place, order("FREE", line("P2", "3"), requested="2026-12-01"))
    return sqlite_url


@pytest.fixture
def desk_at(short: str) -> Opener:
    """Give the backorders at somebody's desk."""

    def opened(user: str = "supervisor", screen: str | None = "backorders") -> OrderDeskApp:
        return OrderDeskApp(
            lambda: Desk(short, user).open(), place="main.db", user=user, screen=screen
        )

    return opened


def after(
    app: OrderDeskApp, *keys: str, look: Look | None = None, size: tuple[int, int] = (80, 24)
) -> tuple[DeskScreen, str]:
    """Give the screen after these keys, posted all at once, and all that is drawn."""

    async def run() -> tuple[DeskScreen, str]:
        async with app.run_test(size=size) as pilot:
            await type_keys(app, pilot, *keys)
            await pilot.pause()
            if look is not None:
                await look(app, pilot)
            screen = app.screen
            assert isinstance(screen, DeskScreen)
            return screen, "\n".join(rows_of(app))

    return asyncio.run(run())


def has(url: str, number: str) -> tuple[str, ...]:
    """Give what each line of an order has."""
    desk = Desk(url, "clerk").open()
    try:
        return tuple(f"{each.allocated:f}" for each in desk.read(reading.show, number).lines)
    finally:
        desk.close()


def aside(screen: DeskScreen) -> str:
    return " ".join(str(screen.query_one("#short-aside", Static).content).split())


def test_products_that_are_short_stand_worst_first(desk_at: Opener) -> None:
    screen, said = after(desk_at())
    assert isinstance(screen, Backorders)
    assert said.index("> P2") < said.index("  P3")
    assert "2026-12-10" in said
    assert "!nothing" in said


def test_a_code_and_enter_open_a_product_with_its_lines_by_rank(desk_at: Opener) -> None:
    screen, said = after(desk_at(), "p2⏎")
    assert isinstance(screen, BackorderSheet)
    assert "BACKORDERS P2 at 01" in said
    assert "Comes: 3 on 2026-12-10   9 on 2026-12-20" in said
    assert said.index("SO-000002") < said.index("SO-000003")
    assert "SO-000002 line 1, ACME: has 1 of 4, gets 3 on 2026-12-10" in said
    _, said = after(desk_at(), "p2⏎", "down")
    assert "SO-000003 line 1, FREE: has 0 of 3, gets 3 on 2026-12-20" in said


def test_stock_is_moved_in_one_burst(desk_at: Opener, short: str) -> None:
    screen, said = after(desk_at(), "p2⏎", "down", "m", "down", "⏎2⏎by phone⏎")
    assert isinstance(screen, BackorderSheet)
    assert "2 moved from SO-000001 line 1 to SO-000003 line 1; 2 lines slip" in said
    assert (has(short, "1"), has(short, "3")) == (("2", "0"), ("2",))
    assert "BACKORDERS P2 at 01" in said


def test_who_slips_is_said_before_it_is_done(desk_at: Opener, short: str) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert app.screen.query(AskRow)
        said = aside(app.screen)  # type: ignore[arg-type]
        assert "MOVE 3 FROM SO-000001 line 1 TO SO-000003 line 1" in said
        assert "SO-000001 line 1: 2026-11-23 -> 2026-12-10, !17 days later, then waits" in said
        assert "the promise of 20" in said
        await type_keys(app, pilot, "1⏎")
        assert "MOVE 1 FROM" in aside(app.screen)  # type: ignore[arg-type]

    after(desk_at(), "p2⏎", "down", "m", "down", "⏎", look=look, size=(120, 40))
    assert has(short, "3") == ("0",)


def test_a_wrong_quantity_or_no_reason_keeps_the_row_to_be_mended(
    desk_at: Opener, short: str
) -> None:
    keys = ("p2⏎", "down", "m", "down", "⏎")
    assert "reason is empty" in after(desk_at(), *keys, "⏎⏎")[1]
    _, said = after(desk_at(), *keys, "9⏎by phone⏎")
    assert "quantity 9 cannot be moved" in said
    assert "move at most 3" in said

    async def mend(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        await type_keys(app, pilot, "2", "f8")

    _, said = after(desk_at(), *keys, "9⏎by phone⏎", look=mend)
    assert "2 moved from" in said


def test_who_may_not_move_is_told_before_anything_is_picked(desk_at: Opener) -> None:
    _, said = after(desk_at("clerk"), "p2⏎m")
    assert "may not move stock from one order to another" in said
    assert "FROM WHOM?" not in said


def test_steps_back_lead_from_the_move_to_the_list(desk_at: Opener, short: str) -> None:
    keys = ("p2⏎", "down", "m", "down", "⏎")
    _, said = after(desk_at(), *keys)
    assert "MOVE P2 TO SO-000003 line 1: FROM WHOM?" in said
    _, said = after(desk_at(), *keys, "f12")
    assert "has 4 of 4 open" in said
    _, said = after(desk_at(), *keys, "f12", "f12")
    assert "BACKORDERS P2 at 01" in said
    assert isinstance(after(desk_at(), *keys, "f12", "f12", "f12")[0], Backorders)
    assert isinstance(after(desk_at(), *keys, "f12", "f3")[0], Menu)
    assert has(short, "3") == ("0",)


def test_the_picked_line_is_explained_opened_and_its_product_checked(desk_at: Opener) -> None:
    screen, said = after(desk_at(), "p2⏎", "down", "y")
    assert isinstance(screen, Why)
    rank = "rank 2 of those that wait, must leave by 2026-12-21: all of it on 2026-12-20"
    assert rank in " ".join(said.split())
    assert "1  SO-000002 line 1 waits for 3, must leave by 2026-12-10" in said
    screen, _ = after(desk_at(), "p2⏎", "down", "o")
    assert isinstance(screen, OrderSheet)
    assert screen.number == "SO-000003"
    screen, said = after(desk_at(), "p2⏎", "k")
    assert isinstance(screen, StockCheck)
    assert "STOCK CHECK P2" in said


def test_what_is_free_is_shared_out(desk_at: Opener, short: str) -> None:
    assert "0 lines served" in after(desk_at(), "p2⏎r")[1]
    assert "roles that" in after(desk_at("clerk"), "p2⏎r")[1]


def test_others_changes_show_and_the_cursor_stays_on_its_line(desk_at: Opener, short: str) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        done(short, "warehouse", stock.receive, ReceiveRequest(product="P2", quantity="3"))
        screen = app.screen
        assert isinstance(screen, BackorderSheet)
        await screen.refresh_live()
        await pilot.pause()
        assert screen.line_here == ("SO-000003", 1)
        assert screen.home.rows_in_memory == 1
        done(short, "warehouse", stock.receive, ReceiveRequest(product="P2", quantity="3"))
        await screen.refresh_live()
        await pilot.pause()
        assert screen.line_here is None
        await type_keys(app, pilot, "m")
        assert screen.message == "no line waits here; F12 goes back"

    _, said = after(desk_at(), "p2⏎", "down", look=look)
    assert "No line waits for it any more." in said


def test_the_menu_counts_what_is_short_and_leads_there(desk_at: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert isinstance(app.screen, Menu)
        await app.screen.refresh_live()
        assert "2 short" in str(app.screen.query_one("#menu-rows").render())
        await type_keys(app, pilot, "b")

    assert isinstance(after(desk_at(screen=None), look=look)[0], Backorders)


def test_nothing_that_waits_says_so(sqlite_url: str) -> None:
    app = OrderDeskApp(
        lambda: Desk(sqlite_url, "clerk").open(), place="x", user="clerk", screen="backorders"
    )
    assert "Nothing waits for goods." in after(app)[1]


@SIZES
def test_a_move_that_is_asked_for(
    snap_compare: Any, desk_at: Opener, size: tuple[int, int]
) -> None:
    assert frozen(snap_compare, desk_at(), size, "p2⏎", "down", "m", "down", "⏎")


def test_a_change_before_the_list_stands_is_no_fault(desk_at: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        await Backorders().refresh_live()

    assert isinstance(after(desk_at(), look=look)[0], Backorders)
