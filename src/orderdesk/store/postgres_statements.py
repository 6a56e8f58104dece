"""Statements as PostgreSQL takes them; a desk on a file never loads that dialect."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, bindparam, cast, literal_column
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import column
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import replacement_traverse

from orderdesk.store.statements import Constants, Statement

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.sql.elements import Cast


class _Compiler(Constants, PGCompiler_psycopg):  # type: ignore[misc]
    """Statements for psycopg."""


class _Postgres(PGDialect_psycopg):
    statement_compiler = _Compiler


POSTGRES: Final[Dialect] = _Postgres()  # type: ignore[no-untyped-call]


class _Objects(FunctionElement[Any]):
    """The objects of a JSON array as rows."""

    inherit_cache = True


@compiles(_Objects)
def _objects(element: _Objects, compiler: Any, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"unnest(ARRAY(SELECT jsonb_array_elements(({text})::jsonb)))"


_each_row: Final = (
    _Objects(bindparam("rows", type_=Text()))
    .table_valued(column("value", JSONB), name="value")
    .c.value
)


@cache
def for_rows(wanted: Statement) -> str:
    """Give an UPDATE as PostgreSQL takes it for many sets of parameters at once.

    They come as one JSON array of objects, named `rows`; no two may change the same row.
    """
    clause = replacement_traverse(wanted.clause, {}, _field_of_row)  # type: ignore[call-overload]
    return str(clause.compile(dialect=POSTGRES))


def _field_of_row(element: Any, **_: Any) -> Cast[Any] | None:
    """Replace a parameter by the field of that name in the row at hand."""
    if isinstance(element, BindParameter) and element.required:
        field = _each_row.op("->>")(literal_column(f"'{element.key}'"))
        return cast(field, element.type)
    return None
