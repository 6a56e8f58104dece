"""Goods that come in of what was expected, and receipts that are taken back."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from orderdesk.domain.errors import NotFound, OrderDeskError, Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.stock import AdjustRequest, ExpectedGoods, LineMoved, ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.models.company import Warehouse
from orderdesk.models.journal import Event as Noted
from orderdesk.services import products, stock, stock_check
from orderdesk.services.allocation import explaining
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import events, show
from orderdesk.services.supplies import announcing, reading
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.breaking import break_rows
from tests.company import put
from tests.laws import assert_laws_hold

_event = table_of(Noted).c
TOLD = statement(
    select(_event.kind, _event.body)
    .where(_event.subject == "supply", _event.subject_id == bindparam("id"))
    .order_by(_event.id)
)


@pytest.fixture(autouse=True)
def laws_hold(desk: Desk) -> Iterator[None]:
    """No law is broken after any of these tests."""
    desk.run(lambda work: put(work, Warehouse, [{"code": "02"}]))
    yield
    assert_laws_hold(desk)


def expected(desk: Desk, product: str = "P2", quantity: str = "40", **more: Any) -> str:
    more = {"due": "2026-12-01", "reference": "PO 4711", **more}
    request = SupplyRequest(product=product, quantity=quantity, **more)
    return str(desk.run(announcing.add, request).id)


def told(desk: Desk, number: str) -> list[tuple[str, Any]]:
    rows = desk.read(lambda work: work.run(TOLD, {"id": int(number)}))
    return [(row.kind, json.loads(row.body)) for row in rows]


def waiting(desk: Desk, quantity: str) -> str:
    lines = (LineRequest(product="P2", quantity=quantity),)
    return desk.run(place, OrderRequest(customer="FREE", lines=lines)).number


def test_all_that_was_expected_comes_in_and_serves_who_waits(desk: Desk) -> None:
    order = waiting(desk, "9")
    number = expected(desk)
    done = desk.run(stock.receive, ReceiveRequest(supply=number))
    assert (done.on_hand, done.expected, done.supplies) == (45, 0, ())
    assert done.served == (LineMoved(order, 1, Decimal(4)),)
    assert done.supply is not None
    assert (done.supply.received, done.supply.open, done.supply.surplus) == (40, 0, 0)
    assert done.movement is not None
    assert (done.movement.reference, done.movement.supply) == ("PO 4711", int(number))
    shown = desk.read(reading.show, int(number))
    assert (shown.received, shown.open, shown.version) == (40, 0, 2)
    assert shown.receipts == (done.movement,)
    assert told(desk, number)[-1] == (
        "received",
        {
            "product": "P2",
            "movements": [done.movement.id],
            "open": ["40", "0"],
            "received": ["0", "40"],
        },
    )


def test_a_part_that_comes_leaves_the_rest_expected(desk: Desk) -> None:
    number = expected(desk)
    request = ReceiveRequest(product="p2", quantity="15", supply=number, reference="DN 1")
    done = desk.run(stock.receive, request)
    assert done.movement is not None
    assert (done.movement.reference, done.expected) == ("DN 1", 25)
    assert done.supplies == (
        ExpectedGoods(int(number), "01", date(2026, 12, 1), Decimal(25), "PO 4711", False),
    )


def test_what_comes_beyond_what_was_expected_closes_it_and_is_noted(desk: Desk) -> None:
    number = expected(desk)
    done = desk.run(stock.receive, ReceiveRequest(supply=number, quantity="43"))
    assert done.supply is not None
    assert (done.supply.open, done.supply.surplus) == (0, 3)
    assert told(desk, number)[-1][1]["surplus"] == "3"
    with pytest.raises(Refused, match=f"nothing is to come of supply {number} any more; say how"):
        desk.run(stock.receive, ReceiveRequest(supply=number))
    more = desk.run(stock.receive, ReceiveRequest(supply=number, quantity="2"))
    assert more.supply is not None
    assert more.supply.surplus == 5


def test_cancelled_goods_that_come_nevertheless_are_a_surplus(desk: Desk) -> None:
    number = expected(desk)
    desk.run(announcing.cancel, int(number))
    done = desk.run(stock.receive, ReceiveRequest(supply=number, quantity="4"))
    assert done.supply is not None
    assert (done.supply.open, done.supply.surplus, done.on_hand) == (0, 4, 9)


def test_a_set_of_receipts_takes_from_the_same_goods_one_after_the_other(desk: Desk) -> None:
    number, other = expected(desk), expected(desk, "P1", "7")
    done = desk.run(
        stock.receive_many,
        [
            ReceiveRequest(supply=number, quantity="10"),
            ReceiveRequest(supply=other),
            ReceiveRequest(supply=number),
            ReceiveRequest(product="P3", quantity="1"),
        ],
    )
    assert done.movements == 4
    shown = desk.read(reading.show, int(number))
    assert (shown.received, shown.version, len(shown.receipts)) == (40, 2, 2)
    assert [each.quantity for each in desk.read(stock_check.moves, "P2", limit=2).entries] == [
        30,
        10,
    ]


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"supply": "x"}, Refused, "supply 'x' is not a number"),
        ({"supply": "99"}, NotFound, "supply 99 is unknown"),
        ({"product": "P1"}, Refused, r"supply \d+ is of product 'P2', not 'P1'"),
        ({"warehouse": "02"}, Refused, r"comes in at 01, not 02; move it with `orderdesk supply"),
        ({"opening": True}, Refused, "what was there before is never of supply"),
        ({"quantity": "0"}, Refused, "quantity is 0; receive at least something"),
        ({"supply": None}, Refused, "product is missing; say what came"),
        ({"supply": None, "product": "P1"}, Refused, "quantity is missing; say how much came"),
    ],
)
def test_a_receipt_that_is_not_of_these_goods_is_refused(
    desk: Desk, more: dict[str, Any], error: type[Exception], words: str
) -> None:
    number = expected(desk)
    with pytest.raises(error, match=words):
        desk.run(stock.receive, ReceiveRequest(**{"supply": number, **more}))
    assert desk.read(reading.show, int(number)).received == 0
    assert desk.read(stock.show, "P2").on_hand == 5


def test_a_receipt_is_taken_back_with_what_was_promised_of_it(desk: Desk) -> None:
    first, last = waiting(desk, "9"), waiting(desk, "30")
    number = expected(desk)
    done = desk.run(stock.receive, ReceiveRequest(supply=number))
    assert done.movement is not None
    back = desk.run(stock.reverse, done.movement.id, "Booked twice")
    assert back.movement is not None
    assert (back.movement.kind, back.movement.quantity) == ("reversal", -40)
    assert (back.movement.reverses, back.movement.supply) == (done.movement.id, int(number))
    assert back.movement.reference == f"receipt {done.movement.id}"
    assert back.deallocated == (
        LineMoved(last, 1, Decimal(30)),
        LineMoved(first, 1, Decimal(4)),
    )
    assert (back.on_hand, back.allocated, back.expected) == (5, 5, 40)
    assert back.supply is not None
    assert (back.supply.received, back.supply.open) == (0, 40)
    assert told(desk, number)[-1] == (
        "reversed",
        {
            "product": "P2",
            "movements": [back.movement.id],
            "open": ["0", "40"],
            "received": ["40", "0"],
        },
    )
    again = desk.run(stock.receive, ReceiveRequest(supply=number))
    assert (again.on_hand, again.expected) == (45, 0)


def test_a_receipt_by_surprise_is_taken_back_too(desk: Desk) -> None:
    done = desk.run(stock.receive, ReceiveRequest(product="P3", quantity="2.5"))
    assert done.movement is not None
    back = desk.run(stock.reverse, done.movement.id)
    assert (back.on_hand, back.supply) == (0, None)


def test_what_is_gone_cannot_be_taken_back(desk: Desk) -> None:
    done = desk.run(stock.receive, ReceiveRequest(product="P3", quantity="2.5"))
    desk.run(stock.adjust, AdjustRequest(product="P3", counted="1"))
    assert done.movement is not None
    words = rf"receipt {done.movement.id} brought 2\.5 kg of product 'P3' to 01, and only 1 kg are"
    with pytest.raises(Refused, match=words):
        desk.run(stock.reverse, done.movement.id)
    assert desk.read(stock.show, "P3").on_hand == 1


def test_only_a_receipt_is_taken_back_and_only_once(desk: Desk) -> None:
    desk.run(stock.adjust, AdjustRequest(product="P3", counted="1"))
    [adjusted] = desk.read(stock_check.moves, "P3").entries
    with pytest.raises(Refused, match=f"movement {adjusted.id} is an adjustment, and only"):
        desk.run(stock.reverse, adjusted.id)
    done = desk.run(stock.receive, ReceiveRequest(product="P3", quantity="1"))
    assert done.movement is not None
    back = desk.run(stock.reverse, done.movement.id)
    assert back.movement is not None
    with pytest.raises(Refused, match=f"reversed before, by movement {back.movement.id}"):
        desk.run(stock.reverse, done.movement.id)
    with pytest.raises(Refused, match="is a reversal, and only a receipt"):
        desk.run(stock.reverse, back.movement.id)
    with pytest.raises(NotFound, match="movement 9999 is unknown"):
        desk.run(stock.reverse, 9999)


def test_two_desks_take_a_receipt_back_once(desk: Desk, url: str) -> None:
    number = expected(desk)
    done = desk.run(stock.receive, ReceiveRequest(supply=number))
    movement = done.movement.id if done.movement else 0
    together = Barrier(2)

    def reverse() -> str:
        other = Desk(url, "clerk").open()
        together.wait(timeout=60)
        try:
            other.run(stock.reverse, movement)
            return "done"
        except OrderDeskError as error:
            return error.code
        finally:
            other.close()

    with ThreadPoolExecutor(2) as threads:
        ended = [each.result(timeout=60) for each in [threads.submit(reverse) for _ in range(2)]]
    assert sorted(ended) == ["done", "reversed_before"]
    assert desk.read(reading.show, int(number)).open == 40


def test_two_desks_bring_the_same_piece_once(desk: Desk, url: str) -> None:
    desk.run(products.set_, ProductRequest(code="P3", tracked="serial"))
    # A shelf that stands already is what both wait for.
    desk.run(stock.receive, ReceiveRequest(product="P3", serials=("S0",)))
    together = Barrier(2)

    def receive(turn: int) -> str:
        other = Desk(url, "clerk").open()
        together.wait(timeout=60)
        ended = []
        for number in range(1, 6):
            try:
                other.run(stock.receive, ReceiveRequest(product="P3", serials=(f"S{number}",)))
                ended.append("done")
            except OrderDeskError as error:
                ended.append(error.code)
            together.wait(timeout=60)
        other.close()
        return " ".join(ended)

    with ThreadPoolExecutor(2) as threads:
        mine, theirs = (
            each.result(timeout=60) for each in [threads.submit(receive, n) for n in (1, 2)]
        )
    pairs = zip(mine.split(), theirs.split(), strict=True)
    assert [sorted(pair) for pair in pairs] == [["done", "serial_in_stock"]] * 5


def test_two_warehouses_bring_the_first_of_a_piece_once(desk: Desk, url: str) -> None:
    """Of a product older than the company's first warehouse there is no shelf to wait for."""
    desk.run(put, Warehouse, [{"code": "03"}])
    new = ProductRequest(code="P9", name="Drill", unit="ea", tracked="serial")
    desk.run(products.add, new)
    of_it = "product_id = (SELECT id FROM product WHERE code = 'P9')"
    break_rows(desk, f"DELETE FROM stock WHERE {of_it}")
    brought, ended = Event(), Event()

    def first(work: Work) -> None:
        stock.receive(work, ReceiveRequest(product="P9", serials=("S1",)))
        brought.set()
        # The other one ends only where it does not wait.
        ended.wait(timeout=0.5)

    def second() -> str:
        other = Desk(url, "clerk").open()
        assert brought.wait(timeout=60)
        asked = ReceiveRequest(product="P9", serials=("S1",), warehouse="03")
        try:
            other.run(stock.receive, asked)
            return "done"
        except OrderDeskError as error:
            return error.code
        finally:
            ended.set()
            other.close()

    with ThreadPoolExecutor(1) as threads:
        theirs = threads.submit(second)
        desk.run(first)
        assert theirs.result(timeout=60) == "serial_in_stock"


def test_a_receipt_says_what_came_where_and_how_many_got_of_it(desk: Desk) -> None:
    desk.run(place, OrderRequest(customer="FREE", lines=(LineRequest(product="P2", quantity="9"),)))
    asked = ReceiveRequest(product="P2", quantity="3")
    done = desk.run(stock.receive, asked)
    assert done.movement is not None
    number = done.movement.id
    assert done.received == (
        f"3 ea at warehouse 01 (movement {number}); 1 line that waited got of it"
    )
    desk.run(products.set_, ProductRequest(code="P3", tracked="serial"))
    names = tuple(f"S{n}" for n in range(7))
    told = desk.run(stock.receive, ReceiveRequest(product="P3", serials=names))
    assert told.received == (
        "7 kg, serial S0, S1, S2, S3, S4 and 2 more, at warehouse 01 "
        f"(movements {number + 1} to {number + 7}); nobody waited for it"
    )
    # Nothing is entered by a rehearsal.
    assert "movement" not in desk.rehearse(stock.receive, asked).received


def test_who_may_not_move_stock_takes_nothing_back(desk: Desk, desk_of: Any) -> None:
    done = desk.run(stock.receive, ReceiveRequest(product="P1", quantity="1"))
    assert done.movement is not None
    with pytest.raises(Refused, match="may not receive, adjust, move and count stock"):
        desk_of("accounts").run(stock.reverse, done.movement.id)


def test_stock_says_what_is_expected_and_where(desk: Desk) -> None:
    expected(desk, "P2", "40", due="2026-12-09")
    expected(desk, "P2", "10", due="2026-11-20", warehouse="02")
    shown = desk.read(stock.show, "P2")
    assert (shown.expected, shown.on_hand) == (50, 5)
    assert [(w.warehouse, w.on_hand, w.expected) for w in shown.warehouses] == [
        ("01", 5, 40),
        ("02", 0, 10),
    ]
    assert [(each.due.day, each.quantity, each.late) for each in shown.supplies] == [
        (20, 10, True),
        (9, 40, False),
    ]


def test_a_line_served_elsewhere_of_what_was_free_has_its_decision_and_its_event(
    desk: Desk,
) -> None:
    """What waits at one warehouse is served when goods of it come in at another one, too."""
    desk.run(stock.receive, ReceiveRequest(product="P2", quantity="4", warehouse="02"))
    lines = (LineRequest(product="P2", quantity="3", warehouse="02"),)
    asked = OrderRequest(customer="FREE", lines=lines, requested="2027-03-01")
    number = desk.run(place, asked).number
    assert desk.read(show, number).lines[0].allocated == 0
    break_rows(desk, "UPDATE company SET allocation_horizon = 200")
    done = desk.run(stock.receive, ReceiveRequest(product="P2", quantity="1"))
    assert done.movement is not None
    assert done.served == (LineMoved(number, 1, Decimal(3)),)
    assert desk.read(show, number).lines[0].allocated == 3
    [decision] = desk.read(explaining.explain, number, 1).decisions
    assert (decision.cause, decision.quantity) == (f"receipt {done.movement.id}", 3)
    assert [each.kind for each in desk.read(events, number)] == ["placed", "served"]
