"""Stock check: one product, whether and when somebody can have it, and why not sooner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static

from orderdesk.domain.backorders import LineKey
from orderdesk.domain.errors import OrderDeskError
from orderdesk.domain.stock import PlaceView
from orderdesk.domain.stock_check import CheckedStock
from orderdesk.screens.commands import bindings
from orderdesk.screens.listed import Pages
from orderdesk.screens.stock_check import parts
from orderdesk.screens.stock_check.about import answers, beside, head
from orderdesk.screens.stock_check.fields import StockFields
from orderdesk.screens.stock_check.parts import PARTS
from orderdesk.screens.widgets.known_rows import KnownRows
from orderdesk.screens.widgets.table import PagedTable

if TYPE_CHECKING:
    from orderdesk.exchange.lists.base import DeskList, Sort

_WIDE: Final = 110
_BESIDE: Final = 44
"""From so many cells on, so many of them are the panel's beside the table."""

_PLACES: Final = 200
"""How many places are shown; the command lists all."""

_LETTERS: Final = (
    "ask_atp",
    "show_days",
    "show_who",
    "show_expected",
    "show_others",
    "show_places",
    "show_moves",
    "why",
    "open_order",
)
"""What its letters do."""


class StockCheck(StockFields):
    """One product, its answers always in view, and one of its parts in the table."""

    DEFAULT_CSS = """
    StockCheck {
        #stock-head, #stock-answers { height: auto; }
        #stock-answers { color: $text-accent; }
        #stock-title { text-style: bold; color: $text-muted; }
        #stock-beside { display: none; }
        &.-wide #stock-beside {
            display: block; dock: right; width: 44; height: 1fr; padding: 0 1;
            border-left: solid $panel;
        }
    }
    """

    TITLE_TEXT = "STOCK CHECK"
    KEYS = (
        "help",
        "leave",
        "choices",
        *_LETTERS,
        "filter",
        "sort",
        "csv",
        "same",
        "back",
    )
    BINDINGS = bindings(*_LETTERS)

    def __init__(self, code: str = "") -> None:
        """Make the check of a product, or one that asks of which."""
        super().__init__()
        self.code = code
        self._seen: CheckedStock | None = None
        self._part = "days"
        self._order: Sort | None = None
        """The order that was chosen, where a part has another one."""
        self._pages: Pages[Any, Any] | None = None
        self._taken: dict[str, str] = {}
        """What the fields said when they were read last."""
        self._rows = {name: KnownRows() for name in ("days", "expected", "others", "places")}

    def room(self) -> ComposeResult:
        """Lay the fields over the answers, and those over the table."""
        # It is drawn once for the right width, not first for none and then for this one.
        self.set_class(self.app.size.width >= _WIDE, "-wide")
        yield from self.fields()
        with Container(id="stock-room"):
            yield Static("", id="stock-beside", markup=False)
            with Vertical():
                yield Static("", id="stock-head", markup=False)
                yield Static("", id="stock-answers", markup=False)
                yield Static("", id="stock-title", markup=False)
                for name, part in PARTS.items():
                    empty = self.desk_app.keyed(part.empty)
                    yield PagedTable[Any](part.columns, empty=empty, id=f"part-{name}")

    def on_mount(self) -> None:
        """Read the product, or ask for one."""
        super().on_mount()
        for name in PARTS:
            self.table_of(name).display = name == self._part
        if not self.code:
            # Whatever is picked on the screen below is meant.
            self.code = getattr(self.app.screen_stack[-2], "product_here", "")
        self.came_with = bool(self.code)
        self.field("product").put(self.code)
        if self.code:
            self.table.focus()
            self.read_first(self._begin())
        else:
            self.field("product").focus()

    def title_left(self) -> str:
        """Name the product."""
        return f"{self.TITLE_TEXT} {self.code}"

    def table_of(self, name: str) -> PagedTable[Any]:
        """Give the table of a part."""
        return self.query_one(f"#part-{name}", PagedTable)

    @property
    def table(self) -> PagedTable[Any]:
        """Give the table that is in view."""
        return self.table_of(self._part)

    @property
    def is_read(self) -> bool:
        """Tell whether a product is in view."""
        return self._seen is not None

    @property
    def listed(self) -> DeskList[Any, Any] | None:
        """Give the part that is in view, as a list."""
        if self._seen is None or (self._part in parts.PAGED and self._pages is None):
            return None
        if self._part in parts.PAGED and self._pages is not None:
            return self._pages.listed
        return parts.list_of(self._part, self._seen, self._taken["at"])

    async def list_in(self, order: Sort) -> None:
        """Show the part in another order."""
        self._order = order
        await self._show_part(self._part)

    @property
    def line_here(self) -> tuple[str, int] | None:
        """Give the picked line of an order."""
        row = self.table.cursor_row if self._part == "who" else None
        return (row.key.order, row.key.line) if row and isinstance(row.key, LineKey) else None

    @property
    def product_here(self) -> str:
        """Give the product that is checked."""
        return self._seen.product if self._seen else ""

    # Reading --------------------------------------------------------------------------------

    async def _begin(self) -> None:
        try:
            await self.take()
        except OrderDeskError:
            self.field("product").focus()
            raise
        self.table.focus()

    async def refresh_live(self) -> None:
        """Read it all again; what is being typed stays, and so does the cursor."""
        if self._seen is None:
            return
        with self.failing_softly():
            taken = self._taken
            found = await self._look(taken)
            # Else another product was asked for meanwhile, and this would stand under its name.
            if taken is self._taken and not self.is_gone:
                self._put(*found)
                await self.table.reload()

    async def take(self) -> None:
        """Read what the fields say, where that is not what was read last.

        Raises what is wrong with it; what was read last is shown then.
        """
        typed = self.typed()
        if typed == self._taken or not typed["product"]:
            return
        found = await self._look(typed)
        if self.is_gone:
            return
        self._put(*found)
        self.field("product").put(self.code)
        same = all(self._taken.get(name) == typed[name] for name in ("product", "at"))
        self._taken = {**typed, "product": self.code}
        await (self.table.reload() if same else self._show_part(self._part))

    async def _look(self, asked: Mapping[str, str]) -> tuple[CheckedStock, Sequence[PlaceView]]:
        """Read a product with its answers for what is asked, and where it lies."""
        await self.desk_app.ready.wait()
        from orderdesk.domain.atp import AtpRequest
        from orderdesk.services import stock, stock_check

        given = {name: asked[name] for name in ("quantity", "on") if asked[name]}
        request = AtpRequest(product=asked["product"], **given)
        seen = await self.desk_app.read(stock_check.check, request, asked["at"] or None)
        return seen, await self.desk_app.read(stock.places, seen.product, limit=_PLACES)

    def _put(self, seen: CheckedStock, lying: Sequence[PlaceView]) -> None:
        """Show all that was read but for the long tables."""
        self._seen, self.code = seen, seen.product
        for name, rows in (
            ("days", parts.days(seen)),
            ("expected", parts.expected(seen)),
            ("others", parts.others(seen)),
            ("places", parts.places(lying, _PLACES)),
        ):
            self._rows[name].put(rows)
        self._lay_out()

    def _lay_out(self) -> None:
        """Show the texts as wide as there is room."""
        if self._seen is None:
            return
        wide = self.size.width >= _WIDE
        width = self.size.width - (_BESIDE if wide else 0)
        for name, text in (
            ("head", head(self._seen, width)),
            ("answers", answers(self._seen.asked, width)),
            ("title", self._title()),
            ("beside", beside(self._seen, _BESIDE - 3, self._part) if wide else ""),
        ):
            self.query_one(f"#stock-{name}", Static).update(Content(text))
        self.retitle()

    def _title(self) -> str:
        """Name the part, and the order of its rows where that is known."""
        order = ""
        if self._part in parts.PAGED and self._pages is not None:
            order = f"   {self._pages.listed.sort.said}"
        return f" {PARTS[self._part].title}{order}"

    def on_resize(self) -> None:
        """Show what there is room for now."""
        self._lay_out()

    async def _show_part(self, name: str) -> None:
        """Show another part in the table, read from its beginning."""
        await self.table_of(name).show(self._source(name))
        self._part = name
        for each in PARTS:
            self.table_of(each).display = each == name
        self._lay_out()

    def _source(self, name: str) -> Any:
        if name not in parts.PAGED or self._seen is None:
            return self._rows[name]
        listed = parts.list_of(name, self._seen, self._taken["at"])
        if self._order in listed.sorts:
            listed = listed.sorted(self._order)
        self._pages = Pages(self.desk_app, listed, parts.PAGED[name])
        return self._pages

    # What can be done -----------------------------------------------------------------------

    def _has_read(self) -> bool:
        """Tell whether a product is in view, and say so where none is."""
        if self._seen is None:
            self.fail(f"the item comes first; type a code, {self.key_of('choices')} lists them")
        return self._seen is not None

    def action_ask_atp(self) -> None:
        """Go to the field of the quantity."""
        if self._has_read():
            self.field("quantity").focus()

    async def _turn_to(self, name: str) -> None:
        if self._has_read():
            with self.doing(partial(self._turn_to, name)):
                await self._show_part(name)
                self.table.focus()

    async def action_show_days(self) -> None:
        """Show what comes and goes day by day."""
        await self._turn_to("days")

    async def action_show_who(self) -> None:
        """Show who has it and who waits."""
        await self._turn_to("who")

    async def action_show_expected(self) -> None:
        """Show what is still to come."""
        await self._turn_to("expected")

    async def action_show_others(self) -> None:
        """Show what stands in for it, or goes with it."""
        await self._turn_to("others")

    async def action_show_places(self) -> None:
        """Show where it lies."""
        await self._turn_to("places")

    async def action_show_moves(self) -> None:
        """Show what came in and went out."""
        await self._turn_to("moves")

    async def action_open_order(self) -> None:
        """Open the order of the picked line."""
        if self.line_here is None:
            self.fail(f"no order line is picked; {self.key_of('show_who')} lists them")
            return
        from orderdesk.screens.orders.sheet import OrderSheet

        await self.app.push_screen(OrderSheet(self.line_here[0]))

    @on(PagedTable.RowSelected)
    async def _selected(self, event: PagedTable.RowSelected) -> None:
        """Open the order of a line, or check what stands in for the product."""
        if self._part == "who":
            await self.action_open_order()
        elif self._part == "others":
            self.field("product").put(event.row.key[1])
            with self.doing(self.take):
                await self.take()

    @on(PagedTable.LoadFailed)
    def _failed(self, event: PagedTable.LoadFailed) -> None:
        """Say what stands against reading on."""
        self.fail(event.error.message)
