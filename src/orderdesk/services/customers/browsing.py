"""Customers by their codes, a page before or behind any of them: the list that people scroll."""

from typing import Any, Final

from sqlalchemy import bindparam, literal_column, select

from orderdesk.domain.customers import CustomerLine
from orderdesk.domain.text import fold_code
from orderdesk.models.customers import Address, Customer
from orderdesk.store.search import AgainstByteOrder, AtLeast, Before, Behind, InByteOrder
from orderdesk.store.statements import Statement, statement, table_of
from orderdesk.store.work import Work

_LAST: Final = chr(0x10FFFF)
"""Behind every code."""

_customer = table_of(Customer).c
_address = table_of(Address).c


def _page(compared: Any, order: Any) -> Statement:
    return statement(
        select(
            _customer.code,
            _customer.name,
            _customer.phone,
            _customer.blocked,
            _customer.alert,
            _address.city,
        )
        .select_from(table_of(Customer))
        .outerjoin(
            table_of(Address),
            (_address.customer_id == _customer.id) & (_address.code == _customer.ship_to),
        )
        .where(
            compared(_customer.code, bindparam("key", type_=_customer.code.type)),
            _customer.archived == literal_column("0"),
        )
        .order_by(order(_customer.code))
        .limit(bindparam("count"))
    )


_BEHIND: Final = _page(Behind, InByteOrder)
_FROM: Final = _page(AtLeast, InByteOrder)
_BEFORE: Final = _page(Before, AgainstByteOrder)


def browse(
    work: Work, key: str | None, *, before: bool, limit: int, including: bool
) -> tuple[CustomerLine, ...]:
    """Give at most `limit` customers behind a code, or with `before` those just before it.

    In the order of the codes either way, archived ones left out. With `including` the code's own
    comes first. None stands before the first code, and with `before` behind the last.
    """
    if before:
        wanted, from_key = _BEFORE, _LAST if key is None else fold_code(key)
    else:
        wanted = _FROM if including else _BEHIND
        from_key = "" if key is None else fold_code(key)
    rows = work.run(wanted, {"key": from_key, "count": limit})
    found = [
        CustomerLine(r.code, r.name, r.city or "", r.phone, bool(r.blocked), r.alert) for r in rows
    ]
    return tuple(reversed(found) if before else found)
