"""Stock that is not to be used: set apart, and let free again.

Goods in quarantine or damaged are in no balance that is promised: what leaves the free ones is a
loss for the orders that had it, what is free again serves those that wait.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.stock import FREE, STATUS, STATUSES, StatusRequest, StockChangeView
from orderdesk.services import catalogue, goods, ledger, places, rights, stock
from orderdesk.services.ledger import Move
from orderdesk.store.statements import Row
from orderdesk.store.work import Work

RIGHT: Final = "stock"


class _Shelf(NamedTuple):
    """What lies apart, as a shelf has it."""

    on_hand: int


def status(work: Work, request: StatusRequest) -> StockChangeView:
    """Let goods be of another status from now on, and the promises on them with it.

    Raises NotFound for unknown codes, and Refused for what does not lie there.
    """
    rights.require(work, RIGHT)
    product = goods.find(work, [request.product])[request.product]
    goods.check_stocked(product)
    place = goods.place(goods.places(work, [request.warehouse]), request.warehouse, archived=True)
    before, after = _named("from", request.before), _named("to", request.after)
    if before == after:
        raise Refused("same_status", f"from and to are both {before}; say what becomes of it")
    quantity = goods.quantity(request.quantity, product)
    if not quantity:
        raise Refused("bad_quantity", "quantity is 0; give at least something")
    why = catalogue.reason_of(work, request.reason, "stock")
    if not why:
        raise Refused("no_reason", "another status of goods needs a reason; give it")
    words = ledger.words(why, request.reference)
    out = Move(product, place, -quantity, STATUS, *words, status=before)
    back = out._replace(quantity=quantity, status=after)
    shelves: dict[ledger.Shelf, Any] = {**ledger.lock(work, [(product.id, place)])}
    rows = {each: places.lying(work, product.id, place, each) for each in (before, after)}
    for move in (out, back):
        if move.status != FREE:
            shelves[move.shelf] = _Shelf(sum(row.on_hand for row in rows[move.status]))
    _check(out, shelves[out.shelf])
    pieces = places.taken(rows[before], quantity)
    outs = [out._replace(bin=p.bin, lot=p.lot, quantity=-p.quantity) for p in pieces]
    backs = [back._replace(bin=p.bin, lot=p.lot, quantity=p.quantity) for p in pieces]
    lost = ledger.lose(work, outs, shelves)
    moves = [move for pair in zip(outs, backs, strict=True) for move in pair]
    entries = ledger.enter(work, moves, shelves, lost)
    # What it did to the orders stands with the entries of the free goods, which come first here.
    return stock.changed(work, sorted(entries, key=lambda each: each.move.status != FREE))


def _named(what: str, typed: str) -> str:
    found = typed.strip().lower()
    if found not in STATUSES:
        raise Refused(
            "unknown_status",
            f"{what} {typed!r} is no status of goods; one of {', '.join(STATUSES)}",
        )
    return found


def _check(out: Move, shelf: Row) -> None:
    if -out.quantity > shelf.on_hand:
        has = quantity_decimal(shelf.on_hand)
        raise Refused(
            "not_there",
            f"quantity {quantity_decimal(-out.quantity)} is more than lies {out.status} of "
            f"product {out.product.code!r} at {out.warehouse}: {has} {out.product.unit}; give at "
            f"most {has}",
            product=out.product.code,
            on_hand=str(has),
        )
