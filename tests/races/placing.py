"""Several processes that place an order at the same moment: `python -m tests.races.placing`.

Takes a database, how many lines each order has, and the customers who order, one a process;
prints as JSON the codes that hold each order, in the order of the customers.
"""

import json
import multiprocessing
import sys
from typing import Any, Final

from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.services.credit.account import show
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk

DEADLINE: Final = 60
"""Seconds until a process that has not come to the start has failed."""

# No connection is open yet where these are made, so a fork carries none along.
_METHODS = multiprocessing.get_all_start_methods()
_PROCESSES: Any = multiprocessing.get_context("fork" if "fork" in _METHODS else "spawn")


def place_once(
    place_no: int, url: str, customer: str, quantity: str, start: Any, said: Any
) -> None:
    """Wait until all are ready, place an order, and say what holds it."""
    desk = Desk(url, "clerk").open()
    desk.read(show, customer)
    start.wait(DEADLINE)
    lines = (LineRequest(product="P1", quantity=quantity),)
    view = desk.run(place, OrderRequest(customer=customer, lines=lines))
    said.put((place_no, [hold.code for hold in view.holds]))
    desk.close()


def main() -> None:
    """Start the processes and print what they said."""
    url, quantity, *customers = sys.argv[1:]
    start, said = _PROCESSES.Barrier(len(customers)), _PROCESSES.SimpleQueue()
    processes = [
        _PROCESSES.Process(target=place_once, args=(number, url, customer, quantity, start, said))
        for number, customer in enumerate(customers)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(2 * DEADLINE)
        if process.exitcode != 0:
            sys.exit(f"a process ended with {process.exitcode}")
    answers = dict(said.get() for _ in customers)
    print(json.dumps([answers[number] for number in range(len(customers))]))


if __name__ == "__main__":
    main()
