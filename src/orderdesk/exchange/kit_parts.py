"""What kits are made of, taken from files with the products: a part a row, or a list in JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar, Final

from orderdesk.domain.errors import OrderDeskError, Refused
from orderdesk.domain.orders import STRICT_KEYS
from orderdesk.domain.products import ProductRequest
from orderdesk.exchange.outcomes import TAKEN, Outcome, refused
from orderdesk.exchange.requests import read_object
from orderdesk.services import kits
from orderdesk.store.work import Work

FIELDS: Final = ("part.product", "part.quantity", "part.unit")
"""Columns of a row that names one part."""

Take = Callable[[Work, Sequence[Any]], Sequence[Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEntry:
    """So much of a product that goes into one of a kit, or does no longer."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    product: str
    """Its code."""
    quantity: str = ""
    """In one of the kit; empty takes the part out."""
    unit: str = ""
    """Left out, the part's own."""


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """A product of a file, with what it is made of where it is a kit."""

    product: ProductRequest
    parts: tuple[PartEntry, ...] = ()


def of_row(product: ProductRequest, part: dict[str, str]) -> ProductRecord:
    """Give a record of a row whose part, if any, has these fields. Raises ValueError."""
    if part and "product" not in part:
        raise ValueError("part.product is empty; a part of a kit needs it")
    return ProductRecord(product, (PartEntry(**part),) if part else ())


def of_object(found: dict[str, Any]) -> ProductRecord:
    """Give a record of a JSON object, in which `parts` lists what a kit is made of.

    Raises Refused.
    """
    listed = found.get("parts", [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise Refused("bad_json", "parts is not a list of objects; write [{...}]")
    rest = {name: value for name, value in found.items() if name != "parts"}
    parts = tuple(read_object(PartEntry, each) for each in listed)
    return ProductRecord(read_object(ProductRequest, rest), parts)


def taking(plain: Take) -> Take:
    """Give what takes products and the parts of kits, in the order of the file.

    `plain` takes products. A kit and its parts are taken together or not at all.
    """

    def take(work: Work, records: Sequence[ProductRecord]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for has_parts, together in groupby(records, lambda each: bool(each.parts)):
            if has_parts:
                outcomes += [_kit(work, plain, each) for each in together]
            else:
                outcomes += plain(work, [each.product for each in together])
        return outcomes

    return take


def _kit(work: Work, plain: Take, record: ProductRecord) -> Outcome:
    code = record.product.code
    if not code:
        return Outcome("missing_field", "code is empty; a kit with parts needs it")
    try:
        with work.savepoint():
            [outcome] = plain(work, [record.product])
            if outcome != TAKEN:
                return outcome
            for part in record.parts:
                if part.quantity.strip():
                    kits.keep(work, code, part.product, part.quantity, part.unit or None)
                else:
                    kits.remove(work, code, part.product)
        return TAKEN
    except OrderDeskError as error:
        return refused(error)
