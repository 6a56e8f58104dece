"""What belongs to one product, as lists: who wants it, its ledger, where it lies, what comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from orderdesk.domain.allocation import ShelfLine
from orderdesk.domain.backorders import LineKey
from orderdesk.domain.stock import MovementView, PlaceView
from orderdesk.exchange.lists.base import BY_RANK, NEWEST_FIRST, DeskList, Sort, given

if TYPE_CHECKING:
    from orderdesk.domain.supplies import SupplyView
    from orderdesk.store.work import Work


class LineList(DeskList[LineKey, ShelfLine]):
    """The open lines of a product, the best rank first."""

    NAME = "lines"
    COMMAND = "allocation show"
    WHICH: ClassVar[str] = "open"
    """Which lines, as `shelves.Which` calls them."""

    def __init__(self, product: str, warehouse: str = "") -> None:
        """Make the list of a product, at any warehouse where none is named."""
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
        from orderdesk.services.allocation.shelves import Which

        page = backorders.lines(
            work,
            Which(self.WHICH),
            self.product,
            self.warehouse,
            key,
            before=before,
            limit=limit,
            including=including,
        )
        return page.lines, page.more


class HoldingList(LineList):
    """The lines that have some of a product, the worst rank first, but for one that gets more."""

    WHICH = "holding"

    def __init__(self, product: str, warehouse: str, taker: tuple[str, int]) -> None:
        """Make the list of a product at a warehouse; `taker` is the line that gets more."""
        super().__init__(product, warehouse)
        self._taker = taker

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """Give its one order."""
        return (Sort("worst", "by rank, worst first"),)

    def _page(
        self, work: Work, key: LineKey | None, *, before: bool, including: bool, limit: int
    ) -> tuple[Sequence[ShelfLine], bool]:
        found, more = super()._page(work, key, before=before, including=including, limit=limit)
        return [each for each in found if (each.order, each.line) != self._taker], more


class MoveList(DeskList[int, MovementView]):
    """The entries of a product's ledger, the newest first."""

    NAME = "moves"
    COMMAND = "stock moves"

    def __init__(self, product: str, sort: str = "") -> None:
        """Make the list of a product. Raises Refused."""
        self.product = product
        super().__init__(sort)

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """Give the orders it can have."""
        return NEWEST_FIRST

    @property
    def arguments(self) -> Sequence[str]:
        """Give the product."""
        return (self.product,)

    def key_of(self, view: MovementView) -> int:
        """Give an entry's id."""
        return view.id

    def _page(
        self, work: Work, key: int | None, *, before: bool, including: bool, limit: int
    ) -> tuple[Sequence[MovementView], bool]:
        from orderdesk.services import stock_check

        page = stock_check.moves(
            work, self.product, key, before=before, limit=limit, including=including
        )
        return page.entries, page.more


class _OnwardList(DeskList[Any, Any]):
    """A list of one product in one order, which is read from its beginning on alone."""

    SORT: Sort

    def __init__(self, product: str, warehouse: str = "") -> None:
        self.product, self.warehouse = product, warehouse
        super().__init__()

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """Give its one order."""
        return (self.SORT,)


class PlaceList(_OnwardList):
    """Where a product lies, by warehouse, bin, lot and status."""

    NAME = "places"
    COMMAND = "stock places"
    SORT = Sort("place", "by warehouse, bin and lot")

    @property
    def arguments(self) -> Sequence[str]:
        """Give the product."""
        return (self.product,)

    def key_of(self, view: PlaceView) -> tuple[str, str, str, str]:
        """Give a place."""
        return (view.warehouse, view.bin, view.lot, view.status)

    def _page(
        self, work: Work, key: Any, *, before: bool, including: bool, limit: int
    ) -> tuple[Sequence[PlaceView], bool]:
        from orderdesk.services import stock

        found = stock.places(work, self.product, key or ("", "", "", ""), limit)
        return found, len(found) == limit


class SupplyList(_OnwardList):
    """What is expected of a product, the next first."""

    NAME = "expected"
    COMMAND = "supply list"
    SORT = Sort("earliest", "earliest first")

    @property
    def arguments(self) -> Sequence[str]:
        """Give the product and the warehouse as options."""
        return given(("product", self.product), ("warehouse", self.warehouse))

    def key_of(self, view: SupplyView) -> tuple[str, int]:
        """Give the day and the id of what is expected."""
        return (view.due.isoformat(), view.id)

    def _page(
        self, work: Work, key: Any, *, before: bool, including: bool, limit: int
    ) -> tuple[Sequence[SupplyView], bool]:
        from orderdesk.domain.supplies import SupplyFilter
        from orderdesk.services.supplies import reading

        due, number = key or ("", 0)
        wanted = SupplyFilter(product=self.product, warehouse=self.warehouse or None)
        found = reading.list_(work, wanted, after_due=due, after_id=number, limit=limit)
        return found, len(found) == limit


class KnownList(_OnwardList):
    """Rows that are known whole, with the command that shows them."""

    SORT = Sort("known", "as it is reckoned")

    def __init__(self, name: str, command: Sequence[str], views: Sequence[Any]) -> None:
        """Take what a file of it is called, the command's words, and the rows."""
        super().__init__("")
        self.NAME, self._words, self._views = name, command, views

    COMMAND = ""

    @property
    def arguments(self) -> Sequence[str]:
        """Give all of the command."""
        return self._words

    def key_of(self, view: Any) -> int:
        """Give where a row stands."""
        return next(at for at, each in enumerate(self._views) if each is view)

    def _page(
        self, work: Work, key: Any, *, before: bool, including: bool, limit: int
    ) -> tuple[Sequence[Any], bool]:
        at = 0 if key is None else key + 1
        return self._views[at : at + limit], at + limit < len(self._views)
