"""One product checked: what there is, day by day, what may stand in for it, what can be had."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, select

from orderdesk.domain.atp import AtpRequest
from orderdesk.domain.available import Known
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.products import KIT
from orderdesk.domain.stock import StockView
from orderdesk.domain.stock_check import CheckedStock, DayStock, MovementPage
from orderdesk.domain.text import fold_code
from orderdesk.models.stock import Movement
from orderdesk.services import (
    atp,
    availability,
    goods,
    kits,
    ledger,
    products,
    stock,
    substitutes,
)
from orderdesk.store.statements import Statement, statement, table_of
from orderdesk.store.work import Work

PAGE: Final = 100

_LAST: Final = 2**62

_movement = table_of(Movement).c


def check(work: Work, request: AtpRequest, warehouse: str | None = None) -> CheckedStock:
    """Give what there is of a product, what comes and is needed when, and what can be promised.

    Of one warehouse's days alone where it is named. Raises NotFound for unknown codes, and Refused
    for what is never in stock and for a quantity or a day that cannot be read.
    """
    row = goods.find(work, [request.product])[request.product]
    about = products.show(work, row.code)
    asked = atp.product(work, replace(request, product=row.code), warehouse)
    days, horizon = [], None
    is_kit = row.kind == KIT
    for place in () if is_kit else asked.warehouses:
        known = availability.known(work, [row.id], place.warehouse)[row.id]
        days += _days(place.warehouse, known)
        horizon = known.horizon
    seen = stock.show(work, row.code)
    return CheckedStock(
        **{each.name: getattr(seen, each.name) for each in fields(StockView)},
        least=about.least,
        multiple=about.multiple,
        reorder_level=about.reorder_level,
        discontinued=about.discontinued,
        alert=about.alert,
        days=tuple(days),
        bought_from=horizon + timedelta(days=1) if horizon else None,
        others=substitutes.of(work, row.code, fold_code(warehouse or "")),
        parts=kits.show(work, row.code).parts if is_kit else (),
        asked=asked,
    )


def _days(place: str, known: Known) -> list[DayStock]:
    return [
        DayStock(place, day, *(quantity_decimal(each) for each in numbers))
        for day, *numbers in known.course()
    ]


def _page(*, before: bool) -> Statement:
    """Declare a page of a product's ledger: newer or older entries than one."""
    key = bindparam("key", type_=_movement.id.type)
    return statement(
        select(table_of(Movement))
        .where(
            _movement.product_id == bindparam("product"),
            _movement.id > key if before else _movement.id < key,
        )
        .order_by(_movement.id if before else _movement.id.desc())
        .limit(bindparam("most"))
    )


NEWER: Final = _page(before=True)
OLDER: Final = _page(before=False)


def moves(
    work: Work,
    product: str,
    key: int | None = None,
    *,
    before: bool = False,
    limit: int = PAGE,
    including: bool = False,
) -> MovementPage:
    """Give entries of a product's ledger, the newest first: those behind one, older than it.

    With `before` those just before it, and with `including` itself among them. None stands before
    the newest, and with `before` behind the oldest. Raises NotFound.
    """
    known = goods.find(work, [product])[product]
    if key is None:
        key = 0 if before else _LAST
    elif including:
        key += -1 if before else 1
    wanted = NEWER if before else OLDER
    rows = work.run(wanted, {"product": known.id, "key": key, "most": limit + 1})
    shown = rows[:limit][::-1] if before else rows[:limit]
    return MovementPage(
        tuple(ledger.view(known.code, row.id, row, row.at, row.actor) for row in shown),
        len(rows) > limit,
    )
