"""Credit check: what a customer may owe and owes, why, and when headroom comes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Label, Static

from orderdesk.screens.asking import AskingScreen
from orderdesk.screens.commands import bindings
from orderdesk.screens.credit.about import body, head
from orderdesk.screens.lists import source_of
from orderdesk.screens.same import SaysCommand, typed
from orderdesk.screens.widgets.ask import Question
from orderdesk.screens.widgets.choices import ChoiceList
from orderdesk.screens.widgets.field import Field

ORDERS = 20
"""So many open orders are shown, the newest."""


class CreditCheck(AskingScreen, SaysCommand):
    """One customer's credit, with its reasons and numbers."""

    TITLE_TEXT = "CREDIT CHECK"
    KEYS = ("help", "leave", "choices", "reread", "what_if", "set_limit", "filter", "same", "back")
    BINDINGS = bindings("choices", "what_if", "set_limit", "filter")

    def __init__(self, code: str = "") -> None:
        """Make the check of a customer, or one that asks for whom."""
        super().__init__()
        self.code = code

    def room(self) -> ComposeResult:
        """Lay the customer's field over what is known."""
        with Horizontal(classes="row"):
            yield Label(" Customer ")
            yield Field("who", about="customer_code", width=14, code=True, accept=self.accept)
        yield Static("", id="credit-head", markup=False)
        yield VerticalScroll(Static("", id="credit-body", markup=False), id="credit-room")

    def on_mount(self) -> None:
        """Read the customer, or ask for one."""
        super().on_mount()
        field = self.query_one("#who", Field)
        field.put(self.code)
        if self.code:
            self.query_one("#credit-room").focus()
            self.read_first(self.refresh_live())
        else:
            field.focus()

    @property
    def home(self) -> VerticalScroll:
        """Give the room, which scrolls."""
        return self.query_one("#credit-room", VerticalScroll)

    @property
    def command_here(self) -> str:
        """Give the command that shows the credit."""
        return typed("credit", "show", self.code) if self.code else ""

    async def accept(self, field: Field) -> None:
        """Check another customer."""
        if not field.typed:
            self.fail(f"customer is empty; type a code, {self.key_of('choices')} lists them")
            return
        before, self.code = self.code, field.typed
        if await self._reread():
            self.query_one("#credit-room").focus()
        else:
            self.code, self.again = before, partial(self.accept, field)

    async def refresh_live(self) -> None:
        """Read it all again, where the scrolling stands."""
        if self.code:
            await self._reread()

    async def _reread(self) -> bool:
        """Read and show everything; tell whether it could be done."""
        await self.desk_app.ready.wait()
        from orderdesk.domain.orders import OrderFilter
        from orderdesk.services.credit import account, ageing, outlook
        from orderdesk.services.orders import reading

        with self.failing_softly():
            seen = await self.desk_app.read(account.show, self.code)
            owed = await self.desk_app.read(ageing.ageing, self.code)
            ahead = await self.desk_app.read(outlook.burn_down, self.code)
            asked = OrderFilter(customer=self.code, stage="open", limit=ORDERS)
            orders = (await self.desk_app.read(reading.list_, asked)).orders
            if not self.is_gone:
                self.query_one("#credit-head", Static).update(Content(head(seen)))
                text = body(seen, owed, ahead, orders)
                self.query_one("#credit-body", Static).update(Content(text))
            return True
        return False

    # What can be done -----------------------------------------------------------------------

    async def action_filter(self) -> None:
        """Go to the customer's field."""
        self.query_one("#who", Field).focus()

    async def action_choices(self) -> None:
        """List customers for the field."""
        field = self.query_one("#who", Field)
        if self.query("ChoiceList, AskRow"):
            return
        room = self.query_one("#credit-room")

        async def picked(value: str | None) -> None:
            await self.query_one(ChoiceList).remove()
            room.display = True
            field.focus()
            if value is not None:
                field.put(value)
                await self.accept(field)

        self.hush()
        room.display = False
        source = source_of(self.desk_app, "customer", None)
        await ChoiceList(field.typed, source, picked).open_in(self, before="#message")

    async def action_what_if(self) -> None:
        """Ask for an amount and a day, and say what the credit would be."""

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.credit import outlook

            seen = await self.desk_app.read(
                outlook.what_if, self.code, values["amount"], values["on"] or None
            )
            free = "unlimited" if seen.headroom is None else f"{seen.headroom:,f} free"
            why = "".join(f"; {each.message}" for each in seen.reasons)
            self.say(f"{seen.amount:,f} on {seen.on}: {seen.result.upper()}, {free}{why}")

        await self.ask(
            [
                Question("amount", "what_if_amount", "What if they order", 14),
                Question("on", "what_if_on", "on", 12),
            ],
            act,
        )

    async def action_set_limit(self) -> None:
        """Ask for another limit and the reason."""
        # Of whom it is asked, whoever stands in the customer's field by the time of the answer.
        code = self.code

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.exchange.passing import pass_on
            from orderdesk.services.credit import account

            limit, desk = values["limit"] or None, self.desk_app.desk
            await self.desk_app.write(None, account.set_limit, code, limit, values["reason"])
            cause = f"credit of {code} set by {desk.user}"
            passed = await self.desk_app.in_writes(lambda: pass_on(desk, [code], cause))
            await self._reread()
            told = (f"limit of {code}: {limit or 'unlimited'}", *passed.said())
            self.say("; ".join(told))

        await self.ask(
            [
                Question("limit", "credit_limit", "Limit", 14),
                Question("reason", "limit_reason", "Reason", None),
            ],
            act,
        )

    async def ask(
        self, questions: Sequence[Question], act: Callable[[Mapping[str, str]], Awaitable[Any]]
    ) -> None:
        """Ask once it is known of whom."""
        if self.code:
            await super().ask(questions, act)
        else:
            self.fail(f"the customer comes first; type a code, {self.key_of('choices')} lists them")
