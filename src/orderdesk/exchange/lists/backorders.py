"""What waits for goods, as lists: the products, and the lines of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orderdesk.domain.allocation import ShelfLine
from orderdesk.domain.backorders import BackorderView, LineKey, ShelfKey
from orderdesk.exchange.lists.base import EARLIEST_FIRST, DeskList, Sort, around, given
from orderdesk.exchange.lists.stock import LineList

if TYPE_CHECKING:
    from typing import Self

    from orderdesk.store.work import Work


class BackorderList(DeskList[ShelfKey, BackorderView]):
    """Products that lines wait for, by warehouse, those needed the longest ago first."""

    NAME = "backorders"
    COMMAND = "stock backorders"

    def __init__(self, find: str = "", sort: str = "") -> None:
        """Make the list of all, or of the products that a text finds. Raises Refused."""
        self.find = find
        super().__init__(sort)

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """Give the orders it can have."""
        return EARLIEST_FIRST[:1] if self.find else EARLIEST_FIRST

    @property
    def arguments(self) -> Sequence[str]:
        """Give the text as an option."""
        return given(("find", self.find))

    def key_of(self, view: BackorderView) -> ShelfKey:
        """Give where a product stands."""
        return ShelfKey(view.needed.isoformat(), view.product, view.warehouse)

    def narrowed(self, work: Work, text: str) -> Self:
        """Give what waits of the products that a text finds."""
        return self.ordering(type(self)(text.strip()))

    def _page(
        self, work: Work, key: ShelfKey | None, *, before: bool, including: bool, limit: int
    ) -> tuple[Sequence[BackorderView], bool]:
        from orderdesk.services import backorders

        if self.find:
            found = backorders.find(work, self.find)
            return around(found, self.key_of, key, before=before, including=including, limit=limit)
        page = backorders.list_(work, key, before=before, limit=limit, including=including)
        return page.items, page.more


class WaitingList(LineList):
    """The lines that wait for a product at a warehouse, the company's own where none is named."""

    NAME = "waiting"
    COMMAND = "allocation waiting"

    def _page(
        self, work: Work, key: LineKey | None, *, before: bool, including: bool, limit: int
    ) -> tuple[Sequence[ShelfLine], bool]:
        from orderdesk.services import backorders

        page = backorders.waiting(
            work,
            self.product,
            self.warehouse or None,
            key,
            before=before,
            limit=limit,
            including=including,
        )
        return page.lines, page.more
