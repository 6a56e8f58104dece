"""What a database promises by itself, looked at again: pages, indexes, references, constraints.

References and constraints are checked row by row from the models, the same on both databases, so
that a row which slipped in while they were off is named. The rest is asked of the database: on
SQLite `PRAGMA integrity_check` and whether the search index has every row; on PostgreSQL what is
marked as not valid; on both whether the guards of the ledgers stand.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import CheckConstraint, Text, exists, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import column
from sqlalchemy.sql.functions import FunctionElement

from orderdesk.domain.doctor import DATABASE, Broken
from orderdesk.store.pages import Pages
from orderdesk.store.statements import statement
from orderdesk.store.tables import every_table

if TYPE_CHECKING:
    from sqlalchemy import ForeignKey, Table

    from orderdesk.store.work import Work

_SEARCHED: Final = ("customer", "product")
_GUARDED: Final = ("event", "movement", "seal", "decision")
_FOUR_EYES: Final = (
    ("hold", "hold_four_eyes"),
    ("hold", "hold_four_eyes_new"),
    ("hold", "hold_stays"),
    ("sales_order", "sales_order_stays"),
)
"""Guards of PostgreSQL alone."""

WHOLE: Final = "database"
"""Stands for a table where the database as a whole is damaged."""

_MOST: Final = 100
"""How many complaints of one kind are listed; the first ones say enough."""

_SQLITE_CHECK: Final = (
    f"SELECT '{WHOLE}' AS place, '' AS name, integrity_check AS message, 1 AS damage"
    " FROM pragma_integrity_check"
    # Rows that break a constraint are named one by one further down.
    " WHERE integrity_check <> 'ok' AND integrity_check NOT LIKE 'CHECK constraint failed in %'"
)
_SQLITE_SEARCH: Final = (
    "SELECT * FROM (SELECT '{0}' AS place, CAST(id AS TEXT) AS name,"
    " 'the search index does not have this row' AS message, 0 AS damage FROM {0}"
    " WHERE NOT EXISTS (SELECT 1 FROM {0}_search_docsize AS d WHERE d.id = {0}.id) LIMIT {1})"
    " UNION ALL SELECT * FROM (SELECT '{0}_search', CAST(id AS TEXT),"
    " 'the search index has a row that is gone', 0 FROM {0}_search_docsize AS d"
    " WHERE NOT EXISTS (SELECT 1 FROM {0} WHERE {0}.id = d.id) LIMIT {1})"
)
_SQLITE_GUARD: Final = (
    "SELECT '{0}' AS place, '{0}_no_{1}' AS name, 'the guard against changes is gone' AS message,"
    " 0 AS damage WHERE NOT EXISTS"
    " (SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = '{0}_no_{1}')"
)
_POSTGRES_CHECK: Final = (
    "SELECT conrelid::regclass::text AS place, conname::text AS name,"
    " 'this constraint was never checked against the rows before it' AS message, 0 AS damage"
    " FROM pg_constraint WHERE NOT convalidated"
    " AND connamespace = current_schema()::regnamespace"
    " UNION ALL SELECT indrelid::regclass::text, indexrelid::regclass::text,"
    " 'this index is not complete; make it anew', 0 FROM pg_index"
    " JOIN pg_class ON pg_class.oid = indexrelid"
    " WHERE NOT indisvalid AND relnamespace = current_schema()::regnamespace"
)
_POSTGRES_GUARD: Final = (
    "SELECT '{0}' AS place, '{1}' AS name, 'the guard against changes is gone or off'"
    " AS message, 0 AS damage WHERE NOT EXISTS (SELECT 1 FROM pg_trigger"
    " WHERE tgrelid = '{0}'::regclass AND tgname = '{1}' AND tgenabled IN ('O', 'A'))"
)


class _OwnCheck(FunctionElement[Any]):
    """What a database says of itself, as rows."""

    inherit_cache = True


@compiles(_OwnCheck, "sqlite")
def _own_check_sqlite(element: _OwnCheck, compiler: Any, **options: Any) -> str:
    parts = [
        _SQLITE_CHECK,
        *(_SQLITE_SEARCH.format(name, _MOST) for name in _SEARCHED),
        *(_SQLITE_GUARD.format(name, act) for name in _GUARDED for act in ("update", "delete")),
    ]
    return f"({' UNION ALL '.join(parts)})"


@compiles(_OwnCheck, "postgresql")
def _own_check_postgres(element: _OwnCheck, compiler: Any, **options: Any) -> str:
    guards = [(name, f"{name}_no_{act}") for name in _GUARDED for act in ("change", "truncate")]
    parts = [_POSTGRES_CHECK, *(_POSTGRES_GUARD.format(*each) for each in (*guards, *_FOUR_EYES))]
    return f"({' UNION ALL '.join(parts)})"


_own = (
    _OwnCheck()
    .table_valued(
        column("place", Text), column("name", Text), column("message", Text), column("damage"),
        name="own",
    )
)  # fmt: skip
_OWN: Final = statement(select(_own.c.place, _own.c.name, _own.c.message, _own.c.damage))


class _Check(NamedTuple):
    """A promise of the schema, with the rows that break it."""

    table: str
    name: str
    promise: str
    key: tuple[str, ...]
    broken: Pages


def _reference(table: Table, key: ForeignKey) -> _Check:
    """Look for rows that refer to a row which is not there."""
    child, parent = key.parent, key.column
    other = parent.table.alias("other")
    identity = {f"key_{c.name}": c for c in table.primary_key.columns}
    query = select(*[c.label(name) for name, c in identity.items()], child.label("stored")).where(
        child.is_not(None), ~exists().where(other.c[parent.name] == child)
    )
    promise = f"{child.name} is in {parent.table.name}.{parent.name}"
    return _Check(table.name, "", promise, tuple(identity), Pages(query, identity))


def _constraint(table: Table, check: CheckConstraint) -> _Check:
    """Look for rows that a constraint would refuse."""
    identity = {f"key_{c.name}": c for c in table.primary_key.columns}
    query = select(*[c.label(name) for name, c in identity.items()]).where(
        literal_column(f"NOT ({check.sqltext})")
    )
    return _Check(
        table.name, str(check.name), str(check.sqltext), tuple(identity), Pages(query, identity)
    )


_TABLES: Final = every_table()
_REFERENCES: Final = [
    _reference(table, key)
    for table in _TABLES
    for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
]
_CONSTRAINTS: Final = [
    _constraint(table, check)
    for table in _TABLES
    for check in sorted(
        (each for each in table.constraints if isinstance(each, CheckConstraint)),
        key=lambda check: str(check.name),
    )
]


def faults(work: Work, laws: Container[str] = ()) -> Iterator[Broken]:
    """Give every row and part that breaks a promise of the schema.

    Constraints whose names are in `laws` are left to whoever examines those laws. Where the
    whole database is damaged (table `WHOLE`), nothing else is looked at: it cannot be trusted.
    """
    damaged = False
    for row in work.run(_OWN):
        damaged = damaged or bool(row.damage)
        yield Broken(DATABASE, row.message, row.place, row.name, row.message, "sound")
    if damaged:
        return
    for check in (*_REFERENCES, *_CONSTRAINTS):
        if check.name in laws:
            continue
        for row in check.broken.rows(work):
            key = " ".join(str(getattr(row, name)) for name in check.key)
            stored = str(getattr(row, "stored", check.name))
            yield Broken(
                DATABASE, f"{check.table} {key} breaks a promise of the schema: {check.promise}",
                check.table, key, stored, check.promise,
            )  # fmt: skip
