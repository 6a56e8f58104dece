"""What the screen of queues asks of the services, imported once the desk is open."""

from __future__ import annotations

from orderdesk.domain.queues import QueueFilter, QueueItem
from orderdesk.screens.link import DeskApp
from orderdesk.screens.widgets.table import Column
from orderdesk.screens.widgets.window import Page, Row

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


def _row(item: QueueItem) -> Row[str]:
    return Row(
        item.id,
        (
            waited(item.waiting_seconds),
            item.subject,
            "" if item.line is None else str(item.line),
            item.customer,
            _what(item),
            f"{item.total:,f}",
            item.taken_by or "",
        ),
    )


class QueuePages:
    """What waits in a queue, longest first, or the part of it that was asked for."""

    def __init__(self, app: DeskApp, asked: QueueFilter) -> None:
        self._app = app
        self._asked = asked
        self.items: dict[str, QueueItem] = {}
        """What was read last of each, by its id."""

    async def fetch(
        self, key: str | None, *, before: bool, limit: int, including: bool
    ) -> Page[str]:
        """Read one page."""
        await self._app.ready.wait()
        from dataclasses import replace

        from orderdesk.services.queues.reading import list_

        asked = (
            replace(self._asked, before=key or "", limit=limit, including=including)
            if before
            else replace(self._asked, after=key, limit=limit, including=including)
        )
        page = await self._app.read(list_, asked)
        self.items.update((item.id, item) for item in page.items)
        return Page([_row(item) for item in page.items], more=page.more)
