"""What is checked of a customer's credit, by the modes that go for the customer's group.

`credit_check` says of each check whether it is on (it holds), warns, or is off; the row of the
customer's own group wins over the row for everyone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, bindparam, cast, func, literal_column, select

from orderdesk.domain.credit import CHECKS
from orderdesk.domain.holds import CREDIT_LIMIT
from orderdesk.domain.numbers import RATE_SCALE, amount_decimal, amount_said, currency_decimals
from orderdesk.models.customers import OpenItem
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

_item = table_of(OpenItem).c
_whole = BigInteger().with_variant(BigInteger(), "sqlite")

_OVERDUE: Final = statement(
    select(cast(func.coalesce(func.sum(_item.open), 0), _whole).label("overdue")).where(
        _item.customer_id == bindparam("customer_id"),
        _item.due_date < bindparam("today"),
        literal_column("open_item.open <> 0"),
        _item.open > literal_column("0"),
    )
)
HOLD: Final = "hold"
WATCH: Final = "watch"


class Mode(NamedTuple):
    """How a check goes for a customer."""

    mode: str
    """on, warn or off."""
    threshold: int


class Verdict(NamedTuple):
    """What one credit check says."""

    code: str
    """Of the hold it places, or would."""
    result: str
    """watch or hold."""
    message: str
    details: Mapping[str, Any]
    """Decimal texts and dates."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the checks look at: the customer's row with `catalogue.CREDIT`, and what was added.

    Amounts are minor units of the customer's currency.
    """

    buyer: Row
    owed: int
    """Exposure of whoever holds the limit, the order at hand included."""
    document: int = 0
    """The order's total; 0 where no order is at hand."""
    overdue: int = 0
    """What should have been paid by now; needed where the share overdue is checked."""
    added: int = 0
    """How much of what is owed the order at hand, or its change, brought."""


@lru_cache(maxsize=64)
def modes_of(packed: str | None) -> Mapping[str, Mode]:
    """Give how each check goes, from the text that `catalogue.CREDIT` has of it."""
    found = {code: Mode("off", threshold) for code, _, threshold in CHECKS}
    rows = [row.split(",") for row in (packed or "").split(";") if row]
    for code, mode, threshold, _ in sorted(rows, key=lambda row: row[3]):
        found[code] = Mode(mode, int(threshold))
    return found


def verdicts(standing: Standing) -> list[Verdict]:
    """Give everything that is to be said against a customer's credit, the limit first."""
    modes = modes_of(standing.buyer.checks)
    found = []
    for code, check in _CHECKS.items():
        mode = modes[code]
        if mode.mode != "off":
            found += [
                verdict._replace(result=WATCH) if mode.mode == "warn" else verdict
                for verdict in check(standing, mode.threshold)
            ]
    return found


def worst(found: list[Verdict]) -> str:
    """Give ok, watch or hold: the worst of these verdicts."""
    results = {verdict.result for verdict in found}
    return HOLD if HOLD in results else WATCH if WATCH in results else "ok"


def needs_overdue(buyer: Row) -> bool:
    """Tell whether what is overdue has to be summed up for this customer's checks."""
    return bool(buyer.oldest_due) and modes_of(buyer.checks)["overdue_share"].mode != "off"


def overdue(work: Work, buyer: Row) -> int:
    """Give what a customer should have paid by now, in minor units."""
    if not overdue_days(buyer):
        return 0
    asked = {"customer_id": buyer.id, "today": buyer.business_date}
    found: int = work.run(_OVERDUE, asked)[0].overdue
    return found


def _text(buyer: Row, minor: int) -> str:
    return str(amount_decimal(minor, currency_decimals(buyer.currency)))


def _said(buyer: Row, minor: int) -> str:
    """Give an amount for a sentence: its thousands apart."""
    return amount_said(minor, currency_decimals(buyer.currency))


def _limit(standing: Standing, threshold: int) -> Iterator[Verdict]:
    """Compare what is owed with the limit: `watch` from a share of it on, `hold` beyond it.

    Source: domain.md, credit exposure. A limit of 0 is no credit at all.
    """
    buyer, owed = standing.buyer, standing.owed
    limit = buyer.credit_limit
    if limit is None or owed * RATE_SCALE < limit * buyer.watch_share or limit == 0 >= owed:
        return
    details = {
        "limit": _text(buyer, limit),
        "exposure": _text(buyer, owed),
        "headroom": _text(buyer, limit - owed),
        "added": _text(buyer, standing.added),
        "currency": buyer.currency,
    }
    family = ""
    # Of whoever holds the limit it is said too where others of the family owe something.
    if buyer.holder_id != buyer.id or buyer.owed != buyer.exposure:
        details["holder"] = buyer.holder_code
        family = f" of {buyer.holder_code} and its family"
    if limit == 0:
        words = "the customer has no credit: the limit is 0"
        yield Verdict(CREDIT_LIMIT, HOLD, words, details)
    elif owed > limit:
        words = (
            f"exposure {_said(buyer, owed)} {buyer.currency}{family} is "
            f"{_said(buyer, owed - limit)} over the credit limit of {_said(buyer, limit)}"
        )
        yield Verdict(CREDIT_LIMIT, HOLD, words, details)
    else:
        words = f"exposure{family} is {owed * 100 // limit} % of the credit limit"
        yield Verdict(CREDIT_LIMIT, WATCH, words, details)


def _overdue(standing: Standing, threshold: int) -> Iterator[Verdict]:
    days = overdue_days(standing.buyer)
    if days > threshold:
        words = f"the oldest open item is {days} days overdue; {threshold} are allowed"
        details = {"days": str(days), "most": str(threshold), "since": standing.buyer.oldest_due}
        yield Verdict("overdue", HOLD, words, details)


def _overdue_share(standing: Standing, threshold: int) -> Iterator[Verdict]:
    buyer, overdue = standing.buyer, standing.overdue
    if overdue * RATE_SCALE > buyer.receivable * threshold:
        share, most = overdue * 100 // buyer.receivable, threshold * 100 // RATE_SCALE
        words = (
            f"{_said(buyer, overdue)} {buyer.currency} is overdue, {share} % of what is owed; "
            f"{most} % are allowed"
        )
        details = {
            "overdue": _text(buyer, overdue),
            "receivable": _text(buyer, buyer.receivable),
            "share": str(share),
            "most": str(most),
        }
        yield Verdict("overdue_share", HOLD, words, details)


def _document(standing: Standing, threshold: int) -> Iterator[Verdict]:
    buyer, most = standing.buyer, standing.buyer.document_most
    if most is not None and standing.document > most:
        total = _text(buyer, standing.document)
        words = (
            f"the order's total {_said(buyer, standing.document)} {buyer.currency} is over the "
            f"most for one order, {_said(buyer, most)}"
        )
        details = {"total": total, "most": _text(buyer, most), "currency": buyer.currency}
        yield Verdict("document_maximum", HOLD, words, details)


def _review(standing: Standing, threshold: int) -> Iterator[Verdict]:
    due = standing.buyer.review_date
    if due and due < standing.buyer.business_date:
        words = f"the credit was to be reviewed by {due}"
        yield Verdict("review_date", HOLD, words, {"review_date": due})


def _new_customer(standing: Standing, threshold: int) -> Iterator[Verdict]:
    since = standing.buyer.since
    if since:
        until = (date.fromisoformat(since) + timedelta(days=threshold)).isoformat()
        if standing.buyer.business_date < until:
            words = f"a customer since {since} only; orders are looked at until {until}"
            yield Verdict("new_customer", HOLD, words, {"since": since, "until": until})


def _prepay(standing: Standing, threshold: int) -> Iterator[Verdict]:
    buyer = standing.buyer
    if buyer.prepay and standing.owed > 0:
        owed = _text(buyer, standing.owed)
        words = (
            f"the customer pays in advance, and {_said(buyer, standing.owed)} {buyer.currency} "
            "is not paid yet"
        )
        yield Verdict("prepay", HOLD, words, {"unpaid": owed, "currency": buyer.currency})


def overdue_days(buyer: Row) -> int:
    """Give how many days the customer's oldest open item is past due; 0 where none is."""
    if not buyer.oldest_due:
        return 0
    late = date.fromisoformat(buyer.business_date) - date.fromisoformat(buyer.oldest_due)
    return max(0, late.days)


_CHECKS: Final[Mapping[str, Callable[[Standing, int], Iterator[Verdict]]]] = {
    "limit": _limit,
    "overdue": _overdue,
    "overdue_share": _overdue_share,
    "document": _document,
    "review": _review,
    "new_customer": _new_customer,
    "prepay": _prepay,
}
"""What each check of `credit_check` does."""
