"""The prices of the lists: set, one or many at a time, and listed.

How a price finds its place among the others of its list is `orderdesk.domain.prices.fit_in`.
Each change is a change of the product: it makes the product's next version.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, literal_column, or_, select, tuple_, update

from orderdesk.domain.days import day_of
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import (
    currency_decimals,
    price_decimal,
    price_of,
    quantity_decimal,
    quantity_of,
)
from orderdesk.domain.prices import (
    ALWAYS,
    FOR_EVER,
    PRICE_UNITS,
    PriceEntry,
    PriceRequest,
    PriceSeries,
    PriceTerms,
    fit_in,
)
from orderdesk.domain.records import Refusal, Taken
from orderdesk.domain.text import fold_code
from orderdesk.models.company import Company, Unit
from orderdesk.models.products import Price, PriceList, Product
from orderdesk.services import fields, masters, rights
from orderdesk.store.statements import (
    Row,
    insertion,
    integer_set,
    statement,
    table_of,
    text_set,
)
from orderdesk.store.work import Work

PAGE: Final = 200
_FIRST_YEAR: Final = 1900

_price = table_of(Price).c
_list = table_of(PriceList).c
_product = table_of(Product).c
_unit = table_of(Unit).c

_PRODUCTS: Final = statement(
    select(_product.id, _product.code, _product.version, _unit.decimals)
    .join_from(table_of(Product), table_of(Unit), _unit.code == _product.unit)
    .where(_product.code.in_(select(text_set("codes"))))
    .order_by(_product.id)
    .with_for_update(of=table_of(Product), key_share=True)
)
_LISTS: Final = statement(
    select(
        _list.code,
        _list.currency,
        _list.tax_included,
        _list.archived,
        table_of(Company).c.base_list,
    )
    .select_from(table_of(PriceList))
    .join(table_of(Company), literal_column("1") == literal_column("1"))
)
_STANDING: Final = statement(
    select(*_price).where(_price.product_id.in_(select(integer_set("ids"))))
)
_INSERT: Final = insertion(Price)
_CHANGE: Final = statement(
    update(table_of(Price))
    .where(
        _price.product_id == bindparam("product"),
        _price.price_list == bindparam("list"),
        _price.min_quantity == bindparam("minimum"),
        _price.valid_from == bindparam("first"),
    )
    .values(
        valid_to=bindparam("last"), price=bindparam("new_price"), price_unit=bindparam("new_unit")
    )
)
_NEXT_VERSION: Final = statement(
    update(table_of(Product))
    .where(_product.id.in_(select(integer_set("ids"))))
    .values(version=_product.version + 1)
)

_listed = (
    select(*_price, _product.code, _list.currency, _list.tax_included)
    .join_from(table_of(Price), table_of(Product), _product.id == _price.product_id)
    .join(table_of(PriceList), _list.code == _price.price_list)
    .order_by(_price.product_id, _price.price_list, _price.min_quantity, _price.valid_from)
    .limit(bindparam("count"))
)
_behind = tuple_(
    _price.product_id, _price.price_list, _price.min_quantity, _price.valid_from
) > tuple_(
    bindparam("after_product", type_=_price.product_id.type),
    bindparam("after_list", type_=_price.price_list.type),
    bindparam("after_minimum", type_=_price.min_quantity.type),
    bindparam("after_from", type_=_price.valid_from.type),
)
_on_day = or_(
    bindparam("any_day") == 1,
    (_price.valid_from <= bindparam("day")) & (_price.valid_to >= bindparam("day")),
)
_ALL: Final = statement(_listed.where(_behind, _on_day))
_OF_PRODUCT: Final = statement(
    _listed.where(
        _price.product_id == bindparam("product"),
        or_(bindparam("any_list") == 1, _price.price_list == bindparam("list")),
        _behind,
        _on_day,
    )
)
_OF_LIST: Final = statement(
    _listed.where(
        _price.price_list == bindparam("list"),
        _price.price_list != literal_column("''"),
        _behind,
        _on_day,
    )
)
_ID: Final = statement(select(_product.id).where(_product.code == bindparam("code")))


_Key = tuple[int, str, int]
"""Product id, list, quantity break in thousandths."""


class _Read(NamedTuple):
    """A request as the tables want it."""

    product: Row
    listed: Row
    key: _Key
    first: str
    terms: PriceTerms
    what: str


class _Book:
    """The prices of the products of one set of requests: as they stand, and as they become."""

    def __init__(self, work: Work, requests: Sequence[PriceRequest]) -> None:
        """Read the lists, and the products with their prices; lock the products."""
        wanted = {"codes": fields.codes(fold_code(each.product) for each in requests)}
        lists, products = work.run_all([(_LISTS, {}), (_PRODUCTS, wanted)])
        self._lists = {row.code: row for row in lists}
        self._base = lists[0].base_list if lists else None
        self._products = {row.code: row for row in products}
        self._before: dict[_Key, PriceSeries] = defaultdict(dict)
        ids = {"ids": json.dumps([row.id for row in products])}
        for row in work.run(_STANDING, ids):
            series = self._before[row.product_id, row.price_list, row.min_quantity]
            series[row.valid_from] = PriceTerms(row.valid_to, row.price, row.price_unit)
        self._after: dict[_Key, PriceSeries] = defaultdict(dict)
        for key, series in self._before.items():
            self._after[key] = dict(series)

    def take(self, request: PriceRequest) -> PriceEntry:
        """Set one price among the others. Raises NotFound, Refused; then nothing is set."""
        read = self._read(request)
        try:
            terms = fit_in(self._after[read.key], read.first, read.terms)
        except ValueError as error:
            raise Refused("overlapping_price", f"{read.what}: {error}") from None
        return _entry(
            read.product.code, read.listed.code, read.key[2], read.first, terms, read.listed
        )

    def _read(self, request: PriceRequest) -> _Read:
        code = fold_code(request.product)
        name = fold_code(request.price_list) or self._base or ""
        what = f"price of {code!r} in list {name!r}"
        product, listed = self._products.get(code), self._lists.get(name)
        if product is None:
            raise NotFound(
                "unknown_product",
                f"product {code!r} is unknown; search with `orderdesk product list`",
                product=code,
            )
        if listed is None:
            raise fields.refuse_unknown(what, "price_list", name, sorted(self._lists))
        if listed.archived:
            raise Refused(
                "archived_price_list",
                f"{what}: the list is archived; name another one",
                price_list=name,
            )
        try:
            quantity = quantity_of(_text(request.quantity, "0"), decimals=product.decimals)
            price = price_of(_text(request.price, ""))
            unit = _price_unit(_text(request.price_unit, "1"))
            first = _date(request.valid_from, "valid_from", ALWAYS)
            last = _date(request.valid_to, "valid_to", FOR_EVER)
        except ValueError as error:
            raise Refused("bad_value", f"{what}: {error}") from None
        if last < first:
            raise Refused(
                "ends_before_it_begins",
                f"{what}: valid_to {last} is before valid_from {first}; change one of them",
            )
        terms = PriceTerms(last, price, unit)
        key = (product.id, name, quantity)
        return _Read(product, listed, key, first, terms, what)

    def write(self, work: Work) -> tuple[int, int]:
        """Write what became different; give how many prices are new and how many changed."""
        new: list[tuple[Any, ...]] = []
        changed: list[dict[str, Any]] = []
        bodies: dict[int, dict[str, Any]] = defaultdict(dict)
        for key, series in self._after.items():
            before = self._before.get(key, {})
            for first, terms in series.items():
                standing = before.get(first)
                if terms == standing:
                    continue
                bodies[key[0]][_name(key, first)] = [_shown(standing), _shown(terms)]
                if standing is None:
                    new.append((*key, first, *terms))
                else:
                    changed.append(_parameters(key, first, terms))
        if new:
            work.insert(_INSERT, new)
        work.change_each(_CHANGE, changed)
        if bodies:
            work.change(_NEXT_VERSION, {"ids": json.dumps(list(bodies))})
        versions = {row.id: row.version for row in self._products.values()}
        for product, body in bodies.items():
            work.event("product", product, versions[product] + 1, "priced", body)
        return len(new), len(changed)


def set_price(work: Work, request: PriceRequest) -> PriceEntry:
    """Set one price, and give it as it stands then. Raises NotFound, Refused."""
    rights.require(work, "masters")
    book = _Book(work, [request])
    entry = book.take(request)
    book.write(work)
    return entry


def set_many(work: Work, requests: Sequence[PriceRequest]) -> Taken:
    """Set prices in the order given; a bad one is refused by itself, the others stand.

    A price that an earlier one of the set had to make way for counts as changed.
    """
    rights.require(work, "masters")
    book = _Book(work, requests)
    refused = []
    for index, request in enumerate(requests):
        try:
            book.take(request)
        except (NotFound, Refused) as error:
            refused.append(Refusal(index, request.product, error.code, error.message))
    new, changed = book.write(work)
    unchanged = max(0, len(requests) - len(refused) - new - changed)
    return Taken(new, changed, unchanged, tuple(refused))


def list_(
    work: Work,
    *,
    product: str | None = None,
    price_list: str | None = None,
    on: date | None = None,
    after: PriceEntry | None = None,
    limit: int = PAGE,
) -> tuple[PriceEntry, ...]:
    """Give prices by product, list, quantity and first day, from the one behind `after` on.

    Of one product, of one list, of both or all; those of one day, or of every day. Raises NotFound.
    """
    wanted: dict[str, Any] = {
        "list": fold_code(price_list or ""),
        "any_list": int(price_list is None),
        "day": on.isoformat() if on else "",
        "any_day": int(on is None),
        "count": limit,
        **_place(work, after),
    }
    if product is not None:
        wanted["product"] = _id(work, product)
        rows = work.run(_OF_PRODUCT, wanted)
    else:
        rows = work.run(_ALL if price_list is None else _OF_LIST, wanted)
    if not rows:
        masters.check(work, "price_list", price_list)
    return tuple(
        _entry(
            row.code,
            row.price_list,
            row.min_quantity,
            row.valid_from,
            PriceTerms(row.valid_to, row.price, row.price_unit),
            row,
        )
        for row in rows
    )


def _place(work: Work, after: PriceEntry | None) -> dict[str, Any]:
    """Give the key of the last price seen."""
    if after is None:
        return {"after_product": 0, "after_list": "", "after_minimum": 0, "after_from": ""}
    return {
        "after_product": _id(work, after.product),
        "after_list": after.price_list,
        "after_minimum": quantity_of(after.quantity),
        "after_from": after.valid_from.isoformat() if after.valid_from else ALWAYS,
    }


def _id(work: Work, code: str) -> int:
    row = work.one(_ID, {"code": fold_code(code)})
    if row is None:
        raise NotFound(
            "unknown_product",
            f"product {fold_code(code)!r} is unknown; search with `orderdesk product list`",
            product=fold_code(code),
        )
    number: int = row.id
    return number


def _text(value: Any, default: str) -> str:
    if value is None:
        return default
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _price_unit(text: str) -> int:
    units = {str(unit): unit for unit in PRICE_UNITS}
    if text.strip() not in units:
        raise ValueError(f"price_unit {text[:40]!r} is unknown; known: {', '.join(units)}")
    return units[text.strip()]


def _date(text: str, what: str, empty: str) -> str:
    if not text.strip():
        return empty
    day = day_of(text, what)
    if day.year < _FIRST_YEAR:
        raise ValueError(f"{what} {text[:40]!r} is before {_FIRST_YEAR}; leave it out for always")
    return day.isoformat()


def _name(key: _Key, first: str) -> str:
    """Give what a price is called in an event: list, quantity, first day."""
    return f"price {key[1]} from {quantity_decimal(key[2])} on {first or 'always'}"


def _shown(terms: PriceTerms | None) -> str | None:
    if terms is None:
        return None
    per = f" per {terms.price_unit}" if terms.price_unit != 1 else ""
    until = f" until {terms.valid_to}" if terms.valid_to != FOR_EVER else ""
    return f"{price_decimal(terms.price)}{per}{until}"


def _parameters(key: _Key, first: str, terms: PriceTerms) -> dict[str, Any]:
    return {
        "product": key[0],
        "list": key[1],
        "minimum": key[2],
        "first": first,
        "last": terms.valid_to,
        "new_price": terms.price,
        "new_unit": terms.price_unit,
    }


def _entry(
    product: str, price_list: str, minimum: int, first: str, terms: PriceTerms, listed: Row
) -> PriceEntry:
    return PriceEntry(
        product=product,
        price_list=price_list,
        quantity=quantity_decimal(minimum),
        valid_from=date.fromisoformat(first) if first else None,
        valid_to=date.fromisoformat(terms.valid_to) if terms.valid_to != FOR_EVER else None,
        price=price_decimal(terms.price, currency_decimals(listed.currency)),
        price_unit=terms.price_unit,
        currency=listed.currency,
        tax_included=bool(listed.tax_included),
    )
