"""Customers, products, prices and stock from files, by the services that serve a desk.

A record that is known by its code or external key is changed, another is added. Rows are flat:
what belongs to a customer stands in columns of its own (`address.city`, `contact.phone`,
`part.number`), and several rows of one customer add to each other. JSON lines without a mapping
are whole records, with lists inside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from orderdesk.domain import customers as customer_fields
from orderdesk.domain import products as product_fields
from orderdesk.domain import supplies as supply_fields
from orderdesk.domain.credit import ItemRequest
from orderdesk.domain.customers import AddressEntry, ContactEntry, CustomerRequest, PartEntry
from orderdesk.domain.errors import OrderDeskError
from orderdesk.domain.prices import PriceRequest
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.records import Taken
from orderdesk.domain.stock import AdjustRequest, ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.domain.text import fold_code
from orderdesk.domain.units import UnitEntry
from orderdesk.domain.working_days import DayRequest
from orderdesk.exchange import kit_parts
from orderdesk.exchange.kit_parts import ProductRecord
from orderdesk.exchange.mapping import Fields, Plan, plan, read_mapping
from orderdesk.exchange.outcomes import TAKEN, Outcome, refused
from orderdesk.exchange.passing import pass_on
from orderdesk.exchange.records import ADDED, Record, Records, object_of, records
from orderdesk.exchange.requests import read_object
from orderdesk.exchange.runs import (
    Controls,
    ImportResult,
    Job,
    Reading,
    manner_of,
    take_in,
)
from orderdesk.exchange.sources import JSON_LINES, Source
from orderdesk.services import calendar_days, price_lists, products, stock
from orderdesk.services.credit import items
from orderdesk.services.customers import save as customers
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work

BATCH: Final = 1_000
"""Records in one unit of work: they cost a tenth of an order, and their commit as much."""

Build = Callable[[dict[str, str]], Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be imported: its fields, and the service that takes it."""

    name: str
    fields: tuple[str, ...]
    """What a column may be mapped to."""
    required: tuple[str, ...]
    row: Build
    """Makes a request of a row's texts; raises ValueError or OrderDeskError."""
    whole: Callable[[dict[str, Any]], Any]
    """Makes a request of a JSON object; raises OrderDeskError."""
    take: Callable[[Work, Sequence[Any]], Sequence[Outcome]]


def import_records(
    desk: Desk,
    kind: Kind,
    source: Source,
    mapping: Sequence[str] = (),
    *,
    name: str = "",
    delimiter: str | None = None,
    rejects: Path | None = None,
    controls: Controls | None = None,
) -> ImportResult:
    """Take in every record of a file; called again, go on where it was, or change nothing.

    The parameters are those of `import_orders`; `kind` is one of KINDS. Raises Refused where file
    or mapping cannot be used; what is wrong with one record goes to the reject file alone.
    """
    fields = read_mapping(mapping)
    job = Job(
        kind=kind.name,
        source=source,
        read=partial(_reading, kind, fields, source.form == JSON_LINES and not fields),
        take=kind.take,
        manner=manner_of([{key: asdict(each) for key, each in fields.items()}, delimiter, name]),
        delimiter=delimiter,
        batch=BATCH,
    )
    done = take_in(desk, job, rejects, controls)
    return _passed_on(desk, job, done) if kind is ITEMS and done.finished else done


def _passed_on(desk: Desk, job: Job, done: ImportResult) -> ImportResult:
    """Look at the orders that what was taken in may let pass, once it is all there."""
    if done.rehearsal:
        words = "a rehearsal does not look at which held orders would pass"
        return replace(done, said=(*done.said, words))
    cause = f"payments and open items of {done.file} came in"
    passed = pass_on(desk, _customers(job), cause, f"import {done.run}")
    return replace(done, released=tuple(passed.released), said=(*done.said, *passed.said()))


def _customers(job: Job) -> Iterator[str]:
    """Give the customers of a file from its beginning, whichever start has taken them in."""
    with records(job.source, job.delimiter) as found:
        reading = job.read(found)
        for group in reading.groups:
            with suppress(OrderDeskError, ValueError):
                yield fold_code(reading.build(group).customer)


def _reading(kind: Kind, fields: Fields, whole: bool, records: Records) -> Reading:
    groups: Iterator[list[Record]] = ([record] for record in records)
    if whole:
        return Reading(groups, partial(_whole, kind))
    known = frozenset(kind.fields)
    bound = plan(fields, records.names, known.__contains__, kind.required)
    build = partial(_row, kind, bound, records.getter(bound.columns))
    return Reading(groups, build, bound.unused)


def _whole(kind: Kind, group: list[Record]) -> Any:
    found = object_of(group[0].raw)
    return kind.whole({name: value for name, value in found.items() if name not in ADDED})


def _row(
    kind: Kind, bound: Plan, getter: Callable[[Any], Sequence[str]], group: list[Record]
) -> Any:
    row = bound.take(getter(group[0].raw))
    for name in kind.required:
        if name not in row:
            raise ValueError(f"{name} is empty; fill it in")
    return kind.row(row)


def _part_of(row: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Give the fields of a row that begin so, without their beginning."""
    return {
        name.removeprefix(prefix): text for name, text in row.items() if name.startswith(prefix)
    }


_CUSTOMER: Final = ("code", *customer_fields.FIELDS)
_ADDRESS: Final = ("code", *customer_fields.ADDRESS_FIELDS)
_CONTACT: Final = ("name", *customer_fields.CONTACT_FIELDS)


def _customer(row: dict[str, str]) -> CustomerRequest:
    address, contact, part = (_part_of(row, name) for name in ("address.", "contact.", "part."))
    addresses = (AddressEntry(**{"code": "01", **address}),) if address else ()
    if contact and "name" not in contact:
        raise ValueError("contact.name is empty; a contact needs it")
    if part and "number" not in part:
        raise ValueError("part.number is empty; a part number needs it")
    return CustomerRequest(
        addresses=addresses,
        contacts=(ContactEntry(**contact),) if contact else (),
        parts=(PartEntry(part=part["number"], product=part.get("product", "")),) if part else (),
        **{name: row[name] for name in _CUSTOMER if name in row},
    )


def _product(row: dict[str, str]) -> ProductRecord:
    other = _part_of(row, "other_unit.")
    if other and "code" not in other:
        raise ValueError("other_unit.code is empty; another unit needs it")
    entry = UnitEntry(unit=other["code"], contains=other.get("contains", "")) if other else None
    own = {name: text for name, text in row.items() if "." not in name}
    product = ProductRequest(units=() if entry is None else (entry,), **own)
    return kit_parts.of_row(product, _part_of(row, "part."))


def _price(row: dict[str, str]) -> PriceRequest:
    return PriceRequest(**row)


_RECEIPT: Final = tuple(
    "product quantity warehouse supply reference reason opening bin lot expires supplier_lot"
    " serial".split()
)


def _stock(row: dict[str, Any]) -> ReceiveRequest | AdjustRequest:
    """Make a receipt of what has a quantity, and a count of what has been counted.

    A column can name one piece (`serial`), a JSON object several (`serials`).
    """
    if "serial" in row:
        row = {**row, "serials": [row["serial"]]}
        del row["serial"]
    if "counted" in row:
        return read_object(AdjustRequest, row)
    return read_object(ReceiveRequest, row)


def _upserting(
    upsert: Callable[[Work, Sequence[Any]], Taken],
) -> Callable[[Work, Sequence[Any]], list[Outcome]]:
    """Give what takes records by code or external key, each of them by itself.

    A file of sales repeats its customers and products row by row: what says the same as the one
    before of the same record is not taken again.
    """

    def take(work: Work, requests: Sequence[Any]) -> list[Outcome]:
        said: dict[tuple[str, str | None], int] = {}
        wanted: list[Any] = []
        places = []
        for request in requests:
            key = (fold_code(request.code), request.external_key)
            place = said.get(key)
            if place is None or wanted[place] != request:
                place = said[key] = len(wanted)
                wanted.append(request)
            places.append(place)
        outcomes = _outcomes(upsert(work, wanted), len(wanted))
        return [outcomes[place] for place in places]

    return take


def _outcomes(done: Taken, count: int) -> list[Outcome]:
    outcomes = [TAKEN] * count
    for refusal in done.refused:
        outcomes[refusal.index] = Outcome(refusal.code, refusal.message)
    return outcomes


def _take_items(work: Work, requests: Sequence[ItemRequest]) -> list[Outcome]:
    return _outcomes(items.take_many(work, requests), len(requests))


def _take_supplies(work: Work, requests: Sequence[SupplyRequest]) -> list[Outcome]:
    return _outcomes(announcing.take_many(work, requests), len(requests))


def _take_days(work: Work, requests: Sequence[DayRequest]) -> list[Outcome]:
    return _outcomes(calendar_days.take_many(work, requests), len(requests))


def _take_prices(work: Work, requests: Sequence[PriceRequest]) -> list[Outcome]:
    return _outcomes(price_lists.set_many(work, requests), len(requests))


def _take_stock(work: Work, requests: Sequence[ReceiveRequest | AdjustRequest]) -> list[Outcome]:
    """Take receipts in sets and counts one by one, in the order of the file."""
    outcomes: list[Outcome] = []
    for kind, together in groupby(requests, type):
        if kind is ReceiveRequest:
            outcomes += _received(work, list(together))
        else:
            outcomes += [_alone(work, stock.adjust, each) for each in together]
    return outcomes


def _received(work: Work, requests: Sequence[Any]) -> list[Outcome]:
    """Receive a set; where one of it is refused, halve it until that one is found."""
    if len(requests) == 1:
        return [_alone(work, stock.receive, requests[0])]
    try:
        with work.savepoint():
            stock.receive_many(work, requests)
        return [TAKEN] * len(requests)
    except OrderDeskError:
        half = len(requests) // 2
        return _received(work, requests[:half]) + _received(work, requests[half:])


def _alone(work: Work, service: Callable[[Work, Any], object], request: Any) -> Outcome:
    try:
        with work.savepoint():
            service(work, request)
        return TAKEN
    except OrderDeskError as error:
        return refused(error)


CUSTOMERS: Final = Kind(
    "customer",
    (
        *_CUSTOMER,
        *(f"address.{name}" for name in _ADDRESS),
        *(f"contact.{name}" for name in _CONTACT),
        "part.number",
        "part.product",
    ),
    (),
    _customer,
    partial(read_object, CustomerRequest),
    _upserting(customers.upsert_many),
)
PRODUCTS: Final = Kind(
    "product",
    (
        "code",
        *product_fields.FIELDS,
        "other_unit.code",
        "other_unit.contains",
        *kit_parts.FIELDS,
    ),
    (),
    _product,
    kit_parts.of_object,
    kit_parts.taking(_upserting(products.upsert_many)),
)
PRICES: Final = Kind(
    "price",
    tuple(PriceRequest.__slots__),
    ("product", "price"),
    _price,
    partial(read_object, PriceRequest),
    _take_prices,
)
STOCK: Final = Kind("stock", (*_RECEIPT, "counted"), ("product",), _stock, _stock, _take_stock)
ITEMS: Final = Kind(
    "credit",
    tuple(ItemRequest.__slots__),
    ("customer", "number", "date", "amount"),
    lambda row: ItemRequest(**row),
    partial(read_object, ItemRequest),
    _take_items,
)
SUPPLIES: Final = Kind(
    "supply",
    ("product", *supply_fields.FIELDS),
    (),
    lambda row: SupplyRequest(**row),
    partial(read_object, SupplyRequest),
    _take_supplies,
)
DAYS: Final = Kind(
    "calendar",
    tuple(DayRequest.__slots__),
    ("calendar", "day"),
    lambda row: DayRequest(**row),
    partial(read_object, DayRequest),
    _take_days,
)
KINDS: Final = {
    kind.name: kind for kind in (CUSTOMERS, PRODUCTS, PRICES, STOCK, ITEMS, SUPPLIES, DAYS)
}
"""Everything that can be imported but orders, by its name."""
