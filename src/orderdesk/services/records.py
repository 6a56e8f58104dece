"""Customers and products on their way into their tables, any number at a time.

One path serves one record typed at a desk and a hundred thousand from a file: the fields are read,
the records as they stand and the codes they refer to are fetched in sets, and rows and events are
written in sets.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final, Literal

from sqlalchemy import bindparam, or_, select, update

from orderdesk.domain.errors import NotFound, OrderDeskError, Refused
from orderdesk.domain.fields import Field
from orderdesk.domain.numbers import currency_decimals
from orderdesk.domain.records import Refusal, Taken
from orderdesk.domain.text import fold_code, stored
from orderdesk.models.company import Company
from orderdesk.services import fields, masters, rights
from orderdesk.services.fields import Value
from orderdesk.store.statements import Row, insertion, statement, table_of, text_set
from orderdesk.store.work import Work

Mode = Literal["add", "set", "upsert"]

_CURRENCY: Final = statement(select(table_of(Company).c.currency))


@dataclass(slots=True)
class Entry:
    """One record on its way into the table."""

    index: int
    """Its place in the set."""
    request: Any
    what: str
    """As a sentence calls it: customer 'ACME'."""
    code: str
    row: Row | None
    """As it stands; None where it is new."""
    decimals: int
    """Of the amounts of this record."""
    columns: dict[str, Value] = field(default_factory=dict)
    """What it was given; where it stands already, only what changes."""
    body: dict[str, Any] = field(default_factory=dict)
    """The change as its event keeps it."""
    id: int = 0

    def now(self, column: str, default: Any = None) -> Any:
        """Give what a column holds after the change."""
        if column in self.columns:
            return self.columns[column]
        return default if self.row is None else getattr(self.row, column)


class Batch:
    """A set of records, less those that were refused."""

    def __init__(self, entries: list[Entry], *, strict: bool) -> None:
        self.entries = entries
        self.strict = strict
        """The first refusal ends it all."""
        self.refused: list[Refusal] = []

    def refuse(self, index: int, key: str, error: OrderDeskError) -> None:
        """Take a record out of the set; raise the error where the set is strict."""
        if self.strict:
            raise error
        self.refused.append(Refusal(index, key, error.code, error.message))

    def check(self, judge: Callable[[Entry], None]) -> None:
        """Let `judge` look at every entry; those it refuses leave the set."""
        kept = []
        for entry in self.entries:
            try:
                judge(entry)
            except (Refused, NotFound) as error:
                self.refuse(entry.index, entry.code, error)
            else:
                kept.append(entry)
        self.entries = kept


class Kind:
    """One kind of record: its fields, its table, and the statements on it."""

    def __init__(
        self, noun: str, model: Any, specs: Mapping[str, Field], *, computed: Sequence[str] = ()
    ) -> None:
        table = table_of(model)
        self.noun = noun
        self.fields = specs
        self.given = attrgetter(*specs)
        self.defaults: Mapping[str, Any] = model().model_dump()
        self.written = (*(each.column for each in specs.values()), *computed)
        """The columns that a change writes."""
        self.insert = insertion(model, "id")
        self.rows = statement(
            select(*table.c)
            .where(
                or_(
                    table.c.code.in_(select(text_set("codes"))),
                    table.c.external_key.in_(select(text_set("keys"))),
                )
            )
            .order_by(table.c.id)
            .with_for_update(key_share=True)
        )
        self.ids = statement(
            select(table.c.id, table.c.code).where(table.c.code.in_(select(text_set("codes"))))
        )
        self.change = statement(
            update(table)
            .where(table.c.id == bindparam("record"))
            .values(
                version=table.c.version + 1,
                **{name: bindparam(f"new_{name}") for name in self.written},
            )
        )


def read_set(
    work: Work,
    kind: Kind,
    requests: Sequence[Any],
    mode: Mode,
    *,
    strict: bool,
    version: int | None = None,
) -> Batch:
    """Read requests into entries beside the records as they stand, locked.

    The requests name each record at most once. Raises Refused, NotFound, Conflict where `strict`.
    """
    rights.require(work, "masters")
    batch = Batch([], strict=strict)
    named = list(_named(batch, kind, requests))
    keys = [key for _, _, _, key in named if key]
    wanted = {"codes": fields.codes(c for _, _, c, _ in named), "keys": json.dumps(keys)}
    (company,), rows = work.run_all([(_CURRENCY, {}), (kind.rows, wanted)])
    by_code = {row.code: row for row in rows}
    by_key = {row.external_key: row for row in rows if row.external_key is not None}
    for index, request, code, key in named:
        try:
            row = _row(kind, code, key, by_code, by_key)
            code = row.code if row is not None else code
            entry = Entry(index, request, f"{kind.noun} {code!r}", code, row, 2)
            _check_mode(kind, entry, mode)
            entry.decimals = _decimals(entry, company.currency)
            _read_fields(kind, entry, version)
        except (Refused, NotFound) as error:
            batch.refuse(index, code, error)
        else:
            batch.entries.append(entry)
    _check_references(work, kind, batch)
    return batch


def _named(
    batch: Batch, kind: Kind, requests: Iterable[Any]
) -> Iterable[tuple[int, Any, str, str]]:
    """Give each request with its place, code and external key."""
    for index, request in enumerate(requests):
        try:
            key = stored(request.external_key or "", "external_key")
            code = fields.code_of(request.code, kind.noun) if request.code or not key else ""
        except ValueError as error:
            batch.refuse(index, request.code, Refused("bad_code", str(error)))
        else:
            yield index, request, code, key


def _row(
    kind: Kind, code: str, key: str, by_code: Mapping[str, Row], by_key: Mapping[str, Row]
) -> Row | None:
    """Give the record that a request means; raise Refused where code and key mean two."""
    row = by_key.get(key) if key else None
    if row is None:
        if not code:
            raise Refused(
                "missing_code", f"{kind.noun} with external_key {key!r} is new here; give its code"
            )
        return by_code.get(code)
    if code and code != row.code:
        raise Refused(
            "external_key_taken",
            f"{kind.noun} {code!r}: external_key {key!r} belongs to {row.code!r}; "
            "leave the code out to change that one",
            key=key,
            other=row.code,
        )
    return row


def _check_mode(kind: Kind, entry: Entry, mode: Mode) -> None:
    if mode == "add" and entry.row is not None:
        raise Refused(
            f"{kind.noun}_exists",
            f"{entry.what} is there already; change it with `orderdesk {kind.noun} set`",
            key=entry.code,
        )
    if mode == "set" and entry.row is None:
        raise NotFound(
            f"unknown_{kind.noun}",
            f"{entry.what} is unknown; search with `orderdesk {kind.noun} list`",
            key=entry.code,
        )


def _decimals(entry: Entry, company_currency: str) -> int:
    """Give the decimals of a record's amounts: those of its own currency, else the company's."""
    given = getattr(entry.request, "currency", None)
    if given and given.strip():
        return currency_decimals(given.strip().upper())
    if entry.row is not None and hasattr(entry.row, "currency"):
        return currency_decimals(entry.row.currency)
    if hasattr(entry.request, "currency"):
        entry.columns["currency"] = company_currency
    return currency_decimals(company_currency)


def _read_fields(kind: Kind, entry: Entry, version: int | None) -> None:
    values = dict(zip(kind.fields, kind.given(entry.request), strict=True))
    columns = fields.read(kind.fields, values, entry.what, entry.decimals)
    if entry.row is None:
        entry.columns |= columns
        entry.body = fields.added(kind.fields, entry.columns, entry.decimals)
        return
    entry.body = fields.changed(kind.fields, entry.row, columns, entry.decimals)
    fields.check_version(version, entry.row, entry.body, entry.what)
    changed = {kind.fields[name].column for name in entry.body}
    entry.columns = {name: value for name, value in columns.items() if name in changed}


def _check_references(work: Work, kind: Kind, batch: Batch) -> None:
    wanted: dict[str, set[str]] = {}
    for entry in batch.entries:
        for refers, codes in masters.wanted(kind.fields, entry.columns).items():
            wanted.setdefault(refers, set()).update(codes)
    found = masters.known(work, wanted)
    batch.check(
        lambda entry: masters.check_references(work, kind.fields, entry.columns, entry.what, found)
    )


def write_new(work: Work, kind: Kind, entries: Sequence[Entry]) -> None:
    """Put new records into the table, and learn their ids."""
    if not entries:
        return
    names = [column.name for column in kind.insert.columns]
    defaults = kind.defaults
    rows = []
    for entry in entries:
        row = {**defaults, **entry.columns, "code": entry.code}
        rows.append(tuple([row[name] for name in names]))
    work.insert(kind.insert, rows)
    found = work.run(kind.ids, {"codes": fields.codes(entry.code for entry in entries)})
    ids = {row.code: row.id for row in found}
    for entry in entries:
        entry.id = ids[entry.code]


def write_changed(work: Work, kind: Kind, entries: Sequence[Entry]) -> None:
    """Write what changed on records that stood already."""
    work.change_each(
        kind.change,
        [
            {"record": e.id, **{f"new_{name}": e.now(name) for name in kind.written}}
            for e in entries
        ],
    )


def note(work: Work, kind: Kind, entries: Iterable[Entry]) -> None:
    """Write one event for each record that was added or changed."""
    for entry in entries:
        if entry.row is None:
            work.event(kind.noun, entry.id, 1, "added", {"code": entry.code, **entry.body})
        else:
            work.event(kind.noun, entry.id, entry.row.version + 1, "changed", entry.body)


def in_rounds(requests: Sequence[Any], take: Callable[[Sequence[Any]], Taken]) -> Taken:
    """Take in a set where a record may come twice: `take` gets rounds that name each once."""
    total = Taken(0, 0, 0)
    for places in _rounds(requests):
        total = _joined(total, take([requests[place] for place in places]), places)
    return total


def _rounds(requests: Sequence[Any]) -> Iterable[list[int]]:
    """Split a set so that each round names a record once; give the places in the set."""
    waiting = list(range(len(requests)))
    while waiting:
        seen: set[str] = set()
        now: list[int] = []
        later: list[int] = []
        for place in waiting:
            request = requests[place]
            names = {f"code {fold_code(request.code)}"} if request.code else set()
            if request.external_key:
                # One that cannot be stored is refused later, by itself.
                with suppress(ValueError):
                    names.add(f"key {stored(request.external_key)}")
            if later or names & seen:
                later.append(place)
            else:
                seen |= names
                now.append(place)
        yield now
        waiting = later


def _joined(total: Taken, done: Taken, places: Sequence[int]) -> Taken:
    """Add what became of one round, its records' places in the whole set given."""
    refused = [
        Refusal(places[each.index], each.key, each.code, each.message) for each in done.refused
    ]
    return Taken(
        total.added + done.added,
        total.changed + done.changed,
        total.unchanged + done.unchanged,
        tuple(sorted((*total.refused, *refused), key=attrgetter("index"))),
    )
