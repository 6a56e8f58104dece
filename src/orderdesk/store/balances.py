"""Tables of balances: a quantity for each key, of which only those above zero stand.

Whoever moves balances has locked what they are of before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, literal_column, update

from orderdesk.store.statements import insert_or, statement, table_of

if TYPE_CHECKING:
    from sqlmodel import SQLModel

    from orderdesk.store.work import Work

_MOVED = "moved_by"
"""The parameter of a change; below zero it takes away."""


class Balances:
    """The statements that move one table's balances, and the one way to run them."""

    def __init__(self, model: type[SQLModel], balance: str) -> None:
        """Declare them for a model whose primary key says what each `balance` is of."""
        table = table_of(model)
        kept, keys = table.c[balance], list(table.primary_key.columns)
        # Not the bare names: an update keeps those for itself.
        self._names = [f"of_{key.name}" for key in keys]
        here = [key == bindparam(name) for key, name in zip(keys, self._names, strict=True)]
        whole = zip([*keys, kept], [*self._names, _MOVED], strict=True)
        new = insert_or(table).values({column.name: bindparam(name) for column, name in whole})
        self._more = statement(
            new.on_conflict_do_update(
                index_elements=keys, set_={balance: kept + new.excluded[balance]}
            )
        )
        self._less = statement(
            update(table).where(*here).values({balance: kept + bindparam(_MOVED)})
        )
        self._nothing = statement(delete(table).where(*here, kept == literal_column("0")))

    def move(self, work: Work, changes: Mapping[Any, int]) -> None:
        """Move the balances of these keys (tuples) by so much, in key order; empty ones go.

        Raises Conflict where there is none to take from.
        """
        rows: list[dict[str, Any]] = [
            {**dict(zip(self._names, key, strict=True)), _MOVED: quantity}
            for key, quantity in sorted(changes.items())
            if quantity
        ]
        more = [row for row in rows if row[_MOVED] > 0]
        less = [row for row in rows if row[_MOVED] < 0]
        if more:
            work.change_each(self._more, more)
        if less:
            work.change_each(self._less, less, expect=len(less))
            work.change_each(
                self._nothing, [{name: row[name] for name in self._names} for row in less]
            )
