"""What waits for goods, as lists: the products, and the lines of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orderdesk.domain.allocation import ShelfLine
from orderdesk.domain.backorders import BackorderView, LineKey, ShelfKey
from orderdesk.exchange.lists.base import BY_RANK, EARLIEST_FIRST, DeskList, Sort, around, given

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
            shown = around(found, self.key_of, key, before=before, including=including)
            return shown[:limit], len(shown) > limit
        page = backorders.list_(work, key, before=before, limit=limit, including=including)
        return page.items, page.more


class WaitingList(DeskList[LineKey, ShelfLine]):
    """The lines that wait for a product at a warehouse, the best rank first."""

    NAME = "waiting"
    COMMAND = "allocation waiting"

    def __init__(self, product: str, warehouse: str | None = None) -> None:
        """Make the list of a product at a warehouse; left out, the company's own."""
        self.product, self.warehouse = product, warehouse
        super().__init__()

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """Give its one order."""
        return BY_RANK

    @property
    def arguments(self) -> Sequence[str]:
        """Give the product and the warehouse."""
        return (self.product, *given(("warehouse", self.warehouse)))

    def key_of(self, view: ShelfLine) -> LineKey:
        """Give where a line stands."""
        return LineKey(view.place, view.order, view.line)

    def _page(
        self, work: Work, key: LineKey | None, *, before: bool, including: bool, limit: int
    ) -> tuple[Sequence[ShelfLine], bool]:
        from orderdesk.services import backorders

        page = backorders.waiting(
            work,
            self.product,
            self.warehouse,
            key,
            before=before,
            limit=limit,
            including=including,
        )
        return page.lines, page.more
