"""Orders from files: JSON lines with one order each, or rows that a column groups into orders.

Every order is placed by the same service as at the desk, all checks on. One that is refused is
undone by itself and goes to the reject file; the others of its unit of work stand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import select, union

from orderdesk.domain.errors import OrderDeskError, Refused
from orderdesk.domain.orders import OrderRequest
from orderdesk.domain.text import fold_code
from orderdesk.exchange.mapping import Fields, plan, read_mapping
from orderdesk.exchange.order_rows import REQUIRED, ImportedOrder, Rows, is_field
from orderdesk.exchange.outcomes import HELD, REPEATED, TAKEN, Outcome, refused
from orderdesk.exchange.records import Record, Records
from orderdesk.exchange.requests import read_json
from orderdesk.exchange.runs import (
    Controls,
    ImportResult,
    Job,
    Reading,
    manner_of,
    take_in,
)
from orderdesk.exchange.sources import JSON_LINES, Source
from orderdesk.models.customers import Customer, CustomerPart
from orderdesk.models.journal import Command
from orderdesk.models.products import KitPart, Product
from orderdesk.models.stock import Stock
from orderdesk.services.orders import place
from orderdesk.store.desk import COMMANDS, Desk
from orderdesk.store.statements import lock, statement, table_of, text_set
from orderdesk.store.work import Work

KIND: Final = "order"
_customer = table_of(Customer).c
_part = table_of(CustomerPart).c
_product = table_of(Product).c
_kit_part = table_of(KitPart).c
_stock = table_of(Stock).c
_command = table_of(Command).c

_named = union(
    select(_product.id).where(_product.code.in_(select(text_set("names")))),
    select(_product.id).where(_product.ean.in_(select(text_set("names")))),
    select(_part.product_id)
    .join_from(table_of(CustomerPart), table_of(Customer))
    .where(
        _customer.code.in_(select(text_set("codes"))),
        _part.part.in_(select(text_set("names"))),
    ),
).subquery("named")
_parts = select(_named.c.id).cte("parts", recursive=True)
_parts = _parts.union(
    select(_kit_part.product_id).join_from(
        table_of(KitPart), _parts, _kit_part.kit_id == _parts.c.id
    )
)
"""The products of an import, and what those that are kits are made of, down to the last."""

# An import holds many customers and much stock at once; it takes each kind in the order that all
# writers keep, all customers before any stock by whatever name, so that desks and imports never
# deadlock.
_LOCK_CUSTOMERS: Final = lock(
    select(_customer.id)
    .where(_customer.code.in_(select(text_set("codes"))))
    .order_by(_customer.id)
    .with_for_update()
)
_LOCK_STOCK: Final = lock(
    select(_stock.product_id, _stock.warehouse)
    .where(_stock.product_id.in_(select(_parts.c.id)))
    .order_by(_stock.product_id, _stock.warehouse)
    .with_for_update()
)
_KNOWN_KEYS: Final = statement(
    select(_command.id, _command.request_hash).where(_command.id.in_(select(text_set("ids"))))
)


def import_orders(
    desk: Desk,
    source: Source,
    mapping: Sequence[str] = (),
    *,
    name: str = "",
    delimiter: str | None = None,
    rejects: Path | None = None,
    controls: Controls | None = None,
) -> ImportResult:
    """Place every order of a file; called again, it goes on where it was, or changes nothing.

    `mapping` is as `read_mapping` takes it. JSON lines without one are whole orders, with one
    they are rows. `name` lets the same file be imported once more. Raises Refused where file or
    mapping cannot be used; what is wrong with one order goes to the reject file alone.
    """
    fields = read_mapping(mapping)
    job = Job(
        kind=KIND,
        source=source,
        read=partial(_reading, fields, source.form == JSON_LINES and not fields),
        take=take_orders,
        manner=manner_of([{key: asdict(each) for key, each in fields.items()}, delimiter, name]),
        delimiter=delimiter,
    )
    return take_in(desk, job, rejects, controls)


def _reading(fields: Fields, whole: bool, records: Records) -> Reading:
    if whole:
        return Reading(([record] for record in records), _whole_order)
    bound = plan(fields, records.names, is_field, REQUIRED)
    rows = Rows(bound, records)
    return Reading(rows.groups(), rows.order, bound.unused)


def _whole_order(group: list[Record]) -> OrderRequest:
    return read_json(ImportedOrder, group[0].raw)


def take_orders(work: Work, requests: Sequence[ImportedOrder]) -> list[Outcome]:
    """Place orders in one unit of work; one that is refused is undone by itself."""
    _lock(work, requests)
    known = _known_keys(work, requests)
    return [_take_order(work, request, known) for request in requests]


def _lock(work: Work, requests: Sequence[ImportedOrder]) -> None:
    customers = sorted({fold_code(request.customer) for request in requests})
    products = sorted({fold_code(line.product) for each in requests for line in each.lines})
    work.run_all(
        [
            (_LOCK_CUSTOMERS, {"codes": json.dumps(customers)}),
            (_LOCK_STOCK, {"codes": json.dumps(customers), "names": json.dumps(products)}),
        ]
    )


def _command_id(key: str) -> str:
    return f"order import {key}"


def _known_keys(work: Work, requests: Sequence[ImportedOrder]) -> dict[str, str]:
    """Give the request hash of each external key that was used before."""
    ids = [_command_id(each.external_key) for each in requests if each.external_key]
    if not ids:
        return {}
    return {row.id: row.request_hash for row in work.run(_KNOWN_KEYS, {"ids": json.dumps(ids)})}


def _take_order(work: Work, request: ImportedOrder, known: dict[str, str]) -> Outcome:
    try:
        if not request.external_key:
            with work.savepoint():
                placed = place.take(work, request)
            return HELD if placed.holds else TAKEN
        command, digest = _command_id(request.external_key), _hash(request)
        if command in known:
            return _repeated(request.external_key, known[command] == digest)
        with work.savepoint():
            placed = place.take(work, request)
            answer = json.dumps(placed.order.number)
            work.insert(COMMANDS, [(command, KIND, digest, answer, work.actor, work.now)])
        known[command] = digest
        return HELD if placed.holds else TAKEN
    except OrderDeskError as error:
        return refused(error)


def _repeated(key: str, same: bool) -> Outcome:
    if same:
        return REPEATED
    return refused(
        Refused(
            "external_key_reused",
            f"external_key {key!r} was used for an order that differs; amend that one, or give "
            "this one a key of its own",
            external_key=key,
        )
    )


def _hash(request: ImportedOrder) -> str:
    told = {key: value for key, value in asdict(request).items() if key not in ("line", "error")}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
