"""What can be promised of products: free stock, expected goods and what waits, day by day.

Each product costs one look at its stock, one range of expected goods and one of demand by day: no
more, however many order lines want it.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import accumulate
from typing import Any, Final

from sqlalchemy import Text, and_, bindparam, cast, func, literal_column, select

from orderdesk.domain.available import Known
from orderdesk.domain.tracked import FOREVER, LOT
from orderdesk.models.company import Company
from orderdesk.models.products import Product
from orderdesk.models.stock import Demand, Stock, Supply
from orderdesk.services.allocation import lots
from orderdesk.store.statements import Row, integer_set, statement, table_of
from orderdesk.store.work import Work

_stock = table_of(Stock).c
_product = table_of(Product).c
_company = table_of(Company).c
_supply = table_of(Supply).c
_demand = table_of(Demand).c

STOCK: Final = statement(
    select(
        _product.id,
        _product.replenishment_days,
        _product.discontinued,
        _product.tracked,
        _company.business_date,
        (_stock.on_hand - _stock.allocated).label("free"),
    )
    .select_from(table_of(Product))
    .join(table_of(Company), _company.id == literal_column("1"))
    .outerjoin(
        table_of(Stock),
        and_(_stock.product_id == _product.id, _stock.warehouse == bindparam("warehouse")),
    )
    .where(_product.id.in_(select(integer_set("products"))))
)
SUPPLY: Final = statement(
    select(_supply.product_id, _supply.due.label("day"), _supply.open.label("quantity")).where(
        _supply.product_id.in_(select(integer_set("products"))),
        _supply.warehouse == bindparam("warehouse"),
        literal_column("supply.open > 0"),
    )
)
DEMAND: Final = statement(
    select(_demand.product_id, _demand.day, _demand.quantity).where(
        _demand.product_id.in_(select(integer_set("products"))),
        _demand.warehouse == bindparam("warehouse"),
    )
)

_EVERYWHERE: Final = (
    statement(
        select(
            _product.id,
            _product.replenishment_days,
            _product.discontinued,
            _product.tracked,
            _company.business_date,
            _stock.warehouse,
            (_stock.on_hand - _stock.allocated).label("free"),
        )
        .select_from(table_of(Product))
        .join(table_of(Company), _company.id == literal_column("1"))
        .outerjoin(table_of(Stock), _stock.product_id == _product.id)
        .where(_product.id.in_(select(integer_set("products"))))
    ),
    statement(
        select(
            _supply.product_id,
            _supply.warehouse,
            _supply.due.label("day"),
            _supply.open.label("quantity"),
        ).where(
            _supply.product_id.in_(select(integer_set("products"))),
            literal_column("supply.open > 0"),
        )
    ),
    statement(
        # One row for each shelf: many rows cost more than to take their text apart.
        select(
            _demand.product_id,
            _demand.warehouse,
            func.aggregate_strings(_demand.day + cast(_demand.quantity, Text()), " ").label("days"),
        )
        .where(_demand.product_id.in_(select(integer_set("products"))))
        .group_by(_demand.product_id, _demand.warehouse)
    ),
)
"""Stock, what is expected and what waits of these products at all warehouses."""


def everywhere(work: Work, products: Iterable[int], always: str) -> dict[int, dict[str, Known]]:
    """Give what is known of these products (ids) at each warehouse that has to do with them.

    The warehouse `always` is among them, though it may know nothing of a product. What waits is
    added up from one receipt to the next.
    """
    asked = {"products": json.dumps(sorted(set(products)))}
    stock, supply, demand = work.run_all([(each, asked) for each in _EVERYWHERE])
    receipts = _by_place(supply)
    waiting = {(row.product_id, row.warehouse): row.days for row in demand}
    free = {(row.id, row.warehouse): row.free for row in stock if row.warehouse is not None}
    about = {row.id: row for row in stock}
    expiring = _expiring(work, stock)
    found: dict[int, dict[str, Known]] = {product: {} for product in about}
    for shelf in sorted({*free, *receipts, *waiting, *((product, always) for product in about)}):
        row = about[shelf[0]]
        today, horizon = date.fromisoformat(row.business_date), _horizon(row)
        coming, last = receipts.get(shelf, {}), expiring.get(shelf, {})
        found[shelf[0]][shelf[1]] = Known(
            today=today,
            free=max(0, free.get(shelf, 0)),
            receipts=coming,
            demand=_between(waiting.get(shelf, ""), _turns(coming, last), today, horizon),
            horizon=horizon,
            expiring=last,
        )
    return found


def _expiring(work: Work, products: Iterable[Row]) -> dict[lots.Shelf, dict[date, int]]:
    """Give what of free goods has a last day, by it; nothing is read where none has lots."""
    ids = {row.id for row in products if row.tracked == LOT}
    found: dict[lots.Shelf, dict[date, int]] = {}
    for shelf, theirs in lots.left(work, ids, over=True).shelves.items() if ids else ():
        days = found.setdefault(shelf, {})
        for each in theirs:
            if each.left > 0 and each.last_day != FOREVER:
                last = date.fromisoformat(each.last_day)
                days[last] = days.get(last, 0) + each.left
    return found


def _turns(receipts: Iterable[date], expiring: Iterable[date]) -> set[date]:
    """Give the days from which on something is there, or is there no longer."""
    return {*receipts, *(last + timedelta(days=1) for last in expiring if last < date.max)}


def _between(
    text: str, receipts: Iterable[date], today: date, horizon: date | None
) -> dict[date, int]:
    """Add up what waits from one receipt to the next, each sum on the first of its days.

    For what can be promised that is the same as day by day: between two receipts what is left
    only falls, so on each of those days no more can be promised than on the last of them.
    """
    days = sorted(text.split())
    if not days:
        return {}
    sums = [0, *accumulate([int(each[10:]) for each in days])]
    tomorrow = today + timedelta(days=1)
    first = [today, *sorted({day if day >= today else tomorrow for day in receipts} - {today})]
    end = "~" if horizon is None else f"{horizon.isoformat()}~"
    places = [0, *(bisect_left(days, day.isoformat()) for day in first[1:]), 0]
    last = places[-1] = bisect_left(days, end)
    return {
        day: sums[min(upto, last)] - sums[min(begin, last)]
        for day, begin, upto in zip(first, places, places[1:], strict=False)
    }


def known(work: Work, products: Iterable[int], warehouse: str) -> dict[int, Known]:
    """Give what is known of these products (ids) at a warehouse, as of the business date.

    What waits is in it, the lines of whoever asks among it.
    """
    asked = {"products": json.dumps(sorted(set(products))), "warehouse": warehouse}
    stock, supply, demand = work.run_all([(STOCK, asked), (SUPPLY, asked), (DEMAND, asked)])
    receipts, waiting = _by_day(supply), _by_day(demand)
    expiring = _expiring(work, stock)
    return {
        row.id: Known(
            today=date.fromisoformat(row.business_date),
            free=max(0, row.free or 0),
            receipts=receipts.get(row.id, {}),
            demand=waiting.get(row.id, {}),
            horizon=_horizon(row),
            expiring=expiring.get((row.id, warehouse), {}),
        )
        for row in stock
    }


def _horizon(row: Row) -> date | None:
    """Give the day up to which only what is expected can come; None where no more is bought."""
    if row.discontinued or not row.replenishment_days:
        return None
    return date.fromisoformat(row.business_date) + timedelta(days=row.replenishment_days)


def _by_place(rows: Iterable[Row]) -> Mapping[tuple[int, str], dict[date, int]]:
    found: dict[tuple[int, str], dict[date, int]] = {}
    for product, place, text, quantity in rows:
        days = found.setdefault((product, place), {})
        day = date.fromisoformat(text)
        days[day] = days.get(day, 0) + quantity
    return found


def _by_day(rows: Iterable[Row]) -> Mapping[int, dict[date, int]]:
    found: dict[int, dict[date, int]] = {}
    for row in rows:
        days: dict[Any, int] = found.setdefault(row.product_id, {})
        day = date.fromisoformat(row.day)
        days[day] = days.get(day, 0) + row.quantity
    return found
