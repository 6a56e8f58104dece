"""What a line gets of free stock as soon as it is entered.

Free is what nobody had. Where lines wait nevertheless, because they are needed only beyond the
allocation horizon or were promised what is still to come, a new line gets at most what can be
promised today: then every promise that was given stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import BigInteger, and_, bindparam, exists, func, literal_column, or_, select

from orderdesk.domain.tracked import LOT
from orderdesk.models.company import Company, Warehouse
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
_place = table_of(Warehouse).c
_demand = table_of(Demand).c

Shelf = tuple[int, str]
"""A product (id) at a warehouse."""

_home = select(_company.warehouse).scalar_subquery()
_locked = select(_stock.product_id).where(
    _stock.product_id.in_(
        select(_product.id).where(_product.code.in_(select(text_set("products"))))
    ),
    select(func.count())
    .select_from(table_of(Product))
    .where(
        _product.code.in_(select(text_set("products"))),
        _product.kind != literal_column("'kit'"),
    )
    .scalar_subquery()
    == bindparam("known", type_=BigInteger()),
)
LOCK_FOR: Final = lock(
    _locked.where(_stock.warehouse == _home).order_by(_stock.product_id).with_for_update()
)
"""Locks the stock of these products at the company's warehouse until the unit ends.

Nothing is locked unless as many as are `known` of the codes are ours, and no kits: the stock of
those that go by another name, and of a kit's parts, has to be locked in one order with the others,
or two desks would wait for each other.
"""

LOCK_EVERYWHERE: Final = lock(
    _locked.order_by(_stock.product_id, _stock.warehouse).with_for_update()
)
"""The same at every warehouse, for orders that name one and for changes of orders.

Whoever serves the lines that wait locks a product everywhere, so whoever may do so afterwards
begins with that: else two of them would wait for each other.
"""

_goods = catalogue.BY_CODE.add_columns(
    _stock.warehouse,
    (_stock.on_hand - _stock.allocated).label("available"),
    and_(
        _stock.on_hand > _stock.allocated,
        exists().where(
            _demand.product_id == _stock.product_id, _demand.warehouse == _stock.warehouse
        ),
    ).label("kept"),
)
GOODS: Final = statement(
    _goods.outerjoin(
        table_of(Stock),
        and_(_stock.product_id == _product.id, _stock.warehouse == _home),
    )
)
"""Products by their codes, with what is free of each there; None for what is never in stock.

Some of it is kept where there is both free stock and somebody who waits.
"""

GOODS_AT: Final = statement(
    _goods.join(
        table_of(Warehouse),
        or_(_place.code.in_(select(text_set("places"))), _place.code == _home),
    ).outerjoin(
        table_of(Stock),
        and_(_stock.product_id == _product.id, _stock.warehouse == _place.code),
    )
)
"""The same once for each of these warehouses, and for the company's own."""


def free(goods: Iterable[Row]) -> dict[Shelf, int]:
    """Give what nobody was promised, thousandths by product and warehouse, where it ever lay."""
    return {(row.id, row.warehouse): row.available for row in goods if row.available is not None}


def most(work: Work, goods: Iterable[Row]) -> dict[Shelf, int]:
    """Give what of these products may be given today, in thousandths, where some is kept.

    What is kept of lots is known lot by lot.
    """
    kept: dict[str, list[int]] = {}
    for row in goods:
        if row.kept and row.tracked != LOT:
            kept.setdefault(row.warehouse, []).append(row.id)
    return {
        (product, warehouse): each.available()[0][1]
        for warehouse, products in kept.items()
        for product, each in availability.known(work, products, warehouse).items()
    }


def take(
    work: Work,
    order: Row,
    lines: Sequence[Row],
    left: Mapping[Shelf, int],
    most: Mapping[Shelf, int],
) -> None:
    """Move the balances of what a new order's lines take and wait for, and keep why.

    `left` is what is free of each product (id) at each warehouse after them, `most` what of it
    may be given today where that is less.
    """
    taking = [
        Taking(line.product_id, line.warehouse, line.allocated) for line in lines if line.allocated
    ]
    if taking:
        take_stock(work, taking)
        work.insert(decisions.DECISIONS, decisions.at_entry(order, lines, left, most))
    demand.keep(work, [each for each in map(demand.of_line, lines) if each is not None])
