"""Whether a customer's credit carries what is asked of it."""

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, case, func, literal_column, select, update

from orderdesk.domain.credit import CreditReason, CreditView, ExposureParts, Grant, Overdue
from orderdesk.domain.days import day_of
from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.holds import HOLDS
from orderdesk.domain.numbers import amount_decimal, amount_of, currency_decimals
from orderdesk.domain.text import fold_code, stored
from orderdesk.models.company import Company
from orderdesk.models.customers import Customer
from orderdesk.models.orders import Hold, SalesOrder
from orderdesk.services import catalogue, rights
from orderdesk.services.credit import checks, exposure
from orderdesk.services.credit.checks import Standing, Verdict
from orderdesk.store.statements import Row, Statement, statement, table_of
from orderdesk.store.work import Work

_customer = table_of(Customer).c
_order = table_of(SalesOrder).c
_hold = table_of(Hold).c

_child = table_of(Customer).alias("child").c
_children = (
    select(_child.id)
    .where(_child.parent_id == _customer.id)
    .limit(literal_column("1"))
    .scalar_subquery()
)
_OF_CUSTOMER = (
    select(
        _customer.id,
        _customer.code,
        _customer.name,
        _customer.version,
        _customer.currency,
        _customer.unapplied,
        _customer.parent_id,
        _customer.family_exposure,
        _customer.credit_limit.label("own_limit"),
        _customer.temporary_limit,
        _customer.temporary_until,
        _children.label("children"),
        catalogue.HOLDER.c.credit_limit.label("standing_limit"),
        case((catalogue.TEMPORARY, catalogue.HOLDER.c.temporary_until)).label("temporary_day"),
        *catalogue.CREDIT,
    )
    .select_from(table_of(Customer))
    .join(
        catalogue.HOLDER, catalogue.HOLDER.c.id == func.coalesce(_customer.parent_id, _customer.id)
    )
    .join(table_of(Company), literal_column("1") == literal_column("1"))
    .where(_customer.code == bindparam("customer"))
)
_SEEN: Final = statement(_OF_CUSTOMER)
_LOCKED: Final = statement(_OF_CUSTOMER.with_for_update(of=table_of(Customer)))
_LIMIT: Final = statement(
    update(table_of(Customer))
    .where(_customer.id == bindparam("customer_id"), _customer.version == bindparam("read"))
    .values(
        credit_limit=bindparam("new_limit", type_=_customer.credit_limit.type),
        temporary_limit=bindparam("new_temporary", type_=_customer.temporary_limit.type),
        temporary_until=bindparam("new_until", type_=_customer.temporary_until.type),
        version=_customer.version + 1,
    )
)
_PARENT: Final = statement(
    update(table_of(Customer))
    .where(_customer.id == bindparam("customer_id"), _customer.version == bindparam("read"))
    .values(
        parent_id=bindparam("new_parent", type_=_customer.parent_id.type),
        version=_customer.version + 1,
    )
)
_GRANTS: Final = statement(
    select(
        _order.number,
        _order.currency,
        _hold.code,
        _hold.ceiling,
        _hold.released_until,
        _hold.released_by,
        _hold.reason,
    )
    .join_from(table_of(Hold), table_of(SalesOrder), _order.id == _hold.order_id)
    .where(
        literal_column("hold.ceiling IS NOT NULL"),
        _hold.released_until >= bindparam("today"),
        _hold.customer_id == bindparam("customer_id"),
        literal_column("sales_order.stage = 'open'"),
    )
    .order_by(_order.id, _hold.id)
    .limit(literal_column("100"))
)


def show(work: Work, customer: str) -> CreditView:
    """Give a customer's limit, exposure with its parts, and the verdict on it. Raises NotFound."""
    return _view(work, read(work, customer))


def set_limit(
    work: Work,
    customer: str,
    limit: str | None,
    reason: str = "",
    version: int | None = None,
    until: str | None = None,
) -> CreditView:
    """Give a customer another credit limit (in its currency; None is unlimited, 0 no credit).

    With a last day (ISO) it is a temporary one, and stands in for the other until then. Raises
    NotFound, Refused for what is not an amount or a day, and Conflict where `version` is not the
    one stored.
    """
    rights.require(work, "credit")
    row = _read(work, customer, _LOCKED)
    new, why = _limit(row, limit, reason)
    _refuse_stale(row, version)
    wanted: dict[str, int | str | None] = {"credit_limit": new}
    if until is not None:
        wanted = {"temporary_limit": new, "temporary_until": _until(row, new, until)}
    was: dict[str, int | str | None] = {
        "credit_limit": row.own_limit,
        "temporary_limit": row.temporary_limit,
        "temporary_until": row.temporary_until,
    }
    changed = {name: [was[name], now] for name, now in wanted.items() if was[name] != now}
    if not changed:
        return _view(work, row)
    now = was | wanted
    values = {
        "new_limit": now["credit_limit"],
        "new_temporary": now["temporary_limit"],
        "new_until": now["temporary_until"],
    }
    work.change(_LIMIT, {"customer_id": row.id, "read": row.version, **values}, expect=1)
    told = {name: [_told(row, name, value) for value in pair] for name, pair in changed.items()}
    kind = "credit limit set" if until is None else "temporary limit set"
    body = {"code": row.code, **told, "reason": why}
    work.event("customer", row.id, row.version + 1, kind, body)
    return show(work, row.code)


def set_parent(
    work: Work, customer: str, parent: str | None, version: int | None = None
) -> CreditView:
    """Let another customer hold the credit limit for this one; None lets it hold its own.

    Raises NotFound, Refused where the two cannot be of one family, and Conflict where `version`
    is not the one stored.
    """
    rights.require(work, "credit")
    row = _read(work, customer, _LOCKED)
    _refuse_stale(row, version)
    holder = None if parent is None else _read(work, parent, _LOCKED)
    # Both are locked by now: somebody may have become a child of either while they were waited for.
    row = read(work, row.code)
    if holder is not None:
        _check_family(row, holder)
    new = None if holder is None else holder.id
    if new == row.parent_id:
        return _view(work, row)
    values = {"customer_id": row.id, "read": row.version, "new_parent": new}
    work.change(_PARENT, values, expect=1)
    if row.parent_id is not None:
        exposure.move_family(work, row.parent_id, -row.exposure)
    if new is not None:
        exposure.move_family(work, new, row.exposure)
    names = [row.holder_code if row.parent_id else None, holder.code if holder else None]
    work.event(
        "customer", row.id, row.version + 1, "parent set", {"code": row.code, "parent": names}
    )
    return show(work, row.code)


def _check_family(row: Row, holder: Row) -> None:
    """Raise Refused where one customer cannot hold the limit for another."""
    why = ""
    if holder.id == row.id:
        why = "nobody is their own parent; leave it out"
    elif holder.parent_id is not None:
        why = f"{holder.code} has a parent itself, {holder.holder_code}; name that one"
    elif row.children is not None:
        why = f"{row.code} is a parent itself, and a family has one; name another customer"
    elif holder.currency != row.currency:
        why = (
            f"{holder.code} pays in {holder.currency}, {row.code} in {row.currency}; "
            "name one of the same currency"
        )
    if why:
        raise Refused("no_family", f"customer {row.code}: {why}", customer=row.code)


def _limit(row: Row, limit: str | None, reason: str) -> tuple[int | None, str]:
    decimals = currency_decimals(row.currency)
    try:
        new = None if limit is None else amount_of(limit, decimals, "limit")
        return new, stored(reason, "reason")
    except ValueError as error:
        raise Refused("bad_value", f"customer {row.code}: {error}", customer=row.code) from None


def _until(row: Row, new: int | None, until: str) -> str:
    """Give the last day of a temporary limit, ISO. Raises Refused."""
    try:
        last = day_of(until, "until").isoformat()
    except ValueError as error:
        raise Refused("bad_date", str(error)) from None
    if new is None:
        raise Refused("no_limit", "a temporary limit is an amount; give one")
    if last < row.business_date:
        raise Refused(
            "past_day",
            f"until {last} is over already, today is {row.business_date}; give a later day",
            until=last,
        )
    return last


def _told(row: Row, name: str, value: int | str | None) -> str | None:
    """Give a limit or its day as an event says it."""
    if isinstance(value, int):
        return str(amount_decimal(value, currency_decimals(row.currency)))
    return value


def _refuse_stale(row: Row, version: int | None) -> None:
    if version is not None and version != row.version:
        raise Conflict(
            "changed_meanwhile",
            f"customer {row.code} was changed by somebody else (version {row.version}, you read "
            f"{version}); nothing was changed: read it again and repeat",
            version=row.version,
            read=version,
        )


def read(work: Work, customer: str) -> Row:
    """Give a customer's row with `catalogue.CREDIT`. Raises NotFound."""
    return _read(work, customer, _SEEN)


def _read(work: Work, customer: str, wanted: Statement) -> Row:
    row = work.one(wanted, {"customer": fold_code(customer)})
    if row is None:
        raise NotFound(
            "unknown_customer",
            f"customer {customer!r} is unknown; search with `orderdesk customer list`",
            customer=customer,
        )
    return row


def reasons_of(found: list[Verdict]) -> tuple[CreditReason, ...]:
    """Give verdicts as readers get them."""
    return tuple(CreditReason(each.code, each.message, dict(each.details)) for each in found)


def _view(work: Work, row: Row) -> CreditView:
    decimals = currency_decimals(row.currency)

    def amount(minor: int) -> Decimal:
        return amount_decimal(minor, decimals)

    def limit(minor: int | None) -> Decimal | None:
        return None if minor is None else amount(minor)

    overdue = checks.overdue(work, row)
    found = checks.verdicts(Standing(row, row.owed, overdue=overdue))
    grants = work.run(_GRANTS, {"customer_id": row.id, "today": row.business_date})
    return CreditView(
        customer=row.code,
        name=row.name,
        version=row.version,
        currency=row.currency,
        limit=limit(row.credit_limit),
        exposure=amount(row.exposure),
        headroom=None if row.credit_limit is None else amount(row.credit_limit - row.owed),
        parts=ExposureParts(
            receivables=amount(row.receivable),
            unbilled=amount(0),
            open_orders=amount(row.exposure - row.receivable + row.unapplied),
            unapplied=amount(row.unapplied),
        ),
        overdue=Overdue(amount(overdue), checks.overdue_days(row)),
        result=checks.worst(found),
        reasons=reasons_of(found),
        grants=tuple(_grant(each) for each in grants),
        holder=row.holder_code,
        family_exposure=amount(row.owed),
        standing_limit=limit(row.standing_limit),
        temporary_until=date.fromisoformat(row.temporary_day) if row.temporary_day else None,
        business_date=date.fromisoformat(row.business_date),
    )


def _grant(row: Row) -> Grant:
    by_amount = HOLDS[row.code].unit in ("total", "amount") if row.code in HOLDS else False
    return Grant(
        row.number,
        row.code,
        amount_decimal(row.ceiling, currency_decimals(row.currency)) if by_amount else None,
        date.fromisoformat(row.released_until),
        row.released_by,
        row.reason,
    )
