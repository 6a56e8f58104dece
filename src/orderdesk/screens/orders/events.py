"""What was done to an order: who, when, and the numbers before and after."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from orderdesk.domain.changes import flat
from orderdesk.domain.orders import DifferenceView, EventView
from orderdesk.domain.text import clean
from orderdesk.screens.same import SaysCommand, typed


class _Sheet(SaysCommand):
    """Rows about one order, to be read."""

    KEYS = ("help", "reread", "same", "back")

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
        """Read them again."""
        with self.failing_softly():
            text = "\n".join(await self.rows())
            if not self.is_gone:
                self.query_one("#events", Static).update(Content(text))

    @abstractmethod
    async def rows(self) -> list[str]:
        """Read what is shown, a row each."""


class EventSheet(_Sheet):
    """The events of one order, oldest first."""

    TITLE_TEXT = "EVENTS"

    @property
    def command_here(self) -> str:
        """Give the command that lists them."""
        return typed("order", "events", self.number)

    async def rows(self) -> list[str]:
        """Read the events."""
        from orderdesk.services.orders import reading

        found = await self.desk_app.read(reading.events, self.number)
        return [row for event in found for row in _rows(event)]


class DifferenceSheet(_Sheet):
    """What the changes of an order since one of its revisions came to, in all."""

    TITLE_TEXT = "CHANGES"

    def __init__(self, number: str, since: int) -> None:
        super().__init__(number)
        self._since = since

    @property
    def command_here(self) -> str:
        """Give the command that says the same."""
        return typed("order", "differences", self.number, "--since", self._since)

    async def rows(self) -> list[str]:
        """Read them."""
        from orderdesk.services.orders import differences

        return list(
            _said(await self.desk_app.read(differences.difference, self.number, self._since))
        )


def _rows(event: EventView) -> Iterator[str]:
    """Give an event's head and a line for each change."""
    yield f" {event.at:%Y-%m-%d %H:%M} UTC  {clean(event.actor):<12} {clean(event.kind)}"
    for name, value in flat(event.changes):
        yield clean(f"      {name}: {value}")


def _said(view: DifferenceView) -> Iterator[str]:
    """Give a head and a line for each change."""
    by = ", ".join(view.by) or "nobody"
    yield clean(f" From revision {view.before} to {view.after}, by {by}")
    changes = list(flat(view.changes))
    for name, value in changes or [("nothing", "all is as it was")]:
        yield clean(f"      {name}: {value}")
