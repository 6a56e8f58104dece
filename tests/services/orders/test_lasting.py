"""A line with lots that is wanted on another day has only what lasts until then."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.orders import AmendRequest, LineChange
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.promises import PinRequest
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.models.company import RoleRight
from orderdesk.services import lots, products, stock
from orderdesk.services.customers import save
from orderdesk.services.orders import repromising
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.company import put
from tests.laws import assert_laws_hold
from tests.services.allocation.looking import assert_replayed
from tests.services.allocation.test_by_lot import shares
from tests.services.orders.asking import line, order


@pytest.fixture(autouse=True)
def tracked(desk: Desk) -> Iterator[None]:
    """P3 is tracked by lot: 5 of SOON last 20 days, 5 of LATE 80; the laws hold."""

    def add(work: Work) -> None:
        put(work, RoleRight, [{"role": "clerk", "right_code": "promise"}])
        products.set_(work, ProductRequest(code="P3", tracked="lot"))
        save.set_(work, CustomerRequest(code="ACME", shelf_life="30", credit_limit=""))

    desk.run(add)
    for lot, days in (("SOON", 20), ("LATE", 80)):
        asked = ReceiveRequest(product="P3", quantity="5", lot=lot, expires=day(desk, days))
        desk.run(stock.receive, asked)
    yield
    assert_replayed(desk)
    assert_laws_hold(desk)


def day(desk: Desk, days: int) -> str:
    return (date.fromisoformat(desk.read(lots.today)) + timedelta(days=days)).isoformat()


def placed(desk: Desk, quantity: str, customer: str = "FREE") -> str:
    number: str = desk.run(place, order(customer, line("P3", quantity))).number
    return number


def moved(desk: Desk, number: str, days: int, quantity: str | None = None) -> None:
    change = LineChange(line=1, requested=day(desk, days), quantity=quantity)
    desk.run(amend, AmendRequest(number=number, lines=(change,)))


def test_a_later_line_changes_what_expires_before_for_what_lasts(desk: Desk) -> None:
    number = placed(desk, "4")
    assert shares(desk) == [(number, "SOON", 4)]
    # A Friday; on the Sunday it would come on the Monday after its last day.
    moved(desk, number, 18)
    assert shares(desk) == [(number, "SOON", 4)]
    moved(desk, number, 40)
    assert shares(desk) == [(number, "LATE", 4)]


def test_what_it_has_of_lots_that_last_is_left_to_it(desk: Desk) -> None:
    number = placed(desk, "8")
    waits = placed(desk, "6")
    assert shares(desk) == [(number, "LATE", 3), (number, "SOON", 5), (waits, "LATE", 2)]
    moved(desk, number, 40)
    # Who waited gets what does not last for it, and nobody takes what does.
    assert shares(desk) == [(number, "LATE", 3), (waits, "LATE", 2), (waits, "SOON", 4)]


def test_less_of_it_gives_back_first_what_does_not_last(desk: Desk) -> None:
    number = placed(desk, "8")
    moved(desk, number, 40, quantity="2")
    assert shares(desk) == [(number, "LATE", 2)]


def test_the_days_that_its_customer_wants_to_keep_them_count(desk: Desk) -> None:
    number = placed(desk, "4", "ACME")
    assert shares(desk) == [(number, "LATE", 4)]
    desk.run(stock.receive, ReceiveRequest(product="P3", quantity="9", lot="LAST"))
    moved(desk, number, 50)
    assert shares(desk) == [(number, "LATE", 4)]
    moved(desk, number, 51)
    assert shares(desk) == [(number, "LAST", 4)]


def test_what_is_pinned_is_to_last_until_the_pinned_day(desk: Desk) -> None:
    number = placed(desk, "4")
    desk.run(repromising.pin, PinRequest(number=number, line=1, on=day(desk, 3)))
    moved(desk, number, 40)
    assert shares(desk) == [(number, "SOON", 4)]
