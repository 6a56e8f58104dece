"""Something that waits is taken, approved, rejected or noted: by one, and others are told."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.orders import AmendRequest, LineChange
from orderdesk.models.journal import Outbox
from orderdesk.services import notes
from orderdesk.services.customers import save
from orderdesk.services.orders import reading
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.holds import hold, release
from orderdesk.services.orders.place import place
from orderdesk.services.queues.deciding import approve, note, reject, take
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order, versions_and_events
from tests.services.queues.waiting import Desks, held, pass_minutes, waiting

SO1 = "SO-000001"
_MESSAGES = statement(
    select(table_of(Outbox).c.receiver, table_of(Outbox).c.version).where(
        table_of(Outbox).c.kind == "rejected"
    )
)


@pytest.fixture
def first(desk_of: Desks) -> str:
    """Give the id of the one hold that waits, on an order that the clerk entered."""
    held(desk_of("clerk"))
    return waiting(desk_of("clerk"))[0].id


def messages(desk: Desk) -> list[tuple[str, int]]:
    return [(row.receiver, row.version) for row in desk.read(lambda work: work.run(_MESSAGES))]


def test_what_is_taken_says_so_to_all_with_every_hold_of_its_order(
    desk_of: Desks, first: str
) -> None:
    clerk = desk_of("clerk")
    clerk.run(hold, SO1, None, "call them")
    held(clerk)
    taken = desk_of("supervisor").run(take, first.upper())
    assert (taken.id, taken.taken_by) == (first, "supervisor")
    assert taken.taken_at is not None
    assert [item.taken_by for item in waiting(clerk)] == ["supervisor", "supervisor", None]
    last = clerk.read(reading.events, SO1)[-1]
    assert (last.kind, last.actor, last.version) == ("taken", "supervisor", None)
    assert_laws_hold(clerk)


def test_what_another_has_taken_is_theirs_for_ten_minutes(desk_of: Desks, first: str) -> None:
    supervisor, owner = desk_of("supervisor"), desk_of("owner")
    supervisor.run(take, first)
    for act in (take, approve, reject):
        with pytest.raises(Conflict, match=r"supervisor took order SO-000001 at \d\d:\d\d") as no:
            owner.run(act, first)
        assert no.value.details["taken_by"] == "supervisor"
    supervisor.run(pass_minutes, 9)
    with pytest.raises(Conflict, match="falls back"):
        owner.run(take, first)
    supervisor.run(pass_minutes, 1)
    assert waiting(owner)[0].taken_by is None
    assert owner.run(take, first).taken_by == "owner"
    with pytest.raises(Conflict, match="owner took"):
        supervisor.run(take, first)


def test_who_takes_it_again_has_ten_minutes_more(desk_of: Desks, first: str) -> None:
    supervisor = desk_of("supervisor")
    supervisor.run(take, first)
    supervisor.run(pass_minutes, 9)
    supervisor.run(take, first)
    supervisor.run(pass_minutes, 9)
    assert waiting(supervisor)[0].taken_by == "supervisor"


def test_approving_releases_this_hold_alone_up_to_a_ceiling_until_a_day(
    desk_of: Desks, first: str
) -> None:
    supervisor = desk_of("supervisor")
    desk_of("owner").run(hold, SO1, None, "call them")
    order = supervisor.run(approve, first, "500", "2026-12-31", "paid by phone", 2)
    credit, manual = order.holds
    assert (credit.released_by, credit.ceiling, credit.reason) == (
        "supervisor", Decimal("500.00"), "paid by phone",
    )  # fmt: skip
    assert credit.until == date(2026, 12, 31)
    assert manual.released_by is None
    assert [item.reason for item in waiting(supervisor)] == ["manual"]
    assert reading_kinds(supervisor) == ["placed", "held", "released"]


def reading_kinds(desk: Desk) -> list[str]:
    return [event.kind for event in desk.read(reading.events, SO1)]


def test_of_two_holds_by_hand_the_named_one_is_released(desk_of: Desks, first: str) -> None:
    desk_of("owner").run(hold, SO1, 1, "wrong colour?")
    desk_of("owner").run(hold, SO1, None, "call them")
    by_line = {item.line: item.id for item in waiting(desk_of("clerk"), reason="manual")}
    order = desk_of("supervisor").run(approve, by_line[None])
    assert [(each.code, each.line) for each in order.holds if each.released_by] == [
        ("manual", None)
    ]


def test_what_is_not_measured_by_the_total_has_a_ceiling_in_its_own_unit(desk_of: Desks) -> None:
    for _ in range(2):
        twice = order("FREE", line("P1", "5"), buyer_po="4500", requested="2026-11-27")
        desk_of("clerk").run(place, twice)
    [item] = waiting(desk_of("clerk"))
    assert item.reason == "duplicate_line"
    supervisor = desk_of("supervisor")
    assert supervisor.rehearse(approve, item.id).holds[0].ceiling == Decimal(5)
    with pytest.raises(Refused, match="'duplicate_line' measures now, a quantity of 5; give at"):
        supervisor.run(approve, item.id, "4")
    with pytest.raises(Refused, match="not measured by the order's total; name one hold"):
        supervisor.run(release, item.subject, None, "500")
    [stop] = supervisor.run(approve, item.id, "8").holds
    assert (stop.released_by, stop.ceiling) == ("supervisor", Decimal(8))
    for quantity, held_again in (("8", False), ("9", True)):
        for number in (SO1, item.subject):
            change = AmendRequest(number=number, lines=(LineChange(line=1, quantity=quantity),))
            amended = desk_of("clerk").run(amend, change)
        assert amended.held is held_again


def test_what_cannot_grow_takes_no_ceiling(desk_of: Desks, first: str) -> None:
    desk_of("owner").run(save.set_, CustomerRequest(code="FREE", po_required="yes"))
    desk_of("clerk").run(place, order("FREE", line("P1")))
    [item] = waiting(desk_of("clerk"), reason="po_missing")
    with pytest.raises(Refused, match="po_missing: nothing of it can grow, so it takes no ceiling"):
        desk_of("supervisor").run(approve, item.id, "500")
    [stop] = desk_of("supervisor").run(approve, item.id).holds
    assert (stop.released_by, stop.ceiling) == ("supervisor", None)


def test_ones_own_is_not_approved(desk_of: Desks, first: str) -> None:
    held(desk_of("supervisor"))
    with pytest.raises(Refused, match="you entered order SO-000002"):
        desk_of("supervisor").run(approve, waiting(desk_of("clerk"))[1].id)


def test_who_comes_second_is_told_who_decided_and_when(desk_of: Desks, first: str) -> None:
    supervisor, owner = desk_of("supervisor"), desk_of("owner")
    supervisor.run(approve, first)
    for act in (take, approve, reject):
        with pytest.raises(Refused, match=r"supervisor released it on \d{4}-") as no:
            owner.run(act, first)
        assert no.value.details["released_by"] == "supervisor"


def test_a_decision_about_an_older_version_is_refused(desk_of: Desks, first: str) -> None:
    grow = AmendRequest(number=SO1, lines=(LineChange(line=1, quantity="12"),))
    desk_of("clerk").run(amend, grow)
    supervisor = desk_of("supervisor")
    with pytest.raises(Conflict, match=r"clerk \(amended\)"):
        supervisor.run(approve, first, version=1)
    with pytest.raises(Conflict, match=r"clerk \(amended\)"):
        supervisor.run(reject, first, "half in advance", 1)
    assert supervisor.run(approve, first, version=2).held is False


def test_what_is_rejected_stays_held_leaves_the_queue_and_tells_who_entered_it(
    desk_of: Desks, first: str
) -> None:
    clerk, supervisor = desk_of("clerk"), desk_of("supervisor")
    supervisor.run(take, first)
    order = supervisor.run(reject, first, " half in advance ")
    [stop] = order.holds
    assert (order.held, stop.released_by) == (True, None)
    assert (stop.rejected_by, stop.rejection) == ("supervisor", "half in advance")
    assert waiting(clerk) == []
    assert messages(clerk) == [("user clerk", 2)]
    last = clerk.read(reading.events, SO1)[-1]
    assert (last.kind, last.changes["reason"]) == ("rejected", "half in advance")
    assert last.changes["holds"] == {"credit_limit": ["open", "rejected"]}
    assert versions_and_events(clerk) == [(2, 2)]
    assert_laws_hold(clerk)


def test_a_second_rejection_is_told_who_when_and_why(desk_of: Desks, first: str) -> None:
    desk_of("supervisor").run(reject, first, "half in advance")
    for act in (take, approve):
        with pytest.raises(Refused, match=r"supervisor rejected .* half in advance; an amendment"):
            desk_of("owner").run(act, first)
    with pytest.raises(Refused, match="supervisor rejected"):
        desk_of("owner").run(reject, first, "no")


def test_an_amendment_of_the_order_puts_it_back(desk_of: Desks, first: str) -> None:
    clerk, supervisor = desk_of("clerk"), desk_of("supervisor")
    supervisor.run(take, first)
    supervisor.run(reject, first, "half in advance")
    clerk.run(amend, AmendRequest(number=SO1, note="half was paid"))
    [item] = waiting(supervisor)
    assert (item.id, item.taken_by) == (first, None)
    last = clerk.read(reading.events, SO1)[-1]
    assert last.changes["holds"] == {"credit_limit": ["rejected", "open"]}
    assert supervisor.run(approve, first).held is False
    assert_laws_hold(clerk)


def test_a_rejected_hold_can_still_be_released_by_its_order(desk_of: Desks, first: str) -> None:
    desk_of("supervisor").run(reject, first, "half in advance")
    released = desk_of("supervisor").run(release, SO1)
    assert released.held is False
    desk_of("clerk").run(amend, AmendRequest(number=SO1, note="thank you"))
    assert waiting(desk_of("clerk")) == []


def test_a_rejection_needs_a_reason(desk_of: Desks, first: str) -> None:
    for reason in ("", "  "):
        with pytest.raises(Refused, match="a rejection needs a reason"):
            desk_of("supervisor").run(reject, first, reason)


@pytest.mark.parametrize("act", [take, approve, reject])
def test_only_who_may_release_decides(desk_of: Desks, first: str, act: object) -> None:
    with pytest.raises(Refused, match=r"clerk2 .* may not release holds of others") as no:
        desk_of("clerk2").run(act, first)  # type: ignore[arg-type]
    assert no.value.code == "no_right"
    assert [item.taken_by for item in waiting(desk_of("clerk"))] == [None]


def test_a_note_is_kept_on_the_order_or_the_line_that_waits(desk_of: Desks, first: str) -> None:
    clerk = desk_of("clerk")
    clerk.run(hold, SO1, 1, "wrong colour?")
    made = clerk.run(note, first, "they pay on Friday")
    assert (made.key, made.line, made.text) == (SO1, None, "they pay on Friday")
    on_line = waiting(clerk, reason="manual")[0].id
    assert clerk.run(note, on_line, "it is right", "document").line == 1
    assert len(clerk.read(notes.list_, "order", SO1)) == 2


def test_an_id_that_nothing_has_is_not_found(desk: Desk) -> None:
    for bad in ("holds-1", "1", "", "holds-", "holds-٣", "nothing-1"):
        with pytest.raises(NotFound, match="list what waits with"):
            desk.run(take, bad)
