"""Desks that sell, send, take in, count, set apart and move the same products at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import psycopg
import pytest

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.promises import PinRequest
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.domain.transfers import TransferRequest
from orderdesk.services import stock, transfers
from orderdesk.services.orders import repromising
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import show
from orderdesk.services.supplies import announcing
from orderdesk.services.supplies.reading import show as supply_shown
from orderdesk.store.desk import Desk
from tests.faults.grabs import AWAY, GRABS, grab, second_warehouse
from tests.laws import assert_laws_hold
from tests.processes import until

ROUNDS = 5
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
Act = Callable[[Desk, int], None]


def together(url: str, acts: list[tuple[str, Act]]) -> None:
    """Let each act, of a user, do its rounds at the same time as all others."""
    start = Barrier(len(acts))

    def work(user: str, act: Act) -> None:
        desk = Desk(url, user).open()
        start.wait(timeout=60)
        for turn in range(ROUNDS):
            act(desk, turn)
        desk.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        for done in [threads.submit(work, user, act) for user, act in acts]:
            done.result(timeout=120)


@pytest.fixture(autouse=True)
def places(url: str, desk: Desk) -> Iterator[None]:
    """There is a warehouse to send goods to; nobody was thrown out for the sake of another."""
    desk.run(second_warehouse)
    yield
    desk.close()
    if "://" in url:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            # What a session has counted is known to others once it has ended.
            until(lambda: connection.execute(OTHERS).fetchone() == (0,), "the other sessions' end")
            assert connection.execute(DEADLOCKS).fetchone() == (0,)


def test_whatever_is_done_to_the_last_pieces_the_books_say_what_is_left(
    url: str, desk: Desk
) -> None:
    desk.run(stock.receive, ReceiveRequest(product="P3", quantity="12"))
    gone: list[Decimal] = []

    def grabbing(how: str) -> Act:
        return lambda desk, turn: gone.append(grab(desk, how, "P3") or Decimal(0))

    acts = [("supervisor" if how == "move" else "clerk", grabbing(how)) for how in GRABS]
    together(url, acts)
    shelf = next(w for w in desk.read(stock.show, "P3").warehouses if w.warehouse == "01")
    assert shelf.on_hand == 12 + sum(gone)
    assert shelf.allocated == min(ROUNDS, shelf.on_hand)
    assert_laws_hold(desk)


def test_transfers_both_ways_between_orders_of_both_products_block_nobody(
    url: str, desk: Desk
) -> None:
    """Whoever sends, takes in and orders locks the same shelves, from either end."""
    desk.run(stock.receive, ReceiveRequest(product="P1", quantity="100", warehouse=AWAY))

    def sending(source: str, target: str) -> Act:
        def act(desk: Desk, turn: int) -> None:
            asked = TransferRequest(product="P1", quantity="2", source=source, target=target)
            number = desk.run(transfers.send, asked).number
            desk.run(transfers.receive, number, "1")
            if turn % 2:
                desk.run(transfers.cancel, number)
            else:
                desk.run(transfers.receive, number)

        return act

    def ordering(warehouse: str) -> Act:
        def act(desk: Desk, turn: int) -> None:
            lines = tuple(LineRequest(product=p, quantity="3") for p in ("P2", "P1"))
            desk.run(place, OrderRequest(customer="FREE", lines=lines, warehouse=warehouse))

        return act

    acts = [sending("01", AWAY), sending(AWAY, "01"), ordering("01"), ordering(AWAY)]
    together(url, [("clerk", act) for act in acts])
    shown = {w.warehouse: w for w in desk.read(stock.show, "P1").warehouses}
    assert shown["01"].on_hand + shown[AWAY].on_hand == 200
    assert shown["01"].on_hand == 100  # as many went as came
    assert [shown[w].allocated for w in ("01", AWAY)] == [3 * ROUNDS, 3 * ROUNDS]
    assert not desk.read(transfers.list_)
    assert_laws_hold(desk)


def test_one_transfer_arrives_once_however_many_take_it_in(url: str, desk: Desk) -> None:
    numbers = [
        desk.run(transfers.send, TransferRequest(product="P1", quantity="2", target=AWAY)).number
        for _ in range(ROUNDS)
    ]
    came: list[str] = []
    told: list[str] = []

    def take_in(desk: Desk, turn: int) -> None:
        try:
            desk.run(transfers.receive, numbers[turn])
        except Refused as error:
            told.append(error.code)
        else:
            came.append(numbers[turn])

    together(url, [("clerk", take_in)] * 4)
    assert sorted(came) == sorted(numbers)
    assert told == ["nothing_on_the_way"] * 3 * ROUNDS
    shown = {w.warehouse: w for w in desk.read(stock.show, "P1").warehouses}
    assert (shown["01"].on_hand, shown[AWAY].on_hand) == (100 - 2 * ROUNDS, 2 * ROUNDS)
    assert_laws_hold(desk)


def test_expected_goods_are_received_moved_and_promised_at_once(url: str, desk: Desk) -> None:
    """What comes is counted once, and whoever moved the day or ordered meanwhile waited at most."""
    asked = SupplyRequest(product="P2", quantity="40", due="2026-11-30")
    supply = desk.run(announcing.add, asked).id

    def receive(desk: Desk, turn: int) -> None:
        desk.run(stock.receive, ReceiveRequest(quantity="2", supply=str(supply)))

    def postpone(desk: Desk, turn: int) -> None:
        due = f"2026-12-{1 + turn:02}"
        desk.run(announcing.set_, supply, SupplyRequest(due=due))

    def order(desk: Desk, turn: int) -> None:
        lines = (LineRequest(product="P2", quantity="3"),)
        desk.run(place, OrderRequest(customer="FREE", lines=lines))

    together(url, [("clerk", act) for act in (receive, receive, postpone, order)])
    shown = desk.read(supply_shown, supply)
    assert (shown.received, shown.open) == (4 * ROUNDS, 40 - 4 * ROUNDS)
    left = desk.read(stock.show, "P2")
    assert left.on_hand == 5 + 4 * ROUNDS
    assert left.allocated == 3 * ROUNDS
    assert_laws_hold(desk)


def test_a_pinned_day_stays_whatever_comes_and_is_reckoned_meanwhile(url: str, desk: Desk) -> None:
    lines = (LineRequest(product="P2", quantity="20"),)
    number = desk.run(place, OrderRequest(customer="FREE", lines=lines)).number

    def pinning(desk: Desk, turn: int) -> None:
        asked = PinRequest(number=number, line=1, on=f"2027-01-{11 + turn}", reason="agreed")
        desk.run(repromising.pin, asked)

    def reckon(desk: Desk, turn: int) -> None:
        desk.run(repromising.repromise, number, "allocation run")

    def receive(desk: Desk, turn: int) -> None:
        desk.run(stock.receive, ReceiveRequest(product="P2", quantity="1"))

    together(url, [("supervisor", pinning), ("supervisor", reckon), ("clerk", receive)])
    [line] = desk.read(show, number).lines
    assert str(line.promised) == f"2027-01-{10 + ROUNDS}"
    assert line.allocated == 5 + ROUNDS
    assert_laws_hold(desk)
