"""What is short of a line that does not wait: it is closed as soon as the line is entered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from orderdesk.domain.dispositions import DISPOSITIONS
from orderdesk.domain.kits import whole
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.products import CARRYING, KIT
from orderdesk.services.allocation.granting import Shelf
from orderdesk.services.orders import entry
from orderdesk.services.orders.context import Context
from orderdesk.services.orders.kits import by_kit
from orderdesk.store.statements import Row


def cut(context: Context, lines: Iterable[Row]) -> list[Row]:
    """Give lines with what is short of them closed where their disposition lets nothing wait.

    A line beyond the allocation horizon keeps what stock could give it when its day comes. Charges
    and texts are closed with the last line that they went with.
    """
    entered = list(lines)
    if not any(line.kind == "product" and line.allocated < line.open for line in entered):
        return entered
    found = _cut_all(context, entered, entered, {})
    for before, line in zip(entered, found, strict=True):
        if line.allocated < before.allocated:
            # What a part of a kit had got and does not need any more.
            _give_back(context, before, before.allocated - line.allocated)
    if any(line.short_closed for line in found) and not any(map(_carries, found)):
        return [_closed(context, line, line.open) for line in found]
    return found


def _carries(line: Row) -> bool:
    """Tell whether something of goods or services is to be delivered of a line."""
    return bool(line.open and line.kind in CARRYING)


def _give_back(context: Context, line: Row, quantity: int) -> None:
    shelf = (line.product_id, line.warehouse)
    context.free[shelf] += quantity
    if shelf in context.most:
        context.most[shelf] += quantity


def _cut_all(
    context: Context, touched: Iterable[Row], lines: Iterable[Row], left: dict[Shelf, int]
) -> list[Row]:
    """Give the touched ones of these lines, those of kits together with their parts."""
    found: list[Row] = []
    parts: Mapping[int, list[Row]] | None = None
    cut_parts: dict[int, Row] = {}
    for line in touched:
        if line.kind == KIT:
            parts = by_kit(lines) if parts is None else parts
            line, own = _cut_kit(context, line, parts.get(line.line, ()), left)
            cut_parts |= {each.line: each for each in own}
        elif line.kit_line is None:
            line = _cut(context, line, left)
        found.append(line)
    return [cut_parts.get(line.line, line) for line in found]


def _cut(context: Context, line: Row, left: dict[Shelf, int]) -> Row:
    short = line.open - line.allocated
    if line.kind != "product" or not short or DISPOSITIONS[line.disposition].waits:
        return line
    kept = min(short, _left(context, line, left))
    left[line.product_id, line.warehouse] -= kept
    return _closed(context, line, short - kept)


def _left(context: Context, line: Row, left: dict[Shelf, int]) -> int:
    """Give what stock can still give a line."""
    shelf = (line.product_id, line.warehouse)
    if shelf not in left:
        free = context.free.get(shelf, 0)
        left[shelf] = max(0, min(free, context.most.get(shelf, free)))
    return left[shelf]


def _cut_kit(
    context: Context, kit: Row, parts: Sequence[Row], left: dict[Shelf, int]
) -> tuple[Row, list[Row]]:
    """Give a kit's line with its parts, cut down to the whole kits that stock can give."""
    if DISPOSITIONS[kit.disposition].waits or not kit.open:
        return kit, []
    goods = [each for each in parts if each.kind == "product" and each.open]
    there = [(each.open, each.allocated + _left(context, each, left)) for each in goods]
    can = whole(kit.open, there)
    kit = _closed(context, kit, kit.open - can)
    found = []
    for each in parts:
        shut = each.ordered * kit.short_closed // kit.ordered
        open_ = each.open - (shut - each.short_closed)
        if each.kind == "product":
            shelf = (each.product_id, each.warehouse)
            left[shelf] = _left(context, each, left) - max(0, open_ - each.allocated)
        held = min(each.allocated, open_)
        found.append(each._replace(short_closed=shut, open=open_, allocated=held))
    return kit, found


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
    now = list(lines)
    touched = [line for line in now if _is_new(was.get(line.line), line)]
    pairs = zip(touched, _cut_all(context, touched, now, {}), strict=True)
    return [after for line, after in pairs if after != line]


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
        if line.short_closed and line.kind in ("product", KIT) and line.kit_line is None
    )
