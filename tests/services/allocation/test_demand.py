"""What waits is kept by day, whatever changes a line; far lines take no stock before their time."""

from collections.abc import Callable
from typing import Any

import pytest

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import AmendRequest, LineChange
from orderdesk.domain.stock import AdjustRequest, ReceiveRequest
from orderdesk.services import stock
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel, close_line, reopen
from orderdesk.services.orders.copying import copy
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.breaking import break_rows
from tests.laws import assert_laws_hold
from tests.services.allocation.looking import assert_replayed, decided, demand, held
from tests.services.orders.asking import line, order

TODAY, LATER, FAR = "2026-11-23", "2026-12-01", "2027-03-01"
P2 = "P2"


def amended(desk: Desk, number: str, **change: Any) -> None:
    desk.run(amend, AmendRequest(number=number, lines=(LineChange(line=1, **change),)))


def receive(desk: Desk, quantity: str, product: str = P2) -> None:
    desk.run(stock.receive, ReceiveRequest(product=product, quantity=quantity))


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    """Give a desk where the second order has 1 of 4 P2, and the third none of 3."""
    desk.run(place, order("FREE", line(P2, "4")))
    desk.run(place, order("ACME", line(P2, "4")))
    desk.run(place, order("FREE", line(P2, "3"), requested=LATER))
    return desk


def test_what_is_short_waits_for_its_day(waiting: Desk) -> None:
    assert demand(waiting) == {(P2, TODAY): 3_000, (P2, LATER): 3_000}
    assert_laws_hold(waiting)


CHANGES: dict[str, tuple[Callable[[Desk], Any], dict[str, int]]] = {
    "receipt": (lambda desk: receive(desk, "2"), {TODAY: 1_000, LATER: 3_000}),
    "receipt of all": (lambda desk: receive(desk, "9"), {}),
    "loss": (
        lambda desk: desk.run(stock.adjust, AdjustRequest(product=P2, counted="2")),
        {TODAY: 6_000, LATER: 3_000},
    ),
    "cancel": (lambda desk: desk.run(cancel, "SO-000001"), {LATER: 2_000}),
    "cancel who waits": (lambda desk: desk.run(cancel, "SO-000002"), {LATER: 2_000}),
    "close": (lambda desk: desk.run(close_line, "SO-000002", 1, "2"), {TODAY: 1_000, LATER: 3_000}),
    "more": (
        lambda desk: amended(desk, "SO-000003", quantity="5"),
        {TODAY: 3_000, LATER: 5_000},
    ),
    "less": (lambda desk: amended(desk, "SO-000001", quantity="1"), {LATER: 3_000}),
    "another day": (
        lambda desk: amended(desk, "SO-000002", requested="2026-12-24"),
        {"2026-12-24": 3_000, LATER: 3_000},
    ),
    "copy": (lambda desk: desk.run(copy, "SO-000002"), {TODAY: 7_000, LATER: 3_000}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_waits_follows_every_change(waiting: Desk, name: str) -> None:
    act, expected = CHANGES[name]
    act(waiting)
    assert demand(waiting) == {(P2, day): quantity for day, quantity in expected.items()}
    assert_laws_hold(waiting)
    assert_replayed(waiting)


def test_what_was_closed_waits_again_when_it_is_reopened(waiting: Desk) -> None:
    waiting.run(close_line, "SO-000002", 1)
    waiting.run(reopen, "SO-000002")
    assert demand(waiting)[P2, TODAY] == 4_000 - held(waiting)["SO-000002", 1]
    assert_laws_hold(waiting)
    assert_replayed(waiting)


def test_a_line_beyond_the_horizon_takes_no_stock_and_does_not_lose_it_to_who_comes_after(
    desk: Desk,
) -> None:
    desk.run(place, order("FREE", line(P2, "4"), requested=FAR))
    assert held(desk) == {("SO-000001", 1): 0}
    assert demand(desk) == {(P2, FAR): 4_000}
    desk.run(place, order("ACME", line(P2, "4")))
    # Nothing more of it is ever bought, as far as is known: 4 of the 5 are spoken for.
    assert held(desk)["SO-000002", 1] == 1_000
    [entry] = decided(desk)
    assert (entry.free, entry.kept, entry.granted, entry.wanted) == (5_000, 4_000, 1_000, 4_000)
    assert_laws_hold(desk)
    assert_replayed(desk)


def test_what_can_be_bought_in_time_is_not_kept_for_a_far_line(desk: Desk) -> None:
    break_rows(desk, "UPDATE product SET replenishment_days = 30")
    desk.run(place, order("FREE", line(P2, "4"), requested=FAR))
    desk.run(place, order("ACME", line(P2, "4")))
    assert held(desk)["SO-000002", 1] == 4_000
    assert_laws_hold(desk)


def test_a_line_that_is_moved_beyond_the_horizon_gives_its_stock_back_until_its_time(
    waiting: Desk,
) -> None:
    amended(waiting, "SO-000001", requested=FAR)
    # It was promised its goods: who was not leaves them to it, though nobody has them now.
    assert held(waiting) == {
        ("SO-000001", 1): 0,
        ("SO-000002", 1): 1_000,
        ("SO-000003", 1): 0,
    }
    assert demand(waiting) == {(P2, TODAY): 3_000, (P2, LATER): 3_000, (P2, FAR): 4_000}
    amended(waiting, "SO-000001", requested=TODAY)
    receive(waiting, "1")
    assert held(waiting)["SO-000001", 1] == 4_000
    assert held(waiting)["SO-000002", 1] == 2_000
    assert_laws_hold(waiting)
    assert_replayed(waiting)


def test_the_last_of_a_discontinued_product_are_kept_for_a_far_line(desk: Desk) -> None:
    desk.run(place, order("FREE", line("LAST", "2"), requested=FAR))
    with pytest.raises(Refused, match="only 1 are left"):
        desk.run(place, order("FREE", line("LAST", "2")))
    with pytest.raises(Refused, match="only 1 are left"):
        desk.run(place, order("FREE", line("LAST", "2"), requested=FAR))
    with pytest.raises(Refused, match=r"line 2: .* none are left"):
        desk.run(place, order("FREE", line("LAST", "1"), line("LAST", "2"), requested=FAR))
    desk.run(place, order("FREE", line("LAST", "1")))
    with pytest.raises(Refused, match="only 2 can be had"):
        amended(desk, "SO-000001", quantity="3")
    assert_laws_hold(desk)


def test_a_decision_says_what_ranked_the_line_and_why_it_was_looked_at(waiting: Desk) -> None:
    receive(waiting, "4")
    rows = decided(waiting)
    assert [(row.order_id, row.cause, row.granted, row.place) for row in rows] == [
        (1, "entry", 4_000, 1),
        (2, "entry", 1_000, 1),
        (2, "receipt 5", 3_000, 1),
        (3, "receipt 5", 1_000, 2),
    ]
    assert [(row.ranked, row.free, row.wanted, row.actor) for row in rows[2:]] == [
        (TODAY, 4_000, 3_000, "clerk"),
        (LATER, 1_000, 3_000, "clerk"),
    ]
