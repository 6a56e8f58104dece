"""Everything about one customer, as rows of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from orderdesk.domain.credit import CreditView
from orderdesk.domain.customers import AddressView, CustomerView
from orderdesk.domain.orders import OrderSummary
from orderdesk.domain.text import clean
from orderdesk.screens.credit.about import made_of


def head(seen: CustomerView, credit: CreditView) -> str:
    """Give the few lines that always stand: terms, people, credit, and what to mind."""
    flags = [
        word
        for word, is_so in (
            ("!BLOCKED", seen.blocked),
            ("ARCHIVED", seen.archived),
            ("PO required", seen.po_required),
        )
        if is_so
    ]
    rows = [
        f"{seen.name}   {seen.city} {seen.country}   {'  '.join(flags)}",
        f"Contact {_or_none(seen.contact)}   Phone {_or_none(seen.phone)}"
        f"   Mail {_or_none(seen.email)}   Rep {_or_none(seen.rep)}",
        f"Group {seen.group or '-'}   Prices {seen.price_list or '-'}   {seen.currency}"
        f"   Terms {seen.terms or '-'}   Tax {seen.tax or '-'}   Via {seen.carrier or '-'}",
        credit_line(credit),
    ]
    if seen.alert:
        rows.insert(1, f"!{seen.alert}")
    return "\n".join(f" {clean(row)}" for row in rows)


def credit_line(credit: CreditView) -> str:
    """Give limit, exposure, headroom and verdict in one line."""
    limit = "unlimited" if credit.limit is None else f"{credit.limit:,f}"
    free = "" if credit.headroom is None else f"   Free {credit.headroom:,f}"
    return (
        f"Limit {limit}   Open {credit.exposure:,f}{free}   Overdue {credit.overdue.amount:,f}"
        f"   {credit.result.upper()}"
    )


def body(
    seen: CustomerView,
    credit: CreditView,
    orders: Sequence[OrderSummary],
    keyed: Callable[[str], str],
) -> str:
    """Give the sections: orders, credit, addresses, contacts, part numbers, notes.

    `keyed` puts the user's keys into their titles.
    """
    sections = (
        (keyed("NEWEST ORDERS ({customer_orders} lists all)"), _orders(orders)),
        (keyed("CREDIT ({credit_check} checks it)"), _credit(credit)),
        ("ADDRESSES", (_address(each, seen.ship_to) for each in seen.addresses)),
        ("CONTACTS", (f"{c.name}  {c.title}  {c.phone}  {c.email}" for c in seen.contacts)),
        ("THEIR PART NUMBERS", (f"{p.part}  {p.product}  {p.name}" for p in seen.parts)),
        (
            keyed("NOTES ({note_customer} adds one)"),
            (f"{n.audience}: {n.text}  {n.actor}" for n in seen.notes),
        ),
    )
    rows = []
    for title, lines in sections:
        told = [f"   {clean(line)}" for line in lines]
        rows += ["", f" {title}", *(told or ["   none"])]
    return "\n".join(rows[1:])


def _orders(orders: Sequence[OrderSummary]) -> Iterator[str]:
    for order in orders:
        held = "  !held" if order.held else ""
        yield (
            f"{order.number}  {order.entered_at:%Y-%m-%d}  {order.buyer_po or '-':<14}"
            f" {order.status}, {order.stage}  {order.total:,f} {order.currency}{held}"
        )


def _credit(credit: CreditView) -> Iterator[str]:
    yield made_of(credit.parts)
    for reason in credit.reasons:
        yield f"{reason.code.replace('_', ' ')}: {reason.message}"
    for grant in credit.grants:
        until = f" until {grant.until}" if grant.until else ""
        yield f"granted {grant.order} {grant.code}{until}, by {grant.by}"


def _address(each: AddressView, ship_to: str) -> str:
    mark = "*" if each.code == ship_to else " "
    parts = (each.name, each.street, f"{each.postal_code} {each.city}".strip(), each.country)
    return f"{each.code}{mark} " + ", ".join(part for part in parts if part)


def _or_none(text: str) -> str:
    return text or "-"
