"""Statements that a desk runs before its models are read: by their text, frozen.

A Core expression takes SQLAlchemy, the models and its own compiling, which together take longer
than the desk's first frame. What is run before anything else is ready names its expression instead,
and runs the text that `python -m scripts.freeze_statements` has compiled from it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from orderdesk.store.prepared import Named, Prepared, prepared

FROZEN: Final[list[Frozen]] = []
"""Every frozen statement of the house, for the script that freezes them."""

BETWEEN: Final = "\n--\n"
"""Stands between two statements of a file."""
HEAD: Final = "-- "
"""Stands before the line that names a statement and the columns of its rows."""


class Frozen:
    """A statement or an insertion that is declared as a Core expression somewhere else."""

    __slots__ = ("_prepared", "expression", "only_locks")

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.only_locks = False
        self._prepared: dict[str, Prepared] = {}
        FROZEN.append(self)

    def prepared(self, dialect: Named) -> Prepared:
        """Give the statement as this dialect's driver takes it."""
        found = self._prepared.get(dialect.name)
        if found is None:
            found = self._prepared[dialect.name] = _read(dialect.name)[self.expression]
        return found

    def sql(self, dialect: Named) -> str:
        """Give the text that puts rows into its table."""
        return self.prepared(dialect).sql


def frozen(expression: str) -> Frozen:
    """Name the Core expression, `module:NAME`, whose frozen text is to be run."""
    return Frozen(expression)


def path_of(dialect: str) -> Path:
    """Give the file of the texts for a dialect."""
    return Path(__file__).with_name(f"frozen_{dialect}.sql")


@cache
def _read(dialect: str) -> dict[str, Prepared]:
    """Give all frozen statements by the names of their expressions."""
    found = {}
    for each in path_of(dialect).read_text(encoding="utf-8").removesuffix("\n").split(BETWEEN):
        head, _, sql = each.partition("\n")
        name, *columns = head.removeprefix(HEAD).split()
        found[name] = prepared(sql, columns)
    return found
