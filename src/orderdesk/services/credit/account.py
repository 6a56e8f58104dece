"""Whether a customer's credit carries what is asked of it."""

from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, func, literal_column, select, update

from orderdesk.domain.credit import CreditReason, CreditView, ExposureParts, Overdue
from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.numbers import amount_decimal, amount_of, currency_decimals
from orderdesk.domain.text import fold_code, stored
from orderdesk.models.company import Company
from orderdesk.models.customers import Customer
from orderdesk.services import catalogue, rights
from orderdesk.services.credit import checks
from orderdesk.services.credit.checks import Standing
from orderdesk.store.statements import Row, Statement, statement, table_of
from orderdesk.store.work import Work

_customer = table_of(Customer).c

_OF_CUSTOMER = (
    select(
        _customer.id,
        _customer.code,
        _customer.name,
        _customer.version,
        _customer.currency,
        _customer.unapplied,
        _customer.credit_limit.label("own_limit"),
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
    .values(credit_limit=bindparam("new_limit"), version=_customer.version + 1)
)


def show(work: Work, customer: str) -> CreditView:
    """Give a customer's limit, exposure with its parts, and the verdict on it. Raises NotFound."""
    return _view(_read(work, customer, _SEEN))


def set_limit(
    work: Work, customer: str, limit: str | None, reason: str = "", version: int | None = None
) -> CreditView:
    """Give a customer another credit limit (in its currency; None is unlimited, 0 no credit).

    Raises NotFound, Refused for what is not an amount, and Conflict where `version` is not the
    one stored.
    """
    row = _read(work, customer, _LOCKED)
    decimals = currency_decimals(row.currency)
    try:
        new = None if limit is None else amount_of(limit, decimals, "limit")
        why = stored(reason, "reason")
    except ValueError as error:
        raise Refused("bad_value", f"customer {row.code}: {error}", customer=row.code) from None
    if version is not None and version != row.version:
        raise Conflict(
            "changed_meanwhile",
            f"customer {row.code} was changed by somebody else (version {row.version}, you read "
            f"{version}); nothing was changed: read it again and repeat",
            version=row.version,
            read=version,
        )
    if new == row.own_limit:
        return _view(row)
    work.change(_LIMIT, {"customer_id": row.id, "read": row.version, "new_limit": new}, expect=1)
    both = [
        None if minor is None else str(amount_decimal(minor, decimals))
        for minor in (row.own_limit, new)
    ]
    body = {"code": row.code, "credit_limit": both, "reason": why}
    work.event("customer", row.id, row.version + 1, "credit limit set", body)
    return _view(row._replace(own_limit=new, credit_limit=new, version=row.version + 1))


def _read(work: Work, customer: str, wanted: Statement) -> Row:
    row = work.one(wanted, {"customer": fold_code(customer)})
    if row is None:
        raise NotFound(
            "unknown_customer",
            f"customer {customer!r} is unknown; search with `orderdesk customer list`",
            customer=customer,
        )
    return row


def _view(row: Row) -> CreditView:
    decimals = currency_decimals(row.currency)

    def amount(minor: int) -> Decimal:
        return amount_decimal(minor, decimals)

    found = checks.verdicts(Standing(row, row.owed))
    limited = row.credit_limit is not None
    return CreditView(
        customer=row.code,
        name=row.name,
        version=row.version,
        currency=row.currency,
        limit=amount(row.credit_limit) if limited else None,
        exposure=amount(row.exposure),
        headroom=amount(row.credit_limit - row.owed) if limited else None,
        parts=ExposureParts(
            receivables=amount(row.receivable),
            unbilled=amount(0),
            open_orders=amount(row.exposure - row.receivable + row.unapplied),
            unapplied=amount(row.unapplied),
        ),
        overdue=Overdue(amount(0), 0),
        result=checks.worst(found),
        reasons=tuple(CreditReason(each.code, each.message, dict(each.details)) for each in found),
    )
