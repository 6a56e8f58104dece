"""What lies in the warehouses: seen, received and put right.

A balance moves only together with an entry of the ledger, in one unit of work; what comes in
serves the lines that wait, and what is lost is taken from the worst-ranked lines that had it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, select

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import quantity_decimal, quantity_of
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
from orderdesk.domain.text import fold_code, stored
from orderdesk.domain.times import moment
from orderdesk.models.company import Company, Warehouse
from orderdesk.models.stock import Movement
from orderdesk.services import allocation, catalogue, ledger, rights
from orderdesk.services.ledger import Entry, Move
from orderdesk.store.statements import Row, statement, table_of, text_set
from orderdesk.store.work import Work

NEWEST: Final = 2**63 - 1
PAGE: Final = 100

RIGHT: Final = "stock"
"""What whoever changes stock needs."""

_movement = table_of(Movement).c
_warehouse = table_of(Warehouse).c

_HOME: Final = statement(select(table_of(Company).c.warehouse))
_WAREHOUSES: Final = statement(
    select(_warehouse.code, _warehouse.archived).where(
        _warehouse.code.in_(select(text_set("codes")))
    )
)
_MOVES: Final = statement(
    select(table_of(Movement))
    .where(_movement.product_id == bindparam("product"), _movement.id < bindparam("before"))
    .order_by(_movement.id.desc())
    .limit(bindparam("count"))
)


def show(work: Work, product: str) -> StockView:
    """Give what there is of a product, by our code or an EAN. Raises NotFound."""
    goods = _find(work, [product])[product]
    return StockView(**_stock_fields(goods, ledger.seen(work, goods.id)))


def moves(
    work: Work, product: str, before: int = NEWEST, limit: int = PAGE
) -> tuple[MovementView, ...]:
    """Give entries of a product's ledger, the newest first, those older than entry `before`.

    Raises NotFound.
    """
    goods = _find(work, [product])[product]
    rows = work.run(_MOVES, {"product": goods.id, "before": before, "count": limit})
    return tuple(_movement_view(goods.code, row.id, row, row.at, row.actor) for row in rows)


def receive(work: Work, request: ReceiveRequest) -> StockChangeView:
    """Take goods in and serve the lines that wait for them.

    Raises NotFound for unknown codes and Refused for what cannot be in stock.
    """
    rights.require(work, RIGHT)
    found, places = _find(work, [request.product]), _places(work, [request.warehouse])
    move = _receipt(request, found, places, "")
    [entry] = ledger.enter(work, [move], ledger.lock(work, [move.shelf]))
    return _changed(work, entry)


def receive_many(work: Work, requests: Sequence[ReceiveRequest]) -> ReceivedView:
    """Take a set of goods in, all or nothing, and serve the lines that wait for them.

    Raises NotFound and Refused, naming the place in the set, counted from 1.
    """
    rights.require(work, RIGHT)
    found = _find(work, [request.product for request in requests])
    places = _places(work, [request.warehouse for request in requests])
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
    goods = _find(work, [request.product])[request.product]
    place = _place(_places(work, [request.warehouse]), request.warehouse, "", archived=True)
    _check_stocked(goods, "")
    why = catalogue.reason_of(work, request.reason, "stock")
    move = Move(goods, place, 0, ADJUSTMENT, *_words(why, request.reference, ""))
    shelves = ledger.lock(work, [move.shelf])
    shelf = shelves[move.shelf]
    move = move._replace(quantity=_difference(request, goods, shelf.on_hand))
    if not move.quantity:
        return StockChangeView(**_stock_fields(goods, list(shelves.values())), movement=None)
    left = shelf.on_hand + move.quantity
    if left < 0:
        raise _below_zero(move, shelf.on_hand)
    lost = allocation.deallocate(work, *move.shelf, max(0, shelf.allocated - left))
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


def _find(work: Work, names: Iterable[str]) -> Mapping[str, Row]:
    """Give the products by every name used for them: our code or an EAN. Raises NotFound."""
    folded = {name: fold_code(name) for name in names}
    wanted = json.dumps(sorted(set(folded.values())))
    found = {row.code: row for row in work.run(catalogue.GOODS, {"products": wanted})}
    missing = sorted({name for name in folded.values() if name not in found})
    if missing:
        by_ean = catalogue.other_names(work, "", missing)
        rows = work.run(catalogue.GOODS, {"products": json.dumps(sorted(set(by_ean.values())))})
        by_code = {row.code: row for row in rows}
        found.update({name: by_code[code] for name, code in by_ean.items()})
    unknown = [name for name, code in folded.items() if code not in found]
    if unknown:
        raise NotFound(
            "unknown_product",
            f"product {unknown[0]!r} is unknown; search with `orderdesk product list`",
            products=unknown,
        )
    return {name: found[code] for name, code in folded.items()}


def _places(work: Work, names: Iterable[str | None]) -> Mapping[str | None, Row]:
    """Give the warehouses by their names; None stands for the company's own."""
    folded = {name: fold_code(name) for name in names if name is not None}
    home = work.run(_HOME)[0].warehouse
    codes = json.dumps(sorted({*folded.values(), home or ""}))
    known = {row.code: row for row in work.run(_WAREHOUSES, {"codes": codes})}
    found: dict[str | None, Row] = {
        name: known[code] for name, code in folded.items() if code in known
    }
    if home in known:
        found[None] = known[home]
    return found


def _place(
    places: Mapping[str | None, Row], name: str | None, where: str, *, archived: bool = False
) -> str:
    """Give a warehouse's code. Raises NotFound, and Refused where it takes nothing in any more."""
    row = places.get(name)
    if row is None:
        words = (
            "the company has no warehouse of its own; name one"
            if name is None
            else f"warehouse {name!r} is unknown; `orderdesk warehouse list` shows them"
        )
        raise NotFound("unknown_warehouse", f"{where}{words}", warehouse=name)
    if row.archived and not archived:
        raise Refused(
            "archived_warehouse",
            f"{where}warehouse {row.code!r} is archived; name another one",
            warehouse=row.code,
        )
    code: str = row.code
    return code


def _check_stocked(goods: Row, where: str) -> None:
    if goods.kind != "product":
        raise Refused(
            "not_stocked",
            f"{where}product {goods.code!r} is a {goods.kind} and never in stock; name goods",
            product=goods.code,
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
    goods = found[request.product]
    _check_stocked(goods, where)
    if goods.archived:
        raise Refused(
            "archived_product",
            f"{where}product {goods.code!r} is archived; bring it back with "
            f"`orderdesk product set {goods.code} --archived no`",
            product=goods.code,
        )
    quantity = _quantity(request.quantity, goods, where)
    if not quantity:
        raise Refused("bad_quantity", f"{where}quantity is 0; receive at least something")
    return Move(
        goods,
        _place(places, request.warehouse, where),
        quantity,
        OPENING if request.opening else RECEIPT,
        *_words(request.reason, request.reference, where),
    )


def _quantity(
    text: str, goods: Row, where: str, what: str = "quantity", *, signed: bool = False
) -> int:
    try:
        return quantity_of(text, what, signed=signed, decimals=goods.decimals)
    except ValueError as error:
        raise Refused("bad_value", f"{where}{error}", product=goods.code) from None


def _difference(request: AdjustRequest, goods: Row, on_hand: int) -> int:
    """Give by how much the books are to change. Raises Refused."""
    if (request.quantity is None) == (request.counted is None):
        raise Refused(
            "one_of_two", "give either quantity (a difference) or counted (what lies there)"
        )
    if request.counted is not None:
        return _quantity(request.counted, goods, "", "counted") - on_hand
    change = _quantity(request.quantity or "", goods, "", signed=True)
    if not change:
        raise Refused("bad_quantity", "quantity is 0; give a difference such as 12 or -12")
    return change


def _stock_fields(goods: Row, shelves: Sequence[Row]) -> dict[str, Any]:
    """Give the fields of a stock view from its balances."""
    on_hand = sum(shelf.on_hand for shelf in shelves)
    allocated = sum(shelf.allocated for shelf in shelves)
    return {
        "product": goods.code,
        "name": goods.name,
        "unit": goods.unit,
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
    goods = entry.move.product
    return StockChangeView(
        **_stock_fields(goods, ledger.seen(work, goods.id)),
        movement=_movement_view(goods.code, entry.id, entry.move, work.now, work.actor),
        served=entry.served,
        deallocated=entry.deallocated,
    )
