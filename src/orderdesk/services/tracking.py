"""What a request says of the very goods that it moves: bin, lot or serial numbers.

A product without lots and serial numbers names none; one with lots names the lot of what comes in,
and may leave it out for what goes: then the lot that expires first goes first. Of one with serial
numbers every piece is named, whichever way it goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple, Protocol

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import QUANTITY_SCALE, quantity_decimal
from orderdesk.domain.tracked import LOT, SERIAL
from orderdesk.services import bins, fields, goods, lots, places
from orderdesk.services.ledger import Move
from orderdesk.services.lots import NewLot
from orderdesk.services.places import Piece
from orderdesk.store.statements import Row
from orderdesk.store.work import Work

_HOW: Final = {
    "lot": "name it with --lot",
    "serials": "name each piece with --serial",
}


class Asked(Protocol):
    """What requests have in common that move goods."""

    @property
    def bin(self) -> str | None:
        """The bin, by its code."""

    @property
    def lot(self) -> str | None:
        """The lot, by its code."""

    @property
    def serials(self) -> tuple[str, ...]:
        """The pieces."""


class Named(NamedTuple):
    """What was named of the goods of one request, checked as far as the product tells."""

    bin: str | None = None
    lots: tuple[str, ...] | None = None
    """The lot, or the pieces; None where none was named."""

    @property
    def serials(self) -> int:
        """Give how much the named pieces come to, in thousandths, if they are pieces."""
        return len(self.lots or ()) * QUANTITY_SCALE


class Coming(NamedTuple):
    """Goods that come in by one request."""

    move: Move
    """All of it, without bin and lot."""
    named: Named
    new: NewLot
    where: str
    """The place of the request in a set, as an error says it."""


def named(product: Row, asked: Asked, where: str = "", *, incoming: bool = False) -> Named:
    """Give which goods of a product a request names. Raises Refused where it may not or must."""
    if asked.lot is not None and product.tracked != LOT:
        raise _untracked(product, "lot", LOT, where)
    if asked.serials and product.tracked != SERIAL:
        raise _untracked(product, "serial", SERIAL, where)
    found: tuple[str, ...] | None = None
    if asked.lot is not None:
        found = (code(asked.lot, "lot", where),)
    elif asked.serials:
        found = tuple(code(each, "serial", where) for each in asked.serials)
        _check_once(product, found, where)
    elif product.tracked == SERIAL or (product.tracked and incoming):
        what = "lot" if product.tracked == LOT else "serials"
        raise Refused(
            f"missing_{what}",
            f"{where}product {product.code!r} is tracked by {product.tracked}; {_HOW[what]}",
            product=product.code,
            field=what,
        )
    return Named(None if asked.bin is None else bin_code(asked.bin, where), found)


def quantity(typed: str, product: Row, pieces: Named) -> int:
    """Give how much a request says, in thousandths; left out, as much as it names pieces.

    Raises Refused where it says nothing, or is no quantity.
    """
    if typed.strip():
        return goods.quantity(typed, product)
    if product.tracked == SERIAL and pieces.serials:
        return pieces.serials
    raise Refused("missing_field", "quantity is missing; say how much", field="quantity")


def bin_code(typed: str, where: str = "") -> str:
    """Give the code of a bin; the empty text is no bin. Raises Refused."""
    return code(typed, "bin", where) if typed.strip() else ""


def code(typed: str, what: str, where: str = "") -> str:
    """Give the code of a bin, lot or piece as it is kept. Raises Refused."""
    try:
        return fields.code_of(typed, what)
    except ValueError as error:
        raise Refused("bad_code", f"{where}{error}", field=what) from None


def check_pieces(product: Row, chosen: Named, quantity: int, where: str = "") -> None:
    """Raise Refused unless as many pieces were named as a quantity (thousandths) has."""
    if product.tracked == SERIAL and chosen.serials != abs(quantity):
        raise Refused(
            "serials_and_quantity",
            f"{where}quantity {quantity_decimal(abs(quantity))} and {len(chosen.lots or ())} "
            f"serial numbers of product {product.code!r} do not agree; name every piece once",
            product=product.code,
        )


def come(work: Work, coming: Sequence[Coming]) -> list[Move]:
    """Give the entries of goods that come in: one for each lot or piece, in its bin.

    Lots that are new are kept from now on. Raises NotFound and Refused.
    """
    bins.check(work, {(each.move.warehouse, each.named.bin or "") for each in coming})
    moves: list[Move] = []
    new: list[tuple[str, NewLot]] = []
    for each in coming:
        product, chosen = each.move.product, each.named
        check_pieces(product, chosen, each.move.quantity, each.where)
        whole = each.move._replace(bin=chosen.bin or "")
        if product.tracked == SERIAL:
            moves += [whole._replace(lot=one, quantity=QUANTITY_SCALE) for one in chosen.lots or ()]
            continue
        [lot] = chosen.lots or ("",)
        moves.append(whole._replace(lot=lot))
        if product.tracked == LOT:
            new.append((each.where, each.new))
    if new:
        lots.know(work, new)
    _check_new(work, [move for move in moves if move.product.tracked == SERIAL])
    return moves


def go(
    work: Work,
    move: Move,
    chosen: Named,
    quantity: int,
    *,
    leave_promised: bool = False,
) -> list[Move]:
    """Give the entries by which so much (thousandths) goes of a product in a warehouse.

    `move` says all but bin, lot and quantity; the stock there is locked. What was named goes, else
    the lot that expires first. Raises Refused where less lies there.
    """
    product = move.product
    bins.check(work, {(move.warehouse, chosen.bin or "")}, archived=True)
    check_pieces(product, chosen, quantity)
    rows = places.lying(work, product.id, move.warehouse, move.status, chosen.bin, chosen.lots)
    if product.tracked == SERIAL:
        missing = sorted(set(chosen.lots or ()) - {row.lot for row in rows})
        if missing:
            raise _gone(move, chosen, missing[0])
    pieces = places.taken(rows, quantity, leave_promised=leave_promised)
    had = sum(piece.quantity for piece in pieces)
    if had < quantity:
        raise _less(move, chosen, quantity, had)
    return [out(move, piece) for piece in pieces]


def out(move: Move, piece: Piece) -> Move:
    """Give the entry by which a piece goes."""
    return move._replace(bin=piece.bin, lot=piece.lot, quantity=-piece.quantity)


def new_lot(product: Row, chosen: Named, asked: Any, where: str = "") -> NewLot:
    """Give the lot of what comes in, as the request tells of it. Raises Refused."""
    expires = asked.expires
    if expires is not None and product.tracked != LOT:
        raise _untracked(product, "expires", LOT, where)
    [lot] = (chosen.lots or ("",))[:1]
    supplier_lot = getattr(asked, "supplier_lot", "")
    return NewLot(product, lot, lots.day(expires, where), supplier_lot)


def _untracked(product: Row, field: str, how: str, where: str) -> Refused:
    return Refused(
        f"no_{field}",
        f"{where}product {product.code!r} is not tracked by {how}; leave out --{field}, or say so "
        f"with `orderdesk product set {product.code} --tracked {how}` before any lies in stock",
        product=product.code,
        field=field,
    )


def _check_once(product: Row, serials: Iterable[str], where: str) -> None:
    seen: set[str] = set()
    for each in serials:
        if each in seen:
            raise Refused(
                "serial_twice",
                f"{where}serial {each!r} of product {product.code!r} is named twice; name every "
                "piece once",
                serial=each,
            )
        seen.add(each)


def _check_new(work: Work, moves: Sequence[Move]) -> None:
    """Raise Refused where a piece is in stock or in transit already, or comes in twice."""
    by_product: dict[int, list[Move]] = {}
    for move in moves:
        by_product.setdefault(move.product.id, []).append(move)
    for product, theirs in by_product.items():
        names = [move.lot for move in theirs]
        _check_once(theirs[0].product, names, "")
        there = {
            row.lot: f"lies at {row.warehouse}" for row in places.of_lots(work, product, names)
        }
        there |= dict.fromkeys(places.on_the_way(work, product, names), "is in transit")
        for name, what in sorted(there.items()):
            raise Refused(
                "serial_in_stock",
                f"serial {name!r} of product {theirs[0].product.code!r} {what} already; look at "
                "its label again",
                serial=name,
            )


def _gone(move: Move, chosen: Named, serial: str) -> Refused:
    place = move.warehouse if chosen.bin is None else f"{move.warehouse} in bin {chosen.bin!r}"
    return Refused(
        "not_there",
        f"serial {serial!r} of product {move.product.code!r} does not lie {move.status} at "
        f"{place}; `orderdesk stock places {move.product.code}` shows where it is",
        serial=serial,
    )


def _less(move: Move, chosen: Named, quantity: int, had: int) -> Refused:
    most = quantity_decimal(had)
    of = f"lot {chosen.lots[0]!r} of " if chosen.lots and move.product.tracked == LOT else ""
    at = (
        move.warehouse
        if chosen.bin is None
        else f"{move.warehouse} in bin {chosen.bin or 'none'!r}"
    )
    return Refused(
        "not_there",
        f"quantity {quantity_decimal(quantity)} is more than lies {move.status} of {of}product "
        f"{move.product.code!r} at {at}: {most} {move.product.unit}; "
        + (f"give at most {most}" if had > 0 else "look where it lies with `stock places`"),
        product=move.product.code,
        on_hand=str(most),
    )
