"""What an order being typed would come to, by the very rules that place it; nothing is changed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from orderdesk.domain.entry import LinePreview, ProductPreview
from orderdesk.domain.numbers import (
    amount_decimal,
    percent_decimal,
    price_decimal,
    quantity_decimal,
)
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.products import KIT
from orderdesk.domain.promising import Origin
from orderdesk.domain.text import fold_code
from orderdesk.services import prices
from orderdesk.services.orders import (
    allowed,
    kits,
    pricing,
    promising,
    quantities,
    short,
    standing_in,
    warehouses,
)
from orderdesk.services.orders.context import Context, read_context
from orderdesk.services.orders.entry import Defaults
from orderdesk.services.orders.place import heading
from orderdesk.store.statements import Row
from orderdesk.store.work import Work

_ONE: Final = 1_000


def header(work: Work, request: OrderRequest) -> Origin:
    """Check the header of an order being typed; raises what placing it would raise.

    Gives where it is served from.
    """
    named = [request.ship_to] if request.ship_to else []
    context, _ = read_context(
        work,
        fold_code(request.customer),
        (),
        map(fold_code, named),
        lock=False,
        warehouses=warehouses.named(request),
    )
    return context.ways[heading(work, request, context)["warehouse"]].origin


def product(work: Work, customer: str, name: str, warehouse: str = "") -> ProductPreview:
    """Give a product by any of its names, with its price for one piece; raise NotFound.

    What is free is so at the warehouse, left out the company's.
    """
    named = {fold_code(warehouse)} - {""}
    context, _ = read_context(work, fold_code(customer), [name], lock=False, warehouses=named)
    row = context.product(name)
    listed = prices.choose(context.prices.get(row.id, ()), _ONE)
    return ProductPreview(
        code=row.code,
        description=row.name,
        unit=row.unit,
        price=price_decimal(listed.price, context.decimals) if listed else None,
        price_source=listed.source if listed else "",
        available=quantity_decimal(
            _free(context, row, fold_code(warehouse) or context.buyer.warehouse)
        ),
        alert=_alert(row),
    )


def _free(context: Context, row: Row, warehouse: str) -> int:
    """Give what nobody has of a product at a warehouse, of a kit the whole ones it makes."""
    if row.kind != KIT:
        return context.free.get((row.id, warehouse), 0)
    goods = [(context.goods[made.code], made.quantity) for made in context.kits[row.id]]
    kept = [
        max(0, context.free.get((part.id, warehouse), 0)) // quantity
        for part, quantity in goods
        if part.kind == "product"
    ]
    return min(kept, default=0) * _ONE


def line(
    work: Work,
    customer: str,
    request: LineRequest,
    number: int,
    header: Defaults,
    earlier: tuple[tuple[int, LineRequest], ...] = (),
) -> LinePreview:
    """Price one line of a draft and promise it, by itself.

    `earlier` are the lines before it that want the same product, with their numbers: they take of
    it first. Raises what placing the line would raise.
    """
    allowed.to_price(work, (request,))
    numbered = (*earlier, (number, request))
    context = _context(work, customer, [each for _, each in numbered], header)
    return _all_seen(work, context, numbered, header)[-1]


def lines(
    work: Work, customer: str, requests: tuple[LineRequest, ...], header: Defaults
) -> tuple[LinePreview, ...]:
    """Price and promise all lines of a draft anew, each after what the ones before it take.

    Raises what placing them would raise.
    """
    context = _context(work, customer, requests, header)
    return _all_seen(work, context, tuple(enumerate(requests, 1)), header)


def _context(
    work: Work, customer: str, requests: Sequence[LineRequest], header: Defaults
) -> Context:
    places = [header.ship_to, *(request.ship_to for request in requests)]
    addresses = {fold_code(code) for code in places if code}
    products = [request.product for request in requests]
    named = warehouses.named(*requests) | ({header.warehouse} - {""})
    context, _ = read_context(
        work, fold_code(customer), products, addresses, lock=False, warehouses=named
    )
    pricing.read_reasons(work, context, requests)
    quantities.read_units(work, context, requests)
    standing_in.read(work, context, requests)
    return context


def _all_seen(
    work: Work, context: Context, numbered: Sequence[tuple[int, LineRequest]], header: Defaults
) -> tuple[LinePreview, ...]:
    """Give lines as they would be, by their numbers, each after what those before it take."""
    groups: list[_Group] = []
    rows: list[Row] = []
    for number, request in numbered:
        # Numbered through: the parts of kits are lines too.
        groups.append(_group(context, len(rows) + 1, number, request, header))
        rows += groups[-1].rows
    # Only where a line is short is anything read for its promise.
    rows = promising.at_entry(work, context, rows)
    offers = standing_in.offers(work, context, rows)
    found, first = [], 0
    for group in groups:
        own = rows[first : first + len(group.rows)]
        seen = [
            _seen(context, context.goods[code], row, free)
            for row, code, free in zip(own, group.codes, group.free, strict=True)
        ]
        found.append(replace(seen[0], substitutes=offers.get(own[0].line, ())))
        if own[0].kind == KIT:
            found[-1] = _of_kit(found[-1], own, group.free, tuple(seen[1:]))
        first += len(own)
    return tuple(found)


class _Group(NamedTuple):
    """What one request comes to: its line, and where it is a kit those of the parts behind it."""

    rows: Sequence[Row]
    codes: Sequence[str]
    """The product code of each."""
    free: Sequence[int]
    """What nobody had of each before, thousandths."""


def _group(
    context: Context, first: int, number: int, request: LineRequest, header: Defaults
) -> _Group:
    """Give the lines of a request, from the `first` on; errors name it by its `number`."""
    made, codes = kits.new_lines(context, (request,), 0, first, header, number)
    rows = short.cut(context, made)
    return _Group(rows, codes, [_free_for(context, row) for row in rows])


def _free_for(context: Context, row: Row) -> int:
    """Give what nobody had before a line, of lots what lasts as long as its customer wants."""
    shelf = (row.product_id, row.warehouse)
    free: int = context.free.get(shelf, 0)
    if row.line in context.lots.until:
        free = min(free, context.lots.usable(shelf, context.lots.until[row.line]))
    there: int = max(0, free + row.allocated)
    return there


def _of_kit(
    line: LinePreview, rows: Sequence[Row], free: Sequence[int], parts: tuple[LinePreview, ...]
) -> LinePreview:
    """Give a kit's line with what its parts make of it: how many can be had, and when."""
    [kit] = [row for row in kits.seen(rows) if row.kind == KIT]
    made = [
        there * kit.ordered // row.ordered
        for row, there in zip(rows, free, strict=True)
        if row.kind == "product"
    ]
    return replace(
        line,
        available=quantity_decimal(min(made, default=0) // _ONE * _ONE),
        allocated=quantity_decimal(kit.allocated),
        backordered=quantity_decimal(kit.open - kit.allocated),
        promised=None if kit.promised is None else date.fromisoformat(kit.promised),
        parts=parts,
    )


def _seen(context: Context, goods: Row, row: Row, free: int) -> LinePreview:
    return LinePreview(
        product=goods.code,
        description=row.description,
        kind=row.kind,
        unit=row.unit,
        quantity=quantity_decimal(row.ordered),
        list_price=price_decimal(row.list_price, context.decimals),
        price=price_decimal(row.price, context.decimals),
        price_source=row.price_source,
        discount=percent_decimal(row.discount),
        net=amount_decimal(row.net, context.decimals),
        tax_rate=percent_decimal(row.tax_rate),
        ship_to=row.ship_to,
        requested=row.requested,
        available=quantity_decimal(free),
        allocated=quantity_decimal(row.allocated),
        backordered=quantity_decimal(row.open - row.allocated)
        if row.kind == "product"
        else quantity_decimal(0),
        alert=_alert(goods),
        amount=(row.net, row.tax_rate),
        disposition=row.disposition,
        closed=quantity_decimal(row.short_closed),
        warehouse=row.warehouse,
        promised=None if row.promised is None else date.fromisoformat(row.promised),
    )


def _alert(goods: Row) -> str:
    """Give what the clerk should know of a product."""
    return "; ".join(
        text for text in (goods.alert, "discontinued" if goods.discontinued else "") if text
    )
