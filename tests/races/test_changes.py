"""Desks that change different orders for the same scarce goods, and the same order, at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from orderdesk.domain.orders import AmendRequest, LineChange
from orderdesk.services.orders import reading
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import close_line, reopen
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order

ROUNDS = 6
DEADLINE = 120
"""Seconds until a desk that says nothing has failed."""

# The first names the scarce products in one order, the others in the other; two share a customer,
# the last two an order.
ORDERS = ("1", "2", "3", "3")


def change(url: str, number: str, together: Barrier) -> None:
    """Grow and shrink the lines of an order."""
    desk = Desk(url, "clerk").open()
    together.wait(timeout=DEADLINE)
    for turn in range(ROUNDS):
        quantity = str(2 + 3 * (turn % 2))
        lines = tuple(LineChange(line=n, quantity=quantity, note=f"{turn}") for n in (1, 2))
        desk.run(amend, AmendRequest(number=number, lines=lines))
    desk.close()


def test_changes_at_the_same_moment_lose_nothing_and_wait_for_each_other(url: str) -> None:
    first = Desk(url, "clerk").open()
    for customer, *products in (("FREE", "P1", "P2"), ("FREE", "P2", "P1"), ("GROUP", "P2", "P1")):
        first.run(place, order(customer, *(line(each, "40") for each in products)))
    together = Barrier(len(ORDERS))
    with ThreadPoolExecutor(len(ORDERS)) as threads:
        started = [threads.submit(change, url, number, together) for number in ORDERS]
        for each in started:
            each.result(timeout=DEADLINE)
    assert_laws_hold(first)
    shown = [first.read(reading.show, number) for number in ("1", "2", "3")]
    assert [each.version for each in shown[:2]] == [1 + ROUNDS] * 2
    assert {each.ordered for view in shown for each in view.lines} <= {2, 5}
    scarce = [each for view in shown for each in view.lines if each.product == "P2"]
    assert sum(each.allocated for each in scarce) == 5
    first.run(close_line, "1", 2)
    first.run(reopen, "1")
    assert_laws_hold(first)
    first.close()
