"""Random orders and random receipts: what was promised is there on its day."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import bindparam, update

from orderdesk.domain.available import answers
from orderdesk.domain.calendars import WORKING_WEEK, Calendar
from orderdesk.domain.orders import AmendRequest, LineChange
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.models.customers import Address
from orderdesk.models.orders import OrderLine
from orderdesk.services import availability, masters, stock
from orderdesk.services.allocation import serving
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.place import place
from orderdesk.services.orders.repromising import repromise
from orderdesk.services.supplies import announcing
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.services.allocation.beside import (
    HELD,
    NUMBERS,
    OFFSET,
    P2,
    QUANTITY,
    SET_BUYING,
    SET_DAY,
    SETTINGS,
    START,
    WAYS,
    Unit,
    ways,
)
from tests.services.allocation.plain import DAY
from tests.services.orders.asking import line, order

_line = table_of(OrderLine).c
WINDOW = statement(
    update(table_of(Address))
    .where(table_of(Address).c.customer_id == 4, table_of(Address).c.code == "02")
    .values(calendar="TUESDAYS")
)
TRAVELS = st.sampled_from([*sorted(WAYS), "window", "fetched"])
PROMISE = statement(
    update(table_of(OrderLine))
    .where(_line.order_id == bindparam("order"), _line.line == 1)
    .values(leave_by=bindparam("day"), promised=bindparam("day"))
)


@SETTINGS
@given(
    wanted=st.lists(QUANTITY, min_size=1, max_size=7),
    coming=st.lists(st.tuples(st.sampled_from([2, 3, 8, 15]), QUANTITY), max_size=4),
    horizon=st.sampled_from([0, 3, 30]),
    later=st.lists(st.booleans(), min_size=7, max_size=7),
)
def test_what_was_promised_is_there_on_its_day_when_nothing_changes(
    unit: Unit, wanted: list[int], coming: list[tuple[int, int]], horizon: int, later: list[bool]
) -> None:
    with unit() as work:
        work.change(SET_DAY, {"today": START.isoformat(), "days": horizon})
        for offset, quantity in coming:
            due = (START + offset * DAY).isoformat()
            announcing.add(work, SupplyRequest(product="P2", quantity=str(quantity), due=due))
        promised: dict[int, date | None] = {}
        for number, quantity in enumerate(wanted, 1):
            asked = START + timedelta(days=10) if later[number - 1] else START
            known = availability.known(work, [P2], "01")[P2]
            day = answers(known, quantity * 1_000, asked).all_on
            requested = (day or asked).isoformat()
            place(work, order("FREE", line("P2", str(quantity)), requested=requested))
            if day is not None:
                work.change(PROMISE, {"order": number, "day": requested})
            promised[number] = day
        for offset in range(17):
            today = START + offset * DAY
            work.change(SET_DAY, {"today": today.isoformat(), "days": horizon})
            for arrives, quantity in coming:
                if arrives == offset:
                    stock.receive(work, ReceiveRequest(product="P2", quantity=str(quantity)))
            serving.serve_waiting(work, [P2])
            for row in work.run(HELD):
                day = promised[row.order_id]
                if day is not None and day <= today:
                    assert row.allocated == row.open, f"order {row.order_id} on {today}"


@SETTINGS
@given(
    orders=st.lists(st.tuples(QUANTITY, OFFSET, TRAVELS), min_size=1, max_size=7),
    coming=st.lists(st.tuples(OFFSET, QUANTITY), max_size=4),
    horizon=st.sampled_from([0, 3, 30]),
    within=st.sampled_from([0, 0, 4]),
    handling=st.sampled_from([0, 0, 2]),
)
def test_what_the_desk_promised_is_there_when_it_has_to_leave(
    unit: Unit,
    orders: list[tuple[int, int, str]],
    coming: list[tuple[int, int]],
    horizon: int,
    within: int,
    handling: int,
) -> None:
    """What is bought beyond the replenishment days comes then, and no sooner."""
    with unit() as work:
        roads(work, handling)
        work.change(SET_DAY, {"today": START.isoformat(), "days": horizon})
        work.change(SET_BUYING, {"within": within})
        expected = [
            (announcing.add(work, asked_of(quantity, offset)).id, offset)
            for offset, quantity in coming
        ]
        for quantity, offset, travels in orders:
            enter(work, START + offset * DAY, quantity, travels)
        for offset in range(18):
            today = START + offset * DAY
            work.change(SET_DAY, {"today": today.isoformat(), "days": horizon})
            for supply, arrives in expected:
                if arrives == offset:
                    stock.receive(work, ReceiveRequest(supply=str(supply)))
            if within and offset == within + 1:
                lacks = sum(row.open - row.allocated for row in work.run(HELD)) // 1_000
                if lacks:
                    stock.receive(work, ReceiveRequest(product="P2", quantity=str(lacks)))
            serving.serve_waiting(work, [P2])
            assert_kept(work, today, handling)


ACTS = st.one_of(
    # One object each, or they count as one.
    *(st.tuples(st.just("enter"), QUANTITY, OFFSET, TRAVELS) for _ in range(4)),
    st.tuples(st.just("surplus"), QUANTITY),
    *(st.tuples(st.just("due"), st.integers(0, 3), OFFSET) for _ in range(2)),
    st.tuples(st.just("wish"), st.integers(0, 5), OFFSET),
    st.tuples(st.just("cancel"), st.integers(0, 5)),
    st.tuples(st.just("later"), st.integers(1, 4)),
)


TAKEN = ("enter", 5, 0, "TRUCK")
"""Takes all that is there."""


@SETTINGS
# A line that slipped and has a long way; one whose promise was brought forward.
@example(
    coming=[(2, 4), (8, 4)],
    acts=[TAKEN, ("enter", 4, 0, "BOAT"), ("due", 0, 4)],
    last=[(4, 0, "TRUCK")],
    horizon=30,
    handling=0,
)
@example(
    coming=[(14, 4), (14, 4)],
    acts=[TAKEN, ("enter", 4, 0, "TRUCK"), ("due", 0, 3), ("due", 1, 8)],
    last=[(4, 0, "TRUCK")],
    horizon=30,
    handling=0,
)
@given(
    coming=st.lists(st.tuples(OFFSET, QUANTITY), min_size=1, max_size=4),
    acts=st.lists(ACTS, min_size=3, max_size=9),
    last=st.lists(st.tuples(QUANTITY, OFFSET, TRAVELS), min_size=1, max_size=4),
    horizon=st.sampled_from([0, 3, 30]),
    handling=st.sampled_from([0, 0, 2]),
)
def test_what_was_promised_anew_is_kept_too_whoever_orders_after_it(
    unit: Unit,
    coming: list[tuple[int, int]],
    acts: list[tuple[Any, ...]],
    last: list[tuple[int, int, str]],
    horizon: int,
    handling: int,
) -> None:
    """Promises slip and are brought forward, then nothing changes any more, but for new orders."""
    with unit() as work:
        roads(work, handling)
        days = Days(work, horizon)
        for offset, quantity in coming:
            days.supplies[announcing.add(work, asked_of(quantity, offset)).id] = (
                START + offset * DAY
            )
        for name, *given_ in acts:
            getattr(days, name)(*given_)
        days.promise_anew()
        for quantity, offset, travels in last:
            enter(work, days.today + offset * DAY, quantity, travels)
        for _ in range(30):
            days.receive_due()
            assert_kept(work, days.today, handling)
            days.next_day()


@dataclass
class Days:
    """Days at one shelf, each of which ends with what came and begins with promises made anew."""

    work: Work
    horizon: int
    today: date = START
    supplies: dict[int, date] = field(default_factory=dict)
    dead: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._set_day()

    def enter(self, quantity: int, offset: int, travels: str) -> None:
        enter(self.work, self.today + offset * DAY, quantity, travels)

    def surplus(self, quantity: int) -> None:
        stock.receive(self.work, ReceiveRequest(product="P2", quantity=str(quantity)))

    def due(self, place_: int, offset: int) -> None:
        """Move the day of expected goods, to an earlier or a later one."""
        if place_ < len(self.supplies):
            supply, due = sorted(self.supplies)[place_], self.today + offset * DAY
            self.supplies[supply] = due
            announcing.set_(self.work, supply, SupplyRequest(due=due.isoformat()))

    def wish(self, place_: int, offset: int) -> None:
        """Let a customer want an order on another day."""
        number = self._order(place_)
        if number:
            requested = (self.today + offset * DAY).isoformat()
            changed = LineChange(line=1, requested=requested)
            amend(self.work, AmendRequest(number=number, lines=(changed,)))

    def cancel(self, place_: int) -> None:
        number = self._order(place_)
        if number:
            cancel(self.work, number)
            self.dead.add(place_)

    def later(self, days: int) -> None:
        for _ in range(days):
            self.receive_due()
            self.next_day()
            self.promise_anew()

    def receive_due(self) -> None:
        for supply, due in sorted(self.supplies.items()):
            if due <= self.today:
                stock.receive(self.work, ReceiveRequest(supply=str(supply)))
                del self.supplies[supply]

    def next_day(self) -> None:
        self.today += DAY
        self._set_day()
        serving.serve_waiting(self.work, [P2])

    def promise_anew(self) -> None:
        """Do as a night does: what is free goes to those who wait, then all is promised anew."""
        serving.serve_waiting(self.work, [P2])
        for place_ in range(len(self.work.run(HELD))):
            if place_ not in self.dead:
                repromise(self.work, NUMBERS.format(place_ + 1), "night")

    def _set_day(self) -> None:
        today = self.today.isoformat()
        self.work.change(SET_DAY, {"today": today, "days": self.horizon})

    def _order(self, place_: int) -> str:
        known = place_ < len(self.work.run(HELD)) and place_ not in self.dead
        return NUMBERS.format(place_ + 1) if known else ""


def roads(work: Work, handling: int) -> None:
    """Let carriers take days, address 02 take goods in on Tuesdays alone, and packing take days."""
    ways(work)
    masters.add(work, "calendar", "TUESDAYS", {"week": "tue"})
    work.change(WINDOW)
    masters.set_(work, "warehouse", "01", {"handling_days": str(handling)})


def enter(work: Work, requested: date, quantity: int, travels: str) -> None:
    """Place an order whose goods travel so: by a carrier, into a window, or with the customer."""
    more = {"carrier": travels} if travels in WAYS else {}
    of_line = {"disposition": "pick up"} if travels == "fetched" else {}
    if travels == "window":
        more = {"carrier": "RAIL", "ship_to": "02"}
    wanted = line("P2", str(quantity), **of_line)
    place(work, order("FREE", wanted, requested=requested.isoformat(), **more))


def assert_kept(work: Work, today: date, handling: int) -> None:
    """Check that what has to leave is there, as many working days before as packing takes."""
    for row in work.run(HELD):
        if row.open and row.ship_by is not None:
            start = Calendar(WORKING_WEEK).before(date.fromisoformat(row.ship_by), handling)
            if start <= today:
                assert row.allocated == row.open, f"order {row.order_id} on {today}"


def asked_of(quantity: int, offset: int) -> SupplyRequest:
    """Give what is expected so many days from the first one on."""
    due = (START + offset * DAY).isoformat()
    return SupplyRequest(product="P2", quantity=str(quantity), due=due)
