"""Orders: find one, open it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label

from orderdesk.screens.base import DeskScreen
from orderdesk.screens.commands import bindings
from orderdesk.screens.orders.sheet import OrderSheet
from orderdesk.screens.orders.sources import COLUMNS, OrderPages
from orderdesk.screens.widgets.field import Field
from orderdesk.screens.widgets.table import PagedTable


class Orders(DeskScreen):
    """Every order, newest first; type to find one by number, customer, PO or product."""

    TITLE_TEXT = "ORDERS"
    KEYS = ("help", "leave", "reread", "filter", "back")
    BINDINGS = bindings("filter")

    def __init__(self, text: str = "") -> None:
        """Make the list of all orders, or of those that a text finds."""
        super().__init__()
        self._text = text

    def room(self) -> ComposeResult:
        """Lay the find field over the table."""
        with Vertical():
            with Horizontal(classes="row"):
                yield Label(" Find ")
                yield Field(
                    "find",
                    accept=self.accept,
                    hint="A number such as 831, a customer's code or name, a PO, or a product.",
                )
            yield PagedTable[int](COLUMNS, empty="No order fits.", id="orders")

    def on_mount(self) -> None:
        """Begin in the find field, the newest orders below it."""
        super().on_mount()
        field = self.query_one("#find", Field)
        field.put(self._text)
        field.focus()
        self.read_first(self._show(self._text))

    @property
    def table(self) -> PagedTable[int]:
        """Give the table."""
        return self.query_one("#orders", PagedTable)

    async def _show(self, text: str) -> None:
        self._text = text
        with self.failing_softly():
            await self.table.show(OrderPages(self.desk_app, text))

    @on(Input.Changed, "#find")
    async def _typing(self, event: Input.Changed) -> None:
        """Narrow the table as the text is typed."""
        if self.desk_app.ready.is_set():
            await self._show(event.value.strip())

    async def accept(self, field: Field) -> None:
        """Open the order where only one fits, else go to the table."""
        self.table.focus()
        if field.typed and self.table.rows_in_memory == 1:
            await self._open()

    @on(PagedTable.RowSelected)
    async def _selected(self) -> None:
        await self._open()

    async def _open(self) -> None:
        row = self.table.cursor_row
        if row is not None:
            await self.app.push_screen(OrderSheet(str(row.cells[0])))

    def action_filter(self) -> None:
        """Go to the find field."""
        self.query_one("#find", Field).focus()

    async def refresh_live(self) -> None:
        """Read the rows in view again."""
        await self.table.reload()

    async def step_back(self) -> None:
        """Clear what was typed, or leave."""
        field = self.query_one("#find", Field)
        if field.value:
            field.value = ""
            field.focus()
        else:
            await self.action_leave()
