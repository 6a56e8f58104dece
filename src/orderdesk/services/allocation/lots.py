"""What order lines have of which lots, kept with what they are allocated.

Only products that are tracked by lot have shares. A line gets of lots alone that last until its
goods arrive, and as many days longer as its customer wants.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, Protocol

from sqlalchemy import BigInteger, and_, bindparam, cast, func, select
from sqlalchemy.sql import literal_column

from orderdesk.domain.tracked import FOREVER
from orderdesk.models.company import Company
from orderdesk.models.stock import Lot, LotAllocation, StockPlace
from orderdesk.store.balances import Balances
from orderdesk.store.statements import Row, integer_set, statement, table_of
from orderdesk.store.work import Work

_place = table_of(StockPlace).c
_lot = table_of(Lot).c
_share = table_of(LotAllocation).c

Shelf = tuple[int, str]
"""A product (id) at a warehouse."""
Parts = tuple[tuple[str, int], ...]
"""Lots with what of each (thousandths), below zero what is given back."""

_WHOLE: Final = BigInteger().with_variant(BigInteger(), "sqlite")
_LAST_DAY: Final = func.coalesce(_lot.expires, literal_column(f"'{FOREVER}'"))

_LYING: Final = statement(
    select(
        _place.product_id,
        _place.warehouse,
        _place.lot,
        _LAST_DAY.label("last_day"),
        cast(func.sum(_place.on_hand), _WHOLE).label("on_hand"),
    )
    .outerjoin(table_of(Lot), and_(_lot.product_id == _place.product_id, _lot.code == _place.lot))
    .where(
        _place.product_id.in_(select(integer_set("products"))),
        _place.status == literal_column("'free'"),
    )
    .group_by(_place.product_id, _place.warehouse, _place.lot, _LAST_DAY, _lot.received)
    .order_by(_place.product_id, _place.warehouse, _LAST_DAY, _lot.received, _place.lot)
)
_PROMISED: Final = statement(
    select(
        _share.product_id,
        _share.warehouse,
        _share.lot,
        cast(func.sum(_share.quantity), _WHOLE).label("quantity"),
    )
    .where(_share.product_id.in_(select(integer_set("products"))))
    .group_by(_share.product_id, _share.warehouse, _share.lot)
)
_TODAY: Final = statement(select(table_of(Company).c.business_date))
_OF_LINE: Final = statement(
    select(_share.warehouse, _share.lot, _share.quantity, _LAST_DAY.label("last_day"))
    .outerjoin(table_of(Lot), and_(_lot.product_id == _share.product_id, _lot.code == _share.lot))
    .where(_share.order_id == bindparam("order"), _share.line == bindparam("line_no"))
    .order_by(_LAST_DAY, _lot.received, _share.lot)
)

_SHARES: Final = Balances(LotAllocation, "quantity")


class Share(NamedTuple):
    """A change of what a line has of a lot, in thousandths."""

    product_id: int
    warehouse: str
    lot: str
    order_id: int
    line: int
    quantity: int


class Moved(Protocol):
    """Stock that goes to a line, or is taken from one, with the lots that it is of."""

    @property
    def product_id(self) -> int:
        """The product."""

    @property
    def warehouse(self) -> str:
        """Where it lies."""

    @property
    def order_id(self) -> int:
        """The line's order."""

    @property
    def line(self) -> int:
        """The line's number."""

    @property
    def lots(self) -> Parts:
        """What of which lot."""


@dataclass(slots=True)
class LotLeft:
    """What of a lot nobody was promised yet, in thousandths; below zero it is promised and gone."""

    lot: str
    last_day: str
    """ISO."""
    left: int


@dataclass(slots=True)
class Lots:
    """What is left of lots at each shelf, the first to expire first; what is taken is taken off."""

    shelves: dict[Shelf, list[LotLeft]] = field(default_factory=dict)
    until: dict[int, str] = field(default_factory=dict)
    """Of new lines by their number: the day until which their goods must last."""

    def usable(self, shelf: Shelf, until: str) -> int:
        """Give how much is left of the lots that last until a day, ISO."""
        return sum(
            max(0, each.left) for each in self.shelves.get(shelf, ()) if each.last_day >= until
        )

    def all_left(self, shelf: Shelf) -> int:
        """Give how much is left of all lots."""
        return self.usable(shelf, "")

    def take(self, shelf: Shelf, until: str, quantity: int) -> Parts:
        """Take so much, or what there is, of lots that last until a day; give what of which."""
        found = []
        for each in self.shelves.get(shelf, ()):
            part = min(quantity, each.left)
            if each.last_day >= until and part > 0:
                each.left -= part
                quantity -= part
                found.append((each.lot, part))
        return tuple(found)


def left(work: Work, products: Iterable[int], *, over: bool = False) -> Lots:
    """Give what is left of the lots of these products (ids), with `over` of all of them."""
    asked = {"products": json.dumps(sorted(set(products)))}
    [now], lying, promised = work.run_all([(_TODAY, {}), (_LYING, asked), (_PROMISED, asked)])
    had = {(row.product_id, row.warehouse, row.lot): row.quantity for row in promised}
    found = Lots()
    for row in lying:
        if over or row.last_day >= now.business_date:
            share = had.pop((row.product_id, row.warehouse, row.lot), 0)
            rest = LotLeft(row.lot, row.last_day, row.on_hand - share)
            found.shelves.setdefault((row.product_id, row.warehouse), []).append(rest)
    return found


def until(arrival: str, today: str, days: int | None) -> str:
    """Give the day, ISO, until which goods must last that arrive on a day, no sooner than today.

    `days` is how long the customer wants to keep them.
    """
    day = date.fromisoformat(max(arrival, today))
    return (day + timedelta(days=days or 0)).isoformat()


def of_line(work: Work, order_id: int, line: int) -> list[Row]:
    """Give what a line has of which lots, the first to expire first."""
    return work.run(_OF_LINE, {"order": order_id, "line_no": line})


def given_back(
    work: Work, order_id: int, line: int, warehouse: str, quantity: int, until: str = ""
) -> Parts:
    """Give of which lots a line gives so much back (thousandths): the last to expire first.

    Before them go those that do not last until a day, ISO.
    """
    found = []
    had = of_line(work, order_id, line)[::-1]
    for row in sorted(had, key=lambda row: row.last_day >= until):
        part = min(quantity, row.quantity) if row.warehouse == warehouse else 0
        if part:
            quantity -= part
            found.append((row.lot, -part))
    return tuple(found)


def keep(work: Work, shares: Iterable[Share]) -> None:
    """Change what lines have of lots, in key order; a share of nothing goes.

    Whoever calls has locked the stock of the products.
    """
    together: dict[tuple[Any, ...], int] = {}
    for share in shares:
        together[share[:-1]] = together.get(share[:-1], 0) + share.quantity
    _SHARES.move(work, together)


def shares_of(moved: Moved) -> list[Share]:
    """Give the shares by which a line's stock moves."""
    return [
        Share(moved.product_id, moved.warehouse, lot, moved.order_id, moved.line, quantity)
        for lot, quantity in moved.lots
    ]


def at_entry(work: Work, lots: Lots, lines: Sequence[Row]) -> None:
    """Keep of which lots the lines of a new order have what they got."""
    products = {product for product, _ in lots.shelves}
    mine = [line for line in lines if line.allocated and line.product_id in products]
    if not mine:
        return
    # Anew: what a line gave back before it was written is free for the others.
    now = left(work, products)
    keep(
        work,
        [
            Share(line.product_id, line.warehouse, lot, line.order_id, line.line, quantity)
            for line in mine
            for lot, quantity in now.take(
                (line.product_id, line.warehouse), lots.until.get(line.line, ""), line.allocated
            )
        ],
    )
