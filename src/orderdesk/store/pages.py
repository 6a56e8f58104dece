"""Reading a result of any length: page by page in key order, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, bindparam, literal_column, tuple_

from orderdesk.store.statements import Row, Statement, statement

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from orderdesk.store.work import Work

PAGE: Final = 500

_BEFORE_ALL: Final = {True: -(2**63), False: ""}


class Pages:
    """A query read page by page: each page begins behind the key of the last row before it."""

    __slots__ = ("_next", "_start")

    def __init__(self, query: Select[Any], key: Mapping[str, ColumnElement[Any]]) -> None:
        """Name the query and its key: the columns that it is ordered by and tells rows apart.

        The query selects each key column under the name given here; an index has them in this
        order, or every page costs a sort.
        """
        ordered = query.order_by(*key.values()).limit(literal_column(str(PAGE)))
        after = tuple_(*[bindparam(f"after_{name}", type_=c.type) for name, c in key.items()])
        self._start = {name: _BEFORE_ALL[isinstance(c.type, BigInteger)] for name, c in key.items()}
        self._next: Statement = statement(ordered.where(tuple_(*key.values()) > after))

    def rows(self, work: Work) -> Iterator[Row]:
        """Give every row; they may be read only while the unit of work lasts."""
        after = self._start
        while True:
            page = work.run(self._next, {f"after_{name}": each for name, each in after.items()})
            yield from page
            if len(page) < PAGE:
                return
            after = {name: getattr(page[-1], name) for name in after}
