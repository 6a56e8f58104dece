"""What the review says of an order that nobody typed."""

from collections.abc import Callable

from orderdesk.app import OrderDeskApp
from orderdesk.domain.customers import CustomerRequest
from orderdesk.services.customers import save
from orderdesk.store.desk import Desk
from tests.screens.test_order_entry import entry_after

Opener = Callable[[str | None], OrderDeskApp]


def test_charges_are_named_beside_the_total_that_has_them(app_at: Opener, sqlite_url: str) -> None:
    desk = Desk(sqlite_url, "owner").open()
    desk.run(save.set_, CustomerRequest(code="ACME", freight="18"))
    desk.close()
    typed = ("acme⏎⏎p1⏎1⏎",)
    assert " with " not in entry_after(app_at("order-entry"), "free⏎⏎p1⏎1⏎", "f9").message
    said = "total 28.00 USD with freight 18.00, promised"
    assert said in entry_after(app_at("order-entry"), *typed, "f9").message
    assert f"placed: {said}" in entry_after(app_at("order-entry"), *typed, "f9", "f9").message
