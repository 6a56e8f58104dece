"""Promises: the open lines that need somebody, why, the chain of days, and a key to mend it."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Container

from orderdesk.domain.errors import OrderDeskError
from orderdesk.domain.promises import PromisedLine, PromiseExplained, PromiseView
from orderdesk.screens.commands import bindings
from orderdesk.screens.orders.sheet import OrderSheet
from orderdesk.screens.pinning import PinningScreen, Promise
from orderdesk.screens.promises.detail import Chain
from orderdesk.screens.promises.sources import COLUMNS, Key, PromisePages
from orderdesk.screens.widgets.table import PagedTable

TITLES: Final = {
    "risk": "at risk",
    "late": "later than asked for",
    "slipped": "slipped",
    "unpromised": "not promised",
}
"""What each list is called."""


class Promises(PinningScreen):
    """One list of promises at a time, a letter for each."""

    DEFAULT_CSS = """
    Promises {
        #both { layout: vertical; height: 1fr; }
        #promises { height: 9; }
        Chain { border-top: solid $panel; }
        &.-wide #both { layout: horizontal; }
        &.-wide #promises { height: 1fr; width: 76; }
        &.-wide Chain { border-top: none; border-left: solid $panel; }
    }
    """

    TITLE_TEXT = "PROMISES"
    KEYS = (
        "help",
        "leave",
        "show_risk",
        "show_late",
        "show_slipped",
        "show_unpromised",
        "next",
        "pin",
        "renew",
        "why",
        "check_stock",
        "open_order",
        "back",
    )
    BINDINGS = bindings(
        "show_risk",
        "show_late",
        "show_slipped",
        "show_unpromised",
        "next",
        "pin",
        "renew",
        "why",
        "check_stock",
        "open_order",
    )

    def __init__(self) -> None:
        super().__init__()
        self._which = "risk"
        self._source: PromisePages | None = None

    def room(self) -> ComposeResult:
        """Lay the picked line's chain beside the table, or below it."""
        with Container(id="both"):
            yield PagedTable[Key](COLUMNS, empty="No line needs anybody here.", id="promises")
            yield Chain()

    def on_mount(self) -> None:
        """Begin on what is at risk."""
        super().on_mount()
        self.home.focus()
        self.read_first(self._list())

    def title_left(self) -> str:
        """Name the list."""
        return f"{self.TITLE_TEXT} {TITLES[self._which]}"

    @property
    def home(self) -> PagedTable[Key]:
        """Give the table."""
        return self.query_one("#promises", PagedTable)

    @property
    def picked(self) -> PromisedLine | None:
        """Give the line that the cursor is on, as it was last read."""
        row = self.home.cursor_row
        return None if row is None or self._source is None else self._source.lines.get(row.key)

    @property
    def line_here(self) -> tuple[str, int] | None:
        """Give the picked line."""
        return None if self.picked is None else (self.picked.order, self.picked.line)

    @property
    def product_here(self) -> str:
        """Give its product."""
        return self.picked.product if self.picked else ""

    @property
    def promise_here(self) -> Promise | None:
        """Give its promise."""
        line = self.picked
        if line is None:
            return None
        return Promise(line.order, line.line, line.promised, line.pinned, line.version)

    async def promised_anew(self, view: PromiseView) -> None:
        """Show the list with what is promised by now."""
        await self.refresh_live()

    async def _list(self) -> None:
        """Show the list that was asked for, from its beginning."""
        self._source = PromisePages(self.desk_app, self._which)
        with self.failing_softly():
            await self.home.show(self._source)
        await self._show_picked()

    async def _show_picked(self) -> None:
        """Read the chain of the line that the cursor is on, and show it."""
        line = self.picked
        if line is None:
            self.query_one(Chain).show(None, "")
            return
        from orderdesk.services.orders import promise_reading

        chain: PromiseExplained | str
        try:
            chain = await self.desk_app.read(promise_reading.explain, line.order, line.line)
        except OrderDeskError as error:
            # Somebody else shipped or closed it a moment ago.
            chain = error.message
        if not self.is_gone and line == self.picked:
            self.query_one(Chain).show(line, chain)

    @on(PagedTable.RowHighlighted)
    async def _moved(self) -> None:
        await self._show_picked()

    async def refresh_live(self) -> None:
        """Read the rows in view again, and the chain of the picked line."""
        if self._source is None:
            return
        with self.failing_softly():
            await self.home.reload()
        if not self.is_gone:
            await self._show_picked()

    async def tried(self, acting: Awaitable[Any]) -> bool:
        """Do something; where it cannot be done, say why. The list is read again either way."""
        done = await super().tried(acting)
        await self.refresh_live()
        return done

    # What can be done -----------------------------------------------------------------------

    async def action_show_risk(self) -> None:
        """Show what is at risk."""
        await self._turn_to("risk")

    async def action_show_late(self) -> None:
        """Show what comes later than it was asked for."""
        await self._turn_to("late")

    async def action_show_slipped(self) -> None:
        """Show what slipped."""
        await self._turn_to("slipped")

    async def action_show_unpromised(self) -> None:
        """Show what has no promise."""
        await self._turn_to("unpromised")

    async def _turn_to(self, which: str) -> None:
        if not self.is_asking():
            self._which = which
            self.hush()
            self.retitle()
            await self._list()

    def _chosen(self) -> PromisedLine | None:
        """Give what is to be acted on; say so where there is nothing."""
        if self.is_asking():
            return None
        if self.picked is None:
            self.fail("no line is here")
        return self.picked

    def action_next(self) -> None:
        """Go on to the next."""
        if not self.is_asking():
            self.home.action_row(1)

    async def action_renew(self) -> None:
        """Promise the picked line's order anew."""
        line = self._chosen()
        if line is None:
            return

        async def act() -> None:
            from orderdesk.services.orders.repromising import renew

            view = await self.desk_app.write(None, renew, line.order, line.version)
            after = next(each for each in view.lines if each.line == line.line)
            day = "for no day yet" if after.promised is None else f"{after.promised}"
            same = "as before" if after.promised == line.promised else "now"
            whole = "" if view.promised is None else f", all of the order {view.promised}"
            self.say(f"{line.order} line {line.line} is promised {day}, {same}{whole}")

        await self.tried(act())

    async def action_open_order(self) -> None:
        """Open the order's sheet."""
        line = self._chosen()
        if line is not None:
            await self.app.push_screen(OrderSheet(line.order))

    @on(PagedTable.RowSelected)
    async def _selected(self) -> None:
        await self.action_open_order()
