"""Any sequence of what is done with lots keeps laws 1 and 2, and agrees with plain books.

The books beside the desk keep one number a lot and status, and know nothing of allocation.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.stock import EXPIRED, FREE, AdjustRequest, ReceiveRequest, StatusRequest
from orderdesk.services import expiring, lots, nightly, products, statuses, stock
from orderdesk.services.customers import save
from orderdesk.services.orders import closing
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.laws import assert_laws_hold

LOTS = {"L1": 3, "L2": 12, "L3": 40, "L4": None}
"""Each lot with the days that it keeps from the beginning on; one keeps for good."""
lot_of = st.sampled_from(sorted(LOTS))
few = st.integers(1, 9)


class LotMachine(RuleBasedStateMachine):
    """The desk and the books, step by step; what one example leaves the next one begins with."""

    desk: Desk
    began: date

    @initialize()
    def begin(self) -> None:
        self.books = {
            (each.lot, each.status): int(each.on_hand)
            for each in self.desk.read(stock.places, "P3")
        }
        self.orders: list[str] = []

    def does(self, act: Callable[..., Any], *asked: Any) -> Any:
        """Give what the desk answers; None where it refused."""
        try:
            return self.desk.run(act, *asked)
        except Refused:
            return None

    def move(self, lot: str, quantity: int, status: str = FREE) -> None:
        self.books[lot, status] = self.books.get((lot, status), 0) + quantity

    def last(self, lot: str) -> str | None:
        days = LOTS[lot]
        return None if days is None else (self.began + timedelta(days=days)).isoformat()

    @rule(lot=lot_of, quantity=few)
    def receive(self, lot: str, quantity: int) -> None:
        last = self.last(lot)
        asked = ReceiveRequest(product="P3", quantity=str(quantity), lot=lot, expires=last)
        done = self.does(stock.receive, asked)
        over = last is not None and last < self.desk.read(lots.today)
        assert (done is None) == over
        if done is not None:
            self.move(lot, quantity)

    @rule(lot=lot_of, quantity=few)
    def adjust(self, lot: str, quantity: int) -> None:
        asked = AdjustRequest(product="P3", quantity=str(-quantity), lot=lot, reason="found")
        done = self.does(stock.adjust, asked)
        assert (done is None) == (quantity > self.books.get((lot, FREE), 0))
        if done is not None:
            self.move(lot, -quantity)

    @rule(lot=lot_of, quantity=few, back=st.booleans())
    def set_apart(self, lot: str, quantity: int, back: bool) -> None:
        before, after = ("damaged", FREE) if back else (FREE, "damaged")
        asked = StatusRequest(
            product="P3", quantity=str(quantity), lot=lot, before=before, after=after, reason="Wet"
        )
        done = self.does(statuses.status, asked)
        assert (done is None) == (quantity > self.books.get((lot, before), 0))
        if done is not None:
            self.move(lot, -quantity, before)
            self.move(lot, quantity, after)

    @rule(customer=st.sampled_from(("FREE", "ACME")), quantity=few)
    def order(self, customer: str, quantity: int) -> None:
        lines = (LineRequest(product="P3", quantity=str(quantity)),)
        done = self.does(place, OrderRequest(customer=customer, lines=lines))
        assert done is not None
        self.orders.append(done.number)

    @rule(which=st.integers(0, 99), quantity=few)
    def close(self, which: int, quantity: int) -> None:
        if self.orders:
            number = self.orders[which % len(self.orders)]
            self.does(closing.close_line, number, 1, str(quantity))

    @rule(days=st.integers(1, 4))
    def night(self, days: int) -> None:
        on = (date.fromisoformat(self.desk.read(lots.today)) + timedelta(days=days)).isoformat()
        self.desk.run(nightly.move_on, on)
        after: expiring.Key | None = expiring.START
        while after is not None:
            after = self.desk.run(expiring.piece, after, "night").after
        for lot in LOTS:
            last = self.last(lot)
            if last is not None and last < on:
                self.move(lot, self.books.get((lot, FREE), 0), EXPIRED)
                self.books[lot, FREE] = 0

    @invariant()
    def the_books_agree(self) -> None:
        if not hasattr(self, "books"):
            return
        found = self.desk.read(stock.places, "P3")
        lies = {(each.lot, each.status): int(each.on_hand) for each in found}
        assert lies == {place: n for place, n in self.books.items() if n}
        free = sum(n for (_, status), n in self.books.items() if status == FREE)
        assert int(self.desk.read(stock.show, "P3").on_hand) == free
        assert_laws_hold(self.desk)


@pytest.mark.parametrize("examples", [4])
def test_any_sequence_keeps_laws_and_books(desk_of: Callable[[str], Desk], examples: int) -> None:
    desk = desk_of("owner")

    def track(work: Work) -> None:
        products.set_(work, ProductRequest(code="P3", tracked="lot"))
        save.set_(work, CustomerRequest(code="ACME", shelf_life="10", credit_limit=""))

    desk.run(track)

    class Machine(LotMachine):
        pass

    Machine.desk = desk
    Machine.began = date.fromisoformat(desk.read(lots.today))
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
