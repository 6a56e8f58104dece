"""What belongs to customers: addresses, contacts, their own part numbers; read and written in sets.

A change of any of them is a change of the customer: it makes the customer's next version.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, delete, select, update

from orderdesk.domain.customers import (
    ADDRESS_FIELDS,
    CONTACT_FIELDS,
    AddressEntry,
    ContactEntry,
    PartEntry,
)
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.fields import Field, among
from orderdesk.domain.text import clean, digits, fold_code, stored
from orderdesk.models.customers import Address, Contact, CustomerPart
from orderdesk.models.products import Product
from orderdesk.services import fields, masters
from orderdesk.services.records import Entry
from orderdesk.store.statements import insertion, integer_set, statement, table_of, text_set
from orderdesk.store.work import Work

_address = table_of(Address).c
_contact = table_of(Contact).c
_part = table_of(CustomerPart).c
_product = table_of(Product).c

_CONTACT_COLUMNS: Final = ("title", "phone", "phone_digits", "email")

ADDRESSES_OF: Final = statement(
    select(*_address)
    .where(_address.customer_id.in_(select(integer_set("ids"))))
    .order_by(_address.customer_id, _address.code)
)
CONTACTS_OF: Final = statement(
    select(*_contact)
    .where(_contact.customer_id.in_(select(integer_set("ids"))))
    .order_by(_contact.customer_id, _contact.id)
)
PARTS_OF: Final = statement(
    select(*_part, _product.code.label("product"), _product.name)
    .join_from(table_of(CustomerPart), table_of(Product), _product.id == _part.product_id)
    .where(_part.customer_id.in_(select(integer_set("ids"))))
    .order_by(_part.customer_id, _part.part)
)
_PRODUCTS: Final = statement(
    select(_product.code, _product.id).where(_product.code.in_(select(text_set("codes"))))
)
_ADDRESSES: Final = insertion(Address)
_CONTACTS: Final = insertion(Contact, "id")
_PARTS: Final = insertion(CustomerPart)
_SET_ADDRESS: Final = statement(
    update(table_of(Address))
    .where(_address.customer_id == bindparam("customer"), _address.code == bindparam("place"))
    .values({_address[name]: bindparam(f"new_{name}") for name in ADDRESS_FIELDS})
)
_SET_CONTACT: Final = statement(
    update(table_of(Contact))
    .where(_contact.id == bindparam("contact"))
    .values({_contact[name]: bindparam(f"new_{name}") for name in _CONTACT_COLUMNS})
)
_SET_PART: Final = statement(
    update(table_of(CustomerPart))
    .where(_part.customer_id == bindparam("customer"), _part.part == bindparam("number"))
    .values(product_id=bindparam("product"))
)
_DROP_PART: Final = statement(
    delete(table_of(CustomerPart)).where(
        _part.customer_id == bindparam("customer"), _part.part == bindparam("number")
    )
)

_EMPTY_ADDRESS: Final[Mapping[str, Any]] = Address(customer_id=0, code="").model_dump()
_EMPTY_CONTACT: Final[Mapping[str, Any]] = Contact(customer_id=0).model_dump()


class Belongings:
    """What belongs to the customers of one set: as it stands, and as it becomes."""

    def __init__(self, work: Work, entries: Sequence[Entry]) -> None:
        """Read what the existing customers have, and the products that part numbers name."""
        ids = {"ids": json.dumps([entry.row.id for entry in entries if entry.row is not None])}
        products = {fold_code(part.product) for entry in entries for part in entry.request.parts}
        places, people, parts, found = work.run_all(
            [
                (ADDRESSES_OF, ids),
                (CONTACTS_OF, ids),
                (PARTS_OF, ids),
                (_PRODUCTS, {"codes": fields.codes(products)}),
            ]
        )
        self._products = {row.code: row.id for row in found}
        self._places: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
        self._people: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
        self._parts: dict[int, dict[str, str]] = defaultdict(dict)
        for row in places:
            self._places[row.customer_id][row.code] = row._asdict()
        for row in people:
            self._people[row.customer_id][row.name.casefold()] = row._asdict()
        for row in parts:
            self._parts[row.customer_id][row.part] = row.product
        self._work = work
        self._calendars = masters.known(work, {"calendar": _calendars(entries)})
        self._new: dict[str, list[tuple[Entry, dict[str, Any]]]] = defaultdict(list)
        self._changed: dict[str, list[tuple[Entry, dict[str, Any]]]] = defaultdict(list)

    def take(self, entry: Entry) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Take in an entry's belongings; give all its addresses and contacts as they become.

        Raises Refused and NotFound; then nothing of the entry is taken.
        """
        customer = 0 if entry.row is None else entry.row.id
        places = {c: dict(row) for c, row in self._places.get(customer, {}).items()}
        people = {n: dict(row) for n, row in self._people.get(customer, {}).items()}
        parts = dict(self._parts.get(customer, {}))
        new: list[tuple[str, dict[str, Any]]] = []
        changed: list[tuple[str, dict[str, Any]]] = []
        for place in entry.request.addresses:
            self._check_calendar(entry, place)
            _merge_address(entry, places, place, new, changed)
        for person in entry.request.contacts:
            _merge_contact(entry, people, person, new, changed)
        for part in entry.request.parts:
            self._merge_part(entry, parts, part, new, changed)
        for name, row in new:
            self._new[name].append((entry, row))
        for name, row in changed:
            self._changed[name].append((entry, row))
        return list(places.values()), list(people.values())

    def _check_calendar(self, entry: Entry, given: AddressEntry) -> None:
        """Raise Refused where an address names a calendar that is unknown or archived."""
        columns = {"calendar": fold_code(given.calendar) if given.calendar else None}
        what = f"{entry.what}: address {given.code}"
        masters.check_references(self._work, ADDRESS_FIELDS, columns, what, self._calendars)

    def _merge_part(
        self,
        entry: Entry,
        parts: dict[str, str],
        given: PartEntry,
        new: list[tuple[str, dict[str, Any]]],
        changed: list[tuple[str, dict[str, Any]]],
    ) -> None:
        number = _key(entry, given.part, "part")
        before, product = parts.get(number), fold_code(given.product)
        if (before or "") == product:
            return
        if product and product not in self._products:
            raise NotFound(
                "unknown_product",
                f"{entry.what}: part {number!r}: product {given.product!r} is unknown; search with "
                "`orderdesk product list`",
                product=given.product,
            )
        entry.body[f"part {number}"] = [before, product or None]
        row = {"part": number, "product_id": self._products.get(product)}
        if before is None:
            new.append(("part", row))
        else:
            changed.append(("part" if product else "drop", row))
        if product:
            parts[number] = product
        else:
            del parts[number]

    def write(self, work: Work) -> None:
        """Write what is new and what changed, once the customers have their ids.

        An entry that was refused after it had been taken in never got one.
        """
        for rows_of in (self._new, self._changed):
            for name, taken in rows_of.items():
                rows_of[name] = [(entry, row) for entry, row in taken if entry.id]
        for name, target in (("address", _ADDRESSES), ("contact", _CONTACTS), ("part", _PARTS)):
            rows = [{**row, "customer_id": entry.id} for entry, row in self._new[name]]
            if rows:
                columns = [column.name for column in target.columns]
                work.insert(target, [tuple(row[c] for c in columns) for row in rows])
        work.change_each(
            _SET_ADDRESS,
            [
                {"customer": e.id, "place": row["code"]}
                | {f"new_{name}": row[name] for name in ADDRESS_FIELDS}
                for e, row in self._changed["address"]
            ],
        )
        work.change_each(
            _SET_CONTACT,
            [
                {"contact": row["id"]} | {f"new_{name}": row[name] for name in _CONTACT_COLUMNS}
                for _, row in self._changed["contact"]
            ],
        )
        numbers = {
            name: [
                {"customer": e.id, "number": row["part"], "product": row["product_id"]}
                for e, row in self._changed[name]
            ]
            for name in ("part", "drop")
        }
        work.change_each(_SET_PART, numbers["part"])
        work.change_each(
            _DROP_PART,
            [{"customer": n["customer"], "number": n["number"]} for n in numbers["drop"]],
        )


def _calendars(entries: Sequence[Entry]) -> set[str]:
    """Give the calendars that the addresses name."""
    named = (place.calendar for entry in entries for place in entry.request.addresses)
    return {fold_code(code) for code in named if code}


def _key(entry: Entry, text: str, what: str) -> str:
    try:
        return fields.code_of(text, what)
    except ValueError as error:
        raise Refused("bad_code", f"{entry.what}: {error}") from None


def _merge_address(
    entry: Entry,
    places: dict[str, dict[str, Any]],
    given: AddressEntry,
    new: list[tuple[str, dict[str, Any]]],
    changed: list[tuple[str, dict[str, Any]]],
) -> None:
    code = _key(entry, given.code, "address")
    row = places.get(code)
    made = row is None
    if row is None:
        row = places[code] = {**_EMPTY_ADDRESS, "code": code}
    if _fill(entry, row, ADDRESS_FIELDS, given, f"address {code}", made=made):
        _once(new if made else changed, new, "address", row)


def _merge_contact(
    entry: Entry,
    people: dict[str, dict[str, Any]],
    given: ContactEntry,
    new: list[tuple[str, dict[str, Any]]],
    changed: list[tuple[str, dict[str, Any]]],
) -> None:
    try:
        name = stored(given.name, "contact")
    except ValueError as error:
        raise Refused("bad_value", f"{entry.what}: {error}") from None
    if not name:
        raise Refused("bad_value", f"{entry.what}: a contact has no name; give one")
    row = people.get(name.casefold())
    made = row is None
    if row is None:
        row = people[name.casefold()] = {**_EMPTY_CONTACT, "name": name}
    if _fill(entry, row, CONTACT_FIELDS, given, f"contact {clean(name)}", made=made):
        row["phone_digits"] = digits(row["phone"])
        _once(new if made else changed, new, "contact", row)


def _once(
    target: list[tuple[str, dict[str, Any]]],
    new: list[tuple[str, dict[str, Any]]],
    name: str,
    row: dict[str, Any],
) -> None:
    """Note a row to be written, once however often the request names it."""
    if not any(each is row for _, each in (*new, *target)):
        target.append((name, row))


def _fill(
    entry: Entry,
    row: dict[str, Any],
    specs: Mapping[str, Field],
    given: Any,
    what: str,
    *,
    made: bool,
) -> bool:
    """Put the given fields into the row, and into the event; tell whether anything changed."""
    values = {name: getattr(given, name) for name in specs}
    columns = fields.read(specs, values, f"{entry.what}: {what}")
    differences = {
        name: [None if made else fields.show(f, row[f.column]), fields.show(f, columns[f.column])]
        for name, f in specs.items()
        if f.column in columns and (made or row[f.column] != columns[f.column])
    }
    row.update(columns)
    for name, difference in differences.items():
        entry.body[f"{what} {name}"] = difference
    if made and not differences:
        entry.body[what] = [None, "added"]
    return made or bool(differences)


def check_ship_to(entry: Entry, places: Sequence[Mapping[str, Any]]) -> None:
    """Raise Refused where the address that orders go to is not one of the customer's in use.

    A customer without any takes the first one it gets.
    """
    live = [place["code"] for place in places if not place["archived"]]
    named = entry.now("ship_to")
    if "ship_to" not in entry.columns and live and named not in {p["code"] for p in places}:
        entry.columns["ship_to"] = live[0]
        entry.body["ship_to"] = [named, live[0]]
        return
    touched = "ship_to" in entry.columns or entry.request.addresses
    if touched and named is not None and named not in live:
        raise Refused(
            "unknown_ship_to",
            f"{entry.what}: ship_to {named!r} is not an address in use; known: {among(live)}",
            ship_to=named,
        )
