"""Stock that is not to be used: set apart, and let free again.

Goods in quarantine or damaged are in no balance that is promised: what leaves the free ones is a
loss for the orders that had it, what is free again serves those that wait.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.stock import FREE, STATUS, STATUSES, StatusRequest, StockChangeView
from orderdesk.models.stock import StockApart
from orderdesk.services import catalogue, goods, ledger, rights, stock
from orderdesk.services.allocation import serving
from orderdesk.services.ledger import Move
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

RIGHT: Final = "stock"

_apart = table_of(StockApart).c
_here: Final = (
    _apart.product_id == bindparam("product"),
    _apart.warehouse == bindparam("place"),
    _apart.status == bindparam("state"),
)
# The PostgreSQL form of the clause is written the same for SQLite.
_NEW: Final = statement(
    insert_or(table_of(StockApart))
    .values(
        product_id=bindparam("product"),
        warehouse=bindparam("place"),
        status=bindparam("state"),
        on_hand=literal_column("0"),
    )
    .on_conflict_do_nothing()
)
_LIES: Final = statement(select(_apart.on_hand).where(*_here).with_for_update())
_SHIFT: Final = statement(
    update(table_of(StockApart)).where(*_here).values(on_hand=_apart.on_hand + bindparam("more"))
)


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
    for move in sorted((out, back), key=lambda move: move.status):
        if move.status != FREE:
            shelves[move.shelf] = _Shelf(_lies(work, move))
    _check(out, shelves[out.shelf])
    lost = []
    if before == FREE:
        shelf = shelves[out.shelf]
        left = shelf.on_hand - quantity
        lost = serving.deallocate(work, *out.shelf, max(0, shelf.allocated - left))
    for move in (out, back):
        if move.status != FREE:
            work.change(_SHIFT, {**_at(move), "more": move.quantity}, expect=1)
    entries = ledger.enter(work, [out, back], shelves, lost)
    # What it did to the orders stands with the entry of the free goods.
    return stock.changed(work, entries[0] if before == FREE else entries[1])


def _named(what: str, typed: str) -> str:
    found = typed.strip().lower()
    if found not in STATUSES:
        raise Refused(
            "unknown_status",
            f"{what} {typed!r} is no status of goods; one of {', '.join(STATUSES)}",
        )
    return found


def _at(move: Move) -> dict[str, Any]:
    return {"product": move.product.id, "place": move.warehouse, "state": move.status}


def _lies(work: Work, move: Move) -> int:
    """Give what lies apart, locked, in thousandths; the stock of the product is locked before."""
    work.change_each(_NEW, [_at(move)])
    found: int = work.run(_LIES, _at(move))[0].on_hand
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
