"""The fields of a stock check: which product, how many, when, where."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal
from textual.widget import Widget
from textual.widgets import Label

from orderdesk.screens.commands import bindings
from orderdesk.screens.listed import ListingScreen
from orderdesk.screens.lists import source_of
from orderdesk.screens.looking import LooksAtStock
from orderdesk.screens.widgets.ask import AskRow
from orderdesk.screens.widgets.choices import ChoiceList
from orderdesk.screens.widgets.field import Field
from orderdesk.screens.widgets.table import PagedTable

if TYPE_CHECKING:
    from orderdesk.screens.field_help import FieldKind

FIELDS: Final[dict[str, tuple[FieldKind, str, int, bool]]] = {
    "product": ("checked_item", "Item", 14, True),
    "quantity": ("atp_quantity", "Qty", 9, False),
    "on": ("atp_on", "On", 11, False),
    "at": ("atp_warehouse", "At", 6, True),
}
"""The fields, in the order of typing: what their help tells of, label, width, whether a code."""

_LISTS: Final = {"product": "item", "at": "warehouse"}
"""Which fields F4 has a list for, and which one."""


class StockFields(ListingScreen, LooksAtStock):
    """A screen that reads what its fields say whenever one of them is left."""

    BINDINGS = [
        *bindings("choices", "filter"),
        Binding("tab", "step(1)", show=False),
        Binding("shift+tab", "step(-1)", show=False),
        Binding("down", "into", show=False),
    ]

    came_with = False
    """A product was picked where this was opened: one step back leads there again."""

    @property
    @abstractmethod
    def table(self) -> PagedTable[Any]:
        """Give the table that is in view."""

    @property
    @abstractmethod
    def is_read(self) -> bool:
        """Tell whether a product is in view."""

    @abstractmethod
    async def take(self) -> None:
        """Read what the fields say, where that is not what was read last.

        Raises what is wrong with it; what was read last is shown then.
        """

    @property
    def home(self) -> PagedTable[Any]:
        """Give the table that is in view."""
        return self.table

    @property
    def stage(self) -> Container:
        """Give what makes room for a list."""
        return self.query_one("#stock-room", Container)

    def fields(self) -> ComposeResult:
        """Lay the fields side by side."""
        with Horizontal(classes="row"):
            for name, (about, label, width, code) in FIELDS.items():
                yield Label(label)
                yield Field(
                    f"stock-{name}", about=about, width=width, code=code, accept=self.accept
                )

    def typed(self) -> dict[str, str]:
        """Give what each field says."""
        return {name: self.field(name).typed for name in FIELDS}

    def field(self, name: str) -> Field:
        """Give a field by its name."""
        return self.query_one(f"#stock-{name}", Field)

    async def accept(self, field: Field) -> None:
        """Read what was typed and go to the next field, from the last one to the table."""
        if not self.field("product").typed:
            self.fail(f"item is empty; type a code, {self.key_of('choices')} lists what fits")
            return
        await self._step(field, 1)

    async def action_step(self, step: int) -> None:
        """Go to the next field, or the one before; the table is the last."""
        await self._step(self.focused, step)

    async def _step(self, here: Widget | None, step: int) -> None:
        """Go from a field to the next one, or the one before, if it is right."""
        with self.doing(partial(self._step, here, step)):
            await self.take()
            order: list[Widget] = [self.field(name) for name in FIELDS]
            if self.is_read:
                order.append(self.table)
            at = order.index(here) if here in order else -1
            order[(at + step) % len(order)].focus()

    async def action_into(self) -> None:
        """Go from a field straight to the table."""
        with self.doing(self.action_into):
            await self.take()
            if self.is_read:
                self.table.focus()

    async def step_back(self) -> None:
        """Go back from the answers' fields to the table, from there to the item, then leave."""
        here = self.focused
        if isinstance(here, Field) and here.id != "stock-product" and self.is_read:
            self.table.focus()
        elif isinstance(here, Field) or self.came_with:
            await super().step_back()
        else:
            self.field("product").focus()

    async def action_filter(self) -> None:
        """Go to the item's field."""
        self.field("product").focus()

    async def action_choices(self) -> None:
        """List what fits the field, or the item where none has the cursor."""
        if self.query(AskRow):
            await super().action_choices()
            return
        if self.query(ChoiceList):
            return
        here = self.focused
        field = here if isinstance(here, Field) else self.field("product")
        kind = _LISTS.get((field.id or "").removeprefix("stock-"))
        if kind is None:
            self.fail(f"this field has no list; {self.key_of('help')} says what it takes")
            return

        async def picked(value: str | None) -> None:
            field.focus()
            if value is not None:
                field.put(value)
                await self.accept(field)

        self.hush()
        whole = bool(field.value) and len(field.selected_text) == len(field.value)
        source = source_of(self.desk_app, kind, None)
        await self.choose(source, picked, field.typed, replace=whole)
