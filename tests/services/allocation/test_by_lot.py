"""Lines get lots: the first to expire first, of those that last as long as the customer wants."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from orderdesk.domain.allocation import MoveRequest
from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import LineRequest, OrderRequest, OrderView
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.stock import AdjustRequest, LineMoved, ReceiveRequest, StatusRequest
from orderdesk.domain.transfers import TransferRequest
from orderdesk.models.company import RoleRight, Warehouse
from orderdesk.models.orders import SalesOrder
from orderdesk.models.products import Price
from orderdesk.models.stock import LotAllocation
from orderdesk.services import (
    availability,
    doctor,
    goods,
    kits,
    lots,
    products,
    statuses,
    stock,
    transfers,
)
from orderdesk.services.allocation import explaining
from orderdesk.services.customers import save
from orderdesk.services.orders import closing, moving, preview
from orderdesk.services.orders.entry import Defaults
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.breaking import break_rows
from tests.company import put
from tests.laws import assert_laws_hold
from tests.services.allocation.looking import assert_replayed

_share = table_of(LotAllocation).c
_order = table_of(SalesOrder).c
SHARES = statement(
    select(_order.number, _share.line, _share.lot, _share.quantity)
    .join_from(table_of(LotAllocation), table_of(SalesOrder), _order.id == _share.order_id)
    .order_by(_order.number, _share.line, _share.lot)
)


@pytest.fixture(autouse=True)
def tracked(desk: Desk) -> Iterator[None]:
    """P3 is tracked by lot; ACME wants 30 days of life; there is a warehouse 02; the laws hold."""

    def add(work: Work) -> None:
        put(work, Warehouse, [{"code": "02"}])
        put(work, RoleRight, [{"role": "clerk", "right_code": "allocation_move"}])
        products.set_(work, ProductRequest(code="P3", tracked="lot"))
        save.set_(work, CustomerRequest(code="ACME", shelf_life="30", credit_limit=""))

    desk.run(add)
    yield
    assert_laws_hold(desk)


def day(desk: Desk, days: int) -> str:
    return (date.fromisoformat(desk.read(lots.today)) + timedelta(days=days)).isoformat()


def receive(desk: Desk, quantity: str, lot: str, days: int | None = None) -> object:
    expires = None if days is None else day(desk, days)
    return desk.run(
        stock.receive, ReceiveRequest(product="P3", quantity=quantity, lot=lot, expires=expires)
    )


def order(desk: Desk, quantity: str, customer: str = "FREE") -> OrderView:
    lines = (LineRequest(product="P3", quantity=quantity),)
    return desk.run(place, OrderRequest(customer=customer, lines=lines))


def shares(desk: Desk) -> list[tuple[str, str, int]]:
    rows = desk.read(lambda work: work.run(SHARES))
    return [(row.number, row.lot, row.quantity // 1000) for row in rows]


def test_a_new_line_gets_what_expires_first(desk: Desk) -> None:
    receive(desk, "5", "LATE", 90)
    receive(desk, "5", "SOON", 40)
    one = order(desk, "7").number
    assert shares(desk) == [(one, "LATE", 2), (one, "SOON", 5)]
    places = {each.lot: each.allocated for each in desk.read(stock.places, "P3")}
    assert places == {"LATE": 2, "SOON": 5}


def test_a_customer_gets_only_what_keeps_as_long_as_they_want(desk: Desk) -> None:
    receive(desk, "5", "SOON", 20)
    receive(desk, "5", "LATE", 90)
    choosy = order(desk, "8", "ACME")
    assert [line.allocated for line in choosy.lines] == [5]
    assert shares(desk) == [(choosy.number, "LATE", 5)]
    said = desk.read(explaining.explain, choosy.number, 1).reason
    assert "it lacks 3 kg: 5 kg are free, but of lots of which only 0 kg last until" in said
    assert "its customer wants 30 days of life" in said
    other = order(desk, "4")
    assert shares(desk)[-1] == (other.number, "SOON", 4)
    [decision] = desk.read(explaining.explain, choosy.number, 1).decisions
    assert (decision.free, decision.kept, decision.quantity) == (10, 5, 5)
    assert_replayed(desk)


def test_what_is_left_for_a_line_of_later_stands_in_the_decisions_behind_it(desk: Desk) -> None:
    numbers = [
        desk.run(place, OrderRequest(customer="FREE", lines=(each,), requested=on)).number
        for each, on in (
            (LineRequest(product="P3", quantity="5"), None),
            (LineRequest(product="P3", quantity="6"), day(desk, 300)),
            (LineRequest(product="P3", quantity="50"), None),
        )
    ]
    for priority, number in zip((3, 2, 1), numbers, strict=True):
        break_rows(desk, f"UPDATE sales_order SET priority = {priority} WHERE number = '{number}'")
    receive(desk, "20", "L1", 900)
    assert shares(desk) == [(numbers[0], "L1", 5), (numbers[2], "L1", 9)]
    [decision] = desk.read(explaining.explain, numbers[2], 1).decisions
    assert (decision.free, decision.kept, decision.quantity) == (15, 6, 9)
    assert_replayed(desk)


def test_a_line_behind_a_kit_gets_only_what_lasts_too(desk: Desk) -> None:
    desk.run(products.add, ProductRequest(code="KIT", name="Kit", kind="kit", unit="ea"))
    desk.run(kits.keep, "KIT", "P1", "1")
    desk.run(kits.keep, "KIT", "P2", "1")
    row = {"price_list": "BASE", "min_quantity": 0, "valid_from": "", "price": 30_000_000}
    desk.run(
        lambda work: put(work, Price, [{"product_id": goods.find(work, ["KIT"])["KIT"].id, **row}])
    )
    receive(desk, "5", "SOON", 20)
    receive(desk, "5", "LATE", 90)
    asked = (LineRequest(product="KIT", quantity="1"), LineRequest(product="P3", quantity="8"))
    seen = desk.read(preview.lines, "ACME", asked, Defaults("01", day(desk, 0), 0))
    placed = desk.run(place, OrderRequest(customer="ACME", lines=asked))
    last = placed.lines[-1]
    assert (last.line, last.product, last.allocated, last.backordered) == (4, "P3", 5, 3)
    assert shares(desk) == [(placed.number, "LATE", 5)]
    # The three that are left are over too soon for them: nobody knows when others come.
    assert last.promised is None
    assert (seen[-1].allocated, seen[-1].promised) == (5, None)


def test_two_lines_of_an_order_share_what_there_is(desk: Desk) -> None:
    receive(desk, "5", "SOON", 40)
    receive(desk, "5", "LATE", 90)
    lines = tuple(LineRequest(product="P3", quantity=each) for each in ("3", "4", "9"))
    placed = desk.run(place, OrderRequest(customer="FREE", lines=lines))
    assert [line.allocated for line in placed.lines] == [3, 4, 3]


def test_what_comes_in_serves_who_waits_by_rank_with_lots_that_last(desk: Desk) -> None:
    choosy, other = order(desk, "4", "ACME").number, order(desk, "4").number
    done = desk.run(
        stock.receive,
        ReceiveRequest(product="P3", quantity="6", lot="SOON", expires=day(desk, 20)),
    )
    assert [(each.order, each.quantity) for each in done.served] == [(other, 4)]
    receive(desk, "6", "LATE", 90)
    assert shares(desk) == [(choosy, "LATE", 4), (other, "SOON", 4)]


def test_goods_that_are_overdue_must_last_from_today_on(desk: Desk) -> None:
    overdue = order(desk, "4", "ACME").number
    soon, late = day(desk, 35), day(desk, 45)
    ten_days_on = day(desk, 10)
    break_rows(desk, f"UPDATE company SET business_date = '{ten_days_on}'")
    for quantity, lot, expires in (("6", "SOON", soon), ("6", "LATE", late)):
        asked = ReceiveRequest(product="P3", quantity=quantity, lot=lot, expires=expires)
        desk.run(stock.receive, asked)
    assert shares(desk) == [(overdue, "LATE", 4)]


def test_a_lot_that_is_lost_is_lost_by_the_worst_line_which_gets_another(desk: Desk) -> None:
    receive(desk, "5", "L1", 40)
    first, worst = order(desk, "3").number, order(desk, "2").number
    receive(desk, "5", "L2", 90)
    asked = StatusRequest(product="P3", quantity="3", lot="L1", after="damaged", reason="Wet")
    done = desk.run(statuses.status, asked)
    assert done.deallocated == (LineMoved(worst, 1, Decimal(2)), LineMoved(first, 1, Decimal(1)))
    assert {each.order for each in done.served} == {first, worst}
    assert shares(desk) == [(first, "L1", 2), (first, "L2", 1), (worst, "L2", 2)]


def test_what_nobody_has_goes_first(desk: Desk) -> None:
    receive(desk, "5", "SOON", 40)
    receive(desk, "5", "LATE", 90)
    one = order(desk, "5").number
    done = desk.run(stock.adjust, AdjustRequest(product="P3", quantity="-4", reason="found"))
    assert (done.deallocated, shares(desk)) == ((), [(one, "SOON", 5)])
    with pytest.raises(Refused, match="send at most 1"):
        desk.run(transfers.send, TransferRequest(product="P3", quantity="2", target="02"))
    desk.run(transfers.send, TransferRequest(product="P3", quantity="1", target="02"))
    left = {(each.warehouse, each.lot): each.on_hand for each in desk.read(stock.places, "P3")}
    assert left == {("01", "SOON"): 5}


def test_a_lot_that_is_promised_is_not_sent(desk: Desk) -> None:
    receive(desk, "5", "SOON", 40)
    receive(desk, "5", "LATE", 90)
    order(desk, "3")
    asked = TransferRequest(product="P3", quantity="3", target="02", lot="SOON")
    with pytest.raises(Refused, match="3 is more than lies free of lot 'SOON' of product 'P3'"):
        desk.run(transfers.send, asked)


def test_what_is_closed_gives_back_what_expires_last(desk: Desk) -> None:
    receive(desk, "5", "SOON", 40)
    receive(desk, "5", "LATE", 90)
    one = order(desk, "9").number
    desk.run(closing.close_line, one, 1, "3")
    assert shares(desk) == [(one, "LATE", 1), (one, "SOON", 5)]
    desk.run(closing.cancel, one)
    assert shares(desk) == []


def test_a_supervisor_moves_only_what_lasts_for_the_other(desk: Desk) -> None:
    receive(desk, "2", "SOON", 20)
    receive(desk, "3", "LATE", 90)
    giver, taker = order(desk, "5").number, order(desk, "4", "ACME").number
    supervisor = MoveRequest(order=giver, line=1, to_order=taker, to_line=1, reason="Now")
    with pytest.raises(Refused, match="3 kg last until"):
        desk.run(moving.move, supervisor)
    asked = MoveRequest(order=giver, line=1, to_order=taker, to_line=1, quantity="3", reason="Now")
    desk.run(moving.move, asked)
    assert shares(desk) == [(giver, "SOON", 2), (taker, "LATE", 3)]


@pytest.mark.parametrize(
    ("breaks", "mends", "words"),
    [
        (
            "UPDATE lot_allocation SET quantity = 2000",
            "UPDATE lot_allocation SET quantity = 3000",
            "what it has of lots is not what is allocated to it",
        ),
        (
            "UPDATE lot_allocation SET lot = 'L9'",
            "UPDATE lot_allocation SET lot = 'L1'",
            "stock of P3 at 01, lot L9: lines have more of it than is free there",
        ),
        (
            "UPDATE product SET tracked = '' WHERE code = 'P3'",
            "UPDATE product SET tracked = 'lot' WHERE code = 'P3'",
            "what it has of lots is not what is allocated to it",
        ),
    ],
)
def test_the_doctor_finds_lots_that_do_not_add_up(
    desk: Desk, breaks: str, mends: str, words: str
) -> None:
    receive(desk, "5", "L1", 40)
    order(desk, "3")
    break_rows(desk, breaks)
    assert any(words in each.message for each in desk.read(doctor.examine))
    break_rows(desk, mends)


def test_nothing_is_promised_of_what_does_not_last(desk: Desk) -> None:
    receive(desk, "5", "SOON", 20)
    choosy, other = order(desk, "3", "ACME"), order(desk, "3")
    assert (choosy.lines[0].promised, choosy.lines[0].allocated) == (None, 0)
    assert other.lines[0].promised is not None


def test_what_can_be_promised_falls_as_lots_expire(desk: Desk) -> None:
    receive(desk, "5", "SOON", 20)
    receive(desk, "4", "LATE", 90)
    [known] = desk.read(availability.known, [3], "01").values()
    on = date.fromisoformat(day(desk, 21))
    assert known.available() == [(known.today, 9_000), (on, 4_000), (on + timedelta(70), 0)]
    [places] = desk.read(availability.everywhere, [3], "01").values()
    assert places["01"].available() == known.available()
    order(desk, "6")
    [known] = desk.read(availability.known, [3], "01").values()
    assert [n for _, n in known.available()] == [3_000, 0]


def test_a_lot_that_keeps_longer_than_was_thought_serves_who_waits_for_it(desk: Desk) -> None:
    receive(desk, "5", "SOON", 20)
    choosy = order(desk, "5", "ACME").number
    assert shares(desk) == []
    desk.run(lots.set_, "P3", "SOON", {"note": "looked at"})
    assert shares(desk) == []
    desk.run(lots.set_, "P3", "SOON", {"expires": day(desk, 90)})
    assert shares(desk) == [(choosy, "SOON", 5)]
    [decision] = desk.read(explaining.explain, choosy, 1).decisions
    assert (decision.cause, decision.quantity) == ("lot SOON", 5)
