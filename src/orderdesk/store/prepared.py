"""A statement as the drivers take it, and what a unit of work asks of one. Needs no SQLAlchemy."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, Protocol

Row = Any
"""A named row of whatever the statement selects."""


class Named(Protocol):
    """A dialect, of which no more than its name is wanted."""

    @property
    def name(self) -> str:
        """Give the name of the database, as SQLAlchemy calls it."""


class Dialect(NamedTuple):
    """A dialect that is nothing but its name."""

    name: str


ON_FILE: Final = Dialect("sqlite")


class Prepared(NamedTuple):
    """A statement as one driver takes it."""

    sql: str
    row: Callable[[Any], Row] | None
    """Makes a named row of the driver's tuple, as `_make` does but quicker; None where nothing
    comes back."""


class Runnable(Protocol):
    """A statement that a unit of work may run."""

    only_locks: bool
    """Whether it is there for its row locks alone, and gives nothing to be looked at."""

    def prepared(self, dialect: Named) -> Prepared:
        """Give the statement as this dialect's driver takes it."""


class Insertable(Protocol):
    """What puts whole rows into one table."""

    def sql(self, dialect: Named) -> str:
        """Give the text that puts rows into the table.

        SQLite takes a tuple of values a row. PostgreSQL takes all rows as one JSON array of
        arrays, so that any number of them is one parameter and one round trip.
        """


def prepared(sql: str, columns: Sequence[str]) -> Prepared:
    """Give a statement of this text, whose rows have these columns; of none, nothing comes back."""
    return Prepared(sql, partial(tuple.__new__, row_type("Row", columns)) if columns else None)


def row_type(name: str, columns: Sequence[str]) -> Any:
    """Make a named tuple with these fields; what stands in them is known only at run time."""
    return namedtuple(name, columns)
