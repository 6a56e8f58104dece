"""Ordering in another unit, and in the quantities that a product is sold in."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import AmendRequest, LineChange, LineRequest, OrderRequest, OrderView
from orderdesk.domain.products import ProductRequest
from orderdesk.models.company import Unit
from orderdesk.services import products
from orderdesk.services.orders import preview
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.copying import copy
from orderdesk.services.orders.entry import Defaults
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from tests.company import put
from tests.laws import assert_laws_hold


@pytest.fixture(autouse=True)
def laws_hold(desk: Desk) -> Iterator[None]:
    """P1 comes in cases of 12 and in crates of a third; no law is broken after any of these."""
    desk.run(lambda work: put(work, Unit, [{"code": "case"}, {"code": "crate"}]))
    desk.run(products.unit, "P1", "case", "12")
    desk.run(products.unit, "P1", "crate", "1/3")
    yield
    assert_laws_hold(desk)


def placed(desk: Desk, quantity: str, unit: str | None = None, **more: Any) -> OrderView:
    line = LineRequest(product=more.pop("product", "P1"), quantity=quantity, unit=unit, **more)
    return desk.run(place, OrderRequest(customer="FREE", lines=(line,)))


def test_what_is_ordered_in_cases_is_kept_and_priced_in_pieces(desk: Desk) -> None:
    [line] = placed(desk, "2", " Case ").lines
    assert (line.unit, line.ordered, line.allocated) == ("ea", 24, 24)
    assert (line.price, line.net) == (10, 240)
    assert (line.entered_unit, line.entered_quantity) == ("case", 2)
    [more] = placed(desk, "5", "case").lines
    assert (more.ordered, more.price) == (60, 9)
    [by_hand] = placed(desk, "3", "crate", price="8").lines
    assert (by_hand.ordered, by_hand.net) == (1, 8)


def test_its_own_unit_is_no_other_one(desk: Desk) -> None:
    [line] = placed(desk, "2", "EA").lines
    assert (line.ordered, line.entered_unit, line.entered_quantity) == (2, None, None)


@pytest.mark.parametrize(
    ("quantity", "unit", "words"),
    [
        ("2", "crate", "line 1: quantity 2 crate of 'P1' is no whole number of 'ea', of which 1/3"),
        ("999999999999", "case", "999999999999 case is more of 'P1' than can be kept count of"),
        ("2", "pallet", "unit 'pallet' is not sold; 'P1' is sold per 'ea', 'case', 'crate'"),
        ("0", "case", "line 1: quantity is 0; order at least something"),
        ("1.5", "case", r"line 1: quantity '1\.5' has more than 0 decimals"),
    ],
)
def test_what_cannot_be_told_exactly_is_refused(
    desk: Desk, quantity: str, unit: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        placed(desk, quantity, unit)


def test_an_amendment_counts_in_pieces_and_adds_cases(desk: Desk) -> None:
    number = placed(desk, "2", "case").number
    kept = desk.run(amend, AmendRequest(number=number, lines=(LineChange(line=1, note="x"),)))
    assert kept.lines[0].entered_quantity == 2
    done = desk.run(
        amend,
        AmendRequest(
            number=number,
            lines=(LineChange(line=1, quantity="30"),),
            add=(LineRequest(product="P1", quantity="1", unit="case"),),
        ),
    )
    assert [(each.ordered, each.entered_unit) for each in done.lines] == [
        (30, None),
        (12, "case"),
    ]
    assert desk.read(show, number).lines == done.lines
    assert [each.ordered for each in desk.run(copy, number).lines] == [30, 12]


def test_a_line_is_seen_beforehand_in_pieces(desk: Desk) -> None:
    wanted = LineRequest(product="P1", quantity="2", unit="case")
    header = Defaults(ship_to="01", requested="2026-11-23", discount=0)
    seen = desk.read(preview.line, "FREE", wanted, 1, header)
    assert (seen.quantity, seen.unit, seen.net) == (24, "ea", Decimal(240))


def sold(desk: Desk, least: str, multiple: str, product: str = "P1") -> None:
    desk.run(products.set_, ProductRequest(code=product, least=least, multiple=multiple))


@pytest.mark.parametrize(
    ("least", "multiple", "quantity", "words"),
    [
        (
            "0",
            "6",
            "7",
            "line 1: product 'P1' is sold in multiples of 6 ea only; order 6 or 12, no",
        ),
        ("0", "6", "5", "in multiples of 6 ea only; order 6, not 5"),
        ("10", "0", "9", "line 1: product 'P1' is sold from 10 ea on; order 10, not 9"),
        ("10", "6", "6", "in multiples of 6 ea only, and from 10 ea on; order 12, not 6"),
        ("10", "6", "13", "order 12 or 18, not 13"),
    ],
)
def test_what_is_not_sold_so_is_refused_with_the_nearest_that_is(
    desk: Desk, least: str, multiple: str, quantity: str, words: str
) -> None:
    sold(desk, least, multiple)
    with pytest.raises(Refused, match=words):
        placed(desk, quantity)


def test_what_is_sold_so_is_taken_in_any_unit(desk: Desk) -> None:
    sold(desk, "10", "6")
    assert placed(desk, "12").lines[0].ordered == 12
    assert placed(desk, "1", "case").lines[0].ordered == 12
    sold(desk, "0", "0.5", "P3")
    assert placed(desk, "1.5", product="P3").lines[0].ordered == Decimal("1.5")
    with pytest.raises(Refused, match=r"in multiples of 0\.5 kg only; order 1\.5 or 2, not 1\.7"):
        placed(desk, "1.7", product="P3")


def test_an_amendment_is_held_to_it_too(desk: Desk) -> None:
    sold(desk, "0", "6")
    number = placed(desk, "12").number
    with pytest.raises(Refused, match="line 1: product 'P1' is sold in multiples of 6 ea only"):
        desk.run(amend, AmendRequest(number=number, lines=(LineChange(line=1, quantity="13"),)))
    add = (LineRequest(product="P1", quantity="1"),)
    with pytest.raises(Refused, match="line 2: product 'P1' is sold in multiples of 6 ea only"):
        desk.run(amend, AmendRequest(number=number, add=add))
