"""Orders: find one, open it."""

from __future__ import annotations

from orderdesk.screens.finding import FindingScreen
from orderdesk.screens.orders import sources
from orderdesk.screens.orders.sheet import OrderSheet
from orderdesk.screens.widgets.window import Row


class Orders(FindingScreen[int]):
    """Every order, newest first; type to find one by number, customer, PO or product."""

    TITLE_TEXT = "ORDERS"
    COLUMNS = sources.COLUMNS
    ABOUT = "find_order"
    EMPTY = "No order fits."

    def pages(self, text: str) -> sources.OrderPages:
        """Give the orders that fit a text, or all."""
        return sources.OrderPages(self.desk_app, text)

    def sheet(self, row: Row[int]) -> OrderSheet:
        """Make the order's sheet."""
        return OrderSheet(str(row.cells[0]))
