"""From what was typed to the lines of an order: products, prices, amounts, stock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from orderdesk.domain import days
from orderdesk.domain.dispositions import DISPOSITIONS, meant
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import (
    extend,
    percent_of,
    price_decimal,
    price_of,
    quantity_decimal,
)
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.text import fold_code, stored
from orderdesk.domain.tracked import LOT
from orderdesk.services.allocation import lots
from orderdesk.services.orders import pricing, quantities, standing_in, warehouses
from orderdesk.services.orders.context import Context
from orderdesk.services.orders.rows import LineRow
from orderdesk.store.statements import Row

MAX_LINES: Final = 9_999
_NONE: Final = (None, None)


class Going(NamedTuple):
    """Where the goods of a line go, from where and for when."""

    ship_to: str
    warehouse: str
    requested: str
    disposition: str
    needed: str
    promise: tuple[str | None, str | None]
    """Promise and ship-by of what is there at once."""


@dataclass(slots=True)
class Defaults:
    """What a line takes from the header where it says nothing."""

    ship_to: str
    requested: str
    discount: int
    warehouse: str = ""
    """Empty: the company's."""
    going: dict[tuple[str | None, ...], Going] = field(default_factory=dict)
    """How lines go, by what they say of it: most lines of an order say the same, or nothing."""


def check_size(request: OrderRequest) -> None:
    """Raise Refused for an order without lines, or with too many."""
    if not request.lines:
        raise Refused("no_lines", "the order has no lines; add at least one")
    if len(request.lines) > MAX_LINES:
        raise Refused(
            "too_many_lines",
            f"the order has {len(request.lines)} lines; split it, {MAX_LINES} is the most",
        )


def day_of(text: str, what: str) -> str:
    """Check an ISO date as typed and give it back; raise Refused."""
    try:
        return days.day_of(text, what).isoformat()
    except ValueError as error:
        raise Refused("bad_date", str(error), value=text) from None


def refusing(where: str, error: ValueError) -> Refused:
    """Turn a number's or text's own complaint into a refusal that names its place."""
    return Refused("bad_value", f"{where}{error}")


def new_line(
    context: Context,
    request: LineRequest,
    product: Row,
    order_id: int,
    line: int,
    where: str,
    defaults: Defaults,
) -> Any:
    """Make the row of a new line: priced, taxed, with what stock it gets at once.

    Raises Refused or NotFound, whose sentences begin with `where`.
    """
    _check_sold(product, request, where)
    ordered = quantities.read(context, request, product, where)
    quantity = ordered.quantity
    discount, by_hand, note = _typed(request, defaults, where)
    priced = pricing.priced(context, product, quantity, by_hand, where)
    place, source, requested, disposition, needed, dates = _going(context, request, defaults, where)
    taxed = context.tax_free or pricing.taxed(context, product, place)
    if product.tracked == LOT:
        lasting(context, line, dates[0] or requested)
    grant = grant_of(context, product, source, quantity, needed, where, disposition, line)
    if grant != quantity:
        dates = _NONE
    # Each column in its place: by name, one order in a hundred fewer would be placed.
    return LineRow._make(
        (
            *(order_id, line, product.id, product.kind, product.name, product.unit),
            *(quantity, 0, 0, 0, quantity, grant, *priced[:4], discount),
            amount_of_line(context, priced.price, quantity, priced.price_unit, discount, where),
            *(taxed.code, taxed.rate, product.cost, place, source, requested, *dates, note),
            taxed.reason,
            priced.said or pricing.reason(context, request.price_reason, priced.source, where),
            -1 if product.floor is None else product.floor,
            *(disposition, dates[0], 0, 0, needed, ordered.unit, ordered.entered),
            standing_in.ordered(context, request, product, where),
            *(None, dates[1]),
        )
    )


def _going(context: Context, request: LineRequest, defaults: Defaults, where: str) -> Going:
    """Read how a line's goods go, once for all that say the same. Raises Refused or NotFound."""
    said = (request.ship_to, request.requested, request.warehouse, request.disposition)
    found = defaults.going.get(said)
    if found is not None:
        return found
    place = _place(context, request, defaults, where)
    requested = _requested(request, defaults, where)
    source = _source(context, request, defaults, where)
    disposition = disposition_of(context, request.disposition, where)
    fetched, ways = not DISPOSITIONS[disposition].carried, context.ways[source]
    found = defaults.going[said] = Going(
        place,
        source,
        requested,
        disposition,
        ways.needed(place, requested, fetched=fetched),
        ways.dates(place, requested, fetched=fetched),
    )
    return found


def lasting(context: Context, number: int, arrival: str) -> None:
    """Note until when the goods of a new line must last that arrive on a day, ISO."""
    buyer = context.buyer
    context.lots.until[number] = lots.until(arrival, buyer.business_date, buyer.shelf_life)


def dates_of(context: Context, line: Any) -> tuple[str | None, str | None]:
    """Give when a line of which everything is there arrives, and when it has to leave."""
    fetched = not DISPOSITIONS[line.disposition].carried
    dates: tuple[str | None, str | None] = context.ways[line.warehouse].dates(
        line.ship_to, line.requested, fetched=fetched
    )
    return dates


def _typed(request: LineRequest, defaults: Defaults, where: str) -> tuple[int, int | None, str]:
    """Read what was typed: discount, price by hand, note. Raises Refused."""
    try:
        discount = defaults.discount if request.discount is None else percent_of(request.discount)
        by_hand = None if request.price is None else price_of(request.price)
        note = stored(request.note) if request.note else ""
    except ValueError as error:
        raise refusing(where, error) from None
    return discount, by_hand, note


def _place(context: Context, request: LineRequest, defaults: Defaults, where: str) -> str:
    if request.ship_to is None:
        return defaults.ship_to
    return ship_to(context, request.ship_to, where)


def _source(context: Context, request: LineRequest, defaults: Defaults, where: str) -> str:
    default = defaults.warehouse or context.buyer.warehouse
    return warehouses.chosen(context.warehouses, request.warehouse, default, where)


def _requested(request: LineRequest, defaults: Defaults, where: str) -> str:
    if request.requested is None:
        return defaults.requested
    return day_of(request.requested, f"{where}requested date")


def _check_sold(product: Row, request: LineRequest, where: str) -> None:
    """Raise Refused unless the product is sold."""
    if product.archived:
        raise Refused(
            "archived_product",
            f"{where}product {product.code!r} is archived; order another one",
            product=product.code,
        )


def amount_of_line(
    context: Context, price: int, quantity: int, price_unit: int, discount: int, where: str
) -> int:
    """Give the value of a line in minor units; raise Refused where it is beyond all bounds."""
    try:
        return extend(
            price, quantity, price_unit=price_unit, discount=discount, decimals=context.decimals
        )
    except ValueError:
        raise Refused(
            "amount_too_large",
            f"{where}{quantity_decimal(quantity)} at {price_decimal(price)} is more than an "
            "order can hold; order less",
        ) from None


def disposition_of(context: Context, typed: str | None, where: str) -> str:
    """Give the disposition that was typed, or the customer's where nothing was; raise Refused."""
    if not typed or not typed.strip():
        own: str = context.buyer.disposition
        return own
    try:
        return meant(typed)
    except ValueError as error:
        raise refusing(where, error) from None


def grant_of(
    context: Context,
    product: Row,
    warehouse: str,
    quantity: int,
    needed: str,
    where: str,
    disposition: str,
    number: int = 0,
) -> int:
    """Give what a line gets of the free stock, by the day its goods are needed; take it off.

    Of a product with lots it gets what lasts as long as the line with this `number` wants.
    Raises Refused where a discontinued product would have to wait for goods that never come;
    a line of which nothing waits takes what is left.
    """
    if product.kind != "product":
        return 0
    waits = DISPOSITIONS[disposition].waits
    shelf = (product.id, warehouse)
    free = max(0, context.free.get(shelf, 0))
    if shelf in context.most:
        free = min(free, context.most[shelf])
    if product.tracked == LOT:
        until = context.lots.until.get(number, "")
        free = min(free, context.lots.usable(shelf, until))
    if product.discontinued and quantity > free and waits:
        raise _ended(product, free, where)
    if needed > context.last:
        if product.discontinued and waits:
            # Nothing more comes: what it will take is kept for it from now on.
            context.most[shelf] = free - quantity
        return 0
    grant = min(quantity, free)
    if grant:
        context.free[shelf] -= grant
        if product.tracked == LOT:
            context.lots.take(shelf, until, grant)
        if shelf in context.most:
            context.most[shelf] -= grant
    return grant


def _ended(product: Row, free: int, where: str) -> Refused:
    left = quantity_decimal(free)
    said = f"only {left} are left; order {left} or fewer"
    return Refused(
        "discontinued",
        f"{where}product {product.code!r} is discontinued and "
        f"{said if free else 'none are left; order another product'}",
        product=product.code,
        available=str(left),
    )


def ship_to(context: Context, code: str, where: str) -> str:
    """Check an address code of the customer; raise NotFound."""
    folded = fold_code(code)
    if folded not in context.addresses:
        raise NotFound(
            "unknown_ship_to",
            f"{where}ship-to {code!r} is not an address of {context.buyer.code}; "
            f"`orderdesk customer show {context.buyer.code}` lists them",
            ship_to=code,
        )
    return folded
