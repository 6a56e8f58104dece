"""Stock that goes to an order by something else's change: told, without a new version."""

from collections.abc import Callable
from typing import Any

import pytest

from orderdesk.domain.errors import Conflict
from orderdesk.domain.orders import AmendRequest, EventView, LineChange
from orderdesk.domain.stock import AdjustRequest, ReceiveRequest
from orderdesk.services import stock
from orderdesk.services.orders import reading
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel, close_line
from orderdesk.services.orders.differences import difference
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order, versions_and_events

FIRST, WAITING = "SO-000001", "SO-000002"


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    """Give a desk where the first order has all of P2, and the second waits for 4 of it."""
    desk.run(place, order("FREE", line("P1"), line("P2", "5")))
    desk.run(place, order("ACME", line("P2", "4")))
    return desk


def amended(number: str, **change: Any) -> AmendRequest:
    return AmendRequest(number=number, lines=(LineChange(line=2, **change),))


def told(desk: Desk, number: str = WAITING) -> list[EventView]:
    return list(desk.read(reading.events, number))


CAUSES: dict[str, tuple[Callable[[Desk], Any], str, str]] = {
    "cancel": (lambda desk: desk.run(cancel, FIRST), "SO-000001 cancelled", "4"),
    "close": (lambda desk: desk.run(close_line, FIRST, 2, "3"), "SO-000001 line closed", "3"),
    "amend": (
        lambda desk: desk.run(amend, amended(FIRST, quantity="3")),
        "SO-000001 amended",
        "2",
    ),
    "receipt": (
        lambda desk: desk.run(stock.receive, ReceiveRequest(product="P2", quantity="1")),
        "receipt 5",
        "1",
    ),
}


@pytest.mark.parametrize("name", CAUSES)
def test_an_order_that_is_served_has_its_event_with_the_numbers_and_its_cause(
    waiting: Desk, name: str
) -> None:
    act, cause, got = CAUSES[name]
    act(waiting)
    placed, served = told(waiting)
    assert (placed.kind, served.kind, served.version, served.actor) == (
        "placed",
        "served",
        None,
        "clerk",
    )
    assert served.changes == {
        "number": WAITING,
        "cause": cause,
        "lines": {"1": {"allocated": ["0", got]}},
    }
    assert waiting.read(reading.show, WAITING).version == 1
    assert (1, 1) in versions_and_events(waiting)
    assert_laws_hold(waiting)


def test_an_order_that_loses_stock_is_told_what_it_had_and_has(waiting: Desk) -> None:
    waiting.run(stock.adjust, AdjustRequest(product="P2", counted="2"))
    lost = told(waiting, FIRST)[-1]
    assert (lost.kind, lost.version) == ("deallocated", None)
    assert lost.changes["cause"] == "adjustment 5"
    assert lost.changes["lines"] == {"2": {"allocated": ["5", "2"]}}
    assert len(told(waiting)) == 1
    assert_laws_hold(waiting)


def test_the_order_that_is_changed_tells_its_own_stock_in_its_own_event_alone(
    waiting: Desk,
) -> None:
    waiting.run(amend, amended(FIRST, quantity="9"))
    waiting.run(amend, amended(FIRST, quantity="4"))
    waiting.run(amend, amended(FIRST, quantity="5"))
    assert [event.version for event in told(waiting, FIRST)] == [1, 2, 3, 4]
    assert [event.kind for event in told(waiting)] == ["placed", "served"]


def test_nothing_is_told_where_nobody_waits(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1"), line("P2", "5")))
    desk.run(cancel, FIRST)
    desk.run(stock.receive, ReceiveRequest(product="P2", quantity="1"))
    assert [event.kind for event in told(desk, FIRST)] == ["placed", "cancelled"]


def test_service_is_no_conflict_for_who_read_the_order_before_it(waiting: Desk) -> None:
    waiting.run(stock.receive, ReceiveRequest(product="P2", quantity="1"))
    edit = AmendRequest(number=WAITING, lines=(LineChange(line=1, quantity="6"),), version=1)
    assert waiting.run(amend, edit).version == 2
    with pytest.raises(Conflict, match=r"in between: clerk \(amended\)\. Nothing") as stale:
        waiting.run(amend, edit)
    assert [each["version"] for each in stale.value.details["events"]] == [2]
    # What was served since belongs to what the other side has become.
    assert stale.value.details["theirs"]["lines"]["1"]["allocated"] == ["0", "1"]


def test_differences_count_service_to_the_version_it_came_behind(waiting: Desk) -> None:
    def lines(before: int, after: int | None = None) -> Any:
        return waiting.read(difference, WAITING, before, after).changes.get("lines")

    waiting.run(stock.receive, ReceiveRequest(product="P2", quantity="1"))
    assert lines(1) == {"1": {"allocated": ["0", "1"]}}
    assert lines(1, 1) is None
    waiting.run(amend, AmendRequest(number=WAITING, note="soon"))
    waiting.run(stock.receive, ReceiveRequest(product="P2", quantity="2"))
    assert lines(1, 2) == {"1": {"allocated": ["0", "1"]}}
    assert lines(2) == {"1": {"allocated": ["1", "3"]}}
    assert lines(1) == {"1": {"allocated": ["0", "3"]}}
