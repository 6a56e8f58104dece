"""The stock ledger: entries, the balances that move with them, and the events that tell of them.

It is the one place that moves what is on hand: by product and warehouse in `stock`, of the goods
that can be used, and of all goods by bin, lot and status in `stock_place`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, insert, literal_column, select, update

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import AMOUNT_LIMIT, quantity_decimal
from orderdesk.domain.stock import FREE, LineMoved, MovementView
from orderdesk.domain.text import stored
from orderdesk.domain.times import moment
from orderdesk.domain.tracked import LOT
from orderdesk.domain.transfers import TRANSIT
from orderdesk.models.products import Product
from orderdesk.models.stock import Movement, Stock
from orderdesk.services import places
from orderdesk.services.allocation import losing, serving
from orderdesk.services.allocation.by_lot import Going
from orderdesk.services.allocation.decisions import Served
from orderdesk.services.places import Spot
from orderdesk.store.statements import Row, insert_or, integer_set, statement, table_of
from orderdesk.store.statements import lock as lock_rows
from orderdesk.store.work import Work

_stock = table_of(Stock).c
_movement = table_of(Movement).c
_product = table_of(Product).c

_SHELVES = (
    select(table_of(Stock))
    .where(_stock.product_id.in_(select(integer_set("products"))))
    .order_by(_stock.product_id, _stock.warehouse)
)
SEEN: Final = statement(_SHELVES)
"""The balances of these products by warehouse."""
_LOCKED: Final = statement(_SHELVES.with_for_update())
_LOCK: Final = lock_rows(
    select(_product.id)
    .where(_product.id.in_(select(integer_set("products"))))
    .order_by(_product.id)
    .with_for_update(key_share=True)
)
"""What two wait for who bring the first of a product; orders do not."""
_NEW_SHELF: Final = statement(
    insert_or(table_of(Stock))
    .values(
        product_id=bindparam("product"),
        warehouse=bindparam("place"),
        on_hand=literal_column("0"),
        allocated=literal_column("0"),
    )
    .on_conflict_do_nothing()
)
_ENTER: Final = statement(
    insert(table_of(Movement))
    .values({name: bindparam(name) for name in _movement.keys() if name != "id"})  # noqa: SIM118
    .returning(_movement.id)
)
_SHIFT: Final = statement(
    update(table_of(Stock))
    .where(_stock.product_id == bindparam("product"), _stock.warehouse == bindparam("place"))
    .values(on_hand=_stock.on_hand + bindparam("quantity"))
)


Shelf = tuple[int, str]
"""A product at a warehouse."""


class Move(NamedTuple):
    """An entry of the ledger to be made; the quantity in thousandths, less is negative."""

    product: Row
    warehouse: str
    quantity: int
    kind: str
    reason: str
    reference: str
    supply_id: int | None = None
    """The expected goods that it is of."""
    reverses: int | None = None
    """The entry that it takes back."""
    transfer_id: int | None = None
    """The transfer that it is of."""
    count_id: int | None = None
    """The sheet whose count it is made by."""
    status: str = FREE
    bin: str = ""
    lot: str = ""
    """Of a product with serial numbers, the piece."""

    @property
    def shelf(self) -> Shelf:
        """Give where it happens; what is not to be used lies on a shelf of its own."""
        apart = "" if self.status == FREE else f" {self.status}"
        return self.product.id, self.warehouse + apart

    @property
    def spot(self) -> Spot:
        """Give the very place where it happens."""
        return Spot(self.product.id, self.warehouse, self.bin, self.lot, self.status)


class Entry(NamedTuple):
    """An entry of the ledger that was made, and what it did to the orders."""

    id: int
    move: Move
    before: int
    """On hand before it, in thousandths."""
    served: tuple[LineMoved, ...]
    deallocated: tuple[LineMoved, ...]


def lock(work: Work, shelves: Iterable[Shelf]) -> dict[Shelf, Row]:
    """Lock the stock of these products in key order, and give it; a new shelf starts empty."""
    wanted = set(shelves)
    products = {"products": json.dumps(sorted({product for product, _ in wanted}))}

    def locked() -> dict[Shelf, Row]:
        return {(row.product_id, row.warehouse): row for row in work.run(_LOCKED, products)}

    found = locked()
    new = sorted(wanted - found.keys())
    if not new:
        return found
    # Of a product older than the company's first warehouse there was nothing to lock anywhere.
    work.run(_LOCK, {"products": json.dumps(sorted({product for product, _ in new}))})
    work.change_each(_NEW_SHELF, [{"product": p, "place": w} for p, w in new])
    # Read again: somebody else may have made and filled the same shelf meanwhile.
    return locked()


def lose(work: Work, moves: Iterable[Move], shelves: Mapping[Shelf, Row]) -> list[Served]:
    """Take from order lines, the worst rank first, what they have of goods that are to go.

    `shelves` are the locked balances. What nobody was promised goes first.
    """
    going: dict[Shelf, int] = {}
    lots: dict[tuple[int, str, str], int] = {}
    for move in moves:
        if move.status != FREE or move.warehouse == TRANSIT:
            continue
        if move.product.tracked == LOT:
            key = (*move.shelf, move.lot)
            lots[key] = lots.get(key, 0) - move.quantity
        else:
            going[move.shelf] = going.get(move.shelf, 0) - move.quantity
    lost: list[Served] = []
    if lots:
        lost += losing.deallocate_lots(work, [Going(*key, n) for key, n in lots.items() if n > 0])
    for shelf, quantity in sorted(going.items()):
        row = shelves[shelf]
        left = row.on_hand - quantity
        lost += losing.deallocate(work, *shelf, max(0, row.allocated - left))
    return lost


def enter(
    work: Work, moves: Sequence[Move], shelves: Mapping[Shelf, Row], lost: Sequence[Served] = ()
) -> list[Entry]:
    """Enter movements in the ledger and move their balances, which the caller has locked.

    What came in serves the lines that wait; `lost` is what was taken from lines beforehand. What
    lay before in transit, or of what is not to be used, stands among `shelves`, too; what is in
    transit is moved by whoever calls. Each entry gets its event. Raises Refused where a balance
    would outgrow its column.
    """
    balance = {shelf: row.on_hand for shelf, row in shelves.items()}
    before, change, spots = [], dict[Shelf, int](), dict[Spot, int]()
    for move in moves:
        before.append(balance[move.shelf])
        balance[move.shelf] += move.quantity
        if move.warehouse != TRANSIT and move.status == FREE:
            change[move.shelf] = change.get(move.shelf, 0) + move.quantity
        if move.warehouse != TRANSIT:
            spots[move.spot] = spots.get(move.spot, 0) + move.quantity
        if balance[move.shelf] >= AMOUNT_LIMIT:
            raise Refused(
                "too_much",
                f"product {move.product.code!r} would be more at {move.warehouse} than can be "
                "kept count of; check the quantity",
            )
    ids = work.run_all([(_ENTER, _row(work, move)) for move in moves])
    rows = [{"product": p, "place": w, "quantity": n} for (p, w), n in sorted(change.items())]
    work.change_each(_SHIFT, rows, expect=len(rows))
    places.shift(work, spots)
    more = [product for (product, _), quantity in change.items() if quantity > 0]
    # Who lost one lot may get another one.
    more += [each.product_id for each in lost if each.lots]
    served = serving.serve_waiting(work, more) if more else []
    touched = [_by_move(served, moves), _by_move(lost, moves)]
    entries = []
    for place, ([row], move, had) in enumerate(zip(ids, moves, before, strict=True)):
        theirs = [each.get(place, []) for each in touched]
        for lines in theirs:
            serving.note(work, lines, f"{move.kind} {row.id}")
        entries.append(Entry(row.id, move, had, *map(_moved, theirs)))
    for entry in entries:
        _note(work, entry)
    return entries


def words(reason: str, reference: str, where: str = "") -> tuple[str, str]:
    """Give the words of an entry as they are kept; `where` names it. Raises Refused."""
    try:
        return stored(reason, "reason"), stored(reference, "reference")
    except ValueError as error:
        raise Refused("bad_value", f"{where}{error}") from None


def view(product: str, number: int, move: Move | Row, at: int, actor: str) -> MovementView:
    """Give an entry as readers get it; `product` is its code, `at` in microseconds UTC."""
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
        supply=move.supply_id,
        reverses=move.reverses,
        status=move.status,
        bin=move.bin,
        lot=move.lot,
    )


def _row(work: Work, move: Move) -> dict[str, Any]:
    return {
        "product_id": move.product.id,
        "warehouse": move.warehouse,
        "quantity": move.quantity,
        "kind": move.kind,
        "reason": move.reason,
        "reference": move.reference,
        "at": work.now,
        "actor": work.actor,
        "supply_id": move.supply_id,
        "reverses": move.reverses,
        "transfer_id": move.transfer_id,
        "count_id": move.count_id,
        "status": move.status,
        "bin": move.bin,
        "lot": move.lot,
    }


def _by_move(touched: Iterable[Served], moves: Sequence[Move]) -> dict[int, list[Served]]:
    """Give the lines that were touched by the place of the entry that they stand with.

    That is the last one of their shelf, for only then had all come in. A line that is served of
    goods that were free elsewhere all the while stands with the last one of its product.
    """
    last: dict[Shelf | int, int] = {}
    for place, move in enumerate(moves):
        last[move.shelf] = last[move.product.id] = place
    found: dict[int, list[Served]] = {}
    for each in touched:
        place = last.get((each.product_id, each.warehouse), last[each.product_id])
        found.setdefault(place, []).append(each)
    return found


def _moved(lines: Iterable[Served]) -> tuple[LineMoved, ...]:
    return tuple(
        LineMoved(each.order, each.line, quantity_decimal(abs(each.quantity))) for each in lines
    )


def _note(work: Work, entry: Entry) -> None:
    """Write the event of an entry: the balance before and after, and whom it touched."""
    move = entry.move
    work.event(
        "movement",
        entry.id,
        1,
        move.kind,
        {
            "product": move.product.code,
            "warehouse": move.warehouse,
            "quantity": str(quantity_decimal(move.quantity)),
            "on_hand": [
                str(quantity_decimal(entry.before)),
                str(quantity_decimal(entry.before + move.quantity)),
            ],
            "reason": move.reason,
            "reference": move.reference,
            **({"status": move.status} if move.status != FREE else {}),
            **{name: each for name, each in (("bin", move.bin), ("lot", move.lot)) if each},
            "served": _told(entry.served),
            "deallocated": _told(entry.deallocated),
        },
    )


def _told(lines: Iterable[LineMoved]) -> list[dict[str, Any]]:
    return [
        {"order": each.order, "line": each.line, "quantity": str(each.quantity)} for each in lines
    ]
