"""Substitutes and complements of products: kept, listed, and offered where something is short."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import and_, bindparam, delete, func, literal_column, or_, select, update

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.substitutes import HIGHEST, KINDS, SUBSTITUTE, OtherProduct, OthersView
from orderdesk.domain.text import fold_code
from orderdesk.models.company import Company
from orderdesk.models.products import Product, Substitute
from orderdesk.models.stock import Stock
from orderdesk.services import rights
from orderdesk.store.statements import Row, insert_or, integer_set, statement, table_of, text_set
from orderdesk.store.work import Work

_product = table_of(Product).c
_pair = table_of(Substitute).c
_stock = table_of(Stock).c
_ordered = table_of(Product).alias("ordered").c

_LOCKED: Final = statement(
    select(*_product).where(_product.code == bindparam("code")).with_for_update(key_share=True)
)
_ONE: Final = statement(select(*_product).where(_product.code == bindparam("code")))
_NEXT_VERSION: Final = statement(
    update(table_of(Product))
    .where(_product.id == bindparam("product"))
    .values(version=_product.version + literal_column("1"))
)
_new = insert_or(table_of(Substitute)).values(
    product_id=bindparam("product"),
    other_id=bindparam("other"),
    kind=bindparam("kind_of"),
    rank=bindparam("place"),
)
_KEEP: Final = statement(
    _new.on_conflict_do_update(
        index_elements=[_pair.product_id, _pair.other_id],
        set_={"kind": _new.excluded.kind, "rank": _new.excluded.rank},
    )
)
_this = and_(_pair.product_id == bindparam("product"), _pair.other_id == bindparam("other"))
_KNOWN: Final = statement(select(_pair.kind, _pair.rank).where(_this))
_REMOVE: Final = statement(delete(table_of(Substitute)).where(_this))

_OTHERS: Final = statement(
    select(
        _pair.product_id,
        _pair.kind,
        _pair.rank,
        _product.code,
        _product.name,
        _product.unit,
        func.coalesce(_stock.on_hand - _stock.allocated, literal_column("0")).label("available"),
    )
    .join_from(table_of(Substitute), table_of(Product), _product.id == _pair.other_id)
    .outerjoin(
        table_of(Stock),
        and_(
            _stock.product_id == _product.id,
            _stock.warehouse
            == func.coalesce(
                func.nullif(bindparam("warehouse"), literal_column("''")),
                select(table_of(Company).c.warehouse).scalar_subquery(),
            ),
        ),
    )
    .where(
        _pair.product_id.in_(select(integer_set("products"))),
        _product.archived == literal_column("0"),
        or_(bindparam("any_kind") == 1, _pair.kind == bindparam("kind_of")),
    )
    .order_by(_pair.product_id, _pair.kind.desc(), _pair.rank, _product.code)
)
_PAIRS: Final = statement(
    select(_ordered.id, _ordered.code, _product.code.label("other"))
    .join_from(table_of(Substitute), table_of(Product), _product.id == _pair.other_id)
    .join(_ordered.id.table, _ordered.id == _pair.product_id)
    .where(
        _ordered.code.in_(select(text_set("codes"))),
        _pair.kind == literal_column("'substitute'"),
    )
)
_CODES: Final = statement(
    select(_product.id, _product.code).where(_product.id.in_(select(integer_set("products"))))
)


def keep(work: Work, product: str, by: str, kind: str = SUBSTITUTE, rank: str = "1") -> OthersView:
    """Let one product stand in for another, or go with it; give all such of that one.

    Named again, its kind and rank change. Raises NotFound and Refused.
    """
    row, other = _both(work, product, by)
    word = kind.strip().lower()
    if word not in KINDS:
        raise Refused("bad_value", f"kind {kind!r} is unknown; known: {', '.join(KINDS)}")
    place = rank.strip()
    if not (place.isascii() and place.isdigit() and len(place) < 9 and 1 <= int(place) <= HIGHEST):
        raise Refused(
            "bad_value", f"rank {rank!r} is not a whole number; give one from 1 to {HIGHEST}"
        )
    if row.id == other.id:
        raise Refused(
            "same_product", f"product {row.code!r} cannot stand in for itself; name another one"
        )
    if "product" not in (row.kind, other.kind) and word == SUBSTITUTE:
        raise Refused(
            "no_goods", f"neither {row.code!r} nor {other.code!r} is ever short; name goods"
        )
    key = {"product": row.id, "other": other.id}
    known = work.one(_KNOWN, key)
    was, now = _told(known), f"{word} {int(place)}"
    if was == now:
        return _view(work, row, row.version)
    work.change(_KEEP, {**key, "kind_of": word, "place": int(place)})
    return _changed(work, row, {other.code: [was, now]})


def remove(work: Work, product: str, by: str) -> OthersView:
    """Let one product no longer stand in for another, or go with it; give what is left of that one.

    Raises NotFound and Refused.
    """
    row, other = _both(work, product, by)
    key = {"product": row.id, "other": other.id}
    known = work.one(_KNOWN, key)
    if known is None:
        raise NotFound(
            "unknown_substitute",
            f"{other.code!r} neither stands in for {row.code!r} nor goes with it; "
            f"`orderdesk product substitutes {row.code}` lists what does",
        )
    work.change(_REMOVE, key)
    return _changed(work, row, {other.code: [_told(known), None]})


def of(work: Work, product: str, warehouse: str = "") -> tuple[OtherProduct, ...]:
    """Give what may stand in for a product, and then what goes with it, the best rank first.

    What is free is so at the warehouse, left out the company's. Raises NotFound.
    """
    row = _found(work, product)
    return offered(work, [row.id], warehouse, None).get(row.id, ())


def offered(
    work: Work, products: Iterable[int], warehouse: str = "", kind: str | None = SUBSTITUTE
) -> dict[int, tuple[OtherProduct, ...]]:
    """Give what may stand in for products (ids), or goes with them; None is either kind."""
    asked = {
        "products": json.dumps(sorted(set(products))),
        "warehouse": warehouse,
        "any_kind": int(kind is None),
        "kind_of": kind or "",
    }
    found: dict[int, tuple[OtherProduct, ...]] = {}
    for row in work.run(_OTHERS, asked):
        free = quantity_decimal(max(0, row.available))
        each = OtherProduct(row.code, row.name, row.unit, row.kind, row.rank, free)
        found[row.product_id] = (*found.get(row.product_id, ()), each)
    return found


def pairs(work: Work, codes: Sequence[str]) -> dict[tuple[str, str], int]:
    """Give the ids of products (codes) by their code and that of each that may stand in for it."""
    rows = work.run(_PAIRS, {"codes": json.dumps(sorted(set(codes)))})
    return {(row.code, row.other): row.id for row in rows}


def codes_of(work: Work, products: Iterable[int]) -> dict[int, str]:
    """Give the codes of products by their ids."""
    rows = work.run(_CODES, {"products": json.dumps(sorted(set(products)))})
    return {row.id: row.code for row in rows}


def _told(known: Row | None) -> str | None:
    return None if known is None else f"{known.kind} {known.rank}"


def _both(work: Work, product: str, by: str) -> tuple[Row, Row]:
    """Lock a product that is to be changed; give it with another one."""
    rights.require(work, "masters")
    return _found(work, product, lock=True), _found(work, by)


def _found(work: Work, product: str, *, lock: bool = False) -> Row:
    code = fold_code(product)
    row = work.one(_LOCKED if lock else _ONE, {"code": code})
    if row is None:
        raise NotFound(
            "unknown_product",
            f"product {code!r} is unknown; search with `orderdesk product list`",
            product=code,
        )
    return row


def _changed(work: Work, row: Row, body: dict[str, Any]) -> OthersView:
    """Give a product its next version and its event, and show what belongs to it."""
    work.change(_NEXT_VERSION, {"product": row.id}, expect=1)
    work.event("product", row.id, row.version + 1, "changed", {"substitutes": body})
    return _view(work, row, row.version + 1)


def _view(work: Work, row: Row, version: int) -> OthersView:
    return OthersView(row.code, version, of(work, row.code))
