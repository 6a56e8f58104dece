"""The stops there are: what each is about, and what its release is bounded by."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class HoldKind:
    """One code that an order or a line of it is held by."""

    code: str
    says: str
    """What it is about, for headings and lists."""
    unit: str = ""
    """What it measures, and so what a ceiling means: `total` (the order's, so that growing past
    it holds again), `amount`, `quantity`, `percent`, or nothing."""
    credit: bool = False
    """Whether it is about credit: longer terms void its release."""


MANUAL: Final = "manual"
"""The hold that somebody places by hand."""

CREDIT_LIMIT: Final = "credit_limit"

_KINDS: Final = (
    HoldKind(CREDIT_LIMIT, "credit limit", "total", credit=True),
    HoldKind("overdue", "overdue items", "total", credit=True),
    HoldKind("overdue_share", "share overdue", "total", credit=True),
    HoldKind("review_date", "credit review", "total", credit=True),
    HoldKind("document_maximum", "most for one order", "total", credit=True),
    HoldKind("new_customer", "new customer", "total", credit=True),
    HoldKind("prepay", "prepayment", "total", credit=True),
    HoldKind("order_margin", "margin of the order", "amount"),
    HoldKind("line_margin", "margin of a line", "amount"),
    HoldKind("discount_right", "discount", "percent"),
    HoldKind("minimum_order", "minimum order value", "amount"),
    HoldKind("duplicate_line", "repeated line", "quantity"),
    HoldKind("po_missing", "buyer PO missing"),
    HoldKind("address_incomplete", "address incomplete"),
    HoldKind("customer_blocked", "customer blocked"),
    HoldKind(MANUAL, "by hand"),
)
HOLDS: Final = {kind.code: kind for kind in _KINDS}
"""Every kind of hold by its code."""
