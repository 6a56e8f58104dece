"""What the floors say to each other about a customer's credit; amounts in its currency."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

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
    grants: tuple[dict[str, Any], ...] = ()
    """Exceptions granted; none can be yet."""
