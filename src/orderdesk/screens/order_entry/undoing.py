"""Undo in order entry: first what is half typed, then one edit of the draft after another.

Only the draft is touched, and saved behind the typing as after any edit.
"""

from __future__ import annotations

from orderdesk.domain.errors import OrderDeskError
from orderdesk.screens.order_entry.draft import Edit, typed_of
from orderdesk.screens.order_entry.form import ROW_NAMES
from orderdesk.screens.order_entry.listing import ListingEntry
from orderdesk.screens.order_entry.sources import buyer
from orderdesk.screens.widgets.form import Slot


class UndoingEntry(ListingEntry):
    """Takes back what was done last; the cursor goes to where that began."""

    async def action_undo(self) -> None:
        """Take back what is half typed, else the last edit of the draft."""
        here = self.at_field
        if here is None:
            await super().action_undo()
        elif self.is_typed(here):
            here.put(self.standing(here.id))
            here.focus()
            self._tell(f"{here.spec.label} is as it was")
        elif here.id in ROW_NAMES and self.is_row_typed():
            line = self.draft.at
            self._clear_row()
            self.show_all()
            what = "what was typed" if line is None else f"the change of line {line + 1}"
            self._tell(f"{what} is taken back")
        else:
            again = self.again
            with self.failing_softly():
                await self.undo()
            # What was refused before is still to be mended, before kept keys go on.
            self.again = again

    async def undo(self) -> None:
        """Take back the last edit of the draft, and price its lines anew."""
        if self.is_barred("undo"):
            return
        if self.draft.at is not None:
            self._clear_row()  # the line that is picked may be gone in a moment
        edit = self.draft.edits.pop()
        now = self.draft.before(edit.said, edit.field)
        self.draft.put_back(edit)
        try:
            await self._renew_buyer(now)
            await self.price_again()
        except OrderDeskError:
            self.draft.put_back(now)
            self.draft.edits.append(edit)
            raise
        self._put_header()
        self._go_to(edit)
        self.touch()
        self._tell(f"undone: {edit.said}")

    async def _renew_buyer(self, now: Edit) -> None:
        """Let the customer be as others have changed it meanwhile."""
        if self.draft.buyer is not None and now.buyer is not None:
            is_another = self.draft.buyer.code != now.buyer.code
            code = self.draft.buyer.code
            self.draft.buyer = await buyer(self.desk_app, code) if is_another else now.buyer

    def _put_header(self) -> None:
        """Show the header as the draft has it; what is in sight stays in sight."""
        if self.draft.is_rare and not self.shows_more:
            self.show_more()
        for slot in self.header_fields:
            slot.put(self.standing(slot.id))

    def _go_to(self, edit: Edit) -> None:
        """Bring the cursor to where an edit began; a line's began in an empty row."""
        slot = self.form.slots.get(edit.field)
        if slot is None or edit.field == "item":
            self._clear_row()
        else:
            slot.focus()
            self.show_buyer()

    def _tell(self, text: str) -> None:
        """Say what was taken back, and still how many keys are kept."""
        self.say(text)
        self.show_kept(self.desk_app.keys_kept)

    def why_not(self, action: str) -> str:
        """Say why an action cannot be done to the draft now, and what to do."""
        if action == "undo" and not (self._is_half_typed() or self.draft.edits):
            return "nothing is left to undo; the order is as it was begun or taken up"
        if action == "post" and not self.draft.lines:
            return "the order has no lines yet; type item, Enter, quantity, Enter"
        if action == "repeat" and self.draft.above is None:
            return "no line stands above to repeat; type it"
        return ""

    def _is_half_typed(self) -> bool:
        """Tell whether something was typed that is not taken yet."""
        return self.is_row_typed() or any(self.is_typed(slot) for slot in self.header_fields)

    def is_typed(self, slot: Slot) -> bool:
        """Tell whether something was typed into a header field that was not taken yet."""
        return slot.id not in ROW_NAMES and slot.typed != self.standing(slot.id)

    def is_row_typed(self) -> bool:
        """Tell whether the entry row has something that is not kept in its line."""
        kept = {} if self.draft.picked is None else typed_of(self.draft.picked.request)
        return any(
            # What was pasted in small letters stands in a field of codes in capitals.
            value.casefold() != kept.get(name, "").casefold()
            for name, value in self._row_values().items()
        )

    def _clear_row(self) -> None:
        """Empty the entry row, with the cursor at its item."""
        for name in ROW_NAMES:
            self.field(name).put("")
        self.draft.at = None
        self.field("item").focus()
        self.show_buyer()
