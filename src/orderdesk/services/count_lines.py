"""The lines of a count: one a product, of goods that are told apart one a lot or piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import QUANTITY_SCALE, quantity_decimal
from orderdesk.domain.stock import FREE
from orderdesk.domain.tracked import SERIAL
from orderdesk.models.counts import CountLine
from orderdesk.services import fields, goods, places, tracking
from orderdesk.services.ledger import Move
from orderdesk.services.lots import NewLot
from orderdesk.services.tracking import Coming, Named
from orderdesk.store.statements import Row, insertion
from orderdesk.store.work import Work

LINES: Final = insertion(CountLine)


def open_(work: Work, sheet: int, place: str, products: Iterable[Row]) -> None:
    """Write the lines of a new sheet: of tracked goods one for each lot or piece that lies there.

    Where none lies there, there is one that is done: whatever is found is added.
    """
    lines: list[CountLine] = []
    for product in sorted(products, key=lambda row: int(row.id)):
        if not product.tracked:
            lines.append(_line(sheet, product, place, ""))
            continue
        rows = places.lying(work, product.id, place)
        there = sorted({row.lot for row in rows})
        lines += [_line(sheet, product, place, lot) for lot in there]
        if not there:
            lines.append(_line(sheet, product, place, "", counted=0, settled=1))
    _write(work, lines)


def entered(
    work: Work,
    sheet: Row,
    lines: Sequence[Row],
    product: Row,
    found: tuple[str, str | None, tuple[str, ...]],
) -> Iterator[tuple[str, int, int]]:
    """Give what is entered by one count: lot or piece, what was found, and what the books say.

    `found` is the quantity as typed, the lot and the pieces. Of pieces all that lie there are
    counted at once: those that are not named are not there. What is not on the sheet is added.
    Raises NotFound and Refused.
    """
    mine = [line for line in lines if line.product_id == product.id]
    if not mine:
        raise NotFound(
            "not_on_sheet",
            f"product {product.code!r} is not on sheet {sheet.number}; open another sheet for it",
            product=product.code,
        )
    quantity, lot, serials = found
    named = _Found(lot, serials)
    if product.tracked == SERIAL:
        chosen = tracking.named(product, named) if serials else Named(lots=())
        there = set(chosen.lots or ())
        if quantity:
            tracking.check_pieces(product, chosen, goods.quantity(quantity, product))
        counts = dict.fromkeys(there, QUANTITY_SCALE)
        counts |= {line.lot: 0 for line in mine if line.lot and line.lot not in there}
    else:
        chosen = tracking.named(product, named, incoming=True)
        counts = {(chosen.lots or ("",))[0]: goods.quantity(quantity, product)}
    known = {line.lot for line in mine}
    new = sorted(counts.keys() - known)
    _write(work, [_line(sheet.id, product, sheet.warehouse, each) for each in new])
    books = dict.fromkeys(counts, 0)
    for row in places.lying(work, product.id, sheet.warehouse, FREE, None, list(counts)):
        books[row.lot] += row.on_hand
    for each, count in sorted(counts.items()):
        yield each, count, books[each]


def check_version(
    version: int | None,
    sheet: Row,
    lines: Sequence[Row],
    product: Row,
    counts: Iterable[tuple[str, int, int]],
) -> None:
    """Raise Conflict, with the count that stands and the one that came, unless this was read."""
    found = {lot: count for lot, count, _ in counts}
    mine = [line for line in lines if line.product_id == product.id and line.lot in found]
    stored = [line.counted for line in mine if line.counted is not None]
    given = str(quantity_decimal(sum(found.values())))
    shown = str(quantity_decimal(sum(stored))) if stored else None
    what = f"sheet {sheet.number}"
    fields.check_version(version, sheet, {f"count of {product.code}": [shown, given]}, what)


def adjusting(work: Work, move: Move, line: Row) -> list[Move]:
    """Give the entries by which the books follow a count; the stock is locked. Raises Refused.

    `move` says all but lot, bin and quantity.
    """
    product = move.product
    named = Named(None, (line.lot,) if product.tracked else None)
    difference = line.counted - line.book
    if difference > 0:
        coming = Coming(move._replace(quantity=difference), named, NewLot(product, line.lot), "")
        return tracking.come(work, [coming])
    rows = places.lying(work, product.id, move.warehouse, FREE, None, named.lots)
    on_hand = sum(row.on_hand for row in rows)
    if on_hand + difference < 0:
        of = f" of lot {line.lot!r}" if line.lot else ""
        raise Refused(
            "below_zero",
            f"product {line.code!r} was {quantity_decimal(-difference)} {line.unit}{of} short when "
            f"it was counted, and only {quantity_decimal(on_hand)} are left by now; "
            "count it again",
            product=line.code,
        )
    return tracking.go(work, move, named, -difference)


def named(line: Row) -> str:
    """Name what a line counts, a lot or piece of goods that are told apart too."""
    return f"{line.code} lot {line.lot}" if line.lot else str(line.code)


def off(line: Row) -> int | None:
    """Give by how much the last count of a line was off, in thousandths; None where none was."""
    if not line.settled:
        return None if line.doubted is None else int(line.doubted)
    return int(line.counted - line.book) if line.tries else None


class _Found:
    """What was counted, as a request names goods."""

    bin = None

    def __init__(self, lot: str | None, serials: tuple[str, ...]) -> None:
        self.lot = lot
        self.serials = serials


def _line(sheet: int, product: Row, place: str, lot: str, **more: Any) -> CountLine:
    return CountLine(sheet_id=sheet, product_id=product.id, lot=lot, warehouse=place, **more)


def _write(work: Work, lines: Sequence[CountLine]) -> None:
    if lines:
        work.insert(LINES, [tuple(getattr(line, c.name) for c in LINES.columns) for line in lines])
