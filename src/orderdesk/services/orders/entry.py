"""From what was typed to the lines of an order: products, prices, amounts, stock."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

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
from orderdesk.domain.orders import LineRequest
from orderdesk.domain.text import fold_code, stored
from orderdesk.services import allocation, catalogue, prices
from orderdesk.services.orders.rows import LineRow
from orderdesk.services.prices import ListPrice
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
) -> tuple[Context, list[list[Row]]]:
    """Read in one trip what lines of these products for this customer need, and `more`.

    Locks the customer and then all the stock in key order, unless told only to look. Where some
    products go by the customer's part number or an EAN, the first trip finds that out and locks
    no stock yet: a second one reads everything anew. Raises NotFound, naming the line of an
    unknown product by its place among `products`, counted from 1.
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
    context = Context(
        buyer=answers.buyers[0],
        decimals=currency_decimals(answers.buyers[0].currency),
        goods=goods | {name: goods[code] for name, code in other.items()},
        prices=prices.by_product(answers.listed),
        free={row.id: row.available for row in answers.goods if row.available is not None},
        addresses={row.code for row in answers.places},
        incomplete=_incomplete(answers.buyers[0], answers.places),
    )
    return context, answers.more


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
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Refused(
            "bad_date", f"{what} {text!r} is not a date such as 2026-03-14", value=text
        ) from None


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
    listed = price_line(context, product, quantity, by_hand, where)
    rate, code = tax_of(context.buyer, product)
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
        *listed,
        discount,
        amount_of_line(context, listed[1], quantity, listed[2], discount, where),
        code,
        rate,
        product.cost,
        defaults.ship_to if request.ship_to is None else ship_to(context, request.ship_to, where),
        context.buyer.warehouse,
        _requested(request, defaults, where),
        None,
        None,
        note,
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


def price_line(
    context: Context, product: Row, quantity: int, by_hand: int | None, where: str
) -> tuple[int, int, int, str]:
    """Give list price, price, price unit and source of a line; a price by hand wins.

    Raises Refused where no list has a price and none was given.
    """
    listed = prices.choose(context.prices.get(product.id, ()), quantity)
    if by_hand is not None:
        # Per as many units as the list prices, for that is how the clerk was shown it.
        if listed is None:
            return by_hand, by_hand, 1, "hand"
        return listed.price, by_hand, listed.price_unit, "hand"
    if listed is not None:
        agree_on_tax(context, listed, where)
        return listed.price, listed.price, listed.price_unit, listed.source
    if product.kind == "text":
        return 0, 0, 1, "base"
    raise Refused(
        "no_price",
        f"{where}product {product.code!r} has no price for this customer in "
        f"{context.buyer.currency}; give one by hand or set one with `orderdesk price set`",
        product=product.code,
    )


def agree_on_tax(context: Context, listed: ListPrice, where: str) -> None:
    """Let the first list price say whether the order's prices include tax.

    Raises Refused for a later one of the other kind: one document cannot be both.
    """
    if context.tax_included is None:
        context.tax_included = listed.tax_included
    if context.tax_included != listed.tax_included:
        kinds = ("without", "with") if listed.tax_included else ("with", "without")
        raise Refused(
            "mixed_prices",
            f"{where}the order's prices are {kinds[0]} tax, this one's {listed.source} list is "
            f"{kinds[1]}; give the price by hand, or order it apart",
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


def tax_of(buyer: Row, product: Row) -> tuple[int, str]:
    """Give rate and code of the tax: the customer's own, the product's, the company's."""
    if buyer.customer_tax is not None:
        return buyer.customer_rate, buyer.customer_tax
    if product.tax is not None:
        return product.rate, product.tax
    return buyer.company_rate or 0, buyer.company_tax or ""


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
