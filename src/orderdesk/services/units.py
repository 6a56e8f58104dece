"""Other units of products, such as a box of twelve: kept, and turned into a product's own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from sqlalchemy import bindparam, delete, select, update

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.fields import Field, Form, by_name
from orderdesk.domain.numbers import quantity_decimal, quantity_of
from orderdesk.domain.products import CARRYING
from orderdesk.domain.units import UnitView, in_own, ratio_of, ratio_text
from orderdesk.models.company import Unit
from orderdesk.models.products import ProductUnit
from orderdesk.services import fields, masters
from orderdesk.store.statements import Row, insertion, integer_set, statement, table_of
from orderdesk.store.work import Work

_FIELDS: Final = by_name(
    Field("unit", "another unit", Form.REFERENCE, refers="unit", required=True)
)

_unit = table_of(ProductUnit).c

_OF: Final = statement(
    select(*_unit, table_of(Unit).c.decimals)
    .join_from(table_of(ProductUnit), table_of(Unit), table_of(Unit).c.code == _unit.unit)
    .where(_unit.product_id.in_(select(integer_set("products"))))
    .order_by(_unit.product_id, _unit.unit)
)
_NEW: Final = insertion(ProductUnit)
_this = (_unit.product_id == bindparam("product"), _unit.unit == bindparam("code"))
_CHANGE: Final = statement(
    update(table_of(ProductUnit))
    .where(*_this)
    .values(numerator=bindparam("above"), denominator=bindparam("below"))
)
_REMOVE: Final = statement(delete(table_of(ProductUnit)).where(*_this))

Units = dict[tuple[int, str], Row]
"""Other units of products, by the product's id and the unit's code."""


def read(work: Work, products: Iterable[int]) -> Units:
    """Give the other units of these products (ids)."""
    rows = work.run(_OF, {"products": json.dumps(sorted(set(products)))})
    return {(row.product_id, row.unit): row for row in rows}


def of(work: Work, product: Row) -> tuple[UnitView, ...]:
    """Give the other units of a product, as readers get them."""
    known = read(work, [product.id]).values()
    return tuple(
        UnitView(each.unit, ratio_text(each.numerator, each.denominator)) for each in known
    )


def keep(work: Work, product: Row, unit: str, contains: str) -> dict[str, list[str | None]]:
    """Let a product be ordered in another unit, or with nothing no longer.

    Gives what changes, `[before, after]`, empty where nothing does; the caller has locked the
    product. Raises NotFound and Refused.
    """
    what = f"product {product.code!r}"
    code = str(fields.read(_FIELDS, {"unit": unit}, what)["unit"])
    known = read(work, [product.id]).get((product.id, code))
    was = None if known is None else ratio_text(known.numerator, known.denominator)
    key = {"product": product.id, "code": code}
    if not contains.strip():
        if known is None:
            raise NotFound(
                "unknown_unit", f"{what} is not ordered in {code!r}; there is nothing to take away"
            )
        work.change(_REMOVE, key)
        return {code: [was, None]}
    if code == product.unit:
        raise Refused("own_unit", f"{what} is counted in {code!r} itself; name another unit")
    if product.kind not in CARRYING:
        raise Refused("no_units", f"{what} is a {product.kind}; only goods and services have units")
    masters.check_references(work, _FIELDS, {"unit": code}, what)
    try:
        ratio = ratio_of(contains)
    except ValueError as error:
        raise Refused("bad_value", f"{what}: {error}", field="contains") from None
    now = ratio_text(ratio.numerator, ratio.denominator)
    if now == was:
        return {}
    if known is None:
        work.insert(_NEW, [(product.id, code, ratio.numerator, ratio.denominator, None)])
    else:
        work.change(_CHANGE, {**key, "above": ratio.numerator, "below": ratio.denominator})
    return {code: [was, now]}


def own_quantity(units: Units, product: Row, unit: str, typed: str, where: str) -> tuple[int, int]:
    """Read a quantity in another unit of a product; give it so, and in the product's own unit.

    Both in thousandths. Raises Refused where it is not ordered in that unit, and where the quantity
    is no exact one of its own.
    """
    row = units.get((product.id, unit))
    if row is None:
        others = sorted(code for number, code in units if number == product.id)
        known = ", ".join(repr(each) for each in (product.unit, *others))
        raise Refused(
            "wrong_unit",
            f"{where}unit {unit!r} is not sold; {product.code!r} is sold per {known}",
            units=[product.unit, *others],
        )
    try:
        quantity = quantity_of(typed, decimals=row.decimals)
    except ValueError as error:
        raise Refused("bad_value", f"{where}{error}") from None
    own = in_own(quantity, row.numerator, row.denominator)
    if own is None or own % 10 ** (3 - product.decimals):
        ratio = ratio_text(row.numerator, row.denominator)
        raise Refused(
            "inexact_quantity",
            f"{where}quantity {quantity_decimal(quantity)} {unit} of {product.code!r} is no whole "
            f"number of {product.unit!r}, of which {ratio} are one {unit}; order it in "
            f"{product.unit!r}",
        )
    return quantity, own
