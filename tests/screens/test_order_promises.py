"""An order's sheet: when its lines come, why, and what can be done about it, key by key."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.orders import AmendRequest, OrderView
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.services import substitutes
from orderdesk.services.customers import save
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import show
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from tests.screens.test_header import with_02
from tests.screens.test_snapshots import SIZES, frozen
from tests.screens.typing import rows_of, type_keys
from tests.services.orders.asking import line, order

OPEN = ("enter", "enter")


@pytest.fixture
def sheet(sqlite_url: str, at_two: None) -> Callable[..., OrderDeskApp]:
    """Give the orders at somebody's desk: one, with a line in stock and one that waits."""
    desk = Desk(sqlite_url, "owner").open()
    desk.run(announcing.add, SupplyRequest(product="P2", quantity="10", due="2026-11-27"))
    desk.run(place, order("ACME", line("P1", "3"), line("P2", "9"), requested="2026-11-25"))
    desk.close()

    def opened(user: str = "supervisor") -> OrderDeskApp:
        return OrderDeskApp(
            lambda: Desk(sqlite_url, user).open(), place="main.db", user=user, screen="orders"
        )

    return opened


Sheet = Callable[..., OrderDeskApp]


def rows_after(app: OrderDeskApp, *keys: str, size: tuple[int, int] = (80, 24)) -> list[str]:
    """Give the rows of the screen after these keys, posted all at once."""

    async def run() -> list[str]:
        async with app.run_test(size=size) as pilot:
            await type_keys(app, pilot, *keys)
            await app.workers.wait_for_complete()
            await pilot.pause()
            return rows_of(app)

    return asyncio.run(run())


def stored(url: str) -> OrderView:
    desk = Desk(url, "clerk").open()
    try:
        return desk.read(show, "1")
    finally:
        desk.close()


def test_a_wide_sheet_shows_when_each_line_comes_and_from_where(sheet: Sheet) -> None:
    rows = rows_after(sheet(), *OPEN, size=(120, 40))
    assert rows[0].startswith(" ORDER SO-000001   rev 1   OPEN")
    assert "Wanted 2026-11-25  Promised !2026-11-27" in "".join(rows[1:4])
    heads = next(row for row in rows if "Ordered" in row)
    assert heads.split()[-4:] == ["Promise", "Leaves", "Disp", "Whse"]
    lines = [row.split() for row in rows if " Product P" in row]
    assert [each[-6:] for each in lines] == [
        ["25", "Nov", "25", "Nov", "part", "01"],
        ["27", "Nov", "27", "Nov", "part", "01"],
    ]


def test_a_narrow_sheet_says_it_of_the_picked_line(sheet: Sheet) -> None:
    rows = "\n".join(rows_after(sheet(), *OPEN, "down"))
    assert "#2 ship available from 01, promised 2026-11-27, leave by 2026-11-27" in rows
    assert "Whse" not in rows


def test_a_day_is_fixed_and_left_to_the_chain_again_in_one_burst(
    sheet: Sheet, sqlite_url: str
) -> None:
    rows = rows_after(sheet(), *OPEN, "down", "p2026-12-01⏎they agreed⏎")
    assert any("line 2 of SO-000001 stays promised for 2026-12-01" in row for row in rows)
    assert any("FIXED by hand" in row for row in rows)
    assert stored(sqlite_url).lines[1].pinned
    rows_after(sheet(), *OPEN, "down", "p", "backspace", "⏎⏎")
    after = stored(sqlite_url).lines[1]
    assert (after.pinned, after.promised) == (False, date(2026, 11, 27))
    rows = rows_after(sheet("clerk"), *OPEN, "down", "p")
    assert any("may not fix the day that a line is promised for" in row for row in rows)
    assert not any("Reason" in row for row in rows)


def test_a_day_that_is_none_keeps_the_row_open(sheet: Sheet, sqlite_url: str) -> None:
    rows = rows_after(sheet(), *OPEN, "down", "p", "backspace", "⏎⏎")
    assert any("the day is empty; type one" in row for row in rows)
    rows = rows_after(sheet(), *OPEN, "down", "psoon⏎⏎")
    assert any("'soon' is not a date; give one such as" in row for row in rows)


def test_a_line_is_explained(sheet: Sheet) -> None:
    rows = "\n".join(rows_after(sheet(), *OPEN, "down", "y"))
    assert "WHY SO-000001 line 2" in rows
    assert "it lacks 4 ea" in rows
    assert "4 ea come with supply 1, due on 2026-11-27" in rows


def test_disposition_and_warehouse_of_a_line_are_changed(sheet: Sheet, sqlite_url: str) -> None:
    with_02(sqlite_url)
    rows = rows_after(sheet(), *OPEN, "gcomplete⏎02⏎")
    assert any("line 1 amended" in row for row in rows)
    first = stored(sqlite_url).lines[0]
    assert (first.disposition, first.warehouse) == ("ship complete", "02")
    rows_after(sheet(), *OPEN, "g", "f4", "fetches⏎", "f9")
    assert stored(sqlite_url).lines[0].disposition == "pick up"


def test_another_product_stands_in_for_what_is_short(sheet: Sheet, sqlite_url: str) -> None:
    desk = Desk(sqlite_url, "owner").open()
    desk.run(substitutes.keep, "P2", "P1")
    rows = rows_after(sheet(), *OPEN, "down", "b", "⏎⏎")
    assert any("takes no substitutes" in row for row in rows)
    desk.run(save.set_, CustomerRequest(code="ACME", substitutes="yes"))
    desk.close()
    rows = rows_after(sheet(), *OPEN, "down", "b", "⏎⏎")
    assert any("P1 stands in for 4 of line 2" in row for row in rows)
    lines = stored(sqlite_url).lines
    assert [(each.product, each.open, each.substitute_for) for each in lines] == [
        ("P1", 3, None),
        ("P2", 5, None),
        ("P1", 4, "P2"),
    ]
    assert lines[2].requested == date(2026, 11, 25)
    rows_after(sheet(), *OPEN, "down", "b", "⏎5⏎")
    assert [each.open for each in stored(sqlite_url).lines] == [3, 0, 4, 5]


def test_where_nothing_stands_in_the_cure_is_said(sheet: Sheet) -> None:
    rows = rows_after(sheet(), *OPEN, "b")
    assert any("nothing stands in for P1" in row for row in rows)


def test_the_changes_since_a_revision_are_shown_together(sheet: Sheet, sqlite_url: str) -> None:
    rows = rows_after(sheet(), *OPEN, "d")
    assert any("this is its first revision" in row for row in rows)
    desk = Desk(sqlite_url, "clerk").open()
    for note in ("one", "two"):
        desk.run(amend, AmendRequest(number="1", note=note))
    desk.close()
    rows = rows_after(sheet(), *OPEN, "d1⏎")
    assert rows[0].startswith(" CHANGES SO-000001")
    assert " From revision 1 to 3, by clerk" in rows
    assert "      note:  -> two" in rows
    rows = rows_after(sheet(), *OPEN, "d7⏎")
    assert any("revision '7' is not one of these; type one from 1 to 2" in row for row in rows)


@SIZES
def test_an_order_that_waits(snap_compare: Any, sheet: Sheet, size: tuple[int, int]) -> None:
    assert frozen(snap_compare, sheet(), size, *OPEN, "down", "p")
