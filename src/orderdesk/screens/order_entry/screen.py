"""Order entry: the fixed sequence from the customer's code to the order's number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on
from textual.widgets import Input

from orderdesk.domain.errors import OrderDeskError
from orderdesk.screens.commands import bindings
from orderdesk.screens.order_entry import sources
from orderdesk.screens.order_entry.draft import Draft, pasted_lines, split_item
from orderdesk.screens.order_entry.form import HEADER_NAMES, ROW_NAMES, EntryForm
from orderdesk.screens.order_entry.review import verdict
from orderdesk.screens.order_entry.saving import DraftSaver
from orderdesk.screens.order_entry.side import SidePanel
from orderdesk.screens.widgets.choices import ChoiceList

if TYPE_CHECKING:
    from orderdesk.domain.orders import LineRequest
    from orderdesk.screens.widgets.form import Slot


class OrderEntry(EntryForm):
    """The clerk's screen: F9 reviews, F9 again posts, and the next order begins."""

    BINDINGS = bindings("park", "choices", "new", "repeat", "post", "above", "below")

    def on_mount(self) -> None:
        """Begin at the customer."""
        super().on_mount()
        self.saver = DraftSaver(self.desk_app)
        self.field("customer").focus()
        self.run_worker(self._tell_waiting())

    async def _tell_waiting(self) -> None:
        await self.desk_app.ready.wait()
        waiting = await sources.drafts(self.desk_app, "")
        if waiting and not self.is_gone and not self.message:
            self.say(f"{len(waiting)} drafts wait: F2 in an empty entry takes one up")

    # The fixed sequence ---------------------------------------------------------------------

    async def accept(self, field: Slot) -> None:
        """Take a field's value and follow the fixed path."""
        with self.failing_softly():
            if field.id == "customer":
                await self._accept_customer(field)
            elif field.id == "item":
                await self._accept_item(field)
            elif field.id in ROW_NAMES:
                await self._accept_line()
            else:
                await self._accept_header(field)

    async def _accept_customer(self, field: Slot) -> None:
        if not field.typed:
            self.fail("customer is empty: type a code or a part of the name, F4 lists them")
            return
        buyer = await sources.buyer(self.desk_app, field.typed)
        self.draft.buyer = buyer
        self.draft.set("customer", buyer.code)
        field.put(buyer.code)
        for name in ("requested", "ship_to", "carrier", "terms", "contact"):
            if name not in self.draft.header:
                self.field(name).put(getattr(buyer, name))
        await self._price_again()
        self.touch()
        self.say(f"{buyer.name}" + (f"  !{buyer.alert}" if buyer.alert else ""))
        self.query_one(SidePanel).buyer(buyer)
        self.field("buyer_po").focus()

    async def _accept_header(self, field: Slot) -> None:
        name = field.id
        if self.draft.buyer is None:
            self.fail("the customer comes first: type a code, F4 lists them")
            self.field("customer").focus()
            return
        default = getattr(self.draft.buyer, name, "")
        self.draft.set(name, "" if field.typed == default else field.typed)
        if name in ("requested", "ship_to", "discount"):
            await self._price_again()
        self.touch()
        self.field("item").focus()

    async def _accept_item(self, field: Slot) -> None:
        quantity, item = split_item(field.typed)
        if self.draft.buyer is None:
            self.fail("the customer comes first: type a code, F4 lists them")
            self.field("customer").focus()
            return
        if not item:
            self.show_all()
            self.say(f"{len(self.draft.lines)} lines; F9 reviews the order")
            return
        seen = await sources.product(self.desk_app, self.draft.buyer.code, item)
        field.put(seen.code)
        if quantity is not None:
            self.field("quantity").put(quantity)
            await self._accept_line()
            return
        self.field("unit").put(seen.unit)
        if self.draft.at is None:
            self.field("quantity").put("1")
        price = "no price" if seen.price is None else f"{seen.price:f} ({seen.price_source})"
        alert = f"  !{seen.alert}" if seen.alert else ""
        self.say(f"{seen.code} {seen.description}  {price}  {seen.available:f} free{alert}")
        self.query_one(SidePanel).product(seen)
        self.saver.save(self.draft, self._row_values())
        self.field("quantity").focus()

    async def _accept_line(self) -> None:
        request = self._line_request()
        if self.draft.at is not None and request.quantity.strip("0.") == "":
            number = self.draft.at + 1
            self.draft.drop_line()
            self._clear_row()
            await self._price_again()
            self.touch()
            self.say(f"line {number} dropped")
            return
        number = len(self.draft.lines) + 1 if self.draft.at is None else self.draft.at + 1
        seen = await sources.line(self.desk_app, self.draft, request, number)
        changed = self.draft.at is not None
        self.draft.keep(request, seen)
        if changed:
            await self._price_again()
        self._clear_row()
        self.touch()
        text = f"#{number}: {seen.product} {seen.quantity:f} at {seen.price:f} = {seen.net:f}"
        if seen.backordered:
            text = (
                f"#{number}: {seen.quantity:f} asked, {seen.allocated:f} at once,"
                f" {seen.backordered:f} backordered"
            )
        self.say(text + (f"  !{seen.alert}" if seen.alert else ""))

    def _line_request(self) -> LineRequest:
        from orderdesk.domain.orders import LineRequest

        row = self._row_values()
        return LineRequest(
            product=row["item"],
            quantity=row["quantity"] or "1",
            unit=row["unit"] or None,
            price=row["price"] or None,
            discount=row["line_discount"] or None,
            requested=row["line_requested"] or None,
        )

    def _clear_row(self) -> None:
        for name in ROW_NAMES:
            self.field(name).put("")
        self.draft.at = None
        self.field("item").focus()

    async def _price_again(self) -> None:
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

    async def paste_lines(self, field: Slot, text: str) -> bool:
        """Take many pasted rows as many lines; one row goes on as typing."""
        from orderdesk.domain.orders import LineRequest

        rows = pasted_lines(text)
        if len(rows) < 2 or self.draft.buyer is None:
            return False
        with self.failing_softly():
            kept = [line.request for line in self.draft.lines]
            pasted = [LineRequest(product=item, quantity=quantity) for item, quantity in rows]
            self.draft.lines = list(
                await sources.lines(self.desk_app, self.draft, [*kept, *pasted])
            )
            self.say(f"{len(rows)} lines pasted")
        self.touch()
        return True

    # Actions --------------------------------------------------------------------------------

    async def action_above(self) -> None:
        """Pick the line above to change it."""
        self._pick(self.draft.moved(-1))

    async def action_below(self) -> None:
        """Pick the line below, or the empty entry row after the last one."""
        self._pick(self.draft.moved(1))

    def _pick(self, index: int | None) -> None:
        if self.at_field is None or self.at_field.id not in ROW_NAMES:
            return
        self._clear_row()
        if index is not None:
            self.draft.at = index
            request = self.draft.lines[index].request
            for name, value in (
                ("item", request.product),
                ("quantity", request.quantity),
                ("unit", request.unit),
                ("price", request.price),
                ("line_discount", request.discount),
                ("line_requested", request.requested),
            ):
                self.field(name).put(value or "")
            self.say(f"line {index + 1}: Enter, then its quantity; quantity 0 drops it")
        self.show_all()

    async def action_repeat(self) -> None:
        """Let kept keys go on after an error; else repeat this field's value of the line above."""
        if self.desk_app.keys_kept:
            self.desk_app.resume_keys()
            return
        field = self.at_field
        if field is None or not self.draft.lines:
            self.fail("there is no line above to repeat")
            return
        last = self.draft.lines[-1].request
        values = {
            "item": last.product,
            "quantity": last.quantity,
            "unit": last.unit,
            "price": last.price,
            "line_discount": last.discount,
            "line_requested": last.requested,
        }
        field.put(values.get(field.id) or field.value)

    async def action_choices(self) -> None:
        """Open the list for the field that has the focus."""
        field = self.at_field
        if field is None or field.id not in sources.LISTS:
            self.fail("this field has no list; its help (F1) says what it takes")
            return
        self._opener = field
        source = sources.source_of(self.desk_app, field.id, self.draft)
        await self._open_list(field.typed, source, self._picked, replace=field.is_all_selected)

    async def _open_list(
        self, typed: str, source: Any, picked: Any, *, replace: bool = False
    ) -> None:
        panel = self.query_one(SidePanel)
        room = panel if panel.is_wide else self.form
        await room.mount(ChoiceList(typed, source, picked, replace=replace))

    async def _close_list(self) -> None:
        await self.query_one(ChoiceList).remove()

    async def _picked(self, value: str | None) -> None:
        """Put the picked value into the field that asked, and go back to it."""
        await self._close_list()
        assert self._opener is not None
        if value is not None:
            self._opener.put(value)
        self._opener.focus()

    async def action_park(self) -> None:
        """Park the draft and start anew; with an empty entry, take a parked one up."""
        if self.draft.is_empty:
            self._opener = self.field("customer")
            await self._open_list(
                "", lambda text: sources.drafts(self.desk_app, text), self._resume
            )
            return
        with self.failing_softly():
            await self.saver.park(self.draft, self._row_values())
            self._begin("draft parked; F2 in an empty entry takes it up again")

    async def _resume(self, draft_id: str | None) -> None:
        await self._close_list()
        self.field("customer").focus()
        if draft_id is None:
            return
        with self.failing_softly():
            self.draft, row = await sources.resume(self.desk_app, draft_id)
            for name in HEADER_NAMES:
                default = getattr(self.draft.buyer, name, "") if self.draft.buyer else ""
                self.field(name).put(self.draft.header.get(name, default))
            for name, value in row.items():
                self.field(name).put(value)
            self.saver.took_up(self.draft)
            self.touch()
            self.say(f"draft taken up, {len(self.draft.lines)} lines")
            self.field("item" if self.draft.buyer else "customer").focus()

    async def action_new(self) -> None:
        """Begin anew; the draft is parked."""
        if self.query(ChoiceList):
            await self._close_list()
        if self.draft.is_empty:
            self._begin("")
        else:
            await self.action_park()

    def _begin(self, message: str) -> None:
        self.draft = Draft()
        self.reviewed = None
        for name in (*HEADER_NAMES, *ROW_NAMES):
            self.field(name).put("")
        self.show_all()
        self.say(message)
        self.field("customer").focus()

    async def action_post(self) -> None:
        """Review first: total and holds; the second time, post."""
        if not self.draft.lines:
            self.fail("the order has no lines yet: item, Enter, quantity, Enter")
            return
        if self.field("item").typed and self.draft.at is None:
            self.fail("the entry row is not finished: Enter keeps it, Esc clears it")
            return
        with self.failing_softly():
            await self.saver.wait()
            shown = self.reviewed
            self.reviewed = await sources.rehearse(self.desk_app, self.draft.request())
            if shown is None or verdict(shown) != verdict(self.reviewed):
                changed = "" if shown is None else "CHANGED meanwhile: "
                self.say(f"F9 posts, Esc goes back: {changed}{verdict(self.reviewed)}")
                return
            placed = await self.saver.post(self.draft)
            self._begin(f"{placed.number} placed: {verdict(placed)}")

    async def step_back(self) -> None:
        """Close the review, clear the entry row, step to the field before, or leave."""
        if self.reviewed is not None:
            self.reviewed = None
            self.say("not posted")
        elif self.draft.at is not None or any(self._row_values().values()):
            self._clear_row()
            self.show_all()
        elif self.form.current.id != "customer":
            self.form.action_step(-1)
        else:
            await self.action_leave()

    async def action_leave(self) -> None:
        """Leave to the menu; ask once where a draft is open, which is then parked."""
        if not self.draft.is_empty and not self._leaving:
            self._leaving = True
            self.say("a draft is open: F3 again parks it and leaves")
            return
        if not self.draft.is_empty:
            await self.action_park()
        await super().action_leave()

    async def refresh_live(self) -> None:
        """Others changed something: read customer and lines again, keeping every field."""
        if self.draft.buyer is None:
            return
        try:
            self.draft.buyer = await sources.buyer(self.desk_app, self.draft.buyer.code)
            await self._price_again()
        except OrderDeskError as error:
            if not self.is_gone:
                self.say(error.message)
        if not self.is_gone:
            self.show_all()

    # Look-ups while typing ------------------------------------------------------------------

    @on(Input.Changed)
    def _typing(self, event: Input.Changed) -> None:
        """Show beside the entry what the typed text may mean; late answers are dropped."""
        name = self.form.current.id
        if self.reviewed is not None:
            self.reviewed = None
        if name in ("item", "customer"):
            self.query_one(SidePanel).look_up(
                event.value, sources.source_of(self.desk_app, name, self.draft)
            )
