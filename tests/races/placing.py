"""Several processes that place an order at the same moment: `python -m tests.races.placing`.

Takes a database, how much each order wants, and the customers who order, one a process; prints as
JSON the codes that hold each order, in the order of the customers.
"""

import sys
from collections.abc import Callable

from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.services.credit.account import show
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.races.starting import race


def place_once(wait: Callable[[], None], given: tuple[str, str, str]) -> list[str]:
    """Place an order when all are ready, and give what holds it."""
    url, quantity, customer = given
    desk = Desk(url, "clerk").open()
    desk.read(show, customer)
    wait()
    lines = (LineRequest(product="P1", quantity=quantity),)
    view = desk.run(place, OrderRequest(customer=customer, lines=lines))
    desk.close()
    return [hold.code for hold in view.holds]


if __name__ == "__main__":
    where, wanted, *customers = sys.argv[1:]
    race(place_once, [(where, wanted, customer) for customer in customers])
