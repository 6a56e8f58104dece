"""One customer: everything about it on one screen, and the next step a letter away."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from orderdesk.screens.asking import AskingScreen
from orderdesk.screens.commands import bindings
from orderdesk.screens.customers.about import body, head
from orderdesk.screens.same import SaysCommand, typed
from orderdesk.screens.widgets.ask import Question

NEWEST = 10
"""So many orders are shown; the orders screen has all."""


class CustomerSheet(AskingScreen, SaysCommand):
    """One customer, read whole."""

    TITLE_TEXT = "CUSTOMER"
    KEYS = (
        "help",
        "leave",
        "reread",
        "customer_orders",
        "credit_check",
        "note_customer",
        "same",
        "back",
    )
    BINDINGS = bindings("customer_orders", "credit_check", "note_customer")

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code

    def room(self) -> ComposeResult:
        """Lay the facts over the sections, which scroll."""
        yield Static("", id="customer-head", markup=False)
        yield VerticalScroll(Static("", id="customer-body", markup=False), id="customer-room")

    def on_mount(self) -> None:
        """Read the customer."""
        super().on_mount()
        self.query_one("#customer-room").focus()
        self.read_first(self.refresh_live())

    @property
    def home(self) -> VerticalScroll:
        """Give the room, which scrolls."""
        return self.query_one("#customer-room", VerticalScroll)

    def title_left(self) -> str:
        """Name the customer."""
        return f"{self.TITLE_TEXT} {self.code}"

    @property
    def command_here(self) -> str:
        """Give the command that shows the customer."""
        return typed("customer", "show", self.code)

    async def refresh_live(self) -> None:
        """Read it all again, where the scrolling stands."""
        from orderdesk.domain.orders import OrderFilter
        from orderdesk.services.credit import account
        from orderdesk.services.customers import views
        from orderdesk.services.orders import reading

        with self.failing_softly():
            seen = await self.desk_app.read(views.show, self.code)
            credit = await self.desk_app.read(account.show, self.code)
            asked = OrderFilter(customer=self.code, limit=NEWEST)
            orders = (await self.desk_app.read(reading.list_, asked)).orders
            if not self.is_gone:
                self.query_one("#customer-head", Static).update(Content(head(seen, credit)))
                text = body(seen, credit, orders, self.desk_app.keyed)
                self.query_one("#customer-body", Static).update(Content(text))

    async def action_customer_orders(self) -> None:
        """List all orders of the customer."""
        from orderdesk.screens.orders.screen import Orders

        await self.app.push_screen(Orders(self.code))

    async def action_credit_check(self) -> None:
        """Check the customer's credit."""
        from orderdesk.screens.credit.screen import CreditCheck

        await self.app.push_screen(CreditCheck(self.code))

    async def action_note_customer(self) -> None:
        """Ask for a note, and keep it."""

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.domain.notes import NoteRequest
            from orderdesk.services import notes

            request = NoteRequest(subject="customer", key=self.code, text=values["text"])
            await self.desk_app.write(None, notes.add, request)
            await self.refresh_live()

        await self.ask([Question("text", "customer_note", f"Note on {self.code}", None)], act)
