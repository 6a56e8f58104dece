"""What a line gets of free stock as soon as it is entered.

Free is what nobody had. Where lines wait nevertheless, because they are needed only beyond the
allocation horizon or were promised what is still to come, a new line gets at most what can be
promised today: then every promise that was given stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import BigInteger, and_, bindparam, exists, func, select

from orderdesk.models.company import Company
from orderdesk.models.products import Product
from orderdesk.models.stock import Demand, Stock
from orderdesk.services import availability, catalogue
from orderdesk.services.allocation import decisions, demand
from orderdesk.services.allocation.serving import Taking
from orderdesk.services.allocation.serving import take as take_stock
from orderdesk.store.statements import Row, lock, statement, table_of, text_set
from orderdesk.store.work import Work

_stock = table_of(Stock).c
_product = table_of(Product).c
_company = table_of(Company).c
_demand = table_of(Demand).c

LOCK_FOR: Final = lock(
    select(_stock.product_id)
    .where(
        _stock.product_id.in_(
            select(_product.id).where(_product.code.in_(select(text_set("products"))))
        ),
        _stock.warehouse == select(_company.warehouse).scalar_subquery(),
        select(func.count())
        .select_from(table_of(Product))
        .where(_product.code.in_(select(text_set("products"))))
        .scalar_subquery()
        == bindparam("known", type_=BigInteger()),
    )
    .order_by(_stock.product_id)
    .with_for_update()
)
"""Locks the stock of these products at the company's warehouse until the unit ends.

Nothing is locked unless as many as are `known` of the codes are ours: the stock of those that go
by another name has to be locked in one order with the others, or two desks would wait for each
other.
"""

GOODS: Final = statement(
    catalogue.BY_CODE.add_columns(
        (_stock.on_hand - _stock.allocated).label("available"),
        and_(
            _stock.on_hand > _stock.allocated,
            exists().where(
                _demand.product_id == _stock.product_id, _demand.warehouse == _stock.warehouse
            ),
        ).label("kept"),
    ).outerjoin(
        table_of(Stock),
        and_(
            _stock.product_id == _product.id,
            _stock.warehouse == select(_company.warehouse).scalar_subquery(),
        ),
    )
)
"""Products by their codes, with what is free of each there; None for what is never in stock.

Some of it is kept where there is both free stock and somebody who waits.
"""


def most(work: Work, goods: Iterable[Row], warehouse: str) -> dict[int, int]:
    """Give what of these products may be given today, thousandths by id, where some is kept."""
    kept = [row.id for row in goods if row.kept]
    if not kept:
        return {}
    found = availability.known(work, kept, warehouse)
    return {product: each.available()[0][1] for product, each in found.items()}


def take(
    work: Work, order: Row, lines: Sequence[Row], left: dict[int, int], most: dict[int, int]
) -> None:
    """Move the balances of what a new order's lines take and wait for, and keep why.

    `left` is what is free of each product (id) after them, `most` what of it may be given today
    where that is less.
    """
    taking = [
        Taking(line.product_id, line.warehouse, line.allocated) for line in lines if line.allocated
    ]
    if taking:
        take_stock(work, taking)
        work.insert(decisions.DECISIONS, decisions.at_entry(order, lines, left, most))
    demand.keep(work, [each for each in map(demand.of_line, lines) if each is not None])
