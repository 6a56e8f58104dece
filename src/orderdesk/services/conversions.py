"""Quantities in other units of a product, such as a box of twelve, turned into its own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from sqlalchemy import select

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import AMOUNT_LIMIT, quantity_decimal, quantity_of
from orderdesk.domain.units import in_own, ratio_text
from orderdesk.models.company import Unit
from orderdesk.models.products import ProductUnit
from orderdesk.store.statements import Row, integer_set, statement, table_of
from orderdesk.store.work import Work

_unit = table_of(ProductUnit).c

_OF: Final = statement(
    select(*_unit, table_of(Unit).c.decimals)
    .join_from(table_of(ProductUnit), table_of(Unit), table_of(Unit).c.code == _unit.unit)
    .where(_unit.product_id.in_(select(integer_set("products"))))
    .order_by(_unit.product_id, _unit.unit)
)
Units = dict[tuple[int, str], Row]
"""Other units of products, by the product's id and the unit's code."""


def read(work: Work, products: Iterable[int]) -> Units:
    """Give the other units of these products (ids)."""
    rows = work.run(_OF, {"products": json.dumps(sorted(set(products)))})
    return {(row.product_id, row.unit): row for row in rows}


def own_quantity(units: Units, product: Row, unit: str, typed: str, where: str) -> tuple[int, int]:
    """Read a quantity in another unit of a product; give it so, and in the product's own unit.

    Both in thousandths. Raises Refused where it is not ordered in that unit, and where the quantity
    is no exact one of its own, or too great.
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
    if own >= AMOUNT_LIMIT:
        raise Refused(
            "bad_value",
            f"{where}quantity {quantity_decimal(quantity)} {unit} is more of {product.code!r} than "
            "can be kept count of; give less",
        )
    return quantity, own
