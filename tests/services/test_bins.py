"""Bins: kept by warehouse, goods put in them, moved between them, emptied in their order."""

from collections.abc import Iterator
from typing import Any

import pytest

from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.stock import AdjustRequest, BinMoveRequest, ReceiveRequest, StatusRequest
from orderdesk.models.company import Warehouse
from orderdesk.services import bin_moves, bins, statuses, stock, stock_check
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.company import put
from tests.laws import assert_laws_hold


@pytest.fixture(autouse=True)
def racks(desk: Desk) -> Iterator[None]:
    """Warehouse 01 has the bins A, B and OLD, which is archived, 02 has C; the laws hold."""

    def add(work: Work) -> None:
        put(work, Warehouse, [{"code": "02"}])
        bins.add(work, None, "a", {"sequence": "20", "kind": "picking"})
        bins.add(work, "01", "B", {"sequence": "10"})
        bins.add(work, "01", "OLD", {"archived": "yes"})
        bins.add(work, "02", "C", {})

    desk.run(add)
    yield
    assert_laws_hold(desk)


def receive(desk: Desk, quantity: str, bin: str | None, **more: Any) -> None:
    asked = ReceiveRequest(product="P2", quantity=quantity, bin=bin, **more)
    desk.run(stock.receive, asked)


def move(desk: Desk, quantity: str = "", bin: str = "", to: str = "", **more: Any) -> Any:
    asked = BinMoveRequest(product="P2", quantity=quantity, bin=bin, to=to, **more)
    return desk.run(bin_moves.move, asked)


def lies(desk: Desk) -> dict[tuple[str, str], int]:
    found = desk.read(stock.places, "P2")
    return {(each.bin, each.status): int(each.on_hand) for each in found}


def test_bins_are_kept_by_warehouse(desk: Desk) -> None:
    found = desk.read(bins.list_, None)
    assert [(each.code, each.kind, each.sequence) for each in found] == [
        ("A", "picking", 20),
        ("B", "storage", 10),
    ]
    assert [each.code for each in desk.read(bins.list_, "01", archived=True)] == ["A", "B", "OLD"]
    assert desk.run(bins.set_, None, "A", {"sequence": "5"}, 1).version == 2
    with pytest.raises(Conflict, match="sequence is 5 now, you gave 7"):
        desk.run(bins.set_, None, "A", {"sequence": "7"}, 1)
    with pytest.raises(Refused, match="bin 'A' of warehouse 01 is there already"):
        desk.run(bins.add, None, "A", {})


def test_goods_are_put_in_bins_and_taken_in_their_order(desk: Desk) -> None:
    receive(desk, "4", "a")
    receive(desk, "3", "B")
    assert lies(desk) == {("", "free"): 5, ("A", "free"): 4, ("B", "free"): 3}
    [newest, *_] = desk.read(stock_check.moves, "P2").entries
    assert newest.bin == "B"
    desk.run(stock.adjust, AdjustRequest(product="P2", quantity="-1", bin="A", reason="found"))
    desk.run(stock.adjust, AdjustRequest(product="P2", quantity="-7", reason="found"))
    assert lies(desk) == {("A", "free"): 3, ("B", "free"): 1}
    done = desk.run(stock.adjust, AdjustRequest(product="P2", counted="2", bin="A"))
    assert (done.on_hand, lies(desk)) == (3, {("A", "free"): 2, ("B", "free"): 1})


@pytest.mark.parametrize(
    ("bin", "words"),
    [
        ("C", "bin 'C' of warehouse 01 is unknown; known: A, B"),
        ("OLD", "bin 'OLD' of warehouse 01 is archived; name another one"),
    ],
)
def test_a_bin_of_another_warehouse_or_an_archived_one_is_refused(
    desk: Desk, bin: str, words: str
) -> None:
    with pytest.raises((Refused, NotFound), match=words):
        receive(desk, "1", bin)
    with pytest.raises((Refused, NotFound), match=words):
        move(desk, to=bin)


def test_goods_go_from_bin_to_bin_and_stay_promised(desk: Desk) -> None:
    lines = (LineRequest(product="P2", quantity="4"),)
    desk.run(place, OrderRequest(customer="FREE", lines=lines))
    done = move(desk, to="A")
    assert (done.on_hand, done.allocated, done.deallocated) == (5, 4, ())
    move(desk, "2", bin="A", to="B")
    assert lies(desk) == {("A", "free"): 3, ("B", "free"): 2}
    with pytest.raises(Refused, match="4 is more than lies free of product 'P2' at 01 in bin 'A'"):
        move(desk, "4", bin="A", to="B")
    with pytest.raises(Refused, match="from and to are both 'A'"):
        move(desk, bin="A", to="a")


def test_damaged_goods_are_moved_too(desk: Desk) -> None:
    asked = StatusRequest(product="P2", quantity="2", after="damaged", reason="Wet")
    desk.run(statuses.status, asked)
    move(desk, to="A", status="damaged")
    assert lies(desk) == {("", "free"): 3, ("A", "damaged"): 2}


def test_a_bin_that_is_not_empty_is_not_archived(desk: Desk) -> None:
    receive(desk, "4", "A")
    with pytest.raises(Refused, match="bin 'A' of warehouse 01 is not empty"):
        desk.run(bins.set_, None, "A", {"archived": "yes"})
    move(desk, bin="A")
    assert desk.run(bins.set_, None, "A", {"archived": "yes"}).archived
