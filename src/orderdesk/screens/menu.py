"""The menu: one letter a screen."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from orderdesk.screens.base import DeskScreen

ENTRIES: Final = (
    ("e", "order-entry", "Order entry", "take an order"),
    ("o", "orders", "Orders", "find, open, amend, copy, cancel, release"),
    ("w", "queues", "Queues", "what waits for a decision: holds"),
)


MOST: Final = 100
"""A count goes no further than this; it says so by a plus."""


def _count(found: int, what: str, *, more: bool = False) -> str:
    return f"{found}{'+' if more else ''} {what}" if found else ""


class Menu(DeskScreen):
    """Where the desk begins, and where F3 leads back to."""

    TITLE_TEXT = "ORDERDESK"
    KEYS = ("help", "leave", "reread")
    BINDINGS = [
        *(Binding(letter, f"go('{name}')", title) for letter, name, title, _ in ENTRIES),
        Binding("q", "leave", "Quit"),
    ]

    def room(self) -> ComposeResult:
        """List the screens with their letters."""
        yield Static("", id="menu-rows", markup=False)

    def on_mount(self) -> None:
        """Show the entries; the counts follow once the database is open."""
        super().on_mount()
        self._show({})
        self.call_after_refresh(self.refresh_live)

    def _show(self, counts: dict[str, str]) -> None:
        rows = [
            f"  {letter}  {title:<16} {what:<44} {counts.get(name, '')}"
            for letter, name, title, what in ENTRIES
        ]
        text = "\n\n".join(["", *rows, "  q  Quit", "  Ctrl+P finds every action and screen"])
        self.query_one("#menu-rows", Static).update(Content(text))

    async def refresh_live(self) -> None:
        """Count what waits."""
        if not self.desk_app.ready.is_set():
            return
        from orderdesk.domain.orders import OrderFilter
        from orderdesk.services.orders import drafts, reading

        waiting = await self.desk_app.read(drafts.list_)
        held = await self.desk_app.read(reading.list_, OrderFilter(held=True, limit=MOST))
        counts = {"order-entry": _count(len(waiting), "drafts")}
        counts["orders"] = _count(len(held.orders), "held", more=held.after is not None)
        self._show(counts)

    async def action_go(self, name: str) -> None:
        """Open a screen."""
        await self.desk_app.open_screen(name)

    async def action_leave(self) -> None:
        """Leave the desk."""
        await self.app.run_action("app.quit")
