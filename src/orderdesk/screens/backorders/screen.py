"""Backorders: the products that order lines wait for, those needed the longest ago first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.domain.backorders import BackorderView, ShelfKey
from orderdesk.screens.backorders import sources
from orderdesk.screens.backorders.sheet import BackorderSheet
from orderdesk.screens.commands import bindings
from orderdesk.screens.finding import FindingScreen
from orderdesk.screens.looking import LooksAtStock
from orderdesk.screens.widgets.window import Cell

if TYPE_CHECKING:
    from orderdesk.exchange.lists.backorders import BackorderList


class Backorders(FindingScreen[ShelfKey, BackorderView], LooksAtStock):
    """Every product that something waits for, by warehouse; type to find one."""

    TITLE_TEXT = "BACKORDERS"
    KEYS = (
        *("help", "leave", "reread", "check_stock"),
        *("filter", "sort", "csv", "same", "back"),
    )
    BINDINGS = bindings("check_stock")
    COLUMNS = sources.COLUMNS
    ABOUT = "find_backorder"
    EMPTY = "Nothing waits for goods."

    def whole(self) -> BackorderList:
        """Give all that waits."""
        from orderdesk.exchange.lists.backorders import BackorderList

        return BackorderList()

    def cells(self, view: BackorderView) -> tuple[Cell, ...]:
        """Give the cells of a product."""
        return sources.cells_of(view)

    async def open_picked(self) -> None:
        """Open the sheet of the picked product at its warehouse."""
        if self.picked is not None:
            await self.app.push_screen(BackorderSheet(self.picked.product, self.picked.warehouse))

    def is_meant(self, view: BackorderView, typed: str) -> bool:
        """Tell whether the product's very code was typed, and it waits at one warehouse."""
        return view.product == typed.upper() and self.table.rows_in_memory == 1

    @property
    def product_here(self) -> str:
        """Give the picked product."""
        return "" if self.picked is None else self.picked.product
