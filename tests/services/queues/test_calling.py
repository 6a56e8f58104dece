"""The calling queue: who is to be called about which goods, and what came of it."""

import pytest
from sqlalchemy import bindparam, update

from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.orders import AmendRequest, LineChange, OrderView
from orderdesk.domain.queues import QueueCount, QueueItem
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.models.company import Company
from orderdesk.models.orders import LineCall
from orderdesk.services import stock
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import events, show
from orderdesk.services.queues import reading
from orderdesk.services.queues.deciding import approve, called, note, reject, take
from orderdesk.services.queues.reading import counts, meant, with_reason
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order
from tests.services.queues.waiting import Desks, held, waiting

_call = table_of(LineCall).c
_TODAY = statement(update(table_of(Company)).values(business_date=bindparam("today")))
_EARLIER = statement(
    update(table_of(LineCall)).values(
        taken_at=_call.taken_at - bindparam("by", type_=_call.taken_at.type)
    )
)


def to_call(desk: Desk, product: str = "P1", quantity: str = "2", **more: object) -> OrderView:
    """Place an order of a line that its customer is to be called about."""
    return desk.run(place, order("FREE", line(product, quantity, disposition="call"), **more))


def calling(desk: Desk, **asked: object) -> list[QueueItem]:
    """Give what the calling queue shows."""
    return waiting(desk, queue="calling", **asked)


def day(desk: Desk, today: str) -> None:
    """Let it be this day."""

    def moved(work: Work) -> None:
        work.change(_TODAY, {"today": today})

    desk.run(moved)


def test_a_line_waits_to_be_called_about_once_all_of_it_is_there(desk: Desk) -> None:
    placed = to_call(desk, "P2", "9")
    assert calling(desk) == []
    desk.run(stock.receive, ReceiveRequest(product="P2", quantity="4"))
    [item] = calling(desk)
    assert (item.queue, item.reason, item.subject) == (
        "calling",
        "call_when_available",
        placed.number,
    )
    assert (item.id, item.line, item.customer) == ("calling-10001", 1, "FREE")
    assert item.details["quantity"] == "9"
    assert (item.details["product"], item.details["calls"]) == ("P2", 0)
    assert item.message == "9 ea of P2 are there: call Pat"
    assert item.waiting_seconds < 60


def test_lines_of_another_disposition_or_of_nothing_open_are_not_called_about(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1"), line("WORK", disposition="call")))
    shut = to_call(desk)
    desk.run(cancel, shut.number)
    assert calling(desk) == []


def test_what_a_line_loses_takes_it_out_of_the_queue(desk: Desk) -> None:
    placed = to_call(desk, "P2", "5")
    assert len(calling(desk)) == 1
    asked = LineChange(line=1, quantity="6")
    desk.run(amend, AmendRequest(number=placed.number, lines=(asked,)))
    assert calling(desk) == []


def test_the_calling_queue_is_read_page_by_page_the_oldest_order_first(desk: Desk) -> None:
    for lines in (1, 2, 1, 3):
        desk.run(place, order("FREE", *[line("P1", disposition="call")] * lines))
    ids = [item.id for item in calling(desk)]
    keys = (10001, 20001, 20002, 30001, 40001, 40002, 40003)
    assert ids == [f"calling-{key}" for key in keys]
    assert [i.id for i in calling(desk, limit=3)] == ids[:3]
    assert [i.id for i in calling(desk, after=ids[1], limit=3)] == ids[2:5]
    assert [i.id for i in calling(desk, after=ids[4], including=True)] == ids[4:]
    assert [i.id for i in calling(desk, before=ids[3], limit=2)] == ids[1:3]
    assert [i.id for i in calling(desk, before=ids[3], including=True)] == ids[:4]
    assert [i.id for i in calling(desk, before="", limit=2)] == ids[5:]
    assert [i.id for i in calling(desk, subject="2")] == ids[1:3]
    assert [i.id for i in calling(desk, customer="free", after=ids[5])] == ids[6:]
    assert calling(desk, customer="ACME") == []


def test_why_something_waits_says_in_which_queue_it_does(desk: Desk) -> None:
    to_call(desk)
    assert len(calling(desk, reason="call when")) == 1
    with pytest.raises(NotFound, match="reasons are call_when_available"):
        calling(desk, reason="credit_limit")
    assert desk.read(meant, "call", "calling").reason == "call_when_available"
    assert with_reason(None) == ("holds", "calling", "promises")
    assert with_reason("call_w") == ("calling",)
    assert with_reason("credit_limit") == ("holds",)


def test_all_queues_are_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    held(desk)
    for _ in range(3):
        to_call(desk)
    assert desk.read(counts) == (
        QueueCount("holds", 1, False),
        QueueCount("calling", 3, False),
        QueueCount("promises", 0, False),
    )
    monkeypatch.setattr(reading, "COUNTED", 2)
    assert desk.read(counts)[1] == QueueCount("calling", 2, True)


def test_who_calls_says_so_and_has_ten_minutes(desk_of: Desks) -> None:
    mine, theirs = desk_of("clerk"), desk_of("clerk2")
    to_call(mine)
    [item] = calling(mine)
    assert mine.run(take, item.id).taken_by == "clerk"
    assert calling(theirs)[0].taken_by == "clerk"
    for act in (take, approve):
        with pytest.raises(Conflict, match="clerk took order SO-000001, line 1, and calls"):
            theirs.run(act, item.id)
    with pytest.raises(Conflict, match="clerk took"):
        theirs.run(called, item.id, "busy")

    def later(work: Work) -> None:
        work.change(_EARLIER, {"by": 600_000_000})

    mine.run(later)
    assert calling(theirs)[0].taken_by is None
    assert theirs.run(take, item.id).taken_by == "clerk2"


def test_a_call_in_vain_waits_for_its_next_day_and_says_what_came_of_it(desk_of: Desks) -> None:
    clerk, other = desk_of("clerk"), desk_of("clerk2")
    placed = to_call(clerk)
    day(clerk, "2026-11-23")
    [item] = calling(clerk)
    clerk.run(take, item.id)
    assert clerk.run(called, item.id, "nobody there", "2026-11-26").version == placed.version
    assert (calling(clerk), clerk.read(counts)[1].waiting) == ([], 0)
    day(clerk, "2026-11-25")
    assert calling(clerk) == []
    day(clerk, "2026-11-26")
    [again] = calling(clerk)
    assert (again.details["calls"], again.details["last_call"]) == (1, "nobody there")
    assert (again.details["called_by"], again.taken_by) == ("clerk", None)
    assert again.message.endswith("call Pat; call 2: nobody there")
    other.run(called, item.id, "wants them in March")
    day(clerk, "2026-11-27")
    assert calling(clerk)[0].details["calls"] == 2
    kinds = [(event.version, event.kind) for event in clerk.read(events, placed.number)]
    assert kinds == [(1, "placed"), (None, "taken"), (None, "called"), (None, "called")]
    assert clerk.read(events, placed.number)[-1].changes["next_call"] == [
        "2026-11-26",
        "2026-11-27",
    ]
    assert_laws_hold(clerk)


def test_a_call_needs_what_came_of_it_and_a_day_to_come(desk: Desk) -> None:
    to_call(desk)
    day(desk, "2026-11-23")
    [item] = calling(desk)
    with pytest.raises(Refused, match="reason is empty"):
        desk.run(called, item.id, " ")
    for on, words in (("soon", "is not a date"), ("2026-11-23", "has come already")):
        with pytest.raises(Refused, match=words):
            desk.run(called, item.id, "busy", on)


def test_what_the_customer_wants_now_is_released_to_ship(desk_of: Desks) -> None:
    clerk, other = desk_of("clerk"), desk_of("clerk2")
    placed = to_call(clerk)
    [item] = calling(clerk)
    with pytest.raises(Conflict, match="at version 1, you read 7"):
        other.run(approve, item.id, version=7)
    after = other.run(approve, item.id, reason="Pat wants them", version=1)
    assert (after.version, after.lines[0].disposition) == (2, "ship available")
    assert (after.lines[0].allocated, calling(clerk)) == (2, [])
    event = clerk.read(events, placed.number)[-1]
    assert (event.kind, event.changes["reason"]) == ("released to ship", "Pat wants them")
    assert event.changes["lines"] == {
        "1": {"disposition": ["call when available", "ship available"]}
    }
    with pytest.raises(Refused, match="line 1: nobody is to be called about it now"):
        clerk.run(approve, item.id)
    assert clerk.read(show, placed.number) == after
    assert_laws_hold(clerk)


def test_a_line_to_call_about_is_neither_rejected_nor_released_up_to_something(desk: Desk) -> None:
    to_call(desk)
    [item] = calling(desk)
    with pytest.raises(Refused, match="a line to call or tell about is not rejected"):
        desk.run(reject, item.id, "no")
    with pytest.raises(Refused, match="leave ceiling and until out"):
        desk.run(approve, item.id, "100")


def test_nobody_is_called_about_a_hold(desk: Desk) -> None:
    held(desk)
    with pytest.raises(Refused, match="in another queue than the calling one"):
        desk.run(called, waiting(desk)[0].id, "busy")


def test_a_note_is_kept_on_the_line(desk: Desk) -> None:
    to_call(desk)
    kept = desk.run(note, calling(desk)[0].id, "after nine")
    assert (kept.subject, kept.line) == ("order", 1)


@pytest.mark.parametrize("id", ["calling-990001", "calling-1", "calls-10001"])
def test_an_id_that_nothing_has_is_not_found(desk: Desk, id: str) -> None:
    to_call(desk)
    with pytest.raises(NotFound):
        desk.run(approve, id)


def test_only_who_enters_orders_calls(desk_of: Desks) -> None:
    to_call(desk_of("clerk"))
    for act in (take, approve):
        with pytest.raises(Refused, match="may not enter orders"):
            desk_of("warehouse").run(act, "calling-10001")
