"""What is short of a line that does not wait: it is closed as soon as the line is entered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from orderdesk.domain.dispositions import DISPOSITIONS
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.services.allocation.granting import Shelf
from orderdesk.services.orders import entry
from orderdesk.services.orders.context import Context
from orderdesk.store.statements import Row


def cut(context: Context, lines: Iterable[Row]) -> list[Row]:
    """Give lines with what is short of them closed where their disposition lets nothing wait.

    A line beyond the allocation horizon keeps what stock could give it when its day comes. Charges
    and texts are closed with the last line that they went with.
    """
    left: dict[Shelf, int] = {}
    found = [_cut(context, line, left) for line in lines]
    if any(line.short_closed for line in found) and not any(map(_carries, found)):
        return [_closed(context, line, line.open) for line in found]
    return found


def _carries(line: Row) -> bool:
    """Tell whether something of goods or services is to be delivered of a line."""
    return bool(line.open and line.kind in ("product", "service"))


def _cut(context: Context, line: Row, left: dict[Shelf, int]) -> Row:
    short = line.open - line.allocated
    if line.kind != "product" or not short or DISPOSITIONS[line.disposition].waits:
        return line
    shelf = (line.product_id, line.warehouse)
    free = context.free.get(shelf, 0)
    most = left.get(shelf, max(0, min(free, context.most.get(shelf, free))))
    kept = min(short, most)
    left[shelf] = most - kept
    return _closed(context, line, short - kept)


def _closed(context: Context, line: Row, quantity: int) -> Row:
    """Give a line with this much of what is open short-closed, its value following."""
    if not quantity:
        return line
    closed = line.short_closed + quantity
    net = entry.amount_of_line(
        context,
        line.price,
        line.ordered - closed,
        line.price_unit,
        line.discount,
        f"line {line.line}: ",
    )
    return line._replace(short_closed=closed, open=line.open - quantity, net=net)


def again(context: Context, found: Sequence[Row], lines: Iterable[Row]) -> list[Row]:
    """Give the lines of a changed order that lose what is short: added, grown, or waiting no more.

    What somebody opened again stays open: they asked for just that.
    """
    was = {line.line: line for line in found}
    touched = [line for line in lines if _is_new(was.get(line.line), line)]
    left: dict[Shelf, int] = {}
    cut_now = [(line, _cut(context, line, left)) for line in touched]
    return [now for line, now in cut_now if now != line]


def _is_new(before: Row | None, line: Row) -> bool:
    if before is None:
        return True
    if line.short_closed < before.short_closed:
        return False
    return bool(line.open > before.open or line.disposition != before.disposition)


def said(lines: Iterable[Row], products: Iterable[str]) -> tuple[str, ...]:
    """Say of each line that was just entered what of it was closed."""
    return tuple(
        f"line {line.line}: {quantity_decimal(line.short_closed)} of "
        f"{quantity_decimal(line.ordered)} {line.unit} of {product} closed, for they are short "
        "and its disposition is 'cancel'"
        for line, product in zip(lines, products, strict=True)
        if line.short_closed and line.kind == "product"
    )
