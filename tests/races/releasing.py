"""Several processes that release one order at the same moment: `python -m tests.races.releasing`.

Takes a database, an order's number and the users who release it, one a process; prints as JSON
what came of each, in the order of the users.
"""

import json
import multiprocessing
import sys
from typing import Any, Final

from orderdesk.domain.errors import OrderDeskError
from orderdesk.services.orders.holds import release
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk

DEADLINE: Final = 60
"""Seconds until a process that has not come to the start has failed."""

# No connection is open yet where these are made, so a fork carries none along.
_METHODS = multiprocessing.get_all_start_methods()
_PROCESSES: Any = multiprocessing.get_context("fork" if "fork" in _METHODS else "spawn")


def release_once(place: int, url: str, user: str, number: str, start: Any, said: Any) -> None:
    """Wait until all are ready, release the order, and say what came of it."""
    desk = Desk(url, user).open()
    desk.read(show, number)
    start.wait(DEADLINE)
    try:
        version = desk.run(release, number).version
    except OrderDeskError as error:
        said.put((place, {"code": error.code, "details": dict(error.details)}))
    else:
        said.put((place, {"code": "released", "version": version}))
    desk.close()


def main() -> None:
    """Start the processes and print what they said."""
    url, number, *users = sys.argv[1:]
    start, said = _PROCESSES.Barrier(len(users)), _PROCESSES.SimpleQueue()
    processes = [
        _PROCESSES.Process(target=release_once, args=(place, url, user, number, start, said))
        for place, user in enumerate(users)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(2 * DEADLINE)
        if process.exitcode != 0:
            sys.exit(f"a process ended with {process.exitcode}")
    answers = dict(said.get() for _ in users)
    print(json.dumps([answers[place] for place in range(len(users))]))


if __name__ == "__main__":
    main()
