"""Order lines of a product at a warehouse as every screen shows them: whose they are, and when."""

from __future__ import annotations

from typing import Final

from orderdesk.domain.allocation import ShelfLine
from orderdesk.domain.backorders import LineKey
from orderdesk.screens.widgets.table import Column

COLUMNS: Final = (
    Column("Rank", 4, "right"),
    Column("Order", 10),
    Column("Ln", 3, "right"),
    Column("Customer"),
    Column("Leave by", 10),
    Column("Promised", 10),
)
"""Those that stand first in a table of such lines.

Leave by is the day that ranks a line: what was never promised has the day on which it is needed.
"""


def key_of(line: ShelfLine) -> LineKey:
    """Give the key of a line's row."""
    return LineKey(line.place, line.order, line.line)


def cells_of(line: ShelfLine) -> tuple[str, ...]:
    """Give the cells of the first columns."""
    return (
        "-" if line.rank is None else str(line.rank),
        line.order,
        str(line.line),
        line.customer,
        line.ranked.isoformat(),
        line.promised.isoformat() if line.promised else "!none",
    )
