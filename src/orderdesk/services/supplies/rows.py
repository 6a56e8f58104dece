"""Expected goods as rows: read, locked, written, and shown.

What is open is what was announced less what has come and what was cancelled, never below zero.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, bindparam, insert, literal_column, or_, select, update

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.supplies import SupplyView
from orderdesk.domain.times import moment
from orderdesk.models.company import Company, Unit
from orderdesk.models.products import Product
from orderdesk.models.stock import Supply
from orderdesk.store.statements import Row, integer_set, statement, table_of, text_set
from orderdesk.store.work import Work

SUBJECT: Final = "supply"
"""What its events are about."""

KEPT: Final = ("open", "received", "cancelled")
"""The balances of a row, in thousandths."""

_supply = table_of(Supply).c
_product = table_of(Product).c
_unit = table_of(Unit).c
_company = table_of(Company).c

_WRITTEN: Final = tuple(
    name
    for name in table_of(Supply).columns.keys()  # noqa: SIM118
    if name not in ("id", "product_id", "first_due", "at", "actor", "version")
)
"""What a change writes."""

SHOWN: Final[Select[Any]] = (
    select(
        *table_of(Supply).c,
        _product.code,
        _product.name,
        _product.unit,
        _unit.decimals,
        _company.business_date,
    )
    .select_from(table_of(Supply))
    .join(table_of(Product), _product.id == _supply.product_id)
    .join(table_of(Unit), _unit.code == _product.unit)
    .join(table_of(Company), _company.id == literal_column("1"))
)
"""Expected goods as they are shown."""

ONE: Final = statement(SHOWN.where(_supply.id == bindparam("supply")))
LOCKED: Final = statement(
    SHOWN.where(
        or_(
            _supply.id.in_(select(integer_set("ids"))),
            _supply.external_key.in_(select(text_set("keys"))),
        )
    )
    .order_by(_supply.id)
    .with_for_update(of=table_of(Supply))
)
_NEW: Final = statement(
    insert(table_of(Supply))
    .values({name: bindparam(name) for name in table_of(Supply).columns.keys() if name != "id"})  # noqa: SIM118
    .returning(_supply.id)
)
_CHANGE: Final = statement(
    update(table_of(Supply))
    .where(_supply.id == bindparam("supply"), _supply.version == bindparam("read"))
    .values(
        version=_supply.version + 1,
        **{name: bindparam(f"new_{name}", type_=_supply[name].type) for name in _WRITTEN},
    )
)


def lock(work: Work, ids: Iterable[int], keys: Iterable[str] = ()) -> list[Row]:
    """Lock expected goods by their ids and external keys, in order, and give them as they stand."""
    wanted = {"ids": json.dumps(sorted(set(ids))), "keys": json.dumps(sorted(set(keys)))}
    return work.run(LOCKED, wanted)


def locked(work: Work, number: int) -> Row:
    """Lock one. Raises NotFound."""
    rows = lock(work, [number])
    if not rows:
        raise unknown(number)
    return rows[0]


def unknown(number: int, where: str = "") -> NotFound:
    """Give the error for expected goods that are not there."""
    return NotFound(
        "unknown_supply",
        f"{where}supply {number} is unknown; `orderdesk supply list` shows what is expected",
        supply=number,
    )


def refuse_transfer(row: Row, where: str = "") -> None:
    """Raise Refused for goods that are on the way from another warehouse of ours."""
    if row.transfer_id is not None:
        raise Refused(
            "of_a_transfer",
            f"{where}supply {row.id} is of transfer {row.reference}; take it in or bring it back "
            f"with `orderdesk stock transfer receive {row.reference}` or `transfer cancel`",
            transfer=row.reference,
        )


def still_open(now: Mapping[str, Any]) -> int:
    """Give what is still to come, in thousandths."""
    return max(0, int(now["quantity"]) - int(now["received"]) - int(now["cancelled"]))


def add(work: Work, new: Sequence[Mapping[str, Any]]) -> list[int]:
    """Put rows into the table, and give their ids; each names all columns but the usual ones."""
    rows = [
        {**each, "first_due": each["due"], "at": work.now, "actor": work.actor, "version": 1}
        for each in new
    ]
    return [row.id for [row] in work.run_all([(_NEW, each) for each in rows])]


def change(work: Work, changed: Iterable[tuple[Row, Mapping[str, Any]]]) -> None:
    """Write what rows that were locked are from now on."""
    rows = [
        {
            "supply": row.id,
            "read": row.version,
            **{f"new_{name}": now[name] for name in _WRITTEN},
        }
        for row, now in changed
    ]
    if rows:
        work.change_each(_CHANGE, rows, expect=len(rows))


def differences(row: Row, now: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give the balances that change, `[before, after]`, as an event keeps them."""
    return {
        name: [str(quantity_decimal(getattr(row, name))), str(quantity_decimal(now[name]))]
        for name in KEPT
        if getattr(row, name) != now[name]
    }


def shown(row: Row) -> SupplyView:
    """Give a row as readers get it."""
    return SupplyView(**fields_of(row))


def fields_of(row: Row) -> dict[str, Any]:
    """Give the fields of a view of a row."""
    return {
        "id": row.id,
        "version": row.version,
        "product": row.code,
        "name": row.name,
        "unit": row.unit,
        "warehouse": row.warehouse,
        "supplier": row.supplier,
        "reference": row.reference,
        "quantity": quantity_decimal(row.quantity),
        "received": quantity_decimal(row.received),
        "open": quantity_decimal(row.open),
        "cancelled": quantity_decimal(row.cancelled),
        "surplus": quantity_decimal(max(0, row.received + row.cancelled - row.quantity)),
        "due": date.fromisoformat(row.due),
        "first_due": date.fromisoformat(row.first_due),
        "late": row.open > 0 and row.due < row.business_date,
        "note": row.note,
        "external_key": row.external_key,
        "entered_at": moment(row.at),
        "entered_by": row.actor,
    }
