"""Counts: blind sheets, recounts, and books that follow what was found."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal

import pytest
from sqlalchemy import bindparam, select

from orderdesk.domain.counts import CountRequest, CountView, is_doubtful
from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.stock import AdjustRequest, LineMoved, ReceiveRequest
from orderdesk.models.company import Warehouse
from orderdesk.models.journal import Event
from orderdesk.services import company, counts, doctor, masters, products, stock, stock_check
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.breaking import break_rows
from tests.company import put
from tests.laws import assert_laws_hold

_event = table_of(Event).c
EVENTS = statement(
    select(_event.version, _event.kind, _event.body)
    .where(_event.subject == bindparam("subject"))
    .order_by(_event.id)
)
COUNT = "Counted"


@pytest.fixture(autouse=True)
def laws_hold(desk: Desk) -> Iterator[None]:
    """No law is broken after any of these tests."""
    yield
    assert_laws_hold(desk)


def opened(desk: Desk, *codes: str, **more: str) -> CountView:
    return desk.run(counts.open_, CountRequest(products=codes, **more))


def enter(desk: Desk, sheet: CountView, product: str, quantity: str) -> dict[str, str]:
    view = desk.run(counts.enter, sheet.number, product, quantity)
    return {line.product: line.state for line in view.lines}


def on_hand(desk: Desk, product: str) -> Decimal:
    return desk.read(stock.show, product).on_hand


def order(desk: Desk, product: str, quantity: str) -> str:
    lines = (LineRequest(product=product, quantity=quantity),)
    return desk.run(place, OrderRequest(customer="FREE", lines=lines)).number


def test_a_sheet_never_shows_what_the_books_say_before_it_is_posted(desk: Desk) -> None:
    sheet = opened(desk, "P1", "2000000000015", "P2")
    assert (sheet.number, sheet.status, sheet.warehouse) == ("CT-000001", "open", "01")
    assert [(line.product, line.state) for line in sheet.lines] == [
        ("P1", "to count"),
        ("P2", "to count"),
    ]
    enter(desk, sheet, "P1", "98")
    view = desk.read(counts.show, "1")
    assert all(value != 100 for line in view.lines for value in asdict(line).values())
    assert [(line.counted, line.book, line.difference) for line in view.lines] == [
        (98, None, None),
        (None, None, None),
    ]


def test_what_is_posted_moves_the_books_by_the_difference(desk: Desk) -> None:
    sheet = opened(desk, "P1", "P2")
    assert enter(desk, sheet, "P1", "98") == {"P1": "counted", "P2": "to count"}
    with pytest.raises(Refused, match="sheet CT-000001 is not done: P2 is to be counted"):
        desk.run(counts.post, sheet.number, COUNT)
    enter(desk, sheet, "P2", "5")
    with pytest.raises(Refused, match="needs a reason"):
        desk.run(counts.post, sheet.number)
    done = desk.run(counts.post, sheet.number, COUNT)
    assert (done.status, done.reason, done.closed_by) == ("posted", COUNT, "clerk")
    assert [(line.book, line.difference) for line in done.lines] == [(100, -2), (5, 0)]
    assert (on_hand(desk, "P1"), on_hand(desk, "P2")) == (98, 5)
    [move, *_] = desk.read(stock_check.moves, "P1").entries
    assert (move.quantity, move.kind, move.reference) == (-2, "adjustment", sheet.number)
    with pytest.raises(Refused, match="sheet CT-000001 was posted"):
        enter(desk, sheet, "P1", "1")


def test_what_moves_between_count_and_posting_stays(desk: Desk) -> None:
    sheet = opened(desk, "P1")
    desk.run(stock.receive, ReceiveRequest(product="P1", quantity="10"))
    enter(desk, sheet, "P1", "109")
    desk.run(stock.receive, ReceiveRequest(product="P1", quantity="40"))
    desk.run(counts.post, sheet.number, COUNT)
    assert on_hand(desk, "P1") == 149


def test_a_count_that_is_far_off_is_made_again(desk: Desk) -> None:
    sheet = opened(desk, "P1")
    assert enter(desk, sheet, "P1", "90") == {"P1": "count again"}
    with pytest.raises(Refused, match="P1 is to be counted"):
        desk.run(counts.post, sheet.number, COUNT)
    assert enter(desk, sheet, "P1", "91") == {"P1": "count again"}
    assert enter(desk, sheet, "P1", "91") == {"P1": "counted"}
    # A third one that says the same changes nothing.
    assert enter(desk, sheet, "P1", "91") == {"P1": "counted"}
    desk.run(counts.post, sheet.number, COUNT)
    assert on_hand(desk, "P1") == 91


def test_a_second_count_near_the_books_goes_at_once(desk: Desk) -> None:
    sheet = opened(desk, "P1")
    assert enter(desk, sheet, "P1", "19") == {"P1": "count again"}
    assert enter(desk, sheet, "P1", "99") == {"P1": "counted"}


def test_a_second_count_that_agrees_with_the_first_allows_for_what_moved(desk: Desk) -> None:
    sheet = opened(desk, "P1")
    enter(desk, sheet, "P1", "80")
    desk.run(stock.receive, ReceiveRequest(product="P1", quantity="5"))
    assert enter(desk, sheet, "P1", "80") == {"P1": "count again"}
    assert enter(desk, sheet, "P1", "80") == {"P1": "counted"}


def test_the_company_says_how_far_off_is_far(desk: Desk) -> None:
    desk.run(company.set_, {"count_percent": "20", "count_value": "30"})
    sheet = opened(desk, "P1", "P2")
    # P1 costs 6.00 each: five of them are worth 30.00, six are more.
    assert enter(desk, sheet, "P1", "94")["P1"] == "count again"
    assert enter(desk, sheet, "P1", "95")["P1"] == "counted"
    assert enter(desk, sheet, "P2", "4")["P2"] == "counted"
    assert enter(desk, sheet, "P2", "3")["P2"] == "count again"


@pytest.mark.parametrize(
    ("counted", "book", "percent", "value", "doubtful"),
    [
        (95_000, 100_000, 50_000, 0, False),
        (94_999, 100_000, 50_000, 0, True),
        (105_001, 100_000, 50_000, 0, True),
        (1, 0, 50_000, 0, True),
        (0, 0, 0, 0, False),
        (98_000, 100_000, 50_000, 12_000_000, False),
        (97_999, 100_000, 50_000, 12_000_000, True),
    ],
)
def test_doubt_begins_beyond_the_share_or_the_value(
    counted: int, book: int, percent: int, value: int, doubtful: bool
) -> None:
    assert is_doubtful(counted, book, 6_000_000, percent, value) is doubtful


def test_a_loss_takes_from_the_worst_line_and_a_gain_serves(desk: Desk) -> None:
    desk.run(company.set_, {"count_percent": "100"})
    first, last = order(desk, "P1", "60"), order(desk, "P1", "40")
    waits = order(desk, "P2", "8")
    sheet = opened(desk, "P1", "P2")
    enter(desk, sheet, "P1", "70")
    enter(desk, sheet, "P2", "7")
    done = desk.run(counts.post, sheet.number, COUNT)
    assert done.deallocated == (LineMoved(last, 1, Decimal(30)),)
    assert done.served == (LineMoved(waits, 1, Decimal(2)),)
    assert first != last


def test_no_more_is_taken_off_than_is_there_by_now(desk: Desk) -> None:
    desk.run(company.set_, {"count_percent": "100"})
    sheet = opened(desk, "P2")
    enter(desk, sheet, "P2", "1")
    desk.run(stock.adjust, AdjustRequest(product="P2", quantity="-3", reason="Lost"))
    with pytest.raises(Refused, match="4 ea short when it was counted, and only 2 are left"):
        desk.run(counts.post, sheet.number, COUNT)
    enter(desk, sheet, "P2", "1")
    desk.run(counts.post, sheet.number, COUNT)
    assert on_hand(desk, "P2") == 1


def test_a_group_is_counted_where_it_lies(desk: Desk) -> None:
    def grouped(work: Work) -> None:
        put(work, Warehouse, [{"code": "02"}])
        masters.add(work, "product_group", "G", {"name": "Goods"})
        for code in ("P1", "P3", "WORK"):
            products.set_(work, ProductRequest(code=code, group="G"))
        stock.receive(work, ReceiveRequest(product="P1", quantity="2", warehouse="02"))

    desk.run(grouped)
    assert [line.product for line in opened(desk, group="g").lines] == ["P1", "P3"]
    there = opened(desk, "P2", group="G", warehouse="02")
    assert [line.product for line in there.lines] == ["P1", "P2"]
    with pytest.raises(NotFound, match="group 'NONE' is unknown"):
        opened(desk, group="none")


def test_a_product_is_on_one_open_sheet_of_a_warehouse(desk: Desk) -> None:
    sheet = opened(desk, "P1")
    with pytest.raises(Refused, match="product 'P1' is on sheet CT-000001 at 01 already"):
        opened(desk, "P2", "P1")
    desk.run(counts.cancel, sheet.number, "Too late")
    assert opened(desk, "P1").number == "CT-000002"


def test_what_cannot_be_counted_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="nothing is to be counted at 01"):
        opened(desk)
    with pytest.raises(Refused, match="is a service and never in stock"):
        opened(desk, "WORK")
    sheet = opened(desk, "P1")
    with pytest.raises(NotFound, match="product 'P2' is not on sheet CT-000001"):
        enter(desk, sheet, "P2", "1")
    with pytest.raises(NotFound, match="sheet 'CT-9' is unknown"):
        desk.read(counts.show, "ct-9")
    with pytest.raises(Refused, match="quantity"):
        enter(desk, sheet, "P1", "-1")


def test_a_cancelled_sheet_leaves_the_books(desk: Desk) -> None:
    sheet = opened(desk, "P1")
    enter(desk, sheet, "P1", "99")
    done = desk.run(counts.cancel, sheet.number)
    assert (done.status, on_hand(desk, "P1")) == ("cancelled", 100)
    assert done.lines[0].book is None
    assert desk.read(counts.list_) == ()
    assert [each.number for each in desk.read(counts.list_, everything=True)] == ["CT-000001"]


def test_each_change_has_its_event(desk: Desk) -> None:
    sheet = opened(desk, "P1")
    enter(desk, sheet, "P1", "98")
    desk.run(counts.post, sheet.number, COUNT)
    told = desk.read(lambda work: work.run(EVENTS, {"subject": "count"}))
    assert [(each.version, each.kind) for each in told] == [
        (1, "opened"),
        (2, "counted"),
        (3, "posted"),
    ]
    assert len(json.loads(told[2].body)["movements"]) == 1


@pytest.mark.parametrize(
    ("breaks", "mends", "words"),
    [
        (
            "UPDATE count_line SET counted = 97000",
            "UPDATE count_line SET counted = 98000",
            "count CT-000001 P1: what it was off is not what it moved",
        ),
        (
            "UPDATE count_line SET is_open = 1",
            "UPDATE count_line SET is_open = 0",
            "the line does not stand as its sheet does",
        ),
        (
            "UPDATE movement SET count_id = 7 WHERE count_id = 1",
            "UPDATE movement SET count_id = 1 WHERE count_id = 7",
            "is of a count that knows nothing of it",
        ),
        (
            "UPDATE series SET next_id = 9 WHERE code = 'count'",
            "UPDATE series SET next_id = 2 WHERE code = 'count'",
            "the number series of counts does not go on",
        ),
    ],
)
def test_the_doctor_finds_a_count_that_does_not_add_up(
    desk: Desk, breaks: str, mends: str, words: str
) -> None:
    sheet = opened(desk, "P1")
    enter(desk, sheet, "P1", "98")
    desk.run(counts.post, sheet.number, COUNT)
    break_rows(desk, breaks)
    assert any(words in each.message for each in desk.read(doctor.examine))
    break_rows(desk, mends)


def test_who_read_an_older_sheet_is_told_what_was_counted_meanwhile(desk: Desk) -> None:
    number = opened(desk, "P1", "P2").number
    desk.run(counts.enter, number, "P1", "99", version=1)
    with pytest.raises(Conflict, match="count of P1 is '99' now, you gave '98'") as caught:
        desk.run(counts.enter, number, "P1", "98", version=1)
    assert caught.value.details["fields"] == {"count of P1": {"stored": "99", "given": "98"}}
    with pytest.raises(Conflict, match="count of P2 is None now, you gave '5'"):
        desk.run(counts.enter, number, "P2", "5", version=1)
    desk.run(counts.enter, number, "P2", "5", version=2)
    with pytest.raises(Conflict, match=r"\(version 3, you read 2\): status is 'open' now"):
        desk.run(counts.post, number, COUNT, version=2)
    with pytest.raises(Conflict, match="status is 'open' now, you gave 'cancelled'"):
        desk.run(counts.cancel, number, version=2)
    assert on_hand(desk, "P1") == 100
    assert desk.run(counts.post, number, COUNT, version=3).status == "posted"
    with pytest.raises(Conflict, match="status is 'posted' now, you gave 'cancelled'"):
        desk.run(counts.cancel, number, version=3)


def test_what_an_older_reader_enters_of_lots_and_pieces_leaves_no_line(desk: Desk) -> None:
    desk.run(products.set_, ProductRequest(code="P3", tracked="serial"))
    pieces = ReceiveRequest(product="P3", serials=("S1", "S2"))
    desk.run(stock.receive, pieces)
    number = opened(desk, "P3").number
    desk.run(counts.enter, number, "P3", "", serials=("S1", "S2"))
    with pytest.raises(Conflict, match="count of P3 is '2' now, you gave '1'"):
        desk.run(counts.enter, number, "P3", "", serials=("S3",), version=1)
    assert [line.lot for line in desk.read(counts.show, number).lines] == ["S1", "S2"]
