"""Random orders and random receipts: what was promised is there on its day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import bindparam, update

from orderdesk.domain.available import answers
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.models.orders import OrderLine
from orderdesk.services import availability, stock
from orderdesk.services.allocation import serving
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing
from orderdesk.store.statements import statement, table_of
from tests.services.allocation.beside import (
    HELD,
    OFFSET,
    P2,
    QUANTITY,
    SET_BUYING,
    SET_DAY,
    SETTINGS,
    START,
    Unit,
)
from tests.services.allocation.plain import DAY
from tests.services.orders.asking import line, order

_line = table_of(OrderLine).c
PROMISE = statement(
    update(table_of(OrderLine))
    .where(_line.order_id == bindparam("order"), _line.line == 1)
    .values(first_promised=bindparam("day"), promised=bindparam("day"))
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
    orders=st.lists(st.tuples(QUANTITY, OFFSET), min_size=1, max_size=7),
    coming=st.lists(st.tuples(OFFSET, QUANTITY), max_size=4),
    horizon=st.sampled_from([0, 3, 30]),
    within=st.sampled_from([0, 0, 4]),
)
def test_what_the_desk_promised_is_there_when_it_has_to_leave(
    unit: Unit,
    orders: list[tuple[int, int]],
    coming: list[tuple[int, int]],
    horizon: int,
    within: int,
) -> None:
    """What is bought beyond the replenishment days comes then, and no sooner."""
    with unit() as work:
        work.change(SET_DAY, {"today": START.isoformat(), "days": horizon})
        work.change(SET_BUYING, {"within": within})
        expected = [
            (announcing.add(work, asked_of(quantity, offset)).id, offset)
            for offset, quantity in coming
        ]
        for quantity, offset in orders:
            requested = (START + offset * DAY).isoformat()
            place(work, order("FREE", line("P2", str(quantity)), requested=requested))
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
            for row in work.run(HELD):
                if row.ship_by is not None and row.ship_by <= today.isoformat():
                    assert row.allocated == row.open, f"order {row.order_id} on {today}"


def asked_of(quantity: int, offset: int) -> SupplyRequest:
    """Give what is expected so many days from the first one on."""
    due = (START + offset * DAY).isoformat()
    return SupplyRequest(product="P2", quantity=str(quantity), due=due)
