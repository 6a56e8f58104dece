"""The doctor names every balance of credit that is not what it is made of."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from orderdesk.domain.credit import ItemRequest
from orderdesk.services.credit import items
from orderdesk.services.doctor import examine
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import Statement, statement
from orderdesk.store.work import Work
from tests.services.orders.asking import line, order

NOT_COUNTED = statement(text("UPDATE sales_order SET exposed = 0"))
EXPOSURE = statement(text("UPDATE customer SET exposure = 500, family_exposure = 500 WHERE id = 2"))
DUE = statement(text("UPDATE sales_order SET due = '2026-11-24'"))
FAMILY = statement(text("UPDATE customer SET family_exposure = 1 WHERE id = 2"))
RECEIVABLE = statement(text("UPDATE customer SET receivable = 501 WHERE id = 2"))
UNAPPLIED = statement(text("UPDATE customer SET unapplied = 1 WHERE id = 2"))


def run_statement(work: Work, wanted: Statement) -> None:
    work.change(wanted)


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        ([NOT_COUNTED, EXPOSURE], ("sales_order", "SO-000001", "0.00", "10.00")),
        ([DUE], ("sales_order", "SO-000001", "2026-11-24", "2026-11-23")),
        ([EXPOSURE], ("customer", "TIGHT", "5.00", "15.00")),
        ([FAMILY], ("customer", "TIGHT", "0.01", "15.00")),
        ([RECEIVABLE], ("customer", "TIGHT", "5.01", "5.00")),
        ([UNAPPLIED], ("customer", "TIGHT", "0.01", "0.00")),
    ],
)
def test_a_wrong_balance_is_named_with_what_should_stand_there(
    desk_of: Callable[[str], Desk], wrong: list[Statement], found: tuple[str, ...]
) -> None:
    owner = desk_of("owner")
    owner.run(place, order("TIGHT", line("P1")))
    owner.run(items.take_many, [ItemRequest(customer="TIGHT", number="1", date="", amount="5")])
    assert not owner.read(examine)
    for each in wrong:
        owner.run(run_statement, each)
    broken = owner.read(examine)
    assert [(each.table, each.key, each.stored, each.expected) for each in broken] == [found]
    assert {each.law for each in broken} == {8}
