"""Whether a customer's credit carries what is asked of it."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, update

from orderdesk.domain.numbers import RATE_SCALE, amount_decimal, currency_decimals
from orderdesk.models.customers import Customer
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work

CODE: Final = "credit_limit"
"""The hold of an order that does not fit its customer's limit."""

_customer = table_of(Customer).c

_MOVE: Final = statement(
    update(table_of(Customer))
    .where(_customer.id == bindparam("customer_id"))
    .values(exposure=_customer.exposure + bindparam("change"))
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
