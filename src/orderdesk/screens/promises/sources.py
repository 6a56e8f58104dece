"""What the screen of promises asks of the services, imported once the desk is open."""

from __future__ import annotations

from orderdesk.domain.days import brief
from orderdesk.domain.promises import PromisedLine
from orderdesk.screens.link import DeskApp
from orderdesk.screens.widgets.table import Column
from orderdesk.screens.widgets.window import Page, Row

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


def _row(key: Key, line: PromisedLine) -> Row[Key]:
    pinned = "*" if line.pinned else ""
    return Row(
        key,
        (
            line.order,
            str(line.line),
            line.customer,
            line.product,
            f"{line.open:f}",
            f"{line.allocated:f}",
            brief(line.requested),
            "none" if line.promised is None else f"{pinned}{brief(line.promised)}",
            "" if line.ship_by is None else brief(line.ship_by),
        ),
    )


class PromisePages:
    """The lines of a list of promises."""

    def __init__(self, app: DeskApp, which: str) -> None:
        self._app = app
        self.which = which
        self.lines: dict[Key, PromisedLine] = {}
        """What was read last of each."""

    async def fetch(
        self, key: Key | None, *, before: bool, limit: int, including: bool
    ) -> Page[Key]:
        """Read one page."""
        await self._app.ready.wait()
        from orderdesk.services.orders import promise_lists

        page = await self._app.read(
            promise_lists.page, self.which, key, before=before, including=including, limit=limit
        )
        rows = []
        for line in page.lines:
            place = promise_lists.key_of(self.which, line)
            self.lines[place] = line
            rows.append(_row(place, line))
        return Page(rows, more=page.more)
