"""Who waits for goods that last while others are free: every answer says the same day."""

from collections.abc import Callable
from datetime import date, timedelta

from orderdesk.domain.backorders import WaitingLine
from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.services import backorders, lots, products, stock
from orderdesk.services.allocation import explaining
from orderdesk.services.customers import save
from orderdesk.services.orders import promise_reading
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold


def days_told(desk: Desk, number: str) -> list[date | None]:
    """Give when a line has all, as the desk explains it and as the list of who waits says it."""
    [row] = desk.read(backorders.waiting, "P3").lines
    assert isinstance(row, WaitingLine)
    assert sum(each.quantity for each in row.gets) in (0, row.backordered)
    return [desk.read(explaining.explain, number, 1).expected_on, row.complete_on]


def test_what_is_free_and_does_not_last_is_nobodys_turn(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    desk.run(products.set_, ProductRequest(code="P3", tracked="lot"))
    desk.run(save.set_, CustomerRequest(code="ACME", shelf_life="30", credit_limit=""))
    today = date.fromisoformat(desk.read(lots.today))
    soon = (today + timedelta(days=20)).isoformat()
    asked = ReceiveRequest(product="P3", quantity="9", lot="SOON", expires=soon)
    desk.run(stock.receive, asked)
    wanted = (LineRequest(product="P3", quantity="8"),)
    number = desk.run(place, OrderRequest(customer="ACME", lines=wanted)).number
    assert days_told(desk, number) == [None, None]
    said = desk.read(promise_reading.explain, number, 1).goods
    assert said == "nobody knows when 8 kg come"
    comes = today + timedelta(days=9)
    expected = SupplyRequest(product="P3", quantity="10", due=comes.isoformat())
    desk_of("warehouse").run(announcing.add, expected)
    assert days_told(desk, number) == [comes, comes]
    said = desk.read(promise_reading.explain, number, 1).goods
    assert said == f"8 kg come with supply 1, due on {comes}"
    assert_laws_hold(desk)
