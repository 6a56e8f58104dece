"""Customers added and changed: one at a desk, thousands from a file, by the same rules."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, literal_column, select

from orderdesk.domain.customers import (
    FIELDS,
    AddressEntry,
    ContactEntry,
    CustomerRequest,
    CustomerView,
    PartEntry,
)
from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import currency_decimals
from orderdesk.domain.records import Taken
from orderdesk.domain.text import digits
from orderdesk.models.customers import Customer
from orderdesk.services import records, rights
from orderdesk.services.customers import tax_numbers, views
from orderdesk.services.customers.belongings import Belongings, check_ship_to
from orderdesk.services.records import Entry, Kind
from orderdesk.store.search import searchable
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

CUSTOMER: Final = Kind("customer", Customer, FIELDS, computed=("phone_digits", "search"))

_CREDIT: Final = frozenset(("credit_limit", "document_most", "review_date", "prepay"))
"""Columns of a customer that say how far its credit goes."""

_AMOUNTS: Final = ("credit_limit", "document_most", "minimum_order", "minimum_charge", "freight")

_child = table_of(Customer).c
_CHILD: Final = statement(
    select(_child.id).where(_child.parent_id == bindparam("parent")).limit(literal_column("1"))
)


def add(work: Work, request: CustomerRequest) -> CustomerView:
    """Add a customer. Raises Refused, where the code is taken too."""
    _take(work, [request], "add", strict=True)
    return views.show(work, request.code)


def set_(work: Work, request: CustomerRequest, version: int | None = None) -> CustomerView:
    """Change a customer; addresses, contacts and part numbers that are named are added or changed.

    Raises NotFound, Refused, and Conflict where `version` is not the one stored.
    """
    done = _take(work, [request], "set", strict=True, version=version)
    return views.show(work, done[1] or request.code)


def add_many(work: Work, requests: Sequence[CustomerRequest]) -> Taken:
    """Add customers, all of them or none. Raises what the first bad one raises."""
    return _take_all(work, requests, "add", strict=True)


def upsert_many(work: Work, requests: Sequence[CustomerRequest]) -> Taken:
    """Add the customers that are new, change the others; a bad one is refused by itself.

    A record is known by its external key, else by its code. Later ones of the same set win.
    """
    return _take_all(work, requests, "upsert", strict=False)


def set_address(
    work: Work, customer: str, address: AddressEntry, version: int | None = None
) -> CustomerView:
    """Add or change (archive, too) one address of a customer. Raises as `set_` does."""
    return set_(work, CustomerRequest(code=customer, addresses=(address,)), version)


def set_contact(
    work: Work, customer: str, contact: ContactEntry, version: int | None = None
) -> CustomerView:
    """Add or change one contact of a customer, known by name. Raises as `set_` does."""
    return set_(work, CustomerRequest(code=customer, contacts=(contact,)), version)


def set_part(
    work: Work, customer: str, part: PartEntry, version: int | None = None
) -> CustomerView:
    """Add, change or take away one part number of a customer. Raises as `set_` does."""
    return set_(work, CustomerRequest(code=customer, parts=(part,)), version)


def _take_all(
    work: Work, requests: Sequence[CustomerRequest], mode: records.Mode, *, strict: bool
) -> Taken:
    return records.in_rounds(requests, lambda some: _take(work, some, mode, strict=strict)[0])


def _take(
    work: Work,
    requests: Sequence[CustomerRequest],
    mode: records.Mode,
    *,
    strict: bool,
    version: int | None = None,
) -> tuple[Taken, str]:
    """Take in customers that are each named once; give what was done, and the last one's code."""
    batch = records.read_set(work, CUSTOMER, requests, mode, strict=strict, version=version)
    belongings = Belongings(work, batch.entries)
    batch.check(lambda entry: _check_money(work, entry))
    batch.check(lambda entry: _check_credit(work, entry))
    batch.check(lambda entry: _complete(entry, belongings))
    new = [entry for entry in batch.entries if entry.row is None]
    changed = [entry for entry in batch.entries if entry.row is not None and entry.body]
    for entry in changed:
        entry.id = entry.row.id  # type: ignore[union-attr]
    records.write_new(work, CUSTOMER, new)
    records.write_changed(work, CUSTOMER, changed)
    belongings.write(work)
    records.note(work, CUSTOMER, [*new, *changed])
    taken = Taken(
        len(new), len(changed), len(batch.entries) - len(new) - len(changed), tuple(batch.refused)
    )
    return taken, batch.entries[-1].code if batch.entries else ""


def _check_money(work: Work, entry: Entry) -> None:
    """Refuse a new customer without a name, and a currency that its balances are not in."""
    if entry.row is None:
        if "name" not in entry.columns:
            raise Refused("missing_name", f"{entry.what}: name is missing; give one")
        return
    currency = entry.columns.get("currency")
    if currency is None:
        return
    why = _in_currency(work, entry.row)
    if why:
        raise Refused(
            "currency_in_use",
            f"{entry.what}: currency stays {entry.row.currency} while {why}; "
            "add another customer record for the other currency",
        )
    kept = [n for n in _AMOUNTS if n not in entry.columns and getattr(entry.row, n)]
    if kept and entry.decimals != currency_decimals(entry.row.currency):
        raise Refused(
            "amounts_in_old_currency",
            f"{entry.what}: {kept[0]} is in {entry.row.currency}; give it in the new currency too",
            fields=kept,
        )


def _in_currency(work: Work, row: Row) -> str:
    """Say what is kept in a customer's currency and cannot be given anew; empty for nothing."""
    if row.exposure or row.receivable:
        return "orders or invoices are open"
    if row.unapplied:
        return "payments or credits are open"
    if row.temporary_limit is not None:
        return f"a temporary limit goes until {row.temporary_until}"
    if row.parent_id is not None or work.one(_CHILD, {"parent": row.id}) is not None:
        return "it shares a credit limit with its family"
    return ""


def _check_credit(work: Work, entry: Entry) -> None:
    """Refuse a credit limit from somebody who may not set any."""
    if not _CREDIT.isdisjoint(entry.columns):
        rights.require(work, "credit")


def _check_taxes(entry: Entry, places: Iterable[Mapping[str, Any]]) -> None:
    """Refuse a tax number that cannot be, and a reverse charge of a customer without one."""
    number = str(entry.columns.get("tax_number") or "")
    if number:
        home = next((p["country"] for p in places if p["code"] == entry.now("ship_to", "01")), "")
        kept = tax_numbers.checked(number, home, entry.what)
        if entry.row is not None and kept == entry.row.tax_number:
            del entry.columns["tax_number"], entry.body["tax_number"]
        else:
            entry.columns["tax_number"] = entry.body["tax_number"][1] = kept
    if entry.now("reverse_charge") and not entry.now("tax_number"):
        raise Refused(
            "no_tax_number",
            f"{entry.what}: reverse_charge needs the customer's tax number; give --tax-number too",
            field="tax_number",
        )


def _complete(entry: Entry, belongings: Belongings) -> None:
    """Take in what belongs to the customer, and compute what follows from it all."""
    places, people = belongings.take(entry)
    check_ship_to(entry, places)
    _check_taxes(entry, places)
    phone = digits(entry.now("phone", ""))
    entry.columns["phone_digits"] = phone
    entry.columns["search"] = searchable(
        entry.now("name"),
        entry.code,
        entry.now("contact", ""),
        *(place["city"] for place in places if not place["archived"]),
        *(person["name"] for person in people),
        more=[phone, *(person["phone_digits"] for person in people)],
    )
