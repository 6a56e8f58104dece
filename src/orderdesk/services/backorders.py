"""What waits for goods, product by product, and the lines that wait with what each gets when."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import and_, bindparam, func, literal_column, select, tuple_

from orderdesk.domain.allocation import ShelfLine
from orderdesk.domain.backorders import (
    BackorderPage,
    BackorderView,
    LineKey,
    LinePage,
    SharePart,
    ShelfKey,
    ShelfView,
    WaitingLine,
    shares,
)
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.stock import WarehouseStock
from orderdesk.models.company import Company
from orderdesk.models.orders import OrderLine
from orderdesk.models.products import Product
from orderdesk.models.stock import Demand, Stock, Supply
from orderdesk.services import availability, goods, search, stock
from orderdesk.services.allocation import shelves
from orderdesk.services.allocation.explaining import shelf_line
from orderdesk.services.allocation.shelves import Which
from orderdesk.services.allocation.shortages import BY_DAY, FIRST
from orderdesk.services.allocation.waiting import lasting
from orderdesk.store.statements import Row, Statement, integer_set, statement, table_of
from orderdesk.store.work import Work

PAGE: Final = 100
FOUND: Final = 50
"""How many products a text finds at most."""

_FOR_EVER: Final = "9999-12-31"
_LAST: Final = 2**62

_demand = table_of(Demand).c
_also = table_of(Demand).alias("also").c
_product = table_of(Product).c
_company = table_of(Company).c
_stock = table_of(Stock).c
_supply = table_of(Supply).c
_line = table_of(OrderLine).c

_ROWS: Final = (
    select(
        _demand.day.label("needed"),
        _demand.product_id,
        _demand.warehouse,
        _product.code,
        _product.name,
        _product.unit,
        func.coalesce(_stock.on_hand - _stock.allocated, literal_column("0")).label("free"),
        select(func.sum(_also.quantity))
        .where(_also.product_id == _demand.product_id, _also.warehouse == _demand.warehouse)
        .scalar_subquery()
        .label("waiting"),
        select(func.min(_supply.due))
        .where(
            _supply.product_id == _demand.product_id,
            _supply.warehouse == _demand.warehouse,
            literal_column("supply.open > 0"),
        )
        .scalar_subquery()
        .label("expected_on"),
        select(func.min(_line.promised))
        .where(
            _line.product_id == _demand.product_id,
            _line.warehouse == _demand.warehouse,
            shelves.SHORT,
            literal_column("order_line.kind = 'product'"),
        )
        .scalar_subquery()
        .label("promised"),
        select(_company.business_date).scalar_subquery().label("today"),
    )
    .join_from(table_of(Demand), table_of(Product), _product.id == _demand.product_id)
    .outerjoin(
        table_of(Stock),
        and_(_stock.product_id == _demand.product_id, _stock.warehouse == _demand.warehouse),
    )
    .where(FIRST)
)
NAMED: Final = statement(
    _ROWS.where(_demand.product_id.in_(select(integer_set("products")))).order_by(
        _demand.day, _demand.product_id, _demand.warehouse
    )
)
_WAITING: Final = statement(
    select(func.coalesce(func.sum(_demand.quantity), literal_column("0")).label("waiting")).where(
        _demand.product_id == bindparam("product"), _demand.warehouse == bindparam("place")
    )
)
_HORIZON: Final = statement(select(_company.allocation_horizon))


@cache
def page(*, before: bool, including: bool) -> Statement:
    """Give the statement of a page behind a day, a product (id) and a warehouse, or before them."""
    columns: list[Any] = [_demand.day, _demand.product_id, _demand.warehouse]
    left = tuple_(*columns)
    right = tuple_(*(bindparam(f"key_{each.name}", type_=each.type) for each in columns))
    wanted = _ROWS.where(BY_DAY).limit(bindparam("most"))
    if before:
        ahead = left <= right if including else left < right
        return statement(wanted.where(ahead).order_by(*(each.desc() for each in columns)))
    ahead = left >= right if including else left > right
    return statement(wanted.where(ahead).order_by(*columns))


def list_(
    work: Work,
    key: ShelfKey | None = None,
    *,
    before: bool = False,
    limit: int = PAGE,
    including: bool = False,
) -> BackorderPage:
    """Give products that lines wait for, by warehouse, those needed the longest ago first.

    They are those behind a key, or with `before` those just before it, in the order of the list
    either way; None stands before the first, and with `before` behind the last. Raises NotFound
    for a key of an unknown product.
    """
    if key is None:
        asked: dict[str, Any] = {"key_day": "", "key_product_id": 0, "key_warehouse": ""}
        if before:
            asked |= {"key_day": _FOR_EVER, "key_product_id": _LAST}
    else:
        product = goods.find(work, [key.product])[key.product].id
        asked = {"key_day": key.needed, "key_product_id": product, "key_warehouse": key.warehouse}
    wanted = page(before=before, including=including)
    rows = work.run(wanted, {**asked, "most": limit + 1})
    items = [_view(row) for row in rows[:limit]]
    return BackorderPage(tuple(reversed(items) if before else items), len(rows) > limit)


def find(work: Work, text: str) -> tuple[BackorderView, ...]:
    """Give what waits of the products that a text finds, those needed the longest ago first."""
    hits = search.find_products(work, text, limit=FOUND)
    found = goods.find(work, [hit.code for hit in hits]).values()
    rows = work.run(NAMED, {"products": json.dumps(sorted({row.id for row in found}))})
    return tuple(map(_view, rows))


def shelf(work: Work, product: str, warehouse: str | None = None) -> ShelfView:
    """Give what there is of a product at a warehouse, left out the company's, and what comes.

    Raises NotFound for unknown codes.
    """
    row, place = _found(work, product, warehouse)
    seen = stock.show(work, row.code)
    nothing = quantity_decimal(0)
    here = next(
        (each for each in seen.warehouses if each.warehouse == place),
        WarehouseStock(place, nothing, nothing, nothing, nothing),
    )
    waiting = work.run(_WAITING, {"product": row.id, "place": place})[0].waiting
    return ShelfView(
        product=row.code,
        name=row.name,
        unit=row.unit,
        warehouse=place,
        on_hand=here.on_hand,
        allocated=here.allocated,
        free=here.available,
        waiting=quantity_decimal(int(waiting)),
        expected=here.expected,
        supplies=tuple(each for each in seen.supplies if each.warehouse == place),
    )


def waiting(
    work: Work,
    product: str,
    warehouse: str | None = None,
    key: LineKey | None = None,
    *,
    before: bool = False,
    limit: int = PAGE,
    including: bool = False,
) -> LinePage:
    """Give the lines that wait for a product at a warehouse, left out the company's, by rank.

    Each says what of it is there when, if nothing changes. Pages are as in `list_`. Raises NotFound
    for unknown codes.
    """
    row, place = _found(work, product, warehouse)
    rows, more = _page(
        work, Which.WAITING, row.id, place, key, before=before, limit=limit, including=including
    )
    return LinePage(tuple(_shared(work, row.id, place, rows)), more)


def lines(
    work: Work,
    which: Which,
    product: str,
    warehouse: str = "",
    key: LineKey | None = None,
    *,
    before: bool = False,
    limit: int = PAGE,
    including: bool = False,
) -> LinePage:
    """Give the lines of a product that are open, or that have goods, by rank; see `Which`.

    Pages are as in `list_`. Raises NotFound for unknown codes.
    """
    row = goods.find(work, [product])[product]
    place = _place(work, warehouse) if warehouse else ""
    rows, more = _page(
        work, which, row.id, place, key, before=before, limit=limit, including=including
    )
    return LinePage(tuple(map(shelf_line, rows)), more)


def _page(
    work: Work,
    which: Which,
    product: int,
    place: str,
    key: LineKey | None,
    *,
    before: bool,
    limit: int,
    including: bool,
) -> tuple[list[Row], bool]:
    """Give a page of the lines of a product (id), and whether there are more that way."""
    rows = shelves.page(
        work, which, product, place, key, before=before, limit=limit + 1, including=including
    )
    if len(rows) <= limit:
        return rows, False
    return rows[1:] if before else rows[:limit], True


def _found(work: Work, product: str, warehouse: str | None) -> tuple[Row, str]:
    return goods.find(work, [product])[product], _place(work, warehouse)


def _place(work: Work, warehouse: str | None) -> str:
    return goods.place(goods.places(work, [warehouse]), warehouse, archived=True)


def _shared(work: Work, product: int, place: str, rows: Sequence[Row]) -> list[WaitingLine]:
    """Say of some lines that follow each other what each gets when."""
    if not rows:
        return []
    known = availability.known(work, [product], place)[product]
    wants = [each.open - each.allocated for each in rows]
    horizon = timedelta(days=work.run(_HORIZON)[0].allocation_horizon)
    theirs = shares(known, rows[0].before, wants)
    if known.expiring:
        # Each has a day of its own until which its goods must last.
        theirs = [
            shares(lasting(known, row), row.before, [want])[0]
            for row, want in zip(rows, wants, strict=True)
        ]
    found = []
    for row, want, parts in zip(rows, wants, theirs, strict=True):
        line = shelf_line(row)
        # What is needed beyond the allocation horizon takes no stock before it comes within.
        on = [(max(day, line.needed - horizon), quantity) for day, quantity in parts]
        found.append(
            WaitingLine(
                **{each.name: getattr(line, each.name) for each in fields(ShelfLine)},
                gets=tuple(SharePart(day, quantity_decimal(part)) for day, part in on),
                complete_on=on[-1][0] if sum(part for _, part in on) == want else None,
            )
        )
    return found


def _view(row: Row) -> BackorderView:
    return BackorderView(
        product=row.code,
        name=row.name,
        unit=row.unit,
        warehouse=row.warehouse,
        needed=date.fromisoformat(row.needed),
        waiting=quantity_decimal(int(row.waiting)),
        free=quantity_decimal(max(0, row.free)),
        expected_on=_day(row.expected_on),
        promised=_day(row.promised),
        late=row.needed < row.today,
        overdue=row.expected_on is not None and row.expected_on < row.today,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
