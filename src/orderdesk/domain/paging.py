"""Orders that something is to be done about, page by page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OrdersFound:
    """A page of orders that something is to be done about."""

    orders: tuple[str, ...]
    last: int
    """The id behind which the next page begins."""


def orders_found(rows: Sequence[Any]) -> OrdersFound:
    """Make a page of rows with the id and the number of an order, in the order of the ids."""
    return OrdersFound(tuple(row.number for row in rows), rows[-1].id if rows else 0)


def every(page: Callable[[int], OrdersFound]) -> Iterator[str]:
    """Give the numbers of all pages, each read when those before it are dealt with.

    `page` reads the one that begins behind an order's id.
    """
    after = 0
    while (found := page(after)).orders:
        yield from found.orders
        after = found.last
