"""The form of order entry: its fields, its lines, its totals; what it looks like."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Static

from orderdesk.screens.base import DeskScreen
from orderdesk.screens.order_entry.draft import Draft
from orderdesk.screens.order_entry.lines import LineTable
from orderdesk.screens.order_entry.saving import DraftSaver
from orderdesk.screens.order_entry.side import SidePanel
from orderdesk.screens.widgets.field import Field

if TYPE_CHECKING:
    from orderdesk.domain.orders import OrderView

HEADER_FIELDS: Final = (
    (
        "customer",
        "Customer",
        12,
        True,
        "The customer's code, such as ALFKI, or a part of the name.",
    ),
    (
        "buyer_po",
        "PO",
        16,
        False,
        "The buyer's own order number, such as 4500012345; may be empty.",
    ),
    ("requested", "Ship", 11, False, "When it is wanted there, such as 2026-03-14."),
    ("ship_to", "Ship-to", 6, True, "The code of one of the customer's addresses, such as 01."),
    ("carrier", "Via", 8, True, "Who carries it, a carrier's code."),
    ("terms", "Terms", 6, True, "Payment terms, such as N30."),
    ("discount", "Disc%", 6, False, "Percent off every line that has none of its own, such as 5."),
    ("contact", "Contact", 18, False, "Whom you speak to."),
    ("note", "Note", None, False, "A remark on the whole order."),
)
ROW_FIELDS: Final = (
    ("item", "Item", 13, True, "A code, part number or EAN; 12*11 is twelve of item 11."),
    ("quantity", "Qty", 7, False, "How many, in the item's unit, such as 12; 0 drops the line."),
    ("unit", "UM", 3, False, "The unit it is sold in, such as ea."),
    ("price", "Price", 9, False, "By hand, such as 9.50; empty: the price lists decide."),
    ("line_discount", "Disc", 4, False, "Percent off this line, such as 2.5."),
    ("line_requested", "Ship", 11, False, "Another date for this line, such as 2026-03-14."),
)


class EntryForm(DeskScreen):
    """Header, lines and one entry row; what the keys do stands in the screen made of it."""

    TITLE_TEXT = "ORDER ENTRY"
    KEYS = ("help", "park", "leave", "choices", "reread", "new", "repeat", "post", "back")

    def __init__(self) -> None:
        super().__init__()
        self.draft = Draft()
        self.saver: DraftSaver
        self.reviewed: OrderView | None = None
        self._leaving = False
        self._opener: Field | None = None

    def room(self) -> ComposeResult:
        """Lay out header, lines and entry row on the left, the side panel on the right."""
        with Horizontal(id="desk"):
            with Vertical(id="entry"):
                for names in (
                    ("customer", "buyer_po", "requested"),
                    ("ship_to", "carrier", "terms", "discount", "contact"),
                    ("note",),
                ):
                    with Horizontal(classes="row"):
                        yield from self._fields(HEADER_FIELDS, names)
                yield Static("", id="credit", markup=False)
                yield LineTable()
                with Horizontal(classes="row", id="entry-row"):
                    yield from self._fields(ROW_FIELDS, tuple(f[0] for f in ROW_FIELDS))
                yield Static("", id="totals", markup=False)
            yield SidePanel()

    def _fields(self, table: Any, names: tuple[str, ...]) -> ComposeResult:
        for name, label, width, code, hint in table:
            if name in names:
                yield Label(label)
                paste = self.paste_lines if name == "item" else None
                yield Field(
                    name, width=width, code=code, hint=hint, accept=self.accept, paste=paste
                )

    @abstractmethod
    async def accept(self, field: Field) -> None:
        """Take a field's value and follow the fixed path."""

    @abstractmethod
    async def paste_lines(self, field: Field, text: str) -> bool:
        """Take many pasted rows as many lines."""

    def field(self, name: str) -> Field:
        """Give a field by its name."""
        return self.query_one(f"#{name}", Field)

    def title_left(self) -> str:
        """Say whose order it is and whether it is posted."""
        state = f"DRAFT* {len(self.draft.lines)} lines" if not self.draft.is_empty else "NEW"
        return f"{self.TITLE_TEXT}   {state}"

    def show_all(self) -> None:
        """Show the draft's lines, totals and credit as they are now."""
        self.query_one(LineTable).show(self.draft)
        self.retitle()
        buyer = self.draft.buyer
        credit = self.query_one("#credit", Static)
        totals = self.query_one("#totals", Static)
        if buyer is None:
            credit.update("")
            totals.update("")
            return
        limit = "unlimited" if buyer.limit is None else f"{buyer.limit:,f}"
        free = "" if buyer.headroom is None else f"  Free {buyer.headroom:,f}"
        credit.update(
            f" {buyer.name}   {buyer.terms}  Limit {limit}  Open {buyer.exposure:,f}{free}"
        )
        sums = self.draft.totals()
        over = sums.headroom is not None and sums.headroom < 0
        after = "" if sums.headroom is None else f"  {'!' if over else ''}Free after "
        after += "" if sums.headroom is None else f"{sums.headroom:,f}"
        totals.update(
            f" Lines {len(self.draft.lines)}  Sub {sums.net:,f}  Tax {sums.tax:,f}"
            f"  Total {sums.total:,f} {buyer.currency}{after}"
        )

    def touch(self) -> None:
        """Note that something changed: the review is over, and the draft is saved behind."""
        self.reviewed = None
        self._leaving = False
        self.saver.save(self.draft, self._row_values())
        self.show_all()

    def _row_values(self) -> dict[str, str]:
        return {name: self.field(name).typed for name, *_ in ROW_FIELDS}
