"""Substitutes and complements: kept with their product, and listed with what is free of them."""

import pytest

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.products import ProductRequest
from orderdesk.services import products, substitutes
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold


def listed(desk: Desk, product: str = "P2") -> list[tuple[str, str, int, int]]:
    """Give what belongs to a product: code, kind, rank, free."""
    found = desk.read(substitutes.of, product)
    return [(each.product, each.kind, each.rank, int(each.available)) for each in found]


def test_what_stands_in_comes_first_by_rank_with_what_is_free(desk: Desk) -> None:
    desk.run(substitutes.keep, "p2", "work", "Complement")
    desk.run(substitutes.keep, "P2", "P3", "substitute", "2")
    desk.run(substitutes.keep, "P2", "p1")
    lines = (LineRequest(product="P1", quantity="30"),)
    desk.run(place, OrderRequest(customer="FREE", lines=lines))
    assert listed(desk) == [
        ("P1", "substitute", 1, 70),
        ("P3", "substitute", 2, 0),
        ("WORK", "complement", 1, 0),
    ]
    assert (desk.read(products.show, "P2").version, listed(desk, "P1")) == (4, [])
    assert_laws_hold(desk)


def test_a_pair_is_changed_and_taken_away(desk: Desk) -> None:
    desk.run(substitutes.keep, "P2", "P1")
    desk.run(substitutes.keep, "P2", "P1")
    assert desk.read(products.show, "P2").version == 2
    desk.run(substitutes.keep, "P2", "P1", "complement", "7")
    assert listed(desk) == [("P1", "complement", 7, 100)]
    assert desk.run(substitutes.remove, "P2", "P1").others == ()
    with pytest.raises(NotFound, match="'P1' neither stands in for 'P2' nor goes with it"):
        desk.run(substitutes.remove, "P2", "P1")
    assert_laws_hold(desk)


def test_an_archived_product_is_offered_no_more(desk: Desk) -> None:
    desk.run(substitutes.keep, "P2", "P1")
    desk.run(products.set_, ProductRequest(code="P1", archived="yes"))
    assert listed(desk) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("P2", "P2"), "product 'P2' cannot stand in for itself"),
        (("P2", "NONE"), "product 'NONE' is unknown"),
        (("NONE", "P2"), "product 'NONE' is unknown"),
        (("P2", "P1", "twin"), "kind 'twin' is unknown; known: substitute, complement"),
        (("P2", "P1", "substitute", "0"), "rank '0' is not a whole number; give one from 1 to 99"),
        (("WORK", "TEXT"), "neither 'WORK' nor 'TEXT' is ever short"),
    ],
)
def test_what_cannot_be_is_refused(desk: Desk, given: tuple[str, ...], words: str) -> None:
    with pytest.raises((Refused, NotFound), match=words):
        desk.run(substitutes.keep, *given)


def test_only_who_keeps_the_masters_changes_them(desk_of: object) -> None:
    with pytest.raises(Refused, match="may not change customers, products"):
        desk_of("warehouse").run(substitutes.keep, "P2", "P1")  # type: ignore[operator]
