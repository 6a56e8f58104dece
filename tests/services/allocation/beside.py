"""The desk and the plain simulation side by side, doing the same at one shelf."""

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, select, update

from orderdesk.domain.available import answers
from orderdesk.domain.counts import CountRequest
from orderdesk.domain.orders import AmendRequest, LineChange
from orderdesk.domain.stock import AdjustRequest, ReceiveRequest, StatusRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.domain.transfers import TransferRequest
from orderdesk.models.company import Company
from orderdesk.models.orders import OrderLine
from orderdesk.models.products import Product
from orderdesk.models.stock import Stock
from orderdesk.services import (
    availability,
    carriers,
    counts,
    masters,
    statuses,
    stock,
    transfers,
)
from orderdesk.services.allocation import serving
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.place import place
from orderdesk.services.orders.repromising import repromise
from orderdesk.services.supplies import announcing
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.faults.grabs import AWAY, second_warehouse
from tests.services.allocation.plain import DAY, Coming, Line, Shelf
from tests.services.orders.asking import line, order

Unit = Callable[[], Any]
P2 = 2
START = date(2026, 11, 23)

_line = table_of(OrderLine).c
HELD = statement(
    select(
        _line.order_id,
        _line.open,
        _line.allocated,
        _line.leave_by,
        _line.needed,
        _line.ship_by,
    )
    .where(_line.product_id == P2)
    .order_by(_line.order_id)
)
ON_HAND = statement(
    select(table_of(Stock).c.on_hand).where(
        table_of(Stock).c.product_id == P2, table_of(Stock).c.warehouse == "01"
    )
)
SET_DAY = statement(
    update(table_of(Company)).values(
        business_date=bindparam("today"), allocation_horizon=bindparam("days")
    )
)
SET_BUYING = statement(update(table_of(Product)).values(replenishment_days=bindparam("within")))

WAYS = {"TRUCK": 0, "RAIL": 3, "BOAT": 9}
"""Carriers, and how many days their goods are on the way."""
WAY = st.sampled_from(sorted(WAYS))
QUANTITY = st.integers(1, 9)
OFFSET = st.integers(0, 12)
SETTINGS = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def ways(work: Work) -> None:
    """Let carriers take as many days as `WAYS` says."""
    for code, days in WAYS.items():
        masters.add(work, "carrier", code, {})
        carriers.set_zone(work, code, {"lead_days": str(days)})


class Both:
    """The desk and the plain simulation, doing the same."""

    def __init__(self, work: Work, horizon: int, within: int) -> None:
        self.work, self.horizon = work, horizon
        self.shelf = Shelf(START, 5_000, horizon, within)
        self.dead: set[int] = set()
        self.supplies: list[int] = []
        self.expected: list[Coming] = []
        self.on_the_way: list[str] = []
        self.transfers: list[Coming] = []
        self.set_apart = 0
        second_warehouse(work)
        ways(work)
        work.change(SET_DAY, {"today": START.isoformat(), "days": horizon})
        work.change(SET_BUYING, {"within": within})

    def place(self, quantity: int, offset: int, way: str) -> None:
        requested = self.shelf.today + offset * DAY
        wanted = line("P2", str(quantity))
        view = place(self.work, order("FREE", wanted, requested=requested.isoformat(), carrier=way))
        assert view.lines[0].product == "P2"
        row = self.work.run(HELD)[-1]
        new = Line(row.order_id, quantity * 1_000, requested, WAYS[way])
        self.shelf.enter(new)
        self._promised(new)

    def _promised(self, line_: Line) -> None:
        """Take over what the desk promises of a line."""
        [row] = [row for row in self.work.run(HELD) if row.order_id == line_.number]
        line_.promise(date.fromisoformat(row.ship_by) if row.ship_by else None)

    def receive(self, quantity: int) -> None:
        stock.receive(self.work, ReceiveRequest(product="P2", quantity=str(quantity)))
        self.shelf.on_hand += quantity * 1_000
        self.shelf.serve()

    def count(self, counted: int) -> None:
        had = self.shelf.on_hand
        stock.adjust(self.work, AdjustRequest(product="P2", counted=str(counted)))
        self._put_right(had, counted * 1_000)

    def _put_right(self, had: int, counted: int) -> None:
        if counted < had:
            self.shelf.lose(had - counted)
        elif counted > had:
            self.shelf.on_hand = counted
            self.shelf.serve()

    def send(self, quantity: int) -> None:
        """Send free goods to the other warehouse; what is promised stays."""
        free = self.shelf.free // 1_000
        if free > 0:
            asked = TransferRequest(product="P2", quantity=str(min(free, quantity)), target=AWAY)
            transfers.send(self.work, asked)
            self.shelf.on_hand -= min(free, quantity) * 1_000

    def bring(self, quantity: int, offset: int) -> None:
        """Let goods come from the other warehouse on a day."""
        due = self.shelf.today + offset * DAY
        asked = ReceiveRequest(product="P2", quantity=str(quantity), warehouse=AWAY)
        stock.receive(self.work, asked)
        sent = TransferRequest(
            product="P2", quantity=str(quantity), source=AWAY, target="01", due=due.isoformat()
        )
        self.on_the_way.append(transfers.send(self.work, sent).number)
        self.transfers.append(self.shelf.expect(due, quantity * 1_000))

    def arrive(self, place_: int) -> None:
        if place_ < len(self.on_the_way):
            transfers.receive(self.work, self.on_the_way.pop(place_))
            self.shelf.arrive(self.transfers.pop(place_))

    def apart(self, quantity: int) -> None:
        """Set goods apart, those that lines have too."""
        there = min(quantity, self.shelf.on_hand // 1_000)
        if there:
            asked = StatusRequest(
                product="P2", quantity=str(there), after="quarantine", reason="wet"
            )
            statuses.status(self.work, asked)
            self.shelf.lose(there * 1_000)
            self.set_apart += there

    def usable(self, quantity: int) -> None:
        there = min(quantity, self.set_apart)
        if there:
            asked = StatusRequest(
                product="P2", quantity=str(there), before="quarantine", reason="dry"
            )
            statuses.status(self.work, asked)
            self.set_apart -= there
            self.shelf.on_hand += there * 1_000
            self.shelf.serve()

    def sheet(self, found: int) -> None:
        """Count on a sheet, again where that is asked for."""
        had = self.shelf.on_hand
        number = counts.open_(self.work, CountRequest(products=("P2",))).number
        for _ in range(2):
            view = counts.enter(self.work, number, "P2", str(found))
            if view.lines[0].state == "counted":
                break
        counts.post(self.work, number, "counted")
        self._put_right(had, found * 1_000)

    def expect(self, quantity: int, offset: int) -> None:
        due = self.shelf.today + offset * DAY
        asked = SupplyRequest(product="P2", quantity=str(quantity), due=due.isoformat())
        self.supplies.append(announcing.add(self.work, asked).id)
        self.expected.append(self.shelf.expect(due, quantity * 1_000))

    def due(self, place_: int, offset: int) -> None:
        """Move the day of expected goods."""
        if place_ < len(self.supplies):
            due = self.shelf.today + offset * DAY
            announcing.set_(self.work, self.supplies[place_], SupplyRequest(due=due.isoformat()))
            self.expected[place_].due = due

    def come(self, place_: int, quantity: int) -> None:
        """Receive some of what was expected, or all and more."""
        if place_ < len(self.supplies):
            supply = str(self.supplies[place_])
            stock.receive(self.work, ReceiveRequest(quantity=str(quantity), supply=supply))
            self.shelf.come(self.expected[place_], quantity * 1_000)
            if not self.expected[place_].quantity:
                del self.supplies[place_], self.expected[place_]

    def forget(self, place_: int) -> None:
        """Expect nothing more of goods."""
        if place_ < len(self.supplies):
            announcing.cancel(self.work, self.supplies.pop(place_))
            self.shelf.coming.remove(self.expected.pop(place_))

    def later(self, days: int) -> None:
        """Let days pass; each begins with a run."""
        for _ in range(days):
            self._tomorrow()

    def _tomorrow(self) -> None:
        self.shelf.today += DAY
        today = self.shelf.today.isoformat()
        self.work.change(SET_DAY, {"today": today, "days": self.horizon})
        serving.serve_waiting(self.work, [P2])
        self.shelf.serve()

    def _amend(self, place_: int, **change: Any) -> Line | None:
        if place_ >= len(self.shelf.lines) or place_ in self.dead:
            return None
        changed = LineChange(line=1, **change)
        amend(self.work, AmendRequest(number=self._number(place_), lines=(changed,)))
        return self.shelf.lines[place_]

    def _number(self, place_: int) -> str:
        return NUMBERS.format(place_ + 1)

    def quantity(self, place_: int, quantity: int) -> None:
        found = self._amend(place_, quantity=str(quantity))
        if found is not None:
            self.shelf.change(found, lambda each: setattr(each, "open", quantity * 1_000))
            self._promised(found)

    def day(self, place_: int, offset: int) -> None:
        requested = self.shelf.today + offset * DAY
        found = self._amend(place_, requested=requested.isoformat())
        if found is not None:
            self.shelf.change(found, lambda each: setattr(each, "requested", requested))
            self._promised(found)

    def reroute(self, place_: int, way: str) -> None:
        """Send an order another way."""
        if place_ < len(self.shelf.lines) and place_ not in self.dead:
            amend(self.work, AmendRequest(number=self._number(place_), carrier=way))
            found = self.shelf.lines[place_]
            self.shelf.change(found, lambda each: setattr(each, "way", WAYS[way]))
            self._promised(found)

    def renew(self) -> None:
        """Promise all orders anew, as a night does."""
        for place_, found in enumerate(self.shelf.lines):
            repromise(self.work, self._number(place_), "night")
            self._promised(found)

    def cancel(self, place_: int) -> None:
        if place_ >= len(self.shelf.lines) or place_ in self.dead:
            return
        cancel(self.work, self._number(place_))
        self.dead.add(place_)
        self.shelf.change(self.shelf.lines[place_], lambda each: setattr(each, "open", 0))


NUMBERS = "SO-{:06d}"
"""The orders' numbers, by their place from 1 on."""


def agree(both: Both) -> None:
    rows = both.work.run(HELD)
    assert [row.allocated for row in rows] == [each.has for each in both.shelf.lines]
    ranks = [each.leave_by and str(each.leave_by) for each in both.shelf.lines]
    assert [row.leave_by for row in rows] == ranks
    assert [row.needed for row in rows] == [str(each.needed) for each in both.shelf.lines]
    assert both.work.run(ON_HAND)[0].on_hand == both.shelf.on_hand
    assert both.shelf.free >= 0
    both.shelf.assert_nobody_is_passed_over()
    known = availability.known(both.work, [P2], "01")[P2]
    promisable = both.shelf.promisable(both.shelf.today)
    assert max(0, known.available()[0][1]) == promisable
    for quantity in (1_000, 4_000):
        first = answers(known, quantity, both.shelf.today).all_on
        assert first == both.shelf.first_day(quantity)
