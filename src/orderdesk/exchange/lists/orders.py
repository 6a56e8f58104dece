"""Orders as a list: all of them, those of a filter, or what a text finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from orderdesk.domain.orders import OrderFilter, OrderSummary
from orderdesk.exchange.lists.base import (
    LIKELIEST,
    NEWEST_FIRST,
    DeskList,
    Sort,
    around,
    given,
    is_meant,
    words_of,
)

if TYPE_CHECKING:
    from typing import Self

    from orderdesk.store.work import Work


class OrderList(DeskList[int, OrderSummary]):
    """Orders, newest first; of those that a text finds the likeliest."""

    NAME = "orders"
    COMMAND = "order list"
    FILTERS: ClassVar[tuple[str, ...]] = (
        "customer",
        "product",
        "buyer-po",
        "number",
        "status",
        "stage",
        "held",
        "from-day",
        "to-day",
    )

    def __init__(self, wanted: OrderFilter | None = None, find: str = "", sort: str = "") -> None:
        """Make the list of a filter, a text, or both. Raises Refused."""
        self.wanted, self.find = wanted or OrderFilter(), find
        super().__init__(sort)

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """Give the orders it can have."""
        return LIKELIEST if self.find else NEWEST_FIRST

    @property
    def arguments(self) -> Sequence[str]:
        """Give the filter and the text as options."""
        options = [(name, getattr(self.wanted, name.replace("-", "_"))) for name in self.FILTERS]
        return given(("find", self.find), *options)

    def key_of(self, view: OrderSummary) -> int:
        """Give an order's id."""
        return view.id

    def narrowed(self, work: Work, text: str) -> Self:
        """Give the orders that a text means; see `DeskList`."""
        find, named = words_of(text, self.FILTERS)
        values: dict[str, Any] = {name.replace("-", "_"): value for name, value in named.items()}
        if "held" in named:
            values["held"] = is_meant("held", named["held"])
        return self.ordering(type(self)(OrderFilter(**values), find))

    def _page(
        self, work: Work, key: int | None, *, before: bool, including: bool, limit: int
    ) -> tuple[Sequence[OrderSummary], bool]:
        from orderdesk.services.orders import reading

        if self.find:
            found = reading.find(work, self.find, filter=self.wanted)
            return around(found, self.key_of, key, before=before, including=including, limit=limit)
        at = {"before": key or 0} if before else {"after": key}
        page = reading.list_(work, replace(self.wanted, **at, including=including, limit=limit))
        return page.orders, page.more
