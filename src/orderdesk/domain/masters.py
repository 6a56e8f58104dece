"""The small tables that everything else refers to by code: what they are and what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from orderdesk.domain.fields import Field, Form, Shown, by_name

Fold = Literal["upper", "lower", "as typed"]

REASON_KINDS: Final = ("any", "stock", "cancel", "price", "hold")

_NAME: Final = Field("name", "what people call it")
_ARCHIVED: Final = Field("archived", "no longer offered; kept for what refers to it", Form.FLAG)


@dataclass(frozen=True, slots=True)
class Master:
    """One kind of master record."""

    kind: str
    noun: str
    """As a sentence calls it."""
    fields: Mapping[str, Field]
    fold: Fold = "upper"
    """How its codes are written."""


@dataclass(frozen=True, slots=True)
class MasterView:
    """A master record."""

    kind: str
    code: str
    version: int
    fields: dict[str, Shown]


def _master(kind: str, *fields: Field, noun: str = "", fold: Fold = "upper") -> Master:
    named = by_name(*([] if kind == "user" else [_NAME]), *fields, _ARCHIVED)
    return Master(kind, noun or kind.replace("_", " "), named, fold)


def _reference(kind: str, says: str, name: str = "") -> Field:
    return Field(name or kind, says, Form.REFERENCE, refers=kind, nullable=True)


MASTERS: Final[Mapping[str, Master]] = {
    master.kind: master
    for master in (
        _master(
            "warehouse",
            Field("time_zone", "where its clock stands, an IANA name", Form.ZONE, required=True),
            Field(
                "cut_off",
                "orders entered before this are worked on the same day",
                Form.TIME,
                required=True,
            ),
            Field(
                "handling_days",
                "working days from the start of work on an order to its shipping",
                Form.WHOLE,
                highest=365,
            ),
            _reference("calendar", "its working days; empty, the company's"),
        ),
        _master(
            "carrier",
            Field("phone", "whom to call"),
            _reference("calendar", "the days on which it drives; empty is every day"),
        ),
        _master(
            "calendar",
            Field("week", "the days worked: mon-fri, or tue thu; empty is every day", Form.WEEK),
        ),
        _master("tax", Field("rate", "percent", Form.PERCENT, required=True)),
        _master(
            "terms",
            Field("net_days", "days until payment is due", Form.WHOLE, required=True, highest=3650),
        ),
        _master("customer_group", _reference("price_list", "the list these customers pay by")),
        _master(
            "product_group",
            Field(
                "margin_floor",
                "percent of the price that must be left over the cost; empty is no floor",
                Form.PERCENT,
                nullable=True,
            ),
        ),
        _master(
            "reason",
            Field("kind", "what it gives a reason for", Form.CHOICE, choices=REASON_KINDS),
        ),
        _master(
            "unit",
            Field("decimals", "of its quantities, 0 to 3", Form.WHOLE, required=True, highest=3),
            fold="lower",
        ),
        _master(
            "supplier",
            Field("contact", "whom to ask for"),
            Field("phone", "whom to call"),
            Field("city", "where"),
            Field("country", "where"),
        ),
        _master(
            "price_list",
            Field("currency", "of its prices, three letters", Form.CURRENCY, required=True),
            Field("tax_included", "its prices include tax", Form.FLAG),
        ),
        _master("role", fold="lower"),
        _master(
            "user",
            Field("full_name", "as people call them"),
            Field("role", "what they may do", Form.REFERENCE, refers="role", required=True),
            Field("os_user", "the operating system's user who is this one", nullable=True),
            fold="as typed",
        ),
    )
}
"""Every kind of master record by its name."""

COMPANY: Final = by_name(
    Field("name", "whose desk this is", required=True),
    Field("country", "where"),
    Field("business_date", "the working day of the company", Form.DATE, required=True),
    _reference("price_list", "the list that everybody may buy by", "base_list"),
    _reference("warehouse", "where orders ship from"),
    _reference("terms", "payment terms where the customer has none"),
    _reference("tax", "tax where neither customer nor product has one"),
    _reference("carrier", "who carries where nobody says"),
    _reference("calendar", "working days of all who have none of their own; empty is mon-fri"),
    Field("tax_per_line", "tax is rounded on each line, not once a rate", Form.FLAG),
    Field("minimum_order", "goods value below which a charge is added", Form.AMOUNT),
    Field("minimum_charge", "the charge on an order below the minimum", Form.AMOUNT),
    Field("watch_share", "percent of a credit limit from which to watch", Form.PERCENT),
    Field(
        "lock_minutes",
        "minutes without a key after which a desk locks; 0 is never",
        Form.WHOLE,
        required=True,
        highest=1440,
    ),
    Field("self_release", "people may release holds of their own orders", Form.FLAG),
    Field("price_reason", "a price by hand needs a reason", Form.FLAG),
    Field(
        "credit_horizon",
        "days: orders due later do not count as owed yet",
        Form.WHOLE,
        highest=3_650,
    ),
    Field("grant_days", "days that a release lasts where nobody says", Form.WHOLE, highest=3_650),
    Field(
        "allocation_horizon",
        "days; lines whose goods are needed later take no stock yet",
        Form.WHOLE,
        highest=3_650,
    ),
    Field("count_percent", "percent that a count may be off without another", Form.PERCENT),
    Field("count_value", "value at cost that a count may be off by; 0 is any", Form.AMOUNT),
    Field("hold_grace", "working days that a held order keeps its stock", Form.WHOLE, highest=365),
    Field(
        "duplicate_days",
        "days within which a line on the same buyer PO is a repeated one",
        Form.WHOLE,
        highest=3_650,
    ),
)
"""The company's settings; its currency is fixed when it is founded."""
