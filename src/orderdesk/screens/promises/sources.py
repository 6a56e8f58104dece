"""Promised lines, as rows of a table."""

from __future__ import annotations

from orderdesk.domain.days import brief
from orderdesk.domain.promises import PromisedLine
from orderdesk.screens.widgets.table import Column

Key = tuple[str, int, int]
"""Where a line stands in its list, as the services have it."""

COLUMNS = (
    Column("Order", 10),
    Column("Ln", 3, "right"),
    Column("Customer", 8),
    Column("Item", 10),
    Column("Open", 7, "right"),
    Column("There", 7, "right"),
    Column("Asked", 6, "right"),
    Column("Promise", 7, "right"),
    Column("Leaves", 6, "right"),
)


def cells_of(line: PromisedLine) -> tuple[str, ...]:
    """Give the cells of a line."""
    pinned = "*" if line.pinned else ""
    return (
        line.order,
        str(line.line),
        line.customer,
        line.product,
        f"{line.open:f}",
        f"{line.allocated:f}",
        brief(line.requested),
        "none" if line.promised is None else f"{pinned}{brief(line.promised)}",
        "" if line.ship_by is None else brief(line.ship_by),
    )
