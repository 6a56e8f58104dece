"""What is owed by how late it is, as of the business date."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from orderdesk.domain.credit import ItemRequest
from orderdesk.domain.errors import NotFound
from orderdesk.services.credit import ageing, items


def item(number: str, due: str, amount: str, kind: str = "invoice") -> ItemRequest:
    return ItemRequest(
        customer="TIGHT", number=number, date="2026-06-01", due_date=due, amount=amount, kind=kind
    )


def test_each_invoice_is_in_the_bucket_of_its_days_past_due(desk_of: Any) -> None:
    desk = desk_of("owner")
    requests = (
        item("A", "2026-11-23", "1.00"),
        item("B", "2026-11-22", "2.00"),
        item("C", "2026-10-24", "4.00"),
        item("D", "2026-10-23", "8.00"),
        item("E", "2026-08-24", "16.00"),
        item("F", "2026-08-25", "32.00"),
        item("P", "2026-06-01", "3.00", "payment"),
    )
    desk.run(items.take_many, requests)
    seen = desk.read(ageing.ageing, "tight")
    assert {each.days: each.amount for each in seen.buckets} == {
        "not due": Decimal("1.00"),
        "1-30": Decimal("6.00"),
        "31-60": Decimal("8.00"),
        "61-90": Decimal("32.00"),
        "over 90": Decimal("16.00"),
    }
    assert [each.number for each in seen.items] == ["P", "E", "F", "D", "C", "B", "A"]
    assert (seen.items[0].open, seen.items[1].days_late) == (Decimal("-3.00"), 91)
    assert (seen.business_date, seen.more) == (date(2026, 11, 23), False)


def test_an_unknown_customer_is_named(desk_of: Any) -> None:
    with pytest.raises(NotFound, match="'nobody' is unknown"):
        desk_of("clerk").read(ageing.ageing, "nobody")
