"""Screens of one list: a field to find in it, its order beside it, and below them the table."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from orderdesk.domain.errors import OrderDeskError
from orderdesk.screens.commands import bindings
from orderdesk.screens.listed import ListingScreen, Pages, V
from orderdesk.screens.widgets.field import Field
from orderdesk.screens.widgets.table import Column, PagedTable
from orderdesk.screens.widgets.window import Cell, K

if TYPE_CHECKING:
    from orderdesk.exchange.lists.base import DeskList, Sort
    from orderdesk.screens.field_help import FieldKind


class FindingScreen(ListingScreen, Generic[K, V]):
    """One list; what is typed into the find field narrows it."""

    KEYS: ClassVar[tuple[str, ...]] = (
        *("help", "leave", "reread", "filter", "sort", "csv", "same", "back"),
    )
    BINDINGS = [*bindings("filter"), Binding("down", "into", show=False)]

    COLUMNS: ClassVar[Sequence[Column]] = ()
    ABOUT: ClassVar[FieldKind]
    """What the help of the find field tells of."""
    EMPTY: ClassVar[str] = ""
    """What the table says where nothing fits."""
    FINDS_FIRST: ClassVar[bool] = True
    """Whether it begins in the find field, and what alone fits is opened at once."""

    def __init__(self, text: str = "") -> None:
        """Make the list of all, or of those that a text finds."""
        super().__init__()
        self._text = text
        """What the list in view was narrowed by."""
        self._order: Sort | None = None
        """The order that was chosen, until another list is shown."""
        self._pages: Pages[K, V] | None = None
        self._asked = 0

    @abstractmethod
    def whole(self) -> DeskList[K, V]:
        """Give the list, not narrowed by anything."""

    @abstractmethod
    def cells(self, view: V) -> tuple[Cell, ...]:
        """Give the cells of a row."""

    @abstractmethod
    async def open_picked(self) -> None:
        """Open what the cursor is on."""

    def is_meant(self, view: V, typed: str) -> bool:
        """Tell whether a row is what was typed, though others fit too."""
        return False

    def room(self) -> ComposeResult:
        """Lay the find field over the table."""
        with Vertical():
            with Horizontal(classes="row"):
                yield Label(" Find ")
                yield Field("find", about=self.ABOUT, accept=self.accept)
                yield Label("", id="order", markup=False)
            yield from self.below()

    def below(self) -> ComposeResult:
        """Give the table, and what stands with it."""
        yield PagedTable[Any](self.COLUMNS, empty=self.EMPTY, id="found")

    def on_mount(self) -> None:
        """Begin in the find field or the table, with what fits."""
        super().on_mount()
        self.find.put(self._text)
        (self.find if self.FINDS_FIRST else self.table).focus()
        self.read_first(self.show(self._text))

    @property
    def find(self) -> Field:
        """Give the field."""
        return self.query_one("#find", Field)

    @property
    def table(self) -> PagedTable[K]:
        """Give the table."""
        return self.query_one("#found", PagedTable)

    @property
    def home(self) -> PagedTable[K]:
        """Give the table."""
        return self.table

    @property
    def listed(self) -> DeskList[K, V] | None:
        """Give the list as it was narrowed and sorted."""
        return None if self._pages is None else self._pages.listed

    @property
    def picked(self) -> V | None:
        """Give what the cursor is on, as it was last read."""
        row = self.table.cursor_row
        return None if row is None or self._pages is None else self._pages.views.get(row.key)

    async def show(self, text: str) -> None:
        """Show what a text leaves of the list, from its beginning. Raises what is wrong with it."""
        await self.desk_app.ready.wait()
        self._asked += 1
        asked, whole = self._asked, self.whole()
        if self._order in whole.sorts:
            whole = whole.sorted(self._order)
        pages = Pages(self.desk_app, whole, self.cells, text)
        await self.table.show(pages)
        if asked != self._asked or self.is_gone:
            return
        self._pages, self._text = pages, text
        self.query_one("#order", Label).update(Content(pages.listed.sort.said))
        await self.show_picked()

    async def turn(self) -> None:
        """Show another list whole, in its usual order."""
        self._order, self._text = None, ""
        self.find.put("")
        self.hush()
        self.retitle()
        with self.failing_softly():
            await self.show("")

    async def list_in(self, order: Sort) -> None:
        """Show the list in another order."""
        self._order = order
        await self.show(self._text)

    async def show_picked(self) -> None:
        """Show what stands beside the list, of what the cursor is on; for the subclass."""

    @on(PagedTable.RowHighlighted)
    async def _moved(self) -> None:
        await self.show_picked()

    @on(PagedTable.LoadFailed)
    def _failed(self, event: PagedTable.LoadFailed) -> None:
        """Say what stands against reading on."""
        self.fail(event.error.message)

    @on(Input.Changed, "#find")
    async def _typing(self, event: Input.Changed) -> None:
        """Narrow the table as the text is typed; what means nothing yet narrows nothing."""
        if not self.desk_app.ready.is_set():
            return
        # Enter says what is wrong with what is typed to its end.
        with self.failing_softly(), suppress(OrderDeskError):
            await self.show(event.value.strip())
            self.hush()

    async def accept(self, field: Field) -> None:
        """Go to the table with what was typed; open what is meant or what alone fits."""
        with self.doing(partial(self.accept, field)):
            await self._go_in()
            view = self.picked
            if not self.FINDS_FIRST or not field.typed or view is None:
                return
            if self.is_meant(view, field.typed) or self.table.rows_in_memory == 1:
                await self.open_picked()

    @on(PagedTable.RowSelected)
    async def _selected(self) -> None:
        await self.open_picked()

    def action_filter(self) -> None:
        """Go to the find field."""
        if not self.is_asking():
            self.find.focus()

    async def action_into(self) -> None:
        """Go from the find field to the table."""
        if self.find.has_focus:
            with self.doing(self.action_into):
                await self._go_in()

    async def _go_in(self) -> None:
        """Go to the table, with what the field says. Raises what is wrong with that."""
        if self.find.typed != self._text or self._pages is None:
            await self.show(self.find.typed)
        self.table.focus()

    async def refresh_live(self) -> None:
        """Read the rows in view again, and what the cursor is on."""
        if self._pages is None:
            return
        with self.failing_softly():
            await self.table.reload()
        if not self.is_gone:
            await self.show_picked()

    async def tried(self, acting: Awaitable[Any]) -> bool:
        """Do something; where it cannot be done, say why. The list is read again either way."""
        done = await super().tried(acting)
        await self.refresh_live()
        return done

    async def step_back(self) -> None:
        """Show the whole list again, or leave."""
        begins_in: Widget = self.find if self.FINDS_FIRST else self.table
        if self._writing or not (self.find.value or begins_in is self.table is not self.focused):
            await super().step_back()
            return
        self.find.value = ""
        begins_in.focus()
