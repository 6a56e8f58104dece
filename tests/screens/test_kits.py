"""Kits at the desk: the parts stand below the kit as soon as it is taken."""

from collections.abc import Callable

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.domain.products import ProductRequest
from orderdesk.models.products import Price
from orderdesk.services import goods, kits, products
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.company import put
from tests.screens.test_order_entry import entry_after, shown_after

Opener = Callable[[str | None], OrderDeskApp]


@pytest.fixture
def with_kit(sqlite_url: str) -> str:
    """Let KIT be two P1 and one P2 at 30.00."""
    desk = Desk(sqlite_url, "owner").open()
    desk.run(products.add, ProductRequest(code="KIT", name="Starter", kind="kit", unit="ea"))
    desk.run(kits.keep, "KIT", "P1", "2")
    desk.run(kits.keep, "KIT", "P2", "1")

    def price(work: Work) -> None:
        kit = goods.find(work, ["KIT"])["KIT"].id
        row = {"product_id": kit, "price_list": "BASE", "min_quantity": 0, "valid_from": ""}
        put(work, Price, [{**row, "price": 30_000_000}])

    desk.run(price)
    desk.close()
    return sqlite_url


def test_a_kits_parts_stand_below_it_without_another_key(app_at: Opener, with_kit: str) -> None:
    rows = shown_after(app_at("order-entry"), "free⏎⏎p1⏎90⏎kit⏎7⏎work⏎1⏎")
    at = next(place for place, row in enumerate(rows) if row.split()[:2] == ["2", "KIT"])
    assert rows[at].split()[1:] == ["KIT", "Starter", "7", "EA", "30.00", "210.00", "!5",
                                     "!none", "part"]  # fmt: skip
    assert rows[at + 1].split()[:1] == ["P1"]
    assert "14" in rows[at + 1].split()
    assert rows[at + 2].split()[:1] == ["P2"]
    assert "!5" in rows[at + 2].split()
    assert rows[at + 3].split()[:2] == ["3", "WORK"]


def test_what_an_earlier_line_takes_of_a_part_is_not_the_kits(
    app_at: Opener, with_kit: str
) -> None:
    seen = entry_after(app_at("order-entry"), "free⏎⏎p2⏎4⏎kit⏎3⏎")
    assert seen.message.startswith("#2: 3 asked, 1 at 01, 2 backordered")
    behind = entry_after(app_at("order-entry"), "free⏎⏎kit⏎4⏎p2⏎3⏎")
    assert behind.message.startswith("#2: 3 asked, 1 at 01, 2 backordered")


def test_the_review_names_lines_as_they_are_numbered_on_the_screen(
    app_at: Opener, with_kit: str
) -> None:
    keys = ("free⏎⏎kit⏎7⏎p2⏎3⏎", "f9")
    assert entry_after(app_at("order-entry"), *keys).message.split("\n")[1:] == [
        "line 1 KIT: 2 of 7 backordered, not promised yet",
        "line 1 part P2: 2 of 7 backordered, not promised yet",
        "line 2 P2: 3 of 3 backordered, not promised yet",
    ]
    # The order that was placed has numbers for the parts as well.
    posted = entry_after(app_at("order-entry"), *keys, "f9").message
    assert "line 4 P2: 3 of 3 backordered" in posted


def test_taking_a_kit_says_how_many_can_be_made(app_at: Opener, with_kit: str) -> None:
    seen = entry_after(app_at("order-entry"), "free⏎⏎kit⏎")
    assert "5 free" in seen.message


def test_the_order_has_the_parts(app_at: Opener, with_kit: str) -> None:
    entry_after(app_at("order-entry"), "free⏎⏎kit⏎2⏎", "f9", "f9")
    desk = Desk(with_kit, "owner").open()
    placed = desk.read(show, "SO-000001")
    desk.close()
    assert [(each.product, each.kit_line) for each in placed.lines] == [
        ("KIT", None),
        ("P1", 1),
        ("P2", 1),
    ]
