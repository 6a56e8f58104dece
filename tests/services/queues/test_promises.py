"""The queue of promises: the second slip of a line is a task, done once its customer was told."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.orders import OrderView
from orderdesk.domain.queues import QueueCount, QueueItem
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.services.orders import repromising
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import events, show
from orderdesk.services.queues import deciding
from orderdesk.services.queues.reading import counts, meant
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order
from tests.services.queues.waiting import waiting

FIRST = date(2026, 12, 10)


class Slipping:
    """An order whose second line waits for goods that come later every time."""

    def __init__(self, owner: Desk) -> None:
        self.owner = owner
        asked = SupplyRequest(product="P2", quantity="50", due=FIRST.isoformat())
        self.supply = owner.run(announcing.add, asked).id
        self.order: OrderView = owner.run(place, order("FREE", line("P1"), line("P2", "9")))
        self.due = FIRST

    def slip(self) -> None:
        """Let the goods come a week later, and the night reckon with it."""
        self.due = date.fromordinal(self.due.toordinal() + 7)
        change = SupplyRequest(due=self.due.isoformat())
        self.owner.run(announcing.set_, self.supply, change)
        done = self.owner.run(repromising.repromise, self.order.number, "nightly run")
        assert done.slipped == (2,)


@pytest.fixture
def slipping(desk: Desk, desk_of: Callable[[str], Desk]) -> Iterator[Slipping]:
    yield Slipping(desk_of("owner"))
    assert_laws_hold(desk)


def tasks(desk: Desk, **asked: object) -> list[QueueItem]:
    return waiting(desk, queue="promises", **asked)


def test_the_first_slip_is_no_task_and_the_second_is(desk: Desk, slipping: Slipping) -> None:
    slipping.slip()
    assert tasks(desk) == []
    slipping.slip()
    [item] = tasks(desk)
    assert (item.queue, item.reason, item.subject, item.line) == (
        "promises", "slipped", slipping.order.number, 2,
    )  # fmt: skip
    assert item.details["slips"] == 2
    assert item.details["product"] == "P2"
    assert item.message.startswith("9 ea of P2 slipped 2 times, promised for 2026-12-")
    assert QueueCount("promises", 1, False) in desk.read(counts)
    assert desk.read(meant, "slip", "promises").reason == "slipped"
    assert tasks(desk, customer="FREE") == tasks(desk, subject=item.subject) == [item]
    assert tasks(desk, customer="ACME") == []


def test_told_it_waits_no_more_until_it_slipped_twice_again(desk: Desk, slipping: Slipping) -> None:
    slipping.slip()
    slipping.slip()
    [item] = tasks(desk)
    version = desk.read(show, item.subject).version
    given = desk.run(deciding.told, item.id, "They wait for it", None, version)
    assert given.number == item.subject
    assert tasks(desk) == []
    told = desk.read(events, item.subject)[-1]
    assert (told.kind, told.version) == ("told", None)
    assert told.changes["reason"] == "They wait for it"
    slipping.slip()
    assert tasks(desk) == []
    slipping.slip()
    [again] = tasks(desk)
    assert again.details["slips"] == 2
    assert again.message.endswith("told before: They wait for it")


def test_what_the_customer_wants_now_is_asked_for(desk: Desk, slipping: Slipping) -> None:
    slipping.slip()
    slipping.slip()
    [item] = tasks(desk)
    with pytest.raises(Refused, match="date"):
        desk.run(deciding.told, item.id, "next year", "soon")
    assert tasks(desk) == [item]
    given = desk.run(deciding.told, item.id, "next year", "2027-01-15", item.version)
    assert given.lines[1].requested == date(2027, 1, 15)
    assert given.version == item.version + 1
    assert tasks(desk) == []


def test_approving_it_says_the_customer_was_told(desk: Desk, slipping: Slipping) -> None:
    slipping.slip()
    slipping.slip()
    [item] = tasks(desk)
    with pytest.raises(Refused, match="reason is empty; say what the customer was told"):
        desk.run(deciding.approve, item.id)
    with pytest.raises(Refused, match="leave ceiling and until out"):
        desk.run(deciding.approve, item.id, "500")
    desk.run(deciding.approve, item.id, reason="told")
    assert tasks(desk) == []
    with pytest.raises(Refused, match="nobody is to be told about it now"):
        desk.run(deciding.told, item.id, "again")


def test_who_takes_it_has_it_for_themselves(
    desk: Desk, desk_of: Callable[[str], Desk], slipping: Slipping
) -> None:
    slipping.slip()
    slipping.slip()
    [item] = tasks(desk)
    assert desk.run(deciding.take, item.id).taken_by == "clerk"
    other = desk_of("clerk2")
    with pytest.raises(Conflict, match="clerk took order"):
        other.run(deciding.told, item.id, "told")
    assert desk.run(deciding.note, item.id, "called, nobody there").audience == "inside"
    desk.run(deciding.told, item.id, "told")


def test_a_stale_version_is_a_conflict(desk: Desk, slipping: Slipping) -> None:
    slipping.slip()
    slipping.slip()
    [item] = tasks(desk)
    with pytest.raises(Conflict):
        desk.run(deciding.told, item.id, "told", None, item.version - 1)


def test_what_is_closed_is_no_task(desk: Desk, slipping: Slipping) -> None:
    slipping.slip()
    slipping.slip()
    [item] = tasks(desk)
    desk.run(cancel, item.subject)
    assert tasks(desk) == []
    with pytest.raises(Refused, match="nobody is to be told"):
        desk.run(deciding.take, item.id)


def test_it_is_neither_called_about_nor_rejected(desk: Desk, slipping: Slipping) -> None:
    slipping.slip()
    slipping.slip()
    [item] = tasks(desk)
    with pytest.raises(Refused, match=f"queue told {item.id}"):
        desk.run(deciding.reject, item.id, "no")
    with pytest.raises(Refused, match="in another queue than the calling one"):
        desk.run(deciding.called, item.id, "busy")
    with pytest.raises(Refused, match="in another queue than that of promises"):
        desk.run(deciding.told, "calling-10001", "told")
    with pytest.raises(NotFound):
        desk.run(deciding.told, "promises-990001", "told")


def test_pages_go_from_key_to_key(desk: Desk, slipping: Slipping) -> None:
    number = slipping.order.number
    more = [desk.run(place, order("FREE", line("P2", "1"))).number for _ in range(2)]
    for _ in range(2):
        slipping.slip()
        for other in more:
            slipping.owner.run(repromising.repromise, other, "nightly run")
    everything = tasks(desk)
    assert [item.subject for item in everything] == [number, *more]
    first = tasks(desk, limit=1)
    assert first == everything[:1]
    assert tasks(desk, after=first[0].id) == everything[1:]
    assert tasks(desk, before=everything[2].id) == everything[:2]
