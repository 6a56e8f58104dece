"""What cannot be done now is shown so, with the reason, and its key says the same."""

import asyncio
from collections.abc import Callable

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.screens.help import HelpSheet
from orderdesk.screens.palette import Palette
from orderdesk.screens.widgets.choices import ChoiceRows
from orderdesk.services.orders.closing import cancel
from tests.screens.test_orders import OPEN, placed
from tests.screens.typing import done, message_after, rows_of, type_keys

Opener = Callable[[str | None], OrderDeskApp]

NO_HOLD = "nothing holds this order; there is nothing to release"


def rows_after(app: OrderDeskApp, *keys: str) -> list[str]:
    """Give the rows of the screen after these keys, posted all at once."""

    async def run() -> list[str]:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, *keys)
            if isinstance(app.screen, Palette):
                return [row.text for row in app.screen.query_one(ChoiceRows).rows]
            if isinstance(app.screen, HelpSheet):
                return app.screen.sheet().splitlines()
            return rows_of(app)

    return asyncio.run(run())


@pytest.fixture
def orders(app_at: Opener, sqlite_url: str) -> OrderDeskApp:
    """Give the orders, of which there is one."""
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    return app_at("orders")


BARRED = {
    "r": NO_HOLD,
    "d": "this is its first revision; nothing was changed yet",
    "o": "nothing of line 1 was closed; there is nothing to reopen",
}
"""What cannot be done to an order that was just placed, by its letter."""


@pytest.mark.parametrize(("letter", "reason"), BARRED.items())
def test_a_letter_says_why_it_does_nothing(orders: OrderDeskApp, letter: str, reason: str) -> None:
    assert message_after(orders, *OPEN, letter) == reason


def test_the_help_sheet_says_the_same_of_each(orders: OrderDeskApp) -> None:
    rows = rows_after(orders, *OPEN, "f1")
    barred = [row.strip() for row in rows if "NOT NOW: " in row]
    for letter, reason in BARRED.items():
        assert any(
            row.startswith(letter) and row.endswith(f".  NOT NOW: {reason}") for row in barred
        )


def test_the_palette_says_the_same_and_finds_it_by_its_name(orders: OrderDeskApp) -> None:
    rows = rows_after(orders, *OPEN, "ctrl+p", "release")
    assert any(row.startswith("Release (r)") and f"NOT NOW: {NO_HOLD}" in row for row in rows)


def test_what_can_be_done_is_not_barred(orders: OrderDeskApp) -> None:
    rows = rows_after(orders, *OPEN, "f1")
    assert any("Change the picked line." in row for row in rows)
    assert not any(row.strip().startswith("x ") and "NOT NOW" in row for row in rows)


def test_an_order_that_was_cancelled_is_not_changed(orders: OrderDeskApp, sqlite_url: str) -> None:
    done(sqlite_url, "clerk", cancel, "SO-000001", "why")
    rows = rows_after(orders, *OPEN, "f1")
    reason = "order SO-000001 was cancelled and stays so; copy it for a new one"
    letters = {row.split()[0] for row in rows if reason in row}
    assert {"a", "h", "i", "x", "w"} <= letters


def test_in_order_entry_what_an_empty_draft_bars(app_at: Opener) -> None:
    rows = rows_after(app_at("order-entry"), "f1")
    told = {row[2:22].strip(): row.partition("NOT NOW: ")[2] for row in rows if "NOT NOW: " in row}
    assert told["F9 or Ctrl+O"].startswith("the order has no lines yet")
    assert told["F8 or Ctrl+Y"].startswith("no line stands above")
    assert told["Ctrl+U or u"].startswith("nothing is left to undo")


def test_with_a_line_they_can_be_done(app_at: Opener) -> None:
    rows = rows_after(app_at("order-entry"), "acme⏎⏎p1⏎2⏎", "f1")
    assert not any("NOT NOW" in row for row in rows)


def test_help_in_a_row_that_asks_says_how_it_is_answered(orders: OrderDeskApp) -> None:
    rows = rows_after(orders, *OPEN, "a", "f1")
    assert "  F9 or last Enter     Answer what is asked." in rows


def test_no_line_of_help_is_wider_than_the_screen_and_the_next_hangs_under_it(
    app_at: Opener,
) -> None:
    async def run() -> list[str]:
        app = app_at("order-entry")
        async with app.run_test(size=(80, 50)) as pilot:
            await type_keys(app, pilot, "acme⏎⏎", "f1")
            return rows_of(app)

    rows = asyncio.run(run())
    at = next(index for index, row in enumerate(rows) if row.startswith("  Form "))
    assert rows[at + 1].startswith(" " * 11)
    assert rows[at + 1][11] != " "
