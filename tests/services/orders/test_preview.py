"""What the desk is told while an order is typed, by the rules that place it."""

import pytest

from orderdesk.domain.errors import NotFound, OrderDeskError, Refused
from orderdesk.domain.orders import AddressRequest
from orderdesk.services.orders import preview
from orderdesk.store.desk import Desk
from tests.services.orders.asking import order


def test_a_customer_comes_with_what_prices_and_warehouse_they_get(desk: Desk) -> None:
    assert desk.read(preview.buyer, "acme").price_lists == ("ACMELIST", "BASE")
    assert desk.read(preview.buyer, "group").price_lists == ("GROUP", "BASE")
    assert desk.read(preview.buyer, "free").price_lists == ("BASE",)
    assert desk.read(preview.buyer, "free").warehouse == "01"


@pytest.mark.parametrize(
    ("typed", "error", "said"),
    [
        ({"ship_to": "99"}, NotFound, "ship-to '99'"),
        ({"terms": "X"}, NotFound, "terms 'X'"),
        ({"carrier": "X"}, NotFound, "carrier 'X'"),
        ({"requested": "tomorrow"}, Refused, "'tomorrow' is not a date"),
        ({"discount": "half"}, Refused, "discount"),
        ({"address": AddressRequest(name="A", street="", city="B")}, Refused, "no street"),
    ],
)
def test_a_wrong_header_is_told_before_there_is_a_line(
    desk: Desk, typed: dict[str, object], error: type[OrderDeskError], said: str
) -> None:
    with pytest.raises(error, match=said):
        desk.read(preview.header, order("ACME", **typed))


def test_a_right_header_passes(desk: Desk) -> None:
    typed = {"ship_to": "02", "terms": "CASH", "requested": "2026-12-01", "rep": "17"}
    assert desk.read(preview.header, order("acme", **typed)) is None
