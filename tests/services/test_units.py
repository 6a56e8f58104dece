"""Other units of a product, and how much of it is sold at a time."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from orderdesk.domain.errors import Conflict, NotFound, OrderDeskError, Refused
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.units import UnitEntry, UnitView
from orderdesk.models.company import Unit
from orderdesk.models.journal import Event
from orderdesk.services import products
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from tests.company import put
from tests.laws import assert_laws_hold

_event = table_of(Event).c
NEWEST = statement(select(_event.body).order_by(_event.id.desc()).limit(1))


@pytest.fixture(autouse=True)
def laws_hold(desk: Desk) -> Iterator[None]:
    """No law is broken after any of these tests."""
    desk.run(
        lambda work: put(
            work, Unit, [{"code": "case"}, {"code": "crate"}, {"code": "old", "archived": 1}]
        )
    )
    yield
    assert_laws_hold(desk)


def test_a_product_gets_another_unit_and_loses_it(desk: Desk) -> None:
    made = desk.run(products.unit, "p1", "case", "12")
    assert made.units == (UnitView("case", "12"),)
    assert made.version == 2
    more = desk.run(products.unit, "P1", "crate", "1/3", 2)
    assert more.units == (UnitView("case", "12"), UnitView("crate", "1/3"))
    changed = desk.run(products.unit, "P1", "case", "24")
    told = desk.read(lambda work: work.run(NEWEST))[0].body
    assert json.loads(told) == {"units": {"case": ["12", "24"]}}
    assert changed.version == 4
    assert desk.run(products.unit, "P1", "case", "24.0").version == 4
    assert desk.run(products.unit, "P1", "case", "").units == (UnitView("crate", "1/3"),)


@pytest.mark.parametrize(
    ("product", "unit", "contains", "error", "words"),
    [
        ("NIX", "case", "12", NotFound, "product 'NIX' is unknown"),
        ("P1", "ea", "12", Refused, "'P1' is counted in 'ea' itself"),
        ("P1", "nix", "12", Refused, "unit 'nix' is unknown; known: "),
        ("P1", "old", "12", Refused, "unit 'old' is archived"),
        ("P1", "case", "many", Refused, "contains 'many' is not a number; give one such as"),
        ("P1", "case", "", NotFound, "not ordered in 'case'; there is nothing to take away"),
        ("TEXT", "case", "2", Refused, "is a text; only goods and services have units"),
        ("P1", "", "12", Refused, "unit is empty; give one"),
    ],
)
def test_what_is_no_unit_is_refused_by_name(
    desk: Desk,
    product: str,
    unit: str,
    contains: str,
    error: type[OrderDeskError],
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        desk.run(products.unit, product, unit, contains)


def test_a_unit_is_not_changed_over_somebody_else(desk: Desk) -> None:
    desk.run(products.unit, "P1", "case", "12")
    with pytest.raises(Conflict, match="version 2, you read 1"):
        desk.run(products.unit, "P1", "case", "24", 1)


def test_a_product_says_how_much_of_it_is_sold_at_a_time(desk: Desk) -> None:
    made = desk.run(products.set_, ProductRequest(code="P1", least="12", multiple="6"))
    assert (made.least, made.multiple) == (12, 6)
    assert desk.run(products.set_, ProductRequest(code="P1", multiple="0")).multiple == 0


def test_units_come_with_a_product_and_stay_where_none_are_given(desk: Desk) -> None:
    both = (UnitEntry(unit="case", contains="12"), UnitEntry(unit="CRATE", contains="1/3"))
    made = desk.run(products.add, ProductRequest(code="NEW", name="New", unit="ea", units=both))
    assert made.units == (UnitView("case", "12"), UnitView("crate", "1/3"))
    assert made.version == 1
    told = json.loads(desk.read(lambda work: work.run(NEWEST))[0].body)
    assert told["units"] == {"case": [None, "12"], "crate": [None, "1/3"]}
    assert desk.run(products.set_, ProductRequest(code="NEW", name="Newer")).units == made.units
    gone = (UnitEntry(unit="case", contains=""), UnitEntry(unit="crate", contains="3"))
    changed = desk.run(products.set_, ProductRequest(code="NEW", units=gone))
    assert (changed.units, changed.version) == ((UnitView("crate", "3"),), 3)


def test_one_bad_unit_of_many_products_is_refused_by_itself(desk: Desk) -> None:
    def request(code: str, unit: str, **more: str) -> ProductRequest:
        entry = UnitEntry(unit=unit, contains="6")
        return ProductRequest(code=code, name=code, unit="ea", units=(entry,), **more)

    several = [
        request("U1", "case"),
        request("U2", "nix"),
        request("P1", "case", ean="2000000000015"),
        request("U3", "case", ean="2000000000015"),
        request("U1", "crate"),
    ]
    done = desk.run(products.upsert_many, several)
    assert (done.added, done.changed) == (1, 2)
    assert [(each.index, each.code) for each in done.refused] == [
        (1, "unknown_unit"),
        (3, "ean_taken"),
    ]
    assert desk.read(products.show, "U1").units == (UnitView("case", "6"), UnitView("crate", "6"))
    twice = (UnitEntry(unit="case", contains="1"), UnitEntry(unit="case", contains="2"))
    with pytest.raises(Refused, match="unit 'case' is named twice"):
        desk.run(products.set_, ProductRequest(code="P1", units=twice))


def test_the_own_unit_stays_while_others_are_counted_in_it(desk: Desk) -> None:
    desk.run(products.add, ProductRequest(code="NEW", name="New", unit="ea"))
    desk.run(products.unit, "NEW", "case", "12")
    with pytest.raises(Refused, match="unit stays 'ea' while it is ordered in other units too"):
        desk.run(products.set_, ProductRequest(code="NEW", unit="kg"))
