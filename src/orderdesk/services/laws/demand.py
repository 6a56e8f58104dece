"""Law 2, of what waits: kept by product, warehouse and day, it is the sum of the waiting lines."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ScalarSelect,
    and_,
    cast,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.sql import literal_column

from orderdesk.domain.doctor import Broken
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.models.orders import OrderLine
from orderdesk.models.products import Product
from orderdesk.models.stock import Demand
from orderdesk.store.pages import Pages
from orderdesk.store.statements import Row, table_of
from orderdesk.store.work import Work

_demand = table_of(Demand).c
_line = table_of(OrderLine).c
_other = table_of(OrderLine).alias("other").c
_product = table_of(Product).c

_ZERO: Final[ColumnElement[int]] = literal_column("0")


def _waiting(
    product: ColumnElement[int], place: ColumnElement[str], day: ColumnElement[str]
) -> ScalarSelect[int]:
    """Give the sum of what waits there for a day, as the lines say."""
    summed = func.coalesce(func.sum(_other.open - _other.allocated), _ZERO)
    return (
        select(cast(summed, BigInteger().with_variant(BigInteger(), "sqlite")))
        .where(
            _other.product_id == product,
            _other.warehouse == place,
            _other.needed == day,
            literal_column("other.open > 0"),
            _other.kind == literal_column("'product'"),
            # What holds more than is open breaks a law of its own.
            _other.open > _other.allocated,
        )
        .scalar_subquery()
    )


_days = (
    select(
        _demand.product_id,
        _demand.warehouse,
        _demand.day,
        _demand.quantity,
        _product.code,
        _waiting(_demand.product_id, _demand.warehouse, _demand.day).label("waiting"),
    )
    .join_from(table_of(Demand), table_of(Product), _product.id == _demand.product_id)
    .subquery("kept")
)
_DAYS: Final = Pages(
    select(_days).where(or_(_days.c.quantity != _days.c.waiting, _days.c.quantity <= _ZERO)),
    {"product_id": _days.c.product_id, "warehouse": _days.c.warehouse, "day": _days.c.day},
)
_earlier = exists().where(
    _other.product_id == _line.product_id,
    _other.warehouse == _line.warehouse,
    _other.needed == _line.needed,
    literal_column("other.open > 0"),
    _other.kind == literal_column("'product'"),
    _other.open > _other.allocated,
    tuple_(_other.order_id, _other.line) < tuple_(_line.order_id, _line.line),
)
_UNKEPT: Final = Pages(
    select(
        _line.order_id,
        _line.line,
        _line.warehouse,
        _line.needed.label("day"),
        _product.code,
        _waiting(_line.product_id, _line.warehouse, _line.needed).label("waiting"),
    )
    .join_from(table_of(OrderLine), table_of(Product), _product.id == _line.product_id)
    .where(
        _line.open > _line.allocated,
        _line.kind == literal_column("'product'"),
        ~exists().where(
            and_(
                _demand.product_id == _line.product_id,
                _demand.warehouse == _line.warehouse,
                _demand.day == _line.needed,
            )
        ),
        ~_earlier,
    ),
    {"order_id": _line.order_id, "line": _line.line},
)
"""Lines that wait for a day of which nothing is kept; of several the first one."""


def waits(work: Work) -> Iterator[Broken]:
    """Give what is kept of the demand of a day and is not what its lines wait for (2)."""
    for row in _DAYS.rows(work):
        yield _broken(row, row.quantity)
    for row in _UNKEPT.rows(work):
        yield _broken(row, 0)


def _broken(row: Row, stored: int) -> Broken:
    key = f"{row.code} at {row.warehouse} on {row.day}"
    return Broken(
        2,
        f"demand of {key}: it is not what the order lines that need it then wait for",
        "demand",
        key,
        str(quantity_decimal(stored)),
        str(quantity_decimal(row.waiting)),
    )
