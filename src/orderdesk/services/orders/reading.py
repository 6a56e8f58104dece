"""Orders as they are read: one whole, lists page by page, what happened to one, and finding one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.orders import EventView, OrderFilter, OrderPage, OrderSummary, OrderView
from orderdesk.domain.text import fold_code
from orderdesk.services import catalogue
from orderdesk.services.numbering import numbers_of
from orderdesk.services.orders import entry
from orderdesk.services.orders.context import codes_of
from orderdesk.services.orders.differences import read_events
from orderdesk.services.orders.heading import text_of
from orderdesk.services.orders.listing import LAST, listing
from orderdesk.services.orders.rows import order_row, read_order
from orderdesk.services.orders.views import order_view, summary
from orderdesk.services.search import find_customers
from orderdesk.store.search import behind_prefix
from orderdesk.store.work import Work

PAGE: Final = 1_000
"""The longest page."""

FOUND: Final = 50
"""How many orders a search shows."""

CUSTOMERS: Final = 10
"""Of how many customers with a name or phone like what was typed."""

_STATUSES: Final = ("confirmed", "cancelled")
_STAGES: Final = ("open", "done")
_MEANT: Final = ("number", "customer", "buyer_po", "product")
"""What a text may be taken for."""
_NARROW: Final = ("customer", "buyer_po", "days")
"""With one of these, a product is looked for in closed lines too."""


def show(work: Work, number: str) -> OrderView:
    """Give an order by its number, with or without prefix and zeros. Raises NotFound."""
    return order_view(read_order(work, number))


def events(work: Work, number: str) -> tuple[EventView, ...]:
    """Give all that happened to an order, the oldest first. Raises NotFound."""
    return tuple(read_events(work, order_row(work, number)))


def list_(work: Work, filter: OrderFilter | None = None) -> OrderPage:
    """Give one page of the orders that the filter asks for, newest first.

    Under a number's beginning they come by number, under days by the time of entry, else by id.
    Raises Refused for a filter that means nothing, and NotFound for an unknown customer or
    product.
    """
    asked = filter or OrderFilter()
    if not 1 <= asked.limit <= PAGE:
        raise Refused("bad_limit", f"limit {asked.limit} is out of range; give 1 to {PAGE}")
    if asked.after is not None and asked.before is not None:
        raise Refused("two_keys", "give either after or before, not both")
    page = _page(work, asked)
    if not page.orders:
        _check_codes(work, asked)
    return page


def stream(work: Work, filter: OrderFilter | None = None) -> Iterator[OrderSummary]:
    """Give every order that the filter asks for, newest first, read page by page as they come.

    To be used up while the snapshot of `work` is open; only one page is in memory.
    """
    asked = filter or OrderFilter(limit=PAGE)
    while True:
        page = list_(work, asked)
        yield from page.orders
        if page.after is None:
            return
        asked = replace(asked, after=page.after, including=False)


def find(
    work: Work, text: str, limit: int = FOUND, filter: OrderFilter | None = None
) -> tuple[OrderSummary, ...]:
    """Give the orders that a text may mean, the likeliest first; of a filter's alone, if given.

    It is taken for an order's number (with or without prefix and zeros, or its beginning), a
    customer's code, a buyer PO, a product's code or EAN, and a customer's name or phone; a
    product finds where it is still open. Raises as `list_` does.
    """
    base = filter or OrderFilter()
    if not fold_code(text):
        return list_(work, replace(base, limit=limit)).orders
    _conditions(base)
    found: dict[int, OrderSummary] = {}
    for asked in _meanings(work, text):
        if (both := _within_filter(asked, base)) is None:
            continue
        found.update((each.id, each) for each in _page(work, replace(both, limit=limit)).orders)
        if len(found) >= limit:
            break
    if not found:
        _check_codes(work, base)
    return tuple(found.values())[:limit]


def _within_filter(asked: OrderFilter, base: OrderFilter) -> OrderFilter | None:
    """Give what a text may mean as a part of a filter; None where it cannot be one."""
    [(name, value)] = [
        (name, value) for name in _MEANT if (value := getattr(asked, name)) is not None
    ]
    if getattr(base, name) not in (None, value):
        return None
    both = replace(base, **{name: value})
    closed = both.status == "cancelled" or both.stage == "done"
    narrow = both.customer or both.buyer_po or both.from_day or both.to_day
    # A product alone finds orders where it is still open.
    return None if name == "product" and closed and not narrow else both


def _meanings(work: Work, text: str) -> Iterator[OrderFilter]:
    """Give the filters that a text may stand for, the likeliest first."""
    typed = fold_code(text)
    for number in numbers_of(work, text):
        yield OrderFilter(number=number)
    yield OrderFilter(customer=typed)
    yield OrderFilter(buyer_po=text_of(text, "text"))
    yield OrderFilter(product=typed)
    for product in catalogue.other_names(work, "", [typed]).values():
        yield OrderFilter(product=product)
    for hit in find_customers(work, text, CUSTOMERS):
        yield OrderFilter(customer=hit.code)


def _page(work: Work, asked: OrderFilter) -> OrderPage:
    conditions, values = _conditions(asked)
    newer = asked.before is not None
    key = (asked.before if newer else asked.after) if newer or asked.after is not None else LAST
    wanted = listing(frozenset(conditions), newer=newer, including=asked.including)
    rows = work.run(wanted, {**values, "key": key, "count": asked.limit + 1})
    more = len(rows) > asked.limit
    orders = [summary(row) for row in rows[: asked.limit]]
    if newer:
        orders.reverse()
    behind = bool(asked.before) if newer else more
    return OrderPage(tuple(orders), more, orders[-1].id if orders and behind else None)


def _conditions(asked: OrderFilter) -> tuple[set[str], dict[str, Any]]:
    """Give the conditions of a filter by the names the listing knows, and their parameters."""
    conditions: set[str] = set()
    values: dict[str, Any] = {}
    if asked.customer:
        conditions.add("customer")
        values["customer"] = fold_code(asked.customer)
    if asked.buyer_po:
        conditions.add("buyer_po")
        values["buyer_po"] = text_of(asked.buyer_po, "buyer_po")
    if asked.number:
        number = fold_code(asked.number)
        conditions.add("number")
        values |= {"number": number, "number_end": behind_prefix(number)}
    if asked.from_day or asked.to_day:
        conditions.add("days")
        values |= {"from_at": _start(asked.from_day, 0), "to_at": _start(asked.to_day, 1)}
    for word, known, name in (
        (asked.status, _STATUSES, "status"),
        (asked.stage, _STAGES, "stage"),
    ):
        if word:
            conditions.add(_among(word, known, name))
            values[word] = word
    if asked.held:
        conditions.add("held")
    if asked.product:
        values["product"] = fold_code(asked.product)
        conditions.add(_product_condition(conditions, asked.product))
    return conditions, values


def _product_condition(conditions: set[str], product: str) -> str:
    if conditions.intersection(_NARROW):
        return "product"
    if conditions & {"cancelled", "done"}:
        raise Refused(
            "wide_filter",
            f"product {product!r} alone finds orders where it is still open; for others name a "
            "customer, a buyer PO or days too",
        )
    return "open_product"


def _among(word: str, known: tuple[str, ...], name: str) -> str:
    if word not in known:
        raise Refused("bad_filter", f"{name} {word!r} is unknown; it is {' or '.join(known)}")
    return word


def _start(day: str | None, later: int) -> int:
    """Give when a day begins, or so many days later, in microseconds UTC."""
    if not day:
        return LAST if later else 0
    start = date.fromisoformat(entry.day_of(day, "to_day" if later else "from_day"))
    midnight = datetime(start.year, start.month, start.day, tzinfo=UTC)
    return int(midnight.timestamp() + later * timedelta(days=1).total_seconds()) * 1_000_000


def _check_codes(work: Work, asked: OrderFilter) -> None:
    """Raise NotFound where a list is empty because a code in its filter is unknown."""
    if asked.customer:
        customer = fold_code(asked.customer)
        if work.one(catalogue.BUYER_SEEN, {"customer": customer}) is None:
            raise NotFound(
                "unknown_customer",
                f"customer {asked.customer!r} is unknown; search with `orderdesk customer list`",
                customer=customer,
            )
    if asked.product:
        product = fold_code(asked.product)
        if not work.run(catalogue.GOODS, {"products": codes_of([product])}):
            raise NotFound(
                "unknown_product",
                f"product {asked.product!r} is unknown; search with `orderdesk product list`",
                products=[product],
            )
