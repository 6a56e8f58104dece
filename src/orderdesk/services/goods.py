"""Products and warehouses as those who move or expect goods name them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import select

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import quantity_of
from orderdesk.domain.text import fold_code
from orderdesk.models.company import Company, Warehouse
from orderdesk.services import catalogue
from orderdesk.store.statements import Row, statement, table_of, text_set
from orderdesk.store.work import Work

_warehouse = table_of(Warehouse).c

_HOME: Final = statement(select(table_of(Company).c.warehouse))
WAREHOUSES: Final = statement(
    select(_warehouse.code, _warehouse.archived).where(
        _warehouse.code.in_(select(text_set("codes")))
    )
)
"""Which of these codes are warehouses, and which of them are archived."""


def named(work: Work, names: Iterable[str]) -> dict[str, Row]:
    """Give the products by every name used for them, our code or an EAN, as far as known."""
    folded = {name: fold_code(name) for name in names}
    wanted = json.dumps(sorted(set(folded.values())))
    found = {row.code: row for row in work.run(catalogue.GOODS, {"products": wanted})}
    missing = sorted({name for name in folded.values() if name not in found})
    if missing:
        by_ean = catalogue.other_names(work, "", missing)
        rows = work.run(catalogue.GOODS, {"products": json.dumps(sorted(set(by_ean.values())))})
        by_code = {row.code: row for row in rows}
        found.update({name: by_code[code] for name, code in by_ean.items()})
    return {name: found[code] for name, code in folded.items() if code in found}


def find(work: Work, names: Iterable[str]) -> Mapping[str, Row]:
    """Give the products by every name used for them: our code or an EAN. Raises NotFound."""
    wanted = list(names)
    found = named(work, wanted)
    missing = [fold_code(name) for name in wanted if name not in found]
    if missing:
        raise unknown(*missing)
    return found


def unknown(*names: str) -> NotFound:
    """Give the error for names that no product has."""
    return NotFound(
        "unknown_product",
        f"product {names[0]!r} is unknown; search with `orderdesk product list`",
        products=list(names),
    )


def places(work: Work, names: Iterable[str | None]) -> Mapping[str | None, Row]:
    """Give the warehouses by their names, as far as known; None stands for the company's own."""
    folded = {name: fold_code(name) for name in names if name is not None}
    home = work.run(_HOME)[0].warehouse
    codes = json.dumps(sorted({*folded.values(), home or ""}))
    known = {row.code: row for row in work.run(WAREHOUSES, {"codes": codes})}
    found: dict[str | None, Row] = {
        name: known[code] for name, code in folded.items() if code in known
    }
    if home in known:
        found[None] = known[home]
    return found


def place(
    known: Mapping[str | None, Row], name: str | None, where: str = "", *, archived: bool = False
) -> str:
    """Give a warehouse's code. Raises NotFound, and Refused where it takes nothing in any more."""
    row = known.get(name)
    if row is None:
        words = (
            "the company has no warehouse of its own; name one"
            if name is None
            else f"warehouse {name!r} is unknown; `orderdesk warehouse list` shows them"
        )
        raise NotFound("unknown_warehouse", f"{where}{words}", warehouse=name)
    if row.archived and not archived:
        raise Refused(
            "archived_warehouse",
            f"{where}warehouse {row.code!r} is archived; name another one",
            warehouse=row.code,
        )
    code: str = row.code
    return code


def check_stocked(goods: Row, where: str = "") -> None:
    """Raise Refused for what is never in stock."""
    if goods.kind != "product":
        raise Refused(
            "not_stocked",
            f"{where}product {goods.code!r} is a {goods.kind} and never in stock; name goods",
            product=goods.code,
        )


def check_kept(goods: Row, where: str = "") -> None:
    """Raise Refused for what is never in stock, and for what we no longer have."""
    check_stocked(goods, where)
    if goods.archived:
        raise Refused(
            "archived_product",
            f"{where}product {goods.code!r} is archived; bring it back with "
            f"`orderdesk product set {goods.code} --archived no`",
            product=goods.code,
        )


def quantity(
    text: str, goods: Row, where: str = "", what: str = "quantity", *, signed: bool = False
) -> int:
    """Read a quantity of a product in thousandths of its unit. Raises Refused."""
    try:
        return quantity_of(text, what, signed=signed, decimals=goods.decimals)
    except ValueError as error:
        raise Refused("bad_value", f"{where}{error}", product=goods.code) from None
