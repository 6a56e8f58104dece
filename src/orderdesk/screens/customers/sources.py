"""What the customers screens ask of the services, imported once the desk is open."""

from __future__ import annotations

from orderdesk.domain.customers import CustomerLine
from orderdesk.domain.search import CustomerHit
from orderdesk.screens.link import DeskApp
from orderdesk.screens.widgets.table import Column
from orderdesk.screens.widgets.window import Page, Row

COLUMNS = (
    Column("Code", 10),
    Column("Name"),
    Column("City", 14),
    Column("Phone", 16),
    Column("State", 8),
)


def _row(found: CustomerLine | CustomerHit) -> Row[str]:
    state = "!blocked" if found.blocked else ""
    return Row(found.code, (found.code, found.name, found.city, found.phone, state))


class CustomerPages:
    """All customers by their codes, or the best fifty that fit what was typed."""

    def __init__(self, app: DeskApp, text: str) -> None:
        self._app = app
        self._text = text

    async def fetch(
        self, key: str | None, *, before: bool, limit: int, including: bool
    ) -> Page[str]:
        """Read one page; found customers are one page, the likeliest first."""
        await self._app.ready.wait()
        if self._text:
            return await self._found(key, before=before, including=including)
        from orderdesk.services.customers.browsing import browse

        # One more than asked for tells whether there are more.
        found = await self._app.read(
            browse, key, before=before, limit=limit + 1, including=including
        )
        more = len(found) > limit
        shown = (found[1:] if before else found[:-1]) if more else found
        return Page([_row(each) for each in shown], more)

    async def _found(self, key: str | None, *, before: bool, including: bool) -> Page[str]:
        from orderdesk.services import search

        rows = [_row(each) for each in await self._app.read(search.find_customers, self._text)]
        if key is None:
            return Page([] if before else rows, more=False)
        at = next((place for place, row in enumerate(rows) if row.key == key), 0)
        here = rows[:at] if before else rows[at if including else at + 1 :]
        return Page(here, more=False)
