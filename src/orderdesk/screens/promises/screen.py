"""Promises: the open lines that need somebody, why, the chain of days, and a key to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.containers import Container

from orderdesk.domain.errors import OrderDeskError
from orderdesk.domain.promises import PromisedLine, PromiseExplained, PromiseView
from orderdesk.screens.commands import bindings
from orderdesk.screens.finding import FindingScreen
from orderdesk.screens.orders.sheet import OrderSheet
from orderdesk.screens.pinning import PinningScreen, Promise
from orderdesk.screens.promises.detail import Chain
from orderdesk.screens.promises.sources import COLUMNS, Key, cells_of
from orderdesk.screens.widgets.window import Cell

if TYPE_CHECKING:
    from orderdesk.exchange.lists.promises import PromiseList

TITLES: Final = {
    "risk": "at risk",
    "late": "later than asked for",
    "slipped": "slipped",
    "unpromised": "not promised",
}
"""What each list is called."""


class Promises(FindingScreen[Key, PromisedLine], PinningScreen):
    """One list of promises at a time, a letter for each."""

    DEFAULT_CSS = """
    Promises {
        #both { layout: vertical; height: 1fr; }
        #found { height: 9; }
        Chain { border-top: solid $panel; }
        &.-wide #both { layout: horizontal; }
        &.-wide #found { height: 1fr; width: 76; }
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
        "filter",
        "sort",
        "csv",
        "same",
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

    COLUMNS = COLUMNS
    ABOUT = "promise_filter"
    EMPTY = "No line needs anybody here."
    FINDS_FIRST = False

    def __init__(self) -> None:
        super().__init__()
        self._which = "risk"
        self._is_new = True

    def whole(self) -> PromiseList:
        """Give the whole list."""
        from orderdesk.exchange.lists.promises import PromiseList

        return PromiseList(self._which)

    async def show(self, text: str) -> None:
        """Show what a text leaves of the list; at first of one that the menu counted lines of."""
        is_new, self._is_new = self._is_new, False
        await super().show(text)
        if not is_new or self.is_gone or self.picked is not None:
            return
        from orderdesk.services.orders import promise_lists

        if (await self.desk_app.read(promise_lists.counts))["slipped"] and self._which == "risk":
            self._which = "slipped"
            await self.turn()

    def cells(self, view: PromisedLine) -> tuple[Cell, ...]:
        """Give the cells of a line."""
        return cells_of(view)

    def below(self) -> ComposeResult:
        """Lay the picked line's chain beside the table, or below it."""
        with Container(id="both"):
            yield from super().below()
            yield Chain()

    def title_left(self) -> str:
        """Name the list."""
        return f"{self.TITLE_TEXT} {TITLES[self._which]}"

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

    async def show_picked(self) -> None:
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
            await self.turn()

    def _chosen(self) -> PromisedLine | None:
        """Give what is to be acted on; say so where there is nothing."""
        if self.is_asking():
            return None
        if self.picked is None:
            self.fail("no order line is here; another letter shows another list")
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

    async def open_picked(self) -> None:
        """Open the order of the picked line."""
        await self.action_open_order()
