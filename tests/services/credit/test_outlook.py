"""A look ahead: every check as of the day asked, and when each held order passes, or why not."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from orderdesk.domain.credit import ItemRequest, Passing
from orderdesk.domain.customers import CustomerRequest
from orderdesk.services.credit import account, items, modes
from orderdesk.services.credit.outlook import burn_down, what_if
from orderdesk.services.customers import save
from orderdesk.services.orders.holds import hold
from orderdesk.services.orders.place import place
from orderdesk.services.queues.deciding import reject
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order
from tests.services.queues.waiting import waiting

Desks = Callable[[str], Desk]


@pytest.fixture
def owner(desk_of: Desks) -> Iterator[Desk]:
    """Give the owner's desk; no law is broken after any of these tests."""
    desk = desk_of("owner")
    yield desk
    assert_laws_hold(desk)


def invoice(desk: Desk, amount: str, due: str, number: str = "R1", customer: str = "TIGHT") -> None:
    given = {"date": "2026-08-01", "amount": amount, "due_date": due}
    desk.run(items.take_many, [ItemRequest(customer=customer, number=number, **given)])


def placed(desk: Desk, customer: str = "TIGHT", quantity: str = "1", **more: Any) -> str:
    number: str = desk.run(place, order(customer, line("P1", quantity), **more)).number
    return number


def waits(desk: Desk, customer: str = "TIGHT") -> list[tuple[str | None, str]]:
    """Give for each held order its day and its reason."""
    passing: tuple[Passing, ...] = desk.read(burn_down, customer).orders
    return [(str(each.on) if each.on else None, each.reason) for each in passing]


def codes(desk: Desk, on: str, amount: str = "10", customer: str = "TIGHT") -> list[str]:
    """Give what is against an amount on a day."""
    return [each.code for each in desk.read(what_if, customer, amount, on).reasons]


def test_what_waits_for_a_person_has_no_day(owner: Desk) -> None:
    number = placed(owner)
    owner.run(hold, number, None, "wait")
    placed(owner, customer="ACME")
    assert waits(owner) == [(None, "by hand: somebody must release it")]
    [seen] = owner.read(burn_down, "TIGHT").orders
    assert (seen.order, seen.codes) == (number, ("manual",))


def test_an_order_held_for_what_is_overdue_passes_when_that_is_paid(owner: Desk) -> None:
    owner.run(modes.set_, "overdue", "on")
    invoice(owner, "5", "2026-09-01")
    placed(owner)
    assert owner.read(account.show, "TIGHT").result == "hold"
    why = "overdue items: what is overdue is expected to be paid by then"
    assert waits(owner) == [("2026-11-24", why)]


def test_an_order_held_for_the_share_overdue_passes_when_that_is_paid(owner: Desk) -> None:
    owner.run(modes.set_, "overdue_share", "on", "10")
    owner.run(modes.set_, "overdue", "off")
    invoice(owner, "5", "2026-11-20")
    invoice(owner, "5", "2026-12-20", "R2")
    placed(owner)
    why = "share overdue: what is overdue is expected to be paid by then"
    assert waits(owner) == [("2026-11-24", why)]


def test_of_several_holds_the_latest_counts_and_a_person_above_all(owner: Desk) -> None:
    owner.run(modes.set_, "overdue", "on")
    invoice(owner, "5", "2026-09-01")
    invoice(owner, "95", "2026-12-01", "R2")
    number = placed(owner)
    assert waits(owner) == [("2026-12-01", "credit limit: the limit carries it then")]
    owner.run(hold, number, 1, "call them")
    assert waits(owner) == [(None, "by hand 1: somebody must release it")]


def test_a_review_has_no_day_and_a_new_customer_has_its_own(owner: Desk) -> None:
    owner.run(modes.set_, "review", "on")
    owner.run(modes.set_, "new_customer", "on", "30")
    owner.run(save.set_, CustomerRequest(code="TIGHT", since="2026-11-20"))
    owner.run(save.set_, CustomerRequest(code="FREE", review_date="2026-11-01"))
    placed(owner)
    placed(owner, "FREE")
    assert waits(owner) == [("2026-12-20", "new customer: a new customer no more")]
    assert waits(owner, "FREE") == [(None, "credit review: the credit must be reviewed")]
    assert codes(owner, "2026-12-19") == ["new_customer"]
    assert codes(owner, "2026-12-20") == []


def test_what_was_rejected_waits_for_a_change(desk_of: Desks, owner: Desk) -> None:
    placed(desk_of("clerk"), quantity="11")
    desk_of("supervisor").run(reject, waiting(owner)[0].id, "Too much")
    [(day, why)] = waits(owner)
    assert (day, why) == (
        None, "credit limit: supervisor rejected it; the order must be changed",
    )  # fmt: skip


def test_an_order_of_a_family_is_judged_by_its_own_customers_items(owner: Desk) -> None:
    owner.run(modes.set_, "overdue", "on")
    owner.run(account.set_parent, "FREE", "TIGHT")
    invoice(owner, "5", "2026-09-01", customer="FREE")
    placed(owner, "FREE")
    placed(owner, "TIGHT")
    why = "overdue items: what is overdue is expected to be paid by then"
    assert waits(owner, "TIGHT") == waits(owner, "FREE") == [("2026-11-24", why)]


def test_the_limit_is_that_of_the_day_asked(owner: Desk) -> None:
    owner.run(account.set_limit, "TIGHT", "5000", "Fair", None, "2026-12-10")
    placed(owner, quantity="12")
    ahead = owner.read(what_if, "TIGHT", "10", "2026-12-10")
    assert (ahead.headroom, ahead.result) == (4870, "ok")
    ahead = owner.read(what_if, "TIGHT", "10", "2026-12-11")
    assert (ahead.headroom, ahead.result) == (-30, "hold")
    [step] = owner.read(burn_down, "TIGHT").steps
    assert (str(step.on), step.change, step.headroom) == ("2026-12-11", 0, -20)
    assert step.what == "temporary limit ends (5,000.00 until 2026-12-10)"


def test_a_held_order_fits_only_under_the_limit_of_its_day(owner: Desk) -> None:
    placed(owner, quantity="60")
    owner.run(account.set_limit, "TIGHT", "550", "Fair", None, "2026-12-10")
    invoice(owner, "20", "2026-12-20")
    assert waits(owner) == [
        (None, "credit limit: nothing that is expected brings it within the limit")
    ]
    assert owner.read(burn_down, "TIGHT").free_on is None


def test_every_check_is_as_of_the_day_asked_over_the_same_items(owner: Desk) -> None:
    owner.run(modes.set_, "overdue", "on")
    owner.run(modes.set_, "overdue_share", "on", "10")
    owner.run(modes.set_, "review", "on")
    invoice(owner, "50", "2026-09-01")
    owner.run(save.set_, CustomerRequest(code="TIGHT", review_date="2026-12-01"))
    today = owner.read(what_if, "TIGHT", "10")
    assert today.exposure == Decimal(60)
    assert [each.code for each in today.reasons] == ["overdue", "overdue_share"]
    assert "83 days overdue" in today.reasons[0].message
    assert owner.read(what_if, "TIGHT", "10", "2026-11-30").exposure == Decimal(10)
    assert codes(owner, "2026-11-30") == codes(owner, "2026-12-01") == []
    assert codes(owner, "2026-12-02") == ["review_date"]


def test_what_falls_overdue_by_then_counts(owner: Desk) -> None:
    owner.run(modes.set_, "overdue", "on", "2")
    given = {"date": "2026-08-01", "amount": "5", "due_date": "2026-08-01"}
    paid = ItemRequest(customer="TIGHT", number="S1", settled_on="2026-08-31", **given)
    owner.run(items.take_many, [paid])
    invoice(owner, "5", "2026-11-25")
    assert codes(owner, "2026-11-27") == []
    assert codes(owner, "2026-11-28") == ["overdue"]
    assert codes(owner, "2026-12-25") == []
