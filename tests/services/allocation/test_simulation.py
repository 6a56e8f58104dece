"""Random days at a shelf, beside a plain simulation of them; and promises that must be kept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, select, update

from orderdesk.domain.available import answers
from orderdesk.domain.orders import AmendRequest, LineChange
from orderdesk.domain.stock import AdjustRequest, ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.models.company import Company
from orderdesk.models.orders import OrderLine
from orderdesk.models.products import Product
from orderdesk.models.stock import Stock
from orderdesk.services import availability, stock
from orderdesk.services.allocation import serving
from orderdesk.services.doctor import examine
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.services.allocation.plain import DAY, Line, Shelf
from tests.services.orders.asking import line, order

P2 = 2
START = date(2026, 11, 23)
Unit = Callable[[], Any]

_line = table_of(OrderLine).c
HELD = statement(
    select(_line.order_id, _line.open, _line.allocated, _line.first_promised, _line.needed)
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
PROMISE = statement(
    update(table_of(OrderLine))
    .where(_line.order_id == bindparam("order"), _line.line == 1)
    .values(first_promised=bindparam("day"), promised=bindparam("day"))
)


class Undone(Exception):
    """Ends a unit of work of which nothing is to stay."""


@pytest.fixture
def unit(desk_of: Callable[[str], Desk]) -> Unit:
    """Give units of work of which nothing stays."""
    desk = desk_of("owner")

    @contextmanager
    def begun() -> Iterator[Work]:
        # No rehearsal: that takes no numbers, and no two orders may have the same one.
        with suppress(Undone), desk.database.write("owner") as work:
            yield work
            raise Undone

    return begun


QUANTITY = st.integers(1, 9)
OFFSET = st.integers(0, 12)
ACTS = st.one_of(
    st.tuples(st.just("place"), QUANTITY, OFFSET),
    st.tuples(st.just("place"), QUANTITY, OFFSET),
    st.tuples(st.just("receive"), QUANTITY),
    st.tuples(st.just("count"), st.integers(0, 8)),
    st.tuples(st.just("quantity"), st.integers(0, 5), QUANTITY),
    st.tuples(st.just("day"), st.integers(0, 5), OFFSET),
    st.tuples(st.just("cancel"), st.integers(0, 5)),
    st.tuples(st.just("tomorrow")),
)


class Both:
    """The desk and the plain simulation, doing the same."""

    def __init__(self, work: Work, horizon: int, within: int) -> None:
        self.work, self.horizon = work, horizon
        self.shelf = Shelf(START, 5_000, horizon, within)
        self.dead: set[int] = set()
        work.change(SET_DAY, {"today": START.isoformat(), "days": horizon})
        work.change(SET_BUYING, {"within": within})

    def place(self, quantity: int, offset: int) -> None:
        requested = self.shelf.today + offset * DAY
        view = place(
            self.work, order("FREE", line("P2", str(quantity)), requested=requested.isoformat())
        )
        assert view.lines[0].product == "P2"
        row = self.work.run(HELD)[-1]
        new = Line(row.order_id, quantity * 1_000, requested)
        new.promised = date.fromisoformat(row.first_promised) if row.first_promised else None
        self.shelf.enter(new)

    def receive(self, quantity: int) -> None:
        stock.receive(self.work, ReceiveRequest(product="P2", quantity=str(quantity)))
        self.shelf.on_hand += quantity * 1_000
        self.shelf.serve()

    def count(self, counted: int) -> None:
        had = self.shelf.on_hand
        stock.adjust(self.work, AdjustRequest(product="P2", counted=str(counted)))
        if counted * 1_000 < had:
            self.shelf.lose(had - counted * 1_000)
        elif counted * 1_000 > had:
            self.shelf.on_hand = counted * 1_000
            self.shelf.serve()

    def tomorrow(self) -> None:
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

    def day(self, place_: int, offset: int) -> None:
        requested = self.shelf.today + offset * DAY
        found = self._amend(place_, requested=requested.isoformat())
        if found is not None:
            self.shelf.change(found, lambda each: setattr(each, "requested", requested))

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
    assert both.work.run(ON_HAND)[0].on_hand == both.shelf.on_hand
    assert both.shelf.free >= 0


SETTINGS = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SETTINGS
@given(
    acts=st.lists(ACTS, max_size=14),
    horizon=st.sampled_from([0, 3, 30]),
    within=st.sampled_from([0, 0, 4]),
)
def test_every_line_has_what_the_plain_rules_give_it(
    unit: Unit, acts: list[tuple[Any, ...]], horizon: int, within: int
) -> None:
    with unit() as work:
        both = Both(work, horizon, within)
        for name, *given_ in acts:
            getattr(both, name)(*given_)
            agree(both)
        known = availability.known(work, [P2], "01")[P2]
        for quantity in (1_000, 4_000):
            assert answers(known, quantity, both.shelf.today).all_on == both.shelf.first_day(
                quantity
            )
        assert [each for each in examine(work) if each.law <= 3] == []


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
