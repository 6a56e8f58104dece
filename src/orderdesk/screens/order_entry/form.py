"""The form of order entry: its fields, its lines, its totals; what it looks like."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

from orderdesk.screens.base import DeskScreen
from orderdesk.screens.columns import many
from orderdesk.screens.order_entry.draft import Draft
from orderdesk.screens.order_entry.lines import LineTable
from orderdesk.screens.order_entry.saving import DraftSaver
from orderdesk.screens.order_entry.side import SidePanel
from orderdesk.screens.order_entry.sums import credit_line, totals_line
from orderdesk.screens.widgets.bars import TitleBar
from orderdesk.screens.widgets.form import Form, Slot, Spec

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from orderdesk.domain.orders import OrderView

HEADER: Final = (
    (
        Spec("customer", "Customer", 12, True),
        Spec("buyer_po", "PO", 16, False),
        Spec("requested", "Ship", 11, False),
    ),
    (
        Spec("ship_to", "Ship-to", 6, True),
        Spec("carrier", "Via", 7, True),
        Spec("terms", "Terms", 6, True),
        Spec("discount", "Disc%", 5, False),
        Spec("contact", "Contact", 19, False),
    ),
    (Spec("note", "Note", None, False),),
)
"""The header's fields, a row at a time."""

ROW: Final = (
    Spec("item", "Item", 14, True),
    Spec("quantity", "Qty", 7, False),
    Spec("unit", "UM", 3, False),
    Spec("price", "Price", 9, False),
    Spec("line_discount", "%", 4, False),
    Spec("line_requested", "Ship", 11, False),
)
"""The entry row's fields."""

BELOW_ROW: Final = (
    Spec("disposition", "If short", 20, False),
    Spec("line_warehouse", "Whse", 6, True),
)
"""Its fields that few lines need, below the others."""

ROW_NAMES: Final = tuple(spec.id for spec in (*ROW, *BELOW_ROW))


class EntryForm(DeskScreen):
    """Header, lines and one entry row; what the keys do stands in the screen made of it."""

    TITLE_TEXT = "ORDER ENTRY"
    KEYS = (
        "help",
        "park",
        "leave",
        "choices",
        "reread",
        "new",
        "more",
        "repeat",
        "post",
        "back",
    )

    def __init__(self) -> None:
        super().__init__()
        self.draft = Draft()
        self.saver: DraftSaver
        self.reviewed: OrderView | None = None
        self._leaving = False
        self._unparked = False
        """It could not be parked, and whoever leaves was told so."""
        self._opener: Slot | None = None
        self.form = Form(
            above=(*HEADER, "credit"),
            body=LineTable(),
            below=(ROW, BELOW_ROW, "totals"),
            beside=SidePanel(),
            accept=self.accept,
            paste=self.paste_lines,
            leave=self.take_typed,
            moved=self._follow,
        )

    def room(self) -> ComposeResult:
        """Lay out header, lines and entry row, and the side panel where there is room."""
        yield self.form

    @abstractmethod
    async def accept(self, field: Slot) -> None:
        """Take a field's value and follow the fixed path."""

    @abstractmethod
    async def paste_lines(self, field: Slot, text: str) -> bool:
        """Take many pasted rows as many lines."""

    @abstractmethod
    async def take_typed(self, again: Callable[[], Awaitable[Any]] | None = None) -> bool:
        """Take what was typed into the header; tell whether it was right."""

    def _follow(self, slot: Slot) -> None:
        """Show the customer beside the header; beside the lines stands what is taken there."""
        if slot.id not in ROW_NAMES:
            self.show_buyer()

    def show_buyer(self) -> None:
        """Show the customer in the side panel, or nothing where there is none yet."""
        panel = self.query_one(SidePanel)
        if self.draft.buyer is None:
            panel.clear()
        else:
            panel.buyer(self.draft.buyer)

    def field(self, name: str) -> Slot:
        """Give a field by its name."""
        return self.form.slots[name]

    @property
    def customer(self) -> str | None:
        """Give the code of the customer, once there is one."""
        return self.draft.buyer.code if self.draft.buyer else None

    @property
    def header_fields(self) -> list[Slot]:
        """Give the header's fields that are in sight."""
        return [slot for name, slot in self.form.slots.items() if name not in ROW_NAMES]

    @property
    def at_field(self) -> Slot | None:
        """Give the field that has the cursor; None while a list has it."""
        return self.form.current if self.focused is self.form.editor else None

    def title_left(self) -> str:
        """Say whether the order is posted, and how long it may wait to be worked on today."""
        state = "NEW" if self.draft.is_empty else f"DRAFT* {many(len(self.draft.lines), 'line')}"
        title, origin = f"{self.TITLE_TEXT}   {state}", self.draft.origin
        if origin is None or self.draft.buyer is None:
            return title
        # Not for the first frame, which has no customer yet.
        from orderdesk.screens.order_entry import cut_off

        told = cut_off.countdown(origin, self.draft.buyer.requested)
        return cut_off.fitted(title, told, self.query_one(TitleBar).room)

    def show_all(self) -> None:
        """Show the draft's lines, totals and credit as they are now."""
        self.query_one(LineTable).show(self.draft)
        self.retitle()
        buyer = self.draft.buyer
        if buyer is None:
            self.form.tell("credit", "")
            self.form.tell("totals", "")
            return
        width = self.query_one(LineTable).size.width
        self.form.tell("credit", credit_line(buyer, width))
        sums, count = self.draft.totals(), len(self.draft.lines)
        self.form.tell("totals", totals_line(sums, count, buyer.currency, width))

    def on_resize(self) -> None:
        """Show what there is room for now."""
        if self.draft.buyer is not None:
            self.call_after_refresh(self.show_all)

    def touch(self) -> None:
        """Note that something changed: the review is over, and the draft is saved behind."""
        self.reviewed = None
        self._leaving = self._unparked = False
        self.saver.save(self.draft, self._row_values())
        self.show_all()

    def _row_values(self) -> dict[str, str]:
        return {name: self.field(name).typed for name in ROW_NAMES}
