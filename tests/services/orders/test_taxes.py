"""Which tax a line bears: by customer, destination and class; when placed, previewed and moved."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from orderdesk.domain.customers import AddressEntry, CustomerRequest
from orderdesk.domain.orders import (
    AddressRequest,
    AmendRequest,
    ChargeRequest,
    LineChange,
    LineView,
    OrderView,
)
from orderdesk.domain.products import ProductRequest
from orderdesk.services import company as settings
from orderdesk.services import dated, masters, products
from orderdesk.services.customers import save
from orderdesk.services.doctor import examine
from orderdesk.services.orders import preview, reading
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.entry import Defaults
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.services.orders.asking import line, order

RATES = {"T5": "5", "T7": "7", "T8": "8.25", "T19": "19", "T25": "25"}
RULES = (
    ("Germany", "", "", "", "T19"),
    ("Germany", "", "FOOD", "", "T7"),
    ("Germany", "", "", "2027-01-01", "T25"),
    ("USA", "CA", "", "", "T8"),
    ("USA", "", "FOOD", "", "T5"),
)
ELSEWHERE = AddressRequest(name="Site", street="Elm 1", city="Ulm", country="germany")


@pytest.fixture
def owner(desk_of: Callable[[str], Desk]) -> Desk:
    """Give the owner's desk, in a company with rules for two countries."""
    desk = desk_of("owner")
    for code, rate in RATES.items():
        desk.run(masters.add, "tax", code, {"name": code, "rate": rate})
    for country, region, tax_class, valid_from, tax in RULES:
        desk.run(
            dated.add,
            "tax_rule",
            {
                "country": country,
                "region": region,
                "tax_class": tax_class,
                "valid_from": valid_from,
                "tax": tax,
            },
        )
    desk.run(products.set_, ProductRequest(code="P2", tax_class="food"))
    desk.run(
        save.set_,
        CustomerRequest(
            code="FREE",
            addresses=(
                AddressEntry(code="DE", name="A", street="S", city="Ulm", country="germany"),
                AddressEntry(
                    code="CA", name="A", street="S", city="LA", country="USA", region="ca"
                ),
                AddressEntry(
                    code="NY", name="A", street="S", city="NY", country="USA", region="ny"
                ),
                AddressEntry(code="NO", name="A", street="S", city="Here"),
            ),
        ),
    )
    return desk


def taxes(view: OrderView) -> list[tuple[Decimal, str]]:
    return [taxed(each) for each in view.lines]


def taxed(each: LineView) -> tuple[Decimal, str]:
    return (each.tax_rate, each.tax_reason)


def change(number: str, *lines: LineChange, **more: Any) -> AmendRequest:
    return AmendRequest(number=number, lines=lines, **more)


@pytest.mark.parametrize(
    ("ship_to", "expected"),
    [
        # Standard goods, food, and a product with a tax of its own.
        ("DE", [("19", "GERMANY"), ("7", "GERMANY (FOOD)"), ("19", "GERMANY")]),
        ("CA", [("8.25", "USA CA"), ("8.25", "USA CA"), ("8.25", "USA CA")]),
        ("NY", [("0", ""), ("5", "USA (FOOD)"), ("21", "")]),
        ("01", [("0", ""), ("0", ""), ("21", "")]),
    ],
)
def test_the_destination_and_the_class_decide(
    owner: Desk, desk: Desk, ship_to: str, expected: list[tuple[str, str]]
) -> None:
    asked = order("FREE", line("P1"), line("P2"), line("TAXED"), ship_to=ship_to)
    placed = desk.run(place, asked)
    assert taxes(placed) == [(Decimal(rate), why) for rate, why in expected]
    lines = tuple(line(code) for code in ("P1", "P2", "TAXED"))
    seen = desk.read(preview.lines, "FREE", lines, Defaults(ship_to, "2026-11-23", 0))
    assert [each.tax_rate for each in seen] == [rate for rate, _ in taxes(placed)]
    assert desk.read(examine) == []


def test_each_line_is_taxed_where_it_goes(owner: Desk, desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("P1", ship_to="DE"), line("P1"), ship_to="CA"))
    assert taxes(placed) == [(Decimal(19), "GERMANY"), (Decimal("8.25"), "USA CA")]
    assert placed.tax == Decimal("1.90") + Decimal("0.83")


def test_a_one_off_address_is_a_destination(owner: Desk, desk: Desk) -> None:
    placed = desk.run(
        place,
        order(
            "FREE",
            line("P1"),
            address=ELSEWHERE,
            charges=(ChargeRequest(code="FREIGHT", amount="10"),),
        ),
    )
    assert taxes(placed) == [(Decimal(19), "GERMANY")]
    assert placed.tax == Decimal("3.80")


def test_an_address_without_a_country_lies_in_the_companys_own(owner: Desk, desk: Desk) -> None:
    owner.run(settings.set_, {"country": "germany"})
    placed = desk.run(place, order("FREE", line("P1"), ship_to="NO"))
    assert taxes(placed) == [(Decimal(19), "GERMANY")]


def test_a_rule_goes_from_its_first_day_on(owner: Desk, desk: Desk) -> None:
    for day, rate in (("2026-12-31", "19"), ("2027-01-01", "25")):
        owner.run(settings.set_, {"business_date": day})
        placed = desk.run(place, order("FREE", line("P1"), ship_to="DE"))
        assert taxes(placed)[0][0] == Decimal(rate)


def test_the_rule_goes_before_the_customers_own_tax(owner: Desk, desk: Desk) -> None:
    owner.run(save.set_, CustomerRequest(code="FREE", tax="T5"))
    placed = desk.run(place, order("FREE", line("TAXED", ship_to="DE"), line("TAXED")))
    assert taxes(placed) == [(Decimal(19), "GERMANY"), (Decimal(5), "")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"tax_exempt_number": "E1"}, (0, "exempt")),
        ({"tax_exempt_number": "E1", "tax_exempt_until": "2026-11-23"}, (0, "exempt")),
        ({"tax_exempt_number": "E1", "tax_exempt_until": "2026-11-22"}, (19, "GERMANY")),
        ({"tax_exempt_until": "2026-12-31"}, (19, "GERMANY")),
        ({"tax_number": "X7", "reverse_charge": True}, (0, "reverse charge")),
        ({"tax_number": "X7"}, (19, "GERMANY")),
        ({"tax_exempt_number": "E", "tax_number": "X7", "reverse_charge": True}, (0, "exempt")),
    ],
)
def test_what_the_customer_is_goes_before_all_rules(
    owner: Desk, desk: Desk, given: dict[str, Any], expected: tuple[int, str]
) -> None:
    owner.run(save.set_, CustomerRequest(code="FREE", **given))
    freight = (ChargeRequest(code="FREIGHT", amount="10"),)
    placed = desk.run(place, order("FREE", line("P1"), ship_to="DE", charges=freight))
    assert taxes(placed) == [expected]
    assert placed.tax == (0 if expected[0] == 0 else Decimal("3.80"))


def test_a_new_destination_changes_the_tax(owner: Desk, desk: Desk) -> None:
    freight = (ChargeRequest(code="FREIGHT", amount="10"),)
    asked = order("FREE", line("P1"), line("P2"), ship_to="DE", charges=freight)
    number = desk.run(place, asked).number
    moved = desk.run(amend, change(number, LineChange(line=2, ship_to="CA")))
    assert taxes(moved) == [(Decimal(19), "GERMANY"), (Decimal("8.25"), "USA CA")]
    whole = desk.run(amend, change(number, ship_to="CA"))
    assert taxes(whole) == [(Decimal("8.25"), "USA CA")] * 2
    assert whole.tax == Decimal("1.86")  # 8.25 % of 10.00, 2.50 and the freight of 10.00
    site = desk.run(amend, change(number, address=ELSEWHERE))
    assert taxes(site) == [(Decimal(19), "GERMANY"), (Decimal(7), "GERMANY (FOOD)")]
    other = AddressRequest(name="Site", street="Elm 1", city="Oslo", country="Norway")
    assert taxes(desk.run(amend, change(number, address=other))) == [(Decimal(0), "")] * 2
    events = desk.read(reading.events, number)
    assert events[-1].changes["lines"]["1"]["tax_rate"] == ["19", "0"]
    assert desk.read(examine) == []


def test_what_stays_where_it_is_keeps_its_tax(owner: Desk, desk: Desk) -> None:
    number = desk.run(place, order("FREE", line("P1"), line("P2"), ship_to="DE")).number
    owner.run(settings.set_, {"business_date": "2027-01-01"})
    after = desk.run(amend, change(number, LineChange(line=1, quantity="5"), note="later"))
    assert taxes(after)[0] == (Decimal(19), "GERMANY")
    added = desk.run(amend, change(number, add=(line("P1"),)))
    assert [rate for rate, _ in taxes(added)] == [19, 7, 25]


def test_without_rules_no_destination_matters(desk: Desk, desk_of: Callable[[str], Desk]) -> None:
    number = desk.run(place, order("FREE", line("TAXED"))).number
    desk_of("owner").run(products.set_, ProductRequest(code="TAXED", tax=""))
    moved = desk.run(amend, change(number, ship_to="02"))
    assert taxes(moved) == [(Decimal(21), "")]
