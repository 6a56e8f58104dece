"""Customers as rows of a table."""

from __future__ import annotations

from orderdesk.domain.customers import CustomerSummary
from orderdesk.domain.search import CustomerHit
from orderdesk.screens.widgets.table import Column

COLUMNS = (
    Column("Code", 10),
    Column("Name"),
    Column("City", 14),
    Column("Phone", 16),
    Column("State", 8),
)


def cells_of(found: CustomerSummary | CustomerHit) -> tuple[str, ...]:
    """Give the cells of a customer's row."""
    state = "!blocked" if found.blocked else ""
    return (found.code, found.name, found.city, found.phone, state)
