"""Goods that come in, of what was expected or by surprise, and receipts that are taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from sqlalchemy import bindparam, literal_column, select

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.stock import (
    ADJUSTMENT,
    FREE,
    OPENING,
    RECEIPT,
    REVERSAL,
    ReceiveRequest,
)
from orderdesk.domain.tracked import SERIAL
from orderdesk.models.products import Product
from orderdesk.models.stock import Movement
from orderdesk.services import catalogue, goods, ledger, places, tracking
from orderdesk.services.allocation.decisions import Served
from orderdesk.services.ledger import Entry, Move, Shelf
from orderdesk.services.supplies import arriving
from orderdesk.services.supplies.arriving import Arrival
from orderdesk.services.tracking import Coming, Named
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

_NAMED: Final = 5
"""How many pieces are named where it is said what came; all are in the ledger."""

_movement = table_of(Movement).c
_product = table_of(Product).c

_ENTRY: Final = statement(
    select(*table_of(Movement).c, _product.code)
    .join_from(table_of(Movement), table_of(Product), _product.id == _movement.product_id)
    .where(_movement.id == bindparam("id"))
)
_REVERSED: Final = statement(
    select(_movement.id).where(
        _movement.reverses == bindparam("id"), literal_column("movement.reverses IS NOT NULL")
    )
)


class TakenIn(NamedTuple):
    """What came in, or went back: the entries of the ledger, and the expected goods they are of."""

    entries: list[Entry]
    arrivals: dict[int, Arrival]
    """By their ids."""


def take_in(work: Work, requests: Sequence[ReceiveRequest], where: Callable[[int], str]) -> TakenIn:
    """Take goods in; `where` names a place in the set, from 1. Raises NotFound and Refused."""
    arrivals = arriving.lock(work, [each.supply for each in requests])
    of = [
        arriving.of(arrivals, each.supply, where(place)) for place, each in enumerate(requests, 1)
    ]
    found = goods.find(work, {_product_of(*pair) for pair in zip(requests, of, strict=True)} - {""})
    known = goods.places(work, [_place_of(*pair) for pair in zip(requests, of, strict=True)])
    coming = [
        _receipt(request, arrival, found, known, where(place))
        for place, (request, arrival) in enumerate(zip(requests, of, strict=True), 1)
    ]
    # Before anybody looks which lots and pieces are there, or two desks would bring the same one.
    shelves = ledger.lock(work, [each.move.shelf for each in coming])
    return _enter(work, arrivals, tracking.come(work, coming), shelves)


def said(work: Work, entries: Sequence[Entry]) -> str:
    """Say what one receipt brought, where it was put, and how many lines got of it."""
    move = entries[0].move
    quantity = quantity_decimal(sum(entry.move.quantity for entry in entries))
    names = [entry.move.lot for entry in entries if entry.move.lot]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    named = ", ".join(names[:_NAMED]) + more
    what = "serial" if move.product.tracked == SERIAL else "lot"
    # A rehearsal enters nothing.
    numbers = "" if work.rehearsal else _numbers([entry.id for entry in entries])
    served = len({(line.order, line.line) for entry in entries for line in entry.served})
    lines = {0: "nobody waited for it", 1: "1 line that waited got of it"}
    return (
        f"{quantity} {move.product.unit}"
        + (f", {what} {named}," if named else "")
        + f" at warehouse {move.warehouse}"
        + (f", bin {move.bin}" if move.bin else "")
        + f"{numbers}; {lines.get(served, f'{served} lines that waited got of it')}"
    )


def _numbers(ids: Sequence[int]) -> str:
    if len(ids) == 1:
        return f" (movement {ids[0]})"
    return f" (movements {ids[0]} to {ids[-1]})"


def take_back(work: Work, movement: int, reason: str) -> TakenIn:
    """Take a receipt back, and what was allocated of it. Raises NotFound and Refused."""
    row = work.one(_ENTRY, {"id": movement})
    if row is None:
        raise NotFound(
            "unknown_movement",
            f"movement {movement} is unknown; `orderdesk stock moves PRODUCT --json` has the ids",
            movement=movement,
        )
    product = goods.find(work, [row.code])[row.code]
    why = catalogue.reason_of(work, reason, "stock")
    arrivals = arriving.lock(work, [None if row.supply_id is None else str(row.supply_id)])
    move = Move(
        product,
        row.warehouse,
        -row.quantity,
        REVERSAL,
        why,
        f"{row.kind} {row.id}",
        supply_id=row.supply_id,
        reverses=row.id,
        bin=row.bin,
        lot=row.lot,
    )
    shelves = ledger.lock(work, [move.shelf])
    there = places.lying(work, product.id, row.warehouse, FREE, row.bin, [row.lot])
    _check_reversible(work, row, sum(each.on_hand for each in there), product.unit)
    if row.supply_id is not None:
        arrivals[row.supply_id].move(move.quantity)
    lost = ledger.lose(work, [move], shelves)
    return _enter(work, arrivals, [move], shelves, lost)


def _enter(
    work: Work,
    arrivals: dict[int, Arrival],
    moves: Sequence[Move],
    shelves: Mapping[Shelf, Row],
    lost: Sequence[Served] = (),
) -> TakenIn:
    # First, before stock is given out: what has come is expected no more.
    arriving.write(work, arrivals.values())
    entries = ledger.enter(work, moves, shelves, lost)
    for entry in entries:
        if entry.move.supply_id is not None:
            arrivals[entry.move.supply_id].note(entry.id)
    for arrival in arrivals.values():
        arrival.tell(work)
    return TakenIn(entries, arrivals)


def _product_of(request: ReceiveRequest, arrival: Arrival | None) -> str:
    """Give the product's name: as typed, else that of the goods that were expected."""
    return request.product or ("" if arrival is None else str(arrival.row.code))


def _place_of(request: ReceiveRequest, arrival: Arrival | None) -> str | None:
    """Give the warehouse's name: as typed, else that where the goods were expected."""
    if request.warehouse is None and arrival is not None:
        return str(arrival.row.warehouse)
    return request.warehouse


def _receipt(
    request: ReceiveRequest,
    arrival: Arrival | None,
    found: Mapping[str, Row],
    known: Mapping[str | None, Row],
    where: str,
) -> Coming:
    """Check one receipt, and let it come of the goods that were expected. Raises Refused."""
    name = _product_of(request, arrival)
    if not name:
        raise Refused("missing_field", f"{where}product is missing; say what came")
    product = found[name]
    goods.check_kept(product, where)
    named = tracking.named(product, request, where, incoming=True)
    move = Move(
        product,
        goods.place(known, _place_of(request, arrival), where),
        _quantity(request, arrival, product, named, where),
        OPENING if request.opening else RECEIPT,
        *ledger.words(request.reason, request.reference, where),
    )
    if arrival is not None:
        move = arrival.take(move, where)
    return Coming(move, named, tracking.new_lot(product, named, request, where), where)


def _quantity(
    request: ReceiveRequest, arrival: Arrival | None, product: Row, named: Named, where: str
) -> int:
    """Give how much came, in thousandths. Raises Refused."""
    if request.quantity:
        quantity = goods.quantity(request.quantity, product, where)
        if not quantity:
            raise Refused("bad_quantity", f"{where}quantity is 0; receive at least something")
        return quantity
    if request.serials:
        return named.serials
    if arrival is None:
        raise Refused("missing_field", f"{where}quantity is missing; say how much came")
    if not arrival.open:
        raise Refused(
            "nothing_open",
            f"{where}nothing is to come of supply {request.supply} any more; say how much came "
            "with quantity",
        )
    return arrival.open


def _check_reversible(work: Work, row: Row, on_hand: int, unit: str) -> None:
    """Raise Refused unless an entry of the ledger can be taken back."""
    if row.kind not in (RECEIPT, OPENING):
        kind = f"an {row.kind}" if row.kind == ADJUSTMENT else f"a {row.kind}"
        raise Refused(
            "no_receipt",
            f"movement {row.id} is {kind}, and only a receipt is reversed; put the stock right "
            "with `orderdesk stock adjust`",
            movement=row.id,
        )
    before = work.one(_REVERSED, {"id": row.id})
    if before is not None:
        raise Refused(
            "reversed_before",
            f"{row.kind} {row.id} was reversed before, by movement {before.id}; nothing of it is "
            "left to take back",
            movement=row.id,
            reversal=before.id,
        )
    if on_hand < row.quantity:
        has = quantity_decimal(on_hand)
        raise Refused(
            "stock_gone",
            f"{row.kind} {row.id} brought {quantity_decimal(row.quantity)} {unit} of product "
            f"{row.code!r} to {row.warehouse}, and only {has} {unit} are there now: what is gone "
            "cannot be taken back; put the stock right with `orderdesk stock adjust`",
            movement=row.id,
            on_hand=str(has),
        )
