"""Placing an order: prices, credit, stock, numbers, and what stands in the answer."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

import pytest
from sqlalchemy import update

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.orders import (
    AmendRequest,
    ChargeRequest,
    LineChange,
    LineRequest,
    OrderRequest,
)
from orderdesk.models.customers import Customer
from orderdesk.models.products import Price, PriceList
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.holds import release
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.company import put
from tests.laws import assert_laws_hold

CODE: Final = table_of(Customer).c.code


def order(customer: str, *lines: LineRequest, **more: object) -> OrderRequest:
    return OrderRequest(customer=customer, lines=lines, **more)  # type: ignore[arg-type]


def line(product: str, quantity: str = "1", **more: str) -> LineRequest:
    return LineRequest(product=product, quantity=quantity, **more)


def test_an_order_is_priced_promised_and_confirmed(desk: Desk) -> None:
    placed = desk.run(place, order("acme", line("p1", "12"), line("P3", "0.5"), buyer_po="4500"))
    assert placed.number == "SO-000001"
    assert (placed.status, placed.stage, placed.version) == ("confirmed", "open", 1)
    assert placed.lines[0].price == Decimal("10.00")
    assert placed.lines[0].allocated == 12
    assert placed.lines[1].net == Decimal("0.62")
    assert placed.lines[1].backordered == Decimal("0.5")
    assert placed.total == Decimal("120.62")


def test_the_second_order_on_a_buyer_po_shows_the_first(desk: Desk) -> None:
    first = desk.run(place, order("ACME", line("P1"), buyer_po="4500"))
    second = desk.run(place, order("ACME", line("P2"), buyer_po="4500"))
    assert second.duplicates == (first.number,)


@pytest.mark.parametrize(
    ("customer", "quantity", "price", "source"),
    [
        ("FREE", "1", "10.00", "base"),
        ("FREE", "50", "9.00", "base"),
        ("GROUP", "60", "8.00", "group"),
        ("ACME", "20", "7.50", "customer"),
        ("ACME", "19", "10.00", "base"),
    ],
)
def test_the_strongest_list_with_a_reached_break_decides(
    desk: Desk, customer: str, quantity: str, price: str, source: str
) -> None:
    placed = desk.run(place, order(customer, line("P1", quantity)))
    assert (placed.lines[0].price, placed.lines[0].price_source) == (Decimal(price), source)


def test_a_price_by_hand_keeps_the_list_price_beside_it(desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("P1", "2", price="9.5")))
    assert (placed.lines[0].price, placed.lines[0].list_price) == (Decimal("9.50"), Decimal(10))
    assert placed.lines[0].price_source == "hand"


def test_what_is_beyond_the_limit_is_placed_and_held(desk: Desk) -> None:
    placed = desk.run(place, order("TIGHT", line("P1", "11")))
    assert [hold.code for hold in placed.holds] == ["credit_limit"]
    assert placed.holds[0].details["exposure"] == "110.00"
    assert placed.lines[0].allocated == 11


def test_an_unknown_product_among_several_lines_names_its_line(desk: Desk) -> None:
    with pytest.raises(NotFound, match=r"^line 2: product 'NIX' is unknown; search with") as no:
        desk.run(place, order("ACME", line("P1"), line("nix"), line("AHA")))
    assert no.value.details == {"products": ["AHA", "NIX"], "line": 2}
    with pytest.raises(NotFound, match=r"^product 'NIX' is unknown"):
        desk.run(place, order("ACME", line("NIX")))
    number = desk.run(place, order("ACME", line("P1"), line("P2"))).number
    with pytest.raises(NotFound, match=r"^line 4: product 'NIX' is unknown"):
        desk.run(amend, AmendRequest(number=number, add=(line("P3"), line("NIX"))))


def test_lines_that_name_one_product_in_three_ways_share_its_stock(desk: Desk) -> None:
    names = ("ACME-77", "p2", "2000000000015", "P1")
    placed = desk.run(place, order("ACME", *(line(name, "40") for name in names)))
    assert [each.product for each in placed.lines] == ["P1", "P2", "P1", "P1"]
    assert [each.allocated for each in placed.lines] == [40, 5, 40, 20]
    assert_laws_hold(desk)


def test_a_part_number_and_an_ean_find_the_product(desk: Desk) -> None:
    placed = desk.run(place, order("ACME", line("acme-77"), line("2000000000015")))
    assert [each.product for each in placed.lines] == ["P1", "P1"]


def test_tax_and_charges_are_on_the_order(desk: Desk) -> None:
    charges = (ChargeRequest(code="freight", amount="12.00"),)
    placed = desk.run(place, order("FREE", line("TAXED"), charges=charges))
    assert (placed.net, placed.tax, placed.total) == (
        Decimal("112.00"),
        Decimal("21.00"),
        Decimal("133.00"),
    )
    assert [(charge.code, charge.amount) for charge in placed.charges] == [
        ("freight", Decimal("12.00"))
    ]


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        (order("NOBODY", line("P1")), NotFound, "customer 'NOBODY' is unknown"),
        (order("ACME", line("NIX")), NotFound, "product 'NIX' is unknown"),
        (order("ACME"), Refused, "no lines"),
        (order("OLD", line("P1")), Refused, "archived"),
        (order("ACME", line("GONE")), Refused, "line 1: product 'GONE' is archived"),
        (order("ACME", line("P1"), line("P1", "0")), Refused, "line 2: quantity is 0"),
        (order("ACME", line("P1", "1.5")), Refused, "line 1: quantity '1.5' has more than 0"),
        (order("ACME", line("P1", "-1")), Refused, "negative"),
        (order("ACME", line("P1", "1e999999")), Refused, "not a plain number"),
        (order("ACME", line("P1", "٣")), Refused, "not a plain number"),
        (order("ACME", line("LAST", "4")), Refused, "discontinued and only 3 are left"),
        (order("ACME", line("P1", requested="soon")), Refused, "not a date"),
        (order("ACME", line("P1", ship_to="99")), NotFound, "ship-to '99'"),
        (order("ACME", line("P1"), terms="N99"), NotFound, "terms 'N99'"),
    ],
)
def test_bad_input_is_refused_by_name_and_changes_nothing(
    desk: Desk, request_: OrderRequest, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        desk.run(place, request_)
    assert desk.run(place, order("ACME", line("P1"))).number == "SO-000001"


def test_the_same_command_twice_places_one_order(desk: Desk) -> None:
    request = order("ACME", line("P1", "2"), charges=(ChargeRequest(code="freight", amount="1"),))
    first = desk.command("id-1", place, request)
    assert desk.command("id-1", place, request) == first
    assert desk.run(place, request).number == "SO-000002"


def test_a_command_id_is_refused_for_another_request(desk: Desk) -> None:
    desk.command("id-1", place, order("ACME", line("P1")))
    with pytest.raises(Refused, match="used for another request"):
        desk.command("id-1", place, order("ACME", line("P2")))


def test_a_rehearsal_changes_nothing_and_takes_no_number(desk: Desk) -> None:
    assert desk.rehearse(place, order("ACME", line("P1", "90"))).number == "-"
    placed = desk.run(place, order("ACME", line("P1", "90")))
    assert (placed.number, placed.lines[0].allocated) == ("SO-000001", Decimal(90))


def with_tax_included(work: Work) -> None:
    put(work, PriceList, [{"code": "GROSS", "name": "With tax", "tax_included": 1}])
    row = {"product_id": 8, "price_list": "GROSS", "min_quantity": 0, "valid_from": ""}
    put(work, Price, [{**row, "price": 121_000_000, "price_unit": 1}])
    row["product_id"] = 2
    put(work, Price, [{**row, "price": 400_000_000, "price_unit": 100}])
    to_gross = update(table_of(Customer)).where(CODE == "FREE").values(price_list="GROSS")
    work.change(statement(to_gross))


def test_a_list_with_tax_included_is_not_taxed_again(desk: Desk) -> None:
    desk.run(with_tax_included)
    placed = desk.run(place, order("FREE", line("TAXED")))
    assert (placed.net, placed.tax, placed.total) == (Decimal(100), Decimal(21), Decimal(121))


def test_prices_with_and_without_tax_never_meet_on_one_order(desk: Desk) -> None:
    desk.run(with_tax_included)
    with pytest.raises(Refused, match="line 2: the order's prices are with tax"):
        desk.run(place, order("FREE", line("TAXED"), line("P1")))


def test_a_price_by_hand_is_per_as_many_units_as_the_list_s(desk: Desk) -> None:
    desk.run(with_tax_included)
    placed = desk.run(place, order("FREE", line("P2", "50", price="300")))
    assert (placed.lines[0].price_unit, placed.lines[0].net) == (100, Decimal(150))


def test_whoever_made_an_order_grow_beyond_its_limit_cannot_release_it(
    desk_of: Callable[[str], Desk],
) -> None:
    placed = desk_of("clerk").run(place, order("TIGHT", line("P1", "5")))
    change = AmendRequest(number=placed.number, lines=(LineChange(line=1, quantity="20"),))
    desk_of("supervisor").run(amend, change)
    with pytest.raises(Refused):
        desk_of("supervisor").run(release, placed.number)
    assert desk_of("owner").run(release, placed.number).holds[0].released_by == "owner"
