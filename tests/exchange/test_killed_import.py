"""An import whose process is killed, again and again: each order is placed once all the same."""

import csv
import threading
from pathlib import Path

import pytest

from orderdesk.exchange.orders import import_orders
from orderdesk.exchange.runs import Controls, ImportResult, Progress
from orderdesk.exchange.sources import inspect
from orderdesk.services.orders.rows import read_order
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold
from tests.processes import DEADLINE, Crew, Diary

ORDERS = 60
KILLS = 5
UNITS = 3


def imported(url: str, path: str, controls: Controls) -> ImportResult:
    desk = Desk(url, "script").open()
    try:
        return import_orders(desk, inspect(path), controls=controls)
    finally:
        desk.close()


def at_work(diary: Diary, url: str, path: str) -> None:
    """Import some units of work, say how far it is after each, and wait to be killed."""

    def told(now: Progress) -> None:
        diary.say("read", now.read)
        if len(diary.said("read")) == UNITS:
            threading.Event().wait(DEADLINE)

    imported(url, path, Controls(batch=3, progress=told))


@pytest.mark.fault
def test_each_order_is_placed_once_however_often_the_import_is_killed(
    url: str, tmp_path: Path
) -> None:
    path = tmp_path / "in.csv"
    rows = [f"{n},FREE,{'NIX' if n % 7 == 0 else 'P1'},1\n" for n in range(1, ORDERS + 1)]
    path.write_text("order,customer,product,quantity\n" + "".join(rows), encoding="utf-8")
    with Crew(tmp_path / "crew") as crew:
        for number in range(KILLS):
            worker = crew.start(f"import-{number}", at_work, url, str(path))
            worker.wait_for("read")
            worker.kill()
    ended = imported(url, str(path), Controls(batch=3))
    bad = ORDERS // 7
    assert (ended.read, ended.accepted, ended.rejected) == (ORDERS, ORDERS - bad, bad)
    assert ended.skipped >= KILLS
    assert ended.reject_file is not None
    with Path(ended.reject_file).open(encoding="utf-8", newline="") as file:
        rejected = [row["order"] for row in csv.DictReader(file)]
    assert rejected == [str(n) for n in range(7, ORDERS + 1, 7)]
    desk = Desk(url, "clerk").open()
    assert desk.read(read_order, f"SO-{ORDERS - bad:06d}").order.id == ORDERS - bad
    assert_laws_hold(desk)
    desk.close()
