"""Why a line has what it has, who is before it, and when it is its turn."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.models.company import Warehouse
from orderdesk.services import backorders, stock
from orderdesk.services.allocation.explaining import explain, show
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from tests.breaking import break_rows
from tests.company import put
from tests.services.orders.asking import line, order

TODAY, LATER, FAR = "2026-11-23", "2026-12-01", "2027-03-01"


def expect(desk_of: Callable[[str], Desk], quantity: str, on: str) -> None:
    """Let goods of P2 be expected."""
    request = SupplyRequest(product="P2", quantity=quantity, due=on)
    desk_of("warehouse").run(announcing.add, request)


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    """Give a desk where the second order has 1 of 4 P2, the third none of 3, the fourth is far."""
    desk.run(place, order("FREE", line("P2", "4")))
    desk.run(place, order("ACME", line("P2", "4")))
    desk.run(place, order("FREE", line("P2", "3"), line("WORK"), requested=LATER))
    desk.run(place, order("GROUP", line("P2", "2"), requested=FAR))
    return desk


def test_the_open_lines_of_a_product_stand_by_rank(waiting: Desk) -> None:
    rows = waiting.read(show, "P2")
    assert [
        (row.place, row.rank, row.order, row.customer, row.allocated, row.backordered)
        for row in rows
    ] == [
        (1, None, "SO-000001", "FREE", 4, 0),
        (2, 1, "SO-000002", "ACME", 1, 3),
        (3, 2, "SO-000003", "FREE", 0, 3),
        (4, 3, "SO-000004", "GROUP", 0, 2),
    ]
    assert [row.needed.isoformat() for row in rows] == [TODAY, TODAY, LATER, FAR]
    assert waiting.read(show, "p2", "01", 1, 2) == rows[1:3]
    with pytest.raises(NotFound, match="warehouse 'XX' is unknown"):
        waiting.read(show, "P2", "XX")


def test_a_rank_is_the_same_wherever_it_is_told(waiting: Desk) -> None:
    waiting.run(put, Warehouse, [{"code": "02", "name": "South"}])
    waiting.run(place, order("ACME", line("P2", "1", warehouse="02")))
    shown = waiting.read(show, "P2")
    assert [row.rank for row in shown if row.warehouse == "02"] == [1]
    told = {row.order: waiting.read(explain, row.order, row.line).rank for row in shown}
    assert {row.order: row.rank for row in shown} == told
    queue = waiting.read(backorders.waiting, "P2", "01").lines
    assert {row.order: row.rank for row in queue} == {
        row.order: row.rank for row in shown if row.rank and row.warehouse == "01"
    }


def test_a_line_that_waits_knows_who_is_before_it_and_when_it_is_its_turn(
    waiting: Desk, desk_of: Callable[[str], Desk]
) -> None:
    expect(desk_of, "4", "2026-12-10")
    expect(desk_of, "9", "2026-12-20")
    told = waiting.read(explain, "3", 1)
    assert (told.order, told.wanted, told.allocated, told.rank) == ("SO-000003", 3, 0, 2)
    assert [(each.order, each.line, each.quantity, each.rank) for each in told.ahead] == [
        ("SO-000002", 1, 3, 1)
    ]
    assert (told.ahead_lines, told.ahead_quantity) == (1, Decimal(3))
    assert told.reason == ("it lacks 3 ea: nothing is free; 1 line comes before it and wants 3 ea")
    assert told.expected_on == date(2026, 12, 20)
    assert waiting.read(explain, "SO-000002", 1).expected_on == date(2026, 12, 10)
    assert waiting.read(explain, "SO-000002", 1).reason == (
        "it lacks 3 ea: nothing is free; it is next"
    )


def test_nobody_knows_when_where_nothing_is_expected_or_bought(waiting: Desk) -> None:
    assert waiting.read(explain, "SO-000003", 1).expected_on is None
    break_rows(waiting, "UPDATE product SET replenishment_days = 10")
    assert waiting.read(explain, "SO-000003", 1).expected_on == date(2026, 12, 4)


def test_a_far_line_waits_for_its_time(waiting: Desk) -> None:
    waiting.run(stock.receive, ReceiveRequest(product="P2", quantity="20"))
    told = waiting.read(explain, "SO-000004", 1)
    assert told.allocated == 0
    assert told.reason.startswith(f"its goods are needed on {FAR}, and what is needed after 2027-")
    assert told.expected_on == date(2026, 12, 31)
    assert told.decisions == ()


def test_a_line_that_has_all_has_the_decisions_that_gave_it(waiting: Desk) -> None:
    waiting.run(stock.receive, ReceiveRequest(product="P2", quantity="20"))
    told = waiting.read(explain, "SO-000002", 1)
    assert (told.rank, told.reason, told.expected_on) == (None, "it has all that it needs", None)
    assert [(each.cause, each.quantity, each.wanted) for each in told.decisions] == [
        ("receipt 5", 3, 3),
        ("entry", 1, 4),
    ]


def test_what_is_kept_for_those_who_were_promised_it_is_said(desk: Desk) -> None:
    desk.run(place, order("GROUP", line("P2", "5"), requested=FAR))
    desk.run(place, order("FREE", line("P2", "2")))
    told = desk.read(explain, "SO-000002", 1)
    assert told.reason.endswith("5 ea are free, but 1 line comes before it and wants 5 ea")


@pytest.mark.parametrize(
    ("number", "of", "says"),
    [
        ("SO-9", 1, "order 'SO-9' is unknown"),
        ("SO-000003", 9, "order SO-000003 has no line 9"),
        ("SO-000003", 2, "never in stock"),
    ],
)
def test_a_line_that_has_no_stock_is_refused(
    waiting: Desk, number: str, of: int, says: str
) -> None:
    with pytest.raises((NotFound, Refused), match=says):
        waiting.read(explain, number, of)
