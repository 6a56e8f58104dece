"""At 80 columns nothing wraps and no number is cut, however long the customer's name is."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from rich.cells import cell_len
from sqlalchemy import update
from textual.widgets import Static

from orderdesk.app import OrderDeskApp
from orderdesk.domain.entry import BuyerView
from orderdesk.models.customers import Customer
from orderdesk.screens.columns import fitting, shortened
from orderdesk.screens.order_entry.draft import Totals
from orderdesk.screens.order_entry.form import EntryForm
from orderdesk.screens.order_entry.sums import credit_line, totals_line
from orderdesk.screens.orders.sheet import OrderSheet
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.screens.typing import type_keys

Opener = Callable[[str | None], OrderDeskApp]
WIDTH = 80
NAME = "Consolidated Fasteners & Fittings of the Northern Riding Ltd."
LONGEST = 9_999_999_999_999
"""Minor units: thirteen digits."""

_GROWN = statement(
    update(table_of(Customer))
    .where(table_of(Customer).c.code == "ACME")
    .values(name=NAME, credit_limit=LONGEST)
)


def grown(work: Work) -> None:
    """Make ACME a customer of a long name and long amounts."""
    work.change(_GROWN)


@pytest.fixture
def grown_url(sqlite_url: str) -> str:
    desk = Desk(sqlite_url, "clerk").open()
    desk.run(grown)
    desk.close()
    return sqlite_url


def buyer(amount: Decimal) -> BuyerView:
    return BuyerView(
        "ACME", NAME, "USD", "01", "Pat", "NET30", "", "2026-01-01", amount, amount, -amount, ""
    )


def totals(amount: Decimal) -> Totals:
    return Totals(amount, amount, amount, -amount)


@pytest.mark.parametrize("amount", ["12.50", "99999999999.99", "9999999999999.99"])
def test_amounts_stay_whole_where_the_name_gives_way(amount: str) -> None:
    known = Decimal(amount)
    credit, sums = credit_line(buyer(known), WIDTH), totals_line(totals(known), 12, "USD", WIDTH)
    for shown, count in ((credit, 3), (sums, 2)):
        assert cell_len(shown) <= WIDTH
        assert shown.replace(",", "").count(amount) >= count
    assert "Cons" in credit


def test_separators_stay_where_there_is_room() -> None:
    assert "Limit 1,200.00  Open 1,200.00  Free -1,200.00" in credit_line(
        buyer(Decimal("1200.00")), WIDTH
    )


def test_a_name_is_cut_by_cells_and_says_so() -> None:
    assert shortened("ab", 2) == "ab"
    assert shortened("abc", 2) == "a…"
    assert cell_len(shortened("東京都庁", 5)) <= 5
    assert fitting(10, ("abcdefgh", " 123")) == " abcd… 123"


def lines_after(app: OrderDeskApp, *keys: str) -> list[str]:
    async def run() -> list[str]:
        async with app.run_test(size=(WIDTH, 24)) as pilot:
            await type_keys(app, pilot, *keys)
            screen: Any = app.screen
            if isinstance(screen, EntryForm):
                return [screen.form.told("credit"), screen.form.told("totals")]
            assert isinstance(screen, OrderSheet)
            shown = screen.query_one("#order-head", Static)
            texts = str(shown.render()).splitlines()
            assert shown.size.height == len(texts)
            return texts

    return asyncio.run(run())


KEYS = ("acme⏎4500⏎", "p1⏎11999999880⏎")


def test_order_entry_at_80_columns(grown_url: str, app_at: Opener) -> None:
    credit, sums = lines_after(app_at("order-entry"), *KEYS)
    assert cell_len(credit) <= WIDTH
    assert "…" in credit
    assert "Limit 99,999,999,999.99  Open " in credit
    assert cell_len(sums) <= WIDTH
    assert "Total 89,999,999,100.00" in sums


def test_an_order_s_sheet_at_80_columns(grown_url: str, app_at: Opener) -> None:
    shown = lines_after(app_at("order-entry"), *KEYS, "f9", "f9", "f3", "o", "enter", "enter")
    assert all(cell_len(line) <= WIDTH for line in shown)
    assert shown[0].startswith(" ACME Consolidated")
    assert "…" in shown[0]
    assert "PO 4500" in shown[0]
    assert "Total 89,999,999,100.00 USD" in shown[-1]


def test_an_order_s_sheet_says_where_a_one_off_goes(sqlite_url: str, app_at: Opener) -> None:
    keys = ("acme⏎⏎p1⏎1⏎", "f7", "tab", "Quarry Gate⏎2 Fell Lane⏎Settle⏎⏎⏎UK⏎", "f9", "f9")
    shown = lines_after(app_at("order-entry"), *keys, "f3", "o", "enter", "enter")
    assert " To Quarry Gate, 2 Fell Lane, Settle, UK" in shown
