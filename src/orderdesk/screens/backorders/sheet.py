"""One product that is short: supply against the lines that wait, and stock moved among them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Static

from orderdesk.domain.allocation import MoveRequest, MoveView, ShelfLine
from orderdesk.domain.backorders import LineKey, ShelfView
from orderdesk.screens.backorders import about, sources
from orderdesk.screens.columns import many
from orderdesk.screens.commands import bindings
from orderdesk.screens.listed import ListingScreen, Pages
from orderdesk.screens.looking import LooksAtStock
from orderdesk.screens.widgets.ask import Question
from orderdesk.screens.widgets.table import PagedTable

if TYPE_CHECKING:
    from orderdesk.exchange.lists.base import DeskList, Sort

_WIDE: Final = 110
"""From so many cells on the panel stands beside the table, else below it."""
_ASIDE: Final = 46
_ROWS: Final = 11
_AROUND: Final = 8
"""Cells of the panel beside the table, its rows below it, and rows that are not its own."""

_REHEARSED: Final = "looked at"
"""The reason of a move that is undone at once."""


class BackorderSheet(ListingScreen, LooksAtStock):
    """A product at a warehouse, and the lines that wait for it by rank.

    To move stock one picks the line that is to get it, then the line that is to lose it.
    """

    DEFAULT_CSS = """
    BackorderSheet {
        #short-head { height: auto; }
        #short-both { layout: vertical; height: 1fr; }
        #short-aside {
            height: auto; min-height: 5; max-height: 12; border-top: solid $panel; padding: 0 1;
        }
        &.-wide #short-both { layout: horizontal; }
        &.-wide #short-aside {
            height: 1fr; max-height: 100%; width: 46;
            border-top: none; border-left: solid $panel;
        }
    }
    """

    TITLE_TEXT = "BACKORDERS"
    KEYS = (
        "help",
        "leave",
        "move_stock",
        "run_allocation",
        "why",
        "open_order",
        "check_stock",
        "reread",
        "sort",
        "csv",
        "same",
        "back",
    )
    BINDINGS = bindings("move_stock", "run_allocation", "why", "open_order", "check_stock")

    def __init__(self, product: str, warehouse: str) -> None:
        super().__init__()
        self.product, self.warehouse = product, warehouse
        self._seen: ShelfView | None = None
        self._taker: ShelfLine | None = None
        """The line that is to get stock, while it is picked from whom."""
        self._preview: MoveView | None = None
        """What a move would do, while it is asked for."""
        self._sources: dict[str, Pages[LineKey, ShelfLine]] = {}

    def room(self) -> ComposeResult:
        """Lay what there is over the lines, and what the picked one gets beside or below them."""
        # It is drawn once for the right width, not first for none and then for this one.
        self.set_class(self.app.size.width >= _WIDE, "-wide")
        yield Static("", id="short-head", markup=False)
        with Container(id="short-both"):
            yield PagedTable[LineKey](
                sources.WAITING, empty="No line waits for it any more.", id="waiting"
            )
            yield PagedTable[LineKey](sources.HOLDING, empty="No line has any of it.", id="holding")
            yield Static("", id="short-aside", markup=False)

    def on_mount(self) -> None:
        """Begin on the best-ranked of those that wait."""
        super().on_mount()
        self.query_one("#holding").display = False
        self.home.focus()
        self.read_first(self._begin())

    @property
    def home(self) -> PagedTable[LineKey]:
        """Give the table that is in view."""
        return self.query_one("#waiting" if self._taker is None else "#holding", PagedTable)

    @property
    def picked(self) -> ShelfLine | None:
        """Give the line that the cursor is on, as it was last read."""
        row = self.home.cursor_row
        return None if row is None else self._sources[self.home.id or ""].views.get(row.key)

    @property
    def listed(self) -> DeskList[LineKey, ShelfLine] | None:
        """Give the lines that are in view."""
        pages = self._sources.get(self.home.id or "")
        return None if pages is None else pages.listed

    async def list_in(self, order: Sort) -> None:
        """Leave them as they are: rank is their one order."""

    @property
    def line_here(self) -> tuple[str, int] | None:
        """Give the order and the number of the picked line."""
        line = self.picked
        return None if line is None else (line.order, line.line)

    @property
    def product_here(self) -> str:
        """Give the product."""
        return self.product

    def title_left(self) -> str:
        """Name the product, and what is being picked."""
        if self._taker is None:
            return f"{self.TITLE_TEXT} {self.product} at {self.warehouse}"
        return f"MOVE {self.product} TO {self._taker.order} line {self._taker.line}: FROM WHOM?"

    # Reading --------------------------------------------------------------------------------

    async def _begin(self) -> None:
        from orderdesk.exchange.lists.backorders import WaitingList

        await self._read()
        waiting = WaitingList(self.product, self.warehouse)
        self._sources["waiting"] = Pages(self.desk_app, waiting, sources.line_cells)
        await self.home.show(self._sources["waiting"])
        self._lay_out()

    async def _read(self) -> None:
        from orderdesk.services import backorders

        self._seen = await self.desk_app.read(backorders.shelf, self.product, self.warehouse)

    async def refresh_live(self) -> None:
        """Read it all again; the cursor stays on its line."""
        if self._seen is None:
            return
        with self.failing_softly():
            await self._read()
            await self.home.reload()
        self._lay_out()

    def _lay_out(self) -> None:
        """Show the texts as wide as there is room."""
        if self._seen is None or self.is_gone:
            return
        wide = self.size.width >= _WIDE
        width = _ASIDE - 3 if wide else self.size.width - 2
        most = max(_ROWS, self.size.height - _AROUND) if wide else _ROWS
        if self._preview is not None:
            texts = [*about.slips(self._preview)]
        else:
            texts = [*(about.supply(self._seen) if wide else ()), *about.share(self.picked)]
        for name, text in (
            ("head", about.head(self._seen, self.size.width)),
            ("aside", about.laid(texts, width, most)),
        ):
            self.query_one(f"#short-{name}", Static).update(Content(text))
        self.retitle()

    def on_resize(self) -> None:
        """Show what there is room for now."""
        self._lay_out()

    @on(PagedTable.RowHighlighted)
    def _moved(self) -> None:
        self._lay_out()

    @on(DescendantFocus)
    def _answered(self) -> None:
        """Forget what a move would do, once it is asked for no more."""
        if self._preview is not None and self.home.has_focus:
            self._preview = None
            self._lay_out()

    @on(PagedTable.LoadFailed)
    def _failed(self, event: PagedTable.LoadFailed) -> None:
        """Say what stands against reading on."""
        self.fail(event.error.message)

    # What can be done -----------------------------------------------------------------------

    async def action_move_stock(self) -> None:
        """Pick the line that is to get stock; where it is picked already, from whom."""
        if self.is_asking():
            return
        if self._taker is not None:
            await self._take_from()
            return
        line = self.picked
        if line is None:
            self.fail(f"no line waits here; {self.key_of('back')} goes back")
            return
        with self.doing(self.action_move_stock):
            from orderdesk.services.orders import moving

            # Whoever may not is told so before anything is picked.
            await self.desk_app.read(moving.may)
            await self._turn(line)
            self.say(f"pick the line that {line.order} line {line.line} gets stock from, Enter")

    async def _turn(self, taker: ShelfLine | None) -> None:
        """Show from whom a line may get stock, or those that wait again."""
        self._taker, self._preview = taker, None
        if taker is not None:
            from orderdesk.exchange.lists.stock import HoldingList

            held = HoldingList(self.product, self.warehouse, (taker.order, taker.line))
            self._sources["holding"] = Pages(self.desk_app, held, sources.line_cells)
        name = self.home.id or ""
        await self.home.show(self._sources[name])
        for each in ("waiting", "holding"):
            self.query_one(f"#{each}").display = each == name
        self.home.focus()
        self._lay_out()

    async def _take_from(self) -> None:
        """Say who would slip, and ask how much is to be moved and why."""
        giver, taker = self.picked, self._taker
        if giver is None or taker is None:
            self.fail(f"no line has any of it; {self.key_of('back')} goes back")
            return

        async def meant(quantity: str) -> str:
            await self._look(giver, taker, quantity)
            return quantity

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.moving import move

            request = _request(giver, taker, values["quantity"], values["reason"])
            done = await self.desk_app.write(None, move, request)
            await self._turn(None)
            await self._read()
            self._lay_out()
            self.say(_said(done))

        with self.doing(self._take_from):
            await self._look(giver, taker, None)
            most = "" if self._preview is None else f"{self._preview.quantity:f}"
            await self.ask(
                [
                    Question("quantity", "moved_quantity", "Move", 9, most, check=meant),
                    Question("reason", "move_reason", "Why", None),
                ],
                act,
            )

    async def _look(self, giver: ShelfLine, taker: ShelfLine, quantity: str | None) -> None:
        """Say what a move would do: it is done, and undone at once."""
        from orderdesk.services.orders.moving import move

        request = _request(giver, taker, quantity, _REHEARSED)
        self._preview = await self.desk_app.rehearse(move, request)
        self._lay_out()

    async def step_back(self) -> None:
        """Go back to those that wait, or leave."""
        if self._taker is not None:
            with self.doing(partial(self._turn, None)):
                await self._turn(None)
        else:
            await super().step_back()

    async def action_run_allocation(self) -> None:
        """Share out what is free of the product."""
        if self.is_asking():
            return
        with self.doing(self.action_run_allocation):
            from orderdesk.exchange.allocation import run

            desk = self.desk_app.desk
            done = await self.desk_app.in_writes(lambda: run(desk, [self.product]))
            await self.refresh_live()
            self.say(f"{many(done.served, 'line')} served")

    @on(PagedTable.RowSelected)
    async def _selected(self) -> None:
        """Take from the picked line, or open its order."""
        if self._taker is not None:
            await self.action_move_stock()
        else:
            await self.action_open_order()

    async def action_open_order(self) -> None:
        """Open the order of the picked line."""
        line = self.picked
        if line is None:
            self.fail("no order line is picked; Up and Down pick one")
            return
        from orderdesk.screens.orders.sheet import OrderSheet

        await self.app.push_screen(OrderSheet(line.order))


def _request(giver: ShelfLine, taker: ShelfLine, quantity: str | None, reason: str) -> MoveRequest:
    return MoveRequest(
        order=giver.order,
        line=giver.line,
        to_order=taker.order,
        to_line=taker.line,
        quantity=quantity,
        reason=reason,
    )


def _said(done: MoveView) -> str:
    late = [each for each in done.slips if (each.days or 0) > 0 or each.after is None]
    return (
        f"{done.quantity:f} moved from {done.order} line {done.line} to {done.to_order} "
        f"line {done.to_line}; {many(len(late), 'line')} slip{'s' if len(late) == 1 else ''}"
    )
