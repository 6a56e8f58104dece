"""Several processes that release one order at the same moment: `python -m tests.races.releasing`.

Takes a database, an order's number and the users who release it, one a process; prints as JSON
what came of each, in the order of the users.
"""

import sys
from collections.abc import Callable
from typing import Any

from orderdesk.domain.errors import OrderDeskError
from orderdesk.services.orders.holds import release
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from tests.races.starting import race


def release_once(wait: Callable[[], None], given: tuple[str, str, str]) -> dict[str, Any]:
    """Release the order when all are ready, and give what came of it."""
    url, number, user = given
    desk = Desk(url, user).open()
    desk.read(show, number)
    wait()
    try:
        return {"code": "released", "version": desk.run(release, number).version}
    except OrderDeskError as error:
        return {"code": error.code, "details": dict(error.details)}
    finally:
        desk.close()


if __name__ == "__main__":
    where, wanted, *users = sys.argv[1:]
    race(release_once, [(where, wanted, user) for user in users])
