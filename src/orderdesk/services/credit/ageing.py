"""What a customer owes by how late it is, and item by item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, literal_column, select

from orderdesk.domain.credit import AgeingView, Bucket, ItemView
from orderdesk.domain.errors import NotFound
from orderdesk.domain.numbers import amount_decimal, currency_decimals
from orderdesk.domain.text import fold_code
from orderdesk.models.company import Company
from orderdesk.models.customers import Customer, OpenItem
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

BUCKETS: Final = (("not due", 0, 0), ("1-30", 1, 30), ("31-60", 31, 60), ("61-90", 61, 90))
"""Days past due, first and last of each; what is older comes behind them."""

MOST: Final = 500
"""Items at most that are looked at; the oldest due come first."""

_customer = table_of(Customer).c
_item = table_of(OpenItem).c
_CUSTOMER: Final = statement(
    select(_customer.id, _customer.code, _customer.currency, table_of(Company).c.business_date)
    .join_from(table_of(Customer), table_of(Company), literal_column("1") == literal_column("1"))
    .where(_customer.code == bindparam("customer"))
)
_OPEN: Final = statement(
    select(_item.kind, _item.number, _item.date, _item.due_date, _item.amount, _item.open)
    .where(_item.customer_id == bindparam("id"), _item.open != literal_column("0"))
    .order_by(_item.due_date, _item.id)
    .limit(bindparam("count"))
)


def ageing(work: Work, customer: str) -> AgeingView:
    """Give what is open as of the business date, in buckets of days past due. Raises NotFound.

    Of a customer with more open items than `MOST` only the oldest due are counted, and it is said.
    """
    row = work.one(_CUSTOMER, {"customer": fold_code(customer)})
    if row is None:
        raise NotFound(
            "unknown_customer",
            f"customer {customer!r} is unknown; search with `orderdesk customer list`",
            customer=customer,
        )
    today = date.fromisoformat(row.business_date)
    found = work.run(_OPEN, {"id": row.id, "count": MOST + 1})
    items = [_item_view(each, today, currency_decimals(row.currency)) for each in found[:MOST]]
    return AgeingView(
        customer=row.code,
        currency=row.currency,
        business_date=today,
        buckets=_buckets([each for each in items if each.kind == "invoice"]),
        items=tuple(items),
        more=len(found) > MOST,
    )


def _item_view(row: Row, today: date, decimals: int) -> ItemView:
    due = date.fromisoformat(row.due_date)
    return ItemView(
        row.kind,
        row.number,
        date.fromisoformat(row.date),
        due,
        amount_decimal(row.amount, decimals),
        amount_decimal(row.open, decimals),
        max(0, (today - due) // timedelta(days=1)),
    )


def _buckets(owed: Sequence[ItemView]) -> tuple[Bucket, ...]:
    """Add up what is owed by how late it is."""
    found = [
        Bucket(name, sum((i.open for i in owed if first <= i.days_late <= last), Decimal(0)))
        for name, first, last in BUCKETS
    ]
    oldest = BUCKETS[-1][2]
    late = sum((i.open for i in owed if i.days_late > oldest), Decimal(0))
    return (*found, Bucket(f"over {oldest}", late))
