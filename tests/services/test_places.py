"""Where goods lie: one balance a bin, lot and status, each the sum of its movements."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from orderdesk.domain.stock import AdjustRequest, ReceiveRequest, StatusRequest
from orderdesk.services import doctor, statuses, stock
from orderdesk.store.desk import Desk
from tests.breaking import break_rows
from tests.laws import assert_laws_hold


@pytest.fixture(autouse=True)
def laws_hold(desk: Desk) -> Iterator[None]:
    """No law is broken after any of these tests."""
    yield
    assert_laws_hold(desk)


def lies(desk: Desk, product: str = "P1") -> list[tuple[str, str, str, str, Decimal]]:
    found = desk.read(stock.places, product)
    return [(each.warehouse, each.bin, each.lot, each.status, each.on_hand) for each in found]


def test_what_comes_and_goes_moves_the_balance_of_its_place(desk: Desk) -> None:
    desk.run(stock.receive, ReceiveRequest(product="P1", quantity="20"))
    desk.run(stock.adjust, AdjustRequest(product="P1", quantity="-5", reason="found"))
    asked = StatusRequest(product="P1", quantity="7", after="damaged", reason="Wet")
    desk.run(statuses.status, asked)
    assert lies(desk) == [("01", "", "", "damaged", 7), ("01", "", "", "free", 108)]
    [damaged, _] = desk.read(stock.places, "P1")
    assert (damaged.allocated, damaged.expires, damaged.days) == (None, None, None)


def test_an_empty_place_is_none(desk: Desk) -> None:
    desk.run(stock.adjust, AdjustRequest(product="P1", counted="0"))
    assert lies(desk) == []
    desk.run(stock.adjust, AdjustRequest(product="P1", counted="3"))
    assert lies(desk) == [("01", "", "", "free", 3)]


def test_places_are_read_on_from_one_of_them(desk: Desk) -> None:
    asked = StatusRequest(product="P1", quantity="7", after="damaged", reason="Wet")
    desk.run(statuses.status, asked)
    [first] = desk.read(stock.places, "P1", limit=1)
    after = (first.warehouse, first.bin, first.lot, first.status)
    assert [each.status for each in desk.read(stock.places, "P1", after)] == ["free"]


@pytest.mark.parametrize(
    ("breaks", "mends", "words"),
    [
        (
            "UPDATE stock_place SET on_hand = 90000 WHERE product_id = 1",
            "UPDATE stock_place SET on_hand = 100000 WHERE product_id = 1",
            "stock of P1 at 01, free: on hand is not the sum of its movements",
        ),
        (
            "UPDATE stock_place SET bin = 'A1' WHERE product_id = 1",
            "UPDATE stock_place SET bin = '' WHERE product_id = 1",
            "stock of P1 at 01, bin A1, free: on hand is not the sum of its movements",
        ),
        (
            "UPDATE movement SET lot = 'L7' WHERE product_id = 1",
            "UPDATE movement SET lot = '' WHERE product_id = 1",
            "stock of P1 at 01, lot L7, free: on hand is not the sum of its movements",
        ),
    ],
)
def test_the_doctor_finds_places_that_do_not_add_up(
    desk: Desk, breaks: str, mends: str, words: str
) -> None:
    break_rows(desk, breaks)
    assert words in [each.message for each in desk.read(doctor.examine)]
    break_rows(desk, mends)


def test_the_doctor_finds_a_place_below_zero(desk: Desk) -> None:
    limit = (("stock_place", "place_not_negative"),)
    break_rows(
        desk,
        "UPDATE stock_place SET on_hand = -1000 WHERE product_id = 2",
        "UPDATE movement SET quantity = -1000 WHERE product_id = 2",
        "UPDATE stock SET on_hand = 0 WHERE product_id = 2",
        without=limit,
    )
    broken = desk.read(doctor.examine)
    assert any("stock of P2" in each.message for each in broken)
    break_rows(
        desk,
        "UPDATE stock_place SET on_hand = 5000 WHERE product_id = 2",
        "UPDATE movement SET quantity = 5000 WHERE product_id = 2",
        "UPDATE stock SET on_hand = 5000 WHERE product_id = 2",
    )
