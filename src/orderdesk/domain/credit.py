"""What the floors say to each other about a customer's credit; amounts in its currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final

from orderdesk.domain.orders import STRICT_KEYS

Day = date
"""A day, where a field is called date."""

CHECKS: Final = (
    ("limit", "on", 0),
    ("overdue", "warn", 30),
    ("overdue_share", "off", 250_000),
    ("document", "on", 0),
    ("review", "warn", 0),
    ("new_customer", "off", 30),
    ("prepay", "on", 0),
)
"""What every customer of a new company is checked for: code, mode, and from where on.

A threshold is days, for `overdue_share` millionths of what is owed.
"""


@dataclass(frozen=True, slots=True)
class ExposureParts:
    """What a customer's exposure is made of."""

    receivables: Decimal
    """Posted and unpaid."""
    unbilled: Decimal
    """Shipped and not yet invoiced."""
    open_orders: Decimal
    """Confirmed and not shipped, held orders included."""
    unapplied: Decimal
    """Payments and credits not yet applied; they lower the exposure."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """What should have been paid by now."""

    amount: Decimal
    oldest_days: int


@dataclass(frozen=True, slots=True)
class CreditReason:
    """One reason for the result of a credit check, with its numbers."""

    code: str
    message: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Grant:
    """A release that lets an order through although a check says otherwise."""

    order: str
    code: str
    ceiling: Decimal | None
    until: date | None
    """The last day."""
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class CreditView:
    """What a customer may owe, owes, and what the credit check says of it."""

    customer: str
    name: str
    version: int
    currency: str
    limit: Decimal | None
    """None is unlimited, 0 is no credit."""
    exposure: Decimal
    headroom: Decimal | None
    """What is left of the limit, below zero where it is passed; None is unlimited."""
    parts: ExposureParts
    overdue: Overdue
    result: str
    """ok, watch or hold."""
    reasons: tuple[CreditReason, ...] = ()
    grants: tuple[Grant, ...] = ()
    """Releases that last still, of orders that are open."""
    holder: str = ""
    """Who holds the limit: the customer's parent, else the customer."""
    family_exposure: Decimal = Decimal(0)
    """Of the holder and all whose parent they are; the limit is for it."""
    standing_limit: Decimal | None = None
    """The limit without a temporary one; None is unlimited."""
    temporary_until: date | None = None
    """The last day of the temporary limit, where one goes."""
    business_date: date | None = None
    """The day that all this is as of."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a customer's credit would be after an amount on a day."""

    customer: str
    currency: str
    amount: Decimal
    on: date
    exposure: Decimal
    """Of whoever holds the limit, the amount and what enters the horizon by then included, what
    is expected to be paid by then left out."""
    headroom: Decimal | None
    result: str
    """ok, watch or hold."""
    reasons: tuple[CreditReason, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A day on which a customer's exposure, or the limit, is expected to change."""

    on: date
    change: Decimal
    what: str
    exposure: Decimal
    headroom: Decimal | None


@dataclass(frozen=True, slots=True)
class Passing:
    """When a held order is expected to pass by itself."""

    order: str
    held: Decimal
    """What it adds to the exposure."""
    on: date | None
    """When the last of its holds has nothing against it any more; None: it waits for a person, or
    for what is not known now."""
    reason: str = ""
    """What it waits for longest; where no day is known, everything that has none."""
    codes: tuple[str, ...] = ()
    """What holds it."""


@dataclass(frozen=True, slots=True)
class BurnDown:
    """When a customer's headroom is expected to come back."""

    customer: str
    currency: str
    business_date: date
    late_days: int
    """How many days past due the customer pays, by the mean of what was settled."""
    exposure: Decimal
    limit: Decimal | None
    steps: tuple[Step, ...]
    free_on: date | None
    """The first day on which the exposure is within the limit; None: not by what is known."""
    orders: tuple[Passing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRequest:
    """An open item to be taken in, or changed: one customer, kind and number are one item."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    customer: str
    number: str
    date: str
    """ISO; empty is as it is known, else the company's today."""
    amount: str
    """Above zero, in the customer's currency."""
    kind: str = "invoice"
    """invoice, payment or credit."""
    due_date: str = ""
    """ISO; empty is the date, or as it is known where that is empty too."""
    open: str = ""
    """What is left of the amount; empty is all of it, or nothing where it is settled."""
    settled_on: str = ""
    """ISO; the day on which nothing was left; empty is as it is known, else the company's today."""
    currency: str = ""
    """The customer's, where it is given."""


@dataclass(frozen=True, slots=True)
class CheckView:
    """How one check goes for a group of customers."""

    group: str
    """Empty: everyone whose group has no row of its own."""
    check: str
    mode: str
    """on, warn or off."""
    threshold: Decimal
    """Days, or percent for a share; 0 where the check has none."""


@dataclass(frozen=True, slots=True)
class ItemView:
    """One open item."""

    kind: str
    """invoice, payment or credit."""
    number: str
    date: Day
    due_date: Day
    amount: Decimal
    open: Decimal
    """What is left; below zero for payments and credits."""
    days_late: int
    """Days past due as of the business date, 0 before."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is owed, late by so many days."""

    days: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class AgeingView:
    """What a customer owes by how late it is."""

    customer: str
    currency: str
    business_date: date
    buckets: tuple[Bucket, ...]
    items: tuple[ItemView, ...]
    """The oldest due first."""
    more: bool
    """There are more items than these; they are not counted."""
