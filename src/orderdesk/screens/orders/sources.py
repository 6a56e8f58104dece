"""Orders as rows of a table."""

from __future__ import annotations

from orderdesk.domain.orders import OrderSummary
from orderdesk.screens.widgets.table import Column

COLUMNS = (
    Column("Order", 10),
    Column("Date", 10),
    Column("Customer", 8),
    Column("Name"),
    Column("PO", 12),
    Column("Status", 9),
    Column("Total", 12, "right"),
)


def state_of(order: OrderSummary) -> str:
    """Say in one word how an order stands."""
    if order.held:
        return "!held"
    return order.status if order.status == "cancelled" else order.stage


def cells_of(order: OrderSummary) -> tuple[str, ...]:
    """Give the cells of an order's row."""
    return (
        order.number,
        order.entered_at.date().isoformat(),
        order.customer,
        order.customer_name,
        order.buyer_po,
        state_of(order),
        f"{order.total:,f}",
    )
