"""Stock that is not to be used: set apart, and let free again.

Goods in quarantine or damaged are in no balance that is allocated: what leaves the free ones is a
loss for the orders that had it, what is free again serves those that wait.
"""

from __future__ import annotations

from typing import Any, Final

from orderdesk.domain.errors import Refused
from orderdesk.domain.stock import EXPIRED, FREE, STATUS, STATUSES, StatusRequest, StockChangeView
from orderdesk.domain.tracked import LOT
from orderdesk.services import catalogue, goods, ledger, lots, places, rights, stock, tracking
from orderdesk.services.ledger import Move
from orderdesk.store.work import Work

RIGHT: Final = "stock"


def status(work: Work, request: StatusRequest) -> StockChangeView:
    """Let goods be of another status from now on, and the promises on them with it.

    Raises NotFound for unknown codes, and Refused for what does not lie there.
    """
    rights.require(work, RIGHT)
    product = goods.find(work, [request.product])[request.product]
    goods.check_stocked(product)
    place = goods.place(goods.places(work, [request.warehouse]), request.warehouse, archived=True)
    before, after = _named("from", request.before, EXPIRED), _named("to", request.after)
    if before == after:
        raise Refused("same_status", f"from and to are both {before}; say what becomes of it")
    pieces = tracking.named(product, request)
    quantity = tracking.quantity(request.quantity, product, pieces)
    if not quantity:
        raise Refused("bad_quantity", "quantity is 0; give at least something")
    why = catalogue.reason_of(work, request.reason, "stock")
    if not why:
        raise Refused("no_reason", "another status of goods needs a reason; give it")
    words = ledger.words(why, request.reference)
    out = Move(product, place, -quantity, STATUS, *words, status=before)
    back = out._replace(quantity=quantity, status=after)
    shelves: dict[ledger.Shelf, Any] = {**ledger.lock(work, [(product.id, place)])}
    for move in (out, back):
        if move.status != FREE:
            rows = places.lying(work, product.id, place, move.status)
            shelves[move.shelf] = stock.Lying(sum(row.on_hand for row in rows))
    outs = tracking.go(work, out, pieces, quantity)
    if after == FREE and product.tracked == LOT:
        _check_days(work, outs)
    backs = [each._replace(status=after, quantity=-each.quantity) for each in outs]
    lost = ledger.lose(work, outs, shelves)
    moves = [move for pair in zip(outs, backs, strict=True) for move in pair]
    entries = ledger.enter(work, moves, shelves, lost)
    # What it did to the orders stands with the entries of the free goods, which come first here.
    return stock.changed(work, sorted(entries, key=lambda each: each.move.status != FREE))


def _named(what: str, typed: str, *more: str) -> str:
    found = typed.strip().lower()
    if found not in (*STATUSES, *more):
        raise Refused(
            "unknown_status",
            f"{what} {typed!r} is no status of goods; one of {', '.join(STATUSES)}",
        )
    return found


def _check_days(work: Work, outs: list[Move]) -> None:
    """Raise Refused unless the lots may be used: their last day is not over, or was put right."""
    for move in outs:
        over = lots.over(work, move.product.id, move.lot)
        if over is not None:
            code = move.product.code
            raise Refused(
                "lot_expired",
                f"lot {move.lot!r} of product {code!r} expired on {over}; if that is wrong, put it "
                f"right with `orderdesk stock lot set {code} {move.lot} --expires DATE` first",
                lot=move.lot,
            )
