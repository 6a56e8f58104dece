"""The steps that end a day and begin the next one, each a unit of work or many small ones.

Every step looks at what is left to do, so that a second run, or a late one, does what is missing
and nothing twice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, bindparam, exists, literal_column, or_, select, update

from orderdesk.domain.errors import Refused
from orderdesk.domain.paging import OrdersFound, orders_found
from orderdesk.models.company import Company
from orderdesk.models.customers import Customer
from orderdesk.models.orders import Hold, OrderLine, SalesOrder
from orderdesk.services import rights
from orderdesk.services.credit import exposure
from orderdesk.services.orders.rechecking import working_days_before
from orderdesk.store.desk import COMMAND
from orderdesk.store.statements import Row, integer_set, statement, table_of
from orderdesk.store.work import Work

PAGE: Final = 200
"""How many orders are looked for at a time."""

RIGHT: Final = "nightly"
"""The right to end the day."""

BEGAN: Final = "nightly {}"
"""The command id under which the business date moves to a day."""

ENDED: Final = "nightly {} done"
"""The command id under which the end of a day's run is noted."""

_company = table_of(Company).c
_customer = table_of(Customer).c
_order = table_of(SalesOrder).c
_line = table_of(OrderLine).c
_hold = table_of(Hold).c
_ZERO: Final[ColumnElement[int]] = literal_column("0")

_COMPANY: Final = statement(select(table_of(Company)).with_for_update())
_SEEN: Final = statement(select(table_of(Company)))
_MOVE_ON: Final = statement(
    update(table_of(Company))
    .where(_company.version == bindparam("read"))
    .values(business_date=bindparam("today"), version=_company.version + 1)
)
_HELD: Final = statement(
    select(_hold.order_id.label("id"), _order.number)
    .distinct()
    .join_from(table_of(Hold), table_of(SalesOrder), _order.id == _hold.order_id)
    .where(_hold.released_by.is_(literal_column("NULL")), _hold.order_id > bindparam("after"))
    .order_by(_hold.order_id)
    .limit(literal_column(str(PAGE)))
)
_EXPIRED: Final = statement(
    select(_hold.order_id.label("id"), _order.number)
    .distinct()
    .join_from(table_of(Hold), table_of(SalesOrder), _order.id == _hold.order_id)
    .where(
        literal_column("hold.ceiling IS NOT NULL"),
        _hold.released_until < bindparam("today"),
        _hold.order_id > bindparam("after"),
    )
    .order_by(_hold.order_id)
    .limit(literal_column(str(PAGE)))
)
_HOLDING: Final = statement(
    select(_hold.order_id.label("id"), _order.number)
    .distinct()
    .join_from(table_of(Hold), table_of(SalesOrder), _order.id == _hold.order_id)
    .where(
        _hold.released_by.is_(literal_column("NULL")),
        _hold.placed_at < bindparam("before"),
        _hold.order_id > bindparam("after"),
        exists().where(_line.order_id == _hold.order_id, _line.allocated > _ZERO),
    )
    .order_by(_hold.order_id)
    .limit(literal_column(str(PAGE)))
)
"""Orders that hold stock and were stopped before a moment."""
_TEMPORARY: Final = statement(
    select(_customer.id, _customer.code, _customer.version)
    .where(
        literal_column("customer.temporary_until IS NOT NULL"),
        _customer.temporary_until < bindparam("today"),
    )
    .order_by(_customer.temporary_until, _customer.id)
    .limit(literal_column(str(PAGE)))
    .with_for_update()
)
_NO_TEMPORARY: Final = statement(
    update(table_of(Customer))
    .where(_customer.id == bindparam("customer_id"), _customer.version == bindparam("read"))
    .values(
        temporary_limit=literal_column("NULL"),
        temporary_until=literal_column("NULL"),
        version=_customer.version + 1,
    )
)
ORDERS_OF: Final = statement(
    select(_order.id, _order.number)
    .join_from(table_of(SalesOrder), table_of(Customer), _customer.id == _order.customer_id)
    .where(
        or_(
            _customer.id.in_(select(integer_set("customers"))),
            _customer.parent_id.in_(select(integer_set("customers"))),
        ),
        _order.exposed > _ZERO,
    )
    .order_by(_order.id)
)
_REVIEWS: Final = statement(
    select(_customer.code, _customer.review_date)
    .where(
        literal_column("customer.review_date IS NOT NULL"),
        _customer.review_date <= bindparam("today"),
        _customer.archived == _ZERO,
    )
    .order_by(_customer.review_date, _customer.id)
    .limit(literal_column("1000"))
)


@dataclass(frozen=True, slots=True)
class DateMoved:
    """The business date, moved on or left."""

    before: str
    after: str
    entered: tuple[str, ...]
    """Numbers of the orders that count in their customer's exposure from now on."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Temporary limits that are over."""

    customers: tuple[str, ...]
    orders: tuple[str, ...]
    """Orders to be checked again for it, the oldest first."""


def business_date(work: Work) -> str:
    """Give the company's business date, ISO."""
    found: str = work.run(_SEEN)[0].business_date
    return found


def begin(work: Work, on: str) -> str:
    """Give the business date before a run for a day, ISO.

    Raises Refused for who may not end the day, and for an earlier day: what was decided on a later
    one stands.
    """
    rights.require(work, RIGHT)
    before = business_date(work)
    refuse_earlier(before, on)
    return before


def move_on(work: Work, on: str) -> DateMoved:
    """Make a day the business date, and let the orders that enter the horizon count.

    The day that it is already leaves it. Raises Refused as `begin` does.
    """
    rights.require(work, RIGHT)
    row: Row = work.run(_COMPANY)[0]
    refuse_earlier(row.business_date, on)
    if on > row.business_date:
        work.change(_MOVE_ON, {"read": row.version, "today": on}, expect=1)
        body = {"business_date": [row.business_date, on]}
        work.event("company", 1, row.version + 1, "business date", body)
    entered = exposure.enter(work, exposure.horizon(on, row.credit_horizon))
    return DateMoved(row.business_date, on, tuple(entered))


def finish(work: Work, on: str) -> bool:
    """Note that the run of a day was done to its end. Raises Refused for who may not do so."""
    rights.require(work, RIGHT)
    return True


def is_finished(work: Work, command_id: str) -> bool:
    """Tell whether the run that notes its end under this command id has done so."""
    return work.one(COMMAND, {"id": command_id}) is not None


def refuse_earlier(before: str, on: str) -> None:
    """Raise Refused for a day before the business date: what was decided on that one stands."""
    if on < before:
        raise Refused(
            "earlier_day",
            f"the business date is {before}, and {on} is before it; it is never moved back",
            business_date=before,
            on=on,
        )


def held(work: Work, after: int = 0) -> OrdersFound:
    """Give a page of the orders that are held, in the order of their placing."""
    return orders_found(work.run(_HELD, {"after": after}))


def expired(work: Work, after: int = 0, on: date | None = None) -> OrdersFound:
    """Give a page of the orders with a release that is over today, or on another day."""
    today = on.isoformat() if on else business_date(work)
    return orders_found(work.run(_EXPIRED, {"today": today, "after": after}))


def long_held(work: Work, after: int = 0) -> OrdersFound:
    """Give a page of the orders that hold stock longer than the company's grace lets them."""
    asked = {"before": grace(work), "after": after}
    return orders_found(work.run(_HOLDING, asked))


def grace(work: Work) -> int:
    """Give the moment, microseconds UTC, before which a hold's order gives its stock back."""
    return working_days_before(work.now, work.run(_SEEN)[0].hold_grace)


def end_temporary(work: Work) -> Ended:
    """Take away the temporary limits that are over, some at a time; none are left when none come.

    Their customers' own limits go again, and their open orders are to be checked for it. Raises
    Refused for who may not end the day.
    """
    rights.require(work, RIGHT)
    rows = work.run(_TEMPORARY, {"today": business_date(work)})
    for row in rows:
        work.change(_NO_TEMPORARY, {"customer_id": row.id, "read": row.version}, expect=1)
        body = {"code": row.code, "reason": "the temporary limit is over"}
        work.event("customer", row.id, row.version + 1, "temporary limit ended", body)
    orders = work.run(ORDERS_OF, {"customers": json.dumps([row.id for row in rows])})
    return Ended(tuple(row.code for row in rows), tuple(row.number for row in orders))


def reviews(work: Work, on: date | None = None) -> tuple[dict[str, str], ...]:
    """Give the customers whose credit is to be reviewed by today, or another day.

    The longest due come first.
    """
    rows = work.run(_REVIEWS, {"today": on.isoformat() if on else business_date(work)})
    return tuple({"customer": row.code, "review_date": row.review_date} for row in rows)
