"""Which lots and pieces a transfer has on the way, by its entries in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import BigInteger, and_, bindparam, cast, func, literal_column, select

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.tracked import FOREVER, SERIAL
from orderdesk.domain.transfers import ALL_OF_IT, TRANSIT, Arrived
from orderdesk.models.stock import Lot, Movement
from orderdesk.services import bins, tracking
from orderdesk.services.ledger import Move
from orderdesk.services.tracking import Named
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

_movement = table_of(Movement).c
_lot = table_of(Lot).c

_last_day = func.min(func.coalesce(_lot.expires, literal_column(f"'{FOREVER}'")))
_LOTS: Final = statement(
    select(
        _movement.lot,
        cast(func.sum(_movement.quantity), BigInteger().with_variant(BigInteger(), "sqlite")).label(
            "quantity"
        ),
    )
    .outerjoin(
        table_of(Lot), and_(_lot.product_id == _movement.product_id, _lot.code == _movement.lot)
    )
    .where(
        _movement.transfer_id == bindparam("transfer"),
        literal_column("movement.transfer_id IS NOT NULL"),
        _movement.warehouse == literal_column(f"'{TRANSIT}'"),
    )
    .group_by(_movement.lot)
    .having(func.sum(_movement.quantity) > literal_column("0"))
    .order_by(_last_day, _movement.lot)
)


def ended(
    work: Work,
    way: Move,
    row: Row,
    ends: Iterable[tuple[str, int, int | None]],
    arrived: Arrived,
) -> list[Move]:
    """Give the entries of what is on the way no longer: lot by lot, with where it went, if so."""
    named = tracking.named(way.product, arrived) if arrived != ALL_OF_IT else Named()
    left = lots_of(work, row, way.product)
    moves = []
    for place, quantity, supply in ends:
        for lot, part in _part_of(way.product, left, quantity, named):
            moves.append(way._replace(lot=lot, quantity=-part))
            if place:
                bin = (named.bin or "") if place == row.target else ""
                come = way._replace(warehouse=place, lot=lot, quantity=part, bin=bin)
                moves.append(come._replace(supply_id=supply))
        # What is named is what came; the rest is whatever is left.
        named = Named()
    bins.check(work, {(move.warehouse, move.bin) for move in moves})
    return moves


def lots_of(work: Work, transfer: Row, product: Row) -> dict[str, int]:
    """Give what a transfer has on the way of each lot or piece, the first to expire first."""
    if not product.tracked:
        return {"": transfer.open}
    return {row.lot: row.quantity for row in work.run(_LOTS, {"transfer": transfer.id})}


def _part_of(
    product: Row, left: dict[str, int], quantity: int, named: Named
) -> Iterator[tuple[str, int]]:
    """Give so much (thousandths) of what is left on the way, lot by lot, and take it off.

    Only of the named lots or pieces, where some are. Raises Refused where they are not on the way,
    and where some of many pieces came and nobody says which.
    """
    if named.lots is not None:
        tracking.check_pieces(product, named, quantity)
    of = list(left) if named.lots is None else list(named.lots)
    if product.tracked == SERIAL and named.lots is None and 0 < quantity < sum(left.values()):
        raise Refused(
            "missing_serials",
            f"product {product.code!r} is tracked by serial; name the pieces that came with "
            "--serial, or take in all",
            product=product.code,
        )
    if sum(left.get(lot, 0) for lot in of) < quantity:
        words = " ".join(of)
        raise Refused(
            "not_on_the_way",
            f"quantity {quantity_decimal(quantity)} is more than is on the way of {words[:60]} of "
            f"product {product.code!r}: {', '.join(list(left)[:12])}",
            product=product.code,
        )
    for lot in of:
        part = min(quantity, left.get(lot, 0))
        if part:
            left[lot] -= part
            quantity -= part
            yield lot, part
