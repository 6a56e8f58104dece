"""Look-ups for the entry fields: customers and products by whatever the clerk has of them.

First the code itself, then codes that begin so, then the customer's own part numbers and EANs,
words of the name (every word typed begins one of the record's), phone numbers; and names that
are one slip of the finger away where there is little else. Each way is a range or an index, reads
no more than it needs, and never sorts all that it finds.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, func, literal_column, select

from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.search import CustomerHit, ProductHit
from orderdesk.domain.text import digits, fold_code, search_words
from orderdesk.models.customers import Address, Customer, CustomerPart
from orderdesk.models.products import Product
from orderdesk.models.stock import Stock
from orderdesk.store import search
from orderdesk.store.search import AsFound, AtLeast, Before, InByteOrder, Query
from orderdesk.store.statements import Row, Statement, integer_set, statement, table_of
from orderdesk.store.work import Work

LIMIT: Final = 50

CANDIDATES: Final = 500
"""Names at most that are compared letter by letter."""

FEW: Final = 3
"""With fewer hits than this, similar names are looked for too."""

_PHONE: Final = 4
"""Digits from which a number is looked for among the phones."""
_LOCAL: Final = 7
"""Digits of a phone number that stay the same, with the area and country code or without."""
_EAN: Final = 3
_SHORT: Final = 3
"""Below this many letters only codes are looked at."""
_SLIP: Final = 4
"""Letters from which a word may be mistyped."""

_customer = table_of(Customer).c
_address = table_of(Address).c
_product = table_of(Product).c
_part = table_of(CustomerPart).c
_stock = table_of(Stock).c

_NOT_ARCHIVED: Final[Any] = literal_column("0")


class _Found(NamedTuple):
    """The statements that look among one kind of record; each gives id, code and search."""

    codes: Statement
    words: Statement


def _found(model: Any, of: type[search.Hits]) -> _Found:
    table = table_of(model)
    hit = search.hits(of)
    columns = (table.c.id, table.c.code, table.c.search)
    return _Found(
        codes=statement(
            select(*columns)
            .where(
                AtLeast(table.c.code, bindparam("prefix", type_=table.c.code.type)),
                Before(table.c.code, bindparam("behind", type_=table.c.code.type)),
                table.c.archived == _NOT_ARCHIVED,
            )
            .order_by(InByteOrder(table.c.code))
            .limit(bindparam("count"))
        ),
        words=statement(
            select(*columns)
            .join_from(table, hit.table, table.c.id == hit)
            .where(table.c.archived == _NOT_ARCHIVED)
            .order_by(AsFound(hit))
            .limit(bindparam("count"))
        ),
    )


_CUSTOMERS: Final = _found(Customer, search.CustomerHits)
_PRODUCTS: Final = _found(Product, search.ProductHits)

_PARTS: Final = statement(
    select(_product.id, _product.code, _product.search)
    .join_from(table_of(CustomerPart), table_of(Product), _product.id == _part.product_id)
    .where(
        _part.customer_id
        == select(_customer.id).where(_customer.code == bindparam("customer")).scalar_subquery(),
        AtLeast(_part.part, bindparam("prefix", type_=_part.part.type)),
        Before(_part.part, bindparam("behind", type_=_part.part.type)),
        _product.archived == _NOT_ARCHIVED,
    )
    .order_by(InByteOrder(_part.part))
    .limit(bindparam("count"))
)
# Digits are in one order everywhere, so the index serves whatever the language of the database.
_EANS: Final = statement(
    select(_product.id, _product.code, _product.search)
    .where(
        _product.ean >= bindparam("first"),
        _product.ean <= bindparam("last"),
        _product.archived == _NOT_ARCHIVED,
    )
    .order_by(_product.ean)
    .limit(bindparam("count"))
)

_CUSTOMERS_SHOWN: Final = statement(
    select(
        _customer.id,
        _customer.code,
        _customer.name,
        _customer.contact,
        _customer.phone,
        _customer.blocked,
        _address.city,
    )
    .select_from(table_of(Customer))
    .outerjoin(
        table_of(Address),
        (_address.customer_id == _customer.id) & (_address.code == _customer.ship_to),
    )
    .where(_customer.id.in_(select(integer_set("ids"))))
)
_PRODUCTS_SHOWN: Final = statement(
    select(
        _product.id,
        _product.code,
        _product.name,
        _product.unit,
        _product.kind,
        _product.discontinued,
        select(func.coalesce(func.sum(_stock.on_hand - _stock.allocated), 0))
        .where(_stock.product_id == _product.id)
        .scalar_subquery()
        .label("available"),
    ).where(_product.id.in_(select(integer_set("ids"))))
)


@dataclass(slots=True)
class _Typed:
    """What was typed, in each of its meanings."""

    code: str
    words: list[str]
    digits: str
    """Where it can be a number of some kind: digits and signs, no letter."""

    @property
    def range(self) -> dict[str, Any]:
        """Give the parameters of the codes that begin so."""
        return {"prefix": self.code, "behind": search.behind_prefix(self.code)}


def _typed(text: str) -> _Typed:
    """Read what was typed; whatever no record can have is dropped, never an error."""
    text = text.replace("\0", "").encode("utf-8", "ignore").decode()[: search.LONGEST * search.MOST]
    words = [word[: search.LONGEST] for word in search_words(text)][: search.MOST]
    number = "".join(words).isdigit() and "".join(words).isascii()
    return _Typed(fold_code(text)[: search.LONGEST], words, digits(text) if number else "")


@dataclass(slots=True)
class _Hits:
    """The ids found so far, the best first, each with the way that found it."""

    limit: int
    by: dict[int, str] = field(default_factory=dict)

    def add(self, rows: Iterable[Row], by: str) -> None:
        """Add rows that are new, as long as there is room."""
        for row in rows:
            if len(self.by) >= self.limit:
                return
            self.by.setdefault(row.id, by)


_Asked = list[tuple[str, Statement, Mapping[str, Any]]]
"""Ways to look, each with its statement and parameters."""


def find_customers(work: Work, text: str, limit: int = LIMIT) -> list[CustomerHit]:
    """Give the customers that fit what was typed, the best first, at most `limit`."""
    typed = _typed(text)
    asked = _by_code_and_name(_CUSTOMERS, typed, limit)
    for query in _phones(typed.digits):
        asked.append(("phone", _CUSTOMERS.words, {**query.parameters(), "count": limit}))
    hits = _look(work, typed, asked, limit)
    _add_similar(work, _CUSTOMERS, typed, hits)
    return [
        CustomerHit(
            row.code, row.name, row.city or "", row.contact, row.phone, bool(row.blocked), by
        )
        for row, by in _shown(work, _CUSTOMERS_SHOWN, hits)
    ]


def find_products(
    work: Work, text: str, customer: str | None = None, limit: int = LIMIT
) -> list[ProductHit]:
    """Give the products that fit what was typed, the best first, at most `limit`.

    With a customer's code, its own part numbers are looked at too.
    """
    typed = _typed(text)
    asked = _by_code_and_name(_PRODUCTS, typed, limit)
    if len(typed.digits) >= _EAN:
        first = typed.digits[:14]
        last = first.ljust(15, "9")
        asked.insert(1, ("ean", _EANS, {"first": first, "last": last, "count": limit}))
    if customer and typed.code:
        whose = {**typed.range, "customer": fold_code(customer), "count": limit}
        asked.insert(0, ("part", _PARTS, whose))
    hits = _look(work, typed, asked, limit)
    _add_similar(work, _PRODUCTS, typed, hits)
    return [
        ProductHit(
            row.code,
            row.name,
            row.unit,
            row.kind,
            quantity_decimal(int(row.available)),
            bool(row.discontinued),
            by,
        )
        for row, by in _shown(work, _PRODUCTS_SHOWN, hits)
    ]


def _by_code_and_name(among: _Found, typed: _Typed, limit: int) -> _Asked:
    asked: _Asked = [("code", among.codes, {**typed.range, "count": limit})]
    query = search.all_words(" ".join(typed.words))
    if query is not None and len(typed.code) >= _SHORT:
        # A single letter is checked afterwards, among more hits than are wanted.
        single = any(len(word) < search.SHORTEST for word in typed.words)
        count = CANDIDATES if single else limit
        asked.append(("name", among.words, {**query.parameters(), "count": count}))
    return asked


def _phones(number: str) -> list[Query]:
    """Ask for a phone number by its beginning or end; then without the codes in front of it."""
    if len(number) < _PHONE:
        return []
    number = number[: search.LONGEST]
    found = [search.any_of([search.begins(number), search.ends(number)])]
    if len(number) > _LOCAL:
        found.append(search.ends(number[-_LOCAL:]))
    return found


def _look(work: Work, typed: _Typed, asked: _Asked, limit: int) -> _Hits:
    """Look in all these ways, in one trip; the record of that very code comes first."""
    statements: list[tuple[Statement, Mapping[str, Any]]] = [(search.INDEX_ONLY, {})]
    statements += [(wanted, parameters) for _, wanted, parameters in asked]
    found = work.run_all(statements)[1:]
    hits = _Hits(limit)
    for (way, _, _), rows in zip(asked, found, strict=True):
        if way == "code":
            hits.add([row for row in rows if row.code == typed.code], way)
    for (way, _, _), rows in zip(asked, found, strict=True):
        hits.add(_with_all(rows, typed.words) if way == "name" else rows, way)
    return hits


def _with_all(rows: Iterable[Row], words: Sequence[str]) -> list[Row]:
    """Give the rows in which every word begins one of the record's."""
    starts = [f" {word}" for word in words]
    return [row for row in rows if all(start in row.search for start in starts)]


def _add_similar(work: Work, among: _Found, typed: _Typed, hits: _Hits) -> None:
    """Where little was found, add the records whose words are a slip away from those typed."""
    if len(hits.by) >= min(FEW, hits.limit) or set(hits.by.values()) - {"code"}:
        return
    slips = _unknown(work, among, typed.words)
    if not slips:
        return
    for parts in (_thirds, _halves):
        query = search.all_of(
            search.any_of(parts(word)) if word in slips else search.begins(word)
            for word in typed.words
            if len(word) >= search.SHORTEST
        )
        rows = work.run(among.words, {**query.parameters(), "count": CANDIDATES})
        near = _nearest(rows, typed.words, slips)
        hits.add(near, "similar")
        if near:
            return


def _unknown(work: Work, among: _Found, words: Sequence[str]) -> set[str]:
    """Give the words that no record has: only those can have been mistyped.

    With each word as good as any other, several of them would cost many times as much.
    """
    likely = [word for word in words if len(word) >= _SLIP and not word.isdigit()]
    if len(words) <= 1:
        return set(likely)
    asked = [(among.words, {**search.begins(word).parameters(), "count": 1}) for word in likely]
    found = work.run_all(asked)
    return {word for word, rows in zip(likely, found, strict=True) if not rows}


def _thirds(word: str) -> list[Query]:
    """Ask for what is left of a word when one of its thirds was mistyped."""
    third = len(word) // 3
    if third < search.SHORTEST:
        return _halves(word)
    return [
        search.all_of([search.begins(word[:third]), search.ends(word[-third:])]),
        search.begins(word[:-third]),
        search.ends(word[third:]),
    ]


def _halves(word: str) -> list[Query]:
    """Ask for the half of a word that one slip leaves as it was."""
    middle = len(word) // 2
    return [search.begins(word[:middle]), search.ends(word[middle:])]


def _nearest(rows: Iterable[Row], words: Sequence[str], slips: set[str]) -> list[Row]:
    """Give the rows that have the words typed, but for a slip in some, the nearest first."""
    from rapidfuzz.distance import OSA

    def distance(word: str, known: Iterable[str]) -> int:
        # A word that is not typed to its end is compared with the beginning of the known one.
        return min(
            min(OSA.distance(word, each), OSA.distance(word, each[: len(word)])) for each in known
        )

    found = []
    for row in _with_all(rows, [word for word in words if word not in slips]):
        known = row.search.split()
        distances = {word: distance(word, known) for word in slips}
        if all(far <= 1 + (len(word) >= 2 * _SLIP) for word, far in distances.items()):
            found.append((sum(distances.values()), row.code, row))
    return [row for _, _, row in sorted(found)]


def _shown(work: Work, wanted: Statement, hits: _Hits) -> list[tuple[Row, str]]:
    """Give the rows of the hits as they are shown, in the order of the hits."""
    if not hits.by:
        return []
    rows = {row.id: row for row in work.run(wanted, {"ids": json.dumps(list(hits.by))})}
    return [(rows[number], by) for number, by in hits.by.items() if number in rows]
