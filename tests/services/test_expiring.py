"""Lots whose last day is over: usable on that day, expired on the next, and nobody's any more."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

import pytest

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.stock import AdjustRequest, ReceiveRequest, StatusRequest
from orderdesk.exchange import nightly
from orderdesk.services import expiring, ledger, lots, products, statuses, stock
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import Row
from orderdesk.store.work import Work
from tests.breaking import break_rows
from tests.laws import assert_laws_hold


@pytest.fixture
def owner(desk_of: Callable[[str], Desk]) -> Iterator[Desk]:
    """Whoever ends the day; P3 is tracked by lot, and the laws hold."""
    desk = desk_of("owner")
    desk.run(products.set_, ProductRequest(code="P3", tracked="lot"))
    yield desk
    assert_laws_hold(desk)


def day(desk: Desk, days: int) -> date:
    return date.fromisoformat(desk.read(lots.today)) + timedelta(days=days)


def receive(desk: Desk, quantity: str, lot: str, days: int) -> None:
    expires = day(desk, days).isoformat()
    desk.run(
        stock.receive, ReceiveRequest(product="P3", quantity=quantity, lot=lot, expires=expires)
    )


def lies(desk: Desk) -> list[tuple[str, str, int]]:
    return [(e.lot, e.status, int(e.on_hand)) for e in desk.read(stock.places, "P3")]


def test_a_lot_is_good_on_its_last_day_and_expired_on_the_next(owner: Desk) -> None:
    receive(owner, "5", "L1", 2)
    last = day(owner, 2)
    assert nightly.run(owner, last).expired_goods == ()
    [ahead] = nightly.ahead(owner, last + timedelta(days=1)).expiring_goods
    [gone] = nightly.run(owner, last + timedelta(days=1)).expired_goods
    assert ahead == gone
    assert (gone.product, gone.lot, gone.quantity, gone.expires) == ("P3", "L1", 5, last)
    assert lies(owner) == [("L1", "expired", 5)]
    shown = owner.read(stock.show, "P3")
    assert (shown.on_hand, shown.apart[0].status) == (0, "expired")
    assert nightly.run(owner, last + timedelta(days=1)).expired_goods == ()


def test_a_line_gets_another_lot_where_there_is_one(owner: Desk) -> None:
    receive(owner, "5", "L1", 20)
    lines = (LineRequest(product="P3", quantity="5"),)
    number = owner.run(place, OrderRequest(customer="FREE", lines=lines)).number
    receive(owner, "3", "L2", 90)
    nightly.run(owner, day(owner, 21))
    found = {e.lot: (e.status, e.allocated) for e in owner.read(stock.places, "P3")}
    assert found == {"L1": ("expired", None), "L2": ("free", 3)}
    assert number == "SO-000001"


def test_many_places_expire_piece_by_piece(owner: Desk) -> None:
    for number in range(23):
        receive(owner, "1", f"L{number:02}", 1)
    gone = nightly.run(owner, day(owner, 2)).expired_goods
    assert [each.lot for each in gone] == [f"L{number:02}" for number in range(23)]


def test_goods_are_free_again_once_their_day_is_put_right(owner: Desk) -> None:
    receive(owner, "5", "L1", 1)
    nightly.run(owner, day(owner, 2))
    asked = StatusRequest(product="P3", quantity="5", before="expired", reason="Label")
    with pytest.raises(Refused, match="lot 'L1' of product 'P3' expired on"):
        owner.run(statuses.status, asked)
    owner.run(lots.set_, "P3", "L1", {"expires": day(owner, 0).isoformat()})
    owner.run(statuses.status, asked)
    assert lies(owner) == [("L1", "free", 5)]


def test_what_is_over_by_the_time_it_is_looked_at_is_not_let_free(owner: Desk) -> None:
    receive(owner, "5", "L1", 1)
    apart = StatusRequest(product="P3", quantity="5", after="quarantine", reason="Look")
    owner.run(statuses.status, apart)
    nightly.run(owner, day(owner, 2))
    back = StatusRequest(
        product="P3", quantity="5", before="quarantine", after="free", reason="Good"
    )
    with pytest.raises(Refused, match="lot 'L1' of product 'P3' expired on"):
        owner.run(statuses.status, back)
    assert lies(owner) == [("L1", "quarantine", 5)]


def test_places_behind_those_that_somebody_took_meanwhile_are_looked_at_too(
    owner: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.run(products.add, ProductRequest(code="P9", name="Nine", unit="ea", tracked="lot"))
    for product, lot in (("P3", "L1"), ("P9", "L2")):
        owner.run(stock.receive, ReceiveRequest(product=product, quantity="1", lot=lot))
    break_rows(owner, "UPDATE lot SET expires = '2000-01-01'")
    monkeypatch.setattr(expiring, "PIECE", 1)
    lock = ledger.lock

    def taken_first(work: Work, shelves: Iterable[ledger.Shelf]) -> dict[ledger.Shelf, Row]:
        monkeypatch.setattr(ledger, "lock", lock)
        stock.adjust(work, AdjustRequest(product="P3", quantity="-1", lot="L1", reason="lost"))
        return lock(work, shelves)

    monkeypatch.setattr(ledger, "lock", taken_first)
    done = owner.run(expiring.piece, expiring.START, "night")
    behind = (3, "01", "", "L1")
    assert (done.expired, done.after) == ((), behind)
    done = owner.run(expiring.piece, behind, "night")
    assert [each.lot for each in done.expired] == ["L2"]


def test_nobody_says_by_hand_that_goods_are_expired(owner: Desk) -> None:
    asked = StatusRequest(product="P3", quantity="5", after="expired", reason="Old")
    with pytest.raises(Refused, match="to 'expired' is no status of goods"):
        owner.run(statuses.status, asked)
