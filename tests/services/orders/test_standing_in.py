"""Substitutes on orders: offered where something is short, and kept with what was ordered."""

import pytest

from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import AmendRequest, ChargeRequest, OrderView
from orderdesk.services import substitutes
from orderdesk.services.customers import save
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.buyers import buyer
from orderdesk.services.orders.copying import copy
from orderdesk.services.orders.differences import difference
from orderdesk.services.orders.entry import Defaults
from orderdesk.services.orders.place import place
from orderdesk.services.orders.preview import lines
from orderdesk.services.orders.reading import show
from orderdesk.services.orders.rows import read_order
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order

HEADER = Defaults("01", "2026-11-23", 0)


@pytest.fixture
def willing(desk: Desk) -> Desk:
    """Give a desk where P1 and P3 stand in for P2, and FREE takes that."""
    desk.run(substitutes.keep, "P2", "P3", "substitute", "1")
    desk.run(substitutes.keep, "P2", "P1", "substitute", "2")
    desk.run(substitutes.keep, "P2", "TAXED", "complement")
    desk.run(save.set_, CustomerRequest(code="FREE", substitutes="yes"))
    return desk


def offered(placed: OrderView) -> list[list[tuple[str, int]]]:
    """Give what is offered for each line, with what is free of it."""
    return [
        [(other.product, int(other.available)) for other in found.substitutes]
        for found in placed.lines
    ]


def test_what_is_free_is_offered_for_a_short_line_and_nothing_replaced(willing: Desk) -> None:
    placed = willing.run(place, order("FREE", line("P2", "9"), line("P2", "1")))
    assert offered(placed) == [[("P1", 100)], [("P1", 100)]]
    assert [found.product for found in placed.lines] == ["P2", "P2"]
    assert offered(willing.read(show, placed.number)) == [[], []]


def test_for_what_is_closed_for_want_of_stock_others_are_offered_too(willing: Desk) -> None:
    placed = willing.run(place, order("FREE", line("P2", "9", disposition="cancel")))
    assert offered(placed) == [[("P1", 100)]]


def test_nothing_is_offered_where_nothing_is_short_or_the_customer_takes_none(
    willing: Desk,
) -> None:
    assert offered(willing.run(place, order("FREE", line("P2", "5")))) == [[]]
    assert offered(willing.run(place, order("ACME", line("P2", "9")))) == [[]]


def test_what_stands_in_keeps_what_was_ordered(willing: Desk) -> None:
    asked = line("P1", "4", substitute_for="p2")
    placed = willing.run(place, order("FREE", asked, line("P1")))
    assert [(each.product, each.substitute_for) for each in placed.lines] == [
        ("P1", "P2"),
        ("P1", None),
    ]
    assert willing.read(show, placed.number).lines == placed.lines
    more = willing.run(amend, AmendRequest(number=placed.number, add=(asked,)))
    assert more.lines[2].substitute_for == "P2"
    assert_laws_hold(willing)


@pytest.mark.parametrize(
    ("customer", "product", "instead_of", "words"),
    [
        ("ACME", "P1", "P2", "customer ACME takes no substitutes for 'P2'"),
        ("FREE", "P2", "P1", "line 1: 'P2' does not stand in for 'P1'"),
        ("FREE", "TAXED", "P2", "line 1: 'TAXED' does not stand in for 'P2'"),
        ("FREE", "P1", "NONE", "line 1: 'P1' does not stand in for 'NONE'"),
    ],
)
def test_what_may_not_stand_in_is_refused(
    willing: Desk, customer: str, product: str, instead_of: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        willing.run(place, order(customer, line(product, substitute_for=instead_of)))


def test_the_preview_offers_what_the_order_would(willing: Desk) -> None:
    asked = (line("P2", "3"), line("P2", "3"), line("P1", "1", substitute_for="P2"))
    seen = willing.read(lines, "FREE", asked, HEADER)
    assert [[other.product for other in each.substitutes] for each in seen] == [[], ["P1"], []]
    assert (willing.read(buyer, "FREE").substitutes, willing.read(buyer, "ACME").substitutes) == (
        True,
        False,
    )


def test_what_was_ordered_stays_on_copies_differences_and_charges(willing: Desk) -> None:
    asked = line("P1", "4", substitute_for="P2")
    freight = ChargeRequest(code="freight", amount="5")
    placed = willing.run(place, order("FREE", asked, charges=(freight,)))
    rows = willing.read(read_order, placed.number)
    assert [row.substitute_for for row in rows.lines] == [2, None]
    changed = willing.run(amend, AmendRequest(number=placed.number, add=(asked,)))
    told = willing.read(difference, placed.number, 1).changes["lines"]
    assert told["3"]["substitute_for"] == [None, "P2"]
    copied = willing.run(copy, changed.number)
    assert [found.substitute_for for found in copied.lines] == ["P2", "P2"]
    willing.run(save.set_, CustomerRequest(code="FREE", substitutes="no"))
    plain = willing.run(copy, changed.number)
    assert [(found.product, found.substitute_for) for found in plain.lines] == [
        ("P1", None),
        ("P1", None),
    ]
    assert willing.read(show, changed.number).lines[0].substitute_for == "P2"


def test_a_customer_who_takes_none_is_never_offered_any(willing: Desk) -> None:
    willing.run(save.set_, CustomerRequest(code="FREE", substitutes="no"))
    short = line("P2", "9")
    assert offered(willing.run(place, order("FREE", short))) == [[]]
    assert not willing.read(lines, "FREE", (short,), HEADER)[0].substitutes
    number = willing.run(place, order("FREE", line("P1"))).number
    assert offered(willing.run(amend, AmendRequest(number=number, add=(short,))))[1] == []
    instead = line("P1", "1", substitute_for="P2")
    with pytest.raises(Refused, match="takes no substitutes"):
        willing.run(place, order("FREE", instead))
    with pytest.raises(Refused, match="takes no substitutes"):
        willing.run(amend, AmendRequest(number=number, add=(instead,)))
    with pytest.raises(Refused, match="takes no substitutes"):
        willing.read(lines, "FREE", (instead,), HEADER)
