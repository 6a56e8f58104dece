"""Screens that find: a field to type into over a table of what fits, and Enter opens it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Input, Label

from orderdesk.screens.base import DeskScreen
from orderdesk.screens.commands import bindings
from orderdesk.screens.widgets.field import Field
from orderdesk.screens.widgets.table import Column, PagedTable
from orderdesk.screens.widgets.window import K, PageSource, Row

if TYPE_CHECKING:
    from orderdesk.screens.field_help import FieldKind


class FindingScreen(DeskScreen, Generic[K]):
    """Everything of one kind; type to find one."""

    KEYS: ClassVar[tuple[str, ...]] = ("help", "leave", "reread", "filter", "back")
    BINDINGS = bindings("filter")

    COLUMNS: ClassVar[Sequence[Column]] = ()
    ABOUT: ClassVar[FieldKind]
    """What the help of the find field tells of."""
    EMPTY: ClassVar[str] = ""
    """What the table says where nothing fits."""

    def __init__(self, text: str = "") -> None:
        """Make the list of all, or of those that a text finds."""
        super().__init__()
        self._text = text

    @abstractmethod
    def pages(self, text: str) -> PageSource[K]:
        """Give what fits a text, or everything."""

    @abstractmethod
    def sheet(self, row: Row[K]) -> Screen[None]:
        """Make the screen of one row."""

    def is_meant(self, row: Row[K], typed: str) -> bool:
        """Tell whether a row is what was typed, though others fit too."""
        return False

    def room(self) -> ComposeResult:
        """Lay the find field over the table."""
        with Vertical():
            with Horizontal(classes="row"):
                yield Label(" Find ")
                yield Field("find", about=self.ABOUT, accept=self.accept)
            yield PagedTable[Any](self.COLUMNS, empty=self.EMPTY, id="found")

    def on_mount(self) -> None:
        """Begin in the find field, with what fits below it."""
        super().on_mount()
        field = self.query_one("#find", Field)
        field.put(self._text)
        field.focus()
        self.read_first(self._show(self._text))

    @property
    def table(self) -> PagedTable[K]:
        """Give the table."""
        return self.query_one("#found", PagedTable)

    async def _show(self, text: str) -> None:
        with self.failing_softly():
            await self.table.show(self.pages(text))
            self.hush()

    @on(Input.Changed, "#find")
    async def _typing(self, event: Input.Changed) -> None:
        """Narrow the table as the text is typed."""
        if self.desk_app.ready.is_set():
            await self._show(event.value.strip())

    async def accept(self, field: Field) -> None:
        """Open what is meant or what alone fits, else go to the table."""
        self.table.focus()
        row = self.table.cursor_row
        meant = row is not None and self.is_meant(row, field.typed)
        if field.typed and (meant or self.table.rows_in_memory == 1):
            await self._open()

    @on(PagedTable.RowSelected)
    async def _selected(self) -> None:
        await self._open()

    async def _open(self) -> None:
        row = self.table.cursor_row
        if row is not None:
            await self.app.push_screen(self.sheet(row))

    def action_filter(self) -> None:
        """Go to the find field."""
        self.query_one("#find", Field).focus()

    async def refresh_live(self) -> None:
        """Read the rows in view again, if the screen stands already."""
        if self.query("#found"):
            await self.table.reload()

    async def step_back(self) -> None:
        """Clear what was typed, or leave."""
        field = self.query_one("#find", Field)
        if field.value:
            field.value = ""
            field.focus()
        else:
            await super().step_back()
