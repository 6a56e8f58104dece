"""Many desks order at the same moment for one limit: no more passes than fits."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from orderdesk.services.credit import account
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold

ROOT = Path(__file__).parents[2]
DEADLINE = 150
"""Seconds until processes that say nothing have failed."""


@pytest.mark.parametrize("family", [False, True], ids=["alone", "family"])
def test_of_eight_orders_at_once_only_those_pass_that_fit(
    url: str, desk_of: Callable[[str], Desk], family: bool
) -> None:
    owner = desk_of("owner")
    customers = ["TIGHT"] * 8
    if family:
        customers = ["TIGHT", "FREE", "ACME", "CASH"] * 2
        for child in customers[1:4]:
            owner.run(account.set_parent, child, "TIGHT")
    command = [sys.executable, "-m", "tests.races.placing", url, "4", *customers]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE, check=False
    )
    assert ended.returncode == 0, ended.stderr
    held = json.loads(ended.stdout)
    # Four of 10.00 each: two orders of 40.00 are within 100.00, and the third is not.
    assert sorted(held) == [[]] * 2 + [["credit_limit"]] * 6
    shown = owner.read(account.show, "TIGHT")
    assert shown.family_exposure == 320
    assert_laws_hold(owner)
