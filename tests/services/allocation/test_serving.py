"""Who gets what: served by rank, taken back from the worst rank, never beyond what there is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from orderdesk.domain.errors import Conflict, Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.services.allocation import losing, serving
from orderdesk.services.allocation.decisions import Served
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase
from orderdesk.store.statements import SQLITE, integer_set, statement, table_of
from orderdesk.store.work import Work
from tests.company import put

P2 = 2
"""A product of the small company with 5 on hand at warehouse 01."""

_line = table_of(OrderLine).c
HELD = statement(
    select(_line.order_id, _line.line, _line.open, _line.allocated).where(
        _line.product_id.in_(select(integer_set("products")))
    )
)


class Wanted(NamedTuple):
    """An order line as the tests put it in."""

    order: int
    line: int
    open: int
    allocated: int = 0
    priority: int = 0
    needed: str = "2026-12-01"
    entered_at: int = 0
    leave_by: str | None = None

    def rank(self) -> tuple[Any, ...]:
        day = self.leave_by or self.needed
        unpromised = self.leave_by is None
        return (-self.priority, unpromised, day, self.entered_at, self.order, self.line)


def put_lines(work: Work, wanted: list[Wanted]) -> None:
    orders = {each.order: each for each in wanted}
    put(
        work,
        SalesOrder,
        [
            {
                "id": number,
                "number": f"T-{number}",
                "customer_id": 4,
                "priority": each.priority,
                "entered_at": each.entered_at,
            }
            for number, each in orders.items()
        ],
    )
    put(
        work,
        OrderLine,
        [
            {
                "order_id": each.order,
                "line": each.line,
                "product_id": P2,
                "ordered": each.open,
                "open": each.open,
                "allocated": each.allocated,
                "needed": each.needed,
                "leave_by": each.leave_by,
                "warehouse": "01",
            }
            for each in wanted
        ],
    )
    serving.take(work, [serving.Taking(P2, "01", each.allocated) for each in wanted])


def held(work: Work) -> dict[tuple[int, int], int]:
    return {(row.order_id, row.line): row.allocated for row in work.run(HELD, {"products": "[2]"})}


@pytest.fixture
def undone(desk: Desk) -> Callable[[], Any]:
    """Give units of work of which nothing stays."""

    @contextmanager
    def unit() -> Iterator[Work]:
        with desk.database.write("clerk", rehearsal=True) as work:
            yield work

    return unit


RANKED = [
    (Wanted(1, 1, 9_000, priority=1, needed="2026-12-09"), Wanted(2, 1, 9_000)),
    (Wanted(2, 1, 9_000, needed="2026-12-01"), Wanted(1, 1, 9_000, needed="2026-12-02")),
    (
        Wanted(2, 1, 9_000, needed="2026-12-09", leave_by="2026-12-10"),
        Wanted(1, 1, 9_000, needed="2026-12-08"),
    ),
    (
        Wanted(2, 1, 9_000, needed="2026-12-09", leave_by="2026-12-10"),
        Wanted(1, 1, 9_000, needed="2026-12-08", leave_by="2026-12-11"),
    ),
    (Wanted(2, 1, 9_000, entered_at=1), Wanted(1, 1, 9_000, entered_at=2)),
    (Wanted(1, 1, 9_000), Wanted(2, 1, 9_000)),
    (Wanted(1, 1, 9_000), Wanted(1, 2, 9_000)),
]


@pytest.mark.parametrize(
    ("better", "worse"),
    RANKED,
    ids=["priority", "date", "promised", "leave by", "time", "id", "line"],
)
def test_the_better_rank_is_served_and_the_worse_one_loses(
    undone: Callable[[], Any], better: Wanted, worse: Wanted
) -> None:
    with undone() as work:
        put_lines(work, [worse, better])
        served = serving.serve_waiting(work, [P2])
        assert [(each.order_id, each.line, each.quantity) for each in served] == [
            (better.order, better.line, 5_000)
        ]
    with undone() as work:
        put_lines(work, [each._replace(open=2_000, allocated=2_000) for each in (better, worse)])
        lost = losing.deallocate(work, P2, "01", 3_000)
        assert [(each.order_id, each.line, each.quantity) for each in lost] == [
            (worse.order, worse.line, -2_000),
            (better.order, better.line, -1_000),
        ]


LINES = st.lists(
    st.builds(
        Wanted,
        order=st.integers(1, 4),
        line=st.integers(1, 4),
        open=st.integers(1, 4_000),
        allocated=st.just(0),
        priority=st.integers(0, 2),
        needed=st.sampled_from(["2026-11-30", "2026-12-01", "2026-12-02"]),
        entered_at=st.integers(0, 2),
        leave_by=st.sampled_from([None, "2026-11-30", "2026-12-02"]),
    ),
    unique_by=lambda each: (each.order, each.line),
    max_size=12,
)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    lines=LINES, taken=st.integers(0, 3_000), lost=st.integers(0, 5_000), piece=st.integers(1, 4)
)
def test_no_line_is_served_ahead_of_a_better_one_and_none_loses_before_a_worse_one(
    undone: Callable[[], Any], lines: list[Wanted], taken: int, lost: int, piece: int
) -> None:
    header = {each.order: each for each in lines}
    lines = [
        each._replace(
            priority=header[each.order].priority, entered_at=header[each.order].entered_at
        )
        for each in lines
    ]
    with pytest.MonkeyPatch.context() as patch, undone() as work:
        patch.setattr(serving, "PIECE", piece)
        put_lines(work, lines)
        # Some stock is not free, so that the lines do not get all that is on hand.
        serving.take(work, [serving.Taking(P2, "01", taken)])
        served = serving.serve_waiting(work, [P2])
        got = held(work)
        free = 5_000 - taken
        for each in sorted(lines, key=Wanted.rank):
            grant = min(each.open, free)
            assert got[each.order, each.line] == grant
            free -= grant
        assert sum(each.quantity for each in served) == sum(got.values())

        remaining = min(lost, sum(got.values()))
        gone = losing.deallocate(work, P2, "01", remaining)
        assert sum(each.quantity for each in gone) == -remaining
        kept = held(work)
        for each in sorted(lines, key=Wanted.rank, reverse=True):
            loss = min(got[each.order, each.line], remaining)
            assert kept[each.order, each.line] == got[each.order, each.line] - loss
            remaining -= loss


def test_serving_again_finds_nothing_more_to_give(undone: Callable[[], Any]) -> None:
    with undone() as work:
        put_lines(work, [Wanted(1, 1, 9_000)])
        assert len(serving.serve_waiting(work, [P2])) == 1
        assert serving.serve_waiting(work, [P2]) == []


def test_a_service_never_takes_stock(desk: Desk, undone: Callable[[], Any]) -> None:
    with undone() as work:
        put_lines(work, [Wanted(1, 1, 9_000)])
        work.change(statement(table_of(OrderLine).update().values(kind="service")))
        assert serving.serve_waiting(work, [P2]) == []


def test_a_line_that_was_closed_meanwhile_is_not_given_more_than_it_has_open(
    undone: Callable[[], Any],
) -> None:
    for quantity in (2_001, -1):
        with undone() as work:
            put_lines(work, [Wanted(1, 1, 2_000)])
            stale = [Served(1, 1, P2, quantity, "01", "SO-1", 0)]
            with pytest.raises(Conflict, match="read them again"):
                serving.move(work, stale)


def test_stock_that_no_line_holds_cannot_be_taken_back(undone: Callable[[], Any]) -> None:
    with undone() as work, pytest.raises(Refused, match="run `orderdesk doctor`"):
        losing.deallocate(work, P2, "01", 1_000)


def test_an_open_order_is_found_by_its_product_and_never_by_a_scan(sqlite_url: str) -> None:
    desk = Desk(sqlite_url, "clerk").open()
    desk.run(place, OrderRequest(customer="FREE", lines=(LineRequest(product="P2", quantity="1"),)))
    database = desk.database
    assert isinstance(database, SqliteDatabase)
    connection = database.connect()
    values = {
        "products": "[2]",
        "passed_over": "[]",
        "last": "2027-01-22",
        "product_id": 2,
        "warehouse": "01",
        "quantity": 1,
        "piece": 5,
    }
    for each in (serving._NEXT_SERVED, losing._NEXT_LOSING):
        sql = each.prepared(SQLITE).sql
        plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
        steps = [step[-1] for step in plan]
        assert any("order_line USING INDEX line_waiting" in step for step in steps)
        assert not [step for step in steps if step.startswith(("SCAN order_line", "SCAN sales"))]
    connection.close()
    desk.close()
