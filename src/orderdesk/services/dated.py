"""Exchange rates and tax rules: one pattern to add, change, take away, show and list them.

A record is known by what it is for and by its first day; it goes until the next one begins.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, bindparam, delete, select, tuple_, update

from orderdesk.domain.dated import DATED, DAY, RATE, TAX_RULE, Dated, DatedView
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.fields import Form, Given, among
from orderdesk.domain.prices import PRICE_UNITS
from orderdesk.models.company import Company, ExchangeRate, TaxRule
from orderdesk.services import fields, masters, rights
from orderdesk.services.fields import Value
from orderdesk.store.statements import Insertion, Row, Statement, insertion, statement, table_of
from orderdesk.store.work import Work

PAGE: Final = 200

_COMPANY: Final = statement(select(table_of(Company).c.business_date, table_of(Company).c.currency))


class _Statements(NamedTuple):
    """What is run for one kind of record."""

    table: str
    row: Statement
    """One record, locked until the unit of work ends."""
    going: Statement
    """The record that goes on a day."""
    days: Statement
    """The newest first days of what goes by the same key but for the day."""
    page: Statement
    change: Statement
    remove: Statement
    insert: Insertion
    defaults: Mapping[str, Any]
    """What is not given."""


def _statements(dated: Dated, model: Any, **defaults: Value) -> _Statements:
    table = table_of(model)
    keys = [table.c[name] for name in dated.key]
    key = [bindparam(f"key_{column.name}", type_=column.type) for column in keys]
    same = [column == value for column, value in zip(keys, key, strict=True)]
    day = table.c[DAY]
    newest: Select[Any] = select(*table.c).where(*same[:-1]).order_by(day.desc())
    return _Statements(
        table=table.name,
        row=statement(select(*table.c).where(*same).with_for_update()),
        going=statement(newest.where(day <= bindparam(f"key_{DAY}")).limit(1)),
        days=statement(newest.limit(13)),
        page=statement(
            select(*table.c)
            .where(
                tuple_(*keys) > tuple_(*(bindparam(f"key_{c.name}", type_=c.type) for c in keys))
            )
            .order_by(*keys)
            .limit(bindparam("count"))
        ),
        change=statement(
            update(table)
            .where(*same)
            .values({name: bindparam(f"new_{name}") for name in dated.fields})
        ),
        remove=statement(delete(table).where(*same)),
        insert=insertion(model),
        defaults=defaults,
    )


_SQL: Final = {
    RATE.kind: _statements(RATE, ExchangeRate, units=1),
    TAX_RULE.kind: _statements(TAX_RULE, TaxRule, region="", tax_class="", valid_from=""),
}


def add(work: Work, kind: str, given: Mapping[str, Given]) -> DatedView:
    """Add a record, its key among what is given; what is not given has its default.

    Raises Refused.
    """
    rights.require(work, "masters")
    dated, sql = _kind(kind)
    columns = _complete(work, dated, given)
    what = _what(dated, columns)
    missing = [name for name, field in dated.all_fields.items() if name not in columns]
    if missing:
        raise Refused("missing_field", f"{what}: {missing[0]} is missing; give it")
    if work.one(sql.row, _key(dated, columns)) is not None:
        raise Refused(f"{kind}_exists", f"{what} is there already; change it with `set`")
    _check(work, dated, columns, what)
    work.insert(sql.insert, [tuple(columns[column.name] for column in sql.insert.columns)])
    body = fields.added(dated.fields, columns)
    _note(work, dated, columns, "added", body)
    return _view(dated, columns)


def set_(work: Work, kind: str, given: Mapping[str, Given]) -> DatedView:
    """Change the record of exactly this key, and give it as it is then.

    Raises NotFound, Refused.
    """
    rights.require(work, "masters")
    dated, sql = _kind(kind)
    columns = _complete(work, dated, given, changing=True)
    what = _what(dated, columns)
    row = work.one(sql.row, _key(dated, columns)) or _unknown(work, dated, columns)
    differences = fields.changed(dated.fields, row, columns)
    new = {**row._asdict(), **columns}
    if not differences:
        return _view(dated, new)
    _check(work, dated, new, what)
    values = {f"new_{name}": new[name] for name in dated.fields}
    work.change(sql.change, {**_key(dated, columns), **values})
    _note(work, dated, columns, "changed", differences)
    return _view(dated, new)


def remove(work: Work, kind: str, given: Mapping[str, Given]) -> DatedView:
    """Take away the record of exactly this key, and give what it was; its events stay.

    Orders keep the rate and the taxes that they were placed with. Raises NotFound, Refused.
    """
    rights.require(work, "masters")
    dated, sql = _kind(kind)
    columns = _complete(work, dated, given, changing=True)
    row = work.one(sql.row, _key(dated, columns)) or _unknown(work, dated, columns)
    work.change(sql.remove, _key(dated, columns))
    was = {
        name: [shown[1], None] for name, shown in fields.added(dated.fields, row._asdict()).items()
    }
    _note(work, dated, columns, "removed", was)
    return _view(dated, row._asdict())


def show(work: Work, kind: str, given: Mapping[str, Given]) -> DatedView:
    """Give the record that goes on a day; without one, on the company's today.

    Raises NotFound, Refused.
    """
    dated, sql = _kind(kind)
    if not given.get(DAY):
        company: Row = work.one(_COMPANY)
        given = {**given, DAY: company.business_date}
    columns = _complete(work, dated, given, changing=True)
    row = work.one(sql.going, _key(dated, columns)) or _unknown(work, dated, columns)
    return _view(dated, row._asdict())


def list_(
    work: Work, kind: str, *, after: DatedView | None = None, limit: int = PAGE
) -> tuple[DatedView, ...]:
    """Give the records of a kind by key, from the one behind `after` on."""
    dated, sql = _kind(kind)
    last = {name: after.fields[name] if after else "" for name in dated.key}
    rows = work.run(sql.page, {**_key(dated, last), "count": limit})
    return tuple(_view(dated, row._asdict()) for row in rows)


def _kind(kind: str) -> tuple[Dated, _Statements]:
    if kind not in DATED:
        raise Refused("unknown_kind", f"there is no {kind!r}; known: {', '.join(DATED)}", kind=kind)
    return DATED[kind], _SQL[kind]


def _complete(
    work: Work, dated: Dated, given: Mapping[str, Given], *, changing: bool = False
) -> dict[str, Value]:
    """Read what was given, with the defaults of the rest; of a change, only those of its key.

    Raises Refused.
    """
    company: Row = work.one(_COMPANY)
    first = next(iter(dated.key))
    columns = fields.read(dated.all_fields, given, f"{dated.noun} {given.get(first, '')!r}")
    defaults: dict[str, Value] = dict(_SQL[dated.kind].defaults)
    if dated.key[DAY].form is Form.DATE:
        defaults[DAY] = company.business_date
    known = dated.key if changing else dated.all_fields
    columns = {**{n: v for n, v in defaults.items() if n in known}, **columns}
    if first not in columns:
        raise Refused("missing_field", f"{dated.noun}: {first} is missing; give it")
    if columns.get("currency") == company.currency:
        raise Refused(
            "own_currency",
            f"{company.currency} is the company's own currency; its rate is always 1",
        )
    return columns


def _check(work: Work, dated: Dated, columns: Mapping[str, Any], what: str) -> None:
    """Raise Refused for what no field says by itself."""
    masters.check_references(work, dated.fields, columns, what)
    if "units" in columns and columns["units"] not in PRICE_UNITS:
        among_them = ", ".join(map(str, PRICE_UNITS))
        raise Refused(
            "bad_value", f"{what}: units {columns['units']} is unknown; known: {among_them}"
        )
    if columns.get("rate") == 0:
        raise Refused("bad_value", f"{what}: rate is 0; give what it is worth")


def _key(dated: Dated, columns: Mapping[str, Any]) -> dict[str, Any]:
    return {f"key_{name}": columns[name] for name in dated.key}


def _what(dated: Dated, columns: Mapping[str, Any]) -> str:
    """Name a record as a sentence calls it: rate EUR from 2026-11-23 on."""
    *rest, day = (str(columns[name]) for name in dated.key)
    return f"{dated.noun} {', '.join(filter(None, rest))} from {day or 'always'} on"


def _unknown(work: Work, dated: Dated, columns: Mapping[str, Any]) -> Row:
    rows = work.run(
        _SQL[dated.kind].days,
        {name: value for name, value in _key(dated, columns).items() if name != f"key_{DAY}"},
    )
    days = among([getattr(row, DAY) or "always" for row in rows])
    raise NotFound(
        f"unknown_{dated.kind}", f"{_what(dated, columns)} is unknown; known first days: {days}"
    )


def _note(
    work: Work, dated: Dated, columns: Mapping[str, Any], what: str, body: Mapping[str, Any]
) -> None:
    key = {name: columns[name] for name in dated.key}
    number = masters.subject_id(json.dumps([*key.values()]))
    work.event(_SQL[dated.kind].table, number, None, what, {**key, **body})


def _view(dated: Dated, columns: Mapping[str, Any]) -> DatedView:
    shown = {name: fields.show(f, columns[name]) for name, f in dated.all_fields.items()}
    return DatedView(dated.kind, shown)
