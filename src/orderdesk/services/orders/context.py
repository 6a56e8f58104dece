"""All that is read to decide on an order's lines: one trip, and the locks that go with it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from orderdesk.domain.errors import NotFound
from orderdesk.domain.numbers import currency_decimals
from orderdesk.domain.orders import AddressRequest
from orderdesk.domain.products import KIT
from orderdesk.domain.text import fold_code
from orderdesk.services import catalogue, prices, taxes
from orderdesk.services import goods as stocked
from orderdesk.services.allocation import by_lot, granting, ranking
from orderdesk.services.allocation.granting import Shelf
from orderdesk.services.allocation.lots import Lots
from orderdesk.services.conversions import Units
from orderdesk.services.orders import warehouses as sources
from orderdesk.services.orders.buyers import unknown_buyer
from orderdesk.services.promises import ways
from orderdesk.services.promises.ways import Ways
from orderdesk.services.taxes import Place, Rules, Taxed
from orderdesk.store.prepared import Row, Runnable
from orderdesk.store.work import Work

if TYPE_CHECKING:
    from orderdesk.services.kits import Made


@dataclass(slots=True)
class Context:
    """All that was read to decide on an order's lines."""

    buyer: Row
    decimals: int
    goods: dict[str, Row]
    """Products by every name that was used for them."""
    prices: Mapping[int, list[Row]]
    free: dict[Shelf, int]
    """Stock on hand that nobody was promised, by product id and warehouse; grants are taken off."""
    most: dict[Shelf, int]
    """What of it may be given today, where some is kept for others."""
    last: str
    """The last day, ISO, within the allocation horizon: a line needed later takes nothing yet."""
    addresses: set[str]
    incomplete: dict[str, tuple[str, ...]]
    """What is missing of those addresses, and of the customer's own, that lack a part."""
    places: dict[str, Place]
    """Where each address lies, the order's own one under no code; empty without tax rules."""
    rules: Rules
    """The tax rules of those places."""
    tax_free: Taxed | None
    """Why this customer bears no tax at all, where it does not."""
    lots: Lots
    """What is left of the lots of products that have some; grants are taken off."""
    ways: Mapping[str, Ways]
    """How the goods come to each place, and how long it takes, by warehouse."""
    warehouses: Mapping[str | None, Row] = field(default_factory=dict)
    """Those that were named, as far as they are known."""
    kits: Mapping[int, Sequence[Made]] = field(default_factory=dict)
    """What one of each kit (id) comes to that is ordered anew."""
    units: Units = field(default_factory=dict)
    """Other units of the products of which a line names one."""
    stand_ins: dict[tuple[str, str], int] = field(default_factory=dict)
    """Ids of products that were ordered, by their code and that of each that may stand in."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Codes of the reasons for prices by hand, by what was typed."""
    tax_included: int | None = None
    """Whether this order's prices include tax: as the list of its first price says."""

    def product(self, name: str) -> Row:
        """Give the product of this code or other name, as it was typed; it must have been read."""
        # Most names are typed as codes are: those need no folding.
        found = self.goods.get(name)
        return self.goods[fold_code(name)] if found is None else found


def codes_of(names: Iterable[str]) -> str:
    """Give product names as one parameter."""
    return json.dumps(sorted({fold_code(name) for name in names}))


def read_context(
    work: Work,
    customer: str,
    products: Sequence[str],
    addresses: Iterable[str] = (),
    more: Sequence[tuple[Runnable, Mapping[str, Any]]] = (),
    *,
    lock: bool = True,
    elsewhere: AddressRequest | None = None,
    warehouses: Collection[str] = (),
    carrier: str | None = None,
    whole: Collection[str] = (),
) -> tuple[Context, list[list[Row]]]:
    """Read in one trip what lines of these products for this customer need, and `more`.

    Stock is that of the company's warehouse; with `warehouses` it is theirs too, and all of the
    products is locked everywhere.
    Locks the customer and then all the stock in key order, unless told only to look. Where some
    products go by the customer's part number or an EAN, the first trip finds that out and locks
    no stock yet: a second one reads everything anew, and so it is for kits, whose parts are read
    too; only those that are named `whole`, by their codes, are not taken apart. In a company with
    tax rules those of the places that goods may go to are read behind it, the order's own address
    `elsewhere` among them.
    Without a `carrier` the customer's, or else the company's, carries.
    Raises NotFound, naming the line of an unknown product by its place among `products`, from 1.
    """
    codes = {fold_code(name) for name in products}
    named = list(addresses)
    going = ways.reads(customer, named, carrier, elsewhere, warehouses=warehouses, now=work.now)
    asked = _Asked(customer, named, more, warehouses, going, lock)
    answers = _read(work, asked, codes, len(whole))
    if not answers.buyers:
        raise unknown_buyer(customer)
    missing = sorted(codes - {row.code for row in answers.goods})
    other: Mapping[str, str] = {}
    if missing:
        other = _other_names(work, customer, missing, products)
        codes = codes.difference(missing).union(other.values())
        answers = _read(work, asked, codes, len(whole))
    kits = {row.id: row for row in answers.goods if row.kind == KIT and row.code not in whole}
    made: Mapping[int, Sequence[Made]] = {}
    if kits:
        # Few orders have any: a desk opens without.
        from orderdesk.services import kits as made_of

        made = made_of.taken_apart(made_of.read(work, kits), kits)
        codes = codes.union(part.code for parts in made.values() for part in parts)
        answers = _read(work, asked, codes, len(whole) + len(kits))
    context = _context(work, answers, other, elsewhere)
    context.kits = made
    return context, answers.more


def _context(
    work: Work, answers: _Answers, other: Mapping[str, str], elsewhere: AddressRequest | None
) -> Context:
    """Put together what was read; `other` are the codes of products by other names for them."""
    goods = {row.code: row for row in answers.goods}
    buyer = answers.buyers[0]
    last = ranking.within(buyer.business_date, buyer.allocation_horizon)
    places = _places(buyer, answers.places, elsewhere)
    return Context(
        buyer=buyer,
        decimals=currency_decimals(buyer.currency),
        goods=goods | {name: goods[code] for name, code in other.items()},
        prices=prices.by_product(answers.listed),
        free=granting.free(answers.goods),
        most=granting.most(work, answers.goods),
        lots=by_lot.unclaimed(work, answers.goods, ranking.Horizon(last, buyer.business_date)),
        last=last,
        addresses={row.code for row in answers.places},
        incomplete=_incomplete(buyer, answers.places),
        places=places,
        rules=taxes.read(work, places.values(), buyer.business_date),
        tax_free=taxes.of_customer(buyer),
        ways=ways.of(work, answers.going),
        warehouses=sources.by_code(answers.warehouses),
    )


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


class _Asked(NamedTuple):
    """What one trip is to read, beside the products."""

    customer: str
    addresses: Sequence[str]
    """Without any the customer's own serves, and none is read."""
    more: Sequence[tuple[Runnable, Mapping[str, Any]]]
    warehouses: Collection[str]
    """Without any the company's own serves."""
    going: Sequence[tuple[Runnable, Mapping[str, Any]]]
    """What is read of the ways that goods go."""
    lock: bool


class _Answers(NamedTuple):
    """What one trip has read."""

    buyers: list[Row]
    goods: list[Row]
    listed: list[Row]
    more: list[list[Row]]
    places: list[Row]
    warehouses: list[Row]
    going: list[list[Row]]


def _read(work: Work, asked: _Asked, codes: Collection[str], kits: int) -> _Answers:
    """Read customer, products, prices and places.

    Where all codes are known, and so many of them are kits, the stock of the others is locked.
    """
    customer = {"customer": asked.customer}
    products = {"products": json.dumps(sorted(codes))}
    elsewhere = json.dumps(sorted(asked.warehouses)) if asked.warehouses else ""
    reads: list[tuple[Runnable, Mapping[str, Any]]] = [
        (catalogue.BUYER if asked.lock else catalogue.BUYER_SEEN, customer)
    ]
    if asked.lock:
        locked = granting.LOCK_EVERYWHERE if elsewhere else granting.LOCK_FOR
        reads.append((locked, {**products, "known": len(codes) - kits}))
    if elsewhere:
        reads.append((granting.GOODS_AT, {**products, "places": elsewhere}))
    else:
        reads.append((granting.GOODS, products))
    reads += [(prices.PRICES_FOR, {**products, **customer}), *asked.more]
    if asked.addresses:
        named = {**customer, "addresses": json.dumps(asked.addresses)}
        reads.append((catalogue.ADDRESSES, named))
    if elsewhere:
        reads.append((stocked.WAREHOUSES, {"codes": elsewhere}))
    buyers, goods, listed, *others = work.run_all([*reads, *asked.going])
    going = [others.pop() for _ in asked.going]
    found = others.pop() if elsewhere else []
    places = others.pop() if asked.addresses else []
    return _Answers(buyers, goods, listed, others, places, found, going)


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
