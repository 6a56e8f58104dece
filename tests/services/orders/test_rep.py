"""Who looks after a sale: as the customer says, or as the order does."""

from collections.abc import Callable

from sqlalchemy import update

from orderdesk.domain.orders import AmendRequest
from orderdesk.models.customers import Customer
from orderdesk.services.orders import reading
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.copying import copy
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.services.orders.asking import line, order

SO1 = "SO-000001"
_LOOKED_AFTER = statement(update(table_of(Customer)).values(rep="17"))


def looked_after(work: Work) -> None:
    """Give every customer somebody who looks after them."""
    work.change(_LOOKED_AFTER)


def test_the_customer_s_rep_is_the_order_s_unless_it_names_another(desk: Desk) -> None:
    desk.run(looked_after)
    assert desk.run(place, order("FREE", line("P1"))).rep == "17"
    assert desk.run(place, order("FREE", line("P1"), rep="23")).rep == "23"
    assert desk.run(place, order("FREE", line("P1"), rep="")).rep == ""


def test_a_rep_is_changed_with_an_event_and_goes_with_a_copy(
    desk_of: Callable[[str], Desk],
) -> None:
    desk = desk_of("clerk")
    desk.run(place, order("FREE", line("P1")))
    assert desk.run(amend, AmendRequest(number=SO1, rep="23")).rep == "23"
    assert desk.read(reading.show, SO1).rep == "23"
    assert desk.read(reading.events, SO1)[-1].changes["rep"] == ["", "23"]
    assert desk.run(copy, SO1).rep == "23"
