"""Many people release the same order at the same moment; one of them does."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from orderdesk.services.orders import reading
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.services.orders.asking import line, order

ROOT = Path(__file__).parents[2]
USERS = ("supervisor", "owner") * 4
DEADLINE = 150
"""Seconds until processes that say nothing have failed."""


def test_of_eight_processes_exactly_one_releases_and_the_others_are_told(
    url: str, desk_of: Callable[[str], Desk]
) -> None:
    clerk = desk_of("clerk")
    placed = clerk.run(place, order("TIGHT", line("P1", "20")))
    assert placed.held
    command = [sys.executable, "-m", "tests.races.releasing", url, placed.number, *USERS]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE, check=False
    )
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)
    codes = [each["code"] for each in said]
    assert sorted(codes) == ["already_released"] * 7 + ["released"]
    winner = USERS[codes.index("released")]
    told = {each["details"]["released_by"] for each in said if each["code"] != "released"}
    after = clerk.read(reading.show, placed.number)
    assert told == {winner} == {hold.released_by for hold in after.holds}
    events = clerk.read(reading.events, placed.number)
    assert [event.kind for event in events] == ["placed", "released"]
    assert after.version == 2
