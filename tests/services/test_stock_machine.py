"""Any sequence of what is done with stock keeps laws 1 and 2, and agrees with plain books.

The books beside the desk keep one number a place, and know nothing of allocation.
"""

from collections.abc import Callable
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

from orderdesk.domain.counts import CountRequest
from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.stock import AdjustRequest, ReceiveRequest, StatusRequest
from orderdesk.domain.transfers import TRANSIT, TransferRequest
from orderdesk.models.company import Warehouse
from orderdesk.services import counts, statuses, stock, transfers
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.company import put
from tests.laws import assert_laws_hold

PLACES = ("01", "02")
place_of = st.sampled_from(PLACES)
few = st.integers(1, 9)


class StockMachine(RuleBasedStateMachine):
    """The desk and the books, step by step; what one example leaves the next one begins with."""

    desk: Desk

    @initialize()
    def begin(self) -> None:
        seen = self.desk.read(stock.show, "P2")
        self.books = dict.fromkeys((*PLACES, TRANSIT), 0)
        self.books |= {w.warehouse: int(w.on_hand) for w in seen.warehouses}
        self.apart = dict.fromkeys(PLACES, 0)
        self.apart |= {each.warehouse: int(each.on_hand) for each in seen.apart}
        self.sent = {t.number: int(t.open) for t in self.desk.read(transfers.list_)}
        self.books[TRANSIT] = sum(self.sent.values())

    def does(self, act: Callable[..., Any], *asked: Any, **named: Any) -> Any:
        """Give what the desk answers; None where it refused."""
        try:
            return self.desk.run(act, *asked, **named)
        except Refused:
            return None

    @rule(where=place_of, quantity=few)
    def receive(self, where: str, quantity: int) -> None:
        asked = ReceiveRequest(product="P2", quantity=str(quantity), warehouse=where)
        assert self.does(stock.receive, asked) is not None
        self.books[where] += quantity

    @rule(where=place_of, quantity=st.integers(-9, 3).filter(bool))
    def adjust(self, where: str, quantity: int) -> None:
        asked = AdjustRequest(product="P2", quantity=str(quantity), warehouse=where, reason="found")
        done = self.does(stock.adjust, asked)
        assert (done is None) == (self.books[where] + quantity < 0)
        if done is not None:
            self.books[where] += quantity

    @rule(where=place_of, quantity=few)
    def order(self, where: str, quantity: int) -> None:
        lines = (LineRequest(product="P2", quantity=str(quantity)),)
        asked = OrderRequest(customer="FREE", lines=lines, warehouse=where)
        assert self.does(place, asked) is not None

    @rule(where=place_of, quantity=st.integers(0, 20), between=st.integers(0, 3))
    def count(self, where: str, quantity: int, between: int) -> None:
        asked = CountRequest(products=("P2",), warehouse=where)
        sheet = self.does(counts.open_, asked)
        for _ in range(2):
            sheet = self.does(counts.enter, sheet.number, "P2", str(quantity))
        assert [line.state for line in sheet.lines] == ["counted"]
        if between:
            self.receive(where, between)
        assert self.does(counts.post, sheet.number, "Counted") is not None
        self.books[where] = quantity + between

    @rule(where=place_of, quantity=few, back=st.booleans())
    def set_apart(self, where: str, quantity: int, back: bool) -> None:
        before, after = ("quarantine", "free") if back else ("free", "quarantine")
        asked = StatusRequest(
            product="P2", quantity=str(quantity), warehouse=where, before=before, after=after,
            reason="Wet",
        )  # fmt: skip
        done = self.does(statuses.status, asked)
        there = self.apart[where] if back else self.books[where]
        assert (done is None) == (quantity > there)
        if done is not None:
            self.books[where] += quantity if back else -quantity
            self.apart[where] -= quantity if back else -quantity

    @rule(where=place_of, quantity=few)
    def send(self, where: str, quantity: int) -> None:
        [other] = set(PLACES) - {where}
        asked = TransferRequest(product="P2", quantity=str(quantity), source=where, target=other)
        seen = self.desk.read(stock.show, "P2").warehouses
        free = sum(w.available for w in seen if w.warehouse == where)
        done = self.does(transfers.send, asked)
        assert (done is None) == (quantity > free)
        if done is not None:
            self.sent[done.number] = quantity
            self.books[where] -= quantity
            self.books[TRANSIT] += quantity

    @rule(which=st.integers(0, 99), quantity=st.integers(0, 9), rest=st.booleans())
    def take_in(self, which: int, quantity: int, rest: bool) -> None:
        if not self.sent:
            return
        number = sorted(self.sent)[which % len(self.sent)]
        way = self.sent[number]
        more = {"write_off": rest, "reason": "Lost"}
        done = self.does(transfers.receive, number, str(quantity), **more)
        gone = way - quantity if rest else 0
        assert (done is None) == (quantity > way or not (quantity or gone))
        if done is not None:
            self.moved(number, quantity + gone, done.target, quantity)

    @rule(which=st.integers(0, 99))
    def bring_back(self, which: int) -> None:
        if not self.sent:
            return
        number = sorted(self.sent)[which % len(self.sent)]
        done = self.does(transfers.cancel, number)
        self.moved(number, self.sent[number], done.source, self.sent[number])

    def moved(self, number: str, off: int, where: str, came: int) -> None:
        """Book what is no longer on the way, and what of it came to a warehouse."""
        self.books[TRANSIT] -= off
        self.books[where] += came
        self.sent[number] -= off
        if not self.sent[number]:
            del self.sent[number]

    @invariant()
    def the_books_agree(self) -> None:
        if not hasattr(self, "books"):
            return
        seen = self.desk.read(stock.show, "P2")
        lies = {w.warehouse: int(w.on_hand) for w in seen.warehouses}
        assert {where: lies.get(where, 0) for where in PLACES} == {
            where: self.books[where] for where in PLACES
        }
        apart = {each.warehouse: int(each.on_hand) for each in seen.apart}
        assert apart == {where: n for where, n in self.apart.items() if n}
        assert int(seen.expected) == self.books[TRANSIT]
        assert_laws_hold(self.desk)


@pytest.mark.parametrize("examples", [6])
def test_any_sequence_keeps_laws_and_books(desk: Desk, examples: int) -> None:
    desk.run(lambda work: put(work, Warehouse, [{"code": "02"}]))

    class Machine(StockMachine):
        pass

    Machine.desk = desk
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
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
