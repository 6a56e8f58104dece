"""What kits are made of: kept, shown, taken apart; no kit is in itself."""

import json
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import select

from orderdesk.domain.atp import AtpRequest, BasketRequest
from orderdesk.domain.errors import Conflict, NotFound, OrderDeskError, Refused
from orderdesk.domain.kit_stock import KitStockView
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.models.company import Unit, Warehouse
from orderdesk.models.journal import Event
from orderdesk.services import atp, kits, products, stock
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from tests.company import put
from tests.laws import assert_laws_hold

_event = table_of(Event).c
NEWEST = statement(select(_event.body).order_by(_event.id.desc()).limit(1))


def made_of(desk: Desk, code: str) -> list[tuple[str, str]]:
    """Give a kit's parts with their quantities."""
    return [(part.product, str(part.quantity)) for part in desk.read(kits.show, code).parts]


@pytest.fixture(autouse=True)
def kits_there(desk: Desk) -> Iterator[None]:
    """Give three kits without parts; no law is broken after any of these tests."""
    for code in ("A", "B", "C"):
        desk.run(products.add, ProductRequest(code=code, name=f"Kit {code}", kind="kit", unit="ea"))
    yield
    assert_laws_hold(desk)


def test_a_kit_gets_parts_and_loses_them(desk: Desk) -> None:
    made = desk.run(kits.keep, "a", "p1", "2")
    assert [(part.product, int(part.available)) for part in made.parts] == [("P1", 100)]
    assert made.version == 2
    desk.run(kits.keep, "A", "WORK", "0.5", None, 2)
    assert made_of(desk, "A") == [("P1", "2"), ("WORK", "0.5")]
    assert desk.run(kits.keep, "A", "P1", "3").version == 4
    told = desk.read(lambda work: work.run(NEWEST))[0].body
    assert json.loads(told) == {"parts": {"P1": ["2", "3"]}}
    assert desk.run(kits.keep, "A", "P1", "3.0").version == 4
    assert desk.run(kits.remove, "A", "P1").version == 5
    assert made_of(desk, "A") == [("WORK", "0.5")]


def test_a_part_is_named_in_another_of_its_units(desk: Desk) -> None:
    desk.run(lambda work: put(work, Unit, [{"code": "case"}]))
    desk.run(products.unit, "P1", "case", "12")
    desk.run(kits.keep, "A", "P1", "2", "case")
    assert made_of(desk, "A") == [("P1", "24")]


def test_a_kit_may_be_in_a_kit_but_never_in_itself(desk: Desk) -> None:
    desk.run(kits.keep, "C", "P1", "1")
    desk.run(kits.keep, "B", "C", "1")
    desk.run(kits.keep, "A", "B", "2")
    with pytest.raises(Refused, match="kit 'C' would be in itself: C > A > B > C") as refused:
        desk.run(kits.keep, "C", "A", "1")
    assert refused.value.details["path"] == ["C", "A", "B", "C"]
    with pytest.raises(Refused, match="A > A"):
        desk.run(kits.keep, "A", "A", "1")


@pytest.mark.parametrize(
    ("kit", "part", "quantity", "error", "words"),
    [
        ("NIX", "P1", "1", NotFound, "product 'NIX' is unknown"),
        ("A", "NIX", "1", NotFound, "product 'NIX' is unknown"),
        ("P1", "P2", "1", Refused, "product 'P1' is a product; only kits have parts"),
        ("A", "TEXT", "1", Refused, "'TEXT' is a text; parts are goods, services and other kits"),
        ("A", "P1", "0", Refused, "part 'P1': quantity is 0"),
        ("A", "P1", "0.5", Refused, "part 'P1': .*0.5"),
        ("A", "B", "1", Refused, "kit 'B' has no parts"),
    ],
)
def test_what_is_no_part_is_refused_by_name(
    desk: Desk, kit: str, part: str, quantity: str, error: type[OrderDeskError], words: str
) -> None:
    with pytest.raises(error, match=words):
        desk.run(kits.keep, kit, part, quantity)


def test_what_is_not_in_a_kit_is_not_taken_out_and_nobody_is_overwritten(desk: Desk) -> None:
    with pytest.raises(NotFound, match="'P1' is no part of 'A'"):
        desk.run(kits.remove, "A", "P1")
    desk.run(kits.keep, "A", "P1", "2")
    with pytest.raises(Conflict, match="version 2, you read 1"):
        desk.run(kits.keep, "A", "P2", "1", None, 1)


def test_whose_unit_and_kind_a_kit_counts_on_stay(desk: Desk) -> None:
    desk.run(products.add, ProductRequest(code="NEW", name="New", unit="ea"))
    desk.run(kits.keep, "A", "NEW", "2")
    with pytest.raises(Refused, match="unit stays 'ea' while it has parts or is one of a kit"):
        desk.run(products.set_, ProductRequest(code="NEW", unit="kg"))
    with pytest.raises(Refused, match="kind stays 'kit' while it has parts"):
        desk.run(products.set_, ProductRequest(code="A", kind="product"))
    desk.run(kits.remove, "A", "NEW")
    desk.run(products.set_, ProductRequest(code="A", kind="product"))


def test_who_may_not_change_masters_changes_no_kit(desk_of: Callable[[str], Desk]) -> None:
    with pytest.raises(Refused, match="may not change customers, products"):
        desk_of("warehouse").run(kits.keep, "A", "P1", "1")


@pytest.fixture
def starter(desk: Desk) -> Desk:
    """Let A be 2 P1 and 1 P2, and B one A and 1 P1; 100 P1 and 5 P2 lie in 01, 10 of each in 02."""
    desk.run(lambda work: put(work, Warehouse, [{"code": "02"}]))
    for kit, part, quantity in (("A", "P1", "2"), ("A", "P2", "1"), ("B", "A", "1")):
        desk.run(kits.keep, kit, part, quantity)
    desk.run(kits.keep, "B", "P1", "1")
    desk.run(kits.keep, "C", "WORK", "1")
    for product in ("P1", "P2"):
        desk.run(stock.receive, ReceiveRequest(product=product, quantity="10", warehouse="02"))
    return desk


def test_stock_says_how_many_can_be_made_in_each_place(starter: Desk) -> None:
    seen = starter.read(stock.show, "b")
    assert (seen.available, seen.on_hand) == (8, 0)
    assert [(each.warehouse, each.available) for each in seen.warehouses] == [("01", 5), ("02", 3)]
    assert isinstance(seen, KitStockView)
    assert [part.product for part in seen.parts] == ["A", "P1"]


def test_a_kit_can_be_promised_as_its_scarcest_part_can(starter: Desk) -> None:
    due = date(2026, 12, 4)
    asked = SupplyRequest(product="P2", quantity="20", due=due.isoformat(), warehouse="01")
    starter.run(announcing.add, asked)
    found = starter.read(atp.product, AtpRequest(product="A", quantity="12"))
    today = date(2026, 11, 23)
    places = {each.warehouse: each for each in found.warehouses}
    assert (places["01"].available_on, places["02"].available_on) == (5, 5)
    assert places["01"].complete_on == due
    assert [(part.date, part.quantity) for part in places["01"].split] == [(today, 5), (due, 7)]
    assert (found.available_on, found.complete_on) == (10, due)


def test_lines_of_a_basket_share_the_goods_of_kits(starter: Desk) -> None:
    lines = tuple(
        AtpRequest(product=product, quantity=quantity)
        for product, quantity in (("A", "3"), ("P2", "9"), ("A", "9"), ("P1", "1"))
    )
    found = starter.read(atp.basket, BasketRequest(lines=lines, warehouse="01"))
    assert [each.available_on for each in found.lines] == [3 + 2, 2, 0, 94]
    turned = starter.read(atp.basket, BasketRequest(lines=lines[::-1], warehouse="01"))
    assert [each.available_on for each in turned.lines] == [100, 5, 0, 0]


def test_what_is_bought_within_days_makes_any_number_of_kits_then(starter: Desk) -> None:
    starter.run(products.set_, ProductRequest(code="P2", replenishment_days=10))
    known = starter.read(atp.product, AtpRequest(product="A", quantity="40"), "01")
    assert known.complete_on == date(2026, 12, 4)
    never = starter.read(atp.product, AtpRequest(product="A", quantity="51"), "01")
    assert never.complete_on is None


def test_a_kit_of_services_has_no_stock_to_ask_about(starter: Desk) -> None:
    with pytest.raises(Refused, match="kit 'C' has no goods"):
        starter.read(atp.product, AtpRequest(product="C", quantity="1"))
