"""Customers: find one by code, name, city or phone, and open it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label

from orderdesk.screens.base import DeskScreen
from orderdesk.screens.commands import bindings
from orderdesk.screens.customers.sheet import CustomerSheet
from orderdesk.screens.customers.sources import COLUMNS, CustomerPages
from orderdesk.screens.widgets.field import Field
from orderdesk.screens.widgets.table import PagedTable


class Customers(DeskScreen):
    """Every customer by code; type to find one."""

    TITLE_TEXT = "CUSTOMERS"
    KEYS = ("help", "leave", "reread", "filter", "back")
    BINDINGS = bindings("filter")

    def room(self) -> ComposeResult:
        """Lay the find field over the table."""
        with Vertical():
            with Horizontal(classes="row"):
                yield Label(" Find ")
                yield Field(
                    "find",
                    accept=self.accept,
                    hint="A code, a part of the name, a city or a phone number.",
                )
            yield PagedTable[str](COLUMNS, empty="No customer fits.", id="customers")

    def on_mount(self) -> None:
        """Begin in the find field, all customers below it."""
        super().on_mount()
        self.query_one("#find", Field).focus()
        self.read_first(self._show(""))

    @property
    def table(self) -> PagedTable[str]:
        """Give the table."""
        return self.query_one("#customers", PagedTable)

    async def _show(self, text: str) -> None:
        with self.failing_softly():
            await self.table.show(CustomerPages(self.desk_app, text))

    @on(Input.Changed, "#find")
    async def _typing(self, event: Input.Changed) -> None:
        """Narrow the table as the text is typed."""
        if self.desk_app.ready.is_set():
            await self._show(event.value.strip())

    async def accept(self, field: Field) -> None:
        """Open the customer where only one fits or whose code was typed, else go to the table."""
        self.table.focus()
        row = self.table.cursor_row
        named = row is not None and row.key == field.typed.upper()
        if field.typed and (named or self.table.rows_in_memory == 1):
            await self._open()

    @on(PagedTable.RowSelected)
    async def _selected(self) -> None:
        await self._open()

    async def _open(self) -> None:
        row = self.table.cursor_row
        if row is not None:
            await self.app.push_screen(CustomerSheet(row.key))

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
