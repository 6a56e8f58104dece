"""Orders that are served from more than one warehouse: at entry, by lines, in amendments."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from orderdesk.domain.errors import NotFound, OrderDeskError, Refused
from orderdesk.domain.orders import (
    AmendRequest,
    ChargeRequest,
    LineChange,
    LineRequest,
    OrderRequest,
    OrderView,
)
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.models.company import Warehouse
from orderdesk.services import masters, stock
from orderdesk.services.allocation import granting
from orderdesk.services.orders import preview
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.copying import copy
from orderdesk.services.orders.entry import Defaults
from orderdesk.services.orders.place import place
from orderdesk.services.orders.rows import read_order
from orderdesk.store.desk import Desk
from orderdesk.store.statements import SQLITE
from orderdesk.store.work import Work
from tests.company import put
from tests.laws import assert_laws_hold


@pytest.fixture(autouse=True)
def two_warehouses(desk: Desk) -> Iterator[None]:
    """There is 02 with stock of P1 and P3, and 03 that is archived; no law is broken after."""

    def add(work: Work) -> None:
        put(work, Warehouse, [{"code": "02"}, {"code": "03", "archived": 1}])

    desk.run(add)
    for product, quantity in (("P1", "7"), ("P3", "4")):
        desk.run(stock.receive, ReceiveRequest(product=product, quantity=quantity, warehouse="02"))
    yield
    assert_laws_hold(desk)


def order(desk: Desk, *lines: LineRequest, warehouse: str | None = None) -> OrderView:
    return desk.run(place, OrderRequest(customer="FREE", lines=lines, warehouse=warehouse))


def line(product: str, quantity: str, warehouse: str | None = None) -> LineRequest:
    return LineRequest(product=product, quantity=quantity, warehouse=warehouse)


def lies(desk: Desk, product: str) -> dict[str, tuple[Decimal, Decimal]]:
    shown = desk.read(stock.show, product)
    return {each.warehouse: (each.on_hand, each.allocated) for each in shown.warehouses}


def test_an_order_without_a_warehouse_is_served_from_the_companys(desk: Desk) -> None:
    placed = order(desk, line("P1", "9"))
    assert (placed.warehouse, placed.lines[0].warehouse) == ("01", "01")
    assert lies(desk, "P1") == {"01": (100, 9), "02": (7, 0)}


def test_an_order_takes_the_stock_of_the_warehouse_it_names(desk: Desk) -> None:
    placed = order(desk, line("P1", "9"), line("P3", "1"), warehouse="02")
    assert placed.warehouse == "02"
    assert [(each.warehouse, each.allocated) for each in placed.lines] == [("02", 7), ("02", 1)]
    assert lies(desk, "P1") == {"01": (100, 0), "02": (7, 7)}


def test_each_line_may_name_its_own_warehouse(desk: Desk) -> None:
    placed = order(desk, line("P1", "5", "02"), line("P1", "5"), line("P1", "5", " 02 "))
    found = [(each.warehouse, each.allocated, each.backordered) for each in placed.lines]
    assert found == [("02", 5, 0), ("01", 5, 0), ("02", 2, 3)]


def test_the_charges_of_an_order_stand_at_its_own_warehouse(desk: Desk) -> None:
    freight = (ChargeRequest(code="freight", amount="5"),)
    lines = (line("P1", "1", "02"),)
    desk.run(place, OrderRequest(customer="FREE", lines=lines, charges=freight))
    found = desk.read(read_order, "1")
    assert [each.warehouse for each in found.lines] == ["02", "01"]


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("09", NotFound, "warehouse '09' is unknown; `orderdesk warehouse list` shows them"),
        ("03", Refused, "warehouse '03' is archived; name another one"),
    ],
)
def test_a_warehouse_that_ships_nothing_is_refused(
    desk: Desk, code: str, kind: type[OrderDeskError], words: str
) -> None:
    with pytest.raises(kind, match=f"^{words}"):
        order(desk, line("P1", "1"), warehouse=code)
    with pytest.raises(kind, match=f"^line 2: {words}"):
        order(desk, line("P1", "1"), line("P2", "1", code))
    placed = order(desk, line("P1", "1"))
    change = AmendRequest(number=placed.number, lines=(LineChange(line=1, warehouse=code),))
    with pytest.raises(kind, match=f"^line 1: {words}"):
        desk.run(amend, change)


def test_a_line_that_moves_gives_its_stock_back_and_takes_the_others(desk: Desk) -> None:
    placed = order(desk, line("P1", "95"))
    waits = order(desk, line("P1", "9"))
    change = LineChange(line=1, warehouse="02", quantity="6")
    moved = desk.run(amend, AmendRequest(number=placed.number, lines=(change,)))
    assert (moved.lines[0].warehouse, moved.lines[0].allocated) == ("02", 6)
    assert lies(desk, "P1") == {"01": (100, 9), "02": (7, 6)}
    back = LineChange(line=1, warehouse="")
    again = desk.run(amend, AmendRequest(number=placed.number, lines=(back,)))
    assert (again.lines[0].warehouse, again.lines[0].allocated) == ("01", 6)
    assert waits.lines[0].backordered == 4


def test_a_header_that_moves_takes_along_the_lines_that_stood_there(desk: Desk) -> None:
    placed = order(desk, line("P1", "5"), line("P3", "2", "02"), line("P2", "1"))
    added = line("P1", "2")
    moved = desk.run(amend, AmendRequest(number=placed.number, warehouse="02", add=(added,)))
    assert (moved.warehouse, [each.warehouse for each in moved.lines]) == ("02", ["02"] * 4)
    assert [each.allocated for each in moved.lines] == [5, 2, 0, 2]
    back = desk.run(amend, AmendRequest(number=placed.number, warehouse="01"))
    assert [each.allocated for each in back.lines] == [5, 0, 1, 2]


def test_what_waits_at_one_warehouse_is_not_served_by_the_other(desk: Desk) -> None:
    placed = order(desk, line("P3", "6"), line("P3", "6", "02"))
    assert [each.allocated for each in placed.lines] == [0, 4]
    done = desk.run(stock.receive, ReceiveRequest(product="P3", quantity="9", warehouse="02"))
    assert [(each.line, each.quantity) for each in done.served] == [(2, 2)]


def test_a_copy_keeps_its_warehouses_while_they_ship(desk: Desk) -> None:
    placed = order(desk, line("P1", "1"), line("P1", "1", "01"), warehouse="02")
    again = desk.run(copy, placed.number)
    assert (again.warehouse, [each.warehouse for each in again.lines]) == ("02", ["02", "01"])
    desk.run(masters.set_, "warehouse", "02", {"archived": True})
    last = desk.run(copy, placed.number)
    assert (last.warehouse, [each.warehouse for each in last.lines]) == ("01", ["01", "01"])


def test_a_discontinued_product_is_sold_from_where_it_lies(desk: Desk) -> None:
    assert order(desk, line("LAST", "3")).lines[0].allocated == 3
    with pytest.raises(Refused, match="none are left"):
        order(desk, line("LAST", "1"), warehouse="02")


def test_the_preview_shows_what_is_free_where_the_order_ships_from(desk: Desk) -> None:
    assert desk.read(preview.product, "FREE", "P1").available == 100
    assert desk.read(preview.product, "FREE", "P1", "02").available == 7
    header = Defaults("01", "2026-11-02", 0, "02")
    seen = desk.read(preview.line, "FREE", line("P1", "9"), 2, header, ((1, line("P1", "3")),))
    assert (seen.available, seen.allocated, seen.backordered) == (4, 4, 5)
    both = desk.read(preview.lines, "FREE", (line("P1", "6"), line("P1", "6", "01")), header)
    assert [(each.available, each.allocated) for each in both] == [(7, 6), (100, 6)]
    with pytest.raises(NotFound, match="warehouse '09' is unknown"):
        desk.read(preview.header, OrderRequest(customer="FREE", lines=(), warehouse="09"))


def test_an_order_of_one_warehouse_reads_no_more_than_ever(desk: Desk) -> None:
    """The stock of a named warehouse has statements of its own, away from the common path."""
    text = granting.GOODS.prepared(SQLITE).sql
    assert "warehouse" in text
    assert "FROM warehouse" not in text
    assert "JOIN warehouse" not in text
