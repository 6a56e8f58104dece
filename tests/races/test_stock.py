"""Desks that order, receive and count the same product at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.stock import AdjustRequest, ReceiveRequest
from orderdesk.models.orders import OrderLine
from orderdesk.services import stock
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from tests.laws import assert_laws_hold

ROUNDS = 8

_line = table_of(OrderLine).c
WAITING = statement(select(_line.order_id).where(_line.open > _line.allocated))


def test_no_stock_is_lost_oversold_or_left_free_while_somebody_waits(url: str) -> None:
    together = Barrier(4)

    def order(desk: Desk, turn: int) -> None:
        lines = tuple(LineRequest(product=p, quantity="2") for p in ("P1", "P2"))
        number = desk.run(place, OrderRequest(customer="FREE", lines=lines)).number
        if turn % 3 == 0:
            desk.run(cancel, number)

    def receive(desk: Desk, turn: int) -> None:
        desk.run(
            stock.receive_many,
            [ReceiveRequest(product=p, quantity="1") for p in ("P2", "P1")],
        )

    def count(desk: Desk, turn: int) -> None:
        desk.run(
            stock.adjust,
            AdjustRequest(product="P2", quantity=("1", "-1")[turn % 2], reason="found"),
        )

    def work(act: object) -> None:
        desk = Desk(url, "clerk").open()
        together.wait(timeout=60)
        for turn in range(ROUNDS):
            act(desk, turn)  # type: ignore[operator]
        desk.close()

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(work, act) for act in (order, order, receive, count)]:
            done.result(timeout=120)

    desk = Desk(url, "clerk").open()
    assert_laws_hold(desk)
    left = desk.read(stock.show, "P2")
    ordered = 2 * (2 * ROUNDS - 2 * len(range(0, ROUNDS, 3)))
    assert left.on_hand == 5 + ROUNDS
    assert left.allocated == min(ordered, 5 + ROUNDS)
    assert bool(desk.read(lambda work: work.run(WAITING))) == (ordered > 5 + ROUNDS)
    desk.close()
