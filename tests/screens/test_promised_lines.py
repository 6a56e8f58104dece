"""What order entry says of when lines come, and the fields that change it."""

import asyncio
from collections.abc import Callable

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.screens.order_entry.screen import OrderEntry
from orderdesk.services import masters, products, stock
from orderdesk.services.customers import save
from orderdesk.services.orders.reading import show
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from tests.screens.test_header import with_02
from tests.screens.test_order_entry import entry_after, shown_after
from tests.screens.typing import type_keys

Opener = Callable[[str | None], OrderDeskApp]

TO_DAY = ("tab",) * 4
TO_WAREHOUSE = ("tab",) * 6
"""From the quantity past unit, price, discount, date and disposition."""


@pytest.fixture
def expecting(sqlite_url: str) -> str:
    """Let ten more of P2 come on a Friday, in boxes of twelve; a day is needed to make ready."""
    desk = Desk(sqlite_url, "owner").open()
    desk.run(announcing.add, SupplyRequest(product="P2", quantity="10", due="2026-11-27"))
    desk.run(masters.set_, "warehouse", "01", {"handling_days": "1"})
    desk.run(masters.add, "unit", "box", {"name": "box"})
    desk.run(products.unit, "P2", "box", "12")
    desk.close()
    return sqlite_url


def test_a_short_line_says_what_is_there_where_and_when_the_rest_comes(
    app_at: Opener, expecting: str
) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p2⏎9⏎")
    assert seen.message == "#1: 9 asked, 5 at 01, 4 backordered, promised Mon 30 Nov"
    assert seen.focus == "item"
    whole = entry_after(app_at("order-entry"), "acme⏎⏎p2⏎5⏎")
    assert whole.message == "#1: P2 5 at 2.50 = 12.50, promised Tue 24 Nov"


def test_a_later_line_of_the_draft_comes_behind_the_earlier_ones(
    app_at: Opener, expecting: str
) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p2⏎14⏎p2⏎1⏎p2⏎1⏎")
    promised = [line.seen.promised and line.seen.promised.isoformat() for line in seen.draft.lines]
    assert promised == ["2026-11-30", "2026-11-30", None]
    assert seen.message == "#3: 1 asked, 0 at 01, 1 backordered, not promised yet"


def test_every_line_shows_available_promise_and_disposition(app_at: Opener, expecting: str) -> None:
    rows = shown_after(app_at("order-entry"), "acme⏎⏎p1⏎1⏎p2⏎9⏎p3⏎1⏎work⏎1⏎")
    heads = next(row for row in rows if row.startswith("  Ln Item"))
    assert heads.split()[-3:] == ["Avail", "Promise", "Disp"]
    assert [row[61:] for row in rows if row[:4].strip().isdigit()] == [
        "   100  24 Nov part",
        "    !5  30 Nov part",
        "    !0   !none part",
        "",
    ]


def test_a_line_that_is_late_or_closed_says_so_in_its_row(app_at: Opener, expecting: str) -> None:
    to_date = ("tab",) * 4
    rows = shown_after(
        app_at("order-entry"),
        "acme⏎⏎p2⏎9",
        *to_date,
        "2026-11-25⏎p1⏎1",
        *to_date,
        "2026-12-01⏎p3⏎2",
        *to_date,
        "tab",
        "cancel⏎",
    )
    assert [row[61:] for row in rows if row[:4].strip().isdigit()] == [
        "    !5 !30 Nov part",
        "   100   1 Dec part",
        "     0  closed cut",
    ]


def test_a_draft_is_taken_up_with_its_warehouse_and_its_cut_off(
    app_at: Opener, expecting: str
) -> None:
    with_02(expecting)
    desk = Desk(expecting, "owner").open()
    desk.run(masters.set_, "warehouse", "02", {"cut_off": "15:02"})
    keys = ("acme⏎⏎", "f7", *["tab"] * 7, "02⏎", "f2", "f2", "⏎")
    assert "ships today, 1:00 left" in shown_after(app_at("order-entry"), *keys)[0]
    # One that is no longer there is told by the review; the draft is taken up all the same.
    desk.run(masters.set_, "warehouse", "02", {"archived": "yes"})
    desk.close()
    rows = shown_after(app_at("order-entry"), "f2", "⏎")
    assert any("draft taken up, 0 lines" in row for row in rows)


def test_what_is_said_of_a_line_follows_what_another_desk_does(
    app_at: Opener, expecting: str
) -> None:
    async def run() -> list[str]:
        app, said = app_at("order-entry"), []
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, "acme⏎⏎p2⏎9⏎")
            screen = app.screen
            assert isinstance(screen, OrderEntry)
            for due in ("2026-11-24", "2026-11-25"):
                desk = Desk(expecting, "owner").open()
                desk.run(announcing.add, SupplyRequest(product="P2", quantity="1", due=due))
                desk.run(announcing.add, SupplyRequest(product="P2", quantity="3", due=due))
                desk.close()
                await screen.refresh_live()
                said.append(screen.message)
                screen.say("something else")
        return said

    first, second = asyncio.run(run())
    assert first == "#1: 9 asked, 5 at 01, 4 backordered, promised Wed 25 Nov"
    assert second == "something else"


def test_a_far_line_says_that_nothing_is_kept_yet(app_at: Opener, expecting: str) -> None:
    keys = ("acme⏎⏎p1⏎9", *TO_DAY, "2027-06-01⏎")
    assert entry_after(app_at("order-entry"), *keys).message.startswith(
        "#1: 9 asked, 100 free at 01, none kept so long before its day, 9 backordered, promised "
    )
    [row] = [each for each in shown_after(app_at("order-entry"), *keys) if each[2:4] == " 1"]
    assert row[61:68].split() == ["100"]


def test_available_of_a_line_is_what_lasts_for_its_customer(app_at: Opener, expecting: str) -> None:
    desk = Desk(expecting, "owner").open()
    desk.run(products.set_, ProductRequest(code="P3", tracked="lot"))
    for lot, expires in (("SOON", "2026-12-03"), ("LATE", "2027-06-01")):
        asked = ReceiveRequest(product="P3", quantity="9", lot=lot, expires=expires)
        desk.run(stock.receive, asked)
    desk.run(save.set_, CustomerRequest(code="ACME", shelf_life="30"))
    desk.close()
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p3⏎12⏎p3⏎1⏎")
    lines = [line.seen for line in seen.draft.lines]
    assert [(each.available, each.backordered) for each in lines] == [(9, 3), (0, 1)]


def test_lines_that_go_together_show_their_common_day(app_at: Opener, expecting: str) -> None:
    desk = Desk(expecting, "clerk").open()
    desk.run(save.set_, CustomerRequest(code="ACME", delivery_rule="order complete"))
    desk.close()
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p1⏎1⏎p2⏎9⏎")
    assert [str(day) for day in seen.draft.promises()] == ["2026-11-30"] * 2
    again = entry_after(app_at("order-entry"), "acme⏎⏎p2⏎9⏎p1⏎1⏎")
    assert again.message.endswith("promised Mon 30 Nov")


def test_the_review_says_when_all_comes_and_what_comes_late(app_at: Opener, expecting: str) -> None:
    keys = ("acme⏎", "tab", "2026-11-25⏎p1⏎1⏎p2⏎9⏎", "f9")
    seen = entry_after(app_at("order-entry"), *keys)
    assert seen.message.split("\n") == [
        "F9 posts, F12 goes back: total 32.50 USD, promised Mon 30 Nov",
        "line 2 P2: 4 of 9 backordered, promised Mon 30 Nov, LATE, asked for Wed 25 Nov",
    ]
    soon = entry_after(app_at("order-entry"), "acme⏎⏎p1⏎1⏎", "f9")
    assert soon.message == "F9 posts, F12 goes back: total 10.00 USD, promised Tue 24 Nov"


def test_a_line_ships_from_a_warehouse_of_its_own(app_at: Opener, expecting: str) -> None:
    with_02(expecting)
    keys = ("acme⏎⏎p1⏎9", *TO_WAREHOUSE)
    seen = entry_after(app_at("order-entry"), *keys, "02⏎p1⏎1⏎")
    assert [line.seen.warehouse for line in seen.draft.lines] == ["02", "01"]
    short = entry_after(app_at("order-entry"), *keys, "02⏎")
    assert short.message.startswith("#1: 9 asked, 7 at 02, 2 backordered")
    wrong = entry_after(app_at("order-entry"), *keys, "09⏎")
    assert (wrong.focus, "warehouse '09' is unknown" in wrong.message) == ("line_warehouse", True)
    entry_after(app_at("order-entry"), *keys, "02⏎", "f9", "f9")
    desk = Desk(expecting, "clerk").open()
    assert desk.read(show, "1").lines[0].warehouse == "02"
    desk.close()


def test_f4_lists_the_warehouses_that_have_the_product(app_at: Opener, expecting: str) -> None:
    with_02(expecting)
    keys = ("acme⏎⏎p1⏎9", *TO_WAREHOUSE, "f4")
    rows = shown_after(app_at("order-entry"), *keys)
    assert [row[2:].strip() for row in rows if " ea free" in row] == [
        "> 01     100 ea free, 100 there",
        "02     7 ea free, 7 there",
    ]
    seen = entry_after(app_at("order-entry"), *keys, "02⏎⏎")
    assert seen.draft.lines[0].seen.warehouse == "02"


def test_f4_lists_the_units_of_the_product(app_at: Opener, expecting: str) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p2⏎1", "tab", "f4", "box⏎", "⏎")
    assert seen.draft.lines[0].seen.quantity == 12
    none = entry_after(app_at("order-entry"), "acme⏎⏎p2⏎1", "tab", "f4", "pallet⏎")
    assert none.values["unit"] == "ea"


def test_the_title_counts_down_to_the_cut_off(app_at: Opener, expecting: str) -> None:
    before = shown_after(app_at("order-entry"))
    assert "left" not in before[0]
    assert "ships Tue, 1:58 left" in shown_after(app_at("order-entry"), "acme⏎⏎")[0]
    with_02(expecting)
    desk = Desk(expecting, "owner").open()
    desk.run(masters.set_, "warehouse", "02", {"cut_off": "15:02"})
    desk.close()
    keys = ("acme⏎⏎", "f7", *["tab"] * 7, "02⏎")
    assert "ships today, 1:00 left" in shown_after(app_at("order-entry"), *keys)[0]
