"""Lots and pieces: named as they come, the first to expire goes first, none is there twice."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderdesk.domain.counts import CountRequest
from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.stock import AdjustRequest, ReceiveRequest, StatusRequest
from orderdesk.domain.transfers import Arrived, TransferRequest
from orderdesk.models.company import Warehouse
from orderdesk.services import counts, lots, products, statuses, stock, stock_check, transfers
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.company import put
from tests.laws import assert_laws_hold


@pytest.fixture(autouse=True)
def tracked(desk: Desk) -> Iterator[None]:
    """P3 is tracked by lot and P9 by serial number; there is a warehouse 02; the laws hold."""

    def add(work: Work) -> None:
        put(work, Warehouse, [{"code": "02"}])
        products.set_(work, ProductRequest(code="P3", tracked="lot"))
        products.add(work, ProductRequest(code="P9", name="Drill", unit="ea", tracked="serial"))

    desk.run(add)
    yield
    assert_laws_hold(desk)


def receive(desk: Desk, quantity: str, lot: str | None, product: str = "P3", **more: Any) -> Any:
    asked = ReceiveRequest(product=product, quantity=quantity, lot=lot, **more)
    return desk.run(stock.receive, asked)


def pieces(desk: Desk, *serials: str, **more: Any) -> Any:
    return desk.run(stock.receive, ReceiveRequest(product="P9", serials=serials, **more))


def lies(desk: Desk, product: str = "P3") -> list[tuple[str, str, str, Decimal]]:
    found = desk.read(stock.places, product)
    return [(each.warehouse, each.lot, each.status, each.on_hand) for each in found]


def today(desk: Desk) -> str:
    return desk.read(lots.today)


def test_a_lot_is_kept_with_its_last_day(desk: Desk) -> None:
    receive(desk, "5", "l-1", expires="2999-01-31", supplier_lot="X 7")
    [place] = desk.read(stock.places, "P3")
    assert (place.lot, str(place.expires), place.supplier_lot) == ("L-1", "2999-01-31", "X 7")
    assert (place.allocated, place.days is not None and place.days > 300_000) == (0, True)
    [lot] = desk.read(lots.list_, "P3")
    assert (lot.code, lot.on_hand, str(lot.received)) == ("L-1", 5, today(desk))
    [move] = desk.read(stock_check.moves, "P3").entries
    assert (move.lot, move.quantity) == ("L-1", 5)


def test_more_of_a_lot_comes_with_the_day_that_it_has(desk: Desk) -> None:
    receive(desk, "5", "L1", expires="2999-01-31")
    receive(desk, "2", "L1")
    assert lies(desk) == [("01", "L1", "free", 7)]
    with pytest.raises(Refused, match="expires 2999-01-31 and not 2999-02-01; leave out --exp"):
        receive(desk, "2", "L1", expires="2999-02-01")
    receive(desk, "1", "L2")
    with pytest.raises(Refused, match="'L2' of product 'P3' has no last day and not 2999-02-01"):
        receive(desk, "2", "L2", expires="2999-02-01")


def test_no_more_comes_of_a_lot_that_is_over(desk: Desk) -> None:
    with pytest.raises(Refused, match="lot 'L1' of product 'P3' expired on 2001-01-31"):
        receive(desk, "5", "L1", expires="2001-01-31")


@pytest.mark.parametrize(
    ("product", "given", "words"),
    [
        ("P3", {}, "'P3' is tracked by lot; name it with --lot"),
        ("P9", {}, "'P9' is tracked by serial; name each piece with --serial"),
        ("P1", {"lot": "L1"}, "'P1' is not tracked by lot; leave out --lot"),
        ("P1", {"expires": "2999-01-01"}, "not tracked by lot; leave out --expires"),
        ("P3", {"serials": ("A",)}, "'P3' is not tracked by serial; leave out"),
        ("P9", {"serials": ("A", "a")}, "serial 'A' of product 'P9' is named twice"),
        ("P9", {"serials": ("A",)}, "quantity 2 and 1 serial numbers of product 'P9' do not agree"),
        ("P3", {"lot": "L1", "expires": "soon"}, "expires 'soon' is not a date; give one such as"),
    ],
)
def test_what_does_not_go_with_the_product_is_refused(
    desk: Desk, product: str, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        desk.run(stock.receive, ReceiveRequest(product=product, quantity="2", **given))


def test_what_expires_first_goes_first(desk: Desk) -> None:
    receive(desk, "5", "LATE", expires="2999-03-01")
    receive(desk, "5", "NEVER")
    receive(desk, "5", "SOON", expires="2999-01-01")
    desk.run(stock.adjust, AdjustRequest(product="P3", quantity="-7", reason="found"))
    assert lies(desk) == [("01", "LATE", "free", 3), ("01", "NEVER", "free", 5)]
    desk.run(stock.adjust, AdjustRequest(product="P3", quantity="-1", lot="NEVER", reason="found"))
    assert lies(desk) == [("01", "LATE", "free", 3), ("01", "NEVER", "free", 4)]


def test_a_lot_is_counted_by_itself(desk: Desk) -> None:
    receive(desk, "5", "L1")
    receive(desk, "5", "L2")
    done = desk.run(stock.adjust, AdjustRequest(product="P3", counted="3", lot="L2"))
    assert done.movement is not None
    assert (done.movement.lot, done.movement.quantity, done.on_hand) == ("L2", -2, 8)
    desk.run(stock.adjust, AdjustRequest(product="P3", counted="1", lot="L3"))
    assert lies(desk)[-1] == ("01", "L3", "free", 1)
    with pytest.raises(Refused, match="tracked by lot; name it"):
        desk.run(stock.adjust, AdjustRequest(product="P3", counted="1"))


def test_less_than_a_lot_has_is_all_that_goes(desk: Desk) -> None:
    receive(desk, "5", "L1")
    receive(desk, "5", "L2")
    with pytest.raises(Refused, match="6 is more than lies free of lot 'L1' of product 'P3' at"):
        desk.run(stock.adjust, AdjustRequest(product="P3", quantity="-6", lot="L1", reason="found"))


def test_several_lots_are_set_apart_by_an_entry_each(desk: Desk) -> None:
    receive(desk, "5", "L1", expires="2999-01-01")
    receive(desk, "5", "L2", expires="2999-02-01")
    asked = StatusRequest(product="P3", quantity="7", after="damaged", reason="Wet")
    done = desk.run(statuses.status, asked)
    assert lies(desk) == [
        ("01", "L1", "damaged", 5),
        ("01", "L2", "damaged", 2),
        ("01", "L2", "free", 3),
    ]
    assert done.movement is not None
    assert [(m.lot, m.quantity) for m in (done.movement, *done.more)] == [
        ("L1", -5),
        ("L2", -2),
        ("L1", 5),
        ("L2", 2),
    ]


def test_a_lot_goes_from_warehouse_to_warehouse(desk: Desk) -> None:
    receive(desk, "5", "L1", expires="2999-01-01")
    receive(desk, "5", "L2", expires="2999-02-01")
    sent = desk.run(transfers.send, TransferRequest(product="P3", quantity="7", target="02"))
    assert lies(desk) == [("01", "L2", "free", 3)]
    desk.run(transfers.receive, sent.number, "1", goods_in=Arrived(lot="L2"))
    desk.run(transfers.receive, sent.number, "4")
    desk.run(transfers.cancel, sent.number)
    assert lies(desk) == [
        ("01", "L1", "free", 1),
        ("01", "L2", "free", 4),
        ("02", "L1", "free", 4),
        ("02", "L2", "free", 1),
    ]


def test_pieces_come_and_go_by_their_numbers(desk: Desk) -> None:
    done = pieces(desk, "s1", "s2", "s3")
    assert (done.on_hand, len(done.more)) == (3, 2)
    with pytest.raises(Refused, match="serial 'S2' of product 'P9' lies at 01 already"):
        pieces(desk, "S2", "S4")
    gone = AdjustRequest(product="P9", quantity="-1", serials=("S2",), reason="found")
    desk.run(stock.adjust, gone)
    with pytest.raises(Refused, match="serial 'S2' of product 'P9' does not lie free at 01"):
        desk.run(stock.adjust, gone)
    with pytest.raises(Refused, match="name each piece"):
        desk.run(stock.adjust, AdjustRequest(product="P9", quantity="-1", reason="found"))
    with pytest.raises(Refused, match="its pieces have numbers"):
        desk.run(stock.adjust, AdjustRequest(product="P9", counted="1", serials=("S1",)))
    pieces(desk, "S2")
    assert lies(desk, "P9") == [("01", each, "free", 1) for each in ("S1", "S2", "S3")]


def test_a_piece_that_is_named_is_one_piece(desk: Desk) -> None:
    pieces(desk, "S1", "S2", "S3")
    apart = StatusRequest(product="P9", serials=("S1", "S2"), after="damaged", reason="Wet")
    assert desk.run(statuses.status, apart).on_hand == 1
    sent = TransferRequest(product="P9", serials=("S3",), target="02")
    assert desk.run(transfers.send, sent).quantity == 1
    for asked in (replace(apart, serials=()), replace(apart, product="P1", serials=())):
        with pytest.raises(Refused, match=r"quantity is missing|name each piece with --serial"):
            desk.run(statuses.status, asked)


def test_a_piece_on_the_way_is_nowhere_else(desk: Desk) -> None:
    pieces(desk, "S1", "S2", "S3")
    asked = TransferRequest(product="P9", quantity="2", target="02", serials=("S1", "S2"))
    sent = desk.run(transfers.send, asked)
    with pytest.raises(Refused, match="serial 'S1' of product 'P9' is in transit already"):
        pieces(desk, "S1")
    with pytest.raises(Refused, match="name the pieces that came"):
        desk.run(transfers.receive, sent.number, "1")
    with pytest.raises(Refused, match="more than is on the way of S3"):
        desk.run(transfers.receive, sent.number, goods_in=Arrived(serials=("S3",)))
    came = Arrived(serials=("S2",))
    desk.run(transfers.receive, sent.number, write_off=True, reason="Lost", goods_in=came)
    assert lies(desk, "P9") == [("01", "S3", "free", 1), ("02", "S2", "free", 1)]
    pieces(desk, "S1")


def test_a_receipt_of_a_lot_is_taken_back(desk: Desk) -> None:
    done = receive(desk, "5", "L1")
    receive(desk, "5", "L2")
    desk.run(stock.adjust, AdjustRequest(product="P3", quantity="-1", lot="L1", reason="found"))
    with pytest.raises(Refused, match="only 4 kg are there now"):
        desk.run(stock.reverse, done.movement.id)
    desk.run(stock.adjust, AdjustRequest(product="P3", quantity="1", lot="L1", reason="found"))
    desk.run(stock.reverse, done.movement.id)
    assert lies(desk) == [("01", "L2", "free", 5)]


def test_what_is_known_of_a_lot_is_changed(desk: Desk) -> None:
    receive(desk, "5", "L1")
    changed = desk.run(lots.set_, "P3", "l1", {"expires": "2999-05-01", "note": "Cold"}, 1)
    assert (str(changed.expires), changed.note, changed.version) == ("2999-05-01", "Cold", 2)
    assert desk.run(lots.set_, "P3", "L1", {"expires": "2999-05-01"}).version == 2
    with pytest.raises(Conflict, match="expires is '2999-05-01' now, you gave '2999-06-01'"):
        desk.run(lots.set_, "P3", "L1", {"expires": "2999-06-01"}, 1)
    with pytest.raises(NotFound, match="lot 'L2' of product 'P3' is unknown"):
        desk.run(lots.set_, "P3", "L2", {"note": "Cold"})


def test_how_a_product_is_tracked_stays_while_any_lies_somewhere(desk: Desk) -> None:
    request = ProductRequest(code="P3", tracked="")
    receive(desk, "5", "L1")
    with pytest.raises(Refused, match="tracked stays 'lot' while any of it lies in a warehouse"):
        desk.run(products.set_, request)
    sent = desk.run(transfers.send, TransferRequest(product="P3", quantity="5", target="02"))
    with pytest.raises(Refused, match="or is in transit"):
        desk.run(products.set_, request)
    desk.run(transfers.receive, sent.number, "0", write_off=True, reason="Lost")
    assert desk.run(products.set_, request).tracked == ""


def test_only_what_is_in_stock_is_tracked(desk: Desk) -> None:
    with pytest.raises(Refused, match="tracked 'lot' is for what is in stock only"):
        desk.run(products.set_, ProductRequest(code="WORK", tracked="lot"))
    with pytest.raises(Refused, match="tracked 'batch' is unknown; known: nothing, lot, serial"):
        desk.run(products.set_, ProductRequest(code="P1", tracked="batch"))


def counted(desk: Desk, sheet: str) -> list[tuple[str, str, Decimal | None]]:
    view = desk.read(counts.show, sheet)
    return [(line.lot, line.state, line.difference) for line in view.lines]


def test_lots_are_counted_one_by_one(desk: Desk) -> None:
    receive(desk, "5", "L1", expires="2999-01-01")
    receive(desk, "5", "L2")
    sheet = desk.run(counts.open_, CountRequest(products=("P3",))).number
    with pytest.raises(Refused, match="'P3' is tracked by lot; name it"):
        desk.run(counts.enter, sheet, "P3", "5")
    desk.run(counts.enter, sheet, "P3", "5", "L1")
    with pytest.raises(Refused, match="is not done: P3 lot L2 is to be counted"):
        desk.run(counts.post, sheet, "Counted")
    for _ in range(2):
        desk.run(counts.enter, sheet, "P3", "3", "L2")
        desk.run(counts.enter, sheet, "P3", "1", "L3")
    assert counted(desk, sheet) == [(lot, "counted", None) for lot in ("L1", "L2", "L3")]
    desk.run(counts.post, sheet, "Counted")
    assert counted(desk, sheet) == [
        ("L1", "counted", 0),
        ("L2", "counted", -2),
        ("L3", "counted", 1),
    ]
    assert lies(desk) == [
        ("01", "L1", "free", 5),
        ("01", "L2", "free", 3),
        ("01", "L3", "free", 1),
    ]


def test_pieces_are_counted_by_their_numbers(desk: Desk) -> None:
    pieces(desk, "S1", "S2", "S3")
    sheet = desk.run(counts.open_, CountRequest(products=("P9",))).number
    for _ in range(2):
        desk.run(counts.enter, sheet, "P9", "", None, ("S1", "S3", "S4"))
    desk.run(counts.post, sheet, "Counted")
    assert lies(desk, "P9") == [("01", each, "free", 1) for each in ("S1", "S3", "S4")]


def test_what_lies_nowhere_is_counted_too(desk: Desk) -> None:
    sheet = desk.run(counts.open_, CountRequest(products=("P3", "P9"))).number
    for _ in range(2):
        desk.run(counts.enter, sheet, "P9", "1", None, ("S1",))
    desk.run(counts.post, sheet, "Counted")
    assert (lies(desk), lies(desk, "P9")) == ([], [("01", "S1", "free", 1)])


def test_a_supplier_lot_that_cannot_be_kept_is_refused_by_its_place(desk: Desk) -> None:
    asked = [
        ReceiveRequest(product="P3", quantity="1", lot="L1"),
        ReceiveRequest(product="P3", quantity="1", lot="L2", supplier_lot="X\0"),
    ]
    with pytest.raises(Refused, match="entry 2: supplier_lot has a NUL character in it"):
        desk.run(stock.receive_many, asked)
    assert lies(desk) == []
