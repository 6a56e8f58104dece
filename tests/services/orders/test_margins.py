"""Margin floors and the right to give discounts: what holds, how much of it, and whom not."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import AmendRequest, HoldView, LineChange, OrderView
from orderdesk.domain.prices import PriceRequest
from orderdesk.domain.products import ProductRequest
from orderdesk.services import dated, masters, price_lists, products
from orderdesk.services.customers import save
from orderdesk.services.orders import margins
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.services.orders.asking import line, order

Desks = Callable[[str], Desk]


@pytest.fixture
def owner(desk_of: Desks) -> Desk:
    """Give the owner's desk: P1 (10.00) costs 6.00, P2 (2.50) costs 2.00, their floor is 20 %."""
    desk = desk_of("owner")
    desk.run(masters.add, "product_group", "G", {"margin_floor": "20"})
    desk.run(products.set_, ProductRequest(code="P1", group="G"))
    desk.run(products.set_, ProductRequest(code="P2", group="G", cost="2"))
    return desk


def held(view: OrderView, *codes: str) -> list[tuple[str, int | None]]:
    return [(each.code, each.line) for each in view.holds if each.code in codes or not codes]


def one(view: OrderView, code: str) -> HoldView:
    (found,) = [each for each in view.holds if each.code == code]
    return found


# What 10 pieces at a cost of 6.00 with a floor of 20 % must bring: 75.00, so 25 % off 100.00.
@pytest.mark.parametrize(("discount", "holds"), [("25", False), ("25.01", True)])
def test_a_line_below_its_floor_is_held_by_what_is_short(
    owner: Desk, desk_of: Desks, discount: str, holds: bool
) -> None:
    asked = order("FREE", line("P1", "10", discount=discount))
    placed = desk_of("senior").run(place, asked)
    assert held(placed, "line_margin", "order_margin") == [("line_margin", 1)] * holds
    if holds:
        assert one(placed, "line_margin").details == {
            "net": "74.99",
            "cost": "60.00",
            "least": "75.00",
            "short": "0.01",
            "margin": "19.99",
            "floor": "20",
        }
        assert one(placed, "line_margin").message == (
            "line 1: 74.99 for what costs 60.00 leaves 19.99 %; the floor is 20 %, that is 75.00"
        )


def test_amounts_of_a_hold_have_their_thousands_apart(owner: Desk, desk_of: Desks) -> None:
    asked = order("FREE", line("P1", "1000", discount="30"))
    assert one(desk_of("senior").run(place, asked), "line_margin").message.startswith(
        "line 1: 6,300.00 for what costs 6,000.00 leaves"
    )


def test_what_has_no_floor_or_no_cost_is_not_held(owner: Desk, desk_of: Desks) -> None:
    owner.run(products.set_, ProductRequest(code="P2", cost="0"))
    owner.run(products.set_, ProductRequest(code="P1", group=""))
    asked = order("FREE", line("P1", price="0.01"), line("P2", price="0.01"))
    assert held(desk_of("senior").run(place, asked)) == []


def test_a_floor_of_nothing_holds_what_is_sold_below_its_cost(owner: Desk, desk_of: Desks) -> None:
    owner.run(masters.set_, "product_group", "G", {"margin_floor": "0"})
    senior = desk_of("senior")
    assert held(senior.run(place, order("FREE", line("P1", price="6")))) == []
    placed = senior.run(place, order("FREE", line("P1", price="5.99")))
    assert held(placed) == [("line_margin", 1)]


def test_the_floor_stays_that_of_the_pricing(owner: Desk, desk_of: Desks) -> None:
    senior = desk_of("senior")
    number = senior.run(place, order("FREE", line("P1", price="8"))).number
    owner.run(masters.set_, "product_group", "G", {"margin_floor": "50"})
    change = AmendRequest(number=number, lines=(LineChange(line=1, quantity="2"),))
    assert held(senior.run(amend, change)) == []


def test_an_order_below_the_floors_of_its_lines_is_held_too(owner: Desk, desk_of: Desks) -> None:
    senior = desk_of("senior")
    # The floors are 7.50 and 2.50: what one line lacks the other one has.
    balanced = senior.run(place, order("FREE", line("P1", price="9"), line("P2", price="1")))
    assert held(balanced) == [("line_margin", 2)]
    short = senior.run(place, order("FREE", line("P1", price="8.99"), line("P2", price="1")))
    assert held(short) == [("line_margin", 2), ("order_margin", None)]
    assert one(short, "order_margin").details == {
        "net": "9.99",
        "cost": "8.00",
        "least": "10.00",
        "short": "0.01",
        "margin": "19.92",
    }


def test_with_tax_included_the_margin_is_that_of_the_net(owner: Desk, desk_of: Desks) -> None:
    owner.run(masters.add, "price_list", "GROSS", {"tax_included": True})
    owner.run(save.set_, CustomerRequest(code="FREE", price_list="GROSS", tax="T21"))
    for gross, holds in (("9.08", False), ("9.06", True)):  # 7.50 and 7.49 net
        gross_price = PriceRequest(product="P1", price=gross, price_list="GROSS")
        owner.run(price_lists.set_price, gross_price)
        placed = desk_of("senior").run(place, order("FREE", line("P1")))
        assert bool(held(placed)) is holds
        assert placed.total == Decimal(gross)


def test_the_cost_is_turned_into_the_orders_currency(owner: Desk, desk_of: Desks) -> None:
    owner.run(dated.add, "rate", {"currency": "EUR", "rate": "1.25"})
    owner.run(save.set_, CustomerRequest(code="FREE", currency="EUR"))
    senior = desk_of("senior")
    # 6.00 USD are 4.80 EUR, with a floor of 20 % that is 6.00 EUR.
    assert held(senior.run(place, order("FREE", line("P1", price="6")))) == []
    placed = senior.run(place, order("FREE", line("P1", price="5.99")))
    assert held(placed) == [("line_margin", 1)]
    assert one(placed, "line_margin").details["cost"] == "4.80"


def test_whoever_may_sell_below_the_floor_is_not_held(owner: Desk, desk_of: Desks) -> None:
    asked = order("FREE", line("P1", price="1"), line("P2", price="1"))
    assert held(desk_of("supervisor").run(place, asked)) == []


def test_a_floor_of_everything_is_refused(owner: Desk) -> None:
    with pytest.raises(Refused, match="margin_floor 100 leaves nothing for the cost"):
        owner.run(masters.set_, "product_group", "G", {"margin_floor": "100"})


def test_an_amendment_that_lowers_the_margin_holds_and_one_that_does_not_does_not(
    owner: Desk, desk_of: Desks
) -> None:
    senior = desk_of("senior")
    number = senior.run(place, order("FREE", line("P1", "10"))).number
    for discount, holds in (("10", False), ("26", True)):
        change = AmendRequest(number=number, lines=(LineChange(line=1, discount=discount),))
        assert bool(held(senior.run(amend, change), "line_margin")) is holds


def test_a_hold_that_an_amendment_mended_stays_and_says_so(owner: Desk, desk_of: Desks) -> None:
    senior = desk_of("senior")
    number = senior.run(place, order("FREE", line("P1", "10", discount="30"))).number

    def amended(desk: Desk, **change: Any) -> str:
        view = desk.run(amend, AmendRequest(number=number, lines=(LineChange(line=1, **change),)))
        assert one(view, "line_margin").released_by is None
        return one(view, "line_margin").message

    assert amended(senior, discount="28").startswith("line 1: 72.00 for what costs 60.00")
    gone = amended(senior, discount="0")
    assert gone.startswith("no longer found, and waits for a release; it was: line 1: 72.00")
    assert amended(senior, quantity="11") == gone
    worse = amended(senior, discount="29")
    assert worse.startswith("line 1: 78.10 for what costs 66.00")
    # Whose rights do not let the rule look for it have not mended it.
    assert amended(owner, quantity="10") == worse


@pytest.mark.parametrize(
    ("user", "given", "expected"),
    [
        ("clerk", "5", []),
        ("clerk", "5.01", [("discount_right", 1)]),
        ("senior", "15", []),
        ("senior", "15.01", [("discount_right", 1)]),
        ("supervisor", "90", []),
    ],
)
def test_a_discount_beyond_the_right_holds_the_line(
    desk: Desk, owner: Desk, desk_of: Desks, user: str, given: str, expected: list[Any]
) -> None:
    owner.run(masters.set_, "product_group", "G", {"margin_floor": ""})
    asked = order("FREE", line("P1", discount=given), line("P2"))
    placed = desk_of(user).run(place, asked)
    assert held(placed) == expected
    if expected:
        assert one(placed, "discount_right").details["discount"] == given


def test_the_orders_own_discount_holds_the_order_once(desk: Desk) -> None:
    asked = order("FREE", line("P1"), line("P2", discount="7"), line("P2"), discount="6")
    placed = desk.run(place, asked)
    assert held(placed) == [("discount_right", None), ("discount_right", 2)]
    assert (
        placed.holds[0].message == "the order's discount of 6 % is more than the 5 % of who gave it"
    )


def test_a_discount_of_somebody_who_may_is_not_held_by_a_later_edit(
    owner: Desk, desk_of: Desks
) -> None:
    owner.run(masters.set_, "product_group", "G", {"margin_floor": ""})
    placed = desk_of("supervisor").run(place, order("FREE", line("P1", discount="20")))
    senior = desk_of("senior")
    number = placed.number
    assert held(senior.run(amend, AmendRequest(number=number, note="call first"))) == []
    more = AmendRequest(number=number, lines=(LineChange(line=1, discount="21"),))
    assert held(senior.run(amend, more)) == [("discount_right", 1)]


line_rows = st.builds(
    SimpleNamespace,
    net=st.integers(0, 10**9),
    cost=st.integers(1, 10**9),
    ordered=st.integers(1, 10**6),
    short_closed=st.just(0),
    floor=st.integers(0, 999_999),
    tax_rate=st.sampled_from([0, 70_000, 210_000]),
)


@given(line_rows, st.integers(1, 10**11), st.sampled_from([0, 2, 3]))
def test_the_least_value_is_the_cost_over_one_less_the_floor(
    row: Any, rate: int, decimals: int
) -> None:
    cost = Fraction(row.cost, 10**6) * Fraction(row.ordered, 10**3) * Fraction(10**9, rate)
    least = cost / (1 - Fraction(row.floor, 10**6)) * 10**decimals
    assert abs(margins.least_of(row, rate, decimals) - least) <= Fraction(1, 2)
    assert margins.cost_of(row, rate, decimals) <= margins.least_of(row, rate, decimals)


@given(line_rows)
def test_the_net_of_a_gross_value_and_its_tax_add_up(row: Any) -> None:
    net = margins.net_of(row, included=True)
    assert abs(net * (10**6 + row.tax_rate) - row.net * 10**6) <= (10**6 + row.tax_rate) / 2
    assert margins.net_of(row, included=False) == row.net


def _state(**more: Any) -> Any:
    row = SimpleNamespace(
        line=1,
        discount=0,
        price=8_000_000,
        list_price=10_000_000,
        price_source="hand",
    )
    for name in ("discount", "price", "price_source"):
        if name in more:
            setattr(row, name, more.pop(name))
    return SimpleNamespace(
        order=SimpleNamespace(discount=0),
        open_lines=[row],
        discount_most=50_000,
        price_hand=False,
        **more,
    )


def test_a_price_by_hand_below_the_list_is_a_discount_of_whoever_may_give_none() -> None:
    (found,) = margins.discount_right(_state())
    assert (found.line, found.measure, found.details["discount"]) == (1, 200_000, "20")
    (found,) = margins.discount_right(_state(discount=100_000))
    assert found.measure == 280_000
    assert list(margins.discount_right(_state(price=9_500_000))) == []
    assert list(margins.discount_right(_state(price=12_000_000))) == []
    assert list(margins.discount_right(_state(price_source="base"))) == []
    allowed = _state()
    allowed.price_hand = True
    assert list(margins.discount_right(allowed)) == []
