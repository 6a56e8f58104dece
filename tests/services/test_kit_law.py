"""The doctor looks at the parts of kits: closed as their kit is, and without a value."""

import sqlite3

import pytest

from orderdesk.domain.products import ProductRequest
from orderdesk.services import kits, products
from orderdesk.services.doctor import examine
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.services.orders.asking import line, order


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("short_closed = 1000, open = 3000, allocated = 0", "is not closed as its kit is"),
        ("kit_line = 3", "is a part of no kit"),
        ("net = 5", "has a value beside its kit's"),
    ],
)
def test_the_doctor_names_a_part_that_its_kit_does_not_know(
    sqlite_url: str, broken: str, words: str
) -> None:
    clerk = Desk(sqlite_url, "clerk").open()
    clerk.run(products.add, ProductRequest(code="PAIR", name="Pair", kind="kit", unit="ea"))
    clerk.run(kits.keep, "PAIR", "P1", "2")
    clerk.run(place, order("FREE", line("PAIR", "2", price="20")))
    assert [each for each in clerk.read(examine) if each.table == "order_line"] == []
    with sqlite3.connect(sqlite_url) as file:
        file.execute(f"UPDATE order_line SET {broken} WHERE line = 2")
    file.close()
    assert any(words in each.message for each in clerk.read(examine))
    clerk.close()
