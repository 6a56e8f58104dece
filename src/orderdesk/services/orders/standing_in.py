"""Products that stand in for what was ordered: checked where one does, offered where one could."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import LineRequest
from orderdesk.domain.substitutes import OtherProduct
from orderdesk.domain.text import fold_code
from orderdesk.services import catalogue, substitutes
from orderdesk.store.statements import Row
from orderdesk.store.work import Work

if TYPE_CHECKING:
    from orderdesk.services.orders.context import Context
    from orderdesk.services.orders.rows import OrderRows


def read(work: Work, context: Context, requests: Iterable[LineRequest]) -> None:
    """Learn what may stand in for the products that lines say were ordered instead.

    Raises Refused where the customer takes no substitutes.
    """
    asked = [fold_code(each.substitute_for) for each in requests if each.substitute_for]
    if not asked:
        return
    if not context.buyer.substitutes:
        raise Refused(
            "no_substitutes",
            f"customer {context.buyer.code} takes no substitutes for {asked[0]!r}; ask them, and "
            f"then `orderdesk customer set {context.buyer.code} --substitutes yes`",
        )
    context.stand_ins = substitutes.pairs(work, asked)


def still(work: Work, rows: OrderRows) -> dict[int, str]:
    """Give what was ordered (its code) of lines that something stands in for, by their numbers.

    Only of those where it still may: the customer takes substitutes, and the products are a pair.
    """
    asked = {
        line.line: (rows.ordered[line.substitute_for], code)
        for line, code in zip(rows.lines, rows.products, strict=True)
        if line.substitute_for is not None
    }
    if not asked:
        return {}
    buyer = work.one(catalogue.BUYER_SEEN, {"customer": rows.customer})
    if buyer is None or not buyer.substitutes:
        return {}
    pairs = substitutes.pairs(work, [code for code, _ in asked.values()])
    return {number: pair[0] for number, pair in asked.items() if pair in pairs}


def ordered(context: Context, request: LineRequest, product: Row, where: str) -> int | None:
    """Give the id of what was ordered where the product only stands in for it.

    Raises Refused where it may not.
    """
    if not request.substitute_for:
        return None
    code = fold_code(request.substitute_for)
    found = context.stand_ins.get((code, product.code))
    if found is None:
        raise Refused(
            "no_substitute",
            f"{where}{product.code!r} does not stand in for {code!r}; "
            f"`orderdesk product substitutes {code}` lists what does",
            product=code,
        )
    return found


def offers(
    work: Work, context: Context, lines: Sequence[Row]
) -> dict[int, tuple[OtherProduct, ...]]:
    """Give what is free of others that could stand in for each short line, by its number.

    Nothing is read, or offered, for a customer who takes no substitutes.
    """
    if not context.buyer.substitutes:
        return {}
    waiting = [
        line
        for line in lines
        if line.kind == "product" and line.ordered > line.allocated and line.kit_line is None
    ]
    found: dict[int, tuple[OtherProduct, ...]] = {}
    for place in sorted({line.warehouse for line in waiting}):
        here = [line for line in waiting if line.warehouse == place]
        others = substitutes.offered(work, {line.product_id for line in here}, place)
        for line in here:
            free = tuple(each for each in others.get(line.product_id, ()) if each.available)
            if free:
                found[line.line] = free
    return found
