"""Substitutes at the desk: offered for a short line, taken from F4, never by themselves."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.substitutes import OtherProduct
from orderdesk.screens.order_entry.known import of_others
from orderdesk.services import substitutes
from orderdesk.services.customers import save
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from tests.screens.test_order_entry import entry_after

Opener = Callable[[str | None], OrderDeskApp]


@pytest.fixture
def willing(sqlite_url: str) -> str:
    """Let P1 stand in for P2 where ACME, who takes substitutes, orders too much of it."""
    desk = Desk(sqlite_url, "clerk").open()
    desk.run(substitutes.keep, "P2", "P1")
    desk.run(save.set_, CustomerRequest(code="ACME", substitutes="yes"))
    desk.close()
    return sqlite_url


def test_a_short_line_says_what_could_stand_in(app_at: Opener, willing: str) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p2⏎9⏎")
    assert seen.message.endswith("4 backordered, not promised yet; instead P1 (100 free): Up, F4")
    assert seen.draft.lines[0].request.product == "P2"
    other = entry_after(app_at("order-entry"), "free⏎⏎p2⏎9⏎")
    assert other.message.endswith("4 backordered, not promised yet")


def test_f4_on_the_picked_line_lets_another_product_stand_in(app_at: Opener, willing: str) -> None:
    keys = ("acme⏎⏎p2⏎9⏎", "up", "f4", "⏎", "⏎", "⏎")
    assert entry_after(app_at("order-entry"), *keys).message.endswith("; instead of P2")
    seen = entry_after(app_at("order-entry"), *keys, "f9", "f9")
    assert "placed" in seen.message
    desk = Desk(willing, "clerk").open()
    [line] = desk.read(show, "1").lines
    desk.close()
    assert (line.product, line.ordered, line.substitute_for) == ("P1", 9, "P2")


def test_what_was_ordered_stays_with_a_line_that_is_changed_again(
    app_at: Opener, willing: str
) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p2⏎9⏎", "up", "f4", "⏎⏎⏎", "up", "⏎3⏎")
    request = seen.draft.lines[0].request
    assert (request.product, request.quantity, request.substitute_for) == ("P1", "3", "P2")
    other = entry_after(app_at("order-entry"), "acme⏎⏎p2⏎9⏎", "up", "p3⏎3⏎")
    assert other.draft.lines[0].request.substitute_for is None


def test_the_panel_shows_what_goes_with_a_product_and_what_stands_in() -> None:
    others = (
        OtherProduct("P1", "Product P1", "ea", "substitute", 1, Decimal(4)),
        OtherProduct("P3", "Product P3", "kg", "complement", 1, Decimal(7)),
    )
    taking = [line.split() for line in of_others(others, True)]
    assert taking == [
        [],
        ["Instead", "of", "it"],
        ["P1", "Product", "P1", "4"],
        [],
        ["Goes", "with", "it"],
        ["P3", "Product", "P3", "7"],
    ]
    assert [line.split() for line in of_others(others, False)] == taking[3:]
