"""From what was typed to the lines of an order: products, prices, amounts, stock."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from orderdesk.domain import days
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import (
    currency_decimals,
    extend,
    percent_of,
    price_decimal,
    price_of,
    quantity_decimal,
    quantity_of,
)
from orderdesk.domain.orders import AddressRequest, LineRequest
from orderdesk.domain.text import fold_code, stored
from orderdesk.services import allocation, catalogue, prices, taxes
from orderdesk.services.orders import pricing
from orderdesk.services.orders.rows import LineRow
from orderdesk.services.taxes import Place, Rules, Taxed
from orderdesk.store.statements import Row, Statement
from orderdesk.store.work import Work

MAX_LINES: Final = 9_999


@dataclass(slots=True)
class Context:
    """All that was read to decide on an order's lines."""

    buyer: Row
    decimals: int
    goods: dict[str, Row]
    """Products by every name that was used for them."""
    prices: Mapping[int, list[tuple[Any, ...]]]
    free: dict[int, int]
    """Stock on hand that nobody was promised, by product id; grants are taken off."""
    addresses: set[str]
    incomplete: dict[str, tuple[str, ...]]
    """What is missing of those addresses, and of the customer's own, that lack a part."""
    places: dict[str, Place]
    """Where each address lies, the order's own one under no code; empty without tax rules."""
    rules: Rules
    """The tax rules of those places."""
    tax_free: Taxed | None
    """Why this customer bears no tax at all, where it does not."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Codes of the reasons for prices by hand, by what was typed."""
    tax_included: int | None = None
    """Whether this order's prices include tax: as the list of its first price says."""


@dataclass(slots=True)
class Defaults:
    """What a line takes from the header where it says nothing."""

    ship_to: str
    requested: str
    discount: int


def codes_of(names: Iterable[str]) -> str:
    """Give product names as one parameter."""
    return json.dumps(sorted({fold_code(name) for name in names}))


def read_context(
    work: Work,
    customer: str,
    products: Sequence[str],
    addresses: Iterable[str] = (),
    more: Sequence[tuple[Statement, Mapping[str, Any]]] = (),
    *,
    lock: bool = True,
    elsewhere: AddressRequest | None = None,
) -> tuple[Context, list[list[Row]]]:
    """Read in one trip what lines of these products for this customer need, and `more`.

    Locks the customer and then all the stock in key order, unless told only to look. Where some
    products go by the customer's part number or an EAN, the first trip finds that out and locks
    no stock yet: a second one reads everything anew. In a company with tax rules those of the
    places that goods may go to are read behind it, the order's own address `elsewhere` among them.
    Raises NotFound, naming the line of an unknown product by its place among `products`, from 1.
    """
    codes = {fold_code(name) for name in products}
    answers = _read(work, customer, codes, list(addresses), more, lock)
    if not answers.buyers:
        raise NotFound(
            "unknown_customer",
            f"customer {customer!r} is unknown; search with `orderdesk customer list`",
            customer=customer,
        )
    missing = sorted(codes - {row.code for row in answers.goods})
    other: Mapping[str, str] = {}
    if missing:
        other = _other_names(work, customer, missing, products)
        codes = codes.difference(missing).union(other.values())
        answers = _read(work, customer, codes, list(addresses), more, lock)
    goods = {row.code: row for row in answers.goods}
    buyer = answers.buyers[0]
    places = _places(buyer, answers.places, elsewhere)
    context = Context(
        buyer=buyer,
        decimals=currency_decimals(buyer.currency),
        goods=goods | {name: goods[code] for name, code in other.items()},
        prices=prices.by_product(answers.listed),
        free={row.id: row.available for row in answers.goods if row.available is not None},
        addresses={row.code for row in answers.places},
        incomplete=_incomplete(buyer, answers.places),
        places=places,
        rules=taxes.read(work, places.values(), buyer.business_date),
        tax_free=taxes.of_customer(buyer),
    )
    return context, answers.more


def _places(buyer: Row, rows: Iterable[Row], elsewhere: AddressRequest | None) -> dict[str, Place]:
    """Give where goods may go, by address code; nothing where no tax goes by that."""
    if buyer.country is None:
        return {}
    home = buyer.company_country
    found = {row.code: taxes.place_of(row.country, row.region, home) for row in rows}
    found[buyer.ship_to] = taxes.place_of(buyer.country, buyer.region, home)
    if elsewhere is not None:
        found[""] = taxes.place_of(elsewhere.country, elsewhere.region, home)
    return found


def _incomplete(buyer: Row, places: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    found = {row.code: tuple(row.missing.split()) for row in places if row.missing}
    if buyer.missing:
        found[buyer.ship_to] = tuple(buyer.missing.split())
    return found


class _Answers(NamedTuple):
    """What one trip has read."""

    buyers: list[Row]
    goods: list[Row]
    listed: list[Row]
    more: list[list[Row]]
    places: list[Row]


def _read(
    work: Work,
    customer: str,
    codes: Collection[str],
    addresses: Sequence[str],
    more: Sequence[tuple[Statement, Mapping[str, Any]]],
    lock: bool,
) -> _Answers:
    """Read customer, products, prices and addresses; where all codes are known, lock their stock.

    Without addresses to check the customer's own serves, and none is read.
    """
    products = {"products": json.dumps(sorted(codes))}
    reads: list[tuple[Statement, Mapping[str, Any]]] = [
        (catalogue.BUYER if lock else catalogue.BUYER_SEEN, {"customer": customer})
    ]
    if lock:
        reads.append((allocation.LOCK_FOR, {**products, "known": len(codes)}))
    reads += [
        (allocation.GOODS, products),
        (prices.PRICES_FOR, {**products, "customer": customer}),
        *more,
    ]
    if addresses:
        named = {"customer": customer, "addresses": json.dumps(addresses)}
        reads.append((catalogue.ADDRESSES, named))
    buyers, goods, listed, *others = work.run_all(reads)
    places = others.pop() if addresses else []
    return _Answers(buyers, goods, listed, others, places)


def _other_names(
    work: Work, customer: str, missing: Sequence[str], products: Sequence[str]
) -> Mapping[str, str]:
    """Find what is not a code of ours among part numbers and EANs; raise NotFound."""
    found = catalogue.other_names(work, customer, missing)
    unknown = [name for name in missing if name not in found]
    if unknown:
        line, name = next(
            (line, name) for line, name in enumerate(map(fold_code, products), 1) if name in unknown
        )
        where = f"line {line}: " if len(products) > 1 else ""
        raise NotFound(
            "unknown_product",
            f"{where}product {name!r} is unknown; search with `orderdesk product list`",
            products=unknown,
            line=line,
        )
    return found


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
    context: Context, request: LineRequest, order_id: int, number: int, defaults: Defaults
) -> Any:
    """Make the row of a new line: priced, taxed, with what stock it gets at once.

    Raises Refused or NotFound, naming the line.
    """
    where = f"line {number}: "
    product = context.goods[fold_code(request.product)]
    _check_sold(product, request, where)
    quantity, discount, by_hand, note = _typed(request, product, defaults, where)
    priced = pricing.priced(context, product, quantity, by_hand, where)
    place = _place(context, request, defaults, where)
    taxed = context.tax_free or pricing.taxed(context, product, place)
    grant = grant_of(context, product, quantity, where)
    return LineRow(
        order_id,
        number,
        product.id,
        product.kind,
        product.name,
        product.unit,
        quantity,
        0,
        0,
        0,
        quantity,
        grant,
        *priced[:4],
        discount,
        amount_of_line(context, priced.price, quantity, priced.price_unit, discount, where),
        taxed.code,
        taxed.rate,
        product.cost,
        place,
        context.buyer.warehouse,
        _requested(request, defaults, where),
        None,
        None,
        note,
        taxed.reason,
        priced.said or pricing.reason(context, request.price_reason, priced.source, where),
        -1 if product.floor is None else product.floor,
    )


def _typed(
    request: LineRequest, product: Row, defaults: Defaults, where: str
) -> tuple[int, int, int | None, str]:
    """Read what was typed: quantity, discount, price by hand, note. Raises Refused."""
    try:
        quantity = quantity_of(request.quantity, decimals=product.decimals)
        discount = defaults.discount if request.discount is None else percent_of(request.discount)
        by_hand = None if request.price is None else price_of(request.price)
        note = stored(request.note) if request.note else ""
    except ValueError as error:
        raise refusing(where, error) from None
    check_quantity(quantity, where)
    return quantity, discount, by_hand, note


def _place(context: Context, request: LineRequest, defaults: Defaults, where: str) -> str:
    if request.ship_to is None:
        return defaults.ship_to
    return ship_to(context, request.ship_to, where)


def _requested(request: LineRequest, defaults: Defaults, where: str) -> str:
    if request.requested is None:
        return defaults.requested
    return day_of(request.requested, f"{where}requested date")


def _check_sold(product: Row, request: LineRequest, where: str) -> None:
    """Raise Refused unless the product is sold, and in the unit that was asked for."""
    if product.archived:
        raise Refused(
            "archived_product",
            f"{where}product {product.code!r} is archived; order another one",
            product=product.code,
        )
    if request.unit is not None and request.unit.strip().lower() != product.unit:
        raise Refused(
            "wrong_unit",
            f"{where}unit {request.unit!r} is not sold; {product.code!r} is sold per "
            f"{product.unit!r}",
        )


def check_quantity(quantity: int, where: str) -> None:
    """Raise Refused unless something is ordered."""
    if quantity <= 0:
        raise Refused("bad_quantity", f"{where}quantity is 0; order at least something")


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


def grant_of(context: Context, product: Row, quantity: int, where: str) -> int:
    """Give what the line gets of the free stock, and take it off.

    Raises Refused where a discontinued product would have to wait for goods that never come.
    """
    if product.kind != "product":
        return 0
    free = max(0, context.free.get(product.id, 0))
    if product.discontinued and quantity > free:
        raise Refused(
            "discontinued",
            f"{where}product {product.code!r} is discontinued and only "
            f"{quantity_decimal(free)} are left; order {quantity_decimal(free)} or fewer",
            product=product.code,
            available=str(quantity_decimal(free)),
        )
    grant = min(quantity, free)
    if grant:
        context.free[product.id] = free - grant
    return grant


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
