"""Kits on orders: one line for the kit, with its value, and below it a line for each part.

The parts are lines as any other, allocated and promised; what the kit's own line has of that is
derived from them. They follow the kit's line, and are not changed alone. A kit that was taken apart
on an order stays so there, whatever it is made of later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.errors import Refused
from orderdesk.domain.kits import ONE, whole
from orderdesk.domain.numbers import AMOUNT_LIMIT, half_up, quantity_decimal
from orderdesk.domain.orders import LineRequest
from orderdesk.domain.products import KIT
from orderdesk.domain.tracked import LOT
from orderdesk.services.orders import entry
from orderdesk.services.orders.context import Context
from orderdesk.services.orders.entry import Defaults
from orderdesk.store.statements import Row

if TYPE_CHECKING:
    from orderdesk.services.orders.changing import Change

SOURCE: Final = "kit"
"""Where the price of a part is from: its kit has it."""

_SHARED: Final = "ship_to warehouse requested disposition tax tax_rate tax_reason".split()
"""What a part has of its kit's line."""

_NOTHING: Final = {
    "list_price": 0,
    "price": 0,
    "price_unit": 1,
    "price_source": SOURCE,
    "price_reason": "",
    "discount": 0,
    "net": 0,
    "floor": -1,
    "note": "",
    "substitute_for": None,
    "entered_unit": "",
    "entered_quantity": 0,
}
"""What a part's line says of its own value: nothing."""


def new_lines(
    context: Context,
    requests: Sequence[LineRequest],
    order_id: int,
    first: int,
    defaults: Defaults,
    said: int | None = None,
) -> tuple[list[Any], list[str]]:
    """Make the rows of new lines, each kit's parts behind it, with the product code of each.

    They are numbered from `first` on. Raises Refused or NotFound, naming the request, counted from
    there too, or from `said` on.
    """
    lines: list[Any] = []
    codes: list[str] = []
    for place, request in enumerate(requests, first if said is None else said):
        # By its own number, behind the parts of kits, a line's wishes about lots are kept.
        product = context.product(request.product)
        number = first + len(codes)
        line = entry.new_line(
            context, request, product, order_id, number, f"line {place}: ", defaults
        )
        lines.append(line)
        codes.append(product.code)
        if line.kind == KIT:
            parts = list(_parts(context, line, product.code, f"line {place}: "))
            lines[-1] = _costing(line, [row for row, _ in parts])
            lines += [row for row, _ in parts]
            codes += [code for _, code in parts]
    if first + len(lines) - 1 > entry.MAX_LINES:
        raise Refused(
            "too_many_lines",
            f"the order would have {first + len(lines) - 1} lines, the parts of kits among them; "
            f"{entry.MAX_LINES} is the most: place another order",
        )
    return lines, codes


def _parts(context: Context, kit: Any, code: str, where: str) -> Iterator[tuple[Any, str]]:
    """Give the rows of a kit's parts with their product codes. Raises Refused."""
    for number, made in enumerate(context.kits[kit.product_id], kit.line + 1):
        product = context.goods[made.code]
        if product.archived:
            raise Refused(
                "archived_product",
                f"{where}part {made.code!r} of kit {code!r} is archived; change the kit with "
                f"`orderdesk product kit {code}`",
                product=made.code,
            )
        quantity, rest = divmod(kit.ordered * made.quantity, ONE)
        _check_exact(product, quantity, rest, f"{where}{quantity_decimal(kit.ordered)} {kit.unit}")
        if product.tracked == LOT:
            entry.lasting(context, number, entry.dates_of(context, kit)[0] or kit.requested)
        grant = entry.grant_of(
            context, product, kit.warehouse, quantity, kit.needed, where, kit.disposition, number
        )
        dates: tuple[str | None, str | None] = (None, None)
        if grant == quantity:
            dates = entry.dates_of(context, kit)
        yield (
            kit._replace(
                **_NOTHING,
                line=number,
                product_id=product.id,
                kind=product.kind,
                description=product.name,
                unit=product.unit,
                ordered=quantity,
                open=quantity,
                allocated=grant,
                cost=product.cost,
                promised=dates[0],
                ship_by=dates[1],
                first_promised=dates[0],
                kit_line=kit.line,
                leave_by=dates[1],
            ),
            made.code,
        )


def _check_exact(product: Row, quantity: int, rest: int, what: str) -> None:
    """Raise Refused unless so much of a part (thousandths) can be kept, and counted in its unit."""
    if quantity >= AMOUNT_LIMIT:
        raise Refused(
            "too_much",
            f"{what} of the kit need more of its part {product.code!r} than a line can hold; order "
            "fewer",
            product=product.code,
        )
    if rest or quantity % 10 ** (3 - product.decimals):
        raise Refused(
            "inexact_quantity",
            f"{what} of the kit need no whole number of {product.unit!r} of its part "
            f"{product.code!r}; order another quantity",
            product=product.code,
        )


def _costing(kit: Any, parts: Sequence[Any]) -> Any:
    """Give a kit's line with what one of it costs, as its parts do."""
    cost = sum(part.cost * part.ordered for part in parts)
    return kit._replace(cost=half_up(cost, kit.ordered))


def refuse_part(line: Row, where: str) -> None:
    """Raise Refused for a line that is a part of a kit: it is changed with the kit's."""
    if line.kit_line is not None:
        raise Refused(
            "part_of_kit",
            f"{where}it is a part of the kit on line {line.kit_line} and changes with it; change "
            f"line {line.kit_line}",
            kit_line=line.kit_line,
        )


def follow(change: Change) -> None:
    """Let the parts of kits follow the kit's line of an order under change.

    Raises Refused where a part has no exact quantity then.
    """
    was = {line.line: line for line in change.found.lines}
    for line in list(change.lines.values()):
        if line.kit_line is None:
            continue
        kit = change.lines[line.kit_line]
        before = was.get(line.line, line), was.get(kit.line, kit)
        change.lines[line.line] = _following(kit, line, *before, change.goods(line.line))


def _following(kit: Row, line: Row, part_was: Row, kit_was: Row, product: Row) -> Any:
    """Give a part as its kit's line wants it, by what they were to each other."""
    ordered, rest = divmod(part_was.ordered * kit.ordered, kit_was.ordered)
    where = f"line {kit.line}: "
    _check_exact(product, ordered, rest, f"{where}{quantity_decimal(kit.ordered)} {kit.unit}")
    shut, rest = divmod(part_was.ordered * kit.short_closed, kit_was.ordered)
    closed = f"{quantity_decimal(kit.short_closed)} {kit.unit} closed"
    _check_exact(product, shut, rest, f"{where}{closed}")
    over = max(0, line.shipped - ordered)
    open_ = ordered + over - line.shipped - shut
    return line._replace(
        **{name: getattr(kit, name) for name in _SHARED},
        discount=0,
        ordered=ordered,
        over_shipped=over,
        short_closed=shut,
        open=open_,
        allocated=min(line.allocated, open_),
    )


def by_kit(lines: Iterable[Row]) -> Mapping[int, list[Row]]:
    """Give the parts of each kit among lines, by the number of the kit's line."""
    found: dict[int, list[Row]] = {}
    for line in lines:
        if line.kit_line is not None:
            found.setdefault(line.kit_line, []).append(line)
    return found


def seen(lines: Sequence[Row]) -> Sequence[Row]:
    """Give lines as they are shown: of a kit's own, what its parts make of it.

    As many whole kits are allocated as its goods allow, and it is promised for the latest of them.
    """
    parts = by_kit(lines)
    if not parts:
        return lines
    return [_seen(line, parts.get(line.line, ())) if line.kind == KIT else line for line in lines]


def _seen(kit: Row, parts: Sequence[Row]) -> Row:
    goods = [part for part in parts if part.kind == "product" and part.open]
    if not goods:
        return kit._replace(allocated=kit.open)
    latest = None
    if all(part.promised is not None for part in goods):
        latest = max(goods, key=lambda part: part.promised)
    return kit._replace(
        allocated=whole(kit.open, [(part.open, part.allocated) for part in goods]),
        promised=None if latest is None else latest.promised,
        ship_by=None if latest is None else latest.ship_by,
    )
