"""Laws 6, 8 and 9: numbers without gap, amounts by the formulas, holds released by others."""

import json
from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.sql import literal_column

from orderdesk.domain.doctor import Broken
from orderdesk.domain.numbers import AMOUNT_LIMIT, amount_decimal, currency_decimals, extend
from orderdesk.domain.tax import tax
from orderdesk.models.company import Company, Series
from orderdesk.models.customers import Customer
from orderdesk.models.journal import Event
from orderdesk.models.orders import Hold, OrderLine, SalesOrder
from orderdesk.services.credit.exposure import horizon
from orderdesk.store.pages import Pages
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

SYSTEM: Final = "system"
"""Who releases by a rule, and names the cause."""

_order = table_of(SalesOrder).c
_line = table_of(OrderLine).c
_hold = table_of(Hold).c
_customer = table_of(Customer).c
_company = table_of(Company).c
_event = table_of(Event).c

_SERIES: Final = statement(
    select(table_of(Series)).where(table_of(Series).c.code == literal_column("'order'"))
)
_NUMBERS: Final = Pages(select(_order.id, _order.number), {"id": _order.id})
_ORDERS: Final = Pages(
    select(
        _order.id,
        _order.number,
        _order.currency,
        _order.tax_included,
        _order.tax_per_line,
        _order.net,
        _order.tax,
        _order.total,
        _order.open_value,
        _order.due,
        _order.exposed,
        _order.rate,
        _customer.currency.label("owed_in"),
        _company.business_date,
        _company.credit_horizon,
    )
    .join_from(table_of(SalesOrder), table_of(Customer), _customer.id == _order.customer_id)
    .join(table_of(Company), literal_column("1") == literal_column("1")),
    {"id": _order.id},
)
_LINES: Final = Pages(
    select(
        _line.order_id,
        _line.line,
        _line.ordered,
        _line.shipped,
        _line.short_closed,
        _line.open,
        _line.price,
        _line.price_unit,
        _line.discount,
        _line.net,
        _line.tax_rate,
        _line.requested,
    ),
    {"order_id": _line.order_id, "line": _line.line},
)
_said_so = exists().where(
    _event.subject == literal_column("'order'"),
    _event.subject_id == _hold.order_id,
    _event.actor == _hold.released_by,
    _event.at == _hold.released_at,
    _event.body.contains('"self_release":true'),
)
_by_rule = _hold.released_by == literal_column(f"'{SYSTEM}'")
_own = or_(
    _hold.released_by == _hold.placed_by,
    _hold.released_by == _order.entered_by,
    _hold.raised_by != literal_column("'[]'"),
)
"""Released by who may not, or perhaps: of those that people raised, `releases` reads the names."""
_HOLDS: Final = Pages(
    select(
        _hold.id,
        _hold.code,
        _hold.released_by,
        _hold.released_at,
        _hold.placed_by,
        _hold.raised_by,
        _order.number,
        _order.entered_by,
    )
    .join_from(table_of(Hold), table_of(SalesOrder), _order.id == _hold.order_id)
    .where(
        or_(
            and_(_own, ~_by_rule, ~_said_so),
            and_(_by_rule, _hold.reason == literal_column("''")),
            _hold.released_by.is_(None) != _hold.released_at.is_(None),
        )
    ),
    {"id": _hold.id},
)


def numbers(work: Work) -> Iterator[Broken]:
    """Give the gaps and repeats in the orders' numbers (6).

    Row ids count on where the printed numbers start anew, with another prefix. A company may
    have begun at any number: the first is the smallest that there is.
    """
    last = number = None
    for row in _NUMBERS.rows(work):
        expected = row.number if number is None else _after(number)
        number = row.number
        if last is not None and row.id != last + 1:
            yield _number(f"orders are missing before {row.number}", row.number, expected)
        elif row.number != expected and _prefix(row.number) == _prefix(expected):
            yield _number(f"order {row.number} is out of its turn", row.number, expected)
            number = expected
        last = row.id
    if last is not None and number is not None:
        yield from _series(work, last + 1, _after(number))


def _number(words: str, stored: str, expected: str) -> Broken:
    return Broken(6, words, "sales_order", stored, stored, expected)


def _series(work: Work, following_id: int, following: str) -> Iterator[Broken]:
    """Tell whether the series goes on with the row id and number that follow the last order's."""
    series = work.one(_SERIES)
    words, stored = "the number series of orders is gone", "nothing"
    if series is not None:
        number = f"{series.prefix}{series.next_number:0{series.width}d}"
        if _prefix(following) != _prefix(number):
            following = number
        if (series.next_id, number) == (following_id, following):
            return
        words = "the number series of orders does not go on behind the last one"
        stored = f"{number}, row {series.next_id}"
    expected = f"{following}, row {following_id}"
    yield Broken(6, words, "series", "order", stored, expected)


def _prefix(number: str) -> str:
    return number.rstrip("0123456789")


def _after(number: str) -> str:
    """Give the number that follows, with as many digits."""
    digits = number[len(_prefix(number)) :]
    return f"{_prefix(number)}{int(digits or 0) + 1:0{len(digits)}d}"


def amounts(work: Work) -> Iterator[Broken]:
    """Give lines and orders whose amounts are not what price, quantity and tax make (8)."""
    for order, lines in _with_lines(_ORDERS.rows(work), _LINES.rows(work)):
        yield from _amounts(order, lines)


def _with_lines(orders: Iterable[Row], lines: Iterator[Row]) -> Iterator[tuple[Row, list[Row]]]:
    """Give each order with its lines; both come in the order of the order's id."""
    ahead = next(lines, None)
    for order in orders:
        own = []
        while ahead is not None and ahead.order_id <= order.id:
            if ahead.order_id == order.id:
                own.append(ahead)
            ahead = next(lines, None)
        yield order, own


def _amounts(order: Row, lines: list[Row]) -> Iterator[Broken]:
    decimals = currency_decimals(order.currency)
    values = [(_value(line, line.ordered - line.short_closed, decimals), line) for line in lines]
    for net, line in values:
        if net != line.net:
            key = f"{order.number} line {line.line}"
            yield _amount(f"order {key}: net", "order_line", key, decimals, line.net, net)
    policy = {"included": bool(order.tax_included), "per_line": bool(order.tax_per_line)}
    whole = tax([(net, line.tax_rate) for net, line in values], **policy)
    # What is open of a line is worth the line less what its shipped part comes to.
    waiting = tax(
        [
            (net - (_value(line, line.shipped, decimals) if line.shipped else 0), line.tax_rate)
            for net, line in values
            if line.open
        ],
        **policy,
    )
    for name, stored, expected in (
        ("net", order.net, whole.net),
        ("tax", order.tax, whole.tax),
        ("total", order.total, whole.total),
        ("open_value", order.open_value, waiting.total),
    ):
        if stored != expected:
            words = f"order {order.number}: {name}"
            yield _amount(words, "sales_order", order.number, decimals, stored, expected)
    yield from _exposed(order, min((line.requested for line in lines if line.open), default=""))


def _exposed(order: Row, due: str) -> Iterator[Broken]:
    """Tell whether an order is due when its lines are, and counts in the exposure as it should."""
    if order.due != due:
        words = f"order {order.number}: due is not the earliest day on which something is wanted"
        yield Broken(8, words, "sales_order", order.number, order.due, due)
    counts = bool(due) and due <= horizon(order.business_date, order.credit_horizon)
    expected: int = order.open_value if counts else 0
    # In another currency than the customer's the rate of that day is gone: it counts, or not.
    wrong = order.exposed != expected
    if order.currency != order.owed_in:
        wrong = bool(order.exposed) != bool(expected)
    if wrong:
        decimals = currency_decimals(order.currency)
        words = f"order {order.number}: exposed"
        yield _amount(words, "sales_order", order.number, decimals, order.exposed, expected)


def _value(line: Row, quantity: int, decimals: int) -> int:
    """Give the value of so much of a line, in minor units."""
    try:
        return extend(
            line.price,
            quantity,
            price_unit=line.price_unit,
            discount=line.discount,
            decimals=decimals,
        )
    except (ValueError, ZeroDivisionError):
        return AMOUNT_LIMIT


def _amount(words: str, table: str, key: str, decimals: int, stored: int, expected: int) -> Broken:
    return Broken(
        8,
        f"{words} is not what the formula makes of its lines",
        table,
        key,
        str(amount_decimal(stored, decimals)),
        str(amount_decimal(expected, decimals)),
    )


def releases(work: Work) -> Iterator[Broken]:
    """Give holds that were released by those who may not, or without saying why or when (9)."""
    for row in _HOLDS.rows(work):
        key = f"{row.number} hold {row.id} ({row.code})"
        stored = str(row.released_by)
        if (row.released_by is None) != (row.released_at is None):
            words, stored, expected = "is half released", f"{stored} at {row.released_at}", "both"
        elif row.released_by == SYSTEM:
            words, expected = "was released by a rule that is not named", "a reason"
        else:
            barred = dict.fromkeys((row.entered_by, row.placed_by, *json.loads(row.raised_by)))
            if stored not in barred:
                continue
            words = "was released by one who entered the order, placed the hold or let it grow"
            expected = f"none of {', '.join(barred)}, or policy in the event"
        yield Broken(9, f"order {key} {words}", "hold", key, stored, expected)
