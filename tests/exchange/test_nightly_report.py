"""What a nightly run tells beforehand and at its end, who may run it, and once for a command id."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.errors import Refused
from orderdesk.domain.nightly import NightAhead
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.exchange.nightly import ahead, run
from orderdesk.services import chain, nightly, roles
from orderdesk.services.credit import account
from orderdesk.services.customers import save
from orderdesk.services.doctor import findings
from orderdesk.services.orders import rechecking
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.holds import release
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import events, show
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order

Desks = Callable[[str], Desk]
TODAY = date(2026, 11, 23)


@pytest.fixture
def owner(desk_of: Desks) -> Iterator[Desk]:
    """Give the owner's desk; no law is broken after any of these tests."""
    desk = desk_of("owner")
    yield desk
    assert_laws_hold(desk)


def day(days: int) -> date:
    return TODAY + timedelta(days=days)


def placed(desk: Desk, customer: str, quantity: str, **more: Any) -> str:
    number: str = desk.run(place, order(customer, line("P1", quantity), **more)).number
    return number


def seen(desk: Desk) -> tuple[Any, ...]:
    """Give what a run would change."""
    whole = desk.read(account.show, "TIGHT")
    return (whole, desk.read(nightly.business_date), desk.read(chain.head))


def test_a_preview_names_what_the_run_then_does_and_changes_nothing(
    desk_of: Desks, owner: Desk
) -> None:
    entering = placed(owner, "TIGHT", "11", requested="2027-02-22")
    granted = placed(owner, "TIGHT", "11")
    desk_of("supervisor").run(release, granted, None, "500", "", None, "2026-11-23")
    owner.run(account.set_limit, "FREE", "500", "", None, "2026-11-23")
    of_ended = placed(owner, "FREE", "1")
    held = placed(owner, "CASH", "1")
    owner.run(save.set_, CustomerRequest(code="ACME", review_date="2026-11-24"))
    before = seen(owner)
    told = ahead(owner, day(1))
    assert seen(owner) == before
    assert told.entering == (entering,)
    assert told.expiring == (granted,)
    assert told.ending == ("FREE",)
    assert told.reviews == ({"customer": "ACME", "review_date": "2026-11-24"},)
    assert "not known before they are checked" in told.said
    done = run(owner, day(1))
    assert (told.before, told.business_date) == (done.before, done.business_date)
    assert told.checked == done.checked == len({entering, granted, of_ended, held})
    assert (done.ended, done.reviews) == (told.ending, told.reviews)
    assert done.expired == told.expiring
    assert ahead(owner, day(1)).entering == ()


def test_the_lines_that_slip_are_counted_and_their_orders_named(
    desk_of: Desks, owner: Desk
) -> None:
    buyer = desk_of("warehouse")
    buyer.run(announcing.add, SupplyRequest(product="P2", quantity="9", due="2026-11-27"))
    number = owner.run(place, order("ACME", line("P2", "6"), line("P2", "1"))).number
    assert run(owner, day(1)).slips == 0
    buyer.run(announcing.set_, 1, SupplyRequest(due="2026-12-03"))
    done = run(owner, day(2))
    assert (done.slips, done.slipped) == (2, ({"order": number, "lines": [1, 2]},))


def test_a_preview_names_what_a_run_that_was_stopped_left(owner: Desk) -> None:
    entering = placed(owner, "TIGHT", "11", requested="2027-02-22")
    tomorrow = day(1).isoformat()
    owner.command(nightly.BEGAN.format(tomorrow), nightly.move_on, tomorrow)
    assert ahead(owner, day(2)).entering == (entering,)
    run(owner, day(1))
    assert ahead(owner, day(2)).entering == ()


def test_a_day_before_the_business_date_is_refused_beforehand_too(owner: Desk) -> None:
    with pytest.raises(Refused, match="never moved back"):
        ahead(owner, day(-1))


def test_only_who_may_end_the_day_does_or_looks_ahead(desk_of: Desks, owner: Desk) -> None:
    number = placed(owner, "CASH", "1")
    owner.run(roles.set_right, "clerk", "credit", taken=True)
    clerk = desk_of("clerk")
    able = r"may not end the day; roles that may: admin, script, supervisor, owner"
    for act in (
        lambda: run(clerk, day(1)),
        lambda: ahead(clerk, day(1)),
        lambda: clerk.run(nightly.move_on, day(1).isoformat()),
        lambda: clerk.run(nightly.finish, day(1).isoformat()),
        lambda: clerk.run(nightly.end_temporary),
        lambda: clerk.run(rechecking.recheck, number, "because"),
        lambda: clerk.run(rechecking.give_back, number, 0, "because"),
    ):
        with pytest.raises(Refused, match=able):
            act()
    assert owner.read(nightly.business_date) == TODAY.isoformat()
    for name in ("supervisor", "admin", "script"):
        assert run(desk_of(name), day(1)).business_date == day(1)


def test_a_command_id_runs_one_night_once(owner: Desk) -> None:
    first = run(owner, day(1), command_id="N1")
    placed(owner, "CASH", "1")
    assert run(owner, day(1), command_id="N1") == first
    with pytest.raises(Refused, match="was used for another request"):
        run(owner, day(2), command_id="N1")
    assert owner.read(nightly.business_date) == day(1).isoformat()


def test_a_command_id_of_a_run_that_was_stopped_is_of_its_day(owner: Desk) -> None:
    def stop(words: str) -> None:
        if "held" in words:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(owner, day(1), stop, command_id="N1")
    with pytest.raises(Refused, match="was used for another request"):
        run(owner, day(2), command_id="N1")
    assert run(owner, day(1), command_id="N1").business_date == day(1)


def test_the_report_ends_with_the_head_of_the_chain(owner: Desk) -> None:
    number = placed(owner, "TIGHT", "11", requested="2027-02-22")
    before = ahead(owner, day(1))
    done = run(owner, day(1))
    head = owner.read(chain.head)
    assert (done.event, done.head, done.unsealed) == (head.event, head.head, 0)
    # The date and the order that was held when it entered are sealed too.
    assert done.event == (before.event or 0) + before.unsealed + 2
    assert owner.read(events, number)[-1].kind == "checked again"
    assert owner.read(lambda work: list(findings(work, done.head))) == []
    changed: NightAhead = ahead(owner, day(1))
    assert (changed.event, changed.head) == (head.event, head.head)


def test_a_release_that_is_over_is_reported_also_of_an_order_that_enters(
    desk_of: Desks, owner: Desk
) -> None:
    entering = placed(owner, "CASH", "1", requested="2027-02-22")
    desk_of("supervisor").run(release, entering, None, "500", "", None, "2026-11-23")
    told, done = ahead(owner, day(1)), run(owner, day(1))
    assert told.entering == (entering,)
    assert done.expired == told.expiring == (entering,)


def test_a_release_of_an_order_that_is_done_is_looked_at_once(desk_of: Desks, owner: Desk) -> None:
    number = placed(owner, "TIGHT", "11")
    desk_of("supervisor").run(release, number, None, "500", "", None, "2026-11-23")
    owner.run(cancel, number)
    assert ahead(owner, day(1)).expiring == (number,)
    run(owner, day(1))
    assert ahead(owner, day(1)).expiring == ()
    assert owner.read(show, number).status == "cancelled"
