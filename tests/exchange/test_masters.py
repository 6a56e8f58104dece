"""Importing customers, products, prices and stock: added or changed, a bad one by itself."""

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.products import ProductRequest
from orderdesk.exchange import masters
from orderdesk.exchange.masters import CUSTOMERS, DAYS, ITEMS, KINDS, PRICES, PRODUCTS, STOCK, Kind
from orderdesk.exchange.runs import Controls, ImportResult
from orderdesk.exchange.sources import inspect
from orderdesk.models.company import WorkingCalendar
from orderdesk.services import bins, prices, products, stock, stock_check
from orderdesk.services.customers import views as customers
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.company import put
from tests.laws import assert_laws_hold


@pytest.fixture
def take(desk: Desk, tmp_path: Path) -> Callable[..., ImportResult]:
    """Give what imports a text as a file of one kind."""

    def take(
        kind: Kind, text: str, *mapping: str, name: str = "in.csv", **more: Any
    ) -> ImportResult:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return masters.import_records(desk, kind, inspect(path), mapping, **more)

    return take


Importing = Callable[..., ImportResult]


def counts(result: ImportResult) -> tuple[int, int, int]:
    return result.read, result.accepted, result.rejected


def errors(result: ImportResult) -> list[str]:
    assert result.reject_file is not None
    with Path(result.reject_file).open(encoding="utf-8", newline="") as file:
        return [row["error"] for row in csv.DictReader(file)]


def test_a_customer_is_added_or_changed_by_its_code(desk: Desk, take: Importing) -> None:
    text = "code,name,credit_limit,address.city,contact.name,contact.phone,part.number,part.product"
    text += "\nacme,Acme New,500.00,Hull,Kim,0113,A-9,P1\nNEWCO,Newco,,York,Lee,,,\n"
    assert counts(take(CUSTOMERS, text)) == (2, 2, 0)
    acme = desk.read(customers.show, "ACME")
    assert (acme.name, acme.credit_limit) == ("Acme New", Decimal(500))
    assert acme.addresses[0].city == "Hull"
    assert [(person.name, person.phone) for person in acme.contacts] == [("Kim", "0113")]
    assert {part.part: part.product for part in acme.parts}["A-9"] == "P1"
    newco = desk.read(customers.show, "NEWCO")
    assert (newco.credit_limit, newco.addresses[0].code, newco.ship_to) == (None, "01", "01")


def test_rows_of_one_customer_add_to_each_other(desk: Desk, take: Importing) -> None:
    text = "code,name,address.code,address.city\nNEWCO,Newco,01,York\nNEWCO,Newco,02,Hull\n"
    assert counts(take(CUSTOMERS, text)) == (2, 2, 0)
    places = desk.read(customers.show, "NEWCO").addresses
    assert [(place.code, place.city) for place in places] == [("01", "York"), ("02", "Hull")]


def test_an_external_key_stands_for_the_code(desk: Desk, take: Importing) -> None:
    take(PRODUCTS, "code,name,unit,external_key\nNEW,New,ea,K-1\n")
    assert counts(take(PRODUCTS, "external_key,name\nK-1,Newer\n")) == (1, 1, 0)
    assert desk.read(products.show, "NEW").name == "Newer"


def test_a_file_of_sales_makes_each_of_its_products_once(desk: Desk, take: Importing) -> None:
    text = "Invoice,Stock Code,Text,Price\n" + "1,new,Nail,1\n1,other,Nut,2\n" * 50 + "9,NEW,Pin,1"
    mapping = ("code=Stock Code", "name=Text", "unit:=ea")
    result = take(PRODUCTS, text, *mapping)
    assert counts(result) == (101, 101, 0)
    assert result.said == ("columns not used: Invoice, Price",)
    new = desk.read(products.show, "NEW")
    assert (new.name, new.version) == ("Pin", 2)
    assert desk.read(products.show, "OTHER").version == 1
    assert_laws_hold(desk)


def test_a_bad_record_does_not_undo_the_others(desk: Desk, take: Importing) -> None:
    text = "code,name,unit,ean\nN1,One,ea,\nN2,Two,box,\nN3,,ea,\nN4,Four,ea,123\n,Five,ea,\n"
    result = take(PRODUCTS, text)
    assert counts(result) == (5, 1, 4)
    found = errors(result)
    assert "unit 'box' is unknown" in found[0]
    assert "name is missing" in found[1]
    assert "ean '123'" in found[2]
    assert "missing" in found[3]
    assert desk.read(products.show, "N1").name == "One"


def test_prices_of_lists_and_breaks(desk: Desk, take: Importing) -> None:
    text = "product,price,price_list,quantity\nP1,11.50,,\nP1,9.25,,60\nP1,7,ACMELIST,\nNIX,1,,\n"
    result = take(PRICES, text)
    assert counts(result) == (4, 3, 1)
    assert "NIX" in errors(result)[0]

    def price(quantity: str, customer: str | None = None) -> Decimal | None:
        return desk.read(prices.show, "P1", customer=customer, quantity=quantity).price

    assert (price("1"), price("60"), price("1", "ACME")) == (
        Decimal("11.50"),
        Decimal("9.25"),
        Decimal("7.00"),
    )


def test_stock_is_received_or_counted(desk: Desk, take: Importing) -> None:
    text = "product,quantity,counted,reference\nP1,5,,DN-1\nNIX,1,,\nP2,-1,,\nP1,,90,\nP3,2.5,,\n"
    result = take(STOCK, text)
    assert counts(result) == (5, 3, 2)
    assert "NIX" in errors(result)[0]
    assert "negative" in errors(result)[1]
    assert desk.read(stock.show, "P1").on_hand == 90
    assert desk.read(stock.show, "P3").on_hand == Decimal("2.5")
    assert_laws_hold(desk)
    assert [each.kind for each in desk.read(stock_check.moves, "P1").entries] == [
        "adjustment",
        "receipt",
        "opening",
    ]


def test_opening_stock_is_told_from_receipts(desk: Desk, take: Importing) -> None:
    take(STOCK, "product,quantity\nP3,7\n", "opening:=yes")
    assert desk.read(stock_check.moves, "P3").entries[0].kind == "opening"


def test_json_lines_are_whole_records(desk: Desk, take: Importing) -> None:
    whole = {
        "code": "NEWCO",
        "name": "Newco",
        "credit_limit": 100.5,
        "addresses": [{"code": "01", "city": "York"}, {"code": "02", "city": "Hull"}],
    }
    bad = {"code": "BAD", "nmae": "Bad", "line": 7, "error": "from a reject file"}
    text = json.dumps(whole) + "\n" + json.dumps(bad) + "\n[]\n"
    result = take(CUSTOMERS, text, name="in.jsonl")
    assert counts(result) == (3, 1, 2)
    assert result.reject_file is not None
    back = [json.loads(line) for line in Path(result.reject_file).read_text().splitlines()]
    assert "nmae is not a known key" in back[0]["error"]
    assert "not a JSON object" in back[1]["error"]
    newco = desk.read(customers.show, "NEWCO")
    assert (newco.credit_limit, len(newco.addresses)) == (Decimal("100.50"), 2)


@pytest.mark.parametrize(
    ("kind", "row", "words"),
    [
        (PRICES, "product,price\nP1,\n", "price is empty"),
        (STOCK, "product,quantity\n,1\n", "product is empty"),
        (STOCK, "product,reference\nP1,x\n", "quantity is missing"),
        (CUSTOMERS, "code,contact.phone\nACME,1\n", "contact.name is empty"),
        (CUSTOMERS, "code,part.product\nACME,P1\n", "part.number is empty"),
    ],
)
def test_what_is_missing_is_named(take: Importing, kind: Kind, row: str, words: str) -> None:
    result = take(kind, row)
    assert counts(result) == (1, 0, 1)
    assert words in errors(result)[0]


def test_a_mapping_may_name_only_fields_there_are(take: Importing) -> None:
    with pytest.raises(Refused, match="field 'colour' is unknown"):
        take(PRODUCTS, "code,Farbe\nP1,rot\n", "colour=Farbe")
    with pytest.raises(Refused, match="no column is called 'product'"):
        take(PRICES, "code,price\nP1,1\n")


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_finished_import_again_changes_nothing(desk: Desk, take: Importing, kind: Kind) -> None:
    text = "code,name\nP1,Nail\n" if kind in (CUSTOMERS, PRODUCTS) else "product,price\nP1,3\n"
    text = "product,quantity\nP1,3\n" if kind is STOCK else text
    if kind is ITEMS:
        text = "customer,number,date,amount\nACME,R1,2026-11-01,3\n"
    if kind is DAYS:
        desk.run(put, WorkingCalendar, [{"code": "US"}])
        text = "calendar,day\nUS,2026-12-24\n"
    first, again = take(kind, text), take(kind, text)
    assert counts(first) == counts(again)
    assert "was imported before" in again.said[-1]
    assert desk.read(stock.show, "P1").on_hand == (103 if kind is STOCK else 100)


def test_a_rehearsal_adds_nothing(desk: Desk, take: Importing) -> None:
    text = "code,name,unit\nNEW,New,ea\n"
    assert counts(take(PRODUCTS, text, controls=Controls(rehearsal=True))) == (1, 1, 0)
    with pytest.raises(NotFound, match="'NEW'"):
        desk.read(products.show, "NEW")


def test_stock_comes_with_its_bin_lot_and_numbers(desk: Desk, take: Importing) -> None:
    def track(work: Work) -> None:
        products.set_(work, ProductRequest(code="P3", tracked="lot"))
        products.add(work, ProductRequest(code="P8", name="Saw", unit="ea", tracked="serial"))
        bins.add(work, None, "A1", {})

    desk.run(track)
    text = (
        "product,quantity,bin,lot,expires,serial\n"
        "P3,7,A1,L1,2999-01-31,\nP3,2,,,,\nP8,,A1,,,S1\nP8,,A1,,,S2\n"
    )
    result = take(STOCK, text)
    assert counts(result) == (4, 3, 1)
    assert "tracked by lot" in errors(result)[0]
    found = [*desk.read(stock.places, "P3"), *desk.read(stock.places, "P8")]
    assert [(each.bin, each.lot, each.on_hand) for each in found] == [
        ("A1", "L1", 7),
        ("A1", "S1", 1),
        ("A1", "S2", 1),
    ]
