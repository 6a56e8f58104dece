"""The one way to run SQL: a statement is declared once, compiled once per dialect, and run.

A statement is declared at module level from its Core expression and compiled when it first
runs, to the text that the driver takes; from then on SQLAlchemy is out of the way. Sets go
as one JSON parameter (`integer_set`, `text_set`), never as a list of markers, so one text
serves any number of members on both databases.
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Text, bindparam, cast, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler, SQLiteDialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import column
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.functions import FunctionElement

from orderdesk.store.prepared import Named, Prepared, Row, prepared, row_type

if TYPE_CHECKING:
    from sqlalchemy import Executable, Table
    from sqlalchemy.engine import Dialect
    from sqlalchemy.sql.elements import Cast, ColumnElement
    from sqlmodel import SQLModel

__all__ = ["Prepared", "Row", "row_type"]

_TYPE_NAMES: Final = {True: "bigint", False: "text"}


class Constants:
    """Writes the constants of an expression into its text, so that only names are parameters.

    The planners may then use partial indexes and limits; SQLite would even plan a statement anew
    each time it runs, where a parameter told it something for its plan.
    """

    def visit_bindparam(self, bindparam: BindParameter[Any], **options: Any) -> str:
        """Write a parameter, or the constant that it stands for."""
        if not bindparam.required:
            if bindparam.value is None:
                return "NULL"
            options["literal_binds"] = True
        text: str = super().visit_bindparam(bindparam, **options)  # type: ignore[misc]
        return text


class _SqliteCompiler(Constants, SQLiteCompiler):  # type: ignore[misc]
    """Statements for the sqlite3 driver."""


class _Sqlite(SQLiteDialect):
    statement_compiler = _SqliteCompiler


insert_or = sqlite.insert
"""An insertion that may say what becomes of a row that is there already, for both databases."""
# What it may hang on is a name to PostgreSQL's compiler too, which asks for that first.
sqlite.dml.OnConflictClause.constraint_target = None  # type: ignore[attr-defined]

SQLITE: Final[Dialect] = _Sqlite(paramstyle="named")


def _whole(dialect: Named) -> Dialect:
    """Give all of a dialect of which perhaps no more than its name was given."""
    if dialect.name == SQLITE.name:
        return SQLITE
    from orderdesk.store.postgres_statements import POSTGRES

    return POSTGRES


DECLARED: Final[list[Statement | Insertion]] = []
"""Every statement of the house, for the tests that compile each one for both databases."""


def table_of(model: type[SQLModel]) -> Table:
    """Give the Core table of a model."""
    return model.__table__  # type: ignore[attr-defined,no-any-return]


def row_of(model: type[SQLModel]) -> Any:
    """Make a named tuple with a table's columns, in the order that an insertion wants them.

    Columns at the end that have a default may be left out.
    """
    names = table_of(model).columns.keys()
    defaults: list[Any] = []
    for name in reversed(names):
        field = model.model_fields[name]
        if field.is_required() or field.default_factory is not None:
            break
        defaults.insert(0, field.default)
    return namedtuple(model.__name__ + "Row", names, defaults=defaults)


class Statement:
    """A Core expression, compiled once for each dialect it meets."""

    __slots__ = ("_prepared", "clause", "only_locks")

    def __init__(self, clause: Executable, *, only_locks: bool = False) -> None:
        self.clause = clause
        self.only_locks = only_locks
        self._prepared: dict[str, Prepared] = {}
        DECLARED.append(self)

    @property
    def columns(self) -> list[str]:
        """Give the names of what comes back; none where nothing does."""
        return [c.key for c in getattr(self.clause, "exported_columns", ())]

    def prepared(self, dialect: Named) -> Prepared:
        """Give the statement as this dialect's driver takes it."""
        found = self._prepared.get(dialect.name)
        if found is None:
            sql = str(self.clause.compile(dialect=_whole(dialect)))  # type: ignore[attr-defined]
            found = self._prepared[dialect.name] = prepared(sql, self.columns)
        return found


def statement(clause: Executable) -> Statement:
    """Declare a statement; names that the caller gives are `bindparam`s of the expression."""
    return Statement(clause)


def lock(clause: Executable) -> Statement:
    """Declare a read that is there for its row locks alone; what it gives is not to be looked at.

    SQLite, where a unit of work is the only writer, leaves it out.
    """
    return Statement(clause, only_locks=True)


class Insertion:
    """Whole rows into one table, as tuples in the order of `columns`."""

    __slots__ = ("_prepared", "columns", "table")

    def __init__(self, model: type[SQLModel], leave_out: tuple[str, ...] = ()) -> None:
        self.table = table_of(model)
        self.columns = tuple(c for c in self.table.columns if c.name not in leave_out)
        self._prepared: dict[str, str] = {}
        DECLARED.append(self)

    def sql(self, dialect: Named) -> str:
        """Give the text that puts rows into the table.

        SQLite takes a tuple of values a row. PostgreSQL takes all rows as one JSON array of
        arrays, so that any number of them is one parameter and one round trip.
        """
        found = self._prepared.get(dialect.name)
        if found is None:
            found = self._sqlite() if dialect.name == SQLITE.name else self._postgres()
            self._prepared[dialect.name] = found
        return found

    def clause(self) -> Executable:
        """Give the ordinary Core form, one row at a time, that the tests compare with."""
        return insert(self.table).values({c.name: bindparam(c.name) for c in self.columns})

    def _names(self) -> str:
        return ", ".join(SQLITE.identifier_preparer.quote(c.name) for c in self.columns)

    def _sqlite(self) -> str:
        marks = ", ".join("?" * len(self.columns))
        return f"INSERT INTO {self.table.name} ({self._names()}) VALUES ({marks})"

    def _postgres(self) -> str:
        values = ", ".join(
            f"(r->>{i})::{_TYPE_NAMES[isinstance(c.type, BigInteger)]}"
            for i, c in enumerate(self.columns)
        )
        return (
            f"INSERT INTO {self.table.name} ({self._names()})"
            f" SELECT {values} FROM jsonb_array_elements(%s::jsonb) AS r"
        )


def insertion(model: type[SQLModel], *leave_out: str) -> Insertion:
    """Declare an insertion of whole rows, leaving out columns that the database fills in."""
    return Insertion(model, leave_out)


class _Members(FunctionElement[Any]):
    """The members of a JSON array as rows."""

    inherit_cache = True


@compiles(_Members, "sqlite")
def _members_sqlite(element: _Members, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Members, "postgresql")
def _members_postgres(element: _Members, compiler: Any, **options: Any) -> str:
    # Through an array, for which the planner expects ten members: of a JSON function's rows it
    # expects a hundred, and would rather read a whole table than look that many up.
    text = compiler.process(element.clauses, **options)
    return f"unnest(ARRAY(SELECT json_array_elements_text(({text})::json)))"


def _members(name: str) -> ColumnElement[Any]:
    # On PostgreSQL a table function that gives one column names it after its alias, on SQLite
    # json_each always calls it `value`: with the alias `value` one expression serves both.
    rows = _Members(bindparam(name, type_=Text())).table_valued(column("value"), name="value")
    return rows.c.value


def integer_set(name: str) -> Cast[int]:
    """Give the column of whole numbers in the JSON array bound to this name."""
    return cast(_members(name), BigInteger().with_variant(BigInteger(), "sqlite"))


def text_set(name: str) -> Cast[str]:
    """Give the column of texts in the JSON array bound to this name."""
    return cast(_members(name), Text())
