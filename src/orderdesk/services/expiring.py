"""Lots whose last day is over: they are used no more, and lines that had some of them get others.

In pieces, so that no desk waits long; a second run, or a late one, does what is left to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, bindparam, literal_column, select, tuple_

from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.stock import EXPIRED, STATUS, ExpiredLot
from orderdesk.models.products import Product
from orderdesk.models.stock import Lot, StockPlace
from orderdesk.services import goods, ledger, lots, places, rights, stock
from orderdesk.services.ledger import Move
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

RIGHT: Final = "nightly"
PIECE: Final = 20
"""How many places of a warehouse are looked after at a time."""
REASON: Final = "its last day is over"

_place = table_of(StockPlace).c
_lot = table_of(Lot).c
_product = table_of(Product).c

Key = tuple[int, str, str, str]
"""Product (id), warehouse, bin and lot of a place."""
START: Final[Key] = (0, "", "", "")
_KEY: Final = (_place.product_id, _place.warehouse, _place.bin, _place.lot)
_OVER: Final = statement(
    select(*_KEY, _place.on_hand, _lot.expires, _product.code, _product.unit)
    .select_from(table_of(StockPlace))
    .join(table_of(Lot), and_(_lot.product_id == _place.product_id, _lot.code == _place.lot))
    .join(table_of(Product), _product.id == _place.product_id)
    .where(
        literal_column("stock_place.lot <> ''"),
        _place.status == literal_column("'free'"),
        _lot.expires < bindparam("today"),
        tuple_(*_KEY) > tuple_(*(bindparam(f"after_{column.name}") for column in _KEY)),
    )
    .order_by(*_KEY)
    .limit(bindparam("piece"))
)
"""Free goods of lots that are over; what is in stock is gone through, not all lots there were."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What a piece of the run did."""

    expired: tuple[ExpiredLot, ...]
    after: Key | None
    """Behind which place the next piece begins; None where nothing is left to do."""


def piece(work: Work, after: Key, cause: str) -> Piece:
    """Let some goods whose last day is over be expired, behind a place; their lines lose them.

    Lines get what other lots have for them at once. Raises Refused for who may not end the day.
    """
    rights.require(work, RIGHT)
    rows, behind = _over(work, after, lots.today(work)), None
    if rows:
        found = goods.find(work, sorted({row.code for row in rows}))
        shelves = ledger.lock(work, {(row.product_id, row.warehouse) for row in rows})
        behind = _key(rows[-1]) if len(rows) == PIECE else None
        # Read again behind the lock: until then others may have taken them.
        rows = _over(work, after, lots.today(work))
        rows = [row for row in rows if row.code in found and row[:2] in shelves]
    if not rows:
        return Piece((), behind)
    moves, apart = list[Move](), dict[Any, Any]()
    for row in rows:
        out = Move(
            found[row.code], row.warehouse, -row.on_hand, STATUS, REASON, cause,
            bin=row.bin, lot=row.lot,
        )  # fmt: skip
        back = out._replace(quantity=row.on_hand, status=EXPIRED)
        moves += [out, back]
        if back.shelf not in apart:
            lying = places.lying(work, row.product_id, row.warehouse, EXPIRED)
            apart[back.shelf] = stock.Lying(sum(each.on_hand for each in lying))
    lost = ledger.lose(work, moves[::2], shelves)
    ledger.enter(work, moves, {**shelves, **apart}, lost)
    return Piece(tuple(map(_view, rows)), behind)


def ahead(work: Work, on: date) -> tuple[ExpiredLot, ...]:
    """Give the goods that would be expired on a day; it only reads."""
    return tuple(map(_view, _all(work, on.isoformat())))


def _all(work: Work, today: str) -> Iterator[Row]:
    after = START
    while rows := _over(work, after, today):
        yield from rows
        after = _key(rows[-1])


def _over(work: Work, after: Key, today: str) -> list[Row]:
    behind = {f"after_{column.name}": each for column, each in zip(_KEY, after, strict=True)}
    return work.run(_OVER, {"today": today, "piece": PIECE, **behind})


def _key(row: Row) -> Key:
    return row.product_id, row.warehouse, row.bin, row.lot


def _view(row: Row) -> ExpiredLot:
    return ExpiredLot(
        row.code,
        row.warehouse,
        row.bin,
        row.lot,
        date.fromisoformat(row.expires),
        quantity_decimal(row.on_hand),
        row.unit,
    )
