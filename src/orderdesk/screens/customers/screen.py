"""Customers: find one by code, name, city or phone, and open it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.domain.customers import CustomerSummary
from orderdesk.domain.search import CustomerHit
from orderdesk.screens.customers import sources
from orderdesk.screens.customers.sheet import CustomerSheet
from orderdesk.screens.finding import FindingScreen
from orderdesk.screens.widgets.window import Cell

if TYPE_CHECKING:
    from orderdesk.exchange.lists.customers import CustomerList


class Customers(FindingScreen[str, CustomerSummary | CustomerHit]):
    """Every customer by code; type to find one."""

    TITLE_TEXT = "CUSTOMERS"
    COLUMNS = sources.COLUMNS
    ABOUT = "find_customer"
    EMPTY = "No customer fits."

    def whole(self) -> CustomerList:
        """Give all customers."""
        from orderdesk.exchange.lists.customers import CustomerList

        return CustomerList()

    def cells(self, view: CustomerSummary | CustomerHit) -> tuple[Cell, ...]:
        """Give the cells of a customer."""
        return sources.cells_of(view)

    async def open_picked(self) -> None:
        """Open the picked customer's sheet."""
        if self.picked is not None:
            await self.app.push_screen(CustomerSheet(self.picked.code))

    def is_meant(self, view: CustomerSummary | CustomerHit, typed: str) -> bool:
        """Tell whether the customer's very code was typed."""
        return view.code == typed.upper()
