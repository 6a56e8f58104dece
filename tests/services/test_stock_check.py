"""One product checked: its stock, its days ahead, its answers, and its ledger either way."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from orderdesk.domain.atp import AtpRequest
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.stock import AdjustRequest
from orderdesk.models.company import Warehouse
from orderdesk.services import atp, kits, products, stock, stock_check, substitutes
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase
from orderdesk.store.statements import SQLITE
from tests.company import put
from tests.services.allocation.test_explaining import LATER, expect
from tests.services.orders.asking import line, order


@pytest.fixture
def waiting(desk: Desk, desk_of: Callable[[str], Desk]) -> Desk:
    """Give a desk where 5 P2 lie, 7 are wanted at two days, and 4 come between them."""
    expect(desk_of, "4", "2026-11-30")
    desk.run(place, order("FREE", line("P2", "6")))
    desk.run(place, order("ACME", line("P2", "1"), requested=LATER))
    return desk


def seen(desk: Desk, product: str = "P2", warehouse: str | None = None, **asked: str) -> Any:
    request = AtpRequest(product=product, **asked)
    return desk.read(stock_check.check, request, warehouse)


def test_each_day_says_what_comes_what_is_needed_and_what_is_left(waiting: Desk) -> None:
    days = seen(waiting).days
    assert [(each.warehouse, str(each.date)) for each in days] == [
        ("01", "2026-11-23"),
        ("01", "2026-11-30"),
        ("01", LATER),
    ]
    numbers = [(each.comes, each.needed, each.free, each.promisable) for each in days]
    assert numbers == [(0, 1, -1, 0), (4, 0, 3, 2), (0, 1, 2, 2)]


def test_it_is_the_stock_and_the_answers_that_their_own_commands_give(waiting: Desk) -> None:
    found = seen(waiting, quantity="3", on=LATER)
    assert found.asked == waiting.read(
        atp.product, AtpRequest(product="P2", quantity="3", on=LATER)
    )
    shown = waiting.read(stock.show, "P2")
    assert (found.on_hand, found.allocated, found.expected, found.supplies) == (
        shown.on_hand,
        shown.allocated,
        shown.expected,
        shown.supplies,
    )
    assert (found.least, found.multiple, found.discontinued) == (0, 0, False)
    assert found.bought_from is None


def test_the_day_is_said_from_which_anything_can_be_bought(
    waiting: Desk, desk_of: Callable[[str], Desk]
) -> None:
    request = ProductRequest(code="P2", replenishment_days="10")
    desk_of("admin").run(products.set_, request)
    assert seen(waiting).bought_from == date(2026, 12, 4)


def test_one_warehouse_is_checked_alone(waiting: Desk, desk_of: Callable[[str], Desk]) -> None:
    waiting.run(put, Warehouse, [{"code": "02", "name": "South"}])
    count = AdjustRequest(product="P2", counted="8", warehouse="02")
    desk_of("warehouse").run(stock.adjust, count)
    assert {each.warehouse for each in seen(waiting).days} == {"01", "02"}
    alone = seen(waiting, warehouse="02", quantity="8")
    assert [(each.warehouse, each.free) for each in alone.days] == [("02", 8)]
    assert alone.asked.complete_on == date(2026, 11, 23)


def test_what_stands_in_for_it_and_goes_with_it_is_told(
    waiting: Desk, desk_of: Callable[[str], Desk]
) -> None:
    desk_of("admin").run(substitutes.keep, "P2", "P1")
    desk_of("admin").run(substitutes.keep, "P2", "P3", "complement")
    assert [(each.product, each.kind, each.available) for each in seen(waiting).others] == [
        ("P1", "substitute", 100),
        ("P3", "complement", 0),
    ]


def test_a_kit_says_what_it_is_made_of_and_how_many_can_be_made(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    admin = desk_of("admin")
    admin.run(products.add, ProductRequest(code="KIT", name="Kit", kind="kit", unit="ea"))
    admin.run(kits.keep, "KIT", "P2", "2")
    found = seen(desk, "KIT", quantity="3")
    assert (found.days, found.asked.available_on, found.asked.complete_on) == ((), 2, None)
    assert [(each.product, each.quantity, each.available) for each in found.parts] == [("P2", 2, 5)]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"product": "NO"}, "product 'NO' is unknown"),
        ({"product": "WORK"}, "is a service and never in stock"),
        ({"quantity": "x"}, "quantity"),
        ({"on": "soon"}, "on 'soon'"),
        ({"warehouse": "XX"}, "warehouse 'XX' is unknown"),
    ],
)
def test_what_cannot_be_checked_is_refused(waiting: Desk, asked: Any, says: str) -> None:
    with pytest.raises((NotFound, Refused), match=says):
        seen(waiting, **asked)


def test_the_ledger_is_read_either_way_from_any_entry(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    for counted in ("6", "7", "8"):
        desk_of("warehouse").run(stock.adjust, AdjustRequest(product="P2", counted=counted))

    def read(key: int | None = None, **asked: Any) -> tuple[list[int], bool]:
        found = desk.read(stock_check.moves, "P2", key, **asked)
        return [each.id for each in found.entries], found.more

    every, _ = read()
    assert every == sorted(every, reverse=True)
    assert read(limit=2) == (every[:2], True)
    assert read(every[1]) == (every[2:], False)
    assert read(every[1], including=True) == (every[1:], False)
    assert read(every[2], before=True, limit=1) == (every[1:2], True)
    assert read(every[2], before=True, including=True) == (every[:3], False)
    assert read(None, before=True, limit=1) == (every[-1:], True)


def test_the_ledger_is_read_by_its_index(sqlite_url: str) -> None:
    desk = Desk(sqlite_url, "clerk").open()
    assert isinstance(desk.database, SqliteDatabase)
    for each in (stock_check.NEWER, stock_check.OLDER):
        prepared = each.prepared(SQLITE)
        asked = {"product": 1, "key": 1, "most": 1}
        rows = desk.database.connect().execute(f"EXPLAIN QUERY PLAN {prepared.sql}", asked)
        steps = [row[3] for row in rows]
        assert any("INDEX movement_of" in step for step in steps), steps
        assert not any("TEMP B-TREE" in step for step in steps), steps
    desk.close()
