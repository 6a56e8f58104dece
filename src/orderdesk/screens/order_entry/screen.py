"""Order entry: the fixed sequence from the customer's code to the order's number."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Input

from orderdesk.domain.errors import OrderDeskError
from orderdesk.domain.numbers import quantity_of
from orderdesk.screens.columns import many
from orderdesk.screens.commands import bindings
from orderdesk.screens.lists import source_of
from orderdesk.screens.order_entry import sources
from orderdesk.screens.order_entry.draft import (
    ADDRESS,
    pasted_lines,
    split_item,
    split_price,
    typed_of,
)
from orderdesk.screens.order_entry.form import ROW_NAMES
from orderdesk.screens.order_entry.known import of_line, of_product, said_of, told
from orderdesk.screens.order_entry.review import verdict
from orderdesk.screens.order_entry.saving import DraftSaver
from orderdesk.screens.order_entry.side import SidePanel
from orderdesk.screens.order_entry.undoing import UndoingEntry

if TYPE_CHECKING:
    from orderdesk.domain.entry import ProductPreview
    from orderdesk.domain.orders import LineRequest
    from orderdesk.screens.widgets.form import Slot


class OrderEntry(UndoingEntry):
    """The clerk's screen: F9 reviews, F9 again posts, and the next order begins."""

    BINDINGS = bindings("post", "above", "below")

    def on_mount(self) -> None:
        """Begin at the customer."""
        super().on_mount()
        self.saver = DraftSaver(self.desk_app)
        self._told: tuple[LineRequest | None, str] = (None, "")
        self.field("customer").focus()
        self.run_worker(self._tell_waiting())

    async def _tell_waiting(self) -> None:
        await self.desk_app.ready.wait()
        try:
            waiting = await sources.drafts(self.desk_app, "")
        except OrderDeskError:
            return  # nobody asked; whoever takes one up is told what stands against it
        if waiting and not self.is_gone and not self.message:
            verb = "waits" if len(waiting) == 1 else "wait"
            drafts = many(len(waiting), "draft")
            self.say(f"{drafts} {verb}: {self.key_of('park')} in an empty entry takes one up")

    # The fixed sequence ---------------------------------------------------------------------

    async def accept(self, field: Slot) -> None:
        """Take a field's value and follow the fixed path."""
        with self.doing(partial(self._accept_mended, field)):
            if field.id == "customer":
                await self.take_customer(field)
                self.field("buyer_po").focus()
            elif field.id not in ROW_NAMES:
                await self._accept_header(field)
            else:
                await self.take_header()
                if self._has_buyer():
                    await (self._accept_item(field) if field.id == "item" else self._accept_line())

    async def _accept_mended(self, field: Slot) -> None:
        """Take a field that was refused before, as Enter on it does."""
        if field.id in ROW_NAMES and not self.field("item").typed:
            self.fail(
                f"item is empty; type what was meant, or {self.key_of('back')} drops the keys kept"
            )
            self.again = partial(self._accept_mended, field)
        else:
            await self.accept(field)

    def _has_buyer(self) -> bool:
        """Tell whether there is a customer; where none is, say so and go there."""
        if self.draft.buyer is None:
            self.fail(f"the customer comes first; type a code, {self.key_of('choices')} lists them")
            self.field("customer").focus()
        return self.draft.buyer is not None

    async def _accept_header(self, field: Slot) -> None:
        if not self._has_buyer():
            return
        await self.take_header()
        if field.id in ADDRESS[:-1]:
            self.form.step(1)
        else:
            self.field("item").focus()

    async def _accept_item(self, field: Slot) -> None:
        quantity, item = split_item(field.typed)
        if not item:
            self.show_all()
            self.say(
                f"{many(len(self.draft.lines), 'line')}; {self.key_of('post')} reviews the order"
            )
            return
        seen = await self._product(item)
        field.put(seen.code)
        if quantity is not None:
            self.field("quantity").put(quantity)
            await self._accept_line()
            return
        picked = self.draft.picked
        if picked is None:
            self.field("quantity").put("1")
        if picked is None or picked.seen.product != seen.code:
            # A line that stays with its item stays in the unit that it was ordered in.
            self.field("unit").put(seen.unit)
        self.say(told(seen))
        self._show_goods(seen.code, of_product(seen))
        self.saver.save(self.draft, self._row_values())
        self.field("quantity").focus()

    async def _product(self, item: str) -> ProductPreview:
        assert self.draft.buyer is not None
        customer = self.draft.buyer.code
        warehouse = self.field("line_warehouse").typed or self.draft.header.get("warehouse", "")
        return await sources.product(self.desk_app, customer, item, warehouse)

    async def _accept_line(self) -> None:
        request = self._line_request()
        changed = self.draft.at is not None
        if changed and _is_nothing(request.quantity):
            await self._drop_line()
            return
        number = len(self.draft.lines) + 1 if self.draft.at is None else self.draft.at + 1
        seen = await sources.line(self.desk_app, self.draft, request, number)
        done = "changed" if changed else "added"
        self.draft.edits.append(self.draft.before(f"line {number} {done}"))
        self.draft.keep(request, seen)
        self._clear_row()
        try:
            if changed:
                await self.price_again()
        finally:
            # It stands, whatever became wrong of other lines: Enter must not add it once more.
            self.touch()
        self._told = self._tell_line(request)

    async def _drop_line(self) -> None:
        """Take out the line that was picked."""
        said = f"line {(self.draft.at or 0) + 1} dropped"
        self.draft.edits.append(self.draft.before(said))
        self.draft.drop_line()
        self._clear_row()
        try:
            await self.price_again()
        finally:
            self.touch()
        self.say(f"{said}; {self.key_of('undo')} takes that back")

    def _tell_line(self, request: LineRequest) -> tuple[LineRequest, str]:
        """Say what became of a line that was taken; give it with what was said."""
        index = next(at for at, line in enumerate(self.draft.lines) if line.request is request)
        how = f"{self.key_of('above')}, {self.key_of('choices')}"
        said = said_of(self.draft.lines[index].seen, self.draft.promises()[index], self.today, how)
        stands_in = f"; instead of {request.substitute_for}" if request.substitute_for else ""
        remark = self.remark(request.requested or "")
        self.say(f"#{index + 1}: {said}{stands_in}" + (f"; {remark}" if remark else ""))
        return request, self.message

    def _line_request(self) -> LineRequest:
        from orderdesk.domain.orders import LineRequest

        row = self._row_values()
        price, reason = split_price(row["price"])
        return LineRequest(
            product=row["item"],
            quantity=row["quantity"] or "1",
            unit=row["unit"] or None,
            price=price or None,
            price_reason=reason,
            discount=row["line_discount"] or None,
            requested=row["line_requested"] or None,
            disposition=row["disposition"] or None,
            warehouse=row["line_warehouse"] or None,
            substitute_for=self.draft.ordered(row["item"]),
        )

    async def paste_lines(self, field: Slot, text: str) -> bool:
        """Take many pasted rows as many lines; one row goes on as typing."""
        from orderdesk.domain.orders import LineRequest

        rows = pasted_lines(text)
        if len(rows) < 2 or self.draft.buyer is None:
            return False
        with self.failing_softly():
            before = self.draft.before(f"{len(rows)} lines pasted")
            kept = [line.request for line in before.lines]
            pasted = [LineRequest(product=item, quantity=quantity) for item, quantity in rows]
            self.draft.lines = list(
                await sources.lines(self.desk_app, self.draft, [*kept, *pasted])
            )
            self.draft.edits.append(before)
            self.say(f"{before.said}; {self.key_of('undo')} takes that back")
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
            for name, value in typed_of(self.draft.lines[index].request).items():
                self.field(name).put(value)
            self.say(f"line {index + 1}: Enter, then its quantity; quantity 0 drops it")
            seen = self.draft.lines[index].seen
            promised = self.draft.promises()[index]
            self._show_goods(seen.product, of_line(seen, promised, self.today))
        self.show_all()

    @property
    def product_here(self) -> str:
        """Give the item being typed, else that of the newest line: the stock check begins there."""
        lines = self.draft.lines
        return self.field("item").typed or (lines[-1].seen.product if lines else "")

    def _show_goods(self, product: str, known: list[str], *, again: bool = False) -> None:
        """Show a product in the side panel."""
        assert self.draft.buyer is not None
        more = sources.around(self.desk_app, self.draft.buyer, product)
        self.query_one(SidePanel).goods(product, known, more, again=again)

    async def _show_beside_again(self) -> None:
        """Show anew what stands in the side panel, for another desk may have changed it."""
        panel, draft = self.query_one(SidePanel), self.draft
        if panel.shows_buyer:
            self.show_buyer()
        if not panel.product or not panel.is_wide or draft.buyer is None:
            return
        product = panel.product
        if draft.at is not None and draft.lines[draft.at].seen.product == product:
            seen, promised = draft.lines[draft.at].seen, draft.promises()[draft.at]
            known = of_line(seen, promised, self.today)
        else:
            known = of_product(await self._product(product))
        if self.draft is draft and panel.product == product and not self.is_gone:
            self._show_goods(product, known, again=True)

    async def action_repeat(self) -> None:
        """Let kept keys go on after an error; else repeat this field's value of the line above."""
        if self.desk_app.keys_kept and self.at_field is None:
            again, then = self.again, self.key_of("repeat")
            closes = self.key_of("back")
            self.fail(f"a list is open; Enter picks from it, {closes} closes it, then {then}")
            self.again = again
        else:
            await super().action_repeat()

    def repeat(self) -> None:
        """Repeat this field's value of the line above."""
        field = self.at_field
        if field is None or self.is_barred("repeat"):
            return
        above = self.draft.above
        assert above is not None
        values = typed_of(above.request)
        field.put(values.get(field.id) or field.value)

    async def action_post(self) -> None:
        """Review first: total and holds; the second time, post."""
        if self.is_listing() or not await self.take_typed():
            return
        if self.is_row_typed() and (self.draft.at is not None or self.field("item").typed):
            self.fail(
                f"the entry row is not finished; Enter keeps it, {self.key_of('back')} clears it"
            )
            return
        if self.is_barred("post"):
            return
        with self.failing_softly():
            await self.saver.wait()
            shown, today = self.reviewed, self.today
            self.reviewed = await sources.rehearse(self.desk_app, self.draft.request())
            said = verdict(self.reviewed, today, as_typed=True)
            if shown is None or verdict(shown, today, as_typed=True) != said:
                changed = "" if shown is None else "CHANGED meanwhile: "
                self.say(
                    f"{self.key_of('post')} posts, {self.key_of('back')} goes back: {changed}{said}"
                )
                return
            placed = await self.saver.post(self.draft)
            self._begin(f"{placed.number} placed: {verdict(placed, today)}")

    async def step_back(self) -> None:
        """Close the review, clear the entry row, step to the field before, or leave."""
        if self.reviewed is not None:
            self.reviewed = None
            self.say("not posted")
        elif self.draft.at is not None or any(self._row_values().values()):
            self._clear_row()
            self.show_all()
            self.hush()
        elif self.is_typed(here := self.form.current):
            here.put(self.standing(here.id))
            self.say("as it was")
        elif here.id != "customer":
            self.form.step(-1)
        else:
            await self.action_leave()

    @property
    def is_begun(self) -> bool:
        """Tell whether a draft is open: F3 asks before it is left."""
        return not self.draft.is_empty

    async def action_leave(self) -> None:
        """Leave to the menu; ask once where a draft is open, which is then parked."""
        await self.take_or_drop()
        if not self.draft.is_empty and not self._leaving:
            self._leaving = True
            self.say(f"a draft is open: {self.key_of('leave')} again parks it and leaves")
            return
        if not self.draft.is_empty and not self._unparked:
            await self.action_park()
            if not self.draft.is_empty:
                self._unparked = True
                self.fail(f"{self.message}; {self.key_of('leave')} again leaves without it")
                return
        await super().action_leave()

    async def refresh_live(self) -> None:
        """Others changed something: read customer and lines again, keeping every field."""
        draft = self.draft
        if draft.buyer is None:
            return
        try:
            buyer = await sources.buyer(self.desk_app, draft.buyer.code)
            if self.draft is not draft or self.draft.header.get("customer") != buyer.code:
                return  # the clerk went on to another order meanwhile
            self.renew_buyer(buyer)
            await self.price_again()
            if not self.is_gone:
                self._tell_again()
                await self._show_beside_again()
        except OrderDeskError as error:
            if not self.is_gone:
                self.say(error.message)
        if not self.is_gone:
            self.show_all()

    def _tell_again(self) -> None:
        """Say anew what is still said of a line, for another desk may have changed it."""
        request, said = self._told
        if request is None or said != self.message:
            return
        if any(line.request is request for line in self.draft.lines):
            self._told = self._tell_line(request)

    # Look-ups while typing ------------------------------------------------------------------

    @on(Input.Changed)
    def _typing(self, event: Input.Changed) -> None:
        """Show beside the entry what the typed text may mean; late answers are dropped."""
        name = self.form.current.id
        if self.reviewed is not None:
            self.reviewed = None
            self.hush()
        if name in ("item", "customer"):
            self.query_one(SidePanel).look_up(
                event.value, source_of(self.desk_app, name, self.customer)
            )


def _is_nothing(quantity: str) -> bool:
    """Tell whether a quantity of 0 was typed; what is no quantity is refused elsewhere."""
    try:
        return not quantity_of(quantity)
    except ValueError:
        return False
