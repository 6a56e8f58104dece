"""What lies in the warehouses: seen, received and put right.

A balance moves only together with an entry of the ledger, in one unit of work; what comes in
serves the lines that wait, and what is lost is taken from the worst-ranked lines that had it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, select

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.stock import (
    ADJUSTMENT,
    OPENING,
    RECEIPT,
    AdjustRequest,
    MovementView,
    ReceivedView,
    ReceiveRequest,
    StockChangeView,
    StockView,
    WarehouseStock,
)
from orderdesk.domain.text import stored
from orderdesk.domain.times import moment
from orderdesk.models.stock import Movement
from orderdesk.services import catalogue, goods, ledger, rights
from orderdesk.services.allocation import serving
from orderdesk.services.ledger import Entry, Move
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

NEWEST: Final = 2**63 - 1
PAGE: Final = 100

RIGHT: Final = "stock"
"""What whoever changes stock needs."""

_movement = table_of(Movement).c

_MOVES: Final = statement(
    select(table_of(Movement))
    .where(_movement.product_id == bindparam("product"), _movement.id < bindparam("before"))
    .order_by(_movement.id.desc())
    .limit(bindparam("count"))
)


def show(work: Work, product: str) -> StockView:
    """Give what there is of a product, by our code or an EAN. Raises NotFound."""
    row = goods.find(work, [product])[product]
    return StockView(**_stock_fields(row, ledger.seen(work, row.id)))


def moves(
    work: Work, product: str, before: int = NEWEST, limit: int = PAGE
) -> tuple[MovementView, ...]:
    """Give entries of a product's ledger, the newest first, those older than entry `before`.

    Raises NotFound.
    """
    known = goods.find(work, [product])[product]
    rows = work.run(_MOVES, {"product": known.id, "before": before, "count": limit})
    return tuple(_movement_view(known.code, row.id, row, row.at, row.actor) for row in rows)


def receive(work: Work, request: ReceiveRequest) -> StockChangeView:
    """Take goods in and serve the lines that wait for them.

    Raises NotFound for unknown codes and Refused for what cannot be in stock.
    """
    rights.require(work, RIGHT)
    found = goods.find(work, [request.product])
    places = goods.places(work, [request.warehouse])
    move = _receipt(request, found, places, "")
    [entry] = ledger.enter(work, [move], ledger.lock(work, [move.shelf]))
    return _changed(work, entry)


def receive_many(work: Work, requests: Sequence[ReceiveRequest]) -> ReceivedView:
    """Take a set of goods in, all or nothing, and serve the lines that wait for them.

    Raises NotFound and Refused, naming the place in the set, counted from 1.
    """
    rights.require(work, RIGHT)
    found = goods.find(work, [request.product for request in requests])
    places = goods.places(work, [request.warehouse for request in requests])
    moves = [
        _receipt(request, found, places, f"entry {place}: ")
        for place, request in enumerate(requests, 1)
    ]
    entries = ledger.enter(work, moves, ledger.lock(work, [move.shelf for move in moves]))
    return ReceivedView(len(entries), sum(len(entry.served) for entry in entries))


def adjust(work: Work, request: AdjustRequest) -> StockChangeView:
    """Put stock right by a difference or by a count, and the promises on it with it.

    A loss below what is promised takes it from the worst-ranked lines; a gain serves those that
    wait. Raises NotFound for unknown codes, Refused where less than nothing would be left and for
    an unknown reason.
    """
    rights.require(work, RIGHT)
    product = goods.find(work, [request.product])[request.product]
    known = goods.places(work, [request.warehouse])
    place = goods.place(known, request.warehouse, archived=True)
    goods.check_stocked(product)
    why = catalogue.reason_of(work, request.reason, "stock")
    move = Move(product, place, 0, ADJUSTMENT, *_words(why, request.reference, ""))
    shelves = ledger.lock(work, [move.shelf])
    shelf = shelves[move.shelf]
    move = move._replace(quantity=_difference(request, product, shelf.on_hand))
    if not move.quantity:
        return StockChangeView(**_stock_fields(product, list(shelves.values())), movement=None)
    left = shelf.on_hand + move.quantity
    if left < 0:
        raise _below_zero(move, shelf.on_hand)
    lost = serving.deallocate(work, *move.shelf, max(0, shelf.allocated - left))
    [entry] = ledger.enter(work, [move], shelves, lost)
    return _changed(work, entry)


def _below_zero(move: Move, on_hand: int) -> Refused:
    has = quantity_decimal(on_hand)
    return Refused(
        "below_zero",
        f"quantity {quantity_decimal(move.quantity)} is more than product {move.product.code!r} "
        f"has at {move.warehouse}: {has} {move.product.unit}; take off at most {has}",
        product=move.product.code,
        warehouse=move.warehouse,
        on_hand=str(has),
    )


def _words(reason: str, reference: str, where: str) -> tuple[str, str]:
    try:
        return stored(reason, "reason"), stored(reference, "reference")
    except ValueError as error:
        raise Refused("bad_value", f"{where}{error}") from None


def _receipt(
    request: ReceiveRequest,
    found: Mapping[str, Row],
    places: Mapping[str | None, Row],
    where: str,
) -> Move:
    """Check one receipt. Raises NotFound and Refused."""
    product = found[request.product]
    goods.check_kept(product, where)
    quantity = goods.quantity(request.quantity, product, where)
    if not quantity:
        raise Refused("bad_quantity", f"{where}quantity is 0; receive at least something")
    return Move(
        product,
        goods.place(places, request.warehouse, where),
        quantity,
        OPENING if request.opening else RECEIPT,
        *_words(request.reason, request.reference, where),
    )


def _difference(request: AdjustRequest, product: Row, on_hand: int) -> int:
    """Give by how much the books are to change. Raises Refused."""
    if (request.quantity is None) == (request.counted is None):
        raise Refused(
            "one_of_two", "give either quantity (a difference) or counted (what lies there)"
        )
    if request.counted is not None:
        return goods.quantity(request.counted, product, what="counted") - on_hand
    change = goods.quantity(request.quantity or "", product, signed=True)
    if not change:
        raise Refused("bad_quantity", "quantity is 0; give a difference such as 12 or -12")
    return change


def _stock_fields(product: Row, shelves: Sequence[Row]) -> dict[str, Any]:
    """Give the fields of a stock view from its balances."""
    on_hand = sum(shelf.on_hand for shelf in shelves)
    allocated = sum(shelf.allocated for shelf in shelves)
    return {
        "product": product.code,
        "name": product.name,
        "unit": product.unit,
        "on_hand": quantity_decimal(on_hand),
        "allocated": quantity_decimal(allocated),
        "available": quantity_decimal(on_hand - allocated),
        "expected": quantity_decimal(0),
        "warehouses": tuple(
            WarehouseStock(
                shelf.warehouse,
                quantity_decimal(shelf.on_hand),
                quantity_decimal(shelf.allocated),
                quantity_decimal(shelf.on_hand - shelf.allocated),
            )
            for shelf in shelves
        ),
    }


def _movement_view(
    product: str, number: int, move: Move | Row, at: int, actor: str
) -> MovementView:
    return MovementView(
        number,
        product,
        move.warehouse,
        quantity_decimal(move.quantity),
        move.kind,
        move.reason,
        move.reference,
        moment(at),
        actor,
    )


def _changed(work: Work, entry: Entry) -> StockChangeView:
    """Give the stock as a movement left it."""
    product = entry.move.product
    return StockChangeView(
        **_stock_fields(product, ledger.seen(work, product.id)),
        movement=_movement_view(product.code, entry.id, entry.move, work.now, work.actor),
        served=entry.served,
        deallocated=entry.deallocated,
    )
