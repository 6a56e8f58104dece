"""What was done to an order: who, when, and the numbers before and after."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from orderdesk.domain.changes import flat
from orderdesk.domain.orders import EventView
from orderdesk.domain.text import clean
from orderdesk.screens.base import DeskScreen


class EventSheet(DeskScreen):
    """The events of one order, oldest first."""

    TITLE_TEXT = "EVENTS"
    KEYS = ("help", "reread", "back")

    def __init__(self, number: str) -> None:
        super().__init__()
        self.number = number

    def room(self) -> ComposeResult:
        """Show them under each other."""
        yield VerticalScroll(Static("", id="events", markup=False))

    def on_mount(self) -> None:
        """Read them."""
        super().on_mount()
        self.query_one(VerticalScroll).focus()
        self.read_first(self.refresh_live())

    def title_left(self) -> str:
        """Name the order."""
        return f"{self.TITLE_TEXT} {self.number}"

    async def refresh_live(self) -> None:
        """Read the events again."""
        from orderdesk.services.orders import reading

        with self.failing_softly():
            found = await self.desk_app.read(reading.events, self.number)
            text = "\n".join(row for event in found for row in _rows(event))
            self.query_one("#events", Static).update(Content(text))


def _rows(event: EventView) -> Iterator[str]:
    """Give an event's head and a line for each change."""
    yield f" {event.at:%Y-%m-%d %H:%M} UTC  {clean(event.actor):<12} {clean(event.kind)}"
    for name, value in flat(event.changes):
        yield clean(f"      {name}: {value}")
