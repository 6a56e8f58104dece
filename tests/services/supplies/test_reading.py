"""Expected goods listed by day, page by page, by index."""

import re

import pytest

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyFilter, SupplyRequest
from orderdesk.models.company import Warehouse
from orderdesk.services import availability, stock
from orderdesk.services.supplies import announcing, reading, rows
from orderdesk.store.desk import Desk
from tests.company import put
from tests.plans import plan_of

DUE = ("2026-11-20", "2026-12-05", "2026-12-01", "2026-12-01", "2026-12-24")


@pytest.fixture
def expecting(desk: Desk) -> list[int]:
    """Give the ids of five goods: P1 and P2 by turns, the last at another warehouse."""
    desk.run(lambda work: put(work, Warehouse, [{"code": "02"}]))
    wanted = [
        SupplyRequest(
            product=("P1", "P2")[place % 2],
            quantity="10",
            due=due,
            warehouse="02" if place == 4 else None,
        )
        for place, due in enumerate(DUE)
    ]
    return [desk.run(announcing.add, each).id for each in wanted]


def ids(desk: Desk, wanted: SupplyFilter, page: int = 2) -> list[int]:
    """Give the ids of a list that is read by pages of so many."""
    found: list[int] = []
    due, last = "", 0
    while True:
        seen = desk.read(reading.list_, wanted, after_due=due, after_id=last, limit=page)
        found += [each.id for each in seen]
        if len(seen) < page:
            return found
        due, last = seen[-1].due.isoformat(), seen[-1].id


def test_what_is_expected_comes_by_its_day(desk: Desk, expecting: list[int]) -> None:
    a, b, c, d, e = expecting
    assert ids(desk, SupplyFilter()) == [a, c, d, b, e]
    assert ids(desk, SupplyFilter(product="P1")) == [a, c, e]
    assert ids(desk, SupplyFilter(product="P1", warehouse="02")) == [e]
    assert ids(desk, SupplyFilter(until="2026-12-01")) == [a, c, d]
    assert ids(desk, SupplyFilter(late=True)) == [a]
    assert desk.read(reading.list_, SupplyFilter(late=True))[0].late


def test_what_has_come_or_was_cancelled_is_listed_when_asked(
    desk: Desk, expecting: list[int]
) -> None:
    a, b, c, d, e = expecting
    desk.run(stock.receive, ReceiveRequest(supply=str(a)))
    desk.run(announcing.cancel, b)
    assert ids(desk, SupplyFilter()) == [c, d, e]
    assert ids(desk, SupplyFilter(everything=True)) == [a, b, c, d, e]
    assert ids(desk, SupplyFilter(product="P1", everything=True)) == [a, c, e]


def test_a_list_of_what_is_unknown_says_so(desk: Desk) -> None:
    for wanted, error, words in (
        (SupplyFilter(product="NIX"), NotFound, "'NIX' is unknown"),
        (SupplyFilter(warehouse="99"), NotFound, "'99' is unknown"),
        (SupplyFilter(until="soon"), Refused, "until 'soon' is not a date"),
        (SupplyFilter(late=True, everything=True), Refused, "either late or everything"),
    ):
        with pytest.raises(error, match=words):
            desk.read(reading.list_, wanted)


PLANS = {
    "open": (reading.OPEN, "supply_due"),
    "open of a product": (reading.OPEN_OF, "supply_expected"),
    "all": (reading.ALL, "INTEGER PRIMARY KEY"),
    "all of a product": (reading.ALL_OF, "supply_of"),
    "still to come": (reading.EXPECTED, "supply_expected"),
    "locked": (rows.LOCKED, "MULTI-INDEX OR"),
    "one": (rows.ONE, "INTEGER PRIMARY KEY"),
    "receipts": (reading._RECEIPTS, "movement_of_supply"),
    "promised from": (availability.SUPPLY, "supply_expected"),
}
SORTED = ("open of a product", "still to come", "locked")
"""A handful of rows of one product, put in the order of their days."""


@pytest.mark.parametrize("name", PLANS)
def test_what_is_expected_is_found_by_an_index(sqlite_url: str, name: str) -> None:
    wanted, index = PLANS[name]
    plan = plan_of(sqlite_url, wanted)
    assert not [step for step in plan if re.match(r"SCAN (supply|movement|product)\b", step)
                and "USING" not in step], plan  # fmt: skip
    assert [step for step in plan if index in step], plan
    assert name in SORTED or not [step for step in plan if "TEMP B-TREE" in step], plan
