"""The nightly run: what a new day does to orders, limits and stock, once however often it runs."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, update

from orderdesk.domain.credit import ItemRequest
from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.errors import Refused
from orderdesk.domain.nightly import NightlyView
from orderdesk.domain.orders import OrderRequest, OrderView
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.exchange.nightly import ahead, run
from orderdesk.models.orders import Hold
from orderdesk.services import calendars, company, masters, nightly
from orderdesk.services.credit import account, items
from orderdesk.services.credit.outlook import burn_down, what_if
from orderdesk.services.customers import save
from orderdesk.services.nightly import expired, move_on
from orderdesk.services.orders.holds import hold, release
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import events, show
from orderdesk.services.orders.rechecking import working_days_before
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from tests.breaking import break_rows
from tests.laws import assert_laws_hold
from tests.services.orders.asking import allocated, line, order

Desks = Callable[[str], Desk]
TODAY = date(2026, 11, 23)
_hold = table_of(Hold).c
_HELD_SINCE = statement(update(table_of(Hold)).values(placed_at=bindparam("at")))


@pytest.fixture
def owner(desk_of: Desks) -> Iterator[Desk]:
    """Give the owner's desk; no law is broken after any of these tests."""
    desk = desk_of("owner")
    yield desk
    assert_laws_hold(desk)


def after(desk: Desk, days: int) -> NightlyView:
    return run(desk, TODAY + timedelta(days=days))


def placed(desk: Desk, customer: str, quantity: str, **more: Any) -> OrderView:
    request: OrderRequest = order(customer, line("P1", quantity), **more)
    return desk.run(place, request)


def holding(desk: Desk, number: str) -> list[str]:
    return [each.code for each in desk.read(show, number).holds if each.released_by is None]


def invoice(desk: Desk, amount: str, due: str, **more: str) -> None:
    request = ItemRequest(
        customer="TIGHT", number=due, date="2026-10-01", due_date=due, amount=amount, **more
    )
    desk.run(items.take_many, [request])


def test_the_date_moves_on_once_and_never_back(owner: Desk) -> None:
    first = after(owner, 1)
    assert (first.before, first.business_date) == (TODAY, TODAY + timedelta(days=1))
    assert after(owner, 1).before == TODAY + timedelta(days=1)
    with pytest.raises(Refused, match="never moved back"):
        after(owner, 0)
    assert owner.read(account.show, "TIGHT").business_date == TODAY + timedelta(days=1)


def test_an_order_that_enters_the_horizon_counts_and_is_checked(owner: Desk) -> None:
    placed(owner, "TIGHT", "6", requested="2027-02-23")
    placed(owner, "TIGHT", "6", requested="2027-02-22")
    assert owner.read(account.show, "TIGHT").exposure == 0
    first = after(owner, 1)
    assert (first.entered, first.held) == (1, ())
    second = after(owner, 2)
    # The other one counts already: what enters behind it does not fit any more.
    held = (holding(owner, "1"), holding(owner, "2"))
    assert (second.entered, held) == (1, (["credit_limit"], []))
    assert owner.read(account.show, "TIGHT").exposure == 120


def test_an_order_that_does_not_fit_when_it_enters_is_held(owner: Desk) -> None:
    placed(owner, "TIGHT", "11", requested="2027-02-22")
    done = after(owner, 1)
    assert done.held == ({"order": "SO-000001", "codes": ["credit_limit"]},)
    last = owner.read(events, "1")[-1]
    assert last.kind == "checked again"
    assert "nightly run of 2026-11-24" in last.changes["reason"]
    assert after(owner, 1).held == ()
    assert len(owner.read(show, "1").holds) == 1


def test_a_run_that_was_stopped_is_made_good_by_the_next(owner: Desk) -> None:
    placed(owner, "TIGHT", "11", requested="2027-02-22")
    day = (TODAY + timedelta(days=1)).isoformat()
    # The date moved, and then the power went.
    owner.command(f"nightly {day}", move_on, day)
    assert holding(owner, "1") == []
    after(owner, 2)
    assert holding(owner, "1") == ["credit_limit"]


def test_a_release_that_is_over_holds_again(desk_of: Desks, owner: Desk) -> None:
    placed(owner, "TIGHT", "11")
    desk_of("supervisor").run(release, "1", None, "500", "", None, "2026-11-25")
    assert len(owner.read(account.show, "TIGHT").grants) == 1
    assert after(owner, 2).held == ()
    assert after(owner, 3).held == ({"order": "SO-000001", "codes": ["credit_limit"]},)
    assert owner.read(account.show, "TIGHT").grants == ()
    assert after(owner, 4).held == ()


def test_which_releases_are_over_is_read_once(owner: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def counted(*given: Any) -> Any:
        asked.append(given)
        return expired(*given)

    monkeypatch.setattr(nightly, "expired", counted)
    after(owner, 1)
    assert len(asked) == 1


def test_a_release_that_is_over_of_what_is_mended_holds_nothing(
    desk_of: Desks, owner: Desk
) -> None:
    placed(owner, "TIGHT", "11")
    desk_of("supervisor").run(release, "1")
    owner.run(account.set_limit, "TIGHT", "1000")
    assert after(owner, 30).held == ()


def test_a_temporary_limit_that_is_over_holds_what_does_not_fit(owner: Desk) -> None:
    owner.run(account.set_limit, "TIGHT", "500", "", None, "2026-11-24")
    placed(owner, "TIGHT", "9")
    placed(owner, "TIGHT", "9")
    assert after(owner, 1).ended == ()
    done = after(owner, 2)
    assert done.ended == ("TIGHT",)
    assert done.held == ({"order": "SO-000002", "codes": ["credit_limit"]},)
    assert owner.read(account.show, "TIGHT").limit == 100
    assert after(owner, 2).ended == ()


def test_what_is_paid_lets_the_oldest_held_order_pass(owner: Desk) -> None:
    invoice(owner, "60", "2026-11-30")
    placed(owner, "TIGHT", "9")
    placed(owner, "TIGHT", "9")
    assert after(owner, 1).released == ()
    invoice(owner, "60", "2026-11-30", settled_on="2026-11-24")
    done = after(owner, 1)
    assert done.released == ({"order": "SO-000001", "codes": ["credit_limit"]},)
    passed = owner.read(show, "1").holds[0]
    assert passed.released_by == "system"
    assert "nightly run" in passed.reason
    assert holding(owner, "2") == ["credit_limit"]


def test_a_hold_by_hand_or_by_another_rule_is_never_lifted(desk_of: Desks, owner: Desk) -> None:
    owner.run(save.set_, CustomerRequest(code="FREE", po_required="yes"))
    placed(owner, "FREE", "1")
    owner.run(save.set_, CustomerRequest(code="FREE", po_required="no"))
    desk_of("clerk2").run(hold, "1", None, "wait")
    assert after(owner, 1).released == ()
    assert holding(owner, "1") == ["po_missing", "manual"]


def test_stock_of_an_order_held_too_long_goes_to_who_waits(owner: Desk) -> None:
    placed(owner, "CASH", "60")
    placed(owner, "FREE", "70")
    placed(owner, "CASH", "10")
    before = [allocated_of(owner, number) for number in "123"]
    assert before == [60, 40, 0]
    assert after(owner, 1).gave_back == ()
    long_ago = owner.read(lambda work: work.now) - 6 * 24 * 3600 * 1_000_000
    owner.run(lambda work: work.change(_HELD_SINCE, {"at": long_ago}))
    done = after(owner, 2)
    assert done.gave_back == ({"order": "SO-000001", "served": ["SO-000002"]},)
    assert [allocated_of(owner, number) for number in "123"] == [30, 70, 0]
    assert allocated(owner, "P1") == 100
    told = [(each.kind, each.version) for each in owner.read(events, "1")]
    assert ("deallocated", None) in told
    assert after(owner, 2).gave_back == ()


def test_an_order_held_as_long_gets_nothing_of_what_another_one_gives_back(owner: Desk) -> None:
    placed(owner, "CASH", "60")
    placed(owner, "CASH", "50")
    assert [allocated_of(owner, number) for number in "12"] == [60, 40]
    long_ago = owner.read(lambda work: work.now) - 6 * 24 * 3600 * 1_000_000
    owner.run(lambda work: work.change(_HELD_SINCE, {"at": long_ago}))
    break_rows(owner, "UPDATE sales_order SET priority = 1 WHERE number = 'SO-000002'")
    assert after(owner, 1).gave_back == ()
    assert [allocated_of(owner, number) for number in "12"] == [60, 40]


def test_what_goes_from_one_line_of_a_held_order_to_another_is_told_of_both(owner: Desk) -> None:
    owner.run(announcing.add, SupplyRequest(product="P1", quantity="30", due="2026-11-25"))
    late, soon = line("P1", "100", requested="2026-12-10"), line("P1", "30", requested="2026-12-01")
    owner.run(place, order("CASH", late, soon))
    long_ago = owner.read(lambda work: work.now) - 6 * 24 * 3600 * 1_000_000
    owner.run(lambda work: work.change(_HELD_SINCE, {"at": long_ago}))
    after(owner, 1)
    told = [each for each in owner.read(events, "1") if each.version is None]
    assert [(each.kind, each.changes["lines"]) for each in told] == [
        ("deallocated", {"1": {"allocated": ["100", "70"]}}),
        ("served", {"2": {"allocated": ["0", "30"]}}),
    ]


def test_a_grace_is_counted_in_working_days() -> None:
    monday = 1_795_996_800_000_000
    days = [
        (monday - working_days_before(monday, count)) // (24 * 3600 * 1_000_000)
        for count in (0, 1, 3, 5)
    ]
    assert days == [0, 3, 5, 7]


def allocated_of(desk: Desk, number: str) -> int:
    return int(desk.read(show, number).lines[0].allocated)


def test_reviews_that_are_due_are_listed_the_longest_due_first(owner: Desk) -> None:
    for code, day in (("FREE", "2026-11-25"), ("ACME", "2026-11-20"), ("TIGHT", "2026-11-26")):
        owner.run(save.set_, CustomerRequest(code=code, review_date=day))
    assert [each["customer"] for each in after(owner, 2).reviews] == ["ACME", "FREE"]


def test_public_holidays_are_kept_two_years_ahead(owner: Desk) -> None:
    owner.run(masters.add, "calendar", "US", {})
    owner.run(calendars.fill, "US", "US")
    assert run(owner, date(2026, 12, 31)).calendars == ()
    assert ahead(owner, date(2027, 1, 1)).calendars == ("US",)
    assert run(owner, date(2027, 1, 1)).calendars == ("US",)
    assert owner.read(calendars.show, "US").days[-1].day == date(2029, 12, 25)
    assert run(owner, date(2027, 1, 2)).calendars == ()


def test_settings_that_move_the_horizon_move_the_exposure(owner: Desk) -> None:
    placed(owner, "TIGHT", "1", requested="2026-12-24")
    owner.run(company.set_, {"credit_horizon": "30"})
    assert owner.read(account.show, "TIGHT").exposure == 0
    owner.run(company.set_, {"credit_horizon": "31"})
    assert owner.read(account.show, "TIGHT").exposure == 10


def test_burn_down_reckons_with_how_late_they_pay(owner: Desk) -> None:
    invoice(owner, "10", "2026-10-10", settled_on="2026-10-14")
    invoice(owner, "10", "2026-10-11", settled_on="2026-10-17")
    invoice(owner, "40", "2026-11-30")
    invoice(owner, "20", "2026-11-10")
    placed(owner, "TIGHT", "7")
    placed(owner, "TIGHT", "5", requested="2027-02-22")
    seen = owner.read(burn_down, "TIGHT")
    assert seen.late_days == 5
    assert [(str(each.on), each.change, each.exposure) for each in seen.steps] == [
        ("2026-11-24", -20, 110),
        ("2026-11-24", 50, 160),
        ("2026-12-05", -40, 120),
    ]
    assert seen.free_on is None
    assert [(each.order, str(each.on)) for each in seen.orders] == [("SO-000001", "2026-12-05")]
    ahead = owner.read(what_if, "TIGHT", "30", "2026-12-05")
    assert (ahead.exposure, ahead.headroom, ahead.result) == (150, -50, "hold")
    assert owner.read(what_if, "TIGHT", "30").exposure == 160
    with pytest.raises(Refused, match="before today"):
        owner.read(what_if, "TIGHT", "30", "2026-11-22")
