"""Whether a customer's credit carries what is asked of it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select, update

from orderdesk.domain.credit import CreditReason, CreditView, ExposureParts, Overdue
from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.numbers import RATE_SCALE, amount_decimal, amount_of, currency_decimals
from orderdesk.domain.text import fold_code, stored
from orderdesk.models.company import Company
from orderdesk.models.customers import Customer
from orderdesk.store.statements import Row, Statement, statement, table_of
from orderdesk.store.work import Work

CODE: Final = "credit_limit"
"""The hold of an order that does not fit its customer's limit."""

_customer = table_of(Customer).c

_MOVE: Final = statement(
    update(table_of(Customer))
    .where(_customer.id == bindparam("customer_id"))
    .values(exposure=_customer.exposure + bindparam("change"))
)

_OF_CUSTOMER = select(
    _customer.id,
    _customer.code,
    _customer.name,
    _customer.version,
    _customer.currency,
    _customer.credit_limit,
    _customer.receivable,
    _customer.exposure,
    select(table_of(Company).c.watch_share).scalar_subquery().label("watch_share"),
).where(_customer.code == bindparam("customer"))
_SEEN: Final = statement(_OF_CUSTOMER)
_LOCKED: Final = statement(_OF_CUSTOMER.with_for_update(of=table_of(Customer)))
_LIMIT: Final = statement(
    update(table_of(Customer))
    .where(_customer.id == bindparam("customer_id"), _customer.version == bindparam("read"))
    .values(credit_limit=bindparam("new_limit"), version=_customer.version + 1)
)


class Verdict(NamedTuple):
    """What the credit check says of an exposure."""

    result: str
    """ok, watch or hold."""
    message: str
    details: Mapping[str, Any]
    """Decimal texts: limit, exposure, headroom, over."""


def judge(
    limit: int | None, exposure: int, currency: str, watch_share: int, added: int = 0
) -> Verdict:
    """Compare an exposure (minor units, `added` included) with the limit; None is unlimited.

    Source: domain.md, credit exposure: `watch` from a share of the limit on, `hold` beyond it;
    a limit of 0 is no credit at all.
    """
    if limit is None:
        return Verdict("ok", "", {})
    if limit and exposure * RATE_SCALE < limit * watch_share:
        return Verdict("ok", "", {})
    decimals = currency_decimals(currency)

    def text(minor: int) -> str:
        return str(amount_decimal(minor, decimals))

    details = {
        "limit": text(limit),
        "exposure": text(exposure),
        "headroom": text(limit - exposure),
        "added": text(added),
        "currency": currency,
    }
    if limit == 0 and exposure > 0:
        return Verdict("hold", "the customer has no credit: the limit is 0", details)
    if exposure > limit:
        return Verdict(
            "hold",
            f"exposure {text(exposure)} {currency} is {text(exposure - limit)} over the credit "
            f"limit of {text(limit)}",
            details,
        )
    if limit == 0:
        return Verdict("ok", "", {})
    share = exposure * 100 // limit
    return Verdict("watch", f"exposure is {share} % of the credit limit", details)


def move_exposure(work: Work, customer_id: int, change: int) -> None:
    """Change a customer's stored exposure by this many minor units."""
    if change:
        work.change(_MOVE, {"customer_id": customer_id, "change": change})


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
    if new == row.credit_limit:
        return _view(row)
    work.change(_LIMIT, {"customer_id": row.id, "read": row.version, "new_limit": new}, expect=1)
    both = [
        None if minor is None else str(amount_decimal(minor, decimals))
        for minor in (row.credit_limit, new)
    ]
    body = {"code": row.code, "credit_limit": both, "reason": why}
    work.event("customer", row.id, row.version + 1, "credit limit set", body)
    return _view(row._replace(credit_limit=new, version=row.version + 1))


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

    verdict = judge(row.credit_limit, row.exposure, row.currency, row.watch_share)
    limited = row.credit_limit is not None
    return CreditView(
        customer=row.code,
        name=row.name,
        version=row.version,
        currency=row.currency,
        limit=amount(row.credit_limit) if limited else None,
        exposure=amount(row.exposure),
        headroom=amount(row.credit_limit - row.exposure) if limited else None,
        parts=ExposureParts(
            receivables=amount(row.receivable),
            unbilled=amount(0),
            open_orders=amount(row.exposure - row.receivable),
            unapplied=amount(0),
        ),
        overdue=Overdue(amount(0), 0),
        result=verdict.result,
        reasons=(CreditReason(CODE, verdict.message, dict(verdict.details)),)
        if verdict.message
        else (),
    )
