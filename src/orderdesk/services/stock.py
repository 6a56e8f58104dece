"""What lies in the warehouses: seen, received and put right.

A balance moves only together with an entry of the ledger, in one unit of work; what comes in
serves the lines that wait, and what is lost is taken from the worst-ranked lines that had it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, bindparam, cast, func, literal_column, select, tuple_

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.products import KIT
from orderdesk.domain.stock import (
    ADJUSTMENT,
    FREE,
    AdjustRequest,
    ApartStock,
    ExpectedGoods,
    PlaceKey,
    PlaceView,
    ReceivedView,
    ReceiveRequest,
    StockChangeView,
    StockView,
    WarehouseStock,
)
from orderdesk.domain.tracked import LOT, SERIAL
from orderdesk.models.company import Company
from orderdesk.models.stock import StockPlace
from orderdesk.services import catalogue, goods, kit_stock, ledger, receipts, rights, tracking
from orderdesk.services import places as lying
from orderdesk.services.ledger import Entry, Move
from orderdesk.services.receipts import TakenIn
from orderdesk.services.supplies import reading
from orderdesk.services.tracking import Coming
from orderdesk.store.statements import Row, integer_set, statement, table_of
from orderdesk.store.work import Work

PAGE: Final = 100
SUPPLIES: Final = 50
"""How many of the goods that are to come a product is shown with, the next first."""

RIGHT: Final = "stock"
"""What whoever changes stock needs."""

_place = table_of(StockPlace).c
_APART: Final = statement(
    select(
        _place.warehouse,
        _place.status,
        cast(func.sum(_place.on_hand), BigInteger().with_variant(BigInteger(), "sqlite")).label(
            "on_hand"
        ),
    )
    .where(
        _place.product_id.in_(select(integer_set("products"))),
        _place.status != literal_column("'free'"),
    )
    .group_by(_place.warehouse, _place.status)
    .order_by(_place.warehouse, _place.status)
)
_KEY: Final = (_place.warehouse, _place.bin, _place.lot, _place.status)
_PLACES: Final = statement(
    lying.SHOWN.where(
        _place.product_id == bindparam("product"),
        tuple_(*_KEY) > tuple_(*(bindparam(f"after_{column.name}") for column in _KEY)),
    )
    .order_by(*_KEY)
    .limit(bindparam("count"))
)
_TODAY: Final = statement(select(table_of(Company).c.business_date))


class Lying(NamedTuple):
    """What lies somewhere that is in no balance of `stock`, as the ledger reads it."""

    on_hand: int
    """Thousandths."""


def show(work: Work, product: str) -> StockView:
    """Give what there is of a product, by our code or an EAN; of a kit what can be made.

    Raises NotFound, and Refused for a kit without parts.
    """
    row = goods.find(work, [product])[product]
    if row.kind == KIT:
        return kit_stock.of_kit(work, row)
    return StockView(**_seen(work, row))


def places(
    work: Work, product: str, after: PlaceKey = ("", "", "", ""), limit: int = PAGE
) -> tuple[PlaceView, ...]:
    """Give where a product lies, by warehouse, bin, lot and status, those behind the place `after`.

    Raises NotFound.
    """
    known = goods.find(work, [product])[product]
    behind = {f"after_{column.name}": each for column, each in zip(_KEY, after, strict=True)}
    rows = work.run(_PLACES, {"product": known.id, "count": limit, **behind})
    today = date.fromisoformat(work.run(_TODAY)[0].business_date)
    return tuple(_place_view(known, row, today) for row in rows)


def _place_view(product: Row, row: Row, today: date) -> PlaceView:
    expires = None if row.expires is None else date.fromisoformat(row.expires)
    by_lot = product.tracked == LOT and row.status == FREE
    return PlaceView(
        product=product.code,
        warehouse=row.warehouse,
        bin=row.bin,
        lot=row.lot,
        status=row.status,
        on_hand=quantity_decimal(row.on_hand),
        unit=product.unit,
        allocated=quantity_decimal(row.promised) if by_lot else None,
        expires=expires,
        days=None if expires is None else (expires - today).days,
        received=date.fromisoformat(row.received) if row.received else None,
        supplier_lot=row.supplier_lot or "",
        kind=row.kind or "",
    )


def receive(work: Work, request: ReceiveRequest) -> StockChangeView:
    """Take goods in and serve the lines that wait for them.

    Of goods that were expected less is then still to come. Raises NotFound for unknown codes and
    Refused for what cannot be in stock.
    """
    rights.require(work, RIGHT)
    done = receipts.take_in(work, [request], lambda place: "")
    return replace(_taken(work, done), received=receipts.said(work, done.entries))


def receive_many(work: Work, requests: Sequence[ReceiveRequest]) -> ReceivedView:
    """Take a set of goods in, all or nothing, and serve the lines that wait for them.

    Raises NotFound and Refused, naming the place in the set, counted from 1.
    """
    rights.require(work, RIGHT)
    entries = receipts.take_in(work, requests, lambda place: f"entry {place}: ").entries
    return ReceivedView(len(entries), sum(len(entry.served) for entry in entries))


def reverse(work: Work, movement: int, reason: str = "") -> StockChangeView:
    """Take a receipt back, as if it had not come, and what was allocated of it from the worst rank.

    Of goods that were expected as much is to come again. Raises NotFound, and Refused for what is
    no receipt, was taken back before, or is gone from the warehouse.
    """
    rights.require(work, RIGHT)
    return _taken(work, receipts.take_back(work, movement, reason))


def adjust(work: Work, request: AdjustRequest) -> StockChangeView:
    """Put stock right by a difference or by a count, and the promises on it with it.

    A loss below what is allocated takes it from the worst-ranked lines; a gain serves those that
    wait. A difference needs a reason; a count is one. Raises NotFound for unknown codes, Refused
    where less than nothing would be left, and for an unknown reason or none.
    """
    rights.require(work, RIGHT)
    product = goods.find(work, [request.product])[request.product]
    known = goods.places(work, [request.warehouse])
    place = goods.place(known, request.warehouse, archived=True)
    goods.check_stocked(product)
    why = catalogue.reason_of(work, request.reason, "stock")
    move = Move(product, place, 0, ADJUSTMENT, *ledger.words(why, request.reference))
    shelves = ledger.lock(work, [move.shelf])
    moves = _adjusting(work, request, move)
    if not moves:
        return StockChangeView(**_seen(work, product), movement=None)
    if request.counted is None and not why:
        raise Refused(
            "no_reason",
            "a difference in stock needs a reason; give it (--reason), or what is counted",
        )
    lost = ledger.lose(work, moves, shelves)
    return changed(work, ledger.enter(work, moves, shelves, lost))


def _adjusting(work: Work, request: AdjustRequest, move: Move) -> list[Move]:
    """Give the entries by which stock is put right, none where the books are. Raises Refused."""
    product = move.product
    counted = request.counted is not None
    if counted and product.tracked == SERIAL:
        raise Refused(
            "counted_pieces",
            f"counted {request.counted} of product {product.code!r}: its pieces have numbers; give "
            "quantity with those that are there or gone, or use `orderdesk stock count`",
        )
    named = tracking.named(product, request, incoming=counted)
    on_hand = 0
    if counted or not named.lots:
        rows = lying.lying(work, product.id, move.warehouse, FREE, named.bin, named.lots)
        on_hand = sum(row.on_hand for row in rows)
    difference = _difference(request, product, on_hand)
    if difference > 0:
        named = tracking.named(product, request, incoming=True)
        move = move._replace(quantity=difference)
        new = tracking.new_lot(product, named, request)
        return tracking.come(work, [Coming(move, named, new, "")])
    if on_hand + difference < 0 and not named.lots:
        raise _below_zero(move._replace(quantity=difference), on_hand)
    return tracking.go(work, move, named, -difference) if difference else []


def _below_zero(move: Move, on_hand: int) -> Refused:
    has = quantity_decimal(on_hand)
    return Refused(
        "below_zero",
        f"quantity {quantity_decimal(move.quantity)} is more than product {move.product.code!r} "
        f"has at {move.warehouse}: {has} {move.product.unit}; "
        + (f"take off at most {has}" if on_hand > 0 else "there is nothing to take off"),
        product=move.product.code,
        warehouse=move.warehouse,
        on_hand=str(has),
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


def _stock_fields(product: Row, shelves: Sequence[Row], supplies: Sequence[Row]) -> dict[str, Any]:
    """Give the fields of a stock view from its balances and what is still to come."""
    on_hand = sum(shelf.on_hand for shelf in shelves)
    allocated = sum(shelf.allocated for shelf in shelves)
    coming: dict[str, int] = {}
    for row in supplies:
        coming[row.warehouse] = coming.get(row.warehouse, 0) + row.open
    places = [
        WarehouseStock(
            shelf.warehouse,
            quantity_decimal(shelf.on_hand),
            quantity_decimal(shelf.allocated),
            quantity_decimal(shelf.on_hand - shelf.allocated),
            quantity_decimal(coming.pop(shelf.warehouse, 0)),
        )
        for shelf in shelves
    ]
    nothing = quantity_decimal(0)
    places += [
        WarehouseStock(place, nothing, nothing, nothing, quantity_decimal(quantity))
        for place, quantity in sorted(coming.items())
    ]
    return {
        "product": product.code,
        "name": product.name,
        "unit": product.unit,
        "on_hand": quantity_decimal(on_hand),
        "allocated": quantity_decimal(allocated),
        "available": quantity_decimal(on_hand - allocated),
        "expected": quantity_decimal(sum(row.open for row in supplies)),
        "warehouses": tuple(sorted(places, key=lambda place: place.warehouse)),
        "supplies": tuple(map(_coming, supplies[:SUPPLIES])),
    }


def _coming(row: Row) -> ExpectedGoods:
    return ExpectedGoods(
        row.id,
        row.warehouse,
        date.fromisoformat(row.due),
        quantity_decimal(row.open),
        row.reference,
        row.due < row.business_date,
    )


def _seen(work: Work, product: Row) -> dict[str, Any]:
    """Give the fields of a product's stock view."""
    only = {"products": json.dumps([product.id])}
    shelves, supplies, apart = work.run_all(
        [(ledger.SEEN, only), (reading.EXPECTED, only), (_APART, only)]
    )
    others = tuple(
        ApartStock(row.warehouse, row.status, quantity_decimal(row.on_hand)) for row in apart
    )
    return {**_stock_fields(product, shelves, supplies), "apart": others}


def _taken(work: Work, done: TakenIn) -> StockChangeView:
    """Give the stock as a receipt, or one that was taken back, left it."""
    supply = None
    of = done.entries[0].move.supply_id
    if of is not None:
        supply = done.arrivals[of].view()
    return replace(changed(work, done.entries), supply=supply)


def changed(work: Work, entries: Sequence[Entry]) -> StockChangeView:
    """Give the stock of a product as movements left it."""
    product = entries[0].move.product
    first, *more = (
        ledger.view(product.code, entry.id, entry.move, work.now, work.actor) for entry in entries
    )
    return StockChangeView(
        **_seen(work, product),
        movement=first,
        served=tuple(line for entry in entries for line in entry.served),
        deallocated=tuple(line for entry in entries for line in entry.deallocated),
        more=tuple(more),
    )
