"""What the doctor says of expected goods that do not add up."""

import pytest

from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.services import stock
from orderdesk.services.doctor import examine
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from tests.breaking import break_rows

WRECKS = {
    "what came": ("UPDATE supply SET received = 9000, open = 31000", "supply", "9", "10"),
    "what is open": ("UPDATE supply SET open = 31000", "supply", "31", "30"),
    "version": ("UPDATE supply SET version = 5", "supply", "5", "2"),
}


@pytest.mark.parametrize("name", WRECKS)
def test_expected_goods_add_up(desk: Desk, name: str) -> None:
    wanted = SupplyRequest(product="P2", quantity="40", due="2026-12-01")
    number = desk.run(announcing.add, wanted).id
    desk.run(stock.receive, ReceiveRequest(supply=str(number), quantity="10"))
    sql, table, stored, expected = WRECKS[name]
    break_rows(desk, sql)
    [broken] = desk.read(examine)
    assert (broken.table, broken.key, broken.stored, broken.expected) == (
        table, str(number), stored, expected,
    )  # fmt: skip
