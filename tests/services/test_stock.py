"""Stock: seen, received, put right; the ledger and the balance move together."""

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy import bindparam, select

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.stock import AdjustRequest, LineMoved, ReceiveRequest, WarehouseStock
from orderdesk.models.company import Warehouse
from orderdesk.models.journal import Event
from orderdesk.services import ledger, stock, stock_check
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase
from orderdesk.store.statements import SQLITE, Row, statement, table_of
from orderdesk.store.work import Work
from tests.company import put
from tests.laws import assert_laws_hold

_event = table_of(Event).c
EVENTS = statement(
    select(_event.subject_id, _event.version, _event.kind, _event.body)
    .where(_event.subject == bindparam("subject"))
    .order_by(_event.id)
)


@pytest.fixture(autouse=True)
def laws_hold(desk: Desk) -> Iterator[None]:
    """No law is broken after any of these tests."""
    yield
    assert_laws_hold(desk)


def events(desk: Desk) -> list[Row]:
    return desk.read(lambda work: work.run(EVENTS, {"subject": "movement"}))


def order(desk: Desk, *lines: tuple[str, str], requested: str | None = None) -> str:
    wanted = tuple(LineRequest(product=p, quantity=q, requested=requested) for p, q in lines)
    return desk.run(place, OrderRequest(customer="FREE", lines=wanted)).number


def second_warehouse(work: Work) -> None:
    put(work, Warehouse, [{"code": "02"}, {"code": "03", "archived": 1}])


def test_stock_is_shown_by_code_or_ean_with_each_warehouse(desk: Desk) -> None:
    order(desk, ("P1", "12"))
    shown = desk.read(stock.show, "p1")
    assert desk.read(stock.show, "2000000000015") == shown
    assert (shown.product, shown.name, shown.unit) == ("P1", "Product P1", "ea")
    assert (shown.on_hand, shown.allocated, shown.available) == (100, 12, 88)
    assert shown.expected == 0
    assert shown.warehouses == (WarehouseStock("01", Decimal(100), Decimal(12), Decimal(88)),)


def test_what_is_never_in_stock_shows_nothing(desk: Desk) -> None:
    shown = desk.read(stock.show, "WORK")
    assert (shown.on_hand, shown.warehouses) == (0, ())


def test_a_receipt_moves_ledger_and_balance_and_tells_of_it(desk: Desk) -> None:
    done = desk.run(
        stock.receive,
        ReceiveRequest(product="p3", quantity="2.5", reference="DN 77", reason="restock"),
    )
    assert (done.on_hand, done.available, done.served) == (Decimal("2.5"), Decimal("2.5"), ())
    assert desk.read(stock_check.moves, "P3").entries == (done.movement,)
    assert done.movement is not None
    assert (done.movement.kind, done.movement.reference) == ("receipt", "DN 77")
    [told] = events(desk)
    assert (told.subject_id, told.version, told.kind) == (done.movement.id, 1, "receipt")
    assert json.loads(told.body) == {
        "product": "P3",
        "warehouse": "01",
        "quantity": "2.5",
        "on_hand": ["0", "2.5"],
        "reason": "restock",
        "reference": "DN 77",
        "served": [],
        "deallocated": [],
    }


def test_a_receipt_serves_who_waits_by_rank_and_says_who_it_was(desk: Desk) -> None:
    later = order(desk, ("P2", "9"), requested="2026-12-24")
    sooner = order(desk, ("P2", "4"), requested="2026-12-01")
    done = desk.run(stock.receive, ReceiveRequest(product="P2", quantity="6"))
    assert done.served == (LineMoved(sooner, 1, Decimal(4)), LineMoved(later, 1, Decimal(2)))
    assert (done.on_hand, done.allocated, done.available) == (11, 11, 0)
    assert json.loads(events(desk)[-1].body)["served"] == [
        {"order": sooner, "line": 1, "quantity": "4"},
        {"order": later, "line": 1, "quantity": "2"},
    ]


def test_a_product_may_be_received_where_it_never_lay(desk: Desk) -> None:
    desk.run(second_warehouse)
    order(desk, ("P2", "9"))
    done = desk.run(stock.receive, ReceiveRequest(product="P2", quantity="7", warehouse="02"))
    assert done.served == ()
    assert [(w.warehouse, w.on_hand, w.available) for w in done.warehouses] == [
        ("01", 5, 0),
        ("02", 7, 7),
    ]
    assert (done.on_hand, done.available) == (12, 7)


def test_a_set_of_receipts_is_taken_in_at_once(desk: Desk) -> None:
    waiting = order(desk, ("P2", "9"), ("P3", "1"))
    done = desk.run(
        stock.receive_many,
        [
            ReceiveRequest(product="P3", quantity="0.5", opening=True),
            ReceiveRequest(product="P2", quantity="1"),
            ReceiveRequest(product="2000000000015", quantity="1"),
            ReceiveRequest(product="p2", quantity="2"),
        ],
    )
    assert (done.movements, done.served) == (4, 2)
    assert [move.quantity for move in desk.read(stock_check.moves, "P2").entries] == [2, 1, 5]
    bodies = [json.loads(each.body) for each in events(desk)]
    assert [(each["on_hand"], each["served"]) for each in bodies] == [
        (["0", "0.5"], [{"order": waiting, "line": 2, "quantity": "0.5"}]),
        (["5", "6"], []),
        (["100", "101"], []),
        (["6", "8"], [{"order": waiting, "line": 1, "quantity": "3"}]),
    ]
    assert desk.read(stock_check.moves, "P3").entries[0].kind == "opening"


def test_one_bad_receipt_of_a_set_is_named_and_none_is_taken(desk: Desk) -> None:
    good = ReceiveRequest(product="P1", quantity="1")
    with pytest.raises(Refused, match=r"entry 2: quantity '1\.5' has more than 0"):
        desk.run(stock.receive_many, [good, ReceiveRequest(product="P2", quantity="1.5")])
    assert desk.read(stock.show, "P1").on_hand == 100
    assert desk.run(stock.receive_many, []).movements == 0


def test_a_gain_serves_who_waits(desk: Desk) -> None:
    waiting = order(desk, ("P2", "9"))
    done = desk.run(stock.adjust, AdjustRequest(product="P2", quantity="1", reason="found"))
    assert done.served == (LineMoved(waiting, 1, Decimal(1)),)
    assert done.movement is not None
    assert (done.movement.kind, done.movement.reason) == ("adjustment", "found")


def test_a_loss_below_what_is_promised_takes_it_from_the_worst_rank(desk: Desk) -> None:
    best = order(desk, ("P2", "2"), requested="2026-12-01")
    worst = order(desk, ("P2", "2"), requested="2026-12-24")
    middle = order(desk, ("P2", "1"), requested="2026-12-10")
    done = desk.run(stock.adjust, AdjustRequest(product="P2", counted="1", reason="count"))
    assert done.deallocated == (
        LineMoved(worst, 1, Decimal(2)),
        LineMoved(middle, 1, Decimal(1)),
        LineMoved(best, 1, Decimal(1)),
    )
    assert (done.on_hand, done.allocated, done.available, done.served) == (1, 1, 0, ())
    assert done.movement is not None
    assert done.movement.quantity == -4
    assert [each["order"] for each in json.loads(events(desk)[-1].body)["deallocated"]] == [
        worst,
        middle,
        best,
    ]


def test_a_loss_of_what_is_free_touches_nobody(desk: Desk) -> None:
    order(desk, ("P2", "2"))
    done = desk.run(stock.adjust, AdjustRequest(product="P2", quantity="-3", reason="found"))
    assert (done.on_hand, done.allocated, done.deallocated) == (2, 2, ())


def test_a_count_that_finds_what_the_books_say_changes_nothing(desk: Desk) -> None:
    done = desk.run(stock.adjust, AdjustRequest(product="P1", counted="100"))
    assert (done.movement, done.on_hand) == (None, 100)
    assert events(desk) == []


def test_the_ledger_is_read_in_pages_the_newest_first(desk: Desk) -> None:
    for quantity in ("1", "2", "3"):
        desk.run(stock.receive, ReceiveRequest(product="P1", quantity=quantity))
    first = desk.read(stock_check.moves, "P1", limit=2).entries
    assert [move.quantity for move in first] == [3, 2]
    rest = desk.read(stock_check.moves, "P1", first[-1].id, limit=2).entries
    assert [(move.quantity, move.kind) for move in rest] == [(1, "receipt"), (100, "opening")]


@pytest.mark.parametrize(
    ("service", "request_", "error", "words"),
    [
        (stock.receive, ReceiveRequest(product="NIX", quantity="1"), NotFound, "'NIX' is unknown"),
        (stock.receive, ReceiveRequest(product="P1", quantity="0"), Refused, "quantity is 0"),
        (stock.receive, ReceiveRequest(product="P1", quantity="-1"), Refused, "negative"),
        (stock.receive, ReceiveRequest(product="P1", quantity="1e9"), Refused, "plain number"),
        (stock.receive, ReceiveRequest(product="WORK", quantity="1"), Refused, "is a service"),
        (stock.receive, ReceiveRequest(product="GONE", quantity="1"), Refused, "is archived"),
        (
            stock.receive,
            ReceiveRequest(product="P1", quantity="1", warehouse="99"),
            NotFound,
            "warehouse '99' is unknown",
        ),
        (
            stock.receive,
            ReceiveRequest(product="P1", quantity="1", warehouse="03"),
            Refused,
            "warehouse '03' is archived",
        ),
        (
            stock.receive,
            ReceiveRequest(product="P1", quantity="999999999999"),
            Refused,
            "more at 01 than can be kept count of",
        ),
        (
            stock.receive,
            ReceiveRequest(product="P1", quantity="1", reason="a\0b"),
            Refused,
            "reason has a NUL",
        ),
        (stock.adjust, AdjustRequest(product="P1"), Refused, "either quantity"),
        (
            stock.adjust,
            AdjustRequest(product="P1", quantity="1", counted="1", reason="found"),
            Refused,
            "either quantity",
        ),
        (
            stock.adjust,
            AdjustRequest(product="P1", quantity="0", reason="found"),
            Refused,
            "quantity is 0",
        ),
        (stock.adjust, AdjustRequest(product="P1", counted="-1"), Refused, "counted '-1' is neg"),
        (
            stock.adjust,
            AdjustRequest(product="P2", quantity="-6", reason="found"),
            Refused,
            "quantity -6 is more than product 'P2' has at 01: 5 ea; take off at most 5",
        ),
        (
            stock.adjust,
            AdjustRequest(product="P3", quantity="-1", reason="found"),
            Refused,
            "has at 01: 0 kg; there is nothing to take off",
        ),
        (stock.adjust, AdjustRequest(product="TEXT", counted="1"), Refused, "never in stock"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_changes_nothing(
    desk: Desk, service: object, request_: object, error: type[Exception], words: str
) -> None:
    desk.run(second_warehouse)
    with pytest.raises(error, match=words):
        desk.run(service, request_)  # type: ignore[arg-type]
    assert desk.read(stock.show, "P1").on_hand == 100
    assert events(desk) == []


def test_an_archived_product_can_still_be_counted_down(desk: Desk) -> None:
    done = desk.run(stock.adjust, AdjustRequest(product="GONE", quantity="2", reason="found"))
    assert done.on_hand == 2


def test_the_same_command_twice_receives_once(desk: Desk) -> None:
    request = ReceiveRequest(product="P1", quantity="5")
    first = desk.command("r-1", stock.receive, request)
    assert desk.command("r-1", stock.receive, request) == first
    assert desk.read(stock.show, "P1").on_hand == 105


def test_the_ledger_is_found_by_its_product_and_never_by_a_scan(sqlite_url: str) -> None:
    database = Desk(sqlite_url, "clerk").open().database
    assert isinstance(database, SqliteDatabase)
    connection = database.connect()
    values = {"product": 2, "key": 9, "most": 5, "products": "[2]"}
    for each in (stock_check.OLDER, stock_check.NEWER, ledger.SEEN):
        sql = each.prepared(SQLITE).sql
        steps = [row[-1] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
        assert not [step for step in steps if step.startswith(("SCAN movement", "SCAN stock"))]
        assert "USE TEMP B-TREE FOR ORDER BY" not in steps
    connection.close()
    database.close()
