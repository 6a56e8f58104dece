"""What lets held orders pass at once: payments, other limits; and for whom it does not."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import AmendRequest, LineChange
from orderdesk.exchange import masters, nightly, passing
from orderdesk.exchange.masters import ITEMS
from orderdesk.exchange.passing import Passed, pass_on
from orderdesk.exchange.runs import Controls, ImportResult
from orderdesk.exchange.sources import inspect
from orderdesk.services import company
from orderdesk.services.credit import account, modes
from orderdesk.services.customers import save
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.holds import hold, release
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import events, show
from orderdesk.services.queues.deciding import reject
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order
from tests.services.queues.waiting import waiting

Desks = Callable[[str], Desk]
TODAY = date(2026, 11, 23)
HEADER = "customer,kind,number,date,due_date,amount,open,settled_on\n"
INVOICE = "TIGHT,invoice,R1,2026-11-01,2026-12-31,95,,\n"
PAID = "TIGHT,invoice,R1,2026-11-01,2026-12-31,95,0,2026-11-23\n"
Take = Callable[..., ImportResult]


@pytest.fixture
def accounts(desk_of: Desks) -> Iterator[Desk]:
    """Give the desk of accounts; no law is broken after any of these tests."""
    yield desk_of("accounts")
    assert_laws_hold(desk_of("owner"))


@pytest.fixture
def take(accounts: Desk, tmp_path: Path) -> Take:
    """Give what imports rows of open items as accounts, each time as another file."""
    files = iter(range(100))

    def take(*rows: str, desk: Desk = accounts, **more: Any) -> ImportResult:
        path = tmp_path / f"items-{next(files)}.csv"
        path.write_text(HEADER + "".join(rows), encoding="utf-8")
        return masters.import_records(desk, ITEMS, inspect(path), (), **more)

    return take


def placed(desk: Desk, quantity: str = "4", customer: str = "TIGHT", **more: Any) -> str:
    return desk.run(place, order(customer, line("P1", quantity), **more)).number


def holding(desk: Desk, *numbers: str) -> list[list[str]]:
    return [
        [each.code for each in desk.read(show, number).holds if each.released_by is None]
        for number in numbers
    ]


def night(desk: Desk, days: int = 1) -> None:
    nightly.run(desk, TODAY + timedelta(days=days))


def test_a_payment_lets_the_oldest_pass_and_each_uses_up_headroom(
    desk_of: Desks, take: Take
) -> None:
    clerk = desk_of("clerk")
    assert take(INVOICE).released == ()
    numbers = [placed(clerk) for _ in range(4)]
    assert holding(clerk, *numbers) == [["credit_limit"]] * 4
    done = take("TIGHT,payment,Z1,2026-11-23,,75,,\n")
    assert done.released == tuple(
        {"order": number, "codes": ["credit_limit"]} for number in numbers[:2]
    )
    assert done.said == (
        "released by the system: SO-000001 (credit_limit), SO-000002 (credit_limit)",
    )
    assert holding(clerk, *numbers) == [[], [], ["credit_limit"], ["credit_limit"]]
    last = clerk.read(events, numbers[0])[-1]
    assert (last.kind, last.actor) == ("checked again", "accounts")
    passed = clerk.read(show, numbers[0]).holds[0]
    assert passed.released_by == "system"
    assert passed.reason == "payments and open items of items-1.csv came in"


def test_a_settled_item_lets_orders_pass_that_it_made_overdue(desk_of: Desks, take: Take) -> None:
    desk_of("owner").run(modes.set_, "overdue", "on")
    late = "TIGHT,invoice,R1,2026-08-01,2026-09-01,5,,\n"
    take(late)
    number = placed(desk_of("clerk"))
    assert holding(desk_of("clerk"), number) == [["overdue"]]
    done = take(late.replace(",5,,", ",5,0,2026-11-23"))
    assert done.released == ({"order": number, "codes": ["overdue"]},)


def test_an_import_that_goes_on_looks_at_what_it_took_in_before(desk_of: Desks, take: Take) -> None:
    clerk = desk_of("clerk")
    take(INVOICE, "CASH,invoice,R1,2026-11-01,2026-12-31,5,,\n")
    number = placed(clerk)
    rows = (PAID, "CASH,invoice,R1,2026-11-01,2026-12-31,5,0,2026-11-23\n")
    stopped = take(*rows, controls=Controls(batch=1, stop=lambda: True))
    assert (stopped.finished, stopped.released) == (False, ())
    assert holding(clerk, number) == [["credit_limit"]]
    assert [each["order"] for each in take(*rows).released] == [number]


def test_an_import_that_was_done_before_lets_nothing_pass(desk_of: Desks, take: Take) -> None:
    clerk = desk_of("clerk")
    take(INVOICE)
    number = placed(clerk)
    assert take(PAID).released
    other = placed(clerk, "9")
    desk_of("owner").run(account.set_limit, "TIGHT", "1000")
    assert take(PAID).released == ()
    assert holding(clerk, number, other) == [[], ["credit_limit"]]


def test_a_rehearsal_lets_nothing_pass_and_says_so(desk_of: Desks, take: Take) -> None:
    take(INVOICE)
    number = placed(desk_of("clerk"))
    done = take(PAID, controls=Controls(rehearsal=True))
    assert (done.released, "a rehearsal does not look" in done.said[-1]) == ((), True)
    assert holding(desk_of("clerk"), number) == [["credit_limit"]]


def test_another_limit_or_parent_lets_orders_of_the_whole_family_pass(
    desk_of: Desks, accounts: Desk
) -> None:
    clerk = desk_of("clerk")
    accounts.run(account.set_parent, "FREE", "TIGHT")
    own, child = placed(clerk, "11"), placed(clerk, "1", "FREE")
    assert holding(clerk, own, child) == [["credit_limit"]] * 2
    accounts.run(account.set_limit, "TIGHT", "110", "", None, "2026-12-01")
    assert [each["order"] for each in pass_on(accounts, ["FREE"], "a limit").released] == [own]
    accounts.run(account.set_limit, "TIGHT", "120")
    # The temporary limit still goes.
    assert pass_on(accounts, ["TIGHT"], "a limit").released == []
    accounts.run(account.set_parent, "FREE", None)
    assert [each["order"] for each in pass_on(accounts, ["FREE"], "a parent").released] == [child]


def test_holds_that_are_not_of_credit_stay(desk_of: Desks, accounts: Desk) -> None:
    clerk = desk_of("clerk")
    number = placed(clerk, "11")
    desk_of("clerk2").run(hold, number, None, "wait")
    accounts.run(account.set_limit, "TIGHT", "200")
    assert pass_on(accounts, ["TIGHT"], "a limit").released
    assert holding(clerk, number) == [["manual"]]


def test_who_entered_an_order_does_not_let_it_pass_by_another_limit(desk_of: Desks) -> None:
    owner, clerk = desk_of("owner"), desk_of("clerk")
    own, other = placed(owner, "11"), placed(clerk, "11")
    owner.run(account.set_limit, "TIGHT", "1000")
    done = pass_on(owner, ["TIGHT"], "a limit")
    assert ([each["order"] for each in done.released], done.kept) == ([other], [own])
    assert "for somebody else to release" in " ".join(done.said())
    night(owner)
    assert holding(owner, own, other) == [["credit_limit"], []]
    assert not desk_of("supervisor").run(release, own).held


def test_nor_does_who_let_it_grow_while_it_was_held(desk_of: Desks) -> None:
    owner, clerk = desk_of("owner"), desk_of("clerk")
    number = placed(clerk, "11")
    change = AmendRequest(number=number, lines=(LineChange(line=1, quantity="12"),))
    owner.run(amend, change)
    owner.run(account.set_limit, "TIGHT", "1000")
    assert pass_on(owner, ["TIGHT"], "a limit").kept == [number]


@pytest.mark.parametrize(
    "act",
    [
        lambda desk: desk.run(account.set_limit, "TIGHT", "500", "", None, "2026-12-31"),
        lambda desk: desk.run(save.set_, CustomerRequest(code="TIGHT", credit_limit="500")),
        lambda desk: desk.run(account.set_parent, "TIGHT", "ACME"),
        lambda desk: desk.run(modes.set_, "limit", "off"),
        lambda desk: desk.run(company.set_, {"credit_horizon": "0"}),
    ],
)
def test_nor_by_whatever_else_is_done_by_hand_to_the_credit(
    desk_of: Desks, act: Callable[[Desk], object]
) -> None:
    owner = desk_of("owner")
    number = placed(owner, "11", requested="2026-12-20")
    act(owner)
    done = pass_on(owner, ["TIGHT"], "by hand")
    assert (done.released, done.kept) == ([], [number])


def test_what_is_no_matter_of_credit_bars_nobody(desk_of: Desks, take: Take) -> None:
    owner = desk_of("owner")
    take(INVOICE, desk=owner)
    number = placed(owner)
    owner.run(save.set_, CustomerRequest(code="TIGHT", phone="1"))
    # Who took in the payment entered the order too: that they paid is no act of a person.
    assert [each["order"] for each in take(PAID, desk=owner).released] == [number]


def test_a_limit_that_was_set_before_the_hold_bars_nobody(desk_of: Desks, take: Take) -> None:
    owner = desk_of("owner")
    owner.run(account.set_limit, "TIGHT", "90")
    take(INVOICE)
    number = placed(owner)
    assert [each["order"] for each in take(PAID).released] == [number]


def test_policy_may_let_ones_own_pass(desk_of: Desks) -> None:
    owner = desk_of("owner")
    owner.run(company.set_, {"self_release": "yes"})
    number = placed(owner, "11")
    owner.run(account.set_limit, "TIGHT", "1000")
    assert [each["order"] for each in pass_on(owner, ["TIGHT"], "x").released] == [number]


def test_many_that_do_not_pass_are_left_to_the_night(
    desk_of: Desks, accounts: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = desk_of("clerk")
    monkeypatch.setattr(passing, "IN_VAIN", 2)
    numbers = [placed(clerk, "20") for _ in range(2)]
    late = placed(clerk, "1", requested="2027-06-01")
    numbers.append(placed(clerk, "1"))
    assert holding(clerk, late) == [[]]
    done = pass_on(accounts, ["TIGHT"], "x")
    assert done == Passed([], [], left=True)
    assert "the next `orderdesk nightly`" in " ".join(done.said())
    monkeypatch.setattr(passing, "IN_VAIN", 3)
    assert pass_on(accounts, ["TIGHT"], "x") == Passed([], [])


def test_it_is_looked_at_once_for_a_command_id(desk_of: Desks, accounts: Desk) -> None:
    clerk = desk_of("clerk")
    number = placed(clerk, "11")
    assert pass_on(accounts, ["TIGHT"], "x", "id-1") == Passed([], [])
    accounts.run(account.set_limit, "TIGHT", "1000")
    assert pass_on(accounts, ["TIGHT"], "x", "id-1") == Passed([], [])
    assert [each["order"] for each in pass_on(accounts, ["TIGHT"], "x", "id-2").released] == [
        number
    ]


def test_only_who_may_set_credit_lets_orders_pass(desk_of: Desks, accounts: Desk) -> None:
    number = placed(desk_of("clerk"), "11")
    accounts.run(account.set_limit, "TIGHT", "1000")
    with pytest.raises(Refused, match="may not"):
        pass_on(desk_of("senior"), ["TIGHT"], "x")
    assert holding(accounts, number) == [["credit_limit"]]


def test_what_was_rejected_passes_only_once_the_order_is_changed(
    desk_of: Desks, take: Take
) -> None:
    clerk, owner = desk_of("clerk"), desk_of("owner")
    take(INVOICE)
    number = placed(clerk)
    desk_of("supervisor").run(reject, waiting(clerk)[0].id, "No more for them this month")
    owner.run(account.set_limit, "TIGHT", "500")
    assert pass_on(owner, ["TIGHT"], "a limit") == Passed([], [])
    night(owner)
    assert holding(clerk, number) == [["credit_limit"]]
    clerk.run(amend, AmendRequest(number=number, lines=(LineChange(line=1, quantity="3"),)))
    assert holding(clerk, number) == [["credit_limit"]]
    passed = pass_on(owner, ["TIGHT"], "a limit").released
    assert passed == [{"order": number, "codes": ["credit_limit"]}]
