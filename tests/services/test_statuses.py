"""Goods that are not to be used: set apart, shown, never promised, and free again."""

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy import bindparam, select

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.stock import ApartStock, LineMoved, StatusRequest, StockChangeView
from orderdesk.domain.transfers import TransferRequest
from orderdesk.models.company import Warehouse
from orderdesk.models.journal import Event
from orderdesk.services import availability, doctor, statuses, stock, stock_check, transfers
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from tests.breaking import break_rows
from tests.company import put
from tests.laws import assert_laws_hold

_event = table_of(Event).c
NEWEST = statement(
    select(_event.body).where(_event.subject == bindparam("subject")).order_by(_event.id.desc())
)


@pytest.fixture(autouse=True)
def laws_hold(desk: Desk) -> Iterator[None]:
    """No law is broken after any of these tests."""
    yield
    assert_laws_hold(desk)


def status(
    desk: Desk, quantity: str, before: str, after: str, product: str = "P1", reason: str = "Wet"
) -> StockChangeView:
    asked = StatusRequest(
        product=product, quantity=quantity, before=before, after=after, reason=reason
    )
    return desk.run(statuses.status, asked)


def order(desk: Desk, quantity: str) -> str:
    lines = (LineRequest(product="P1", quantity=quantity),)
    return desk.run(place, OrderRequest(customer="FREE", lines=lines)).number


def test_what_is_set_apart_is_shown_and_in_no_other_number(desk: Desk) -> None:
    done = status(desk, "30", "free", "quarantine")
    assert (done.on_hand, done.available) == (70, 70)
    assert done.apart == (ApartStock("01", "quarantine", Decimal(30)),)
    [known] = desk.read(availability.known, [1], "01").values()
    assert known.free == 70_000
    assert done.movement is not None
    assert (done.movement.kind, done.movement.status, done.movement.quantity) == (
        "status",
        "free",
        -30,
    )
    [into, out, _] = desk.read(stock_check.moves, "P1").entries
    assert (into.quantity, into.status, out.quantity, out.status) == (
        30,
        "quarantine",
        -30,
        "free",
    )


def test_an_order_takes_nothing_of_what_is_set_apart(desk: Desk) -> None:
    status(desk, "95", "free", "damaged")
    order(desk, "8")
    shown = desk.read(stock.show, "P1")
    assert (shown.on_hand, shown.allocated, shown.available) == (5, 5, 0)


def test_a_loss_takes_from_the_worst_line_and_what_is_free_again_serves_it(desk: Desk) -> None:
    order(desk, "60")
    worst = order(desk, "40")
    lost = status(desk, "30", "free", "quarantine")
    assert lost.deallocated == (LineMoved(worst, 1, Decimal(30)),)
    again = status(desk, "10", "quarantine", "free")
    assert again.served == (LineMoved(worst, 1, Decimal(10)),)
    assert (again.on_hand, again.apart[0].on_hand) == (80, 20)


def test_goods_go_from_one_status_to_the_other(desk: Desk) -> None:
    status(desk, "30", "free", "quarantine")
    done = status(desk, "12", "Quarantine", "damaged")
    assert [(each.status, each.on_hand) for each in done.apart] == [
        ("damaged", 12),
        ("quarantine", 18),
    ]
    assert done.on_hand == 70
    [newest, *_] = desk.read(lambda work: work.run(NEWEST, {"subject": "movement"}))
    told = json.loads(newest.body)
    assert (told["status"], told["on_hand"]) == ("damaged", ["0", "12"])


def test_what_is_set_apart_is_not_sent(desk: Desk) -> None:
    desk.run(lambda work: put(work, Warehouse, [{"code": "02"}]))
    status(desk, "95", "free", "damaged")
    with pytest.raises(Refused, match="send at most 5"):
        desk.run(transfers.send, TransferRequest(product="P1", quantity="6", target="02"))


@pytest.mark.parametrize(
    ("quantity", "before", "after", "words"),
    [
        ("101", "free", "damaged", "more than lies free of product 'P1' at 01: 100 ea"),
        ("1", "quarantine", "free", "at 01: 0 ea; look where it lies with `stock places`"),
        ("1", "free", "free", "from and to are both free"),
        ("1", "free", "lost", "to 'lost' is no status of goods; one of free, quarantine, damaged"),
        ("0", "free", "damaged", "quantity is 0"),
    ],
)
def test_what_makes_no_sense_is_refused(
    desk: Desk, quantity: str, before: str, after: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        status(desk, quantity, before, after)


def test_a_reason_is_needed_and_goods(desk: Desk) -> None:
    with pytest.raises(Refused, match="needs a reason"):
        status(desk, "1", "free", "damaged", reason="")
    with pytest.raises(Refused, match="is a service and never in stock"):
        status(desk, "1", "free", "damaged", product="WORK")


def test_only_who_may_change_stock_may_do_so(desk: Desk) -> None:
    break_rows(desk, "DELETE FROM role_right WHERE role = 'clerk' AND right_code = 'stock'")
    with pytest.raises(Refused, match="may not receive, adjust, move and count stock"):
        status(desk, "1", "free", "damaged")


@pytest.mark.parametrize(
    ("breaks", "mends", "words"),
    [
        (
            "UPDATE stock_place SET on_hand = 7000 WHERE status = 'damaged'",
            "UPDATE stock_place SET on_hand = 5000 WHERE status = 'damaged'",
            "stock of P1 at 01, damaged: on hand is not the sum of its movements",
        ),
        (
            "UPDATE movement SET status = 'odd' WHERE status = 'damaged'",
            "UPDATE movement SET status = 'damaged' WHERE status = 'odd'",
            "stock of P1 at 01, odd: on hand is not the sum of its movements",
        ),
        (
            "UPDATE movement SET status = 'damaged' WHERE quantity = -5000",
            "UPDATE movement SET status = 'free' WHERE quantity = -5000",
            "stock of P1 at 01: on hand is not the sum of its movements",
        ),
    ],
)
def test_the_doctor_finds_goods_apart_that_do_not_add_up(
    desk: Desk, breaks: str, mends: str, words: str
) -> None:
    status(desk, "5", "free", "damaged")
    break_rows(desk, breaks)
    assert any(words in each.message for each in desk.read(doctor.examine))
    break_rows(desk, mends)
