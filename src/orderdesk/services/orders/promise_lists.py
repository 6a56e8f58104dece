"""Open lines whose promises need somebody, each list by an index of its own.

Slipped: promised for a later day than before. Late: promised for a later day than was asked for,
and that day is still to come. Risk: what should have left, and what must leave soon and is not all
there. Unpromised: nobody knows when the goods come.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    bindparam,
    func,
    literal_column,
    select,
    tuple_,
)

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.promises import (
    COUNTED,
    SOON,
    PromisedLine,
    PromiseFilter,
    PromisePage,
)
from orderdesk.domain.text import fold_code
from orderdesk.models.company import Company
from orderdesk.models.customers import Customer
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.models.products import Product
from orderdesk.services import goods, notes
from orderdesk.services.orders.promise_reading import line_view
from orderdesk.services.orders.rows import order_row
from orderdesk.store.statements import Row, Statement, statement, table_of
from orderdesk.store.work import Work

PAGE: Final = 1_000
"""The longest page."""

Key = tuple[str, int, int]
"""Where a line stands in its list: a day (ISO, empty where the list goes by orders), the order's
id, the line."""

FIRST: Final[Key] = ("", 0, 0)
LAST: Final[Key] = ("~", 2**62, 2**30)

_line = table_of(OrderLine).c
_order = table_of(SalesOrder).c
_product = table_of(Product).c
_TODAY: Final = statement(select(table_of(Company).c.business_date))


class _List(NamedTuple):
    """A list: its condition in the words of its index, the day that it goes by, and the reason."""

    day: str
    condition: str
    why: Callable[[Row, date], str]


def _slipped(line: Row, today: date) -> str:
    times = "once" if line.slips == 1 else f"{line.slips} times"
    if line.promised is not None and line.promised <= line.first_promised:
        # Promised for an earlier day again, or for an even earlier one meanwhile.
        return f"slipped {times}, by now no later than promised at first"
    return f"slipped {times}, promised {line.first_promised} at first"


def _late(line: Row, today: date) -> str:
    days = (date.fromisoformat(line.promised) - date.fromisoformat(line.requested)).days
    return f"{days} {'day' if days == 1 else 'days'} later than asked for"


def _at_risk(line: Row, today: date) -> str:
    lacks = f"{quantity_decimal(line.open - line.allocated)} {line.unit} not there"
    if line.ship_by < today.isoformat():
        short = f", {lacks}" if line.allocated < line.open else ""
        return f"should have left on {line.ship_by}{short}"
    return f"must leave by {line.ship_by}, {lacks}"


def _unpromised(line: Row, today: date) -> str:
    lacks = quantity_decimal(line.open - line.allocated)
    return f"nobody knows when {lacks} {line.unit} come"


LISTS: Final = {
    "slipped": _List("", "order_line.slips > 0", _slipped),
    "late": _List("requested", "order_line.promised > order_line.requested", _late),
    "risk": _List("ship_by", "order_line.ship_by IS NOT NULL", _at_risk),
    "unpromised": _List(
        "", "order_line.kind = 'product' AND order_line.promised IS NULL", _unpromised
    ),
}
"""Every list by its name."""


def _narrowed(found: Select[Any], which: str) -> Select[Any]:
    """Give a select of open lines narrowed to those of a list."""
    found = found.where(
        literal_column("order_line.open > 0"), literal_column(LISTS[which].condition)
    )
    if which == "late":
        found = found.where(_line.requested > bindparam("today"))
    if which == "risk":
        short = literal_column("order_line.allocated < order_line.open", Boolean)
        found = found.where(
            _line.ship_by <= bindparam("soon"), (_line.ship_by < bindparam("today")) | short
        )
    return found


COUNTS: Final = {
    which: statement(
        select(func.count().label("lines")).select_from(
            _narrowed(select(_line.order_id), which)
            .limit(literal_column(str(COUNTED + 1)))
            .subquery()
        )
    )
    for which in LISTS
}
"""Count the lines of each list, but never more than is shown."""


_NARROWED: Final[dict[str, ColumnElement[bool]]] = {
    # An expression, so that not all orders that a customer ever had are read.
    "customer": _order.customer_id + literal_column("0") == bindparam("of_customer"),
    "product": _line.product_id == bindparam("of_product"),
    "order": _line.order_id == bindparam("of_order"),
}
"""What a list can be narrowed by: an order's lines, the open lines of a product, or those of the
list that are a customer's."""


@cache
def statement_of(
    which: str, *, before: bool, including: bool, narrowed: frozenset[str] = frozenset()
) -> Statement:
    """Give the statement of a page of a list; pages `before` a key come in reverse.

    What it is `narrowed` by has the parameter `of_` and its name: an id.
    """
    wanted = LISTS[which]
    columns = [_line[name] for name in (wanted.day, "order_id", "line") if name]
    names = (("key_day", wanted.day), ("key_order", "order_id"), ("key_line", "line"))
    key = tuple_(*(bindparam(name, type_=_line[of].type) for name, of in names if of))
    left = tuple_(*columns)
    if before:
        ahead = left <= key if including else left < key
    else:
        ahead = left >= key if including else left > key
    found = (
        select(
            *table_of(OrderLine).columns,
            _order.number,
            _order.version,
            _product.code,
            table_of(Customer).c.code.label("customer"),
        )
        .join_from(table_of(OrderLine), table_of(SalesOrder), _order.id == _line.order_id)
        .join(table_of(Product), _product.id == _line.product_id)
        .join(table_of(Customer), table_of(Customer).c.id == _order.customer_id)
        .where(ahead, *(_NARROWED[name] for name in sorted(narrowed)))
        .order_by(*(each.desc() if before else each for each in columns))
        .limit(bindparam("count"))
    )
    return statement(_narrowed(found, which))


def page(
    work: Work,
    which: str,
    key: Key | None = None,
    *,
    before: bool = False,
    including: bool = False,
    limit: int = PAGE,
    filter: PromiseFilter | None = None,
) -> PromisePage:
    """Give the lines of a list behind a key, or those just before it; None is either end.

    By orders the oldest come first, by days the earliest. Raises Refused for an unknown list and
    a page that is too long, and NotFound for what the filter names and nobody knows.
    """
    _check(which)
    if not 1 <= limit <= PAGE:
        raise Refused("bad_limit", f"limit {limit} is out of range; give 1 to {PAGE}")
    today = date.fromisoformat(work.run(_TODAY)[0].business_date)
    day, order, line = key or (LAST if before else FIRST)
    values: dict[str, str | int] = {"key_order": order, "key_line": line, "count": limit + 1}
    if LISTS[which].day:
        values["key_day"] = day
    ids = _ids(work, filter or PromiseFilter())
    values |= {**_days(which, today), **{f"of_{name}": id for name, id in ids.items()}}
    wanted = statement_of(which, before=before, including=including, narrowed=frozenset(ids))
    rows = work.run(wanted, values)
    why = LISTS[which].why
    lines = [line_view(row, row, row.code, row.customer, why(row, today)) for row in rows[:limit]]
    return PromisePage(tuple(reversed(lines) if before else lines), len(rows) > limit)


def meant(work: Work, text: str) -> PromiseFilter:
    """Give the filter that a text stands for: an order's number, a customer's or product's code.

    An empty text is no filter. Raises NotFound where it is nothing of these.
    """
    typed = fold_code(text)
    if not typed:
        return PromiseFilter()
    for name in ("order", "customer", "product"):
        asked = PromiseFilter(**{name: typed})
        try:
            _ids(work, asked)
        except NotFound:
            continue
        return asked
    raise NotFound(
        "unknown",
        f"{text!r} is no order, no customer and no product; type the number or code of one",
        text=text,
    )


def _ids(work: Work, asked: PromiseFilter) -> dict[str, int]:
    """Give the ids of what a filter names. Raises NotFound."""
    ids: dict[str, int] = {}
    if asked.order:
        ids["order"] = order_row(work, asked.order).id
    if asked.customer:
        ids["customer"] = notes.subject_id(work, "customer", fold_code(asked.customer))
    if asked.product:
        ids["product"] = goods.find(work, [asked.product])[asked.product].id
    return ids


def _check(which: str) -> None:
    if which not in LISTS:
        raise Refused(
            "unknown_list", f"{which!r} is unknown; known: {', '.join(LISTS)}", known=list(LISTS)
        )


def _days(which: str, today: date) -> dict[str, str]:
    """Give the days that a list is narrowed by."""
    days = {"today": today.isoformat()} if LISTS[which].day else {}
    if which == "risk":
        days["soon"] = (today + timedelta(days=SOON)).isoformat()
    return days


def counts(work: Work) -> dict[str, int]:
    """Give how many lines each list has; one more than COUNTED stands for all beyond."""
    today = date.fromisoformat(work.run(_TODAY)[0].business_date)
    return {
        which: work.run(wanted, _days(which, today))[0].lines for which, wanted in COUNTS.items()
    }


def key_of(which: str, line: PromisedLine) -> Key:
    """Give where a line stands in a list."""
    days = {"requested": line.requested, "ship_by": line.ship_by}
    day = days.get(LISTS[which].day)
    return ("" if day is None else day.isoformat(), line.order_id, line.line)
