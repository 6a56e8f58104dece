"""Goods that go from one bin of a warehouse to another: what is allocated stays so."""

from __future__ import annotations

from typing import Any, Final

from orderdesk.domain.errors import Refused
from orderdesk.domain.stock import FREE, MOVE, BinMoveRequest, StockChangeView
from orderdesk.domain.tracked import SERIAL
from orderdesk.services import bins, goods, ledger, places, rights, stock, tracking
from orderdesk.services.ledger import Move
from orderdesk.store.work import Work

RIGHT: Final = "stock"


def move(work: Work, request: BinMoveRequest) -> StockChangeView:
    """Move goods from one bin to another, or to and from where no bin is.

    Raises NotFound for unknown codes, and Refused for what does not lie there, for an archived bin
    and where both are one.
    """
    rights.require(work, RIGHT)
    product = goods.find(work, [request.product])[request.product]
    goods.check_stocked(product)
    place = goods.place(goods.places(work, [request.warehouse]), request.warehouse, archived=True)
    named = tracking.named(product, request)
    target = tracking.bin_code(request.to)
    if named.bin == target:
        raise Refused("same_bin", f"from and to are both {target or 'no bin'!r}; name another one")
    bins.check(work, {(place, target)})
    words = ledger.words(request.reason, request.reference)
    out = Move(product, place, 0, MOVE, *words, status=_status(request.status))
    shelves: dict[ledger.Shelf, Any] = {**ledger.lock(work, [(product.id, place)])}
    lying = places.lying(work, product.id, place, out.status, named.bin, named.lots)
    there = sum(row.on_hand for row in lying)
    quantity = goods.quantity(request.quantity, product) if request.quantity else there
    if named.lots and product.tracked == SERIAL and not request.quantity:
        quantity = named.serials
    if not quantity:
        raise Refused("bad_quantity", "quantity is 0; move at least something")
    if out.status != FREE:
        shelves[out.shelf] = stock.Lying(there)
    moves = []
    for each in tracking.go(work, out, named, quantity):
        moves += [each, each._replace(bin=target, quantity=-each.quantity)]
    return stock.changed(work, ledger.enter(work, moves, shelves))


def _status(typed: str) -> str:
    return typed.strip().lower() or FREE
