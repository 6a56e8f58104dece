"""What lies where: the balance of each product by warehouse, bin, lot and status.

Only the ledger moves these balances, in the unit of work that enters the movement; whoever reads
them in order to take something has locked the product's stock at that warehouse before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    union,
)

from orderdesk.domain.stock import FREE
from orderdesk.domain.tracked import FOREVER
from orderdesk.domain.transfers import TRANSIT
from orderdesk.models.stock import Bin, Lot, LotAllocation, Movement, StockPlace
from orderdesk.models.transfers import Transfer
from orderdesk.store.balances import Balances
from orderdesk.store.statements import Row, integer_set, statement, table_of, text_set
from orderdesk.store.work import Work

_place = table_of(StockPlace).c
_lot = table_of(Lot).c
_bin = table_of(Bin).c
_share = table_of(LotAllocation).c
_movement = table_of(Movement).c
_transfer = table_of(Transfer).c


class Spot(NamedTuple):
    """Where goods lie."""

    product_id: int
    warehouse: str
    bin: str
    lot: str
    status: str


class Piece(NamedTuple):
    """What is taken from one place, in thousandths."""

    bin: str
    lot: str
    quantity: int


_BALANCES: Final = Balances(StockPlace, "on_hand")

_WHOLE: Final = BigInteger().with_variant(BigInteger(), "sqlite")
_promised = (
    select(cast(func.coalesce(func.sum(_share.quantity), literal_column("0")), _WHOLE))
    .where(
        _share.product_id == _place.product_id,
        _share.warehouse == _place.warehouse,
        _share.lot == _place.lot,
        _place.lot != literal_column("''"),
    )
    .scalar_subquery()
)
_last_day = func.coalesce(_lot.expires, literal_column(f"'{FOREVER}'"))
SHOWN: Final = (
    select(
        *_place,
        _lot.expires,
        _lot.received,
        _lot.supplier_lot,
        _last_day.label("last_day"),
        func.coalesce(_bin.sequence, literal_column("0")).label("sequence"),
        _bin.kind,
        _promised.label("promised"),
    )
    .select_from(table_of(StockPlace))
    .outerjoin(table_of(Lot), and_(_lot.product_id == _place.product_id, _lot.code == _place.lot))
    .outerjoin(table_of(Bin), and_(_bin.warehouse == _place.warehouse, _bin.code == _place.bin))
)
"""Places with what is known of their lots and bins, and what is promised of the lot there."""
_LYING: Final = statement(
    SHOWN.where(
        _place.product_id == bindparam("product"),
        _place.warehouse == bindparam("place"),
        _place.status == bindparam("state"),
        or_(
            literal_column("1") == bindparam("any_bin"),
            _place.bin == bindparam("in_bin"),
        ),
        or_(
            literal_column("1") == bindparam("any_lot"),
            _place.lot.in_(select(text_set("lots"))),
        ),
    ).order_by(
        _last_day,
        _lot.received,
        _place.lot,
        func.coalesce(_bin.sequence, literal_column("0")),
        _place.bin,
    )
)
"""What lies somewhere in a warehouse, the first to be taken first."""
_OF_LOTS: Final = statement(
    select(*_place).where(
        _place.product_id == bindparam("product"),
        literal_column("stock_place.lot <> ''"),
        _place.lot.in_(select(text_set("lots"))),
    )
)
_ANY: Final = statement(
    union(
        select(_place.product_id).where(_place.product_id.in_(select(integer_set("products")))),
        select(_transfer.product_id).where(
            _transfer.product_id.in_(select(integer_set("products"))),
            literal_column("transfer.open > 0"),
        ),
    )
)
_ON_THE_WAY: Final = statement(
    select(_movement.lot, cast(func.sum(_movement.quantity), _WHOLE).label("on_hand"))
    .where(
        _movement.product_id == bindparam("product"),
        literal_column("movement.lot <> ''"),
        _movement.lot.in_(select(text_set("lots"))),
        _movement.warehouse == literal_column(f"'{TRANSIT}'"),
    )
    .group_by(_movement.lot)
    .having(func.sum(_movement.quantity) > literal_column("0"))
)


def lying(
    work: Work,
    product: int,
    warehouse: str,
    status: str = FREE,
    bin: str | None = None,
    lots: Sequence[str] | None = None,
) -> list[Row]:
    """Give the places of a product (id) in a warehouse, the first to be taken first.

    That is the lot that expires first, then the bin one comes to first. `bin` and `lots` are
    those alone; the empty text is what lies in no bin, and what has no lot.
    """
    return work.run(
        _LYING,
        {
            "product": product,
            "place": warehouse,
            "state": status,
            "any_bin": int(bin is None),
            "in_bin": bin or "",
            "any_lot": int(lots is None),
            "lots": json.dumps(list(lots or ())),
        },
    )


def of_lots(work: Work, product: int, lots: Iterable[str]) -> list[Row]:
    """Give the places of these lots, or pieces, of a product (id) in every warehouse."""
    return work.run(_OF_LOTS, {"product": product, "lots": json.dumps(list(lots))})


def on_the_way(work: Work, product: int, lots: Iterable[str]) -> dict[str, int]:
    """Give what of these lots, or pieces, of a product (id) is in transit, in thousandths."""
    rows = work.run(_ON_THE_WAY, {"product": product, "lots": json.dumps(list(lots))})
    return {row.lot: row.on_hand for row in rows}


def lie_somewhere(work: Work, products: Iterable[int]) -> set[int]:
    """Give which of these products (ids) lie anywhere, of whatever status, or are in transit."""
    asked = {"products": json.dumps(sorted(products))}
    return {row.product_id for row in work.run(_ANY, asked)}


def taken(rows: Sequence[Row], quantity: int, *, leave_promised: bool = False) -> list[Piece]:
    """Give from which of these places, in their order, so much (thousandths) is taken.

    Of a lot what is promised to order lines is taken last, or not at all. There is less where
    they have less.
    """
    found: dict[tuple[str, str], int] = {}
    had = {row.lot: 0 for row in rows}
    for row in rows:
        had[row.lot] += row.on_hand
    free = {row.lot: max(0, had[row.lot] - row.promised) for row in rows}
    for row in rows:
        part = min(quantity, row.on_hand, free[row.lot])
        free[row.lot] -= part
        quantity -= part
        if part:
            found[row.bin, row.lot] = part
    if not leave_promised:
        for row in rows:
            part = min(quantity, row.on_hand - found.get((row.bin, row.lot), 0))
            quantity -= part
            if part:
                found[row.bin, row.lot] = found.get((row.bin, row.lot), 0) + part
    return [Piece(*where, part) for where, part in found.items()]


def shift(work: Work, changes: Mapping[Spot, int]) -> None:
    """Move the balances of these places, in thousandths and in key order; empty ones go.

    Raises Conflict where one has less than is taken from it.
    """
    _BALANCES.move(work, changes)
