"""The menu: one letter a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from orderdesk.screens.base import DeskScreen
from orderdesk.screens.columns import shortened

if TYPE_CHECKING:
    from orderdesk.domain.drafts import DraftView
    from orderdesk.domain.queues import QueueCount

ENTRIES: Final = (
    ("e", "order-entry", "Order entry", "take an order"),
    ("o", "orders", "Orders", "find, open, amend, copy, cancel, release"),
    ("c", "customers", "Customers", "find one: credit, orders, addresses, notes"),
    ("k", "credit-check", "Credit check", "limit, exposure, ageing, what if, outlook"),
    ("s", "stock-check", "Stock check", "one product: there, coming, who waits, when"),
    ("b", "backorders", "Backorders", "what waits for goods; move it, share it out"),
    ("p", "promises", "Promises", "at risk, late, slipped, not promised"),
    ("w", "queues", "Queues", "what waits for somebody: holds, calls, slips"),
)

_FIXED: Final = 3
"""Rows of the title, the message and the keys."""


def _count(found: int, what: str, *, more: bool = False) -> str:
    if found == 1 and not more:
        what = what.removesuffix("s")
    return f"{found:,}{'+' if more else ''} {what}" if found else ""


class Menu(DeskScreen):
    """Where the desk begins, and where F3 leads back to."""

    DEFAULT_CSS = """
    Menu { #menu-rows { height: 1fr; } }
    """

    TITLE_TEXT = "ORDERDESK"
    KEYS = ("help", "leave", "reread")
    IS_MENU = True
    BINDINGS = [
        *(Binding(letter, f"go('{name}')", title) for letter, name, title, _ in ENTRIES),
        Binding("q", "leave", "Quit"),
    ]

    def room(self) -> ComposeResult:
        """List the screens with their letters."""
        yield Static("", id="menu-rows", markup=False)

    def on_mount(self) -> None:
        """Show the entries."""
        super().on_mount()
        self._show({})

    async def on_screen_resume(self) -> None:
        """Let the counts follow, once the database is open; no key waits for them."""
        self.run_worker(self._count_when_open(), exclusive=True)

    async def come_back(self) -> None:
        """Wait for nothing: the counts follow by themselves."""

    async def _count_when_open(self) -> None:
        await self.desk_app.ready.wait()
        with self.following():
            await self.refresh_live()

    def _show(self, counts: dict[str, str]) -> None:
        rows = [self._row(*entry, counts.get(entry[1], "")) for entry in ENTRIES]
        rows = ["", *rows, "  q  Quit", "  Ctrl+P finds every action and screen"]
        # Apart from each other where there is room for it.
        gap = "\n\n" if 2 * len(rows) <= self.app.size.height - _FIXED else "\n"
        text = gap.join(rows)
        self.query_one("#menu-rows", Static).update(Content(text))

    def _row(self, letter: str, name: str, title: str, what: str, count: str) -> str:
        """Give an entry's row; what it is for gives way to what waits there."""
        head = f"  {letter}  {title:<16} "
        room = min(44, self.app.size.width - len(head) - len(count) - 2)
        return f"{head}{shortened(what, room):<{room}} {count}"

    async def refresh_live(self) -> None:
        """Count what waits."""
        if not self.desk_app.ready.is_set():
            return
        from orderdesk.domain import promises
        from orderdesk.domain.backorders import COUNTED

        waiting, queued, short, promised = await self.desk_app.in_reads(self._read)
        counts = {"order-entry": _count(len(waiting), "drafts")}
        counts["backorders"] = _count(min(short, COUNTED), "short", more=short > COUNTED)
        counts["promises"] = ", ".join(
            _count(min(n, promises.COUNTED), word, more=n > promises.COUNTED)
            for word, n in (("at risk", promised["risk"]), ("slipped", promised["slipped"]))
            if n
        )
        counts["queues"] = ", ".join(
            _count(each.waiting, each.queue, more=each.more) for each in queued if each.waiting
        )
        self._show(counts)

    def _read(
        self,
    ) -> tuple[tuple[DraftView, ...], tuple[QueueCount, ...], int, dict[str, int]]:
        """Read what waits; in the thread that reads, which imports what it takes."""
        from orderdesk.services.allocation import shortages
        from orderdesk.services.orders import drafts, promise_lists
        from orderdesk.services.queues import reading

        desk = self.desk_app.desk
        return (
            desk.read(drafts.list_),
            desk.read(reading.counts),
            desk.read(shortages.count),
            desk.read(promise_lists.counts),
        )

    async def action_go(self, name: str) -> None:
        """Open a screen."""
        await self.desk_app.open_screen(name)

    async def action_leave(self) -> None:
        """Leave the desk."""
        await self.app.run_action("app.quit")
