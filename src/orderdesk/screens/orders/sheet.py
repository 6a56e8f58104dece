"""One order: its lines with what became of each, its holds, and what can be done to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import AmendRequest, LineChange, LineRequest, OrderView
from orderdesk.screens.asking import AskingScreen
from orderdesk.screens.commands import bindings
from orderdesk.screens.lists import CANCELLING, LISTS, source_of
from orderdesk.screens.order_entry.form import ITEM_HINT
from orderdesk.screens.order_entry.known import told
from orderdesk.screens.order_entry.sources import product
from orderdesk.screens.orders.events import EventSheet
from orderdesk.screens.orders.head import head, odd_days, stops
from orderdesk.screens.orders.lines import OrderLines
from orderdesk.screens.orders.sources import state_of
from orderdesk.screens.widgets.ask import AskRow, Question
from orderdesk.screens.widgets.choices import ChoiceList
from orderdesk.screens.widgets.field import Field


class OrderSheet(AskingScreen):
    """One order, with a letter for everything that can be done to it."""

    TITLE_TEXT = "ORDER"
    KEYS = (
        "help",
        "amend",
        "header",
        "add_line",
        "close_line",
        "reopen",
        "copy",
        "cancel_order",
        "hold",
        "release",
        "events",
        "back",
    )
    BINDINGS = bindings(
        "amend",
        "header",
        "add_line",
        "close_line",
        "reopen",
        "copy",
        "cancel_order",
        "hold",
        "release",
        "events",
        "choices",
    )

    def __init__(self, number: str) -> None:
        super().__init__()
        self.number = number
        self.order: OrderView | None = None
        self._decided_on = 0
        """The version that was shown when what is being done was begun."""

    def room(self) -> ComposeResult:
        """Lay the header over the lines, the holds under them."""
        yield Static("", id="order-head", markup=False)
        yield OrderLines()
        yield Static("", id="order-holds", markup=False)

    def on_mount(self) -> None:
        """Read the order."""
        super().on_mount()
        self.query_one(OrderLines).focus()
        self.read_first(self._reread())

    def title_left(self) -> str:
        """Name the order and how it stands."""
        if self.order is None:
            return f"{self.TITLE_TEXT} {self.number}"
        state = state_of(self.order)
        return f"{self.TITLE_TEXT} {self.number}   {state.upper()}"

    async def _reread(self) -> None:
        from orderdesk.services.orders import reading

        with self.failing_softly():
            self._show(await self.desk_app.read(reading.show, self.number))

    def _show(self, order: OrderView) -> None:
        self.order = order
        self.query_one(OrderLines).show(order.lines)
        self.query_one("#order-head", Static).update(Content(head(order, self.size.width)))
        self.query_one("#order-holds", Static).update(Content(stops(order)))
        self.retitle()

    def on_resize(self) -> None:
        """Show what there is room for now."""
        if self.order is not None:
            self._show(self.order)

    async def refresh_live(self) -> None:
        """Read the order again; what is being typed below stays."""
        await self._reread()

    # What can be done -----------------------------------------------------------------------

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

    async def action_choices(self) -> None:
        """Open the list for the value that is being asked for, where it has one."""
        field, rows = self.focused, self.query(AskRow)
        name = rows.first().list_of(field) if rows and isinstance(field, Field) else ""
        if not name or not isinstance(field, Field) or self.order is None:
            self.fail("there is no list here; F1 says what can be done")
            return
        lines = self.query_one(OrderLines)

        async def picked(value: str | None) -> None:
            await self.query_one(ChoiceList).remove()
            lines.display = True
            if value is not None:
                field.put(value)
            field.focus()

        self.hush()
        source = source_of(self.desk_app, name, self.order.customer)
        lines.display = False
        whole = bool(field.value) and len(field.selected_text) == len(field.value)
        await self.mount(
            ChoiceList(field.typed, source, picked, replace=whole), before="#order-holds"
        )

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

    async def action_amend(self) -> None:
        """Change the picked line."""
        line = self.query_one(OrderLines).picked
        if line is None or self.order is None:
            return
        before = {
            "quantity": f"{line.ordered:f}",
            "price": f"{line.price:f}",
            "discount": f"{line.discount:f}",
            "requested": line.requested.isoformat(),
            "note": line.note,
        }

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.amend import amend

            changed: dict[str, Any] = {k: v for k, v in values.items() if v != before[k]}
            change = LineChange(line=line.line, **changed)
            request = self._amendment(lines=(change,))
            await self._do(f"line {line.line} amended", amend, request)

        await self.ask(
            [
                Question(
                    "quantity",
                    f"#{line.line} Qty",
                    8,
                    before["quantity"],
                    "How many from now on, not below what has shipped.",
                ),
                Question(
                    "price",
                    "Price",
                    10,
                    before["price"],
                    "By hand; empty goes back to the price lists.",
                ),
                Question("discount", "Disc", 5, before["discount"], "Percent off this line."),
                Question("requested", "Ship", 11, before["requested"], "Such as 2026-03-14."),
                Question("note", "Note", None, before["note"], "A remark on this line."),
            ],
            act,
        )

    async def action_header(self) -> None:
        """Change the order's header; lines that had its old date or ship-to follow."""
        order = self.order
        if order is None:
            return
        before = {
            "requested": order.requested.isoformat(),
            "buyer_po": order.buyer_po,
            "ship_to": order.ship_to,
            "terms": order.terms,
            "contact": order.contact,
            "note": order.note,
        }

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.amend import amend

            changed: dict[str, Any] = {k: v for k, v in values.items() if v != before[k]}
            request = self._amendment(**changed)
            await self._do("header amended", amend, request)

        asked = (
            ("requested", "Ship", 11),
            ("buyer_po", "PO", 16),
            ("ship_to", "To", 3),
            ("terms", "Terms", 6),
            ("contact", "Contact", 20),
            ("note", "Note", None),
        )
        await self.ask(
            [
                Question(name, label, width, before[name], list=name if name in LISTS else "")
                for name, label, width in asked
            ],
            act,
        )

    async def action_add_line(self) -> None:
        """Add a line."""
        order = self.order
        if order is None:
            return

        async def meant(typed: str) -> str:
            if not typed:
                raise Refused("no_item", "item is empty: type a code, or F4 lists what fits")
            seen = await product(self.desk_app, order.customer, typed)
            self.say(told(seen))
            return seen.code

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.amend import amend

            line = LineRequest(
                product=values["product"],
                quantity=values["quantity"],
                price=values["price"] or None,
            )
            request = self._amendment(add=(line,))
            await self._do("line added", amend, request)

        await self.ask(
            [
                Question("product", "Item", 14, "", ITEM_HINT, True, "item", meant),
                Question("quantity", "Qty", 8, "1", "How many, in the item's unit."),
                Question("price", "Price", 10, "", "By hand; empty: the price lists decide."),
            ],
            act,
        )

    async def action_close_line(self) -> None:
        """Short-close what is open of the picked line."""
        line = self.query_one(OrderLines).picked
        if line is None:
            return

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.closing import close_line

            await self._act(
                f"line {line.line} closed", close_line, line.line, reason=values["reason"]
            )

        await self.ask([_why(f"Close line {line.line}: reason", CANCELLING)], act)

    async def action_reopen(self) -> None:
        """Open again what was short-closed of the picked line."""
        line = self.query_one(OrderLines).picked
        if line is not None and self.order is not None:
            from orderdesk.services.orders.closing import reopen

            self._decided_on = self.order.version
            await self.tried(self._act(f"line {line.line} open again", reopen, line.line))

    async def action_cancel_order(self) -> None:
        """Cancel the whole order."""

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.closing import cancel

            await self._act(f"{self.number} cancelled", cancel, values["reason"])

        await self.ask([_why(f"Cancel {self.number}: reason", CANCELLING)], act)

    async def action_copy(self) -> None:
        """Place the same order again, at today's prices but for those by hand, and show it."""

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.copying import copy

            old = self.number
            placed = await self.desk_app.write(
                None, copy, old, requested=values["requested"] or None
            )
            self.number = placed.number
            self._show(placed)
            self.say(f"{placed.number} placed as a copy of {old}")

        await self.ask([Question("requested", f"Copy {self.number}: ship", 11)], act)

    async def action_hold(self) -> None:
        """Hold the whole order by hand, for a reason that others can act on."""

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.holds import hold

            await self._act(f"{self.number} held", hold, reason=values["reason"])

        await self.ask([Question("reason", f"Hold {self.number}: reason", None)], act)

    async def action_release(self) -> None:
        """Release the order's open holds."""
        if self.order is None or all(hold.released_by for hold in self.order.holds):
            self.fail("nothing holds this order")
            return
        total = f"{self.order.total:f}"

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.holds import release

            await self._act(
                "holds released",
                release,
                ceiling=None if values["ceiling"] in ("", total) else values["ceiling"],
                reason=values["reason"],
            )

        await self.ask(
            [
                Question(
                    "ceiling",
                    "Release up to",
                    12,
                    total,
                    "The total up to which it stays released.",
                ),
                Question("reason", "Reason", None),
            ],
            act,
        )

    async def action_events(self) -> None:
        """Show what was done to the order."""
        await self.app.push_screen(EventSheet(self.number))


def _why(label: str, kind: str) -> Question:
    """Ask for a reason of a kind that the company keeps; F4 lists them."""
    return Question("reason", label, None, "", "By its code or name; F4 lists them.", list=kind)
