"""For whom an order begins, and that it can be asked before anything heavy is imported."""

import subprocess
import sys

import pytest

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.services.orders.buyers import buyer
from orderdesk.store.desk import Desk

_FIRST = """
import sys
from orderdesk.services.orders.buyers import buyer
from orderdesk.services.sitting import sitting
from orderdesk.store.desk import Desk

desk = Desk(sys.argv[1], "clerk").open()
print(desk.read(sitting, "clerk").user, desk.read(buyer, "acme").code)
desk.close()
print(*sorted({name.partition(".")[0] for name in sys.modules}))
print(*sorted(name for name in sys.modules if name.startswith("orderdesk.models")))
"""


def test_a_customer_comes_with_what_prices_and_warehouse_they_get(desk: Desk) -> None:
    assert desk.read(buyer, "acme").price_lists == ("ACMELIST", "BASE")
    assert desk.read(buyer, "group").price_lists == ("GROUP", "BASE")
    assert desk.read(buyer, "free").price_lists == ("BASE",)
    assert desk.read(buyer, "free").warehouse == "01"


def test_nobody_begins_an_order(desk: Desk) -> None:
    with pytest.raises(NotFound, match="customer 'NOBODY' is unknown"):
        desk.read(buyer, "nobody")


def test_an_archived_customer_takes_no_more_orders(desk: Desk) -> None:
    with pytest.raises(Refused, match="customer OLD is archived"):
        desk.read(buyer, "old")


def test_who_sits_here_and_who_buys_need_no_models(sqlite_url: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _FIRST, sqlite_url], capture_output=True, text=True, check=True
    )
    found, libraries, models = told.stdout.split("\n")[:3]
    assert found == "clerk ACME"
    assert {"sqlalchemy", "sqlmodel", "pydantic"}.isdisjoint(libraries.split())
    assert models == ""
