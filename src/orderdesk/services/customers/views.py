"""Customers as they are shown and listed."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, func, or_, select

from orderdesk.domain.customers import (
    AddressView,
    ContactView,
    CustomerFilter,
    CustomerSummary,
    CustomerView,
    PartView,
)
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import amount_decimal, currency_decimals
from orderdesk.domain.text import fold_code
from orderdesk.models.customers import Address, Customer
from orderdesk.services import masters, notes
from orderdesk.services.customers.belongings import ADDRESSES_OF, CONTACTS_OF, PARTS_OF
from orderdesk.store import search
from orderdesk.store.search import AgainstByteOrder, AtLeast, Before, Behind, InByteOrder
from orderdesk.store.statements import Row, Statement, statement, table_of
from orderdesk.store.work import Work

PAGE: Final = 200

_customer = table_of(Customer).c
_address = table_of(Address).c

_rows = (
    select(*_customer, _address.city, _address.country)
    .select_from(table_of(Customer))
    .outerjoin(
        table_of(Address),
        (_address.customer_id == _customer.id) & (_address.code == _customer.ship_to),
    )
)
_parent = table_of(Customer).alias("parent").c
_ONE: Final = statement(
    _rows.add_columns(
        select(_parent.code)
        .where(_parent.id == _customer.parent_id)
        .scalar_subquery()
        .label("parent")
    ).where(_customer.code == bindparam("code"))
)
_fitting = (
    or_(bindparam("any_group") == 1, _customer.customer_group == bindparam("group")),
    or_(bindparam("any_blocked") == 1, _customer.blocked == bindparam("blocked")),
    or_(bindparam("any_archived") == 1, _customer.archived == bindparam("archived")),
)


def _page(compared: Any, order: Any) -> Statement:
    """Declare a page of those whose codes compare so with `key`."""
    beside = compared(_customer.code, bindparam("key", type_=_customer.code.type))
    return statement(
        _rows.where(beside, *_fitting).order_by(order(_customer.code)).limit(bindparam("count"))
    )


_BEHIND: Final = _page(Behind, InByteOrder)
_FROM: Final = _page(AtLeast, InByteOrder)
_BEFORE: Final = _page(Before, AgainstByteOrder)
_LAST: Final = chr(0x10FFFF)
"""Behind every code."""
_NEXT: Final = "\x01"
"""A code with this behind it stands behind the code alone, and before every other one."""
_hit = search.hits(search.CustomerHits)
_earlier = table_of(Customer).alias("earlier").c
_PAGE_OF_HITS: Final = statement(
    _rows.join(_hit.table, _hit == _customer.id)
    .where(
        _hit
        > func.coalesce(
            select(_earlier.id).where(_earlier.code == bindparam("after")).scalar_subquery(), 0
        ),
        *_fitting,
    )
    .order_by(search.ById(_hit))
    .limit(bindparam("count"))
)


def show(work: Work, code: str) -> CustomerView:
    """Give a customer with all that belongs to it. Raises NotFound."""
    code = fold_code(code)
    row = work.one(_ONE, {"code": code})
    if row is None:
        raise NotFound(
            "unknown_customer",
            f"customer {code!r} is unknown; search with `orderdesk customer list`",
            customer=code,
        )
    ids = {"ids": json.dumps([row.id])}
    places, people, parts = work.run_all([(ADDRESSES_OF, ids), (CONTACTS_OF, ids), (PARTS_OF, ids)])
    return CustomerView(
        **_summary(row),
        addresses=tuple(
            AddressView(
                p.code,
                p.name,
                p.street,
                p.city,
                p.region,
                p.postal_code,
                p.country,
                p.phone,
                bool(p.archived),
                p.calendar,
            )
            for p in places
        ),
        contacts=tuple(ContactView(p.name, p.title, p.phone, p.email) for p in people),
        parts=tuple(PartView(p.part, p.product, p.name) for p in parts),
        notes=notes.of(work, "customer", row.id, code),
        parent=row.parent,
    )


def list_(
    work: Work, wanted: CustomerFilter, *, after: str = "", limit: int = PAGE
) -> tuple[CustomerSummary, ...]:
    """Give the customers by code, from the one behind `after` on.

    Those with a text (words from two letters on) come in the order in which they were added.
    """
    if not wanted.text.strip():
        return page(work, wanted, after, limit=limit)
    query = search.all_words(wanted.text)
    if query is None:
        raise Refused(
            "short_text", f"text {wanted.text!r} has no word of two letters; give more of it"
        )
    parameters = {"after": fold_code(after), "count": limit, **_filter(wanted)}
    asked = [(search.INDEX_ONLY, {}), (_PAGE_OF_HITS, {**parameters, **query.parameters()})]
    return _listed(work, wanted, work.run_all(asked)[1])


def page(
    work: Work,
    wanted: CustomerFilter,
    key: str | None = None,
    *,
    before: bool = False,
    including: bool = False,
    limit: int = PAGE,
) -> tuple[CustomerSummary, ...]:
    """Give customers by code: those behind a code, or with `before` those just before it.

    They come in the order of the codes either way; with `including` the code's own among them. None
    stands before the first code, and with `before` behind the last. A text is left aside.
    """
    if before:
        at = _LAST if key is None else fold_code(key) + (_NEXT if including else "")
    else:
        at = "" if key is None else fold_code(key)
    asked = _BEFORE if before else _FROM if including else _BEHIND
    rows = work.run(asked, {"key": at, "count": limit, **_filter(wanted)})
    return _listed(work, wanted, rows[::-1] if before else rows)


def _listed(work: Work, wanted: CustomerFilter, rows: Sequence[Row]) -> tuple[CustomerSummary, ...]:
    if not rows:
        masters.check(work, "customer_group", wanted.group)
    return tuple(CustomerSummary(**_summary(row)) for row in rows)


def _filter(wanted: CustomerFilter) -> dict[str, Any]:
    return {
        "group": fold_code(wanted.group or ""),
        "any_group": int(wanted.group is None),
        "blocked": int(wanted.blocked or 0),
        "any_blocked": int(wanted.blocked is None),
        "archived": int(wanted.archived or 0),
        "any_archived": int(wanted.archived is None),
    }


def _taxes(row: Row) -> dict[str, Any]:
    return {
        "tax_number": row.tax_number,
        "tax_exempt_number": row.tax_exempt_number,
        "tax_exempt_until": _day(row.tax_exempt_until),
        "reverse_charge": bool(row.reverse_charge),
    }


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _summary(row: Row) -> dict[str, Any]:
    decimals = currency_decimals(row.currency)

    def amount(minor: int | None) -> Any:
        return None if minor is None else amount_decimal(minor, decimals)

    return {
        "code": row.code,
        "version": row.version,
        "name": row.name,
        "city": row.city or "",
        "country": row.country or "",
        "group": row.customer_group,
        "currency": row.currency,
        "terms": row.terms,
        "tax": row.tax,
        "price_list": row.price_list,
        "carrier": row.carrier,
        "calendar": row.calendar,
        "credit_limit": amount(row.credit_limit),
        "receivable": amount(row.receivable),
        "exposure": amount(row.exposure),
        "ship_to": row.ship_to,
        "contact": row.contact,
        "phone": row.phone,
        "fax": row.fax,
        "email": row.email,
        "rep": row.rep,
        **_delivered(row),
        "po_required": bool(row.po_required),
        "minimum_order": amount(row.minimum_order),
        "minimum_charge": amount(row.minimum_charge),
        "freight": amount(row.freight),
        "alert": row.alert,
        "blocked": bool(row.blocked),
        "archived": bool(row.archived),
        "external_key": row.external_key,
        **_taxed_and_trusted(row, amount),
    }


def _delivered(row: Row) -> dict[str, Any]:
    """Give how a customer's orders are delivered."""
    return {
        "disposition": row.disposition,
        "delivery_rule": row.delivery_rule,
        "most_deliveries": row.most_deliveries,
        "substitutes": bool(row.substitutes),
        "shelf_life": row.shelf_life,
    }


def _taxed_and_trusted(row: Row, amount: Callable[[int | None], Any]) -> dict[str, Any]:
    """Give what a customer's taxes and credit hang on."""
    return {
        **_taxes(row),
        "document_most": amount(row.document_most),
        "review_date": _day(row.review_date),
        "prepay": bool(row.prepay),
        "since": _day(row.since),
    }
