"""Any sequence of orders, payments, grants and days keeps the exposure and stops what it must.

The oracle beside the desk keeps nothing but dates, amounts and who was let through, and reckons
every exposure anew.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, text

from orderdesk.domain.credit import ItemRequest
from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import AmendRequest, LineChange, OrderView
from orderdesk.exchange.nightly import run
from orderdesk.exchange.passing import pass_on
from orderdesk.models.company import Company
from orderdesk.services.credit import account, items
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel, close_line, reopen
from orderdesk.services.orders.copying import copy
from orderdesk.services.orders.holds import release
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order

LIMIT = 100
HORIZON = timedelta(days=90)
FAMILY = ("TIGHT", "FREE")
_TODAY = statement(select(table_of(Company).c.business_date))
_FORGET = [
    statement(text(each))
    for each in (
        "UPDATE order_line SET open = 0, allocated = 0, short_closed = ordered, net = 0",
        "UPDATE sales_order SET open_value = 0, exposed = 0, due = '', status = 'cancelled',"
        " stage = 'done', net = 0, tax = 0, total = 0",
        "UPDATE stock SET allocated = 0",
        "DELETE FROM demand",
        "UPDATE open_item SET open = 0",
        "UPDATE hold SET ceiling = NULL",
        "UPDATE hold SET released_by = 'system', released_at = 1, reason = 'over'"
        " WHERE released_by IS NULL",
        "UPDATE customer SET exposure = 0, family_exposure = 0, receivable = 0, unapplied = 0",
        f"UPDATE customer SET credit_limit = {100 * LIMIT} WHERE code = 'TIGHT'",
    )
]


@dataclass
class Known:
    """An order as the oracle knows it."""

    number: str
    customer: str
    quantity: int
    due: date
    open: bool = True
    dead: bool = False
    held: bool = False
    own: bool = False
    """Whether who entered it set another limit since it is held."""
    ceiling: int = -1
    until: date = date.min

    @property
    def value(self) -> int:
        return 10 * self.quantity if self.open else 0


@dataclass
class Oracle:
    """What must be so."""

    today: date
    orders: dict[str, Known] = field(default_factory=dict)
    owed: dict[str, int] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)
    limit: int = LIMIT

    def counted(self, each: Known) -> int:
        return each.value if each.due <= self.today + HORIZON else 0

    def exposure(self, customer: str) -> int:
        orders = sum(
            self.counted(each) for each in self.orders.values() if each.customer == customer
        )
        return orders + self.owed.get(customer, 0) - self.paid.get(customer, 0)

    def family(self) -> int:
        return sum(self.exposure(each) for each in FAMILY)

    def check(self, before: Known | None, now: Known) -> None:
        """Hold an order that a change let grow beyond the limit and beyond its grant."""
        grew = now.value > (before.value if before else 0) or (
            self.counted(now) > (self.counted(before) if before else 0)
        )
        granted = now.value <= now.ceiling and self.today <= now.until
        if grew and self.counted(now) and self.family() > self.limit and not granted:
            now.own = now.own and now.held
            now.held = True

    def again(self, each: Known, waiting: tuple[Known, ...] = ()) -> None:
        """Check an order that nobody changes; later ones that are held or wait come behind it."""
        if not each.value:
            return
        behind = sum(
            self.counted(other)
            for other in self.orders.values()
            if other.number > each.number and (other.held or other in waiting)
        )
        fits = not self.counted(each) or self.family() - behind <= self.limit
        granted = each.value <= each.ceiling and self.today <= each.until
        if each.held:
            each.held = not fits or each.own
        elif not fits and not granted:
            each.held, each.own = True, False

    def pass_on(self) -> None:
        """Look at what is held at once, the oldest first."""
        for number in sorted(self.orders):
            if self.orders[number].held:
                self.again(self.orders[number])

    def night(self, day: date) -> None:
        """Let a day begin."""
        was = {number: self.counted(each) for number, each in self.orders.items()}
        self.today = day
        by_number = [self.orders[number] for number in sorted(self.orders)]
        entered = tuple(e for e in by_number if self.counted(e) and not was[e.number])
        for each in entered:
            self.again(each, entered)
        for each in by_number:
            if each.ceiling >= 0 and each.until < day and each.open and not each.dead:
                self.again(each, (each,))
                each.ceiling = -1
        for each in by_number:
            if each.held:
                self.again(each)


def forget(work: Work) -> None:
    """Leave nothing of the sequence before this one, however it ended."""
    for each in _FORGET:
        work.change(each)


class CreditMachine(RuleBasedStateMachine):
    """The desk beside the oracle."""

    owner: Desk
    supervisor: Desk
    accounts: Desk

    @initialize()
    def begin(self) -> None:
        self.owner.run(forget)
        today = self.owner.read(lambda work: work.run(_TODAY)[0].business_date)
        self.oracle = Oracle(date.fromisoformat(today))
        self.items = 0

    def pick(self, chosen: int) -> Known:
        known = list(self.oracle.orders.values())
        return known[chosen % len(known)]

    def took(self, view: OrderView, customer: str, quantity: int, due: date) -> None:
        now = Known(view.number, customer, quantity, due)
        self.oracle.orders[view.number] = now
        self.oracle.check(None, now)

    @rule(customer=st.sampled_from(FAMILY), quantity=st.integers(1, 8), days=st.integers(0, 93))
    def place(self, customer: str, quantity: int, days: int) -> None:
        due = self.oracle.today + timedelta(days=days if days < 3 or days > 87 else 0)
        wanted = order(customer, line("WORK", str(quantity), price="10"), requested=str(due))
        self.took(self.owner.run(place, wanted), customer, quantity, due)

    @precondition(lambda self: self.oracle.orders)
    @rule(chosen=st.integers(0, 30), quantity=st.integers(1, 12), days=st.integers(-1, 92))
    def amend(self, chosen: int, quantity: int, days: int) -> None:
        each = self.pick(chosen)
        due = each.due if days < 85 else self.oracle.today + timedelta(days=days)
        request = AmendRequest(
            number=each.number,
            requested=str(due),
            lines=(LineChange(line=1, quantity=str(quantity)),),
        )
        if each.dead or (not each.open and quantity != each.quantity):
            with pytest.raises(Refused):
                self.owner.run(amend, request)
            return
        self.owner.run(amend, request)
        before = replace(each)
        each.quantity, each.due = quantity, due
        self.oracle.check(before, each)

    @precondition(lambda self: self.oracle.orders)
    @rule(chosen=st.integers(0, 30), act=st.sampled_from(["close", "reopen", "cancel", "copy"]))
    def act(self, chosen: int, act: str) -> None:
        each = self.pick(chosen)
        if act == "copy":
            view = self.owner.run(copy, each.number, str(self.oracle.today))
            self.took(view, each.customer, each.quantity, self.oracle.today)
        elif each.dead or ((act == "close") != each.open and act != "cancel"):
            service = {"close": close_line, "reopen": reopen, "cancel": cancel}[act]
            arguments = (each.number, 1) if act == "close" else (each.number,)
            with pytest.raises(Refused):
                self.owner.run(service, *arguments)  # type: ignore[arg-type]
        elif act == "close":
            self.owner.run(close_line, each.number, 1)
            each.open = False
        elif act == "reopen":
            self.owner.run(reopen, each.number)
            before = replace(each)
            each.open = True
            self.oracle.check(before, each)
        else:
            self.owner.run(cancel, each.number)
            each.open, each.held, each.dead = False, False, True

    @precondition(lambda self: self.oracle.orders)
    @rule(chosen=st.integers(0, 30), more=st.integers(0, 30), days=st.integers(0, 2))
    def grant(self, chosen: int, more: int, days: int) -> None:
        each = self.pick(chosen)
        until = self.oracle.today + timedelta(days=days)
        total = 10 * each.quantity if each.open else 0
        arguments = (each.number, None, str(total + more), "", None, str(until))
        if not each.held:
            with pytest.raises(Refused):
                self.supervisor.run(release, *arguments)
            return
        self.supervisor.run(release, *arguments)
        each.held, each.ceiling, each.until = False, total + more, until

    @rule(customer=st.sampled_from(FAMILY), amount=st.integers(1, 60), paid=st.booleans())
    def item(self, customer: str, amount: int, paid: bool) -> None:
        self.items += 1
        kind = "payment" if paid else "invoice"
        number, day = f"{kind} {self.items}", str(self.oracle.today)
        request = ItemRequest(
            customer=customer, kind=kind, number=number, date=day, amount=str(amount)
        )
        self.owner.run(items.take_many, [request])
        kept = self.oracle.paid if paid else self.oracle.owed
        kept[customer] = kept.get(customer, 0) + amount
        if paid:
            pass_on(self.accounts, [customer], "a payment came in")
            self.oracle.pass_on()

    @rule(limit=st.integers(5, 20), own=st.booleans())
    def limit(self, limit: int, own: bool) -> None:
        desk = self.owner if own else self.accounts
        desk.run(account.set_limit, "TIGHT", str(10 * limit))
        for each in self.oracle.orders.values():
            each.own = each.own or (own and each.held and 10 * limit != self.oracle.limit)
        self.oracle.limit = 10 * limit
        pass_on(self.accounts, ["FREE"], "another limit")
        self.oracle.pass_on()

    @rule(days=st.integers(0, 2))
    def night(self, days: int) -> None:
        day = self.oracle.today + timedelta(days=days)
        run(self.owner, day)
        self.oracle.night(day)

    @invariant()
    def what_is_stored_is_the_formula(self) -> None:
        if not hasattr(self, "oracle"):
            return
        for customer in FAMILY:
            shown = self.owner.read(account.show, customer)
            assert shown.exposure == self.oracle.exposure(customer)
            assert shown.family_exposure == self.oracle.family()

    @invariant()
    def what_is_held_is_what_must_be(self) -> None:
        if not hasattr(self, "oracle"):
            return
        for each in self.oracle.orders.values():
            assert self.owner.read(show, each.number).held == each.held, each

    def teardown(self) -> None:
        assert_laws_hold(self.owner)


@pytest.mark.parametrize("examples", [25])
def test_no_sequence_breaks_the_formula_or_passes_what_must_stop(
    desk_of: Callable[[str], Desk], examples: int
) -> None:
    desk_of("owner").run(account.set_parent, "FREE", "TIGHT")

    class Machine(CreditMachine):
        owner = desk_of("owner")
        supervisor = desk_of("supervisor")
        accounts = desk_of("accounts")

    checks: Any = list(HealthCheck)
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=checks,
        ),
    )
