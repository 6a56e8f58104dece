"""On which day a held order is expected to pass by itself, and what it waits for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy import literal_column, select

from orderdesk.domain.credit import Passing
from orderdesk.domain.holds import CREDIT_LIMIT, HOLDS
from orderdesk.domain.numbers import amount_decimal, currency_decimals
from orderdesk.models.customers import Customer
from orderdesk.models.orders import Hold, SalesOrder
from orderdesk.services.credit import checks, exposure
from orderdesk.services.credit.account import read
from orderdesk.services.credit.expected import Expected, limit_ends
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

_customer = table_of(Customer).c
_member = table_of(Customer).alias("member").c
_order = table_of(SalesOrder).c
_hold = table_of(Hold).c

_HELD: Final = statement(
    select(
        _order.id,
        _order.number,
        _order.exposed,
        _order.open_value,
        _order.total,
        _customer.code.label("customer"),
        _hold.code,
        _hold.line,
        _hold.rejected_by,
    )
    .join_from(table_of(Hold), table_of(SalesOrder), _order.id == _hold.order_id)
    .join(table_of(Customer), _customer.id == _hold.customer_id)
    .where(
        _hold.customer_id.in_(select(_member.id).where(exposure.family(_member))),
        literal_column("hold.released_by IS NULL"),
    )
    .order_by(_order.id, _hold.id)
)
"""What a family's orders are held by, the oldest order first."""

_PASSES: Final = {
    CREDIT_LIMIT: "the limit carries it then",
    "overdue": "what is overdue is expected to be paid by then",
    "overdue_share": "what is overdue is expected to be paid by then",
    "new_customer": "a new customer no more",
}
_STAYS: Final = {
    CREDIT_LIMIT: "nothing that is expected brings it within the limit",
    "review_date": "the credit must be reviewed",
    "prepay": "it must be paid in advance",
}


class _Wait(NamedTuple):
    """How long a hold lasts: until a day, ISO, or None where it does not end by itself."""

    on: str | None
    why: str


def passing(work: Work, row: Row, expected: Expected) -> tuple[Passing, ...]:
    """Give for each held order of a family, the oldest first, when it would pass by itself.

    It does so on the day when the last of its holds has nothing against it any more, the held
    orders placed behind it left out; never where one waits for a person.
    """
    rows = work.run(_HELD, {"holder_id": row.holder_id})
    held = [list(some) for _, some in groupby(rows, key=lambda each: each.id)]
    buyers = {code: read(work, code) for code in dict.fromkeys(some[0].customer for some in held)}
    days = {code: _days(buyer, expected) for code, buyer in buyers.items()}
    found, behind = [], 0
    for holds in reversed(held):
        order = holds[0]
        buyer, when = buyers[order.customer], days[order.customer]
        waits = [_wait(each, buyer, expected, when, behind) for each in holds]
        found.append(_passing(order, holds, waits, currency_decimals(row.currency)))
        behind += order.exposed
    return tuple(reversed(found))


def _passing(order: Row, holds: Sequence[Row], waits: Sequence[_Wait], decimals: int) -> Passing:
    """Put together what an order waits for: a person, where a hold of it does; else the last."""
    ends = [each.on for each in waits if each.on is not None]
    last = max(ends) if len(ends) == len(waits) else None
    return Passing(
        order=order.number,
        held=amount_decimal(order.exposed, decimals),
        on=None if last is None else date.fromisoformat(last),
        reason="; ".join(dict.fromkeys(each.why for each in waits if each.on == last)),
        codes=tuple(dict.fromkeys(each.code for each in holds)),
    )


def _wait(hold: Row, buyer: Row, expected: Expected, days: Iterable[str], behind: int) -> _Wait:
    """Tell how long a hold of an order lasts."""
    kind = HOLDS[hold.code]
    says = kind.says if hold.line is None else f"{kind.says} {hold.line}"
    if hold.rejected_by:
        return _Wait(None, f"{says}: {hold.rejected_by} rejected it; the order must be changed")
    if kind.credit:
        for day in days:
            if not _is_against(hold, buyer, expected, day, behind):
                return _Wait(day, f"{says}: {_PASSES.get(hold.code, 'nothing is against it')}")
    return _Wait(None, f"{says}: {_STAYS.get(hold.code, 'somebody must release it')}")


def _is_against(hold: Row, buyer: Row, expected: Expected, day: str, behind: int) -> bool:
    """Tell whether a credit check will say on a day what an order is held by, as rules ask it."""
    # What enters the horizon by then is checked by itself, and waits for what is held already.
    owed = buyer.owed - behind - expected.family.paid(day)
    standing = expected.standing(buyer, day, owed, hold.total)
    if hold.code == CREDIT_LIMIT and not hold.exposed and standing.buyer.credit_limit != 0:
        return False
    if standing.buyer.credit_limit == 0 or buyer.prepay:
        # Due behind the horizon it is not owed yet, and to be paid in advance all the same.
        standing = expected.standing(buyer, day, owed + hold.open_value - hold.exposed, hold.total)
    found = checks.verdicts(standing)
    return any(each.code == hold.code and each.result == checks.HOLD for each in found)


def _days(buyer: Row, expected: Expected) -> list[str]:
    """Give the days on which something may end by itself, the earliest first."""
    return sorted({buyer.business_date, *expected.days, *_own_days(buyer)})


def _own_days(buyer: Row) -> Iterator[str]:
    yield from (each.on for each in limit_ends(buyer))
    if buyer.since:
        new = timedelta(days=checks.modes_of(buyer.checks)["new_customer"].threshold)
        until = (date.fromisoformat(buyer.since) + new).isoformat()
        if until > buyer.business_date:
            yield until
