"""Open items taken in: what customers owe and have paid, until invoices are made here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, func, literal_column, select, update

from orderdesk.domain.credit import ItemRequest
from orderdesk.domain.days import day_of
from orderdesk.domain.errors import NotFound, OrderDeskError, Refused
from orderdesk.domain.numbers import amount_decimal, amount_of, currency_decimals
from orderdesk.domain.records import Refusal, Taken
from orderdesk.domain.text import fold_code, stored
from orderdesk.models.company import Company
from orderdesk.models.customers import Customer, OpenItem
from orderdesk.services import rights
from orderdesk.services.credit import exposure
from orderdesk.store.statements import (
    Row,
    insertion,
    row_of,
    statement,
    table_of,
    text_set,
)
from orderdesk.store.work import Work

KINDS: Final = ("invoice", "payment", "credit")

_customer = table_of(Customer).c
_item = table_of(OpenItem).c

ItemRow: Final[Any] = row_of(OpenItem)
_ITEMS: Final = insertion(OpenItem, "id")

_named = _customer.code.in_(select(text_set("customers")))
_LOCK_CHILDREN, _LOCK_HOLDERS = exposure.family_locks(
    lambda customer: customer.code.in_(select(text_set("customers")))
)
_CUSTOMERS: Final = statement(
    select(
        _customer.id,
        _customer.code,
        _customer.currency,
        _customer.receivable,
        _customer.unapplied,
        _customer.exposure,
        func.coalesce(_customer.parent_id, _customer.id).label("holder_id"),
    )
    .where(_named)
    .order_by(_customer.id)
)
_KNOWN: Final = statement(
    select(table_of(OpenItem)).where(
        _item.customer_id == bindparam("customer_id"),
        _item.kind.in_([literal_column(f"'{kind}'") for kind in KINDS]),
        _item.number.in_(select(text_set("numbers"))),
    )
)
_CHANGE: Final = statement(
    update(table_of(OpenItem))
    .where(_item.id == bindparam("item_id"), _item.version == bindparam("read"))
    .values(
        date=bindparam("new_date", type_=_item.date.type),
        due_date=bindparam("new_due", type_=_item.due_date.type),
        amount=bindparam("new_amount", type_=_item.amount.type),
        open=bindparam("new_open", type_=_item.open.type),
        settled_on=bindparam("new_settled", type_=_item.settled_on.type),
        version=_item.version + 1,
    )
)
_BALANCES: Final = statement(
    update(table_of(Customer))
    .where(_customer.id == bindparam("customer_id"))
    .values(
        receivable=_customer.receivable + bindparam("owed"),
        unapplied=_customer.unapplied + bindparam("paid"),
    )
)
_TODAY: Final = statement(select(table_of(Company).c.business_date))

Key = tuple[str, str]
"""Kind and number, which are one item of a customer."""


class _Done(NamedTuple):
    """What was done with a customer's items."""

    added: int
    changed: int
    unchanged: int


def take_many(work: Work, requests: Sequence[ItemRequest]) -> Taken:
    """Take in items, each by itself: one that is known by customer, kind and number is changed.

    The customers' balances follow in the same unit of work. Of several of the same key the last
    one counts. What is wrong with one refuses it alone. Raises Refused for who may not do so.
    """
    rights.require(work, "credit")
    codes = json.dumps(sorted({fold_code(each.customer) for each in requests}))
    [rows, today] = work.run_all(
        [
            (_LOCK_CHILDREN, {"customers": codes}),
            (_LOCK_HOLDERS, {"customers": codes}),
            (_CUSTOMERS, {"customers": codes}),
            (_TODAY, {}),
        ]
    )
    customers = {row.code: row for row in rows}
    refused = []
    wanted: dict[str, dict[Key, Any]] = {}
    repeated = 0
    for index, request in enumerate(requests):
        try:
            buyer = _buyer(customers, request)
            row = _row(buyer, request)
        except OrderDeskError as error:
            key = f"{request.customer} {request.number}"
            refused.append(Refusal(index, key, error.code, error.message))
            continue
        of_buyer = wanted.setdefault(buyer.code, {})
        repeated += (row.kind, row.number) in of_buyer
        of_buyer[row.kind, row.number] = row
    day = today[0].business_date
    done = [_take(work, customers[code], items, day) for code, items in sorted(wanted.items())]
    sums = [sum(each) for each in zip(*done, strict=True)] if done else [0, 0, 0]
    return Taken(sums[0], sums[1], sums[2] + repeated, tuple(refused))


def _take(work: Work, buyer: Row, items: Mapping[Key, Any], today: str) -> _Done:
    """Write a customer's items, and move the balances by the difference they make."""
    numbers = json.dumps(sorted({number for _, number in items}))
    found = work.run(_KNOWN, {"customer_id": buyer.id, "numbers": numbers})
    known = {(row.kind, row.number): row for row in found}
    new, changed = [], []
    owed = paid = 0
    for key, asked in items.items():
        old = known.get(key)
        was = old.open if old is not None else 0
        item = _filled(asked, old, today)
        if old is None:
            new.append(item)
        elif (item.date, item.due_date, item.amount, item.open, item.settled_on) != (
            old.date, old.due_date, old.amount, old.open, old.settled_on,
        ):  # fmt: skip
            changed.append((old, item))
        owed += max(0, item.open) - max(0, was)
        paid += max(0, -item.open) - max(0, -was)
    work.insert(_ITEMS, [item[1:] for item in new])
    if changed:
        work.change_all(_CHANGE, [_values(old, item) for old, item in changed], expect=len(changed))
    _move(work, buyer, owed, paid, len(new), len(changed))
    return _Done(len(new), len(changed), len(items) - len(new) - len(changed))


def _filled(item: Any, old: Row | None, today: str) -> Any:
    """Fill in the days that an item was not given: as they are known, else the company's today.

    So the same file taken in on a later day changes nothing. What is settled before its own date
    was so on that day.
    """
    day = item.date or (old.date if old is not None else today)
    due = item.due_date or (old.due_date if old is not None else day)
    settled = None
    if not item.open:
        known = old.settled_on if old is not None else None
        settled = item.settled_on or known or max(day, today)
    return item._replace(date=day, due_date=due, settled_on=settled)


def _values(old: Row, item: Any) -> dict[str, Any]:
    return {
        "item_id": old.id,
        "read": old.version,
        "new_date": item.date,
        "new_due": item.due_date,
        "new_amount": item.amount,
        "new_open": item.open,
        "new_settled": item.settled_on,
    }


def _move(work: Work, buyer: Row, owed: int, paid: int, added: int, changed: int) -> None:
    """Move a customer's balances by what is owed and paid more, and tell of it."""
    if not added and not changed:
        return
    if owed or paid:
        work.change(_BALANCES, {"customer_id": buyer.id, "owed": owed, "paid": paid}, expect=1)
        exposure.move(work, buyer.id, buyer.holder_id, owed - paid)
    decimals = currency_decimals(buyer.currency)
    body: dict[str, Any] = {"code": buyer.code, "added": added, "changed": changed}
    for name, was, more in (
        ("receivable", buyer.receivable, owed),
        ("unapplied", buyer.unapplied, paid),
        ("exposure", buyer.exposure, owed - paid),
    ):
        if more:
            body[name] = [str(amount_decimal(n, decimals)) for n in (was, was + more)]
    # The customer's own row keeps its version: nobody who edits it has to read it again.
    work.event("customer", buyer.id, None, "open items", body)


def _buyer(customers: Mapping[str, Row], request: ItemRequest) -> Row:
    buyer = customers.get(fold_code(request.customer))
    if buyer is None:
        raise NotFound(
            "unknown_customer",
            f"customer {request.customer!r} is unknown; add it with `orderdesk customer add`",
            customer=request.customer,
        )
    if request.currency and fold_code(request.currency) != buyer.currency:
        raise Refused(
            "other_currency",
            f"currency {request.currency!r} is not {buyer.currency}, which customer {buyer.code} "
            f"pays in; give {buyer.currency}",
        )
    return buyer


def _row(buyer: Row, request: ItemRequest) -> Any:
    """Make the row of an item; days that are not given stay empty. Raises Refused."""
    kind = request.kind.strip().lower()
    if kind not in KINDS:
        raise Refused("bad_kind", f"kind {request.kind!r} is unknown; known: {', '.join(KINDS)}")
    decimals = currency_decimals(buyer.currency)
    try:
        number = stored(request.number, "number")
        amount = amount_of(request.amount, decimals, "amount")
        settled = _day(request.settled_on, "settled_on") or None
        left = amount_of(request.open, decimals, "open") if request.open.strip() else amount
        day = _day(request.date, "date")
        due = _day(request.due_date, "due_date") or day
    except ValueError as error:
        raise Refused("bad_value", str(error)) from None
    if settled and not request.open.strip():
        left = 0
    if not number or not amount:
        raise Refused("bad_value", f"{'amount' if number else 'number'} is missing; give one")
    if left > amount:
        raise Refused(
            "more_than_all",
            f"open {request.open} is more than the amount of {request.amount}; give that or less",
        )
    if settled and left:
        words = f"settled_on {settled} is given, and {request.open} is open; leave one out"
        raise Refused("not_settled", words)
    sign = 1 if kind == "invoice" else -1
    return ItemRow(
        id=None,
        customer_id=buyer.id,
        kind=kind,
        number=number,
        date=day,
        due_date=due,
        currency=buyer.currency,
        amount=sign * amount,
        open=sign * left,
        settled_on=settled,
    )


def _day(text: str, what: str) -> str:
    return day_of(text, what).isoformat() if text.strip() else ""
