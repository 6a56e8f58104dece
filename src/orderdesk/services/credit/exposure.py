"""What orders add to a customer's exposure, and the balances that move with it.

An order counts with what is open of it once that is due within the company's credit horizon, or
past due. Whoever holds the limit for a family keeps the family's exposure too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from sqlalchemy import bindparam, update

from orderdesk.domain.numbers import RATE_SCALE, currency_decimals
from orderdesk.models.customers import Customer
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

_customer = table_of(Customer).c

_MOVE: Final = statement(
    update(table_of(Customer))
    .where(_customer.id == bindparam("customer_id"))
    .values(
        exposure=_customer.exposure + bindparam("change"),
        family_exposure=_customer.family_exposure + bindparam("change"),
    )
)
_MOVE_FAMILY: Final = statement(
    update(table_of(Customer))
    .where(_customer.id == bindparam("customer_id"))
    .values(family_exposure=_customer.family_exposure + bindparam("change"))
)


def move(work: Work, customer_id: int, holder_id: int, change: int) -> None:
    """Change a customer's exposure, and its family's, by so many minor units.

    Whoever calls has locked the customer, and then the holder of its limit.
    """
    if not change:
        return
    work.change(_MOVE, {"customer_id": customer_id, "change": change})
    if holder_id != customer_id:
        work.change(_MOVE_FAMILY, {"customer_id": holder_id, "change": change})


@lru_cache(maxsize=16)
def horizon(business_date: str, days: int) -> str:
    """Give the last day, ISO, whose orders count."""
    return (date.fromisoformat(business_date) + timedelta(days=days)).isoformat()


def due_of(lines: Iterable[Row]) -> str:
    """Give the earliest day, ISO, on which something open is wanted; empty where nothing is."""
    return min((line.requested for line in lines if line.open), default="")


def exposed_of(buyer: Row, order: Row) -> int:
    """Give what an order adds to its customer's exposure, in minor units of their currency."""
    if not order.due or order.due > horizon(buyer.business_date, buyer.credit_horizon):
        return 0
    value: int = order.open_value
    if order.currency == buyer.currency:
        return value
    # Through the company's currency: the order's rate is of its placing, the customer's of today.
    owns, wanted = currency_decimals(order.currency), currency_decimals(buyer.currency)
    rate = buyer.currency_rate or RATE_SCALE
    above, below = value * order.rate * 10**wanted, rate * 10**owns
    converted: int = (2 * above + below) // (2 * below)
    return converted


def rate_of(buyer: Row) -> int:
    """Give what one unit of the customer's currency is worth in the company's, in millionths.

    One for one where it is the company's own, or no rate is kept of it.
    """
    rate: int = buyer.currency_rate or RATE_SCALE
    return rate
