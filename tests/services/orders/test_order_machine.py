"""Any sequence of placing, changing, closing, copying and cancelling keeps every law of orders."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
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
from sqlalchemy import bindparam, delete, func, select, update

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import AmendRequest, LineChange, LineRequest, OrderRequest, OrderView
from orderdesk.models.customers import Customer
from orderdesk.models.journal import Event
from orderdesk.models.orders import Hold, OrderLine, SalesOrder
from orderdesk.models.products import Product
from orderdesk.models.stock import Demand, Stock
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel, close_line, reopen
from orderdesk.services.orders.copying import copy
from orderdesk.services.orders.holds import release
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import events, show
from orderdesk.store.desk import Desk
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work
from tests.services.orders.asking import balances
from tests.services.orders.oracle import LIMITS, TODAY, Company, Line, Order, RefusedByRule, listed

_line = table_of(OrderLine).c
_FORGET = [
    statement(update(table_of(OrderLine)).values(open=0, allocated=0, short_closed=_line.ordered)),
    statement(
        update(table_of(SalesOrder)).values(open_value=0, exposed=0, due="", status="cancelled")
    ),
    statement(update(table_of(Stock)).values(allocated=0)),
    statement(delete(table_of(Demand))),
    statement(update(table_of(Customer)).values(exposure=0, family_exposure=0)),
]
_order = table_of(SalesOrder).c
_event = table_of(Event).c
_STORED_LINES = statement(
    select(*table_of(OrderLine).columns, table_of(Product).c.code)
    .join_from(table_of(OrderLine), table_of(Product), table_of(Product).c.id == _line.product_id)
    .where(_line.order_id >= bindparam("first"))
    .order_by(_line.order_id, _line.line)
)
_STORED_ORDERS = statement(
    select(
        *table_of(SalesOrder).columns,
        table_of(Customer).c.code,
        select(func.count(_event.version))
        .where(_event.subject_id == _order.id, _event.subject == "order")
        .scalar_subquery()
        .label("events"),
        select(func.count(table_of(Hold).c.id))
        .where(table_of(Hold).c.order_id == _order.id, table_of(Hold).c.released_by.is_(None))
        .scalar_subquery()
        .label("held"),
    )
    .join_from(
        table_of(SalesOrder), table_of(Customer), table_of(Customer).c.id == _order.customer_id
    )
    .where(_order.id >= bindparam("first"))
    .order_by(_order.id)
)

QUANTITIES = {
    "P1": st.sampled_from(["1", "7", "20", "50", "60"]),
    "P2": st.sampled_from(["1", "2", "4"]),
    "P3": st.sampled_from(["0.5", "2.125"]),
    "TAXED": st.just("1"),
    "LAST": st.sampled_from(["1", "2", "3"]),
}
PRODUCTS = st.sampled_from(["P1", "P1", "P2", "P2", "P2", "P3", "TAXED", "LAST"])
DATES = st.sampled_from([None, "2026-11-20", "2026-12-24"])
HAND = st.sampled_from([None, None, "3.3333"])
ITEMS = PRODUCTS.flatmap(lambda p: st.tuples(st.just(p), QUANTITIES[p], HAND))
ORDERS = st.integers(0, 30)
LINES = st.integers(1, 3)
ENDLESS_ID = 10**15


def forget(work: Work) -> None:
    """Leave nothing of the sequence before this one, however it ended."""
    for each in _FORGET:
        work.change(each)


class OrderMachine(RuleBasedStateMachine):
    """The desk beside the oracle; each rule does the same to both."""

    clerk: Desk
    supervisor: Desk

    @initialize()
    def begin(self) -> None:
        self.clerk.run(forget)
        self.company = Company()
        self.numbers: list[str] = []
        self.first = 0
        self.last: OrderView | None = None

    def both(
        self, place: int, change: Callable[[Company], None], service: Any, *arguments: Any
    ) -> OrderView | None:
        """Do the same to both; where the oracle refuses, the desk must, and change nothing."""
        desk = self.supervisor if service is release else self.clerk
        after = self.company.copy()
        try:
            change(after)
            after.changed(place, self.company)
        except RefusedByRule:
            with pytest.raises(Refused):
                desk.run(service, *arguments)
            return None
        if place < len(after.orders) and place < len(self.company.orders):
            changed = after.orders[place] != self.company.orders[place]
            after.orders[place].version += changed
        self.company = after
        self.last = desk.run(service, *arguments)
        return self.last

    def pick(self, chosen: int) -> int:
        return chosen % len(self.numbers)

    def standing(self, company: Company, at: int, line: int | None = None) -> Order:
        order = company.orders[at]
        if order.cancelled or (line is not None and line not in order.lines):
            raise RefusedByRule
        return order

    @rule(
        customer=st.sampled_from(["FREE", "ACME", "TIGHT"]),
        items=st.lists(ITEMS, min_size=1, max_size=3),
        requested=DATES,
    )
    def place(
        self, customer: str, items: list[tuple[str, str, str | None]], requested: str | None
    ) -> None:
        order = Order(customer, requested=requested or TODAY)
        for number, (product, quantity, hand) in enumerate(items, 1):
            order.lines[number] = self.new_line(order, product, quantity, hand)
        lines = tuple(LineRequest(product=p, quantity=q, price=h) for p, q, h in items)
        request = OrderRequest(customer=customer, lines=lines, requested=requested)
        self.add(order, place, request)

    def new_line(self, order: Order, product: str, quantity: str, hand: str | None) -> Line:
        ordered = Decimal(quantity)
        price = Decimal(hand) if hand else listed(order.customer, product, ordered)
        return Line(product, ordered, price, bool(hand), order.requested)

    def add(self, order: Order, service: Any, *arguments: Any) -> None:
        at = len(self.numbers)
        view = self.both(at, lambda company: company.orders.append(order), service, *arguments)
        if view is not None:
            self.numbers.append(view.number)
            self.first = self.first or view.id

    @precondition(lambda self: self.numbers)
    @rule(chosen=ORDERS, number=LINES, data=st.data())
    def change_quantity(self, chosen: int, number: int, data: st.DataObject) -> None:
        at = self.pick(chosen)
        known = self.company.orders[at].lines.get(number)
        if known is None:
            return
        typed = data.draw(QUANTITIES[known.product])

        def change(company: Company) -> None:
            line = self.standing(company, at).lines[number]
            quantity = Decimal(typed)
            if quantity == line.ordered:
                return
            if line.closed and not line.open:
                raise RefusedByRule
            line.closed = min(line.closed, quantity)
            line.ordered = quantity
            if not line.by_hand:
                line.price = listed(company.orders[at].customer, line.product, quantity)

        asked = (LineChange(line=number, quantity=typed),)
        self.both(at, change, amend, AmendRequest(number=self.numbers[at], lines=asked))

    @precondition(lambda self: self.numbers)
    @rule(chosen=ORDERS, number=LINES, hand=st.sampled_from(["", "1", "99.99"]))
    def change_price(self, chosen: int, number: int, hand: str) -> None:
        at = self.pick(chosen)
        if number not in self.company.orders[at].lines:
            return

        def change(company: Company) -> None:
            order = self.standing(company, at)
            line = order.lines[number]
            line.by_hand = bool(hand)
            back = listed(order.customer, line.product, line.ordered)
            line.price = Decimal(hand) if hand else back

        asked = (LineChange(line=number, price=hand),)
        self.both(at, change, amend, AmendRequest(number=self.numbers[at], lines=asked))

    @precondition(lambda self: self.numbers)
    @rule(chosen=ORDERS, item=ITEMS)
    def add_line(self, chosen: int, item: tuple[str, str, str | None]) -> None:
        at = self.pick(chosen)

        def change(company: Company) -> None:
            order = self.standing(company, at)
            order.lines[max(order.lines) + 1] = self.new_line(order, *item)

        product, quantity, price = item
        added = (LineRequest(product=product, quantity=quantity, price=price),)
        self.both(at, change, amend, AmendRequest(number=self.numbers[at], add=added))

    @precondition(lambda self: self.numbers)
    @rule(chosen=ORDERS, number=LINES, part=st.sampled_from([None, "1"]))
    def close(self, chosen: int, number: int, part: str | None) -> None:
        at = self.pick(chosen)
        if number not in self.company.orders[at].lines:
            return

        def change(company: Company) -> None:
            line = self.standing(company, at, number).lines[number]
            closed = line.open if part is None else Decimal(part)
            if not line.open or closed > line.open:
                raise RefusedByRule
            line.closed += closed

        self.both(at, change, close_line, self.numbers[at], number, part)

    @precondition(lambda self: self.numbers)
    @rule(chosen=ORDERS, number=st.none() | LINES)
    def reopen(self, chosen: int, number: int | None) -> None:
        at = self.pick(chosen)
        if number is not None and number not in self.company.orders[at].lines:
            return

        def change(company: Company) -> None:
            lines = self.standing(company, at).lines
            wanted = [*lines.values()] if number is None else [lines[number]]
            if not any(line.closed for line in wanted):
                raise RefusedByRule
            for line in wanted:
                line.closed = Decimal(0)

        self.both(at, change, reopen, self.numbers[at], number)

    @precondition(lambda self: self.numbers)
    @rule(chosen=ORDERS)
    def cancel(self, chosen: int) -> None:
        at = self.pick(chosen)

        def change(company: Company) -> None:
            order = self.standing(company, at)
            order.cancelled, order.held = True, False
            for line in order.lines.values():
                line.closed = line.ordered

        self.both(at, change, cancel, self.numbers[at])

    @precondition(lambda self: self.numbers)
    @rule(chosen=ORDERS)
    def copy(self, chosen: int) -> None:
        at = self.pick(chosen)
        old = self.company.orders[at]
        whole = not any(line.open for line in old.lines.values())
        order = Order(old.customer)
        for line in old.lines.values():
            quantity = line.ordered if whole else line.open
            if quantity:
                hand = str(line.price) if line.by_hand else None
                made = self.new_line(order, line.product, str(quantity), hand)
                order.lines[len(order.lines) + 1] = made
        self.add(order, copy, self.numbers[at])

    @precondition(lambda self: self.numbers)
    @rule(chosen=ORDERS)
    def release(self, chosen: int) -> None:
        at = self.pick(chosen)

        def change(company: Company) -> None:
            order = company.orders[at]
            if not order.held:
                raise RefusedByRule
            order.held, order.ceiling = False, order.total

        self.both(at, change, release, self.numbers[at])

    @invariant()
    def the_last_view_is_what_readers_get(self) -> None:
        if self.last is not None:
            assert self.clerk.read(show, self.last.number) == replace(self.last, warnings=())

    @invariant()
    def every_order_is_as_the_oracle_says(self) -> None:
        orders, lines = self.stored()
        for row, order in zip(orders, self.company.orders, strict=True):
            assert Decimal(row.total) / 100 == order.total
            assert (bool(row.held), row.version) == (order.held, order.version)
            is_open = any(line.open for line in order.lines.values())
            assert (row.status, row.stage) == (
                "cancelled" if order.cancelled else "confirmed",
                "open" if is_open else "done",
            )
        expected = [line for order in self.company.orders for line in order.lines.values()]
        for stored, line in zip(lines, expected, strict=True):
            assert stored.code == line.product
            thousandths = (stored.ordered, stored.open, stored.short_closed, stored.allocated)
            assert tuple(Decimal(each) / 1000 for each in thousandths) == (
                line.ordered,
                line.open,
                line.closed,
                line.allocated,
            )
            assert Decimal(stored.price) / 10**6 == line.price

    @invariant()
    def the_laws_hold(self) -> None:
        orders, lines = self.stored()
        for line in lines:
            assert line.ordered + line.over_shipped == (
                line.shipped + line.open + line.short_closed
            )
            assert 0 <= line.allocated <= line.open
        assert all(order.version == order.events for order in orders)
        kept = balances(self.clerk)
        for product, stock in kept.stock.items():
            of_product = [line for line in lines if line.code == product]
            assert stock.allocated == sum(line.allocated for line in of_product)
            assert stock.allocated <= stock.on_hand
            waits = any(line.open > line.allocated for line in of_product)
            assert stock.allocated == stock.on_hand or not waits
        for customer, exposure in kept.exposure.items():
            assert exposure == sum(row.open_value for row in orders if row.code == customer)
            if customer in LIMITS:
                assert Decimal(exposure) / 100 == self.company.exposure(customer)

    @invariant()
    def what_was_told_last_of_a_line_is_what_it_has(self) -> None:
        orders, lines = self.stored()
        stored = {(line.order_id, str(line.line)): line for line in lines}
        for order in orders:
            told: dict[str, str] = {}
            for event in self.clerk.read(events, order.number):
                if event.kind == "placed":
                    continue
                for number, fields in event.changes.get("lines", {}).items():
                    if "allocated" in fields:
                        told[number] = fields["allocated"][1]
            for number, quantity in told.items():
                assert Decimal(quantity) * 1000 == stored[order.id, number].allocated

    def stored(self) -> tuple[list[Row], list[Row]]:
        """Give the rows of this sequence's orders and lines."""
        first = {"first": self.first or ENDLESS_ID}
        orders, lines = self.clerk.read(
            lambda work: work.run_all([(_STORED_ORDERS, first), (_STORED_LINES, first)])
        )
        return orders, lines


def test_no_sequence_of_changes_breaks_a_law(desk_of: Callable[[str], Desk]) -> None:
    desks = {"clerk": desk_of("clerk"), "supervisor": desk_of("supervisor")}
    machine = type("Machine", (OrderMachine,), desks)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=14,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
