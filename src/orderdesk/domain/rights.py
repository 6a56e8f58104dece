"""What people may do here: the rights there are, and which role has which to begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OWNER: Final = "owner"
"""The role that may do everything, whatever its rows say."""


@dataclass(frozen=True, slots=True)
class Right:
    """One thing that somebody may do."""

    code: str
    says: str
    """What it lets people do, to stand after `may`."""
    bound: str = ""
    """What bounds it: `percent`, `amount` in the company's currency, or nothing."""


_RIGHTS: Final = (
    Right("enter", "enter orders"),
    Right("amend_own", "amend and cancel orders that they entered"),
    Right("amend_any", "amend and cancel orders of others"),
    Right("discount", "give discounts", "percent"),
    Right("price_hand", "give prices by hand"),
    Right("price_below_floor", "sell below the margin floor"),
    Right("release", "release holds of others", "amount"),
    Right("allocation_move", "move stock from one order to another"),
    Right("promise", "fix the day that a line is promised for"),
    Right("return_decide", "decide returns"),
    Right("stock", "receive, adjust, move and count stock"),
    Right("supply", "say which goods are expected, and when"),
    Right("delivery", "make, pick, pack and ship deliveries"),
    Right("return_receive", "receive returned goods"),
    Right("invoice", "make and post invoices and credit notes"),
    Right("payment", "record and apply payments"),
    Right("credit", "set credit limits and take in open items"),
    Right("refund", "refund money"),
    Right("nightly", "end the day"),
    Right("users", "add and change users, roles and rights"),
    Right("settings", "change the company's settings"),
    Right("masters", "change customers, products, prices and the small tables"),
)
RIGHTS: Final = {right.code: right for right in _RIGHTS}
"""Every right by its code."""

_ENTRY: Final[dict[str, int | None]] = {"enter": None, "amend_own": None}
_EVERY_ORDER: Final = {**_ENTRY, "amend_any": None}

ROLES: Final[dict[str, tuple[str, dict[str, int | None]]]] = {
    "clerk": ("Clerk", {**_ENTRY, "discount": 50_000}),
    "senior": ("Senior clerk", {**_EVERY_ORDER, "discount": 150_000, "price_hand": None}),
    "supervisor": (
        "Supervisor",
        {
            **_EVERY_ORDER,
            "discount": None,
            "price_hand": None,
            "price_below_floor": None,
            "release": 50_000,
            "allocation_move": None,
            "supply": None,
            "promise": None,
            "return_decide": None,
            "nightly": None,
        },
    ),
    "warehouse": (
        "Warehouse",
        {"stock": None, "supply": None, "delivery": None, "return_receive": None},
    ),
    "accounts": (
        "Accounts",
        {"invoice": None, "payment": None, "credit": None, "refund": None},
    ),
    "script": (
        "Script",
        {
            code: None
            for code in RIGHTS
            if code not in ("release", "users", "settings", "price_below_floor")
        },
    ),
    "admin": (
        "Administrator",
        {"nightly": None, "users": None, "settings": None, "masters": None},
    ),
    OWNER: ("Owner", {}),
}
"""The roles of a new company: name, and rights with their bounds.

A bound of a percentage is in millionths, one of an amount in whole units of the company's
currency; None is without bound. Source: interface.md, who acts.
"""
