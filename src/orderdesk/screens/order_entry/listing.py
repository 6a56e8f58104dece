"""The lists of order entry: what fits a field, and the drafts that were put aside."""

from __future__ import annotations

from typing import Any

from orderdesk.screens.columns import many
from orderdesk.screens.commands import bindings
from orderdesk.screens.lists import LISTS, source_of
from orderdesk.screens.order_entry import sources
from orderdesk.screens.order_entry.draft import Draft
from orderdesk.screens.order_entry.header import HeaderEntry
from orderdesk.screens.widgets.choices import ChoiceList, Source


class ListingEntry(HeaderEntry):
    """Opens lists over the lines, puts drafts aside and takes them up."""

    BINDINGS = bindings("park", "choices", "new")

    async def action_choices(self) -> None:
        """Open the list for the field that has the focus."""
        field = self.at_field
        if field is not None and field.id == "price" and self.customer is not None:
            product = self.field("item").typed
            source, typed = sources.earlier(self.desk_app, self.customer, product), ""
        elif field is not None and field.id == "item" and self.draft.substitutes:
            source, typed = sources.instead(self.draft.substitutes), ""
        elif field is not None and (choices := self._of_item(field.id)) is not None:
            source, typed = choices, field.typed
        elif field is not None and field.id in LISTS:
            source, typed = source_of(self.desk_app, field.id, self.customer), field.typed
        else:
            self.fail(
                f"this field has no list; its help ({self.key_of('help')}) says what it takes"
            )
            return
        self._opener = field
        replace = not typed or field.is_all_selected
        await self._open_list(typed, source, self._picked, replace=replace)

    def _of_item(self, name: str) -> Source | None:
        """Give the list of a field that has one of its own for each product."""
        product = self.field("item").typed
        if product and name == "unit":
            return sources.units_of(self.desk_app, product)
        if product and name == "line_warehouse":
            return sources.lying(self.desk_app, product)
        return None

    async def _open_list(
        self, typed: str, source: Any, picked: Any, *, replace: bool = False
    ) -> None:
        self.hush()
        await self._close_list()
        await ChoiceList(typed, source, picked, replace=replace).open_in(self.form)

    async def _close_list(self) -> None:
        await self.query(ChoiceList).remove()

    def is_listing(self) -> bool:
        """Tell whether a list is open, and say so then: it is answered first."""
        if is_open := bool(self.query(ChoiceList)):
            self.fail(f"a list is open; Enter picks from it, {self.key_of('back')} closes it")
        return is_open

    async def _picked(self, value: str | None) -> None:
        """Put the picked value into the field that asked, and go back to it."""
        await self._close_list()
        assert self._opener is not None
        if value is not None:
            self._opener.put(value)
            self.say(f"{value}: Enter takes it")
        self._opener.focus()

    async def action_park(self) -> None:
        """Park the draft and start anew; with an empty entry, take a parked one up."""
        await self._close_list()
        left_out = await self.take_or_drop()
        if self.draft.is_empty:
            self._opener = self.field("customer")
            await self._open_list(
                "", lambda text: sources.drafts(self.desk_app, text), self._resume
            )
            return
        with self.failing_softly():
            await self.saver.park(self.draft, self._row_values())
            self._begin(
                f"draft parked; {self.key_of('park')} in an empty entry takes it up again{left_out}"
            )

    async def _resume(self, draft_id: str | None) -> None:
        await self._close_list()
        self.field("customer").focus()
        if draft_id is None:
            return
        with self.failing_softly():
            self.draft, row = await sources.resume(self.desk_app, draft_id)
            self._show_header()
            for name, value in row.items():
                self.field(name).put(value)
            self.saver.took_up(self.draft)
            self.touch()
            self.say(f"draft taken up, {many(len(self.draft.lines), 'line')}")
            self.field("item" if self.draft.buyer else "customer").focus()

    def _show_header(self) -> None:
        """Show the header as the draft has it, the rarer fields only where it has some."""
        if self.draft.is_rare != self.shows_more:
            self.hide_more() if self.shows_more else self.show_more()
        for slot in self.header_fields:
            slot.put(self.standing(slot.id))

    async def action_new(self) -> None:
        """Begin anew; the draft is parked."""
        await self._close_list()
        await self.take_or_drop()
        if self.draft.is_empty:
            self._begin("")
        else:
            await self.action_park()

    def _begin(self, message: str) -> None:
        self.draft = Draft()
        self.reviewed = None
        for slot in self.form.slots.values():
            slot.put("")
        self._show_header()
        self.show_all()
        self.show_buyer()
        self.say(message)
        self.field("customer").focus()
