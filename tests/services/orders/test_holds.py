"""Holds: placed by hand, released by somebody else, and never twice."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import update

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.orders import AmendRequest, LineChange
from orderdesk.models.company import Company
from orderdesk.services.credit.account import set_limit
from orderdesk.services.masters import add
from orderdesk.services.orders import reading
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.holds import hold, release
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order, versions_and_events

SO1 = "SO-000001"
Desks = Callable[[str], Desk]
_SELF_RELEASE = statement(update(table_of(Company)).values(self_release=1))


def allow_self_release(work: Work) -> None:
    work.change(_SELF_RELEASE)


@pytest.fixture
def held(desk_of: Desks) -> Desks:
    """Give the desks of a company whose clerk entered an order beyond the limit."""
    desk_of("clerk").run(place, order("TIGHT", line("P1", "11")))
    return desk_of


def test_a_hold_by_hand_is_seen_with_its_reason_and_released_by_another(desk_of: Desks) -> None:
    clerk, supervisor = desk_of("clerk"), desk_of("supervisor")
    clerk.run(place, order("FREE", line("P1"), line("P2")))
    stopped = clerk.run(hold, SO1, 2, "wrong colour?")
    assert [(each.code, each.line, each.message) for each in stopped.holds] == [
        ("manual", 2, "wrong colour?")
    ]
    assert (stopped.held, stopped.holds[0].placed_by, stopped.version) == (True, "clerk", 2)
    free = supervisor.run(release, SO1, None, None, "colour is right")
    one = free.holds[0]
    assert (one.released_by, one.reason, one.ceiling) == ("supervisor", "colour is right", None)
    assert (free.held, free.version) == (False, 3)
    last = supervisor.read(reading.events, SO1)[-1]
    assert last.changes["holds"] == {"manual line 2": ["open", "released"]}
    assert versions_and_events(clerk) == [(3, 3)]


def test_a_release_reaches_to_todays_total_unless_a_ceiling_is_given(held: Desks) -> None:
    supervisor = held("supervisor")
    assert supervisor.run(release, SO1).holds[0].ceiling == Decimal("110.00")
    held("clerk").run(place, order("TIGHT", line("P1", "1")))
    other = supervisor.run(release, "2", None, "500")
    assert other.holds[0].ceiling == Decimal("500.00")
    assert supervisor.read(reading.events, "2")[-1].changes["ceiling"] == "500.00"


def test_a_second_release_is_told_who_and_when(held: Desks) -> None:
    held("supervisor").run(release, SO1)
    with pytest.raises(Refused, match=r"not held any more; supervisor released it on \d{4}-") as no:
        held("clerk2").run(release, SO1)
    assert no.value.details["released_by"] == "supervisor"
    with pytest.raises(Refused, match="supervisor released it"):
        held("clerk2").run(release, SO1, ("credit_limit",))


def test_who_entered_the_order_cannot_release_it(held: Desks) -> None:
    with pytest.raises(Refused, match="you entered order SO-000001; somebody else must release"):
        held("clerk").run(release, SO1)
    assert held("clerk").read(reading.show, SO1).held


def test_who_placed_a_hold_releases_only_the_others(held: Desks) -> None:
    supervisor, other = held("supervisor"), held("owner")
    supervisor.run(hold, SO1, None, "call them")
    with pytest.raises(Refused, match="you placed the hold 'manual' on order SO-000001"):
        supervisor.run(release, SO1, ("manual",))
    part = supervisor.run(release, SO1)
    assert [(each.code, each.released_by) for each in part.holds] == [
        ("credit_limit", "supervisor"),
        ("manual", None),
    ]
    with pytest.raises(Refused, match="you placed the hold 'manual'"):
        supervisor.run(release, SO1)
    assert not other.run(release, SO1).held


def test_who_let_a_held_order_grow_cannot_release_it(held: Desks) -> None:
    grower, other = held("supervisor"), held("owner")
    grower.run(amend, AmendRequest(number=SO1, lines=(LineChange(line=1, quantity="12"),)))
    grower.run(amend, AmendRequest(number=SO1, lines=(LineChange(line=1, quantity="13"),)))
    with pytest.raises(Refused, match="you let order SO-000001 grow while the hold 'credit_limit'"):
        grower.run(release, SO1)
    with pytest.raises(Refused, match="somebody else must release it") as no:
        grower.run(release, SO1, ("credit_limit",))
    assert no.value.details["raised_by"] == ["supervisor"]
    assert not other.run(release, SO1).held
    assert_laws_hold(other)


def test_growth_bars_from_a_hold_even_where_the_limit_would_allow_it_now(held: Desks) -> None:
    grower = held("supervisor")
    held("clerk").run(set_limit, "TIGHT", "1000")
    grower.run(amend, AmendRequest(number=SO1, lines=(LineChange(line=1, quantity="12"),)))
    with pytest.raises(Refused, match="you let order SO-000001 grow"):
        grower.run(release, SO1)


def test_who_makes_a_held_order_payable_later_cannot_release_it(held: Desks) -> None:
    grower = held("supervisor")
    held("clerk").run(add, "terms", "N90", {"name": "90 days", "net_days": "90"})
    grower.run(amend, AmendRequest(number=SO1, terms="N90"))
    with pytest.raises(Refused, match="you let order SO-000001 grow"):
        grower.run(release, SO1)


def test_a_smaller_order_and_a_hold_by_hand_bar_nobody_who_changed_them(held: Desks) -> None:
    changer = held("supervisor")
    held("clerk").run(place, order("FREE", line("P1")))
    held("clerk2").run(hold, "2", None, "call them")
    changer.run(amend, AmendRequest(number=SO1, lines=(LineChange(line=1, quantity="10"),)))
    changer.run(amend, AmendRequest(number="2", lines=(LineChange(line=1, quantity="2"),)))
    assert not changer.run(release, SO1).held
    assert not changer.run(release, "2").held


def test_policy_may_allow_ones_own_and_then_the_event_says_so(held: Desks) -> None:
    supervisor = held("supervisor")
    supervisor.run(allow_self_release)
    supervisor.run(place, order("TIGHT", line("P1")))
    assert supervisor.run(release, "2").holds[0].released_by == "supervisor"
    assert supervisor.read(reading.events, "2")[-1].changes["self_release"] is True
    supervisor.run(release, SO1)
    assert "self_release" not in supervisor.read(reading.events, SO1)[-1].changes


def test_only_the_named_holds_are_released(held: Desks) -> None:
    held("clerk2").run(hold, SO1, None, "call them")
    part = held("supervisor").run(release, SO1, ("MANUAL",))
    assert [(each.code, each.released_by) for each in part.holds] == [
        ("credit_limit", None),
        ("manual", "supervisor"),
    ]
    with pytest.raises(Refused, match="by 'margin' is not held; what holds it now: credit_limit"):
        held("supervisor").run(release, SO1, ("margin",))


def test_bad_holds_and_releases_are_refused(held: Desks) -> None:
    clerk, supervisor = held("clerk"), held("supervisor")
    clerk.run(place, order("FREE", line("P1")))
    with pytest.raises(Refused, match="order SO-000002 is not held; what holds it now: nothing"):
        supervisor.run(release, "2")
    with pytest.raises(Refused, match=r"ceiling 109.99 is below the order's total of 110.00"):
        supervisor.run(release, SO1, None, "109.99")
    with pytest.raises(Refused, match="ceiling 'x' is not a plain number"):
        supervisor.run(release, SO1, None, "x")
    with pytest.raises(Refused, match="a hold needs a reason"):
        clerk.run(hold, SO1)
    with pytest.raises(NotFound, match="has no line 5; its lines are 1 to 1"):
        clerk.run(hold, SO1, 5, "why")
    clerk.run(hold, SO1, 1, "why")
    with pytest.raises(Refused, match="line 1, is held already; clerk said: why"):
        supervisor.run(hold, SO1, 1, "me too")
    assert clerk.read(reading.show, SO1).version == 2
