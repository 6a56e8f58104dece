"""Any sequence of goods announced, moved, received, taken back and ordered, beside plain books.

The books keep what was announced and what came; of the orders they read only what each line has
and needs. What can be promised they find by going through every single day.
"""

from dataclasses import dataclass, field
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
from sqlalchemy import select

from orderdesk.domain.atp import AtpRequest, BasketRequest
from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import LineRequest, OrderFilter, OrderRequest
from orderdesk.domain.stock import AdjustRequest, ReceiveRequest
from orderdesk.domain.supplies import SupplyFilter, SupplyRequest
from orderdesk.models.company import Warehouse
from orderdesk.models.orders import OrderLine
from orderdesk.services import atp, stock
from orderdesk.services.orders import reading as orders
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing, reading
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from tests.company import put
from tests.laws import assert_laws_hold

TODAY = date(2026, 11, 23)
LAST = 40
"""Days that are gone through; nothing happens later."""
PRODUCT, PLACES = "P2", ("01", "02")
BEGUN = {"01": 5, "02": 3}

DAYS = st.integers(-3, 30)
QUANTITIES = st.integers(1, 12)

_line = table_of(OrderLine).c
LINES = statement(
    select(_line.open, _line.allocated, _line.needed, _line.warehouse).where(
        _line.product_id == 2, _line.open > 0
    )
)


def day(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


@dataclass
class Announced:
    """Expected goods as the books have them."""

    place: str
    due: int
    quantity: int
    received: int = 0
    cancelled: int = 0

    @property
    def open(self) -> int:
        return max(0, self.quantity - self.received - self.cancelled)


@dataclass
class Books:
    """What was announced, what lies where, and which receipts there were."""

    supplies: dict[int, Announced] = field(default_factory=dict)
    on_hand: dict[str, int] = field(default_factory=lambda: dict(BEGUN))
    receipts: dict[int, tuple[str, int, int | None]] = field(default_factory=dict)
    """Place, quantity and expected goods of those that were not taken back."""

    def levels(self, place: str, lines: list[Any]) -> list[int]:
        """Give what is left on each day, once all that wait by then are served."""
        held = [each for each in lines if each.warehouse == place]
        left = self.on_hand[place] - sum(each.allocated for each in held) // 1000
        found = []
        for number in range(LAST):
            for each in self.supplies.values():
                comes = 1 if each.due < 0 else each.due
                if each.place == place and comes == number:
                    left += each.open
            for line in held:
                if max(line.needed, day(0)) == day(number):
                    left -= (line.open - line.allocated) // 1000
            found.append(left)
        return found

    def promised(self, place: str, lines: list[Any]) -> list[int]:
        """Give what can still be promised on each day."""
        levels = self.levels(place, lines)
        return [max(0, min(levels[number:])) for number in range(LAST)]


def answers(most: list[int], quantity: int, asked: int) -> tuple[int, Any, list[tuple[Any, int]]]:
    """Give the three answers, found day by day."""
    asked = max(0, asked)
    split, had = [], 0
    for number in range(asked, LAST):
        more = min(quantity, most[number]) - had
        if more > 0:
            split.append((date.fromisoformat(day(number)), more))
            had += more
    return most[asked], split[-1][0] if had == quantity else None, split


class Machine(RuleBasedStateMachine):
    """A desk and its books."""

    desk: Desk

    @initialize()
    def begin(self) -> None:
        for each in self.desk.read(reading.list_, SupplyFilter()):
            self.desk.run(announcing.cancel, each.id)
        for number in numbers(self.desk):
            self.desk.run(cancel, number)
        for where, quantity in BEGUN.items():
            request = AdjustRequest(product=PRODUCT, counted=str(quantity), warehouse=where)
            self.desk.run(stock.adjust, request)
        self.books = Books()

    @rule(place=st.sampled_from(PLACES), quantity=QUANTITIES, due=DAYS)
    def announce(self, place: str, quantity: int, due: int) -> None:
        request = SupplyRequest(
            product=PRODUCT, quantity=str(quantity), due=day(due), warehouse=place
        )
        made = self.desk.run(announcing.add, request)
        self.books.supplies[made.id] = Announced(place, due, quantity)

    @precondition(lambda self: self.books.supplies)
    @rule(data=st.data(), due=DAYS, quantity=st.none() | QUANTITIES)
    def move(self, data: st.DataObject, due: int, quantity: int | None) -> None:
        number = data.draw(st.sampled_from(sorted(self.books.supplies)))
        known = self.books.supplies[number]
        request = SupplyRequest(due=day(due), quantity=None if quantity is None else str(quantity))
        self.desk.run(announcing.set_, number, request)
        known.due = due
        if quantity is not None and quantity != known.quantity:
            known.quantity, known.cancelled = quantity, 0

    @precondition(lambda self: self.books.supplies)
    @rule(data=st.data())
    def call_off(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.books.supplies)))
        known = self.books.supplies[number]
        if not known.open:
            with pytest.raises(Refused, match="nothing of it is expected"):
                self.desk.run(announcing.cancel, number)
            return
        known.cancelled += known.open
        self.desk.run(announcing.cancel, number)

    @precondition(lambda self: self.books.supplies)
    @rule(data=st.data(), quantity=st.none() | QUANTITIES)
    def receive(self, data: st.DataObject, quantity: int | None) -> None:
        number = data.draw(st.sampled_from(sorted(self.books.supplies)))
        known = self.books.supplies[number]
        came = known.open if quantity is None else quantity
        request = ReceiveRequest(supply=str(number), quantity="" if quantity is None else str(came))
        if not came:
            with pytest.raises(Refused, match="nothing is to come"):
                self.desk.run(stock.receive, request)
            return
        self._came(self.desk.run(stock.receive, request), known.place, came, number)
        known.received += came

    @rule(place=st.sampled_from(PLACES), quantity=QUANTITIES)
    def receive_by_surprise(self, place: str, quantity: int) -> None:
        request = ReceiveRequest(product=PRODUCT, quantity=str(quantity), warehouse=place)
        self._came(self.desk.run(stock.receive, request), place, quantity, None)

    def _came(self, done: Any, place: str, quantity: int, supply: int | None) -> None:
        self.books.on_hand[place] += quantity
        self.books.receipts[done.movement.id] = (place, quantity, supply)

    @precondition(lambda self: self.books.receipts)
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.books.receipts)))
        where, quantity, supply = self.books.receipts[number]
        if self.books.on_hand[where] < quantity:
            with pytest.raises(Refused, match="what is gone"):
                self.desk.run(stock.reverse, number)
            return
        self.desk.run(stock.reverse, number)
        del self.books.receipts[number]
        self.books.on_hand[where] -= quantity
        if supply is not None:
            self.books.supplies[supply].received -= quantity

    @rule(place=st.sampled_from(PLACES), counted=st.integers(0, 12))
    def count(self, place: str, counted: int) -> None:
        request = AdjustRequest(product=PRODUCT, counted=str(counted), warehouse=place)
        self.desk.run(stock.adjust, request)
        self.books.on_hand[place] = counted

    @rule(quantity=QUANTITIES, requested=DAYS)
    def order(self, quantity: int, requested: int) -> None:
        line = LineRequest(product=PRODUCT, quantity=str(quantity), requested=day(requested))
        self.desk.run(place, OrderRequest(customer="FREE", lines=(line,)))

    @rule(data=st.data())
    def cancel_an_order(self, data: st.DataObject) -> None:
        if known := numbers(self.desk):
            self.desk.run(cancel, data.draw(st.sampled_from(known)))

    @invariant()
    def what_is_expected_is_as_the_books_say(self) -> None:
        if not hasattr(self, "books"):
            return
        found = {
            each.id: (each.warehouse, each.open)
            for each in self.desk.read(reading.list_, SupplyFilter())
        }
        known = self.books.supplies
        assert found == {n: (each.place, each.open) for n, each in known.items() if each.open}
        shown = self.desk.read(stock.show, PRODUCT)
        assert {w.warehouse: w.on_hand for w in shown.warehouses} == self.books.on_hand
        assert shown.expected == sum(each.open for each in known.values())

    @rule(quantity=st.integers(1, 60), asked=DAYS, more=st.integers(1, 9))
    def promise(self, quantity: int, asked: int, more: int) -> None:
        lines = self.desk.read(lambda work: work.run(LINES))
        first = AtpRequest(product=PRODUCT, quantity=str(quantity), on=day(asked))
        found = self.desk.read(atp.product, first)
        each = {place: self.books.promised(place, lines) for place in PLACES}
        for told in found.warehouses:
            assert same(told, answers(each[told.warehouse], quantity, asked))
        both = [a + b for a, b in zip(*each.values(), strict=True)]
        assert same(found, answers(both, quantity, asked))
        # A second line of the same product gets what the first one leaves.
        second = AtpRequest(product=PRODUCT, quantity=str(more))
        basket = self.desk.read(atp.basket, BasketRequest(lines=(first, second)))
        for part in found.split:
            at = (part.date - TODAY).days
            both = [n - int(part.quantity) * (number >= at) for number, n in enumerate(both)]
        left = [max(0, min(both[number:])) for number in range(LAST)]
        assert same(basket.lines[1], answers(left, more, 0))

    def teardown(self) -> None:
        assert_laws_hold(self.desk)


def same(told: Any, expected: tuple[int, Any, list[tuple[Any, int]]]) -> bool:
    split = [(part.date, int(part.quantity)) for part in told.split]
    assert (told.available_on, told.complete_on, split) == expected
    return True


def numbers(desk: Desk) -> list[str]:
    found = desk.read(orders.list_, OrderFilter(stage="open")).orders
    return sorted(each.number for each in found)


def test_what_can_be_promised_is_what_every_single_day_can_keep(desk: Desk) -> None:
    desk.run(lambda work: put(work, Warehouse, [{"code": "02"}]))
    desk.run(
        stock.receive, ReceiveRequest(product=PRODUCT, quantity="3", warehouse="02", opening=True)
    )
    machine = type("OnThisDesk", (Machine,), {"desk": desk})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
