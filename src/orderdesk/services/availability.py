"""What can be promised of products: free stock, expected goods and what waits, day by day.

Each product costs one look at its stock, one range of expected goods and one of demand by day: no
more, however many order lines want it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import and_, bindparam, literal_column, select

from orderdesk.domain.available import Known
from orderdesk.models.company import Company
from orderdesk.models.products import Product
from orderdesk.models.stock import Demand, Stock, Supply
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


def known(work: Work, products: Iterable[int], warehouse: str) -> dict[int, Known]:
    """Give what is known of these products (ids) at a warehouse, as of the business date.

    What waits is in it, the lines of whoever asks among it.
    """
    asked = {"products": json.dumps(sorted(set(products))), "warehouse": warehouse}
    stock, supply, demand = work.run_all([(STOCK, asked), (SUPPLY, asked), (DEMAND, asked)])
    receipts, waiting = _by_day(supply), _by_day(demand)
    return {
        row.id: Known(
            today=date.fromisoformat(row.business_date),
            free=max(0, row.free or 0),
            receipts=receipts.get(row.id, {}),
            demand=waiting.get(row.id, {}),
            horizon=_horizon(row),
        )
        for row in stock
    }


def _horizon(row: Row) -> date | None:
    """Give the day up to which only what is expected can come; None where no more is bought."""
    if row.discontinued or not row.replenishment_days:
        return None
    return date.fromisoformat(row.business_date) + timedelta(days=row.replenishment_days)


def _by_day(rows: Iterable[Row]) -> Mapping[int, dict[date, int]]:
    found: dict[int, dict[date, int]] = {}
    for row in rows:
        days: dict[Any, int] = found.setdefault(row.product_id, {})
        day = date.fromisoformat(row.day)
        days[day] = days.get(day, 0) + row.quantity
    return found
