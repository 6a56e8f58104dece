"""What can be promised of a product and of a basket, from each warehouse and from all."""

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from orderdesk.domain.atp import AtpPart, AtpRequest, AtpView, BasketRequest
from orderdesk.domain.errors import NotFound, OrderDeskError, Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.models.company import Warehouse
from orderdesk.models.products import Product
from orderdesk.models.stock import Demand
from orderdesk.services import atp, availability, stock
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase
from orderdesk.store.statements import SQLITE, statement, table_of
from tests.company import put

TODAY = date(2026, 11, 23)
DEMAND = statement(select(table_of(Demand)))


def day(number: int) -> date:
    """Give a day so many days from today."""
    return TODAY + timedelta(days=number)


@pytest.fixture(autouse=True)
def places(desk: Desk) -> None:
    desk.run(lambda work: put(work, Warehouse, [{"code": "02"}, {"code": "03", "archived": 1}]))


def coming(desk: Desk, product: str, quantity: str, due: date, place: str | None = None) -> None:
    request = SupplyRequest(
        product=product, quantity=quantity, due=due.isoformat(), warehouse=place
    )
    desk.run(announcing.add, request)


def waiting(desk: Desk, product: str, quantity: str, requested: date) -> None:
    line = LineRequest(product=product, quantity=quantity, requested=requested.isoformat())
    desk.run(place, OrderRequest(customer="FREE", lines=(line,)))


def asked(desk: Desk, product: str, quantity: str, on: date | None = None) -> AtpView:
    request = AtpRequest(product=product, quantity=quantity, on=on.isoformat() if on else None)
    return desk.read(atp.product, request)


def parts(*given: tuple[int, int]) -> tuple[AtpPart, ...]:
    return tuple(AtpPart(day(when), Decimal(quantity)) for when, quantity in given)


def test_the_three_answers_count_what_is_here_and_what_comes(desk: Desk) -> None:
    coming(desk, "P2", "20", day(8))
    coming(desk, "P2", "10", day(15))
    found = asked(desk, "p2", "30")
    assert (found.product, found.unit, found.quantity, found.on) == ("P2", "ea", 30, TODAY)
    assert (found.available_on, found.complete_on) == (5, day(15))
    assert found.split == parts((0, 5), (8, 20), (15, 5))
    assert [(each.warehouse, each.split) for each in found.warehouses] == [("01", found.split)]
    assert asked(desk, "P2", "30", day(9)).available_on == 25
    assert asked(desk, "P2", "36").complete_on is None


def test_what_others_wait_for_is_left_to_them(desk: Desk) -> None:
    coming(desk, "P2", "20", day(8))
    waiting(desk, "P2", "12", TODAY)
    found = asked(desk, "P2", "13")
    assert (found.available_on, found.complete_on) == (0, day(8))
    assert asked(desk, "P2", "14").complete_on is None


def test_goods_that_are_late_count_tomorrow(desk: Desk) -> None:
    coming(desk, "P3", "4", day(-3))
    assert asked(desk, "P3", "4").split == parts((1, 4))


def test_behind_the_replenishment_days_all_can_be_bought(desk: Desk) -> None:
    desk.run(_replenish)
    found = asked(desk, "P2", "50")
    assert found.split == parts((0, 5), (11, 45))


def _replenish(work: Any) -> None:
    table = table_of(Product)
    work.change(statement(table.update().where(table.c.code == "P2").values(replenishment_days=10)))


def test_warehouses_are_told_apart_and_added_up(desk: Desk) -> None:
    desk.run(stock.receive, ReceiveRequest(product="P2", quantity="3", warehouse="02"))
    coming(desk, "P2", "4", day(5), "02")
    found = asked(desk, "P2", "10")
    assert [(w.warehouse, w.available_on, w.complete_on) for w in found.warehouses] == [
        ("01", 5, None),
        ("02", 3, None),
    ]
    assert (found.available_on, found.complete_on) == (8, day(5))
    assert found.split == parts((0, 8), (5, 2))
    only = desk.read(atp.product, AtpRequest(product="P2", quantity="6"), "02")
    assert (only.split, len(only.warehouses)) == (parts((0, 3), (5, 3)), 1)


def test_a_demand_of_one_warehouse_is_never_met_by_goods_of_another(desk: Desk) -> None:
    waiting(desk, "P2", "9", TODAY)
    desk.run(stock.receive, ReceiveRequest(product="P2", quantity="3", warehouse="02"))
    found = asked(desk, "P2", "3")
    assert [(w.warehouse, w.available_on) for w in found.warehouses] == [("01", 0), ("02", 3)]
    assert found.available_on == 3


def test_goods_of_an_archived_warehouse_are_not_promised(desk: Desk) -> None:
    desk.run(lambda work: put(work, Warehouse, [{"code": "04"}]))
    desk.run(stock.receive, ReceiveRequest(product="P2", quantity="3", warehouse="04"))
    table = table_of(Warehouse)
    gone = statement(table.update().where(table.c.code == "04").values(archived=1))
    desk.run(lambda work: work.change(gone))
    assert asked(desk, "P2", "9").available_on == 5


def basket(desk: Desk, *lines: tuple[str, str, int | None], **more: Any) -> Any:
    wanted = tuple(
        AtpRequest(product=p, quantity=q, on=None if on is None else day(on).isoformat())
        for p, q, on in lines
    )
    return desk.read(atp.basket, BasketRequest(lines=wanted, **more))


def test_a_basket_is_complete_when_its_last_line_is(desk: Desk) -> None:
    coming(desk, "P2", "20", day(8))
    coming(desk, "P3", "2.5", day(12))
    found = basket(desk, ("P1", "100", None), ("P2", "9", 3), ("P3", "2.5", None))
    assert [line.complete_on for line in found.lines] == [TODAY, day(8), day(12)]
    assert found.complete_on == day(12)
    assert [line.on for line in found.lines] == [TODAY, day(3), TODAY]
    assert basket(desk, ("P1", "1", None), ("P2", "26", None)).complete_on is None
    assert basket(desk, ("P1", "1", None), on="2026-12-01").complete_on == date(2026, 12, 1)


def test_lines_of_one_product_do_not_get_the_same_goods_twice(desk: Desk) -> None:
    coming(desk, "P2", "20", day(8))
    found = basket(desk, ("P2", "4", None), ("P2", "4", None), ("p2", "18", None))
    assert [line.split for line in found.lines] == [
        parts((0, 4)),
        parts((0, 1), (8, 3)),
        parts((8, 17)),
    ]
    assert [line.available_on for line in found.lines] == [5, 1, 0]
    assert found.complete_on is None
    late = basket(desk, ("P2", "25", 8), ("P2", "1", None))
    assert late.lines[1].available_on == 0


def test_what_is_bought_for_one_line_takes_nothing_from_the_next(desk: Desk) -> None:
    desk.run(_replenish)
    found = basket(desk, ("P2", "50", 20), ("P2", "5", None))
    assert found.lines[0].split == parts((20, 50))
    assert found.lines[1].available_on == 5


def test_a_basket_from_one_warehouse_and_from_all(desk: Desk) -> None:
    desk.run(stock.receive, ReceiveRequest(product="P2", quantity="3", warehouse="02"))
    coming(desk, "P2", "3", day(5))
    found = basket(desk, ("P1", "1", None), ("P2", "8", None))
    assert found.complete_on == TODAY
    assert [(each.warehouse, each.complete_on) for each in found.warehouses] == [
        ("01", day(5)),
        ("02", None),
    ]


@pytest.mark.parametrize(
    ("line", "more", "error", "words"),
    [
        (("NIX", "1", None), {}, NotFound, "'NIX' is unknown"),
        (("WORK", "1", None), {}, Refused, "line 1: product 'WORK' is a service"),
        (("P1", "0", None), {}, Refused, "line 1: quantity is 0"),
        (("P1", "1.5", None), {}, Refused, "line 1: quantity '1.5' has more than 0 decimals"),
        (("P1", "1", None), {"on": "soon"}, Refused, "line 1: on 'soon' is not a date"),
        (("P1", "1", None), {"warehouse": "99"}, NotFound, "warehouse '99' is unknown"),
        (("P1", "1", None), {"warehouse": "03"}, Refused, "'03' is archived"),
    ],
)
def test_what_cannot_be_promised_is_refused_by_name(
    desk: Desk,
    line: tuple[str, str, int | None],
    more: dict[str, Any],
    error: type[OrderDeskError],
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        basket(desk, line, **more)


def test_a_basket_has_lines_and_not_too_many(desk: Desk) -> None:
    with pytest.raises(Refused, match="lines is empty"):
        desk.read(atp.basket, BasketRequest(lines=()))
    with pytest.raises(Refused, match="at most 1000 lines"):
        desk.read(atp.basket, BasketRequest(lines=(AtpRequest(product="P1"),) * 1001))


def test_no_order_line_is_read_and_nothing_is_scanned(sqlite_url: str) -> None:
    wanted = (availability.STOCK, availability.SUPPLY, availability.DEMAND)
    connection = SqliteDatabase(Path(sqlite_url)).connect()
    for each in (*wanted, *availability._EVERYWHERE):
        sql = each.prepared(SQLITE).sql
        parameters = dict.fromkeys(re.findall(r":(\w+)", sql), "1")
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]
        assert not [step for step in plan if re.match("SCAN (product|stock|supply|demand)", step)]
        assert not [step for step in plan if "order_line" in step or "TEMP B-TREE" in step], plan
        if "supply" in sql:
            assert [step for step in plan if "supply_expected" in step], plan
    connection.close()
