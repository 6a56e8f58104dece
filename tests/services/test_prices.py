"""What is paid, and from which list; prices set one by one and many at a time."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.prices import PriceRequest
from orderdesk.domain.records import Taken
from orderdesk.models.journal import Event
from orderdesk.services import masters, price_lists, prices, products
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of

_event = table_of(Event).c
PRICED = statement(
    select(_event.version, _event.body)
    .where(_event.subject == "product", _event.subject_id == bindparam("id"))
    .where(_event.kind == "priced")
    .order_by(_event.id)
)


def price(product: str = "P2", value: str = "3", **more: Any) -> PriceRequest:
    return PriceRequest(product=product, price=value, **more)


@pytest.mark.parametrize("customer", ["ACME", "FREE", "GROUP"])
@pytest.mark.parametrize("quantity", ["1", "20", "49", "50", "100"])
def test_what_is_shown_is_what_an_order_pays(desk: Desk, customer: str, quantity: str) -> None:
    shown = desk.read(prices.show, "p1", customer=customer, quantity=quantity)
    line = LineRequest(product="P1", quantity=quantity)
    placed = desk.run(place, OrderRequest(customer=customer, lines=(line,))).lines[0]
    assert (shown.price, shown.source) == (placed.price, placed.price_source)


def test_every_candidate_says_why(desk: Desk) -> None:
    desk.run(
        price_lists.set_price, price("P1", "5", price_list="ACMELIST", valid_from="2027-01-01")
    )
    shown = desk.read(prices.show, "P1", customer="acme", quantity="2")
    assert (shown.price, shown.source, shown.price_list) == (Decimal("10.00"), "base", "BASE")
    assert [(each.source, int(each.quantity), each.reason) for each in shown.candidates] == [
        ("customer", 20, "from 20 on"),
        ("customer", 0, "begins on 2027-01-01"),
        ("base", 50, "from 50 on"),
        ("base", 0, "chosen"),
    ]
    later = desk.read(prices.show, "P1", customer="acme", quantity="2", on="2027-01-01")
    assert (later.price, later.on) == (Decimal("5.00"), date(2027, 1, 1))
    assert later.candidates[-1].reason == "customer price from 0 on holds"


def test_without_a_customer_everybody_pays_the_base_price(desk: Desk) -> None:
    shown = desk.read(prices.show, "P1", quantity="60")
    assert (shown.customer, shown.price, shown.source) == (None, Decimal("9.00"), "base")
    assert desk.read(prices.show, "TEXT").price is None


def test_a_price_in_another_currency_is_no_price(desk: Desk) -> None:

    desk.run(masters.add, "price_list", "EURO", {"currency": "EUR"})
    desk.run(masters.set_, "customer_group", "G1", {"price_list": "EURO"})
    desk.run(price_lists.set_price, price("P2", "1.5", price_list="EURO"))
    shown = desk.read(prices.show, "P2", customer="GROUP")
    assert shown.source == "base"
    assert shown.candidates[0].reason == "in EUR"


def test_a_price_is_set_and_the_order_pays_it(desk: Desk) -> None:
    entry = desk.run(price_lists.set_price, price(value="38.5", price_unit="100"))
    assert (entry.price_list, entry.price, entry.price_unit) == ("BASE", Decimal("38.50"), 100)
    assert (entry.valid_from, entry.valid_to) == (None, None)
    placed = desk.run(
        place, OrderRequest(customer="FREE", lines=(LineRequest(product="P2", quantity="50"),))
    )
    assert placed.net == Decimal("19.25")
    assert desk.read(products.show, "P2").version == 2
    row = desk.read(lambda work: work.run(PRICED, {"id": 2}))[0]
    assert (row.version, row.body) == (
        2,
        '{"price BASE from 0 on always":["2.50","38.50 per 100"]}',
    )


def test_the_same_price_again_is_no_change(desk: Desk) -> None:
    desk.run(price_lists.set_price, price(value="2.50"))
    assert desk.read(products.show, "P2").version == 1


def test_a_special_offer_ends_by_itself(desk: Desk) -> None:
    offer = price(value="2", valid_from="2026-12-01", valid_to="2026-12-31")
    desk.run(price_lists.set_price, offer)

    def paid(day: str) -> Decimal | None:
        return desk.read(prices.show, "P2", on=day).price

    assert [paid(day) for day in ("2026-11-30", "2026-12-01", "2026-12-31", "2027-01-01")] == [
        Decimal("2.50"),
        Decimal("2.00"),
        Decimal("2.00"),
        Decimal("2.50"),
    ]
    row = desk.read(lambda work: work.run(PRICED, {"id": 2}))[0]
    assert row.body == (
        '{"price BASE from 0 on always":["2.50","2.50 until 2026-11-30"],'
        '"price BASE from 0 on 2027-01-01":[null,"2.50"],'
        '"price BASE from 0 on 2026-12-01":[null,"2.00 until 2026-12-31"]}'
    )


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        (price("NIX"), NotFound, "product 'NIX' is unknown"),
        (price(price_list="NIX"), Refused, "price_list 'NIX' is unknown; known: ACMELIST, BASE"),
        (price(value="free"), Refused, "price of 'P2' in list 'BASE': price 'free' is not a plain"),
        (price(value="-1"), Refused, "price '-1' is negative"),
        (price(price_unit="10"), Refused, "price_unit '10' is unknown; known: 1, 100, 1000"),
        (price(quantity="0.5"), Refused, "quantity '0.5' has more than 0 decimals"),
        (price(valid_from="soon"), Refused, "valid_from 'soon' is not a date"),
        (price(valid_from="0001-01-01"), Refused, "is before 1900"),
        (
            price(valid_from="2026-02-01", valid_to="2026-01-01"),
            Refused,
            "valid_to 2026-01-01 is before valid_from 2026-02-01",
        ),
    ],
)
def test_a_bad_price_is_refused_by_name(
    desk: Desk, request_: PriceRequest, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        desk.run(price_lists.set_price, request_)


def test_many_prices_are_set_and_bad_ones_refused_by_themselves(desk: Desk) -> None:
    taken = desk.run(
        price_lists.set_many,
        [
            price("P1", "9.99"),
            price("P1", "8", quantity="100"),
            price("NIX", "1"),
            price("P2", "2.50"),
            price("P2", "2", quantity="10", valid_to="2026-01-01"),
            price("P2", "x"),
        ],
    )
    assert (taken.added, taken.changed, taken.unchanged) == (2, 1, 1)
    assert [(each.index, each.code) for each in taken.refused] == [
        (2, "unknown_product"),
        (5, "bad_value"),
    ]
    assert desk.read(products.show, "P1").version == 2
    assert desk.run(price_lists.set_many, []) == Taken(0, 0, 0)


def test_prices_are_listed_in_pages(desk: Desk) -> None:
    def pages(**wanted: Any) -> list[tuple[str, str, Decimal]]:
        found: list[tuple[str, str, Decimal]] = []
        last = None
        while page := desk.read(price_lists.list_, after=last, limit=2, **wanted):
            found += [(each.product, each.price_list, each.quantity) for each in page]
            last = page[-1]
        return found

    of_p1 = [
        ("P1", "ACMELIST", Decimal(20)),
        ("P1", "BASE", Decimal(0)),
        ("P1", "BASE", Decimal(50)),
        ("P1", "GROUP", Decimal(0)),
    ]
    assert pages(product="p1") == of_p1
    assert pages(product="p1", price_list="base") == of_p1[1:3]
    assert pages(price_list="acmelist") == of_p1[:1]
    assert pages()[:4] == of_p1
    assert len(pages()) == 10
    assert pages(price_list="BASE", on=date(2026, 11, 23))[-1][0] == "TAXED"
    with pytest.raises(NotFound, match="product 'NIX' is unknown"):
        desk.read(price_lists.list_, product="nix")
