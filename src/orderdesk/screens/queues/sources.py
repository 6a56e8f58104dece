"""What waits, as rows of a table."""

from __future__ import annotations

from orderdesk.domain.queues import QueueItem
from orderdesk.screens.widgets.table import Column

COLUMNS = (
    Column("Waits", 6, "right"),
    Column("Order", 10),
    Column("Ln", 3, "right"),
    Column("Customer", 8),
    Column("What"),
    Column("Total", 12, "right"),
    Column("Taken by", 9),
)

HOLDS = "holds"
"""The queue of orders that are held."""
CALLING = "calling"
"""The queue of lines that customers are to be called about."""
PROMISES = "promises"
"""The queue of lines whose customers are to be told that they slipped again."""


def waited(seconds: int) -> str:
    """Say a time of waiting in the largest unit that it fills: `4 min`, `3 h`, `12 d`."""
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"


def _what(item: QueueItem) -> str:
    """Say why something waits; of a line that is telephoned about, with whom and what it is."""
    if item.queue == HOLDS:
        return item.reason.replace("_", " ")
    known = item.details
    words = (known["phone"], known["contact"], known["quantity"], known["unit"], known["product"])
    return " ".join(str(word) for word in words if word)


def cells_of(item: QueueItem) -> tuple[str, ...]:
    """Give the cells of what waits."""
    return (
        waited(item.waiting_seconds),
        item.subject,
        "" if item.line is None else str(item.line),
        item.customer,
        _what(item),
        f"{item.total:,f}",
        item.taken_by or "",
    )
