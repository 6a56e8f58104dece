"""What is expected of a customer's credit: what is paid when, what counts from when, which limit.

Open items are taken to be paid as late as this customer pays, by the mean of what was settled;
orders count from the day on which they are due within the credit horizon.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import accumulate
from typing import Final, NamedTuple

from sqlalchemy import bindparam, literal_column, select

from orderdesk.domain.numbers import amount_said, currency_decimals
from orderdesk.models.customers import Customer, OpenItem
from orderdesk.models.orders import SalesOrder
from orderdesk.services.credit import exposure
from orderdesk.services.credit.checks import Standing
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

SETTLED: Final = 200
"""How many settled invoices, the newest, a customer's lateness is reckoned of."""

_customer = table_of(Customer).c
_item = table_of(OpenItem).c
_order = table_of(SalesOrder).c

_OPEN: Final = statement(
    select(_item.number, _item.due_date, _item.open, _customer.code)
    .join_from(table_of(Customer), table_of(OpenItem), _item.customer_id == _customer.id)
    .where(
        exposure.family(_customer),
        literal_column("open_item.open <> 0"),
        _item.open > literal_column("0"),
    )
    .order_by(_item.due_date, _item.id)
)
_SETTLED: Final = statement(
    select(_item.due_date, _item.settled_on)
    .where(
        _item.customer_id == bindparam("customer_id"),
        _item.kind == literal_column("'invoice'"),
        _item.settled_on.is_not(None),
    )
    .order_by(_item.id.desc())
    .limit(literal_column(str(SETTLED)))
)
_COMING: Final = statement(
    select(_order.number, _order.due, _order.open_value)
    .join_from(table_of(Customer), table_of(SalesOrder), _order.customer_id == _customer.id)
    .where(
        exposure.family(_customer),
        *exposure.UNEXPOSED,
    )
    .order_by(_order.due, _order.id)
)


class Change(NamedTuple):
    """What is expected on a day, in minor units."""

    on: str
    """ISO."""
    change: int
    what: str


class Item(NamedTuple):
    """An open invoice and the day, ISO, on which it is expected to be paid."""

    due: str
    on: str
    open: int
    """Minor units."""
    number: str
    owner: str
    """Its customer's code."""


class Owed:
    """Open items of one customer or of a family, as they are expected to be on any day."""

    def __init__(self, items: Iterable[Item]) -> None:
        """Take the items, the first due first, which are then the first paid."""
        some = list(items)
        self._due = [each.due for each in some]
        self._on = [each.on for each in some]
        self._sums = [0, *accumulate(each.open for each in some)]

    def paid(self, day: str) -> int:
        """Give what is expected to be paid by a day, in minor units."""
        return self._sums[bisect_right(self._on, day)]

    def open(self, day: str) -> int:
        """Give what is expected to be open then, in minor units."""
        return self._sums[-1] - self.paid(day)

    def oldest_due(self, day: str) -> str | None:
        """Give since when, ISO, the oldest item that is open then is due; None where none is."""
        first = bisect_right(self._on, day)
        return self._due[first] if first < len(self._due) else None

    def overdue(self, day: str) -> int:
        """Give how much of what is open then is past due, in minor units."""
        return max(0, self._sums[bisect_left(self._due, day)] - self.paid(day))


class Expected:
    """What is expected of the family of a customer, from its row with `catalogue.CREDIT`."""

    def __init__(self, work: Work, row: Row) -> None:
        """Read it; `row` is of `account.read`."""
        today = date.fromisoformat(row.business_date)
        holder = {"holder_id": row.holder_id}
        self.late_days = _late_days(work, row)
        """How many days past due the customer pays, by the mean."""
        self._items = [
            Item(
                each.due_date,
                _paid_on(each, today, self.late_days),
                each.open,
                each.number,
                each.code,
            )
            for each in work.run(_OPEN, holder)
        ]
        self.family = Owed(self._items)
        self._own: dict[str, Owed] = {}
        ahead = timedelta(days=row.credit_horizon)
        self._coming = [
            Change(
                (date.fromisoformat(each.due) - ahead).isoformat(),
                each.open_value,
                f"order {each.number}",
            )
            for each in work.run(_COMING, holder)
        ]

    @property
    def changes(self) -> list[Change]:
        """Give what is paid and which orders begin to count, in no order."""
        paid = [Change(each.on, -each.open, f"invoice {each.number}") for each in self._items]
        return [*paid, *self._coming]

    @property
    def days(self) -> set[str]:
        """Give the days, ISO, on which something is paid."""
        return {each.on for each in self._items}

    def entered(self, day: str) -> int:
        """Give what begins to count by a day, in minor units."""
        return sum(each.change for each in self._coming if each.on <= day)

    def standing(
        self, buyer: Row, day: str, owed: int, document: int = 0, added: int = 0
    ) -> Standing:
        """Give what the checks look at on a day: the limit, the items and the date of that day.

        `owed` is of the family then, in minor units; `buyer` a row of `account.read`.
        """
        own = self._own.get(buyer.code)
        if own is None:
            own = Owed(each for each in self._items if each.owner == buyer.code)
            self._own[buyer.code] = own
        then = buyer._replace(
            business_date=day,
            credit_limit=limit_on(buyer, day),
            receivable=own.open(day),
            oldest_due=own.oldest_due(day),
        )
        return Standing(then, owed, document, own.overdue(day), added)


def limit_on(row: Row, day: str) -> int | None:
    """Give the limit that goes on a day, ISO, in minor units; None is unlimited."""
    temporary = row.temporary_day is not None and day <= row.temporary_day
    limit: int | None = row.credit_limit if temporary else row.standing_limit
    return limit


def limit_ends(row: Row) -> list[Change]:
    """Give the day from which a temporary limit goes no more, where one goes today."""
    if row.temporary_day is None:
        return []
    after = date.fromisoformat(row.temporary_day) + timedelta(days=1)
    amount = amount_said(row.credit_limit, currency_decimals(row.currency))
    words = f"temporary limit ends ({amount} until {row.temporary_day})"
    return [Change(after.isoformat(), 0, words)]


def _paid_on(item: Row, today: date, late: int) -> str:
    """Give when an item is expected to be paid; what should be by now is expected tomorrow."""
    day = date.fromisoformat(item.due_date) + timedelta(days=late)
    return max(day, today + timedelta(days=1)).isoformat()


def _late_days(work: Work, row: Row) -> int:
    """Give how many days past due a customer pays, by the mean; 0 where it pays in time."""
    settled = work.run(_SETTLED, {"customer_id": row.id})
    if not settled:
        return 0
    days = sum(
        (date.fromisoformat(each.settled_on) - date.fromisoformat(each.due_date)).days
        for each in settled
    )
    return max(0, -(-days // len(settled)))
