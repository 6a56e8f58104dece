"""For whom an order begins: what order entry shows first, and reads before any model."""

from typing import Final

from orderdesk.domain.entry import BuyerView
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import amount_decimal, currency_decimals
from orderdesk.domain.text import fold_code
from orderdesk.services.promises import ways
from orderdesk.store.frozen import frozen
from orderdesk.store.prepared import Row
from orderdesk.store.work import Work

_BUYER: Final = frozen("orderdesk.services.catalogue:BUYER_SEEN")
_LISTS: Final = frozen("orderdesk.services.prices:LISTS_FOR")


def buyer(work: Work, customer: str) -> BuyerView:
    """Give a customer for whom an order begins; raise NotFound, or Refused where archived."""
    code = fold_code(customer)
    named = {"customer": code}
    going = ways.reads(code, (), now=work.now)
    found, lists, *legs = work.run_all([(_BUYER, named), (_LISTS, named), *going])
    if not found:
        raise unknown_buyer(code)
    row = found[0]
    check_buyer(row)
    decimals, limit = currency_decimals(row.currency), row.credit_limit
    alert = [row.alert] if row.alert else []
    if row.blocked:
        alert.append("blocked: the order will be held")
    return BuyerView(
        code=row.code,
        name=row.name,
        currency=row.currency,
        ship_to=row.ship_to,
        contact=row.contact,
        terms=row.terms or row.company_terms or "",
        carrier=row.carrier or row.company_carrier or "",
        requested=row.business_date,
        limit=None if limit is None else amount_decimal(limit, decimals),
        exposure=amount_decimal(row.owed, decimals),
        headroom=None if limit is None else amount_decimal(limit - row.owed, decimals),
        alert="; ".join(alert),
        rep=row.rep,
        warehouse=row.warehouse or "",
        substitutes=bool(row.substitutes),
        price_lists=tuple(dict.fromkeys(code for code in lists[0] if code)),
        origin=ways.of(work, legs)[row.warehouse].origin,
        delivery_rule=row.delivery_rule,
        most_deliveries=row.most_deliveries,
    )


def unknown_buyer(code: str) -> NotFound:
    """Give the error for a customer that nobody is."""
    return NotFound(
        "unknown_customer",
        f"customer {code!r} is unknown; search with `orderdesk customer list`",
        customer=code,
    )


def check_buyer(buyer: Row) -> None:
    """Raise Refused where the customer takes no more orders."""
    if buyer.archived:
        raise Refused(
            "archived_customer",
            f"customer {buyer.code} is archived; choose another, or let an administrator run "
            f"`orderdesk customer set {buyer.code} --archived 0`",
            customer=buyer.code,
        )
