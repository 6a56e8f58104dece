"""Backorders: the products that order lines wait for, those needed the longest ago first."""

from __future__ import annotations

from orderdesk.domain.backorders import ShelfKey
from orderdesk.screens.backorders import sources
from orderdesk.screens.backorders.sheet import BackorderSheet
from orderdesk.screens.commands import bindings
from orderdesk.screens.finding import FindingScreen
from orderdesk.screens.looking import LooksAtStock
from orderdesk.screens.widgets.window import Row


class Backorders(FindingScreen[ShelfKey], LooksAtStock):
    """Every product that something waits for, by warehouse; type to find one."""

    TITLE_TEXT = "BACKORDERS"
    KEYS = ("help", "leave", "reread", "check_stock", "filter", "back")
    BINDINGS = bindings("check_stock")
    COLUMNS = sources.COLUMNS
    ABOUT = "find_backorder"
    EMPTY = "Nothing waits for goods."

    def pages(self, text: str) -> sources.ShelfPages:
        """Give what waits of the products that a text finds, or all."""
        return sources.ShelfPages(self.desk_app, text)

    def sheet(self, row: Row[ShelfKey]) -> BackorderSheet:
        """Make the sheet of a product at a warehouse."""
        return BackorderSheet(row.key.product, row.key.warehouse)

    def is_meant(self, row: Row[ShelfKey], typed: str) -> bool:
        """Tell whether the product's very code was typed, and it waits at one warehouse."""
        return row.key.product == typed.upper() and self.table.rows_in_memory == 1

    @property
    def product_here(self) -> str:
        """Give the picked product."""
        row = self.table.cursor_row
        return "" if row is None else row.key.product
