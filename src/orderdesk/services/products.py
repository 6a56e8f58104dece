"""Products added, changed, shown and listed: one at a desk, thousands from a file."""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import bindparam, func, insert, literal_column, or_, select, union

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import (
    currency_decimals,
    price_decimal,
    quantity_decimal,
)
from orderdesk.domain.products import (
    FIELDS,
    KINDS,
    ProductFilter,
    ProductRequest,
    ProductSummary,
    ProductView,
)
from orderdesk.domain.records import Taken
from orderdesk.domain.text import fold_code
from orderdesk.domain.units import UnitEntry
from orderdesk.models.company import Company
from orderdesk.models.orders import OrderLine
from orderdesk.models.products import KitPart, Product, ProductUnit
from orderdesk.models.stock import Stock, Supply
from orderdesk.services import masters, notes, records, units
from orderdesk.services.places import lie_somewhere
from orderdesk.services.records import Batch, Entry, Kind
from orderdesk.store import search
from orderdesk.store.search import Behind, InByteOrder, searchable
from orderdesk.store.statements import Row, integer_set, statement, table_of, text_set
from orderdesk.store.work import Work

PAGE: Final = 200

PRODUCT: Final = Kind("product", Product, FIELDS, computed=("search",))

_product = table_of(Product).c
_stock = table_of(Stock).c
_line = table_of(OrderLine).c
_part = table_of(KitPart).c
_supply = table_of(Supply).c
_other = table_of(ProductUnit).c

_EANS: Final = statement(
    select(_product.ean, _product.code).where(
        _product.ean.is_not(None), _product.ean.in_(select(text_set("eans")))
    )
)
_WAITING: Final = statement(
    select(_line.product_id)
    .where(_line.product_id.in_(select(integer_set("ids"))), _line.open > literal_column("0"))
    .distinct()
)
_EXPECTED: Final = statement(
    select(_supply.product_id)
    .where(
        _supply.product_id.in_(select(integer_set("ids"))),
        literal_column("supply.open > 0"),
    )
    .distinct()
)

_IN_OTHERS: Final = statement(
    select(_other.product_id).where(_other.product_id.in_(select(integer_set("ids")))).distinct()
)
"""Which of these products are ordered in other units too."""

_KITTED: Final = statement(
    union(
        select(_part.kit_id.label("product_id")).where(
            _part.kit_id.in_(select(integer_set("ids")))
        ),
        select(_part.product_id).where(_part.product_id.in_(select(integer_set("ids")))),
    )
)
"""Which of these products have parts, or are a part of a kit."""

_currency = select(table_of(Company).c.currency).scalar_subquery().label("currency")
_home = select(table_of(Company).c.warehouse).scalar_subquery()
_EMPTY_PLACES: Final = statement(
    insert(table_of(Stock)).from_select(
        ["product_id", "warehouse", "on_hand", "allocated"],
        select(_product.id, _home, literal_column("0"), literal_column("0")).where(
            _product.id.in_(select(integer_set("ids"))),
            _product.kind == literal_column("'product'"),
            _home.is_not(None),
        ),
    )
)
"""An empty place for new goods, so that an order and a first receipt lock the same row."""

_rows = select(*_product, _currency)
_ONE: Final = statement(_rows.where(_product.code == bindparam("code")))
_HELD: Final = statement(
    select(
        func.coalesce(func.sum(_stock.on_hand), 0).label("on_hand"),
        func.coalesce(func.sum(_stock.allocated), 0).label("allocated"),
    ).where(_stock.product_id == bindparam("id"))
)
_fitting = (
    or_(bindparam("any_group") == 1, _product.product_group == bindparam("group")),
    or_(bindparam("any_supplier") == 1, _product.supplier == bindparam("supplier")),
    or_(bindparam("any_kind") == 1, _product.kind == bindparam("kind")),
    or_(bindparam("any_discontinued") == 1, _product.discontinued == bindparam("discontinued")),
    or_(bindparam("any_archived") == 1, _product.archived == bindparam("archived")),
)
_PAGE: Final = statement(
    _rows.where(Behind(_product.code, bindparam("after")), *_fitting)
    .order_by(InByteOrder(_product.code))
    .limit(bindparam("count"))
)
_hit = search.hits(search.ProductHits)
_earlier = table_of(Product).alias("earlier").c
_PAGE_OF_HITS: Final = statement(
    _rows.join_from(table_of(Product), _hit.table, _hit == _product.id)
    .where(
        _hit
        > func.coalesce(
            select(_earlier.id).where(_earlier.code == bindparam("after")).scalar_subquery(), 0
        ),
        *_fitting,
    )
    .order_by(search.ById(_hit))
    .limit(bindparam("count"))
)


def add(work: Work, request: ProductRequest) -> ProductView:
    """Add a product. Raises Refused, where the code is taken too."""
    _take(work, [request], "add", strict=True)
    return show(work, request.code)


def set_(work: Work, request: ProductRequest, version: int | None = None) -> ProductView:
    """Change a product. Raises NotFound, Refused, and Conflict where `version` is not stored."""
    _, code = _take(work, [request], "set", strict=True, version=version)
    return show(work, code)


def add_many(work: Work, requests: Sequence[ProductRequest]) -> Taken:
    """Add products, all of them or none. Raises what the first bad one raises."""
    return _take_all(work, requests, "add", strict=True)


def upsert_many(work: Work, requests: Sequence[ProductRequest]) -> Taken:
    """Add the products that are new, change the others; a bad one is refused by itself.

    A record is known by its external key, else by its code. Later ones of the same set win.
    """
    return _take_all(work, requests, "upsert", strict=False)


def show(work: Work, code: str) -> ProductView:
    """Give a product with its stock and notes. Raises NotFound."""
    code = fold_code(code)
    row = work.one(_ONE, {"code": code}) or _unknown(code)
    held = work.run(_HELD, {"id": row.id})[0]
    on_hand, allocated = int(held.on_hand), int(held.allocated)
    return ProductView(
        **_summary(row),
        on_hand=quantity_decimal(on_hand),
        allocated=quantity_decimal(allocated),
        available=quantity_decimal(on_hand - allocated),
        units=units.of(work, row),
        notes=notes.of(work, "product", row.id, code),
    )


def unit(
    work: Work, product: str, unit: str, contains: str, version: int | None = None
) -> ProductView:
    """Let a product be ordered in another unit too; orders keep what they have.

    `contains` says how many of its own unit one of it is: `12`, `0.5`, `1/3`; with the empty text
    it is no longer ordered in it. Raises NotFound, Refused, and Conflict where another `version`
    is stored.
    """
    entry = UnitEntry(unit=unit, contains=contains)
    return set_(work, ProductRequest(code=product, units=(entry,)), version)


def list_(
    work: Work, wanted: ProductFilter, *, after: str = "", limit: int = PAGE
) -> tuple[ProductSummary, ...]:
    """Give the products by code, from the one behind `after` on.

    Those with a text (words from two letters on) come in the order in which they were added.
    """
    parameters: dict[str, Any] = {
        "after": fold_code(after),
        "count": limit,
        "group": fold_code(wanted.group or ""),
        "any_group": int(wanted.group is None),
        "supplier": fold_code(wanted.supplier or ""),
        "any_supplier": int(wanted.supplier is None),
        "kind": wanted.kind or "",
        "any_kind": int(wanted.kind is None),
        "discontinued": int(wanted.discontinued or 0),
        "any_discontinued": int(wanted.discontinued is None),
        "archived": int(wanted.archived or 0),
        "any_archived": int(wanted.archived is None),
    }
    if not wanted.text.strip():
        rows = work.run(_PAGE, parameters)
    else:
        query = search.all_words(wanted.text)
        if query is None:
            raise Refused(
                "short_text", f"text {wanted.text!r} has no word of two letters; give more of it"
            )
        asked = [(search.INDEX_ONLY, {}), (_PAGE_OF_HITS, {**parameters, **query.parameters()})]
        rows = work.run_all(asked)[1]
    if not rows:
        _check_filter(work, wanted)
    return tuple(ProductSummary(**_summary(row)) for row in rows)


def _unknown(code: str) -> Row:
    raise NotFound(
        "unknown_product",
        f"product {code!r} is unknown; search with `orderdesk product list`",
        product=code,
    )


def _check_filter(work: Work, wanted: ProductFilter) -> None:
    """Raise NotFound or Refused where nothing was found because nothing goes by that name."""
    masters.check(work, "product_group", wanted.group)
    masters.check(work, "supplier", wanted.supplier)
    if wanted.kind is not None and wanted.kind not in KINDS:
        raise Refused(
            "bad_value",
            f"kind {wanted.kind!r} is none; give one of {', '.join(KINDS)}",
            kind=wanted.kind,
        )


def _take_all(
    work: Work, requests: Sequence[ProductRequest], mode: records.Mode, *, strict: bool
) -> Taken:
    return records.in_rounds(requests, lambda some: _take(work, some, mode, strict=strict)[0])


def _take(
    work: Work,
    requests: Sequence[ProductRequest],
    mode: records.Mode,
    *,
    strict: bool,
    version: int | None = None,
) -> tuple[Taken, str]:
    """Take in products that are each named once; give what was done, and the last one's code."""
    batch = records.read_set(work, PRODUCT, requests, mode, strict=strict, version=version)
    others = units.Kept(work, batch.entries)
    batch.check(_complete)
    batch.check(others.take)
    _check_eans(work, batch)
    _check_use(work, batch)
    _check_tracked(work, batch)
    new = [entry for entry in batch.entries if entry.row is None]
    changed = [entry for entry in batch.entries if entry.row is not None and entry.body]
    for entry in changed:
        entry.id = entry.row.id  # type: ignore[union-attr]
    records.write_new(work, PRODUCT, new)
    if new:
        work.change(_EMPTY_PLACES, {"ids": json.dumps([entry.id for entry in new])})
    records.write_changed(work, PRODUCT, changed)
    others.write(batch.entries)
    records.note(work, PRODUCT, [*new, *changed])
    unchanged = len(batch.entries) - len(new) - len(changed)
    taken = Taken(len(new), len(changed), unchanged, tuple(batch.refused))
    return taken, batch.entries[-1].code if batch.entries else ""


def _complete(entry: Entry) -> None:
    """Refuse a new product without a name or unit, and compute what follows from the rest."""
    for name in ("name", "unit"):
        if entry.row is None and name not in entry.columns:
            raise Refused(f"missing_{name}", f"{entry.what}: {name} is missing; give one")
    entry.columns["search"] = searchable(entry.now("name"), entry.code)


def _check_eans(work: Work, batch: Batch) -> None:
    """Refuse an EAN that another product has: a scan must mean one of them."""
    eans = [e.columns["ean"] for e in batch.entries if e.columns.get("ean")]
    if not eans:
        return
    taken = {row.ean: row.code for row in work.run(_EANS, {"eans": json.dumps(eans)})}

    def judge(entry: Entry) -> None:
        ean = entry.columns.get("ean")
        if ean and taken.setdefault(str(ean), entry.code) != entry.code:
            raise Refused(
                "ean_taken",
                f"{entry.what}: ean {ean!r} is on product {taken[str(ean)]!r} already; take it "
                "off that one first",
                ean=ean,
                other=taken[str(ean)],
            )

    batch.check(judge)


def _check_use(work: Work, batch: Batch) -> None:
    """Refuse another unit or kind where quantities are kept of a product: they would lie.

    That is of whatever lies somewhere, is expected or on open orders, in a kit, or in other units.
    """
    moved = [e for e in batch.entries if e.row is not None and {"unit", "kind"} & set(e.columns)]
    if not moved:
        return
    numbers = [entry.row.id for entry in moved]  # type: ignore[union-attr]
    ids = {"ids": json.dumps(numbers)}
    expected, waiting, kitted, others = work.run_all(
        [(_EXPECTED, ids), (_WAITING, ids), (_KITTED, ids), (_IN_OTHERS, ids)]
    )
    used = {row.product_id: "is expected or on open orders" for row in (*expected, *waiting)}
    used |= dict.fromkeys(lie_somewhere(work, numbers), "is in stock or in transit")
    used |= {row.product_id: "has parts or is one of a kit" for row in kitted}
    used |= {row.product_id: "is ordered in other units too" for row in others}

    def judge(entry: Entry) -> None:
        if entry.row is None or entry.row.id not in used:
            return
        why = used[entry.row.id]
        for name in ("unit", "kind"):
            if name in entry.columns:
                raise Refused(
                    f"{name}_in_use",
                    f"{entry.what}: {name} stays {getattr(entry.row, name)!r} while it {why}; add "
                    "another product instead",
                    field=name,
                )

    batch.check(judge)


def _check_tracked(work: Work, batch: Batch) -> None:
    """Refuse to tell goods apart, or no longer to, while any lie somewhere or are on the way."""
    moved = [e.row.id for e in batch.entries if e.row is not None and "tracked" in e.columns]
    lying = lie_somewhere(work, moved) if moved else set()

    def judge(entry: Entry) -> None:
        if not entry.now("tracked") or entry.now("kind") in (None, "product"):
            had = "" if entry.row is None else entry.row.tracked
            if entry.row is None or entry.row.id not in lying or entry.now("tracked") == had:
                return
            raise Refused(
                "tracked_in_use",
                f"{entry.what}: tracked stays {had or 'empty'!r} while any of it lies in a "
                "warehouse or is in transit; take it out of stock first",
                field="tracked",
            )
        raise Refused(
            "not_stocked",
            f"{entry.what}: tracked {entry.now('tracked')!r} is for what is in stock only; leave "
            "it empty",
            field="tracked",
        )

    batch.check(judge)


def _summary(row: Row) -> dict[str, Any]:
    return {
        "code": row.code,
        "version": row.version,
        "name": row.name,
        "kind": row.kind,
        "unit": row.unit,
        "group": row.product_group,
        "supplier": row.supplier,
        "tax": row.tax,
        "ean": row.ean,
        "pack": row.pack,
        "cost": price_decimal(row.cost, currency_decimals(row.currency)),
        "replenishment_days": row.replenishment_days,
        "reorder_level": quantity_decimal(row.reorder_level),
        "discontinued": bool(row.discontinued),
        "alert": row.alert,
        "archived": bool(row.archived),
        "external_key": row.external_key,
        "tax_class": row.tax_class,
        "least": quantity_decimal(row.least),
        "multiple": quantity_decimal(row.multiple),
        "tracked": row.tracked,
    }
