"""Customers: find one by code, name, city or phone, and open it."""

from __future__ import annotations

from orderdesk.screens.customers import sources
from orderdesk.screens.customers.sheet import CustomerSheet
from orderdesk.screens.finding import FindingScreen
from orderdesk.screens.widgets.window import Row


class Customers(FindingScreen[str]):
    """Every customer by code; type to find one."""

    TITLE_TEXT = "CUSTOMERS"
    COLUMNS = sources.COLUMNS
    ABOUT = "find_customer"
    EMPTY = "No customer fits."

    def pages(self, text: str) -> sources.CustomerPages:
        """Give the customers that fit a text, or all."""
        return sources.CustomerPages(self.desk_app, text)

    def sheet(self, row: Row[str]) -> CustomerSheet:
        """Make the customer's sheet."""
        return CustomerSheet(row.key)

    def is_meant(self, row: Row[str], typed: str) -> bool:
        """Tell whether the customer's very code was typed."""
        return row.key == typed.upper()
