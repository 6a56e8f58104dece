"""Orders: find one, open it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.domain.orders import OrderSummary
from orderdesk.screens.finding import FindingScreen
from orderdesk.screens.orders import sources
from orderdesk.screens.orders.sheet import OrderSheet
from orderdesk.screens.widgets.window import Cell

if TYPE_CHECKING:
    from orderdesk.exchange.lists.orders import OrderList


class Orders(FindingScreen[int, OrderSummary]):
    """Every order, newest first; type to find one by number, customer, PO or product."""

    TITLE_TEXT = "ORDERS"
    COLUMNS = sources.COLUMNS
    ABOUT = "find_order"
    EMPTY = "No order fits."

    def whole(self) -> OrderList:
        """Give all orders."""
        from orderdesk.exchange.lists.orders import OrderList

        return OrderList()

    def cells(self, view: OrderSummary) -> tuple[Cell, ...]:
        """Give the cells of an order."""
        return sources.cells_of(view)

    async def open_picked(self) -> None:
        """Open the picked order's sheet."""
        if self.picked is not None:
            await self.app.push_screen(OrderSheet(self.picked.number))
