"""Goods between two warehouses: sent, expected, taken in, written off, brought back."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.stock import LineMoved, ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.domain.transfers import TRANSIT, TransferDone, TransferRequest
from orderdesk.models.company import Warehouse
from orderdesk.models.journal import Event
from orderdesk.services import availability, doctor, stock, stock_check, transfers
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing
from orderdesk.services.supplies.reading import show as supply_shown
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
LATER = "2099-01-04"


@pytest.fixture(autouse=True)
def second_warehouse(desk: Desk) -> Iterator[None]:
    """There is a warehouse 02, and 03 that is archived; no law is broken after any test."""

    def add(work: Work) -> None:
        put(work, Warehouse, [{"code": "02"}, {"code": "03", "archived": 1}])

    desk.run(add)
    yield
    assert_laws_hold(desk)


def send(desk: Desk, quantity: str, product: str = "P1", **more: Any) -> TransferDone:
    asked = TransferRequest(product=product, quantity=quantity, **{"target": "02", **more})
    return desk.run(transfers.send, asked)


def lies(desk: Desk, product: str = "P1") -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    shown = desk.read(stock.show, product)
    return {w.warehouse: (w.on_hand, w.available, w.expected) for w in shown.warehouses}


def ledger(desk: Desk, product: str = "P1") -> list[tuple[str, Decimal, str]]:
    moves = desk.read(stock_check.moves, product).entries
    return [(m.warehouse, m.quantity, m.reference) for m in reversed(moves) if m.kind == "transfer"]


def order(desk: Desk, quantity: str, warehouse: str) -> str:
    lines = (LineRequest(product="P1", quantity=quantity),)
    return desk.run(place, OrderRequest(customer="FREE", lines=lines, warehouse=warehouse)).number


def test_what_is_sent_leaves_at_once_and_is_expected_there(desk: Desk) -> None:
    sent = send(desk, "30", due=LATER, reason="balance", reference="VAN 7")
    assert (sent.number, sent.status, sent.version) == ("TR-000001", "sent", 1)
    assert (sent.source, sent.target, sent.quantity, sent.open) == ("01", "02", 30, 30)
    assert (sent.due, sent.late, sent.reason) == (date(2099, 1, 4), False, "balance")
    assert lies(desk) == {"01": (70, 70, 0), "02": (0, 0, 30)}
    assert ledger(desk) == [("01", -30, "TR-000001"), (TRANSIT, 30, "TR-000001")]
    [known] = desk.read(availability.known, [1], "02").values()
    assert known.receipts == {date(2099, 1, 4): 30_000}


def test_what_has_come_serves_who_waits_there(desk: Desk) -> None:
    waits = order(desk, "12", "02")
    sent = send(desk, "30")
    done = desk.run(transfers.receive, "1")
    assert (done.status, done.open, done.received, done.version) == ("received", 0, 30, 2)
    assert done.served == (LineMoved(waits, 1, Decimal(12)),)
    assert lies(desk) == {"01": (70, 70, 0), "02": (30, 18, 0)}
    assert ledger(desk)[2:] == [(TRANSIT, -30, sent.number), ("02", 30, sent.number)]
    assert desk.read(supply_shown, sent.supply).received == 30
    with pytest.raises(Refused, match="TR-000001 is received, and nothing of it is on the way"):
        desk.run(transfers.receive, "tr-1")


def test_a_short_arrival_stays_on_the_way_until_it_is_written_off(desk: Desk) -> None:
    sent = send(desk, "30")
    part = desk.run(transfers.receive, sent.number, "8")
    assert (part.status, part.open, part.received) == ("partly received", 22, 8)
    assert lies(desk)["02"] == (8, 8, 22)
    with pytest.raises(Refused, match="needs a reason"):
        desk.run(transfers.receive, sent.number, "20", write_off=True)
    done = desk.run(transfers.receive, sent.number, "20", write_off=True, reason="Lost")
    assert (done.status, done.open, done.received, done.lost) == ("received", 0, 28, 2)
    assert lies(desk)["02"] == (28, 28, 0)
    assert ledger(desk)[-1] == (TRANSIT, -2, sent.number)
    supply = desk.read(supply_shown, sent.supply)
    assert (supply.received, supply.cancelled, supply.open) == (28, 2, 0)


def test_all_of_it_may_be_lost(desk: Desk) -> None:
    sent = send(desk, "3")
    done = desk.run(transfers.receive, sent.number, "0", write_off=True, reason="Stolen")
    assert (done.status, done.lost, done.received) == ("lost", 3, 0)
    assert desk.read(supply_shown, sent.supply).cancelled == 3


def test_a_cancelled_transfer_comes_back_and_serves_who_waits(desk: Desk) -> None:
    sent = send(desk, "30")
    waits = order(desk, "75", "01")
    done = desk.run(transfers.cancel, sent.number, "Wrong van")
    assert (done.status, done.returned, done.open) == ("cancelled", 30, 0)
    assert done.served == (LineMoved(waits, 1, Decimal(5)),)
    assert lies(desk) == {"01": (100, 25, 0), "02": (0, 0, 0)}
    with pytest.raises(Refused, match="is cancelled, and nothing"):
        desk.run(transfers.cancel, sent.number)


def test_what_is_left_of_a_transfer_can_go_back(desk: Desk) -> None:
    sent = send(desk, "30")
    desk.run(transfers.receive, sent.number, "10")
    done = desk.run(transfers.cancel, sent.number)
    assert (done.status, done.received, done.returned) == ("received", 10, 20)
    assert lies(desk) == {"01": (90, 90, 0), "02": (10, 10, 0)}


def test_what_is_promised_to_orders_is_not_sent(desk: Desk) -> None:
    order(desk, "95", "01")
    with pytest.raises(Refused, match="5 ea, beside 95 that are allocated to orders; send at most"):
        send(desk, "6")
    assert send(desk, "5").status == "sent"
    with pytest.raises(Refused, match=r"0 ea, .* to orders; nothing of it can be sent now"):
        send(desk, "1")


def test_no_more_is_taken_in_than_is_on_the_way(desk: Desk) -> None:
    send(desk, "5")
    with pytest.raises(Refused, match="more than the 5 ea that are on the way of TR-000001"):
        desk.run(transfers.receive, "1", "6")
    with pytest.raises(Refused, match="quantity is 0"):
        desk.run(transfers.receive, "1", "0")


def test_a_transfer_goes_from_one_warehouse_to_another_that_is_open(desk: Desk) -> None:
    with pytest.raises(Refused, match="from and to are both 01"):
        send(desk, "1", target="01")
    with pytest.raises(NotFound, match="warehouse '09' is unknown"):
        send(desk, "1", target="09")
    with pytest.raises(Refused, match="warehouse '03' is archived"):
        send(desk, "1", target="03")
    with pytest.raises(Refused, match="quantity is 0"):
        send(desk, "0")
    with pytest.raises(Refused, match="due 'soon' is not a date"):
        send(desk, "1", due="soon")
    with pytest.raises(Refused, match="is a service and never in stock"):
        send(desk, "1", product="WORK")
    with pytest.raises(NotFound, match="transfer 'TR-9' is unknown"):
        desk.read(transfers.show, "tr-9")


def test_the_numbers_have_no_gap_and_a_rehearsal_takes_none(desk: Desk) -> None:
    asked = TransferRequest(product="P1", quantity="1", target="02")
    assert desk.rehearse(transfers.send, asked).number == "-"
    with pytest.raises(Refused):
        send(desk, "1000")
    assert [send(desk, "1").number for _ in range(2)] == ["TR-000001", "TR-000002"]


def test_its_supply_is_moved_by_the_transfer_alone(desk: Desk) -> None:
    sent = send(desk, "5")
    for act in (
        lambda work: announcing.cancel(work, sent.supply),
        lambda work: announcing.set_(work, sent.supply, SupplyRequest(due=LATER)),
        lambda work: stock.receive(work, ReceiveRequest(supply=str(sent.supply))),
    ):
        with pytest.raises(Refused, match="is of transfer TR-000001; take it in or bring it back"):
            desk.run(act)


def test_what_came_with_a_transfer_is_not_reversed_as_a_receipt(desk: Desk) -> None:
    send(desk, "5")
    desk.run(transfers.receive, "1")
    [newest, *_] = desk.read(stock_check.moves, "P1").entries
    with pytest.raises(Refused, match="is a transfer, and only a receipt is reversed"):
        desk.run(stock.reverse, newest.id)


def test_transfers_are_listed_newest_first_those_on_the_way_alone(desk: Desk) -> None:
    for _ in range(3):
        send(desk, "1")
    desk.run(transfers.receive, "2")
    assert [each.id for each in desk.read(transfers.list_)] == [3, 1]
    page = desk.read(transfers.list_, 3, 1, everything=True)
    assert [(each.id, each.status) for each in page] == [(2, "received")]


def test_each_change_has_its_event(desk: Desk) -> None:
    sent = send(desk, "5")
    desk.run(transfers.receive, "1", "2")
    desk.run(transfers.cancel, "1", "Enough")
    told = desk.read(lambda work: work.run(EVENTS, {"subject": "transfer"}))
    assert [(each.version, each.kind) for each in told] == [
        (1, "sent"),
        (2, "received"),
        (3, "cancelled"),
    ]
    body = json.loads(told[1].body)
    assert (body["received"], body["open"]) == (["0", "2"], ["5", "3"])
    assert json.loads(told[2].body)["returned"] == ["0", "3"]
    kinds = [row.kind for row in desk.read(lambda w: w.run(EVENTS, {"subject": "supply"}))]
    assert (kinds, sent.version) == (["added", "received", "cancelled"], 1)


@pytest.mark.parametrize(
    ("breaks", "law", "words"),
    [
        (
            "UPDATE transfer SET open = 4000, lost = 1000",
            1,
            "not the sum of its movements in transit",
        ),
        ("UPDATE transfer SET quantity = 6000, lost = 1000", 1, "not what left its warehouse"),
        ("UPDATE supply SET open = 4000, cancelled = 1000", 1, "is not what is expected of it"),
        (
            "UPDATE movement SET transfer_id = NULL WHERE warehouse = 'in transit'",
            1,
            "is in transit, and of no transfer",
        ),
        ("UPDATE series SET next_id = 3 WHERE code = 'transfer'", 6, "does not go on behind"),
    ],
)
def test_the_doctor_finds_a_transfer_that_does_not_add_up(
    desk: Desk, breaks: str, law: int, words: str
) -> None:
    send(desk, "5")
    undo = {
        "transfer": "UPDATE transfer SET open = 5000, lost = 0, quantity = 5000",
        "supply": "UPDATE supply SET open = 5000, cancelled = 0",
        "movement": "UPDATE movement SET transfer_id = 1 WHERE warehouse = 'in transit'",
        "series": "UPDATE series SET next_id = 2 WHERE code = 'transfer'",
    }
    break_rows(desk, breaks)
    found = desk.read(doctor.examine)
    assert any(each.law == law and words in each.message for each in found)
    break_rows(desk, undo[breaks.split()[1]])


def test_the_doctor_finds_that_more_is_lost_than_was_sent(desk: Desk) -> None:
    send(desk, "5")
    broken = "UPDATE transfer SET lost = 1000"
    break_rows(desk, broken, without=(("transfer", "transfer_law"),))
    [found] = desk.read(doctor.examine)
    assert found.message.startswith("transfer TR-000001: what is lost is not what is neither")
    break_rows(desk, "UPDATE transfer SET lost = 0")


def test_the_doctor_finds_that_a_transfer_is_missing(desk: Desk) -> None:
    for _ in range(3):
        send(desk, "1")
    break_rows(desk, "UPDATE transfer SET id = 7 WHERE id = 2")
    found = [each.message for each in desk.read(doctor.examine)]
    assert any("transfers are missing between rows 1 and 7" in each for each in found)
    break_rows(desk, "UPDATE transfer SET id = 2 WHERE id = 7")


def test_who_read_an_older_transfer_is_told_what_came_meanwhile(desk: Desk) -> None:
    number = send(desk, "30").number
    desk.run(transfers.receive, number, "10", version=1)
    with pytest.raises(Conflict, match="received is '10' now, you gave '30'") as caught:
        desk.run(transfers.receive, number, "20", version=1)
    assert caught.value.details["fields"]["open"] == {"stored": "20", "given": "0"}
    with pytest.raises(Conflict, match="returned is '0' now, you gave '20'"):
        desk.run(transfers.cancel, number, version=1)
    assert desk.run(transfers.cancel, number, version=2).returned == 20
