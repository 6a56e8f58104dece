"""Law 1, of goods that are not to be used: what lies apart is the sum of its movements."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, cast, exists, func, or_, select
from sqlalchemy.sql import literal_column

from orderdesk.domain.doctor import Broken
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.models.products import Product
from orderdesk.models.stock import Movement, StockApart
from orderdesk.store.pages import Pages
from orderdesk.store.statements import table_of
from orderdesk.store.work import Work

_apart = table_of(StockApart).c
_movement = table_of(Movement).c
_product = table_of(Product).c

_ZERO: Final[ColumnElement[int]] = literal_column("0")
_same: Final = (
    _movement.product_id == _apart.product_id,
    _movement.warehouse == _apart.warehouse,
    _movement.status == _apart.status,
)
_shelves = (
    select(
        *_apart,
        _product.code,
        select(
            cast(
                func.coalesce(func.sum(_movement.quantity), _ZERO),
                BigInteger().with_variant(BigInteger(), "sqlite"),
            )
        )
        .where(*_same)
        .scalar_subquery()
        .label("moved"),
    )
    .join_from(table_of(StockApart), table_of(Product), _product.id == _apart.product_id)
    .subquery("shelf")
)
_SHELVES: Final = Pages(
    select(_shelves).where(or_(_shelves.c.on_hand != _shelves.c.moved, _shelves.c.on_hand < _ZERO)),
    {
        "product_id": _shelves.c.product_id,
        "warehouse": _shelves.c.warehouse,
        "status": _shelves.c.status,
    },
)
_STRAYS: Final = Pages(
    select(_movement.id, _movement.quantity, _movement.status).where(
        _movement.status != literal_column("'free'"), ~exists().where(*_same)
    ),
    {"id": _movement.id},
)


def apart(work: Work) -> Iterator[Broken]:
    """Give goods set apart that are not the sum of their ledger (1)."""
    for row in _SHELVES.rows(work):
        place = f"{row.code} at {row.warehouse}, {row.status}"
        words = "on hand is not the sum of its movements"
        if row.on_hand == row.moved:
            words = "on hand is below zero"
        stored, expected = quantity_decimal(row.on_hand), quantity_decimal(row.moved)
        yield Broken(
            1, f"stock of {place}: {words}", "stock_apart", place, str(stored), str(expected)
        )
    for row in _STRAYS.rows(work):
        words = f"movement {row.id} is of goods {row.status} that nobody keeps"
        stored = quantity_decimal(row.quantity)
        yield Broken(1, words, "movement", str(row.id), str(stored), "its balance")
