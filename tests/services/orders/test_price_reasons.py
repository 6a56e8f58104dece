"""Why a price is by hand, what a converted one was made of, and the rate that an order keeps."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import AmendRequest, LineChange, OrderRequest
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.services import company as settings
from orderdesk.services import dated, masters
from orderdesk.services.customers import save
from orderdesk.services.doctor import examine
from orderdesk.services.orders import preview
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.copying import copy
from orderdesk.services.orders.entry import Defaults
from orderdesk.services.orders.holds import hold, release
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from tests.services.orders.asking import line, order

ORDERS = statement(select(table_of(SalesOrder)).order_by(table_of(SalesOrder).c.id))
LINES = statement(select(table_of(OrderLine)))


@pytest.fixture
def desk(desk_of: Callable[[str], Desk]) -> Desk:
    """Give the supervisor's desk, where two reasons for a price by hand are kept."""
    owner = desk_of("owner")
    owner.run(masters.add, "reason", "MATCH", {"name": "Matched another offer", "kind": "price"})
    owner.run(masters.add, "reason", "LOYAL", {"name": "Loyal customer", "kind": "price"})
    owner.run(masters.add, "reason", "DAMAGED", {"name": "Damaged", "kind": "stock"})
    return desk_of("supervisor")


def reasons(desk: Desk, number: str) -> list[str]:
    return [each.price_reason for each in desk.read(show, number).lines]


def change(number: str, *lines: LineChange, **more: Any) -> AmendRequest:
    return AmendRequest(number=number, lines=lines, **more)


def test_a_price_by_hand_says_why(desk: Desk) -> None:
    asked = order(
        "FREE",
        line("P1", price="9", price_reason="matched another OFFER"),
        line("P1", price="9"),
        line("P1"),
    )
    number = desk.run(place, asked).number
    assert reasons(desk, number) == ["MATCH", "", ""]
    again = desk.run(copy, number)
    assert [each.price_reason for each in again.lines] == ["MATCH", "", ""]
    seen = desk.read(preview.lines, "FREE", asked.lines[:1], Defaults("01", "2026-11-23", 0))
    assert seen[0].price == 9


@pytest.mark.parametrize("reason", ["DAMAGED", "because"])
def test_a_reason_of_another_kind_is_refused(desk: Desk, reason: str) -> None:
    asked = order("FREE", line("P1", price="9", price_reason=reason))
    with pytest.raises(Refused, match="is unknown for this; known: LOYAL, MATCH"):
        desk.run(place, asked)


def test_a_reason_needs_a_price_by_hand(desk: Desk) -> None:
    with pytest.raises(Refused, match="line 1: price_reason is for a price by hand"):
        desk.run(place, order("FREE", line("P1", price_reason="MATCH")))
    number = desk.run(place, order("FREE", line("P1"))).number
    with pytest.raises(Refused, match="line 1: price_reason is for a price by hand"):
        desk.run(amend, change(number, LineChange(line=1, price_reason="MATCH")))


def test_an_amendment_gives_changes_and_drops_the_reason(desk: Desk) -> None:
    number = desk.run(place, order("FREE", line("P1"), line("P1", price="8"))).number
    desk.run(amend, change(number, LineChange(line=1, price="9", price_reason="match")))
    assert reasons(desk, number) == ["MATCH", ""]
    desk.run(amend, change(number, LineChange(line=2, price_reason="LOYAL")))
    assert reasons(desk, number) == ["MATCH", "LOYAL"]
    # The price by hand stays through edits with the list price beside it, and so does its reason.
    after = desk.run(amend, change(number, LineChange(line=1, quantity="60")))
    assert (after.lines[0].price, after.lines[0].list_price) == (9, 9)
    assert reasons(desk, number) == ["MATCH", "LOYAL"]
    desk.run(amend, change(number, LineChange(line=1, price="")))
    assert reasons(desk, number) == ["", "LOYAL"]


def test_the_reason_of_the_change_is_that_of_its_prices(desk: Desk) -> None:
    number = desk.run(place, order("FREE", line("P1"), line("P1"))).number
    asked = change(
        number,
        LineChange(line=1, price="9"),
        LineChange(line=2, price="9", price_reason="LOYAL"),
        add=(line("P2", price="2"), line("P2")),
        reason="MATCH",
    )
    desk.run(amend, asked)
    assert reasons(desk, number) == ["MATCH", "LOYAL", "MATCH", ""]


def test_a_copy_drops_a_reason_that_is_no_longer_kept(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    number = desk.run(place, order("FREE", line("P1", price="9", price_reason="MATCH"))).number
    desk_of("owner").run(masters.set_, "reason", "MATCH", {"archived": "yes"})
    copied = desk.run(copy, number)
    assert (copied.lines[0].price, copied.lines[0].price_reason) == (9, "")


def euro(desk_of: Callable[[str], Desk]) -> Desk:
    owner = desk_of("owner")
    owner.run(save.set_, CustomerRequest(code="FREE", currency="EUR"))
    return owner


def test_an_order_keeps_the_rate_of_its_day_and_says_what_a_price_was_made_of(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    owner = euro(desk_of)
    owner.run(dated.add, "rate", {"currency": "EUR", "rate": "1.085"})
    owner.run(dated.add, "rate", {"currency": "EUR", "rate": "2", "valid_from": "2026-12-01"})
    placed = desk.run(place, order("FREE", line("P1", "3")))
    assert placed.lines[0].price == Decimal("9.216590")
    assert (placed.lines[0].price_source, placed.net) == ("base", Decimal("27.65"))
    assert placed.lines[0].price_reason == "10.00 USD at 0.921659"
    owner.run(settings.set_, {"business_date": "2026-12-01"})
    after = desk.run(amend, change(placed.number, LineChange(line=1, quantity="4")))
    assert (after.lines[0].price, after.lines[0].price_reason) == (5, "10.00 USD at 0.50")
    desk.run(place, order("ACME", line("P1")))
    rates = [row.rate for row in desk.read(lambda work: work.run(ORDERS))]
    assert rates == [1_085_000_000, 1_000_000_000]
    assert desk.read(examine) == []


def test_an_order_without_a_rate_is_refused_by_currency_day_and_command(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    euro(desk_of)
    words = "no exchange rate of EUR for 2026-11-23; set one with `orderdesk rate add EUR"
    for asked in (order("FREE", line("P1")), order("FREE", line("P1", price="9"))):
        with pytest.raises(Refused, match=words):
            desk.run(place, asked)
    with pytest.raises(Refused, match=words):
        desk.read(preview.header, OrderRequest(customer="FREE", lines=()))
    assert desk.read(lambda work: work.run(ORDERS)) == []


def test_the_rate_of_many_units_is_kept_for_one(desk: Desk, desk_of: Callable[[str], Desk]) -> None:
    owner = desk_of("owner")
    owner.run(save.set_, CustomerRequest(code="FREE", currency="JPY"))
    owner.run(dated.add, "rate", {"currency": "JPY", "rate": "0.654350", "units": "100"})
    placed = desk.run(place, order("FREE", line("P1")))
    # 0.65435 for 100 is 0.0065435 for one.
    assert desk.read(lambda work: work.run(ORDERS))[0].rate == 6_543_500
    assert (placed.lines[0].price, placed.net) == (Decimal("1528.234125"), 1528)


def test_what_weak_money_is_worth_is_measured_exactly(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    owner = desk_of("owner")
    owner.run(save.set_, CustomerRequest(code="FREE", currency="VND"))
    owner.run(dated.add, "rate", {"currency": "VND", "rate": "0.037456", "units": "1000"})
    number = desk_of("clerk").run(place, order("FREE", line("P1", "5557"))).number
    assert desk.read(lambda work: work.run(ORDERS))[0].rate == 37_456
    desk_of("clerk").run(hold, number, None, "look")
    # Worth 50,013.00 at 0.000037456 each; at 0.000037 it would be 49,404.
    with pytest.raises(Refused, match=r"up to 50000\.00 USD, and this is 50013\.00 USD"):
        desk.run(release, number)


def test_a_company_may_want_a_reason_for_every_price_by_hand(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    before = desk.run(place, order("FREE", line("P1", price="9"), line("P2"))).number
    desk_of("owner").run(settings.set_, {"price_reason": "yes"})
    words = "line 1: a price by hand needs a reason here; give price_reason"
    bare = order("FREE", line("P1", price="9"))
    one = line("P1", price="9")
    for service, asked in (
        (place, (bare,)),
        (amend, (change(before, LineChange(line=1, price="8")),)),
        (amend, (change(before, LineChange(line=1, price_reason="")),)),
        (copy, (before,)),
        (preview.line, ("FREE", one, 1, Defaults("01", "2026-11-23", 0))),
        (preview.lines, ("FREE", (one,), Defaults("01", "2026-11-23", 0))),
    ):
        with pytest.raises(Refused, match=words):
            desk.run(service, *asked)
    # What nobody prices by hand now needs none, nor do the lists' prices.
    assert desk.run(amend, change(before, LineChange(line=1, quantity="2"))).version == 2
    assert desk.run(amend, change(before, LineChange(line=2, price=""))).version == 2
    said = desk.run(amend, change(before, LineChange(line=1, price="8", price_reason="match")))
    assert said.lines[0].price_reason == "MATCH"
    assert desk.run(copy, before).lines[0].price_reason == "MATCH"
    desk_of("owner").run(settings.set_, {"price_reason": "no"})
    assert desk.run(place, bare).lines[0].price == 9


def test_what_the_policies_were_is_stored_with_the_order(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    desk.run(place, order("FREE", line("P1")))
    desk_of("owner").run(settings.set_, {"tax_per_line": "yes"})
    desk.run(place, order("FREE", line("P1")))
    rows = desk.read(lambda work: work.run(ORDERS))
    assert [(row.tax_included, row.tax_per_line, row.rate) for row in rows] == [
        (0, 0, 1_000_000_000),
        (0, 1, 1_000_000_000),
    ]
    assert {row.tax_reason for row in desk.read(lambda work: work.run(LINES))} == {""}
