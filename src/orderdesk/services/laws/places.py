"""Law 1, place by place: what lies in a bin, of a lot and a status, is the sum of its movements."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import BigInteger, cast, func, select, union_all
from sqlalchemy.sql import literal_column

from orderdesk.domain.doctor import Broken
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.transfers import TRANSIT
from orderdesk.models.products import Product
from orderdesk.models.stock import Movement, StockPlace
from orderdesk.store.pages import Pages
from orderdesk.store.statements import Row, table_of
from orderdesk.store.work import Work

_place = table_of(StockPlace).c
_movement = table_of(Movement).c
_product = table_of(Product).c

_WHOLE: Final = BigInteger().with_variant(BigInteger(), "sqlite")
_ZERO: Final = literal_column("0", BigInteger)
_KEY: Final = ("product_id", "warehouse", "bin", "lot", "status")

_both = union_all(
    select(
        *(_movement[name] for name in _KEY),
        _movement.quantity.label("moved"),
        _ZERO.label("on_hand"),
    ).where(_movement.warehouse != literal_column(f"'{TRANSIT}'")),
    select(*(_place[name] for name in _KEY), _ZERO, _place.on_hand),
).subquery("entry")
_sums = (
    select(
        *(_both.c[name] for name in _KEY),
        cast(func.sum(_both.c.moved), _WHOLE).label("moved"),
        cast(func.sum(_both.c.on_hand), _WHOLE).label("on_hand"),
    )
    .group_by(*(_both.c[name] for name in _KEY))
    .having(func.sum(_both.c.moved) != func.sum(_both.c.on_hand))
    .subquery("place")
)
_PLACES: Final = Pages(
    select(_sums, _product.code).join_from(
        _sums, table_of(Product), _product.id == _sums.c.product_id
    ),
    {name: _sums.c[name] for name in _KEY},
)
"""Places whose balance is not the sum of their movements: the ledger is added up once."""

_empty = _place.on_hand < literal_column("0")
_BELOW: Final = Pages(
    select(*_place, _product.code)
    .join_from(table_of(StockPlace), table_of(Product), _product.id == _place.product_id)
    .where(_empty),
    {name: _place[name] for name in _KEY},
)


def lying(work: Work) -> Iterator[Broken]:
    """Give places whose goods are not the sum of their movements, or below zero (1)."""
    for row in _PLACES.rows(work):
        yield _broken(row, "on hand is not the sum of its movements", row.moved)
    for row in _BELOW.rows(work):
        yield _broken(row, "on hand is below zero", 0)


def _broken(row: Row, words: str, expected: int) -> Broken:
    parts = [f"bin {row.bin}" * bool(row.bin), f"lot {row.lot}" * bool(row.lot), row.status]
    place = f"{row.code} at {row.warehouse}, " + ", ".join(part for part in parts if part)
    stored, right = quantity_decimal(row.on_hand), quantity_decimal(expected)
    return Broken(1, f"stock of {place}: {words}", "stock_place", place, str(stored), str(right))
