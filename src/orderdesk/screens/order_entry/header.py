"""The header's half of order entry: what is typed there is taken when the cursor leaves it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.days import remark_on
from orderdesk.domain.errors import OrderDeskError, Refused
from orderdesk.screens.commands import bindings
from orderdesk.screens.order_entry import sources
from orderdesk.screens.order_entry.draft import ADDRESS
from orderdesk.screens.order_entry.form import HEADER, EntryForm

if TYPE_CHECKING:
    from orderdesk.domain.entry import BuyerView
    from orderdesk.screens.widgets.form import Slot

PRICED: Final = ("requested", "ship_to", "warehouse", "discount")
"""The fields that lines take over."""

BELONGING: Final = ("ship_to", "contact", *ADDRESS)
"""What is one customer's own, and never goes over to another."""


class HeaderEntry(EntryForm):
    """Takes the header's fields, checks each at once, and shows the rarer ones when asked."""

    BINDINGS = bindings("more")

    def default_of(self, name: str) -> str:
        """Give what a field holds where nobody typed anything."""
        value: str = getattr(self.draft.buyer, name, "") if self.draft.buyer else ""
        return value

    def standing(self, name: str) -> str:
        """Give what a header field holds as far as it was taken."""
        if name == "ship_to" and self.draft.is_one_off:
            return ""
        return self.draft.header.get(name) or self.default_of(name)

    async def take_typed(self, again: Callable[[], Awaitable[Any]] | None = None) -> bool:
        """Take what was typed into the header; tell whether it was right.

        Where it was not, F8 does `again` once it is mended, before the kept keys go on.
        """
        with self.failing_softly():
            await self.take_header()
            self.again = None
            return True
        self.again = again or self.take_typed
        return False

    async def take_header(self) -> None:
        """Take every header field that was typed and not taken yet.

        What is wrong is raised, with the cursor at its field.
        """
        for field in self.header_fields:
            if field.typed != self.standing(field.id):
                try:
                    await self._take(field)
                except OrderDeskError:
                    field.focus()
                    raise

    async def take_or_drop(self) -> str:
        """Take what was typed into the header, and put back what is wrong; say what that was."""
        said = ""
        for field in self.header_fields:
            if field.typed != self.standing(field.id):
                try:
                    await self._take(field)
                except OrderDeskError as error:
                    field.put(self.standing(field.id))
                    said = f"; left out: {error.message}"
        return said

    def save_work(self) -> None:
        """Save the draft as far as it was taken; what is half typed stays in its field."""
        if not self.draft.is_empty:
            self.saver.save(self.draft, self._row_values())

    async def put_away(self) -> None:
        """Park the draft, with what was typed into its header. Raises what stands against it."""
        await self.take_or_drop()
        if not self.draft.is_empty:
            await self.saver.park(self.draft, self._row_values())

    async def _take(self, field: Slot) -> None:
        self.hush()
        if field.id == "customer":
            await self.take_customer(field)
            return
        before = self.draft.before(f"{field.spec.label} changed", field.id)
        self._set(field.id, field.typed)
        try:
            if self.draft.buyer is not None and field.id != "buyer_po":
                await sources.check_heading(self.desk_app, self.draft)
                if field.id in (*PRICED, *ADDRESS):
                    await self.price_again()
        except OrderDeskError:
            self.draft.put_back(before)
            raise
        self.draft.edits.append(before)
        self._show_taken(field)
        self.touch()

    def _set(self, name: str, typed: str) -> None:
        self.draft.set(name, "" if typed == self.default_of(name) else typed)
        if name in ADDRESS and typed:
            self.draft.set("ship_to", "")
        if name == "ship_to" and typed:
            for each in ADDRESS:
                self.draft.set(each, "")

    def _show_taken(self, field: Slot) -> None:
        """Show a field as it was taken, and what went with it."""
        field.put(self.standing(field.id))
        if field.id in ADDRESS:
            self.field("ship_to").put(self.standing("ship_to"))
            if self.draft.is_one_off:
                self.say("it goes to the one-off ship-to; a code in Ship-to takes that back")
        if field.id == "ship_to" and field.typed:
            for slot in self.header_fields:
                if slot.id in ADDRESS:
                    slot.put("")
        if field.id == "requested" and (remark := self.remark(field.typed)):
            self.say(remark)

    def remark(self, requested: str) -> str:
        """Say what is odd about a day that was asked for, if anything is."""
        if self.draft.buyer is None or not requested:
            return ""
        return remark_on(date.fromisoformat(requested), self.today)

    @property
    def today(self) -> date:
        """Give the company's day, which the order gets."""
        assert self.draft.buyer is not None
        return date.fromisoformat(self.draft.buyer.requested)

    async def take_customer(self, field: Slot) -> None:
        """Begin the order for a customer, or go on with it for another one."""
        if not field.typed:
            raise Refused(
                "no_customer",
                "customer is empty; type a code or a part of the name, "
                f"{self.key_of('choices')} lists them",
            )
        buyer = await sources.buyer(self.desk_app, field.typed)
        before = self.draft.before("customer changed", field.id)
        fresh = self._untouched()
        is_another = before.buyer is not None and before.buyer.code != buyer.code
        if is_another:
            fresh += [slot for slot in self.header_fields if slot.id in BELONGING]
            for name in BELONGING:
                self.draft.set(name, "")
        self.draft.buyer = buyer
        self.draft.set("customer", buyer.code)
        try:
            await self.price_again()
        except OrderDeskError:
            self.draft.put_back(before)
            raise
        if is_another:
            self.draft.edits.append(before)
        field.put(buyer.code)
        self._put_defaults(fresh)
        self.touch()
        self.say(f"{buyer.name}" + (f"  !{buyer.alert}" if buyer.alert else ""))
        self.show_buyer()

    def _untouched(self) -> list[Slot]:
        """Give the header's fields in which nothing was typed."""
        return [
            slot
            for slot in self.header_fields
            if slot.id != "customer"
            and slot.id not in self.draft.header
            and slot.typed == self.standing(slot.id)
        ]

    def _put_defaults(self, slots: list[Slot]) -> None:
        for slot in slots:
            if slot.value != (value := self.standing(slot.id)):
                slot.put(value)

    def renew_buyer(self, buyer: BuyerView) -> None:
        """Show what somebody else changed of the customer; what was typed stays."""
        untouched = self._untouched()
        self.draft.buyer = buyer
        self._put_defaults(untouched)

    async def price_again(self) -> None:
        """Price every line anew: the customer, the header or other desks changed something.

        The lines stay where they are while the answer is under way, for it may come beside the
        typing; a line that was changed meanwhile keeps its newer price.
        """
        asked = list(self.draft.lines)
        if asked and self.draft.buyer is not None:
            requests = [line.request for line in asked]
            for old, new in zip(
                asked, await sources.lines(self.desk_app, self.draft, requests), strict=True
            ):
                if old.request is new.request:
                    old.seen = new.seen

    # The rarer fields -----------------------------------------------------------------------

    @property
    def shows_more(self) -> bool:
        """Tell whether the rarer fields are in sight."""
        return "rep" in self.form.slots

    async def action_more(self) -> None:
        """Show the header's rarer fields; from among them, put them away if they are empty."""
        if self.at_field is None or not await self.take_typed():
            return
        from orderdesk.screens.order_entry.more import NAMES

        if not self.shows_more:
            self.show_more()
        elif self.form.current.id in NAMES:
            if self.draft.is_rare:
                self.say("these fields stay in sight, for the order has something in them")
            else:
                self.hide_more()
            self.field("item").focus()
            return
        self.field("rep").focus()

    def show_more(self) -> None:
        """Put the rarer fields in sight, with what stands in them."""
        from orderdesk.screens.order_entry.more import MORE, NAMES

        self.form.put_above((*HEADER, *MORE, "supply", "credit"))
        for name in NAMES:
            self.field(name).put(self.standing(name))
        self.show_all()

    def hide_more(self) -> None:
        """Leave only the fields that every order has."""
        self.form.put_above((*HEADER, "credit"))
        self.show_all()

    def show_all(self) -> None:
        """Show the draft's lines, totals and credit as they are now."""
        super().show_all()
        if self.shows_more:
            from orderdesk.screens.order_entry.more import supply_line

            width = self.form.size.width
            buyer = self.draft.buyer
            self.form.tell("supply", supply_line(buyer, width) if buyer else "")
