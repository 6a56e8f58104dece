"""What kits are made of: kept, shown, taken apart; no kit is in itself."""

import json
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from orderdesk.domain.errors import Conflict, NotFound, OrderDeskError, Refused
from orderdesk.domain.products import ProductRequest
from orderdesk.models.company import Unit
from orderdesk.models.journal import Event
from orderdesk.services import kits, products
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
