"""A table of any length: it draws the rows in view, and reads pages as the cursor comes near them.

It has no scroll bar: the length of the list is not known, and a bar would lie. The heading shows
`^` where there is more above, `v` where there is more below, and `>` stands before the row of the
cursor, so that it can be read without colours.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click, MouseScrollDown, MouseScrollUp, Resize
from textual.message import Message
from textual.strip import Strip
from textual.style import Style as VisualStyle

from orderdesk.domain.errors import OrderDeskError
from orderdesk.domain.text import clean
from orderdesk.screens.widgets.drawn import DrawnLines
from orderdesk.screens.widgets.window import Cell, K, PageSource, Row, Window

_WHEEL_ROWS = 3
_LEAST_WIDTH = 4


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    label: str
    width: int | None = None
    """In cells; None shares what the other columns leave."""
    align: Literal["left", "right"] = "left"
    """Right is for numbers: one that does not fit is shown as `###`, never cut."""


class PagedTable(DrawnLines, Generic[K], can_focus=True):
    """A table over a page source, with a cursor that moves by rows.

    Give it the columns, a source (or call `show` later), and the text for an empty list. Cells are
    shown as they are: never as markup, and without control or bidi characters.
    """

    DEFAULT_CSS = """
    PagedTable {
        height: 1fr;
        width: 1fr;
        & > .paged-table--heading { text-style: bold; }
        & > .paged-table--cursor { text-style: bold; }
        &:focus > .paged-table--cursor {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: $block-cursor-text-style;
        }
        &:focus:nocolor > .paged-table--cursor { text-style: bold reverse; }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"paged-table--heading", "paged-table--cursor"}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "row(-1)", "Up", show=False),
        Binding("down", "row(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "home", "First", show=False),
        Binding("end", "end", "Last", show=False),
        Binding("enter,ctrl+j", "select", "Select", show=False),
    ]

    class RowMessage(Message):
        """Something about one row of a table."""

        def __init__(self, table: "PagedTable[Any]", row: Row[Any]) -> None:
            super().__init__()
            self.table = table
            """The table."""
            self.row = row
            """The row, as it was last read."""

        @property
        def control(self) -> "PagedTable[Any]":
            """The table."""
            return self.table

    class RowHighlighted(RowMessage):
        """The cursor is on another row, or what this row says has changed."""

    class RowSelected(RowMessage):
        """The row of the cursor was chosen, by Enter or by a click on it."""

    class LoadFailed(Message):
        """Rows could not be read; those shown before still stand."""

        def __init__(self, table: "PagedTable[Any]", error: OrderDeskError) -> None:
            super().__init__()
            self.table = table
            """The table."""
            self.error = error
            """What the source raised."""

        @property
        def control(self) -> "PagedTable[Any]":
            """The table."""
            return self.table

    def __init__(
        self,
        columns: Sequence[Column],
        source: PageSource[K] | None = None,
        *,
        empty: str = "Nothing here.",
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.columns = tuple(columns)
        """The columns, from left to right."""
        self._source = source
        self._empty = empty
        self._window: Window[K] | None = None
        self._newest: Window[K] | None = None
        self._told: Row[K] | None = None

    @property
    def cursor_row(self) -> Row[K] | None:
        """The row that the cursor is on, or None in an empty list."""
        return None if self._window is None else self._window.current

    @property
    def rows_in_memory(self) -> int:
        """How many rows the table holds at the moment."""
        return 0 if self._window is None else len(self._window.rows)

    async def show(self, source: PageSource[K], at: K | None = None) -> None:
        """Show another list, with the cursor on the row of key `at` or the next one.

        Of two that are under way the later counts, whichever is answered first. Raises what the
        source raises; the rows shown before then still stand.
        """
        window = self._newest = Window(source)
        window.height = self._height
        await window.open(at)
        if window is self._newest:
            self._window = window
            await self._moved()

    async def reload(self) -> None:
        """Read the rows in view again; the cursor stays on its key, and that on its line.

        If the row of that key is gone, the cursor is on the next. Raises what the source raises.
        """
        if self._window is not None:
            await self._window.reload()
            await self._moved()

    def on_mount(self) -> None:
        """Read the first rows after the table stands: its first frame does not wait for them."""
        if self._source is not None:
            source = self._source
            self.call_later(self._try, lambda: self.show(source))

    async def on_resize(self, event: Resize) -> None:
        """Read what is in view now."""
        if self._window is not None:
            await self._do(lambda window: window.resize(self._height))

    async def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Move on by some rows, cursor and all."""
        event.stop()
        await self._do(lambda window: window.move(_WHEEL_ROWS, view=_WHEEL_ROWS))

    async def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Move back by some rows, cursor and all."""
        event.stop()
        await self._do(lambda window: window.move(-_WHEEL_ROWS, view=-_WHEEL_ROWS))

    async def on_click(self, event: Click) -> None:
        """Go to a row, or select the one that the cursor is on."""
        window = self._window
        if window is None or event.y < 1 or (at := window.top + event.y - 1) >= len(window.rows):
            return
        if at == window.cursor:
            self._select()
        else:
            await self._do(lambda window: window.move(at - window.cursor))

    def action_row(self, rows: int) -> None:
        """Move the cursor by some rows."""
        self.call_later(self._do, lambda window: window.move(rows))

    def action_page(self, pages: int) -> None:
        """Move cursor and view by some pages."""
        rows = pages * self._height
        self.call_later(self._do, lambda window: window.move(rows, view=rows))

    def action_home(self) -> None:
        """Go to the first row."""
        self.call_later(self._do, lambda window: window.home())

    def action_end(self) -> None:
        """Go to the last row."""
        self.call_later(self._do, lambda window: window.end())

    def action_select(self) -> None:
        """Select the row of the cursor, after the moves before it."""
        self.call_later(self._select)

    @property
    def _height(self) -> int:
        return max(1, self.size.height - 1)

    def _select(self) -> None:
        if (row := self.cursor_row) is not None:
            self.post_message(self.RowSelected(self, row))

    async def _do(self, what: "Callable[[Window[K]], Awaitable[None]]") -> None:
        """Do something with the rows, then show them."""
        window = self._window
        if window is not None:
            await self._try(lambda: what(window))
            await self._try(self._moved)

    async def _try(self, what: Callable[[], Awaitable[None]]) -> None:
        try:
            await what()
        except OrderDeskError as error:
            self.post_message(self.LoadFailed(self, error))

    async def _moved(self) -> None:
        window = self._window
        assert window is not None
        if window.height != self._height:
            await window.resize(self._height)
        self.refresh_changed()
        if window.current is not None and window.current != self._told:
            self.post_message(self.RowHighlighted(self, window.current))
        self._told = window.current

    def render_line(self, y: int) -> Strip:
        """Draw one line: the heading, a row, or nothing."""
        window, width, style = self._window, self.size.width, self.visual_style
        if y == 0:
            style += self.get_visual_style("paged-table--heading", partial=True)
            above = "^" if window is not None and window.hidden_above else " "
            below = "v" if window is not None and window.hidden_below else " "
            cells: Sequence[Cell] = [column.label for column in self.columns]
            return self._strip(above + below, cells, style, width)
        if window is None:
            return Strip.blank(width, style.rich_style)
        at = window.top + y - 1
        if at >= len(window.rows):
            text = f"  {clean(self._empty)}" if y == 1 else ""
            return Strip([Segment(set_cell_size(text, width), style.rich_style)], width)
        if at == window.cursor:
            style += self.get_visual_style("paged-table--cursor", partial=True)
        return self._strip(
            "> " if at == window.cursor else "  ", window.rows[at].cells, style, width
        )

    def _strip(self, mark: str, cells: Sequence[Cell], style: VisualStyle, width: int) -> Strip:
        """Give a line: the mark, and the cells in their columns."""
        base = style.rich_style
        segments = [Segment(mark, base)]
        for column, size, cell in zip(self.columns, self._widths(width), cells, strict=True):
            segments += _segments(cell, size, column.align, style)
            segments.append(Segment(" ", base))
        return Strip(segments).adjust_cell_length(width, base)

    def _widths(self, width: int) -> list[int]:
        """Give the width of each column, where the table is so wide."""
        flexible = sum(column.width is None for column in self.columns)
        fixed = sum(column.width or 0 for column in self.columns)
        left = width - 2 - fixed - len(self.columns) + 1
        share, over = divmod(max(left, _LEAST_WIDTH * flexible), max(flexible, 1))
        widths = []
        for column in self.columns:
            if column.width is not None:
                widths.append(column.width)
            else:
                widths.append(share + (over > 0))
                over -= 1
        return widths


def _segments(cell: Cell, width: int, align: str, style: VisualStyle) -> list[Segment]:
    """Give a cell, clean, in just so many cells of the terminal."""
    base: Style = style.rich_style
    text = clean(cell if isinstance(cell, str) else cell.plain)
    if isinstance(cell, Content) and text == cell.plain and cell_len(text) <= width:
        room = Segment(" " * (width - cell_len(text)), base)
        drawn = cell.render_segments(style)
        return [room, *drawn] if align == "right" else [*drawn, room]
    if cell_len(text) > width:
        text = "#" * width if align == "right" else set_cell_size(text, max(width - 1, 0)) + "…"
    room_before = " " * (width - cell_len(text)) if align == "right" else ""
    return [Segment(set_cell_size(room_before + text, width), base)]
