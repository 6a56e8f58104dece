"""Products: one at a desk, many from a file."""

from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.products import FIELDS, ProductFilter, ProductRequest
from orderdesk.domain.records import Taken
from orderdesk.domain.stock import StatusRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.models.products import Product
from orderdesk.models.stock import Stock
from orderdesk.services import products, statuses
from orderdesk.services.fields import ean_of
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of


def product(code: str = "NEW", **more: Any) -> ProductRequest:
    return ProductRequest(code=code, **{"name": "Café crème", "unit": "ea", **more})


def test_the_request_has_just_the_fields_of_the_table() -> None:
    assert {field.name for field in fields(ProductRequest)} - {"code", "units"} == set(FIELDS)


def test_a_product_is_added_and_shown(desk: Desk) -> None:
    made = desk.run(
        products.add,
        product(" blt-m8-30 ", cost="1.2345", ean="4006381333931", reorder_level="12", tax="t21"),
    )
    assert (made.code, made.kind, made.unit, made.version) == ("BLT-M8-30", "product", "ea", 1)
    assert (made.cost, made.ean, made.tax) == (Decimal("1.2345"), "4006381333931", "T21")
    assert made.on_hand == made.available == 0
    assert desk.read(products.show, "blt-m8-30") == made
    assert desk.read(products.show, "P1").available == 100


def test_a_change_makes_one_version(desk: Desk) -> None:
    changed = desk.run(products.set_, ProductRequest(code="p1", discontinued=True, alert="Fragile"))
    assert (changed.version, changed.discontinued, changed.alert) == (2, True, "Fragile")
    assert desk.run(products.set_, ProductRequest(code="P1", discontinued="yes")).version == 2
    with pytest.raises(Conflict, match="pack is '' now, you gave 'box'"):
        desk.run(products.set_, ProductRequest(code="P1", pack="box"), 1)


@pytest.mark.parametrize("code", ["96385074", "036000291452", "4006381333931", "10614141000415"])
def test_eans_with_the_right_check_digit_are_taken(code: str) -> None:
    # Examples of the GS1 General Specifications and of well-known goods: EAN-8, UPC-A, EAN-13,
    # GTIN-14.
    assert ean_of(code) == code
    assert ean_of(f" {code[:3]} {code[3:]}") == code


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (product("P1"), "product 'P1' is there already"),
        (ProductRequest(code="NEW", unit="ea"), "product 'NEW': name is missing"),
        (ProductRequest(code="NEW", name="x"), "product 'NEW': unit is missing"),
        (product(unit="crate"), "unit 'crate' is unknown; known: ea, h, kg"),
        (product(kind="thing"), "kind 'thing' is unknown; known: product, service, kit"),
        (product(ean="4006381333932"), "has the check digit 2 where 1 is right"),
        (product(ean="123"), "not a code of 8, 12, 13 or 14 digits"),
        (product(ean="٤٠٠٦٣٨١٣٣٣٩٣١"), "not a code of 8"),
        (product(ean="2000000000015"), "ean '2000000000015' is on product 'P1' already"),
        (product(cost="1.2345678"), "more than 6 decimals"),
        (product(supplier="S9"), "supplier 'S9' is unknown; known: none yet"),
        (product("A\u200bB"), "characters that cannot be seen"),
    ],
)
def test_a_bad_product_is_refused_by_name(desk: Desk, request_: ProductRequest, words: str) -> None:
    with pytest.raises(Refused, match=words):
        desk.run(products.add, request_)


def test_the_unit_stays_while_quantities_are_counted_in_it(desk: Desk) -> None:
    with pytest.raises(Refused, match="unit stays 'ea' while it is in stock"):
        desk.run(products.set_, ProductRequest(code="P1", unit="kg"))
    desk.run(
        place, OrderRequest(customer="FREE", lines=(LineRequest(product="WORK", quantity="1"),))
    )
    with pytest.raises(Refused, match="kind stays 'service' while"):
        desk.run(products.set_, ProductRequest(code="WORK", kind="text"))
    assert desk.run(products.set_, ProductRequest(code="P3", unit="ea")).unit == "ea"


def test_the_unit_stays_while_goods_are_set_apart_or_expected(desk: Desk) -> None:
    apart = StatusRequest(
        product="P1", quantity="100", before="free", after="quarantine", reason="Wet"
    )
    desk.run(statuses.status, apart)
    with pytest.raises(Refused, match="unit stays 'ea' while it is in stock"):
        desk.run(products.set_, ProductRequest(code="P1", unit="kg"))
    desk.run(announcing.add, SupplyRequest(product="P3", quantity="5", due="2026-12-01"))
    with pytest.raises(Refused, match="unit stays 'kg' while it is expected"):
        desk.run(products.set_, ProductRequest(code="P3", unit="ea"))


def test_many_are_added_and_changed_in_one_go(desk: Desk) -> None:
    several = [product(f"N{n:03}", external_key=f"k{n}") for n in range(150)]
    assert desk.run(products.add_many, several) == Taken(150, 0, 0)
    again = [
        *several[:100],
        ProductRequest(external_key="k100", name="Other"),
        product("N200", ean="96385074"),
        product("N201", ean="96385074"),
        product("N202", unit="crate"),
    ]
    taken = desk.run(products.upsert_many, again)
    assert (taken.added, taken.changed, taken.unchanged) == (1, 1, 100)
    assert [(each.index, each.key, each.code) for each in taken.refused] == [
        (102, "N201", "ean_taken"),
        (103, "N202", "unknown_unit"),
    ]
    assert desk.read(products.show, "N100").name == "Other"


def test_a_bad_one_among_many_adds_none(desk: Desk) -> None:
    with pytest.raises(Refused, match="product 'P1' is there already"):
        desk.run(products.add_many, [product("OK"), product("P1")])
    with pytest.raises(NotFound, match="product 'OK' is unknown"):
        desk.read(products.show, "OK")


def test_products_are_listed_by_what_they_are(desk: Desk) -> None:
    def codes(limit: int = 50, after: str = "", **wanted: Any) -> list[str]:
        found = desk.read(products.list_, ProductFilter(**wanted), limit=limit, after=after)
        return [each.code for each in found]

    assert codes(kind="charge") == ["FREIGHT", "MINIMUM"]
    assert codes(discontinued=True) == ["LAST"]
    assert codes(archived=True) == ["GONE"]
    assert codes(limit=2) == ["FREIGHT", "LAST"]
    assert codes(limit=2, after="LAST") == ["MINIMUM", "P1"]


def test_products_are_listed_by_words_in_pages(desk: Desk) -> None:
    desk.run(products.add_many, [product(f"N{n}", name=f"Hex nut M{n}") for n in range(5)])

    def codes(after: str = "", **wanted: Any) -> list[str]:
        found = desk.read(products.list_, ProductFilter(**wanted), limit=3, after=after)
        return [each.code for each in found]

    assert codes(text="nut hex") == ["N0", "N1", "N2"]
    assert codes(text="nut hex", after="N2") == ["N3", "N4"]
    assert codes(text="nut", kind="service") == []
    with pytest.raises(Refused, match="text '!' has no word of two letters"):
        codes(text="!")


PLACES = statement(
    select(table_of(Product).c.code, table_of(Stock).c.on_hand).join_from(
        table_of(Stock), table_of(Product), table_of(Product).c.id == table_of(Stock).c.product_id
    )
)


def test_new_goods_have_an_empty_place_that_orders_and_receipts_lock(desk: Desk) -> None:
    desk.run(products.add, ProductRequest(code="NEW", name="New goods", unit="ea"))
    desk.run(products.add, ProductRequest(code="FEE", name="A fee", unit="ea", kind="charge"))
    places = {row.code: row.on_hand for row in desk.read(lambda work: work.run(PLACES))}
    assert (places.get("NEW"), places.get("FEE")) == (0, None)
