"""Queues: what waits for a decision, the reason and the numbers on one screen, a key to decide."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Container

from orderdesk.domain.orders import HoldView, OrderView
from orderdesk.domain.queues import QueueFilter, QueueItem
from orderdesk.domain.text import clean
from orderdesk.screens.asking import AskingScreen
from orderdesk.screens.commands import bindings
from orderdesk.screens.orders.sheet import OrderSheet
from orderdesk.screens.queues.detail import Detail
from orderdesk.screens.queues.sources import COLUMNS, QueuePages
from orderdesk.screens.widgets.ask import Question
from orderdesk.screens.widgets.table import PagedTable

TICK_SECONDS: Final = 30.0
"""How often the times of waiting are brought up to the clock."""


class Queues(AskingScreen):
    """The queue of holds, what has waited longest first."""

    DEFAULT_CSS = """
    Queues {
        #both { layout: vertical; height: 1fr; }
        #queue { height: 9; }
        Detail { border-top: solid $panel; }
        &.-wide #both { layout: horizontal; }
        &.-wide #queue { height: 1fr; width: 72; }
        &.-wide Detail { border-top: none; border-left: solid $panel; }
    }
    """

    TITLE_TEXT = "QUEUES"
    KEYS = (
        "help",
        "leave",
        "approve",
        "reject",
        "next",
        "take",
        "open_order",
        "note",
        "filter",
        "back",
    )
    BINDINGS = bindings("approve", "reject", "next", "take", "open_order", "note", "filter")

    def __init__(self) -> None:
        super().__init__()
        self._asked = QueueFilter()
        self._text = ""
        self._source: QueuePages | None = None

    def room(self) -> ComposeResult:
        """Lay the picked thing beside the table, or below it."""
        with Container(id="both"):
            yield PagedTable[str](COLUMNS, empty="Nothing waits.", id="queue")
            yield Detail()

    def on_mount(self) -> None:
        """Begin on what has waited longest."""
        super().on_mount()
        self.table.focus()
        self.read_first(self._list())
        self.set_interval(TICK_SECONDS, self.refresh_live)

    def title_left(self) -> str:
        """Name the queue, and what it was narrowed to."""
        narrowed = f"   only {clean(self._text)}" if self._text else ""
        return f"{self.TITLE_TEXT} {self._asked.queue}{narrowed}"

    @property
    def table(self) -> PagedTable[str]:
        """Give the table."""
        return self.query_one("#queue", PagedTable)

    @property
    def picked(self) -> QueueItem | None:
        """Give what the cursor is on, as it was last read."""
        row = self.table.cursor_row
        return None if row is None or self._source is None else self._source.items.get(row.key)

    async def _list(self) -> None:
        """Show the queue as it was asked for, from its beginning."""
        self._source = QueuePages(self.desk_app, self._asked)
        with self.failing_softly():
            await self.table.show(self._source)
        await self._show_picked()

    async def _show_picked(self) -> None:
        """Read the order of what the cursor is on, and show both."""
        item = self.picked
        if item is None:
            self.query_one(Detail).show(None, None)
            return
        from orderdesk.services.orders import reading

        with self.failing_softly():
            order = await self.desk_app.read(reading.show, item.subject)
            if not self.is_gone and item == self.picked:
                self.query_one(Detail).show(item, order)

    @on(PagedTable.RowHighlighted)
    async def _moved(self) -> None:
        await self._show_picked()

    async def refresh_live(self) -> None:
        """Read the rows in view again, and what the cursor is on."""
        if self._source is None:
            return
        with self.failing_softly():
            await self.table.reload()
        if not self.is_gone:
            await self._show_picked()

    async def step_back(self) -> None:
        """Show the whole queue again, or leave."""
        if self._text:
            await self._narrow("")
        else:
            await super().step_back()

    # What can be done -----------------------------------------------------------------------

    def _chosen(self) -> QueueItem | None:
        """Give what is to be acted on; say so where there is nothing."""
        if self.is_asking():
            return None
        if self.picked is None:
            self.fail("nothing waits here")
        return self.picked

    @property
    def home(self) -> PagedTable[str]:
        """Give the table."""
        return self.table

    async def tried(self, acting: Awaitable[Any]) -> bool:
        """Do something; where it cannot be done, say why. The queue is read again either way."""
        done = await super().tried(acting)
        await self.refresh_live()
        return done

    async def action_approve(self) -> None:
        """Ask for the ceiling and the last day, the company's own filled in, and release."""
        item = self._chosen()
        if item is None:
            return
        from orderdesk.services.queues.deciding import approve

        # Rehearsed first: whoever may not is told so before they type, and all others are shown
        # what stands where they leave a value out.
        rehearsed: list[OrderView] = []

        async def rehearse() -> None:
            rehearsed.append(await self.desk_app.rehearse(approve, item.id, version=item.version))

        if not await self.tried(rehearse()):
            return
        hold = _hold_of(rehearsed[0], item)
        ceiling = f"{rehearsed[0].total if hold.ceiling is None else hold.ceiling:f}"
        shown = {"ceiling": ceiling, "until": hold.until.isoformat() if hold.until else ""}

        async def act(values: Mapping[str, str]) -> None:
            # What was left as it stood is the service's to fill in, in the unit that it measures.
            most, last = (values[name] if values[name] != shown[name] else None for name in shown)
            order = await self.desk_app.write(
                None, approve, item.id, most or None, last or None, version=item.version
            )
            self.say(_approved(order, item))

        await self.ask(
            [
                Question("ceiling", "Approve up to", 14, shown["ceiling"], "How far it may go."),
                Question("until", "until", 12, shown["until"], "The last day: 2026-03-14."),
            ],
            act,
        )

    async def action_reject(self) -> None:
        """Ask what is to be mended, and leave it held."""
        item = self._chosen()
        if item is None:
            return

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.queues.deciding import reject

            await self.desk_app.write(None, reject, item.id, values["reason"], item.version)
            self.say(f"{item.subject} stays held; {item.entered_by} is told why")

        hint = "What whoever entered the order is to mend."
        await self.ask([Question("reason", f"Reject {item.subject}: reason", None, "", hint)], act)

    async def action_note(self) -> None:
        """Ask for a note, and keep it."""
        item = self._chosen()
        if item is None:
            return

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.queues.deciding import note

            await self.desk_app.write(None, note, item.id, values["text"])
            self.say(f"noted on {item.subject}")

        await self.ask([Question("text", f"Note on {item.subject}", None)], act)

    async def action_take(self) -> None:
        """Tell the others who looks into it."""
        item = self._chosen()
        if item is None:
            return

        async def act() -> None:
            from orderdesk.services.queues.deciding import take

            await self.desk_app.write(None, take, item.id)
            self.say(f"{item.subject} is yours for ten minutes")

        await self.tried(act())

    def action_next(self) -> None:
        """Go on to the next."""
        if not self.is_asking():
            self.table.action_row(1)

    async def action_open_order(self) -> None:
        """Open the order's sheet."""
        item = self._chosen()
        if item is not None:
            await self.app.push_screen(OrderSheet(item.subject))

    @on(PagedTable.RowSelected)
    async def _selected(self) -> None:
        await self.action_open_order()

    async def action_filter(self) -> None:
        """Ask for an order, a customer or a reason."""
        if self.is_asking():
            return

        async def act(values: Mapping[str, str]) -> None:
            await self._narrow(values["text"])

        hint = "An order's number, a customer's code, or a reason; empty shows all."
        await self.ask([Question("text", "Only", None, self._text, hint)], act)

    async def _narrow(self, text: str) -> None:
        """Show only what the text stands for."""
        from orderdesk.services.queues.reading import meant

        self._asked = await self.desk_app.read(meant, text, self._asked.queue)
        self._text = text
        self.retitle()
        await self._list()


def _hold_of(order: OrderView, item: QueueItem) -> HoldView:
    """Give the hold of an order that something in the queue stood for, released just now."""
    return next(
        hold
        for hold in reversed(order.holds)
        if (hold.code, hold.line) == (item.reason, item.line) and hold.released_by
    )


def _approved(order: OrderView, item: QueueItem) -> str:
    hold = _hold_of(order, item)
    ceiling = "" if hold.ceiling is None else f" up to {hold.ceiling:,f}"
    until = f" until {hold.until}" if hold.until else ""
    held = "; still held" if order.held else ""
    return f"{order.number} {item.reason.replace('_', ' ')} approved{ceiling}{until}{held}"
