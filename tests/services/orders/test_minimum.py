"""The minimum-order charge follows the value of the goods, unless somebody set it by hand."""

from decimal import Decimal

import pytest
from sqlalchemy import update

from orderdesk.domain.orders import AmendRequest, ChargeRequest, LineChange, OrderView
from orderdesk.models.company import Company
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import close_line, reopen
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.services.orders.asking import line, order

SO1 = "SO-000001"
_SET = statement(update(table_of(Company)).values(minimum_order=5_000, minimum_charge=600))


def _minimum(work: Work) -> None:
    work.change(_SET)


def quantity(text: str) -> AmendRequest:
    return AmendRequest(number=SO1, lines=(LineChange(line=1, quantity=text),))


def charges(view: OrderView) -> list[tuple[str, str]]:
    return [(charge.code, str(charge.amount)) for charge in view.charges]


@pytest.fixture
def small(desk: Desk) -> Desk:
    """Give a desk with a minimum of 50.00 and an order of 40.00."""
    desk.run(_minimum)
    assert charges(desk.run(place, order("FREE", line("P1", "4")))) == [("minimum", "6.00")]
    return desk


def test_it_goes_when_the_order_grows_and_comes_back_when_it_shrinks(small: Desk) -> None:
    grown = small.run(amend, quantity("5"))
    assert (charges(grown), grown.total) == ([], Decimal("50.00"))
    shrunk = small.run(amend, quantity("2"))
    assert (charges(shrunk), shrunk.total) == ([("minimum", "6.00")], Decimal("26.00"))


def test_it_comes_to_an_order_that_never_had_it(desk: Desk) -> None:
    desk.run(_minimum)
    assert desk.run(place, order("FREE", line("P1", "9"))).charges == ()
    assert charges(desk.run(amend, quantity("1"))) == [("minimum", "6.00")]


def test_a_change_that_is_not_of_the_goods_leaves_it(small: Desk) -> None:
    by_hand = (ChargeRequest(code="minimum", amount="2"),)
    small.run(amend, AmendRequest(number=SO1, charges=by_hand))
    assert charges(small.run(amend, AmendRequest(number=SO1, note="x"))) == [("minimum", "2.00")]
    assert charges(small.run(amend, quantity("9"))) == [("minimum", "2.00")]


def test_what_we_cannot_deliver_costs_the_buyer_nothing(desk: Desk) -> None:
    desk.run(_minimum)
    desk.run(place, order("FREE", line("P1", "9")))
    assert desk.run(close_line, SO1, 1, "8").charges == ()


def test_a_charge_that_the_order_outgrew_does_not_come_back_by_reopening(small: Desk) -> None:
    small.run(amend, quantity("9"))
    small.run(close_line, SO1, 1, "1")
    assert small.run(reopen, SO1).charges == ()
