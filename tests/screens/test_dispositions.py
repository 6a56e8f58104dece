"""The disposition of a line at the desk: behind the date by Tab, from F4, or the customer's."""

from collections.abc import Callable

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.domain.customers import CustomerRequest
from orderdesk.services.customers import save
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from tests.screens.test_order_entry import entry_after

Opener = Callable[[str | None], OrderDeskApp]

TO_IT = ("tab",) * 5
"""From the quantity past unit, price, discount and date."""


def test_a_line_names_its_disposition_behind_the_date(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p2⏎9", *TO_IT, "cancel⏎")
    assert seen.message == "#1: 9 asked, 5 at 01, 4 closed, promised Mon 23 Nov (cancel)"
    assert seen.draft.lines[0].request.disposition == "cancel"
    assert (seen.focus, seen.values["disposition"]) == ("item", "")


def test_f4_lists_the_dispositions_with_what_they_mean(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p2⏎9", *TO_IT, "f4", "fetches⏎", "⏎")
    assert seen.message.endswith("4 backordered, not promised yet (pick up)")
    assert seen.draft.lines[0].request.disposition == "pick up"


def test_the_customers_disposition_takes_no_key(app_at: Opener, sqlite_url: str) -> None:
    desk = Desk(sqlite_url, "clerk").open()
    desk.run(save.set_, CustomerRequest(code="ACME", disposition="ship complete"))
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p2⏎9⏎p1⏎1⏎", "f9", "f9")
    assert "placed" in seen.message
    placed = desk.read(show, "1")
    assert [line.disposition for line in placed.lines] == ["ship complete"] * 2
    desk.close()


@pytest.mark.parametrize("typed", ["never", "ship"])
def test_an_unknown_disposition_keeps_the_cursor_and_names_all(app_at: Opener, typed: str) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p2⏎9", *TO_IT, f"{typed}⏎")
    assert f"disposition '{typed}' is unknown; known: ship available" in seen.message
    assert seen.focus == "disposition"


def test_a_picked_line_shows_its_disposition_to_be_changed(app_at: Opener) -> None:
    keys = ("acme⏎⏎p2⏎9", *TO_IT, "cancel⏎", "up")
    seen = entry_after(app_at("order-entry"), *keys)
    assert seen.values["disposition"] == "cancel"
    again = entry_after(app_at("order-entry"), *keys, "⏎", *TO_IT, "complete⏎")
    assert "4 backordered, not promised yet (ship complete)" in again.message
