"""What kits are made of: kept, shown, and taken apart down to goods and services."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, bindparam, delete, func, literal_column, select, update

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.kits import KitPartView, KitView, exploded, way_to
from orderdesk.domain.numbers import quantity_decimal, quantity_of
from orderdesk.domain.products import CARRYING, KIT
from orderdesk.domain.text import fold_code
from orderdesk.models.company import Company, Unit
from orderdesk.models.products import KitPart, Product
from orderdesk.models.stock import Stock
from orderdesk.services import conversions, fields, rights
from orderdesk.store.statements import Row, insert_or, integer_set, lock, statement, table_of
from orderdesk.store.work import Work

_product = table_of(Product).c
_part = table_of(KitPart).c
_unit = table_of(Unit).c
_stock = table_of(Stock).c
_company = table_of(Company).c

_named = (
    select(*_product, _unit.decimals)
    .join_from(table_of(Product), table_of(Unit), _unit.code == _product.unit)
    .where(_product.code == bindparam("code"))
)
_ONE: Final = statement(_named)
_LOCKED: Final = statement(_named.with_for_update(of=table_of(Product), key_share=True))
_LOCK: Final = lock(select(_company.id).with_for_update(key_share=True))
"""One after the other: two desks must not make a ring of two kits between them."""

_NEXT_VERSION: Final = statement(
    update(table_of(Product))
    .where(_product.id == bindparam("product"))
    .values(version=_product.version + literal_column("1"))
)
_PARTS: Final = statement(
    select(
        _part.kit_id,
        _part.product_id,
        _part.quantity,
        _product.code,
        _product.kind,
        _product.unit,
        _unit.decimals,
    )
    .join_from(table_of(KitPart), table_of(Product), _product.id == _part.product_id)
    .join(table_of(Unit), _unit.code == _product.unit)
    .where(_part.kit_id.in_(select(integer_set("kits"))))
    .order_by(_part.kit_id, _product.code)
)
_SHOWN: Final = statement(
    select(
        _product.code,
        _product.name,
        _product.kind,
        _product.unit,
        _part.quantity,
        func.coalesce(_stock.on_hand - _stock.allocated, literal_column("0")).label("available"),
    )
    .join_from(table_of(KitPart), table_of(Product), _product.id == _part.product_id)
    .outerjoin(
        table_of(Stock),
        and_(
            _stock.product_id == _product.id,
            _stock.warehouse == select(_company.warehouse).scalar_subquery(),
        ),
    )
    .where(_part.kit_id == bindparam("kit"))
    .order_by(_product.code)
)
_new = insert_or(table_of(KitPart)).values(
    kit_id=bindparam("kit"), product_id=bindparam("part"), quantity=bindparam("much")
)
_KEEP: Final = statement(
    _new.on_conflict_do_update(
        index_elements=[_part.kit_id, _part.product_id],
        set_={"quantity": _new.excluded.quantity},
    )
)
_REMOVE: Final = statement(
    delete(table_of(KitPart)).where(
        _part.kit_id == bindparam("kit"), _part.product_id == bindparam("part")
    )
)


class Made(NamedTuple):
    """What one of a kit comes to of a part that is no kit itself."""

    code: str
    quantity: int
    """Thousandths of the part's unit."""


def show(work: Work, code: str) -> KitView:
    """Give what a kit is made of. Raises NotFound, and Refused for what is no kit."""
    row = _kit(work, code)
    return _view(work, row, row.version)


def keep(
    work: Work,
    code: str,
    part: str,
    quantity: str,
    unit: str | None = None,
    version: int | None = None,
) -> KitView:
    """Put so much of a part into one of a kit, in its unit or another of its own; give all parts.

    Named again, its quantity changes. Orders keep what they have. Raises NotFound, Refused for
    what is no part and where a kit would be in itself, naming the way, and Conflict where another
    `version` is stored.
    """
    kit = _locked(work, code, version)
    other = _found(work, part)
    what = f"kit {kit.code!r}: "
    if other.kind not in CARRYING:
        raise Refused(
            "no_part",
            f"{what}{other.code!r} is a {other.kind}; parts are goods, services and other kits",
            part=other.code,
        )
    much = _quantity(work, other, quantity, unit, what)
    known = read(work, [other.id, kit.id])
    _refuse_ring(kit, other, known)
    was = next((row.quantity for row in known.get(kit.id, ()) if row.product_id == other.id), None)
    if was == much:
        return _view(work, kit, kit.version)
    work.change(_KEEP, {"kit": kit.id, "part": other.id, "much": much})
    # Told here what would else be told to each order of it.
    taken_apart(read(work, [kit.id]), {kit.id: kit})
    return _changed(work, kit, other.code, was, much)


def remove(work: Work, code: str, part: str, version: int | None = None) -> KitView:
    """Take a part out of a kit; give what is left. Raises NotFound, Refused and Conflict."""
    kit = _locked(work, code, version)
    other = _found(work, part)
    known = {row.product_id: row for row in read(work, [kit.id]).get(kit.id, ())}
    if other.id not in known:
        raise NotFound(
            "unknown_part",
            f"{other.code!r} is no part of {kit.code!r}; `orderdesk product kit {kit.code}` lists "
            "what is",
            part=other.code,
        )
    work.change(_REMOVE, {"kit": kit.id, "part": other.id})
    return _changed(work, kit, other.code, known[other.id].quantity, None)


def read(work: Work, kits: Iterable[int]) -> dict[int, list[Row]]:
    """Give the parts of kits (ids), and of the kits among them, down to the last."""
    found: dict[int, list[Row]] = {}
    wanted = set(kits)
    while wanted:
        found |= {each: [] for each in wanted}
        for row in work.run(_PARTS, {"kits": json.dumps(sorted(wanted))}):
            found[row.kit_id].append(row)
        wanted = {
            row.product_id
            for each in wanted
            for row in found[each]
            if row.kind == KIT and row.product_id not in found
        }
    return found


def taken_apart(
    known: Mapping[int, Sequence[Row]], kits: Mapping[int, Any]
) -> dict[int, tuple[Made, ...]]:
    """Give what one of each of these kits (rows by id) comes to, by the kit's id.

    `known` is what was read of them. Raises Refused for a kit that has no parts, or of whose parts
    it needs no quantity that can be counted.
    """
    rows = {row.product_id: row for each in known.values() for row in each}
    parts = {kit: [(row.product_id, row.quantity) for row in each] for kit, each in known.items()}
    found = {}
    for kit, row in kits.items():
        for each in [kit, *(part for part in _below(kit, parts) if part in parts)]:
            if not parts[each]:
                code = row.code if each == kit else rows[each].code
                raise Refused(
                    "no_parts",
                    f"kit {code!r} has no parts; add them with `orderdesk product kit {code} "
                    "--part PRODUCT --quantity NUMBER`",
                    product=code,
                )
        found[kit] = tuple(
            Made(rows[part].code, _counted(row.code, rows[part], quantity))
            for part, quantity in sorted(
                exploded(kit, parts).items(), key=lambda each: rows[each[0]].code
            )
        )
    return found


def _below(kit: int, parts: Mapping[int, Sequence[tuple[int, int]]]) -> set[int]:
    found: set[int] = set()
    wanted = [kit]
    while wanted:
        new = {part for part, _ in parts.get(wanted.pop(), ())} - found
        found |= new
        wanted += new
    return found


def _counted(kit: str, part: Row, quantity: Fraction) -> int:
    """Give a quantity of a part in thousandths. Raises Refused where it is no exact one."""
    if quantity.denominator != 1 or quantity.numerator % 10 ** (3 - part.decimals):
        raise Refused(
            "inexact_kit",
            f"kit {kit!r}: one of it needs {float(quantity / 1000):g} {part.unit} of "
            f"{part.code!r}, which cannot be counted so; change the quantities of its parts",
            product=kit,
            part=part.code,
        )
    return quantity.numerator


def _quantity(work: Work, part: Row, typed: str, unit: str | None, what: str) -> int:
    """Read how much of a part goes into one kit, in thousandths. Raises Refused."""
    where = f"{what}part {part.code!r}: "
    named = (unit or "").strip().lower()
    if named and named != part.unit:
        known = conversions.read(work, [part.id])
        quantity = conversions.own_quantity(known, part, named, typed, where)[1]
    else:
        try:
            quantity = quantity_of(typed, decimals=part.decimals)
        except ValueError as error:
            raise Refused("bad_value", f"{where}{error}", field="quantity") from None
    if not quantity:
        raise Refused(
            "bad_quantity", f"{where}quantity is 0; give at least something, or --remove it"
        )
    return quantity


def _refuse_ring(kit: Row, part: Row, known: Mapping[int, Sequence[Row]]) -> None:
    """Raise Refused, naming the way, where a part has the kit in itself."""
    codes = {row.product_id: row.code for each in known.values() for row in each}
    codes |= {kit.id: kit.code, part.id: part.code}
    parts = {
        each: [(row.product_id, row.quantity) for row in rows]
        for each, rows in known.items()
        if each != kit.id
    }
    way = way_to(kit.id, part.id, parts)
    if way is not None:
        told = " > ".join([kit.code, *(codes[each] for each in way)])
        raise Refused(
            "kit_in_itself",
            f"kit {kit.code!r} would be in itself: {told}; name another part",
            path=[kit.code, *(codes[each] for each in way)],
        )


def _kit(work: Work, code: str, *, lock: bool = False) -> Row:
    row = _found(work, code, lock=lock)
    if row.kind != KIT:
        raise Refused(
            "no_kit",
            f"product {row.code!r} is a {row.kind}; only kits have parts: add one with "
            "`orderdesk product add CODE --kind kit`",
            product=row.code,
        )
    return row


def _locked(work: Work, code: str, version: int | None) -> Row:
    """Lock whatever makes kits; give the kit that is to be changed."""
    rights.require(work, "masters")
    work.run_all([(_LOCK, {})])
    # Its version counts the changes of the product as well.
    kit = _kit(work, code, lock=True)
    fields.check_version(version, kit, {}, f"product {kit.code!r}")
    return kit


def _found(work: Work, code: str, *, lock: bool = False) -> Row:
    folded = fold_code(code)
    row = work.one(_LOCKED if lock else _ONE, {"code": folded})
    if row is None:
        raise NotFound(
            "unknown_product",
            f"product {folded!r} is unknown; search with `orderdesk product list`",
            product=folded,
        )
    return row


def _changed(work: Work, kit: Row, part: str, was: int | None, now: int | None) -> KitView:
    """Give a kit its next version and its event, and show its parts."""
    told = [None if each is None else str(quantity_decimal(each)) for each in (was, now)]
    work.change(_NEXT_VERSION, {"product": kit.id}, expect=1)
    work.event("product", kit.id, kit.version + 1, "changed", {"parts": {part: told}})
    return _view(work, kit, kit.version + 1)


def _view(work: Work, kit: Row, version: int) -> KitView:
    rows = work.run(_SHOWN, {"kit": kit.id})
    return KitView(
        kit.code,
        version,
        tuple(
            KitPartView(
                row.code,
                row.name,
                row.kind,
                quantity_decimal(row.quantity),
                row.unit,
                quantity_decimal(max(0, row.available)),
            )
            for row in rows
        ),
    )
