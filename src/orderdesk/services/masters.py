"""The small tables keyed by code: one pattern to add, change, archive, show and list them all.

Nothing is deleted: what is archived is no longer offered and stays for whatever refers to it.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, literal_column, or_, select, update

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.fields import Field, Form, Given, among
from orderdesk.domain.masters import MASTERS, Master, MasterView
from orderdesk.domain.numbers import RATE_SCALE
from orderdesk.models import company, products
from orderdesk.services import fields, owners, rights
from orderdesk.store.statements import (
    Insertion,
    Row,
    Statement,
    insertion,
    statement,
    table_of,
    text_set,
)
from orderdesk.store.work import Work

PAGE: Final = 200

_MODELS: Final[Mapping[str, Any]] = {
    "calendar": company.WorkingCalendar,
    "warehouse": company.Warehouse,
    "carrier": company.Carrier,
    "tax": company.Tax,
    "terms": company.Terms,
    "customer_group": company.CustomerGroup,
    "product_group": company.ProductGroup,
    "reason": company.Reason,
    "unit": company.Unit,
    "supplier": company.Supplier,
    "price_list": products.PriceList,
    "user": company.User,
    "role": company.Role,
}
_RIGHTS: Final = {"user": "users", "role": "users"}
"""What it needs to change a record of this kind; of all others the master data."""

_DEFAULT_OF_COMPANY: Final = {
    "price_list": "base_list",
    "warehouse": "warehouse",
    "terms": "terms",
    "tax": "tax",
    "carrier": "carrier",
    "calendar": "calendar",
}
"""Which setting of the company may name a record of this kind."""

_DEFAULTS: Final = statement(
    select(*(table_of(company.Company).c[name] for name in _DEFAULT_OF_COMPANY.values()))
)


class Statements(NamedTuple):
    """What is run for one kind of master record."""

    row: Statement
    """One record, locked until the unit of work ends."""
    shown: Statement
    page: Statement
    known: Statement
    """Which of a set of codes there are, and which are archived."""
    change: Statement
    insert: Insertion
    defaults: Mapping[str, Any]


def _key(kind: str) -> str:
    """Give the name of the parameter that says which record."""
    return f"{kind}_code"


def _statements(kind: str) -> Statements:
    model = _MODELS[kind]
    table = table_of(model)
    code = table.c.name if kind == "user" else table.c.code
    wanted = code == bindparam(_key(kind))
    of_code = select(*table.c, code.label("key")).where(wanted)
    columns = [field.column for field in MASTERS[kind].fields.values()]
    left_out = ("id",) if "id" in table.c else ()
    return Statements(
        row=statement(of_code.with_for_update(key_share=True)),
        shown=statement(of_code),
        page=statement(
            select(*table.c, code.label("key"))
            .where(
                code > bindparam("after"),
                or_(
                    table.c.archived == literal_column("0"),
                    literal_column("1") == bindparam("archived"),
                ),
            )
            .order_by(code)
            .limit(bindparam("count"))
        ),
        known=statement(
            select(code.label("key"), table.c.archived).where(code.in_(select(text_set("keys"))))
        ),
        change=statement(
            update(table)
            .where(wanted, table.c.version == bindparam("read"))
            .values(
                version=table.c.version + 1, **{name: bindparam(f"new_{name}") for name in columns}
            )
        ),
        insert=insertion(model, *left_out),
        defaults=model().model_dump(),
    )


_SQL: Final = {kind: _statements(kind) for kind in MASTERS}


@cache
def subject_id(code: str) -> int:
    """Give the number that a code goes by in the journal: positive, the same everywhere."""
    return int.from_bytes(blake2b(code.encode(), digest_size=8).digest()) >> 1


def known(work: Work, wanted: Mapping[str, set[str]]) -> Mapping[str, Mapping[str, int]]:
    """Tell which of these codes exist: kind -> code -> 1 where archived, else 0. One trip."""
    kinds = [kind for kind, keys in wanted.items() if keys]
    found = work.run_all([(_SQL[k].known, {"keys": fields.codes(wanted[k])}) for k in kinds])
    return {
        kind: {row.key: row.archived for row in rows}
        for kind, rows in zip(kinds, found, strict=True)
    }


def wanted(specs: Mapping[str, Field], columns: Mapping[str, Any]) -> dict[str, set[str]]:
    """Give the codes that a record's columns refer to, by kind."""
    found: dict[str, set[str]] = {}
    for field in specs.values():
        value = columns.get(field.column)
        if field.form is Form.REFERENCE and value is not None:
            found.setdefault(field.refers, set()).add(value)
    return found


def check_references(
    work: Work,
    specs: Mapping[str, Field],
    columns: Mapping[str, Any],
    what: str,
    found: Mapping[str, Mapping[str, int]] | None = None,
) -> None:
    """Raise Refused where a column names a master record that is unknown or archived.

    `found` is what `known` gave for many records at once.
    """
    if found is None:
        found = known(work, wanted(specs, columns))
    for field in specs.values():
        value = columns.get(field.column)
        if field.form is not Form.REFERENCE or value is None:
            continue
        archived = found.get(field.refers, {}).get(value)
        if archived is None:
            others = [row.key for row in _page(work, field.refers, "", 13, archived=False)]
            raise fields.refuse_unknown(what, field.name, value, others)
        if archived:
            raise Refused(
                f"archived_{field.refers}",
                f"{what}: {field.name} {value!r} is archived; name another one",
                field=field.name,
                value=value,
            )


def add(work: Work, kind: str, code: str, given: Mapping[str, Given]) -> MasterView:
    """Add a master record; what is not given has its default. Raises Refused."""
    rights.require(work, _RIGHTS.get(kind, "masters"))
    master, sql = _master(kind)
    code = _code(master, code)
    what = f"{master.noun} {code!r}"
    columns = fields.read(master.fields, given, what)
    if work.one(sql.row, {_key(kind): code}) is not None:
        raise Refused(f"{kind}_exists", f"{what} is there already; change it with `set`", key=code)
    check_references(work, master.fields, columns, what)
    _check_floor(kind, columns, what)
    if kind == "user":
        owners.check(work, None, columns)
    _check_os_user(work, kind, columns)
    row = {**sql.defaults, **columns, ("name" if kind == "user" else "code"): code}
    work.insert(sql.insert, [tuple(row[c.name] for c in sql.insert.columns)])
    made = work.one(sql.row, {_key(kind): code})
    _note(work, kind, made, "added", fields.added(master.fields, columns))
    return _view(master, made)


def set_(
    work: Work, kind: str, code: str, given: Mapping[str, Given], version: int | None = None
) -> MasterView:
    """Change the given fields of a master record, and give it as it is then.

    Raises NotFound, Refused, and Conflict where `version` is not the one stored.
    """
    rights.require(work, _RIGHTS.get(kind, "masters"))
    master, sql = _master(kind)
    code = _code(master, code)
    what = f"{master.noun} {code!r}"
    row = work.one(sql.row, {_key(kind): code}) or _unknown(work, kind, code)
    columns = fields.read(master.fields, given, what)
    differences = fields.changed(master.fields, row, columns)
    fields.check_version(version, row, differences, what)
    if not differences:
        return _view(master, row)
    touched = {
        master.fields[name].column: columns[master.fields[name].column] for name in differences
    }
    check_references(work, master.fields, touched, what)
    _check_floor(kind, touched, what)
    if kind == "user":
        owners.check(work, row, touched)
    _check_os_user(work, kind, touched)
    if touched.get("archived"):
        _refuse_default(work, kind, code, what)
    new = row._replace(**touched, version=row.version + 1)
    values = {f"new_{f.column}": getattr(new, f.column) for f in master.fields.values()}
    work.change(sql.change, {_key(kind): code, "read": row.version, **values})
    _note(work, kind, new, "changed", differences)
    return _view(master, new)


def show(work: Work, kind: str, code: str) -> MasterView:
    """Give one master record. Raises NotFound."""
    master, sql = _master(kind)
    code = _code(master, code)
    return _view(master, work.one(sql.shown, {_key(kind): code}) or _unknown(work, kind, code))


def check(work: Work, kind: str, code: str | None) -> None:
    """Raise NotFound where a list was asked for by a code that nobody has; None asks for all."""
    if code is not None:
        show(work, kind, code)


def list_(
    work: Work, kind: str, *, after: str = "", limit: int = PAGE, archived: bool = False
) -> tuple[MasterView, ...]:
    """Give the records of a kind by code, from the one behind `after` on."""
    master, _ = _master(kind)
    return tuple(_view(master, row) for row in _page(work, kind, after, limit, archived=archived))


def _page(work: Work, kind: str, after: str, limit: int, *, archived: bool) -> list[Row]:
    wanted = {"after": after, "count": limit, "archived": int(archived)}
    return work.run(_SQL[kind].page, wanted)


def _master(kind: str) -> tuple[Master, Statements]:
    if kind not in MASTERS:
        raise Refused(
            "unknown_kind", f"there is no {kind!r}; known: {', '.join(MASTERS)}", kind=kind
        )
    return MASTERS[kind], _SQL[kind]


def _code(master: Master, code: str) -> str:
    try:
        return fields.code_of(code, master.noun, master.fold)
    except ValueError as error:
        raise Refused("bad_code", str(error)) from None


def _unknown(work: Work, kind: str, code: str) -> Row:
    others = among([row.key for row in _page(work, kind, "", 13, archived=False)])
    noun = MASTERS[kind].noun
    raise NotFound(f"unknown_{kind}", f"{noun} {code!r} is unknown; known: {others}", key=code)


def _check_floor(kind: str, columns: Mapping[str, Any], what: str) -> None:
    if kind == "product_group" and columns.get("margin_floor") == RATE_SCALE:
        raise Refused(
            "bad_value",
            f"{what}: margin_floor 100 leaves nothing for the cost; give less than 100 percent",
            field="margin_floor",
        )


def _check_os_user(work: Work, kind: str, columns: Mapping[str, Any]) -> None:
    name = columns.get("os_user")
    if kind != "user" or name is None:
        return
    taken = work.one(_OS_USER, {"os_user": name})
    if taken is not None:
        raise Refused(
            "os_user_taken",
            f"os_user {name!r} is mapped to user {taken.name!r}; unmap that one first",
            os_user=name,
            user=taken.name,
        )


_OS_USER: Final = statement(
    select(table_of(company.User).c.name).where(
        table_of(company.User).c.os_user == bindparam("os_user")
    )
)


def _refuse_default(work: Work, kind: str, code: str, what: str) -> None:
    setting = _DEFAULT_OF_COMPANY.get(kind)
    if setting and getattr(work.one(_DEFAULTS), setting) == code:
        raise Refused(
            "default_of_company",
            f"{what} is the company's {setting}; name another one with `orderdesk company set "
            f"--{setting.replace('_', '-')}` first",
            setting=setting,
        )


def _note(work: Work, kind: str, row: Row, what: str, body: Mapping[str, Any]) -> None:
    number = row.id if kind == "user" else subject_id(row.key)
    work.event(kind, number, row.version, what, {"code": row.key, **body})


def _view(master: Master, row: Row) -> MasterView:
    return MasterView(master.kind, row.key, row.version, fields.shown(master.fields, row))
