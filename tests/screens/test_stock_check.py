"""The stock check at the desk, key by key."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from orderdesk.app import OrderDeskApp
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.stock import AdjustRequest, ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.screens.base import DeskScreen
from orderdesk.screens.menu import Menu
from orderdesk.screens.order_entry.screen import OrderEntry
from orderdesk.screens.orders.sheet import OrderSheet
from orderdesk.screens.stock_check.screen import StockCheck
from orderdesk.screens.stock_check.why import Why
from orderdesk.services import products, stock, substitutes
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from tests.screens.test_snapshots import SIZES, frozen
from tests.screens.typing import Look, done, rows_of, type_ahead, type_keys
from tests.services.orders.asking import line, order

Opener = Callable[[str | None], OrderDeskApp]


@pytest.fixture
def short(sqlite_url: str, at_two: None) -> str:
    """Give a company where 5 P2 are shared by two lines, a third waits, and 4 come."""
    supply = SupplyRequest(product="P2", quantity="4", due="2026-12-10", reference="PO 7")
    done(sqlite_url, "warehouse", announcing.add, supply)
    done(sqlite_url, "clerk", place, order("FREE", line("P2", "4")))
    done(sqlite_url, "clerk", place, order("ACME", line("P2", "4"), requested="2026-12-01"))
    done(sqlite_url, "admin", substitutes.keep, "P2", "P1")
    return sqlite_url


def after(
    app: OrderDeskApp, *keys: str, look: Look | None = None, size: tuple[int, int] = (80, 24)
) -> tuple[DeskScreen, str]:
    """Give the screen after these keys, posted all at once, and all that is drawn."""
    screen, said, _ = seen_after(app, *keys, look=look, size=size)
    return screen, said


def focus_after(app: OrderDeskApp, *keys: str) -> Any:
    """Give the id of what has the cursor after these keys."""
    return seen_after(app, *keys)[2]


def seen_after(
    app: OrderDeskApp, *keys: str, look: Look | None = None, size: tuple[int, int] = (80, 24)
) -> tuple[DeskScreen, str, str | None]:
    """Give the screen after these keys, all that is drawn, and the id of what has the cursor."""

    async def run() -> tuple[DeskScreen, str, str | None]:
        async with app.run_test(size=size) as pilot:
            await type_keys(app, pilot, *keys)
            await pilot.pause()
            if look is not None:
                await look(app, pilot)
            screen = app.screen
            assert isinstance(screen, DeskScreen)
            here = screen.focused
            return screen, "\n".join(rows_of(app)), here.id if here else None

    return asyncio.run(run())


def test_item_quantity_day_and_warehouse_in_one_burst_are_answered(
    app_at: Opener, short: str
) -> None:
    screen, said, here = seen_after(app_at("stock-check"), "p2⏎3⏎2026-12-15⏎01⏎")
    assert isinstance(screen, StockCheck)
    assert "STOCK CHECK P2" in said
    assert "On hand 5   Allocated 5   Available 0   Expected 4" in said
    assert "3 ea on 2026-12-15: !1 of them; nobody knows when all" in said
    assert "in parts: 1 on 2026-12-15" in said
    assert here == "part-days"


def test_what_is_typed_before_the_desk_is_open_is_answered_too(sqlite_url: str, short: str) -> None:
    app = OrderDeskApp(
        lambda: Desk(sqlite_url, "clerk").open(),
        place="main.db",
        user="clerk",
        screen="stock-check",
        keys_at_once=True,
    )

    async def run() -> str:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_ahead(app, pilot, "p2⏎3⏎2026-12-15⏎⏎w")
            return "\n".join(rows_of(app))

    said = asyncio.run(run())
    assert "3 ea on 2026-12-15: !1 of them" in said
    assert "WHO HAS IT" in said


def test_what_can_go_on_the_day_is_a_yes(app_at: Opener, short: str) -> None:
    _, said = after(app_at("stock-check"), "p1⏎12⏎")
    assert "12 ea on 2026-11-23: yes; 100 can go that day" in said


@pytest.mark.parametrize(
    ("letter", "title", "row"),
    [
        ("d", "DAY BY DAY", "01    2026-12-10         4"),
        ("w", "WHO HAS IT, WHO WAITS", "SO-000002    1 ACME"),
        ("e", "EXPECTED", "2026-12-10          4 ea 01    PO 7"),
        ("s", "IN ITS PLACE, OR WITH IT", "stands in for it"),
        ("l", "WHERE IT LIES", "free"),
        ("m", "MOVEMENTS", "opening"),
    ],
)
def test_each_part_is_a_letter_away_in_the_same_burst(
    app_at: Opener, short: str, letter: str, title: str, row: str
) -> None:
    _, said, here = seen_after(app_at("stock-check"), "p2⏎", "down", letter)
    assert title in said
    assert row in said
    assert here is not None
    assert here.startswith("part-")


def test_lots_stand_where_they_lie_and_in_the_movements(app_at: Opener, short: str) -> None:
    done(short, "admin", products.set_, ProductRequest(code="P3", tracked="lot"))
    came = ReceiveRequest(product="P3", quantity="4", lot="L-7", expires="2026-12-24")
    done(short, "warehouse", stock.receive, came)
    lying = after(app_at("stock-check"), "p3⏎", "down", "l")[1]
    assert "L-7" in lying
    assert "2026-12-24" in lying
    assert "lot L-7" in after(app_at("stock-check"), "p3⏎", "down", "m")[1]
    assert "!4" in after(app_at("stock-check"), "p3⏎", "down", "d")[1]


def test_at_full_width_other_parts_stand_beside_the_table(app_at: Opener, short: str) -> None:
    _, said = after(app_at("stock-check"), "p2⏎", "down", "w", size=(120, 40))
    for text in ("DAY BY DAY (d)", "EXPECTED (e)", "= P1", "SO-000002"):
        assert text in said


def test_the_day_from_which_more_can_be_bought_is_said_whole_at_any_width(
    app_at: Opener, short: str
) -> None:
    done(short, "admin", products.set_, ProductRequest(code="P2", replenishment_days="10"))
    for size in ((80, 24), (120, 40)):
        _, said = after(app_at("stock-check"), "p2⏎", "down", "d", size=size)
        rows = [each.split()[:3] for each in said.splitlines()]
        assert ["2026-12-04", "bought", "any"] in rows


def test_the_picked_line_is_explained_and_its_order_opened(app_at: Opener, short: str) -> None:
    keys = ("p2⏎", "down", "w", "down")
    screen, said = after(app_at("stock-check"), *keys, "y")
    assert isinstance(screen, Why)
    assert "WHY SO-000002 line 1" in said
    assert "it lacks 3 ea: nothing is free; it is next" in said
    assert "PROMISE" in said
    screen, _ = after(app_at("stock-check"), *keys, "o")
    assert isinstance(screen, OrderSheet)
    screen, _ = after(app_at("stock-check"), *keys, "enter")
    assert isinstance(screen, OrderSheet)
    assert screen.number == "SO-000002"
    assert "no order line is picked" in after(app_at("stock-check"), "p2⏎", "down", "dy")[1]


def test_what_stands_in_for_it_is_checked_by_enter(app_at: Opener, short: str) -> None:
    screen, said = after(app_at("stock-check"), "p2⏎", "down", "s⏎")
    assert "STOCK CHECK P1" in said
    assert "On hand 100" in said
    assert screen.product_here == "P1"  # type: ignore[attr-defined]


def test_f4_lists_products_and_warehouses(app_at: Opener) -> None:
    assert "> P2" in after(app_at("stock-check"), "f4", "p2")[1]
    assert "5 ea on 2026-11-23: yes" in after(app_at("stock-check"), "f4", "p2⏎5⏎")[1]
    assert "> 01" in after(app_at("stock-check"), "p2⏎⏎⏎", "f4")[1]
    assert "this field has no list" in after(app_at("stock-check"), "p2⏎", "f4")[1]


def test_an_error_keeps_the_field_and_the_product_before(app_at: Opener, short: str) -> None:
    _, said, here = seen_after(app_at("stock-check"), "p2⏎x⏎2026-12-01⏎")
    assert "quantity 'x'" in said
    assert "keys kept" in said
    assert here == "stock-quantity"
    _, said = after(app_at("stock-check"), "p2⏎", "down", "slash", "nope⏎")
    assert "product 'NOPE' is unknown" in said
    assert "STOCK CHECK P2" in said


def test_after_an_error_f8_goes_on(app_at: Opener, short: str) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        await type_keys(app, pilot, "3", "f8")

    _, said = after(app_at("stock-check"), "p2⏎x⏎2026-12-15⏎", look=look)
    assert "3 ea on 2026-12-15: !1 of them" in said


def test_letters_without_an_item_say_what_comes_first(app_at: Opener) -> None:
    assert "item is empty" in after(app_at("stock-check"), "⏎")[1]


def test_tab_goes_round_and_reads_what_it_leaves(app_at: Opener, short: str) -> None:
    _, said, here = seen_after(app_at("stock-check"), "p2", "tab", "2", "tab")
    assert "STOCK CHECK P2" in said
    assert "2 ea on" in said
    assert here == "stock-on"
    back = ("p2", "tab", "shift+tab", "shift+tab")
    assert focus_after(app_at("stock-check"), *back) == "part-days"


def test_steps_back_lead_from_the_fields_to_the_menu(app_at: Opener, short: str) -> None:
    keys = ("p2⏎", "f12")
    assert focus_after(app_at("stock-check"), *keys) == "part-days"
    assert focus_after(app_at("stock-check"), *keys, "f12") == "stock-product"
    assert isinstance(after(app_at("stock-check"), *keys, "f12", "f12")[0], Menu)
    assert isinstance(after(app_at("stock-check"), *keys, "f3")[0], Menu)


def test_changes_of_others_show_and_what_is_typed_stays(app_at: Opener, short: str) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        done(
            short,
            "warehouse",
            stock.adjust,
            AdjustRequest(product="P2", quantity="20", reason="found"),
        )
        screen = app.screen
        assert isinstance(screen, StockCheck)
        await screen.refresh_live()
        await pilot.pause()
        assert screen.field("quantity").value == "77x"
        assert "Allocated 8" in str(screen.query_one("#stock-head", Static).content)
        assert screen.message == ""

    after(app_at("stock-check"), "p2⏎77x", look=look)


def test_the_menu_leads_there(app_at: Opener, short: str) -> None:
    screen, said = after(app_at(None), "sp2⏎")
    assert isinstance(screen, StockCheck)
    assert "STOCK CHECK P2" in said


def test_lists_that_are_not_shown_whole_say_where_all_is(
    app_at: Opener, short: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orderdesk.screens.stock_check.screen._PLACES", 1)
    monkeypatch.setattr("orderdesk.services.stock.SUPPLIES", 0)
    assert "(more:     stock places P2)" in after(app_at("stock-check"), "p2⏎", "down", "l")[1]
    assert (
        "4 ea       later: supply list --product P2"
        in after(app_at("stock-check"), "p2⏎", "down", "e")[1]
    )


def test_from_order_entry_the_palette_checks_the_item_of_the_line(app_at: Opener) -> None:
    screen, said = after(app_at("order-entry"), "acme⏎⏎p2⏎3⏎", "ctrl+p", "stock check⏎")
    assert isinstance(screen, StockCheck)
    assert "STOCK CHECK P2" in said
    keys = ("acme⏎⏎p2⏎3⏎", "ctrl+p", "stock check⏎", "f12", "p1⏎4⏎")
    screen, said = after(app_at("order-entry"), *keys)
    assert isinstance(screen, OrderEntry)
    assert "Lines 2" in said
    _, said, here = seen_after(app_at("order-entry"), "acme⏎⏎odd", "ctrl+p", "stock check⏎")
    assert "product 'ODD' is unknown" in said
    assert here == "stock-product"


def test_from_an_orders_sheet_its_line_is_checked_and_explained(app_at: Opener, short: str) -> None:
    screen, said = after(app_at("orders"), "so-2⏎k")
    assert isinstance(screen, StockCheck)
    assert "STOCK CHECK P2" in said
    assert isinstance(after(app_at("orders"), "so-2⏎y")[0], Why)
    assert isinstance(after(app_at("orders"), "so-2⏎k", "f12")[0], OrderSheet)


def test_what_the_data_says_is_shown_literally(app_at: Opener, short: str) -> None:
    odd = SupplyRequest(product="P2", quantity="1", due="2026-12-20", reference="[/][M8]\x1b[31m")
    done(short, "warehouse", announcing.add, odd)
    said = after(app_at("stock-check"), "p2⏎", "down", "e")[1]
    assert "[/][M8]" in said
    assert "\x1b" not in said


@SIZES
def test_a_product_that_is_short(
    snap_compare: Any, app_at: Opener, short: str, size: tuple[int, int]
) -> None:
    keys = ("p2⏎3⏎2026-12-15⏎⏎", "w")
    assert frozen(snap_compare, app_at("stock-check"), size, *keys)
