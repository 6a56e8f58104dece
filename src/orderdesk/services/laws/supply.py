"""Law 1, of what is expected: what has come of goods is the sum of its entries in the ledger."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, case, cast, func, or_, select
from sqlalchemy.sql import literal_column

from orderdesk.domain.doctor import Broken
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.models.stock import Movement, Supply
from orderdesk.store.pages import Pages
from orderdesk.store.statements import table_of
from orderdesk.store.work import Work

_supply = table_of(Supply).c
_movement = table_of(Movement).c

_ZERO: Final[ColumnElement[int]] = literal_column("0")

_left = _supply.quantity - _supply.received - _supply.cancelled
_supplies = select(
    _supply.id,
    _supply.received,
    _supply.open,
    select(
        cast(
            func.coalesce(func.sum(_movement.quantity), _ZERO),
            BigInteger().with_variant(BigInteger(), "sqlite"),
        )
    )
    .where(
        _movement.supply_id == _supply.id,
        literal_column("movement.supply_id IS NOT NULL"),
    )
    .scalar_subquery()
    .label("came"),
    case((_left > _ZERO, _left), else_=_ZERO).label("left"),
).subquery("expected")
_SUPPLIES: Final = Pages(
    select(_supplies).where(
        or_(_supplies.c.received != _supplies.c.came, _supplies.c.open != _supplies.c.left)
    ),
    {"id": _supplies.c.id},
)


def supplies(work: Work) -> Iterator[Broken]:
    """Give expected goods of which other has come than the ledger says, or other is open (1)."""
    for row in _SUPPLIES.rows(work):
        if row.received != row.came:
            words = "what has come is not the sum of its movements"
            stored, expected = row.received, row.came
        else:
            words = "what is open is not the quantity less what has come or was cancelled"
            stored, expected = row.open, row.left
        yield Broken(
            1,
            f"supply {row.id}: {words}",
            "supply",
            str(row.id),
            str(quantity_decimal(stored)),
            str(quantity_decimal(expected)),
        )
