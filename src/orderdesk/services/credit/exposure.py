"""What orders add to a customer's exposure, and the balances that move with it.

An order counts with what is open of it once that is due within the company's credit horizon, or
past due. Whoever holds the limit for a family keeps the family's exposure too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, func, literal_column, or_, select, update

from orderdesk.domain.numbers import currency_decimals, half_up
from orderdesk.models.company import Company
from orderdesk.models.customers import Customer
from orderdesk.models.orders import SalesOrder
from orderdesk.services import catalogue
from orderdesk.services.rates import WORTH_SCALE
from orderdesk.store.statements import Row, Statement, integer_set, lock, statement, table_of
from orderdesk.store.work import Work

_customer = table_of(Customer).c
_child = table_of(Customer).alias("child").c
_order = table_of(SalesOrder).c
_company = table_of(Company).c

UNEXPOSED: Final[tuple[ColumnElement[bool], ...]] = (
    literal_column("sales_order.open_value > 0"),
    literal_column("sales_order.exposed = 0"),
)
"""Orders that do not count yet, in the words of the index over them."""

ENTERS: Final[tuple[ColumnElement[bool], ...]] = (
    *UNEXPOSED,
    _order.due <= bindparam("last"),
    _order.due > literal_column("''"),
)
"""Orders that count once a day, `last`, is within the horizon."""

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


_ENTERING: Final = statement(
    select(table_of(SalesOrder)).where(*ENTERS).order_by(_order.id).with_for_update()
)
_LEAVING: Final = statement(
    select(table_of(SalesOrder))
    .where(
        literal_column("sales_order.stage = 'open'"),
        _order.exposed > literal_column("0"),
        _order.due > bindparam("last"),
    )
    .order_by(_order.id)
    .with_for_update()
)
_EXPOSE: Final = statement(
    update(table_of(SalesOrder))
    .where(_order.id == bindparam("order_id"), _order.version == bindparam("read"))
    .values(exposed=bindparam("now", type_=_order.exposed.type))
)


def family(customer: Any) -> ColumnElement[bool]:
    """Give the condition, on the columns of a customer, for all whose limit `holder_id` holds."""
    found: ColumnElement[bool] = or_(
        customer.id == bindparam("holder_id"), customer.parent_id == bindparam("holder_id")
    )
    return found


def family_locks(chosen: Callable[[Any], ColumnElement[bool]]) -> tuple[Statement, Statement]:
    """Give what locks some customers and then whoever holds their limits, each by id.

    `chosen` makes the condition on the columns of a customer. Whoever holds a limit is locked
    behind those it is held for, as an order locks them.
    """
    children = (
        select(_customer.id)
        .where(chosen(_customer), _customer.parent_id.is_not(None))
        .order_by(_customer.id)
        .with_for_update()
    )
    holders = (
        select(_customer.id)
        .where(
            _customer.id.in_(
                select(func.coalesce(_child.parent_id, _child.id)).where(chosen(_child))
            )
        )
        .order_by(_customer.id)
        .with_for_update()
    )
    return lock(children), lock(holders)


_LOCK_CHILDREN, _LOCK_HOLDERS = family_locks(
    lambda customer: customer.id.in_(select(integer_set("customers")))
)
_RATES: Final = statement(
    select(
        _customer.id,
        _customer.currency,
        func.coalesce(_customer.parent_id, _customer.id).label("holder_id"),
        _company.business_date,
        _company.credit_horizon,
        catalogue.CURRENCY_RATE,
    )
    .select_from(table_of(Customer))
    .join(table_of(Company), literal_column("1") == literal_column("1"))
    .where(_customer.id.in_(select(integer_set("customers"))))
    .order_by(_customer.id)
)


def enter(work: Work, last: str) -> list[str]:
    """Let the orders that are due by `last` (ISO) count, and give their numbers.

    Whoever calls has made that the horizon.
    """
    return _count(work, work.run(_ENTERING, {"last": last}))


def leave(work: Work, last: str) -> list[str]:
    """Let the orders that are due behind `last` (ISO) count no more, and give their numbers.

    Whoever calls has made that the horizon.
    """
    return _count(work, work.run(_LEAVING, {"last": last}))


def _count(work: Work, orders: list[Row]) -> list[str]:
    """Reckon anew what locked orders add to the exposure, and move their customers' balances."""
    if not orders:
        return []
    ids = json.dumps(sorted({order.customer_id for order in orders}))
    asked = {"customers": ids}
    [buyers] = work.run_all([(_LOCK_CHILDREN, asked), (_LOCK_HOLDERS, asked), (_RATES, asked)])
    known = {buyer.id: buyer for buyer in buyers}
    moved: dict[int, int] = {}
    rows = []
    for order in orders:
        now = exposed_of(known[order.customer_id], order)
        moved[order.customer_id] = moved.get(order.customer_id, 0) + now - order.exposed
        rows.append({"order_id": order.id, "read": order.version, "now": now})
    work.change_all(_EXPOSE, rows, expect=len(rows))
    for customer_id, change in sorted(moved.items()):
        move(work, customer_id, known[customer_id].holder_id, change)
    return [order.number for order in orders]


def move(work: Work, customer_id: int, holder_id: int, change: int) -> None:
    """Change a customer's exposure, and its family's, by so many minor units.

    Whoever calls has locked the customer, and then the holder of its limit.
    """
    if not change:
        return
    work.change(_MOVE, {"customer_id": customer_id, "change": change})
    if holder_id != customer_id:
        move_family(work, holder_id, change)


def move_family(work: Work, holder_id: int, change: int) -> None:
    """Change what a family owes, as its parent's row has it, by so many minor units."""
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
    rate = buyer.currency_rate or WORTH_SCALE
    return half_up(value * order.rate * 10**wanted, rate * 10**owns)


def rate_of(buyer: Row) -> int:
    """Give what one unit of the customer's currency is worth in the company's, in billionths.

    One for one where it is the company's own, or no rate is kept of it.
    """
    rate: int = buyer.currency_rate or WORTH_SCALE
    return rate
