"""Copying an order: the same again, at today's prices."""

from decimal import Decimal

import pytest
from sqlalchemy import delete, update

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import AddressRequest, AmendRequest, ChargeRequest
from orderdesk.domain.prices import PriceRequest
from orderdesk.models.products import Price
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel, close_line
from orderdesk.services.orders.copying import copy
from orderdesk.services.orders.place import place
from orderdesk.services.price_lists import set_price
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from tests.services.orders.asking import balances, line, order, these

SO1 = "SO-000001"
_DEARER = statement(
    update(table_of(Price)).where(table_of(Price).c.product_id == 1).values(price=11_000_000)
)
_NO_LIST = statement(delete(table_of(Price)).where(table_of(Price).c.product_id == 2))


def test_a_copy_has_the_lines_at_todays_prices_and_hand_prices_as_they_were(desk: Desk) -> None:
    lines = (
        line("P1", "4", discount="10", ship_to="02", note="top"),
        line("P2", "2", price="2.25", requested="2026-12-24"),
    )
    charges = (ChargeRequest(code="freight", amount="5.50"),)
    desk.run(place, order("FREE", *lines, charges=charges, buyer_po="77", note="n", contact="Kim"))
    desk.run(lambda work: work.change(_DEARER))
    new = desk.run(copy, SO1, "2026-12-01")
    one, two = new.lines
    assert these(one.price, one.discount, one.ship_to, one.note) == (11, 10, "02", "top")
    assert these(two.price, two.price_source, two.list_price) == (
        Decimal("2.25"),
        "hand",
        Decimal("2.50"),
    )
    assert (str(two.requested), str(new.requested)) == ("2026-12-01", "2026-12-01")
    assert these(new.number, new.version, new.buyer_po) == ("SO-000002", 1, "")
    assert [(charge.code, charge.amount) for charge in new.charges] == [
        ("freight", Decimal("5.50"))
    ]
    assert (new.contact, new.note) == ("Kim", "n")
    assert balances(desk).exposure["FREE"] == 4600 + 4960


def test_what_was_closed_is_left_out_unless_all_of_it_was(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1", "4"), line("P2", "2"), line("P3", "1")))
    desk.run(close_line, SO1, 1, "1")
    desk.run(close_line, SO1, 2)
    part = desk.run(copy, SO1)
    assert [(each.product, str(each.ordered)) for each in part.lines] == [("P1", "3"), ("P3", "1")]


def test_a_cancelled_order_is_copied_as_it_was_ordered_with_its_buyer_po(desk: Desk) -> None:
    charges = (ChargeRequest(code="freight", amount="5"),)
    before = desk.run(place, order("FREE", line("P1", "4"), charges=charges, buyer_po="77"))
    desk.run(cancel, SO1)
    again = desk.run(copy, SO1)
    assert (again.lines[0].ordered, again.total) == (before.lines[0].ordered, before.total)
    assert (again.status, again.buyer_po, again.duplicates) == ("confirmed", "77", (SO1,))


def test_a_copy_goes_to_the_same_one_off_address(desk: Desk) -> None:
    fair = AddressRequest(name="Fair hall 3", street="1 Fair Rd", city="Leeds")
    before = desk.run(place, order("FREE", line("P1"), address=fair))
    after = desk.run(copy, SO1, None, "88", "phone")
    assert (after.address, after.buyer_po, after.channel) == (before.address, "88", "phone")


def test_a_copy_is_checked_like_any_order(desk: Desk) -> None:
    desk.run(place, order("TIGHT", line("P1", "9")))
    assert [each.code for each in desk.run(copy, SO1).holds] == ["credit_limit"]
    desk.run(place, order("FREE", line("LAST", "3")))
    with pytest.raises(Refused, match="discontinued and none are left; order another product"):
        desk.run(copy, "3")
    desk.run(place, order("FREE", line("FREIGHT", "1", price="1")))
    with pytest.raises(Refused, match="nothing but charges"):
        desk.run(copy, "4")


def test_a_price_by_hand_is_the_same_per_piece_where_the_list_prices_others_by_now(
    desk: Desk,
) -> None:
    desk.run(set_price, PriceRequest(product="P2", price="40", price_unit="100"))
    placed = desk.run(place, order("FREE", line("P2", "50", price="30")))
    assert (placed.lines[0].price_unit, placed.net) == (100, 15)
    desk.run(set_price, PriceRequest(product="P2", price="400", price_unit="1000"))
    [more] = desk.run(copy, SO1).lines
    assert these(more.price, more.price_unit, more.net) == (300, 1000, 15)
    desk.run(lambda work: work.change(_NO_LIST))
    [one] = desk.run(copy, SO1).lines
    assert these(one.price, one.price_unit, one.net) == (Decimal("0.3"), 1, 15)


def test_charges_of_one_code_are_one_charge_of_all_their_amounts_on_a_copy(desk: Desk) -> None:
    charges = (ChargeRequest(code="freight", amount="5"),)
    lines = line("P1"), line("FREIGHT", "3", price="2")
    placed = desk.run(place, order("FREE", *lines, charges=charges))
    new = desk.run(copy, placed.number)
    assert [(each.code, each.amount) for each in new.charges] == [("freight", 11)]
    assert new.total == placed.total


def test_a_charge_is_named_once(desk: Desk) -> None:
    """None of two amounts is lost without a word."""
    charges = tuple(ChargeRequest(code=code, amount="5") for code in ("freight", "FREIGHT"))
    with pytest.raises(Refused, match="charge FREIGHT is named twice; name it once, with all"):
        desk.run(place, order("FREE", line("P1"), charges=charges))
    desk.run(place, order("FREE", line("P1")))
    with pytest.raises(Refused, match="charge FREIGHT is named twice"):
        desk.run(amend, AmendRequest(number=SO1, charges=charges))
