"""A list of promises: the lines of it, or those of them that a text means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from orderdesk.domain.errors import Refused
from orderdesk.domain.promises import PromisedLine, PromiseFilter
from orderdesk.exchange.lists.base import (
    EARLIEST_FIRST,
    OLDEST_FIRST,
    DeskList,
    Sort,
    given,
    words_of,
)

if TYPE_CHECKING:
    from typing import Self

    from orderdesk.store.work import Work

Key = tuple[str, int, int]
"""Where a line stands in its list, as the services have it."""

_BY_DAY = ("late", "risk")
"""The lists that go by days; the others go by orders."""


class PromiseList(DeskList[Key, PromisedLine]):
    """The lines of one list of promises."""

    NAME = "promises"
    COMMAND = "promise list"
    FILTERS: ClassVar[tuple[str, ...]] = ("customer", "product", "order")

    def __init__(self, which: str, wanted: PromiseFilter | None = None, sort: str = "") -> None:
        """Make the list of this name, or what of it a filter leaves. Raises Refused."""
        self.which, self.wanted = which, wanted or PromiseFilter()
        super().__init__(sort)

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """Give the orders it can have."""
        return EARLIEST_FIRST if self.which in _BY_DAY else OLDEST_FIRST

    @property
    def arguments(self) -> Sequence[str]:
        """Give the list's name and what narrows it."""
        options = given(*((name, getattr(self.wanted, name)) for name in self.FILTERS))
        return (self.which, *options)

    def key_of(self, view: PromisedLine) -> Key:
        """Give where a line stands."""
        from orderdesk.services.orders import promise_lists

        return promise_lists.key_of(self.which, view)

    def narrowed(self, work: Work, text: str) -> Self:
        """Give the lines of an order, of a customer, or of a product."""
        from orderdesk.services.orders.promise_lists import meant

        rest, named = words_of(text, self.FILTERS)
        if rest and named:
            raise Refused("wide_filter", f"give either {rest!r} or {next(iter(named))}, not both")
        wanted = PromiseFilter(**named) if named else meant(work, rest)
        return self.ordering(type(self)(self.which, wanted))

    def _page(
        self, work: Work, key: Key | None, *, before: bool, including: bool, limit: int
    ) -> tuple[Sequence[PromisedLine], bool]:
        from orderdesk.services.orders import promise_lists

        page = promise_lists.page(
            work,
            self.which,
            key,
            before=before,
            including=including,
            limit=limit,
            filter=self.wanted,
        )
        return page.lines, page.more
