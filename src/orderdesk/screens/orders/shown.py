"""One order as it is shown: who, its lines, its holds; and how it is asked about and changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from orderdesk.domain.orders import AmendRequest, LineView, OrderView
from orderdesk.domain.promises import PromiseView
from orderdesk.screens.orders.barred import why_not
from orderdesk.screens.orders.head import head, line_text, odd_days, stops
from orderdesk.screens.orders.lines import OrderLines
from orderdesk.screens.orders.sources import state_of
from orderdesk.screens.pinning import PinningScreen, Promise
from orderdesk.screens.same import SaysCommand, typed
from orderdesk.screens.widgets.ask import Question


class ShownOrder(PinningScreen, SaysCommand):
    """One order, read again whenever it changed; what changes it is the subclass's."""

    TITLE_TEXT = "ORDER"

    def __init__(self, number: str) -> None:
        super().__init__()
        self.number = number
        self.order: OrderView | None = None
        self._decided_on = 0
        """The version that was shown when what is being done was begun."""

    def room(self) -> ComposeResult:
        """Lay the header over the lines, under them the picked one's promise and the holds."""
        yield Static("", id="order-head", markup=False)
        yield OrderLines(self._tell_line)
        yield Static("", id="order-line", markup=False)
        yield Static("", id="order-holds", markup=False)

    def on_mount(self) -> None:
        """Read the order."""
        super().on_mount()
        self.home.focus()
        self.read_first(self._reread())

    def title_left(self) -> str:
        """Name the order, its revision, and how it stands."""
        if self.order is None:
            return f"{self.TITLE_TEXT} {self.number}"
        state = state_of(self.order)
        return f"{self.TITLE_TEXT} {self.number}   rev {self.order.version}   {state.upper()}"

    async def _reread(self) -> None:
        from orderdesk.services.orders import reading

        with self.failing_softly():
            number = self.number
            found = await self.desk_app.read(reading.show, number)
            if number == self.number and self._is_newest(found):
                self._show(found)

    def _is_newest(self, found: OrderView) -> bool:
        """Tell whether nothing newer of the order is shown than a late answer has."""
        shown = self.order
        return shown is None or shown.number != found.number or shown.version <= found.version

    def _show(self, order: OrderView) -> None:
        self.order = order
        self.home.show(order.lines)
        self.query_one("#order-head", Static).update(Content(head(order, self.size.width)))
        self.query_one("#order-holds", Static).update(Content(stops(order)))
        self.retitle()

    def _tell_line(self, line: LineView | None) -> None:
        """Say of the picked line what its row has no room for."""
        text = "" if line is None else line_text(line, self.size.width)
        self.query_one("#order-line", Static).update(Content(text))

    def on_resize(self) -> None:
        """Show what there is room for now."""
        if self.order is not None:
            self._show(self.order)

    async def refresh_live(self) -> None:
        """Read the order again; what is being typed below stays."""
        await self._reread()

    @property
    def command_here(self) -> str:
        """Give the command that shows the order."""
        return "" if self.order is None else typed("order", "show", self.number)

    # What is picked -------------------------------------------------------------------------

    @property
    def line_here(self) -> tuple[str, int] | None:
        """Give the picked line."""
        line = self.home.picked
        return None if line is None else (self.number, line.line)

    @property
    def product_here(self) -> str:
        """Give its product."""
        return self.home.picked.product if self.home.picked else ""

    @property
    def promise_here(self) -> Promise | None:
        """Give its promise."""
        line, order = self.home.picked, self.order
        if line is None or order is None:
            return None
        return Promise(self.number, line.line, line.promised, line.pinned, order.version)

    def version_for(self, here: Promise) -> int:
        """Give the version that was shown when the day was asked for, or refused last."""
        return self._decided_on

    async def promised_anew(self, view: PromiseView) -> None:
        """Show the order with its new promise."""
        await self._reread()

    def why_not(self, action: str) -> str:
        """Say why an action cannot be done to the order or its picked line now."""
        told = "" if self.order is None else why_not(action, self.order, self.home.picked)
        return told or super().why_not(action)

    # How it is changed ----------------------------------------------------------------------

    @property
    def home(self) -> OrderLines:
        """Give the lines."""
        return self.query_one(OrderLines)

    async def ask(
        self, questions: Sequence[Question], act: Callable[[Mapping[str, str]], Awaitable[Any]]
    ) -> None:
        """Ask, and act on the order as it stands now."""
        if self.order is not None and not self.is_asking():
            self._decided_on = self.order.version
            await super().ask(questions, act)

    @property
    def customer_here(self) -> str | None:
        """Give the order's customer."""
        return self.order.customer if self.order else None

    async def tried(self, acting: Awaitable[Any]) -> bool:
        """Do something; where it is refused, read the order again and tell so.

        Whoever repeats it then has seen what others changed.
        """
        if await super().tried(acting):
            return True
        await self._reread()
        if self.order is not None:
            self._decided_on = self.order.version
        return False

    def _amendment(self, **changes: Any) -> AmendRequest:
        """Give an amendment of the order as it stood when the change was begun."""
        return AmendRequest(number=self.number, version=self._decided_on, **changes)

    async def _do(self, said: str, service: Any, *args: Any, **named: Any) -> None:
        """Run a service that gives the order anew, and say what was done."""
        before = self.order
        self._show(await self.desk_app.write(None, service, *args, **named))
        self.say(said + odd_days(before, self.order))

    async def _act(self, said: str, service: Any, *args: Any, **named: Any) -> None:
        """Run a service on the order as it stood when this was begun."""
        await self._do(said, service, self.number, *args, **named, version=self._decided_on)
