"""The customers at the desk: found, opened, noted on, checked."""

import asyncio
from collections.abc import Callable

from textual.widgets import Static

from orderdesk.app import OrderDeskApp
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.screens.base import DeskScreen
from orderdesk.screens.credit.screen import CreditCheck
from orderdesk.screens.customers.sheet import CustomerSheet
from orderdesk.screens.menu import Menu
from orderdesk.screens.order_entry.screen import OrderEntry
from orderdesk.screens.orders.screen import Orders
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from tests.screens.typing import type_keys

Opener = Callable[[str | None], OrderDeskApp]


def after(app: OrderDeskApp, *keys: str) -> tuple[DeskScreen, str]:
    """Give the screen after these keys, posted all at once, and all that its texts say."""

    async def run() -> tuple[DeskScreen, str]:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, *keys)
            await pilot.pause()
            screen = app.screen
            assert isinstance(screen, DeskScreen)
            texts = [str(each.content) for each in screen.query(Static)]
            return screen, "\n".join([screen.title_left(), *texts, screen.message])

    return asyncio.run(run())


def test_a_code_and_enter_open_the_customer_with_everything_about_it(app_at: Opener) -> None:
    screen, said = after(app_at("customers"), "acme⏎")
    assert isinstance(screen, CustomerSheet)
    assert "CUSTOMER ACME" in said
    assert "Limit 10,000.00" in said
    assert "01*" in said
    assert "ACME-77" in said


def test_a_text_that_several_have_leads_to_the_table(app_at: Opener) -> None:
    screen, said = after(app_at("customers"), "ltd⏎", "down", "enter")
    assert isinstance(screen, CustomerSheet)
    assert "CUSTOMER" in said


def test_a_note_is_kept_and_shown(app_at: Opener) -> None:
    _, said = after(app_at("customers"), "acme⏎m", "calls after ten⏎")
    assert "inside: calls after ten  clerk" in said


def test_its_orders_are_a_letter_away(app_at: Opener) -> None:
    screen, _ = after(app_at("customers"), "acme⏎o")
    assert isinstance(screen, Orders)


def test_a_blocked_customer_is_marked(app_at: Opener) -> None:
    assert "!BLOCKED" in after(app_at("customers"), "stop⏎")[1]


def test_f3_leaves_to_the_menu_and_f12_one_step_back(app_at: Opener) -> None:
    for keys in (("acme⏎", "f3"), ("acme⏎c", "f3"), ("acme⏎o", "f3")):
        screen, _ = after(app_at("customers"), *keys)
        assert isinstance(screen, Menu), keys
    assert isinstance(after(app_at("customers"), "acme⏎c", "f12")[0], CustomerSheet)
    assert isinstance(after(app_at("customers"), "acme⏎o", "f12", "f12")[0], CustomerSheet)
    assert "leave" in CustomerSheet.KEYS


def test_f3_does_not_pass_by_an_order_that_was_begun(app_at: Opener) -> None:
    begun = ("acme⏎", "ctrl+p", "credit⏎", "f3")
    assert isinstance(after(app_at("order-entry"), *begun)[0], OrderEntry)
    assert isinstance(after(app_at("order-entry"), *begun, "f3", "f3")[0], Menu)


def test_the_credit_check_is_a_letter_away_and_says_why(app_at: Opener) -> None:
    screen, said = after(app_at("customers"), "acme⏎c")
    assert isinstance(screen, CreditCheck)
    assert "CREDIT CHECK" in said
    assert "Limit 10,000.00" in said
    assert "WHEN HEADROOM COMES BACK" in said


def test_what_if_is_answered_on_the_message_line(app_at: Opener) -> None:
    _, said = after(app_at("credit-check"), "acme⏎i", "10000.01⏎⏎")
    assert "10,000.01 on" in said
    assert "HOLD" in said


def test_an_unknown_customer_keeps_the_one_before(app_at: Opener) -> None:
    screen, said = after(app_at("credit-check"), "acme⏎f", "nobody⏎")
    assert isinstance(screen, CreditCheck)
    assert "'NOBODY' is unknown" in said
    assert screen.code == "ACME"


def test_without_the_right_a_limit_is_not_set_and_the_row_stays_to_be_mended(
    sqlite_url: str,
) -> None:
    app = OrderDeskApp(
        lambda: Desk(sqlite_url, "warehouse").open(),
        place="main.db",
        user="warehouse",
        screen="credit-check",
    )
    _, said = after(app, "acme⏎l", "5⏎because⏎")
    assert "may not set credit limits" in said


def test_another_limit_lets_held_orders_pass_and_says_which(
    app_at: Opener, sqlite_url: str
) -> None:
    supervisor = Desk(sqlite_url, "supervisor").open()
    supervisor.run(
        place, OrderRequest(customer="TIGHT", lines=(LineRequest(product="P1", quantity="11"),))
    )
    _, said = after(app_at("credit-check"), "tight⏎l", "150⏎insured⏎")
    assert "limit of TIGHT: 150" in said
    assert "released by the system: SO-000001 (credit_limit)" in said
    assert not supervisor.read(show, "1").held
    supervisor.close()
