"""Short-closing, reopening and cancelling: stock and exposure go back, charges follow."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import update

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.orders import ChargeRequest
from orderdesk.models.orders import OrderLine
from orderdesk.models.products import Product
from orderdesk.models.stock import Stock
from orderdesk.services.orders import reading
from orderdesk.services.orders.closing import cancel, close_line, reopen
from orderdesk.services.orders.holds import hold, release
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.services.orders.asking import (
    allocated,
    balances,
    line,
    order,
    these,
    versions_and_events,
)

SO1 = "SO-000001"

_line = table_of(OrderLine).c
_SHIPPED = statement(
    update(table_of(OrderLine))
    .where(_line.line == 1)
    .values(shipped=2_000, open=_line.open - 2_000, allocated=_line.allocated - 2_000)
)
_LEFT = statement(
    update(table_of(Stock))
    .where(table_of(Stock).c.product_id == 1)
    .values(
        on_hand=table_of(Stock).c.on_hand - 2_000, allocated=table_of(Stock).c.allocated - 2_000
    )
)
_ARCHIVED = statement(
    update(table_of(Product)).where(table_of(Product).c.code == "P1").values(archived=1)
)


def ship_two(work: Work) -> None:
    """Let two pieces of P1 leave, as a delivery will."""
    work.change(_SHIPPED)
    work.change(_LEFT)


def test_a_line_is_closed_whole_and_its_stock_serves_who_waits(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P2", "5"), line("P1", "2")))
    waiting = desk.run(place, order("ACME", line("P2", "3")))
    after = desk.run(close_line, SO1, 1, reason="customer found one")
    one = after.lines[0]
    assert these(one.ordered, one.open, one.short_closed, one.allocated, one.net) == (5, 0, 5, 0, 0)
    assert (after.stage, after.total) == ("open", Decimal("20.00"))
    assert desk.read(reading.show, waiting.number).lines[0].allocated == 3
    assert balances(desk).exposure["FREE"] == 2000
    assert desk.read(reading.events, SO1)[-1].changes["reason"] == "customer found one"


def test_what_waits_is_closed_before_what_is_promised(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P2", "8")))
    one = desk.run(close_line, SO1, 1, "4").lines[0]
    assert these(one.open, one.allocated, one.backordered, one.short_closed) == (4, 4, 0, 4)
    assert allocated(desk, "P2") == 4


def test_the_last_closed_line_makes_the_order_done_and_reopening_opens_it(desk: Desk) -> None:
    charges = (ChargeRequest(code="freight", amount="5"),)
    desk.run(place, order("FREE", line("P1", "2"), charges=charges))
    done = desk.run(close_line, SO1, 1)
    assert these(done.stage, done.status, done.total, done.charges) == ("done", "confirmed", 0, ())
    back = desk.run(reopen, SO1, 1)
    assert (back.stage, back.total, len(back.charges)) == ("open", Decimal("25.00"), 1)
    assert back.lines[0].allocated == 2


def test_reopening_an_order_opens_every_line_again(desk: Desk) -> None:
    before = desk.run(place, order("FREE", line("P1", "2"), line("P2", "3")))
    desk.run(close_line, SO1, 1)
    desk.run(close_line, SO1, 2, "1")
    assert desk.run(reopen, SO1).lines == before.lines
    with pytest.raises(Refused, match="nothing of order SO-000001 was closed"):
        desk.run(reopen, SO1)


def test_reopening_is_checked_as_growth(desk_of: Callable[[str], Desk]) -> None:
    clerk = desk_of("clerk")
    clerk.run(place, order("TIGHT", line("P1", "9")))
    clerk.run(close_line, SO1, 1)
    clerk.run(place, order("TIGHT", line("P1", "9")))
    assert [each.code for each in clerk.run(reopen, SO1).holds] == ["credit_limit"]


def test_an_archived_product_is_not_reopened(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1", "9")))
    desk.run(close_line, SO1, 1, "1")
    desk.run(lambda work: work.change(_ARCHIVED))
    with pytest.raises(Refused, match="line 1: product 'P1' is archived"):
        desk.run(reopen, SO1)


@pytest.mark.parametrize(
    ("number", "wanted", "quantity", "error", "words"),
    [
        ("SO-7", 1, None, NotFound, "order 'SO-7' is unknown"),
        (SO1, 7, None, NotFound, "has no line 7"),
        (SO1, 1, "3", Refused, "quantity 3 cannot be closed; 2 ea are open"),
        (SO1, 1, "0", Refused, "quantity 0 cannot be closed"),
        (SO1, 1, "x", Refused, "line 1: quantity 'x'"),
    ],
)
def test_bad_closing_is_refused(
    desk: Desk, number: str, wanted: int, quantity: str, error: type[Exception], words: str
) -> None:
    before = desk.run(place, order("FREE", line("P1", "2")))
    with pytest.raises(error, match=words):
        desk.run(close_line, number, wanted, quantity)
    assert desk.read(reading.show, SO1) == before


def test_a_line_is_not_closed_twice(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1", "2"), line("P2")))
    desk.run(close_line, SO1, 1)
    with pytest.raises(Refused, match="line 1: nothing is open"):
        desk.run(close_line, SO1, 1)


def test_cancelling_closes_everything_for_good(desk_of: Callable[[str], Desk]) -> None:
    clerk, supervisor = desk_of("clerk"), desk_of("supervisor")
    charges = (ChargeRequest(code="freight", amount="5"),)
    clerk.run(place, order("TIGHT", line("P2", "5"), line("P1", "10"), charges=charges))
    waiting = clerk.run(place, order("ACME", line("P2", "3")))
    supervisor.run(hold, SO1, None, "wait for a call")
    gone = clerk.run(cancel, SO1, "changed their mind")
    assert these(gone.status, gone.stage, gone.total, gone.charges) == ("cancelled", "done", 0, ())
    assert [these(each.open, each.short_closed) for each in gone.lines] == [(0, 5), (0, 10)]
    assert [(each.released_by, each.reason) for each in gone.holds] == [
        ("system", "the order was cancelled")
    ] * 2
    assert balances(clerk).exposure["TIGHT"] == 0
    assert clerk.read(reading.show, waiting.number).lines[0].allocated == 3
    for again in (cancel, reopen):
        with pytest.raises(Refused, match="was cancelled and stays so; make a new one"):
            clerk.run(again, SO1)
    with pytest.raises(Refused, match="there is nothing to hold"):
        supervisor.run(hold, SO1, None, "late")
    with pytest.raises(Refused, match="system released it"):
        supervisor.run(release, SO1)


def test_an_order_of_closed_lines_can_still_be_cancelled(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1")))
    desk.run(close_line, SO1, 1)
    assert desk.run(cancel, SO1).status == "cancelled"
    assert versions_and_events(desk) == [(3, 3)]


def test_what_has_shipped_is_not_cancelled_but_the_rest_can_be_closed(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1", "5")))
    desk.run(ship_two)
    with pytest.raises(Refused, match="of line 1 2 ea have shipped; close what is still open"):
        desk.run(cancel, SO1)
    after = desk.run(close_line, SO1, 1)
    one = after.lines[0]
    assert these(one.ordered, one.shipped, one.open, one.short_closed) == (5, 2, 0, 3)
    assert (after.stage, after.total) == ("open", Decimal("20.00"))
    assert balances(desk).exposure["FREE"] == 0
