"""What was seen before a lock was waited for is looked at again behind it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from orderdesk.domain.errors import Refused
from orderdesk.services import masters
from orderdesk.services.credit import account
from orderdesk.store.desk import Desk
from tests.conftest import on_postgres
from tests.processes import until
from tests.races.waiting import DEADLINE, somebody_waits

pytestmark = on_postgres


def meanwhile(url: str, changes: str, service: Any, *asked: Any) -> None:
    """Run a service while somebody else, who is first, changes something and then commits."""
    other = Desk(url, "owner").open()
    rival, watcher = other.database.connect(), other.database.connect()
    rival.execute("BEGIN")
    rival.execute(changes)
    with ThreadPoolExecutor(1) as thread:
        try:
            running = thread.submit(_run, url, service, *asked)
            until(lambda: running.done() or somebody_waits(watcher), "one who waits", DEADLINE)
        finally:
            rival.execute("COMMIT")
        try:
            running.result(timeout=DEADLINE)
        finally:
            for each in (rival, watcher, other):
                each.close()


def _run(url: str, service: Any, *asked: Any) -> None:
    desk = Desk(url, "owner").open()
    try:
        desk.run(service, *asked)
    finally:
        desk.close()


def test_two_owners_do_not_unmake_each_other(url: str) -> None:
    desk = Desk(url, "owner").open()
    desk.run(masters.set_, "user", "senior", {"role": "owner"})
    desk.close()
    changes = "UPDATE desk_user SET role = 'clerk' WHERE name = 'senior'"
    with pytest.raises(Refused, match="user 'owner' is the only owner"):
        meanwhile(url, changes, masters.set_, "user", "owner", {"role": "clerk"})


def test_nobody_becomes_a_child_who_became_a_parent_meanwhile(url: str) -> None:
    changes = (
        "UPDATE customer SET family_exposure = family_exposure WHERE code = 'TIGHT';"
        " UPDATE customer SET parent_id = (SELECT id FROM customer WHERE code = 'TIGHT')"
        " WHERE code = 'ACME'"
    )
    with pytest.raises(Refused, match="TIGHT is a parent itself"):
        meanwhile(url, changes, account.set_parent, "TIGHT", "FREE")
