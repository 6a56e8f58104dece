"""A queue at the desk: what waits, longest first, the reason and the numbers on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.containers import Container

from orderdesk.domain.queues import QueueFilter, QueueItem
from orderdesk.screens.commands import bindings, key_bar
from orderdesk.screens.finding import FindingScreen
from orderdesk.screens.looking import LooksAtStock
from orderdesk.screens.orders.sheet import OrderSheet
from orderdesk.screens.queues.detail import Detail
from orderdesk.screens.queues.sources import CALLING, COLUMNS, HOLDS, PROMISES, cells_of
from orderdesk.screens.widgets.ask import Question
from orderdesk.screens.widgets.bars import KeyBar
from orderdesk.screens.widgets.window import Cell

if TYPE_CHECKING:
    from orderdesk.exchange.lists.queues import QueueList

TICK_SECONDS: Final = 30.0
"""How often the times of waiting are brought up to the clock."""


_EVERYWHERE: Final = (
    *("next", "take", "open_order", "why", "note"),
    *("filter", "sort", "csv", "same", "back"),
)

KEYS_OF: Final = {
    HOLDS: ("help", "leave", "approve", "reject", "show_calls", "show_promises", *_EVERYWHERE),
    CALLING: (
        *("help", "leave", "ships", "waits", "cancels"),
        *("show_holds", "show_promises", *_EVERYWHERE),
    ),
    PROMISES: ("help", "leave", "told", "show_holds", "show_calls", *_EVERYWHERE),
}
"""What the key bar names, by the queue; in others what can be done everywhere."""


class ListedQueue(FindingScreen[str, QueueItem], LooksAtStock):
    """One queue at a time, what has waited longest first; what is decided is the subclass's."""

    DEFAULT_CSS = """
    ListedQueue {
        #both { layout: vertical; height: 1fr; }
        #found { height: 9; }
        Detail { border-top: solid $panel; }
        &.-wide #both { layout: horizontal; }
        &.-wide #found { height: 1fr; width: 72; }
        &.-wide Detail { border-top: none; border-left: solid $panel; }
    }
    """

    TITLE_TEXT = "QUEUES"
    QUEUE: ClassVar[str] = HOLDS
    """The queue that it begins with."""
    KEYS = KEYS_OF[HOLDS]
    BINDINGS = bindings(
        "show_holds",
        "show_calls",
        "show_promises",
        "next_queue",
        "next",
        "take",
        "open_order",
        "why",
        "check_stock",
        "note",
    )
    COLUMNS = COLUMNS
    ABOUT = "queue_filter"
    EMPTY = "Nothing waits."
    FINDS_FIRST = False

    def __init__(self) -> None:
        super().__init__()
        self._queue = self.QUEUE

    def whole(self) -> QueueList:
        """Give all that waits in the queue."""
        from orderdesk.exchange.lists.queues import QueueList

        return QueueList(QueueFilter(queue=self._queue))

    def cells(self, view: QueueItem) -> tuple[Cell, ...]:
        """Give the cells of what waits."""
        return cells_of(view)

    def below(self) -> ComposeResult:
        """Lay the picked thing beside the table, or below it."""
        with Container(id="both"):
            yield from super().below()
            yield Detail()

    def on_mount(self) -> None:
        """Begin on what has waited longest."""
        super().on_mount()
        self._name_keys()
        self.set_interval(TICK_SECONDS, self.refresh_live)

    def title_left(self) -> str:
        """Name the queue."""
        return f"{self.TITLE_TEXT} {self._queue}"

    def _name_keys(self) -> None:
        """Name the keys of this queue."""
        keys = KEYS_OF.get(self._queue, ("help", "leave", *_EVERYWHERE))
        self.query_one(KeyBar).tell(key_bar(keys, self.desk_app.keymap_of_user))

    async def action_show_holds(self) -> None:
        """Show what is held."""
        await self._turn_to(HOLDS)

    async def action_show_calls(self) -> None:
        """Show the lines to call about."""
        await self._turn_to(CALLING)

    async def action_show_promises(self) -> None:
        """Show what slipped twice, and its customer was not told."""
        await self._turn_to(PROMISES)

    async def action_next_queue(self) -> None:
        """Go on to the next queue, behind the last one to the first."""
        from orderdesk.services.queues.reading import QUEUES

        names = [*QUEUES]
        await self._turn_to(names[(names.index(self._queue) + 1) % len(names)])

    async def _turn_to(self, queue: str) -> None:
        if not self.is_asking():
            self._queue = queue
            self._name_keys()
            await self.turn()

    async def show_picked(self) -> None:
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

    # What can be done -----------------------------------------------------------------------

    @property
    def stage(self) -> Container:
        """Give the table with what stands beside it."""
        return self.query_one("#both", Container)

    @property
    def line_here(self) -> tuple[str, int] | None:
        """Give the picked line; of a whole order none."""
        item = self.picked
        return None if item is None or item.line is None else (item.subject, item.line)

    @property
    def product_here(self) -> str:
        """Give the product of a line, where its queue tells."""
        return str(self.picked.details.get("product", "")) if self.picked else ""

    def _chosen(self) -> QueueItem | None:
        """Give what is to be acted on; say so where there is nothing."""
        if self.is_asking():
            return None
        if self.picked is None:
            self.fail(f"nothing waits here; {self.key_of('next_queue')} goes on to the next queue")
        return self.picked

    def _chosen_of(self, queue: str, instead: str) -> QueueItem | None:
        """Give what is to be acted on, in a queue where that can be done; else say what can.

        `instead` says that, with actions in braces for their keys.
        """
        if self._queue == queue:
            return self._chosen()
        if not self.is_asking():
            self.fail(f"that is for the queue of {queue}; {self.desk_app.keyed(instead)}")
        return None

    async def action_note(self) -> None:
        """Ask for a note, and keep it."""
        item = self._chosen()
        if item is None:
            return

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.queues.deciding import note

            await self.desk_app.write(None, note, item.id, values["text"])
            self.say(f"noted on {item.subject}")

        await self.ask([Question("text", "order_note", f"Note on {item.subject}", None)], act)

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

    async def open_picked(self) -> None:
        """Open the order of what the cursor is on."""
        await self.action_open_order()
