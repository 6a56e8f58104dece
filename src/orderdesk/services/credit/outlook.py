"""A look ahead: what an amount would do to a customer's credit, and when headroom comes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from orderdesk.domain.credit import BurnDown, Step, WhatIf
from orderdesk.domain.days import day_of
from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import amount_decimal, amount_of, currency_decimals
from orderdesk.services.credit import checks, waits
from orderdesk.services.credit.account import read, reasons_of
from orderdesk.services.credit.expected import Change, Expected, limit_ends, limit_on
from orderdesk.store.statements import Row
from orderdesk.store.work import Work


def what_if(work: Work, customer: str, amount: str, on: str | None = None) -> WhatIf:
    """Give a customer's credit after an amount (in its currency) on a day, ISO; else today.

    Every check is as of that day: items that are expected to be paid by then are left out, orders
    that enter the horizon by then count, and the limit is the one that goes then. Raises NotFound,
    and Refused for what is no amount or day, or a day gone by.
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
    on_day = day.isoformat()
    expected = Expected(work, row)
    owed = row.owed + added + expected.entered(on_day) - expected.family.paid(on_day)
    standing = expected.standing(row, on_day, owed, added, added)
    found = checks.verdicts(standing)
    limit = standing.buyer.credit_limit
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

    Raises NotFound.
    """
    row = read(work, customer)
    decimals = currency_decimals(row.currency)
    expected = Expected(work, row)
    changes = sorted([*expected.changes, *limit_ends(row)])

    def amount(minor: int) -> Decimal:
        return amount_decimal(minor, decimals)

    steps, owed = [], row.owed
    for each in changes:
        owed += each.change
        limit = limit_on(row, each.on)
        headroom = None if limit is None else amount(limit - owed)
        day = date.fromisoformat(each.on)
        steps.append(Step(day, amount(each.change), each.what, amount(owed), headroom))
    return BurnDown(
        customer=row.code,
        currency=row.currency,
        business_date=date.fromisoformat(row.business_date),
        late_days=expected.late_days,
        exposure=amount(row.owed),
        limit=None if row.credit_limit is None else amount(row.credit_limit),
        steps=tuple(steps),
        free_on=_within(row, changes),
        orders=waits.passing(work, row, expected),
    )


def _within(row: Row, changes: Sequence[Change]) -> date | None:
    """Give the first day at whose end what is owed is within the limit, by what is expected."""
    today, owed = row.business_date, row.owed
    days = [(today, 0), *((each.on, each.change) for each in changes)]
    for day, some in groupby(days, key=lambda each: each[0]):
        owed += sum(change for _, change in some)
        limit = limit_on(row, day)
        if limit is None or owed <= limit:
            return date.fromisoformat(day)
    return None
