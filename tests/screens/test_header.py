"""The order's header at the desk: what is typed is taken, checked at once, and never lost."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.domain.orders import OrderView
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.models.company import Warehouse
from orderdesk.services import stock
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests import conftest
from tests.company import put
from tests.screens.test_order_entry import entry_after

Opener = Callable[[str | None], OrderDeskApp]
LINE = "p1⏎1⏎"
POST = ("f9", "f9")
ADDRESS = "Quarry Gate⏎2 Fell Lane⏎Settle⏎⏎BD24 9AA⏎UK⏎"


def posted(url: str, number: str = "1") -> OrderView:
    desk = Desk(url, "clerk").open()
    try:
        return desk.read(show, number)
    finally:
        desk.close()


def test_what_tab_leaves_is_taken(app_at: Opener, sqlite_url: str) -> None:
    keys = ("acme⏎", "tab", "2027-01-04", "tab", "02", "tab", "tab", "cash", "tab")
    entry_after(app_at("order-entry"), *keys, "tab", "Kim", "tab", "ring⏎", LINE, *POST)
    order = posted(sqlite_url)
    assert (order.requested.isoformat(), order.ship_to) == ("2027-01-04", "02")
    assert (order.terms, order.contact, order.note) == ("CASH", "Kim", "ring")
    assert order.lines[0].ship_to == "02"


def test_what_shift_tab_and_f9_leave_is_taken(app_at: Opener, sqlite_url: str) -> None:
    keys = ("acme⏎⏎", LINE, "shift+tab", "call first", "shift+tab", "Kim")
    entry_after(app_at("order-entry"), *keys, *POST)
    order = posted(sqlite_url)
    assert (order.contact, order.note) == ("Kim", "call first")


def test_a_wrong_value_keeps_tab_at_its_field_and_keeps_what_was_typed_ahead(
    app_at: Opener,
) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎", "tab", "tab", "99", "tab", "x")
    assert seen.focus == "ship_to"
    assert "ship-to '99' is not an address" in seen.message


@pytest.mark.parametrize(
    ("steps", "typed", "said"),
    [(1, "soon", "'soon' is not a date"), (3, "ox", "carrier 'OX' is unknown"),
     (4, "n999", "terms 'N999' are unknown"), (5, "half", "discount")],
)  # fmt: skip
def test_a_wrong_value_is_told_when_it_is_typed(
    app_at: Opener, steps: int, typed: str, said: str
) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎", *["tab"] * steps, f"{typed}⏎")
    assert said in seen.message
    assert seen.focus != "item"


def test_escape_puts_back_what_was_not_taken(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎", "tab", "tab", "99", "f12")
    assert (seen.focus, seen.values["ship_to"]) == ("ship_to", "01")


def test_an_emptied_field_goes_back_to_its_default(app_at: Opener) -> None:
    keys = ("acme⏎", "tab", "tab", "02⏎", "shift+tab", "shift+tab", "shift+tab")
    seen = entry_after(
        app_at("order-entry"), *keys, "shift+tab", "shift+tab", "shift+tab", "backspace", "⏎"
    )
    assert "ship_to" not in seen.draft.header
    assert seen.values["ship_to"] == "01"


def test_a_wrong_value_does_not_stop_parking(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎", LINE, "shift+tab", "shift+tab",
                       "shift+tab", "half", "f2")  # fmt: skip
    assert seen.message.startswith("draft parked")
    assert "left out: discount" in seen.message
    assert seen.draft.is_empty


def test_another_customer_does_not_take_over_the_first_one_s_ship_to(app_at: Opener) -> None:
    back = ["shift+tab"] * 9
    seen = entry_after(app_at("order-entry"), "acme⏎", "tab", "tab", "02⏎", *back, "free⏎")
    assert seen.draft.header == {"customer": "FREE"}
    assert seen.values["ship_to"] == "01"


# The rarer fields ---------------------------------------------------------------------------


def test_the_rarer_fields_are_shown_when_asked_for_and_no_stop_of_the_sequence(
    app_at: Opener,
) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎", "f7")
    assert seen.focus == "rep"
    seen = entry_after(app_at("order-entry"), "f7", "shift+tab", *["shift+tab"] * 8, "acme⏎4500⏎")
    assert seen.focus == "item"
    assert seen.values["rep"] == ""


def test_they_are_not_there_before(app_at: Opener) -> None:
    assert "rep" not in entry_after(app_at("order-entry"), "acme⏎⏎").values


def test_a_one_off_ship_to_is_copied_onto_the_order(app_at: Opener, sqlite_url: str) -> None:
    entry_after(app_at("order-entry"), "acme⏎⏎", LINE, "f7", "23", "tab", ADDRESS, LINE, *POST)
    order = posted(sqlite_url)
    assert order.rep == "23"
    assert (order.ship_to, order.lines[0].ship_to) == ("", "")
    assert order.address == {
        "name": "Quarry Gate",
        "street": "2 Fell Lane",
        "city": "Settle",
        "region": "",
        "postal_code": "BD24 9AA",
        "country": "UK",
    }
    assert len(order.lines) == 2


def test_an_unfinished_one_off_ship_to_is_not_posted(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎", LINE, "f7", "tab", "Quarry⏎", *POST)
    assert "the address has no street" in seen.message
    assert not seen.draft.is_empty


def test_a_ship_to_code_takes_a_one_off_back_and_a_one_off_the_code(app_at: Opener) -> None:
    one_off = ("acme⏎", "tab", "tab", "02⏎", "f7", "tab", ADDRESS)
    seen = entry_after(app_at("order-entry"), *one_off)
    assert seen.values["ship_to"] == ""
    assert "ship_to" not in seen.draft.header
    to_code = ["shift+tab"] * 14
    seen = entry_after(app_at("order-entry"), *one_off, *to_code, "02⏎")
    assert seen.draft.header == {"customer": "ACME", "ship_to": "02"}
    assert (seen.values["ship_to"], seen.values["address_name"]) == ("02", "")


def test_f7_again_puts_them_away_unless_something_stands_in_them(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎", "f7", "f7")
    assert "rep" not in seen.values
    assert seen.focus == "item"
    seen = entry_after(app_at("order-entry"), "acme⏎⏎", "f7", "23", "f7")
    assert seen.values["rep"] == "23"
    assert "stay in sight" in seen.message


def test_the_next_order_begins_without_them(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎", LINE, "f7", "23⏎", *POST)
    assert "rep" not in seen.values
    assert seen.focus == "customer"


def test_a_parked_one_off_ship_to_is_taken_up_again(app_at: Opener) -> None:
    keys = ("acme⏎⏎", LINE, "f7", "23", "tab", ADDRESS, "f2", "f2", "⏎")
    seen = entry_after(app_at("order-entry"), *keys)
    assert (seen.values["rep"], seen.values["address_city"]) == ("23", "Settle")
    assert seen.draft.is_one_off


def with_02(url: str) -> None:
    def filled(work: Work) -> None:
        put(work, Warehouse, [{"code": "02", "name": "Second"}])
        stock.receive(work, ReceiveRequest(product="P1", quantity="7", warehouse="02"))

    desk = Desk(url, "clerk").open()
    desk.run(filled)
    desk.close()


def test_the_warehouse_is_chosen_among_the_rarer_fields(app_at: Opener, sqlite_url: str) -> None:
    with_02(sqlite_url)
    to_whse = ("f7", *["tab"] * 7)
    seen = entry_after(app_at("order-entry"), "acme⏎⏎", *to_whse)
    assert (seen.focus, seen.values["warehouse"]) == ("warehouse", "01")
    seen = entry_after(app_at("order-entry"), "acme⏎⏎", *to_whse, "02⏎", "p1⏎9⏎")
    assert "9 asked, 7 at 02, 2 backordered" in seen.message
    seen = entry_after(app_at("order-entry"), "acme⏎⏎", "p1⏎9⏎", *to_whse, "f4", "sec⏎⏎")
    assert seen.draft.header["warehouse"] == "02"
    assert seen.draft.lines[0].seen.backordered == 2
    entry_after(app_at("order-entry"), "acme⏎⏎", *to_whse, "02⏎", "p1⏎9⏎", *POST)
    order = posted(sqlite_url)
    assert (order.warehouse, order.lines[0].warehouse) == ("02", "02")


def test_an_unknown_warehouse_is_told_when_it_is_typed(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎", "f7", *["tab"] * 7, "09⏎", "p1⏎")
    assert seen.focus == "warehouse"
    assert "warehouse '09' is unknown" in seen.message


# Odd days -----------------------------------------------------------------------------------

TODAY = date.fromisoformat(conftest.TODAY)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2020, 1, 1), "requested 2020-01-01 is in the past"),
        (TODAY + timedelta(days=800), "is more than a year ahead"),
    ],
)
def test_an_odd_day_is_taken_and_told_at_once_and_in_the_review(
    app_at: Opener, sqlite_url: str, day: date, said: str
) -> None:
    keys = ("acme⏎", "tab", f"{day}⏎")
    seen = entry_after(app_at("order-entry"), *keys)
    assert said in seen.message
    assert seen.focus == "item"
    assert said in entry_after(app_at("order-entry"), *keys, LINE, "f9").message
    entry_after(app_at("order-entry"), *keys, LINE, *POST)
    assert posted(sqlite_url).requested == day


def test_an_odd_day_of_a_line_is_told(app_at: Opener) -> None:
    keys = ("acme⏎⏎", "p1⏎1", *["tab"] * 4, "2020-01-01⏎")
    assert (
        "requested 2020-01-01 is in the past" in entry_after(app_at("order-entry"), *keys).message
    )
