"""From the models, and the frozen steps before, to the SQL of the newest step of the schema."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Column
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateColumn

from orderdesk.models.columns import metadata

_TABLE: Final = re.compile(r"CREATE TABLE (\w+) \(\n(.*)\n\)", re.DOTALL)
_COLUMN: Final = re.compile(r"\t(\w+) ")
_ADDED: Final = re.compile(r"ALTER TABLE (\w+) ADD COLUMN (\w+) ")
_NO_COLUMN: Final = ("PRIMARY", "UNIQUE", "CHECK", "CONSTRAINT", "FOREIGN")


def step(dialect: Dialect, whole: Iterable[str], before: Iterable[str]) -> list[str]:
    """Give what is to be run after `before` for a schema as `whole` makes it at once.

    New tables, then new columns of old ones, then indexes, functions and triggers. Whatever a
    table's own constraints add has to be written by hand, and so has what goes.
    """
    known = _columns(before)
    old = set(before)
    tables, columns, others = [], [], []
    for statement in whole:
        if statement in old:
            continue
        made = _TABLE.match(statement)
        if made is None:
            others.append(statement)
        elif made[1] not in known:
            tables.append(statement)
        else:
            table = metadata.tables[made[1]]
            columns += [
                _addition(dialect, column)
                for column in table.c
                if column.name not in known[made[1]]
            ]
    return [*tables, *columns, *others]


def _columns(statements: Iterable[str]) -> dict[str, set[str]]:
    """Give the columns of each table that these statements leave."""
    found: dict[str, set[str]] = {}
    for statement in statements:
        if made := _TABLE.match(statement):
            names = (_COLUMN.match(line) for line in made[2].splitlines())
            found[made[1]] = {name[1] for name in names if name and name[1] not in _NO_COLUMN}
        elif added := _ADDED.match(statement):
            found[added[1]].add(added[2])
    return found


def _addition(dialect: Dialect, column: Column[object]) -> str:
    """Give the statement that adds a column; rows that are there already take its default."""
    said = str(CreateColumn(column).compile(dialect=dialect)).strip()
    if not column.nullable:
        value = getattr(column.default, "arg", None)
        said += f" DEFAULT {value}" if isinstance(value, int) else f" DEFAULT '{value or ''}'"
    for key in column.foreign_keys:
        said += f" REFERENCES {key.column.table.name} ({key.column.name})"
    return f"ALTER TABLE {column.table.name} ADD COLUMN {said}"
