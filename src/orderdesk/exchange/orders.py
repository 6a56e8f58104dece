"""Orders from files: JSON lines with one order each, or rows that a column groups into orders.

Every order is placed by the same service as at the desk, all checks on. One that is refused is
undone by itself and goes to the reject file; the others of its unit of work stand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from orderdesk.domain.errors import OrderDeskError, Refused
from orderdesk.domain.orders import AddressRequest, ChargeRequest, LineRequest, OrderRequest
from orderdesk.domain.text import fold_code
from orderdesk.exchange.mapping import Fields, Plan, plan, read_mapping
from orderdesk.exchange.records import Record, Records
from orderdesk.exchange.requests import read_json
from orderdesk.exchange.runs import (
    HELD,
    REPEATED,
    TAKEN,
    Controls,
    ImportResult,
    Job,
    Outcome,
    Reading,
    manner_of,
    refused,
    take_in,
)
from orderdesk.exchange.sources import JSON_LINES, Source
from orderdesk.models.customers import Customer
from orderdesk.models.journal import Command
from orderdesk.models.products import Product
from orderdesk.models.stock import Stock
from orderdesk.services.orders.entry import MAX_LINES
from orderdesk.services.orders.place import place
from orderdesk.store.desk import COMMANDS, Desk
from orderdesk.store.statements import statement, table_of, text_set
from orderdesk.store.work import Work

KIND: Final = "order"
KEY: Final = "order"
"""The field whose column groups consecutive rows into one order."""
EXTERNAL: Final = "external_key"
"""The field that makes an order one of a kind: the same key again changes nothing."""

HEADER: Final = (
    "customer buyer_po channel contact ship_to requested terms carrier discount note".split()
)
LINE: Final = {
    "product": "product",
    "quantity": "quantity",
    "unit": "unit",
    "price": "price",
    "line.discount": "discount",
    "line.ship_to": "ship_to",
    "line.requested": "requested",
    "line.note": "note",
}
"""Fields of a row that belong to its line, with their names in the request."""
ADDRESS: Final = tuple(f"address.{name}" for name in AddressRequest.__slots__)
CHARGE: Final = "charges."
"""`charges.freight` is the amount of the charge `freight`."""
FIELDS: Final = (KEY, EXTERNAL, *HEADER, *LINE, *ADDRESS)
"""Every field a column may be mapped to, beside the charges."""
REQUIRED: Final = ("customer", "product", "quantity")

_customer = table_of(Customer).c
_product = table_of(Product).c
_stock = table_of(Stock).c
_command = table_of(Command).c

# An import holds many customers and much stock at once; it takes each kind in the order that all
# writers keep, all customers before any stock, so that desks and imports never deadlock.
_LOCK_CUSTOMERS: Final = statement(
    select(_customer.id)
    .where(_customer.code.in_(select(text_set("codes"))))
    .order_by(_customer.id)
    .with_for_update()
)
_LOCK_STOCK: Final = statement(
    select(_stock.product_id, _stock.warehouse)
    .where(
        _stock.product_id.in_(
            select(_product.id).where(_product.code.in_(select(text_set("codes"))))
        )
    )
    .order_by(_stock.product_id, _stock.warehouse)
    .with_for_update()
)
_KNOWN_KEYS: Final = statement(
    select(_command.id, _command.request_hash).where(_command.id.in_(select(text_set("ids"))))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedOrder(OrderRequest):
    """An order of a JSON line, with what may stand beside it there."""

    external_key: str | None = None
    line: int | None = None
    """From a reject file; left aside, as `error` is."""
    error: str | None = None


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
    bound = plan(fields, records.names, _is_field, REQUIRED)
    getter = records.getter(bound.columns)
    rows = _Rows(bound, getter)
    return Reading(rows.groups(records), rows.order, bound.unused)


def _is_field(name: str) -> bool:
    return name in FIELDS or (name.startswith(CHARGE) and len(name) > len(CHARGE))


def _whole_order(group: list[Record]) -> OrderRequest:
    return read_json(ImportedOrder, group[0].raw)


class _Rows:
    """Rows of a file as orders."""

    def __init__(self, bound: Plan, getter: Callable[[Any], Sequence[str]]) -> None:
        self._take = bound.take
        self._getter = getter
        columns = dict(zip(bound.names, range(len(bound.names)), strict=True))
        self._key = columns.get(KEY)

    def groups(self, records: Iterable[Record]) -> Iterator[list[Record]]:
        """Give the rows of one order after the other; without a key each row is an order.

        A row whose order cannot be told may belong to the one before it or to the one behind:
        both are handed back with it, or an order would be placed without one of its lines.
        """
        if self._key is None:
            yield from ([record] for record in records)
            return
        group: list[Record] = []
        key, error = "", ""
        for found in records:
            mine, record = self._keyed(found)
            if not mine:
                error = f"the row on line {record.line} may belong to this order: {record.error}"
            elif mine != key:
                if group:
                    yield group
                group, key = [], mine
                record = record._replace(error=error or None)
                error = ""
            if len(group) == MAX_LINES:
                too_many = f"order {key!r} has more than {MAX_LINES} lines; split it"
                yield [group[0]._replace(error=too_many), *group[1:]]
                group, record = [], record._replace(error=too_many)
            group.append(record)
        if group:
            yield group

    def _keyed(self, record: Record) -> tuple[str, Record]:
        """Give what groups a row, or an empty text and the row with its complaint."""
        if record.error is not None:
            return "", record
        try:
            key = self._getter(record.raw)[self._key or 0].strip()
        except ValueError as error:
            return "", record._replace(error=str(error))
        return key, record if key else record._replace(error="the order's key is empty")

    def order(self, group: list[Record]) -> OrderRequest:
        """Make an order of its rows. Raises ValueError, naming the line of the file."""
        header: dict[str, str] = {}
        lines = []
        for record in group:
            try:
                row = self._take(self._getter(record.raw))
                lines.append(LineRequest(**_line_of(row)))
                if row != header:
                    _join(header, row)
            except ValueError as error:
                raise ValueError(f"line {record.line} of the file: {error}") from None
        return _order(header, lines)


def _line_of(row: dict[str, str]) -> dict[str, str]:
    """Take what belongs to the line out of a row."""
    line = {ours: row.pop(name) for name, ours in LINE.items() if name in row}
    for name in ("product", "quantity"):
        if name not in line:
            raise ValueError(f"{name} is empty; fill it in")
    return line


def _join(header: dict[str, str], row: Mapping[str, str]) -> None:
    """Add what a row says of the whole order; it may not say two things."""
    for name, text in row.items():
        known = header.setdefault(name, text)
        if known != text:
            raise ValueError(
                f"{name} {text!r} differs from {known!r} above in the same order; "
                "give the order one, or the rows another key"
            )


def _order(header: Mapping[str, str], lines: Sequence[LineRequest]) -> OrderRequest:
    if "customer" not in header:
        raise ValueError("customer is empty; fill it in")
    address = {name.partition(".")[2]: header[name] for name in ADDRESS if name in header}
    for name in ("name", "street", "city"):
        if address and name not in address:
            raise ValueError(f"address.{name} is empty; an address needs it")
    charges = tuple(
        ChargeRequest(code=name.removeprefix(CHARGE), amount=text)
        for name, text in header.items()
        if name.startswith(CHARGE)
    )
    return ImportedOrder(
        lines=tuple(lines),
        charges=charges,
        address=AddressRequest(**address) if address else None,
        external_key=header.get(EXTERNAL),
        **{name: header[name] for name in HEADER if name in header},  # type: ignore[arg-type]
    )


def take_orders(work: Work, requests: Sequence[ImportedOrder]) -> list[Outcome]:
    """Place orders in one unit of work; one that is refused is undone by itself."""
    _lock(work, requests)
    known = _known_keys(work, requests)
    return [_take_order(work, request, known) for request in requests]


def _lock(work: Work, requests: Sequence[ImportedOrder]) -> None:
    customers = sorted({fold_code(request.customer) for request in requests})
    products = sorted({fold_code(line.product) for each in requests for line in each.lines})
    work.run(_LOCK_CUSTOMERS, {"codes": json.dumps(customers)})
    work.run(_LOCK_STOCK, {"codes": json.dumps(products)})


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
                placed = place(work, request)
            return HELD if placed.holds else TAKEN
        command, digest = _command_id(request.external_key), _hash(request)
        if command in known:
            return _repeated(request.external_key, known[command] == digest)
        with work.savepoint():
            placed = place(work, request)
            answer = json.dumps(placed.number)
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
