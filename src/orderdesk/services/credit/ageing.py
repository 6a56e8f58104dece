"""What a customer owes by how late it is, and item by item."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import bindparam, literal_column, select

from orderdesk.domain.credit import AgeingView, Bucket, ItemView
from orderdesk.domain.errors import NotFound
from orderdesk.domain.numbers import amount_decimal, currency_decimals
from orderdesk.domain.text import fold_code
from orderdesk.models.company import Company
from orderdesk.models.customers import Customer, OpenItem
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work

BUCKETS: Final = (("not due", None, 0), ("1-30", 1, 30), ("31-60", 31, 60), ("61-90", 61, 90))
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
    decimals = currency_decimals(row.currency)
    today = date.fromisoformat(row.business_date)
    found = work.run(_OPEN, {"id": row.id, "count": MOST + 1})
    items = [
        ItemView(
            each.kind,
            each.number,
            date.fromisoformat(each.date),
            date.fromisoformat(each.due_date),
            amount_decimal(each.amount, decimals),
            amount_decimal(each.open, decimals),
            max(0, (today - date.fromisoformat(each.due_date)) // timedelta(days=1)),
        )
        for each in found[:MOST]
    ]
    owed = [each for each in items if each.kind == "invoice"]
    buckets = [
        Bucket(
            name,
            sum(
                (each.open for each in owed if (first or 0) <= each.days_late <= last),
                amount_decimal(0, decimals),
            ),
        )
        for name, first, last in BUCKETS
    ]
    oldest = sum(
        (each.open for each in owed if each.days_late > BUCKETS[-1][2]),
        amount_decimal(0, decimals),
    )
    return AgeingView(
        customer=row.code,
        currency=row.currency,
        business_date=today,
        buckets=(*buckets, Bucket(f"over {BUCKETS[-1][2]}", oldest)),
        items=tuple(items),
        more=len(found) > MOST,
    )
