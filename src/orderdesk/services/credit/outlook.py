"""A look ahead: what an amount would do to a customer's credit, and when headroom comes back.

Open items are taken to be paid as late as this customer pays, by the mean of what was settled;
orders count from the day on which they are due within the credit horizon.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy import bindparam, exists, literal_column, or_, select

from orderdesk.domain.credit import BurnDown, Passing, Step, WhatIf
from orderdesk.domain.days import day_of
from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import amount_decimal, amount_of, currency_decimals
from orderdesk.models.customers import Customer, OpenItem
from orderdesk.models.orders import Hold, SalesOrder
from orderdesk.services.credit import checks
from orderdesk.services.credit.account import read, reasons_of
from orderdesk.services.credit.checks import Standing
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

SETTLED: Final = 200
"""How many settled invoices, the newest, a customer's lateness is reckoned of."""

_customer = table_of(Customer).c
_item = table_of(OpenItem).c
_order = table_of(SalesOrder).c
_hold = table_of(Hold).c

_family = or_(_customer.id == bindparam("holder_id"), _customer.parent_id == bindparam("holder_id"))
_OPEN: Final = statement(
    select(_item.number, _item.due_date, _item.open, _customer.code)
    .join_from(table_of(Customer), table_of(OpenItem), _item.customer_id == _customer.id)
    .where(_family, literal_column("open_item.open <> 0"), _item.open > literal_column("0"))
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
        _family,
        literal_column("sales_order.open_value > 0"),
        literal_column("sales_order.exposed = 0"),
    )
    .order_by(_order.due, _order.id)
)
_AHEAD: Final = statement(
    select(
        _order.number,
        _order.exposed,
        exists()
        .where(_hold.order_id == _order.id, _hold.released_by.is_(literal_column("NULL")))
        .label("held"),
    )
    .join_from(table_of(Customer), table_of(SalesOrder), _order.customer_id == _customer.id)
    .where(_family, _order.exposed > literal_column("0"))
    .order_by(_order.id.desc())
)
"""The orders that count, the newest first."""


class Change(NamedTuple):
    """What is expected on a day, in minor units."""

    on: str
    change: int
    what: str


def what_if(work: Work, customer: str, amount: str, on: str | None = None) -> WhatIf:
    """Give a customer's credit after an amount (in its currency) on a day, ISO; else today.

    Items that are expected to be paid by then are left out, orders that enter the horizon by then
    count. Raises NotFound, and Refused for what is no amount or day, or a day gone by.
    """
    row = read(work, customer)
    decimals = currency_decimals(row.currency)
    try:
        added = amount_of(amount, decimals, "amount")
        day = day_of(on or row.business_date, "on")
    except ValueError as error:
        raise Refused("bad_value", f"customer {row.code}: {error}") from None
    if day.isoformat() < row.business_date:
        raise Refused("past_day", f"{day} is before today, {row.business_date}; give a later day")
    changes = _expected(work, row, _late_days(work, row)) if on else []
    owed = row.owed + added + sum(each.change for each in changes if each.on <= day.isoformat())
    overdue = checks.overdue(work, row)
    found = checks.verdicts(Standing(row, owed, added, overdue, added))
    limit = row.credit_limit
    return WhatIf(
        customer=row.code,
        currency=row.currency,
        amount=amount_decimal(added, decimals),
        on=day,
        exposure=amount_decimal(owed, decimals),
        headroom=None if limit is None else amount_decimal(limit - owed, decimals),
        result=checks.worst(found),
        reasons=reasons_of(found),
    )


def burn_down(work: Work, customer: str) -> BurnDown:
    """Give when a customer's headroom comes back, and when each held order passes by itself.

    A held order passes when what is owed, without the held ones placed behind it, is within the
    limit. Raises NotFound.
    """
    row = read(work, customer)
    decimals = currency_decimals(row.currency)
    late = _late_days(work, row)
    changes = _expected(work, row, late)

    def amount(minor: int) -> Decimal:
        return amount_decimal(minor, decimals)

    limit = row.credit_limit
    steps, owed = [], row.owed
    for each in changes:
        owed += each.change
        headroom = None if limit is None else amount(limit - owed)
        day = date.fromisoformat(each.on)
        steps.append(Step(day, amount(each.change), each.what, amount(owed), headroom))
    return BurnDown(
        customer=row.code,
        currency=row.currency,
        business_date=date.fromisoformat(row.business_date),
        late_days=late,
        exposure=amount(row.owed),
        limit=None if limit is None else amount(limit),
        steps=tuple(steps),
        free_on=_within(row.business_date, row.owed, changes, limit),
        orders=tuple(_passing(work, row, changes, decimals)),
    )


def _passing(work: Work, row: Row, changes: Sequence[Change], decimals: int) -> Iterable[Passing]:
    """Give for each held order, the oldest first, the day on which it would pass by itself."""
    found, behind = [], 0
    # What enters the horizon by then is checked by itself, and waits for what is held already.
    paid = [each for each in changes if each.change < 0]
    for order in work.run(_AHEAD, {"holder_id": row.holder_id}):
        if order.held:
            on = _within(row.business_date, row.owed - behind, paid, row.credit_limit)
            found.append(Passing(order.number, amount_decimal(order.exposed, decimals), on))
            behind += order.exposed
    return reversed(found)


def _within(today: str, owed: int, changes: Sequence[Change], limit: int | None) -> date | None:
    """Give the first day on which what is owed is within the limit, by what is expected."""
    if limit is None or owed <= limit:
        return date.fromisoformat(today)
    for each in changes:
        owed += each.change
        if owed <= limit:
            return date.fromisoformat(each.on)
    return None


def _expected(work: Work, row: Row, late: int) -> list[Change]:
    """Give what is expected to be paid, and which orders will count, the earliest first.

    What should have been paid by now, as late as it is, is expected tomorrow.
    """
    today = date.fromisoformat(row.business_date)
    changes = []
    holder = {"holder_id": row.holder_id}
    for item in work.run(_OPEN, holder):
        day = date.fromisoformat(item.due_date) + timedelta(days=late)
        day = max(day, today + timedelta(days=1))
        changes.append(Change(day.isoformat(), -item.open, f"invoice {item.number}"))
    for order in work.run(_COMING, holder):
        day = date.fromisoformat(order.due) - timedelta(days=row.credit_horizon)
        changes.append(Change(day.isoformat(), order.open_value, f"order {order.number}"))
    return sorted(changes)


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
