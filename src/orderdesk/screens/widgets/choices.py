"""The list of F4: inside the screen, narrowed by typing, picked by Enter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Label

from orderdesk.domain.errors import OrderDeskError
from orderdesk.domain.text import clean
from orderdesk.screens.columns import column, shortened
from orderdesk.screens.widgets.drawn import DrawnLines, Placing
from orderdesk.screens.widgets.field import Field

if TYPE_CHECKING:
    from orderdesk.screens.link import DeskApp

HINT: Final = "Enter picks, {back} closes"
"""What stands beside the filter: whoever has not seen a list before knows what to do in it."""

_LEAST_CODE: Final = 6
"""Cells that a code has at least, so that short ones stand apart from what is behind them."""


class Choice(NamedTuple):
    """One row to choose."""

    value: str
    """What goes into the field."""
    text: str
    """What is shown beside it."""
    is_named: bool = True
    """False: the value means nothing to people and is not shown."""
    more: str = ""
    """What stands at the end of the row, and is not cut where the text is."""


Source = Callable[[str], Awaitable[Sequence[Choice]]]
"""Gives the rows, at most fifty, that fit what was typed."""


def code_cells(rows: Sequence[Choice]) -> int:
    """Give how many cells the codes of some rows take, one under the other."""
    return max([_LEAST_CODE, *(cell_len(clean(row.value)) for row in rows)])


def row_text(choice: Choice, codes: int, width: int) -> str:
    """Give a row: code, in so many cells, and what stands at its end whole, the text between."""
    texts, widths = [shortened(clean(choice.text), width)], [width]
    if choice.is_named:
        texts.insert(0, clean(choice.value))
        widths.insert(0, codes)
    if choice.more:
        texts.append(clean(choice.more))
        widths.append(-cell_len(texts[-1]))
    place = int(choice.is_named)
    widths[place] -= sum(abs(each) + 1 for at, each in enumerate(widths) if at != place)
    if widths[place] < 1:
        return shortened(" ".join(texts), width)
    texts[place] = shortened(clean(choice.text), widths[place])
    return column(texts, widths)


class ChoiceRows(DrawnLines):
    """The rows, the picked one marked."""

    DEFAULT_CSS = """
    ChoiceRows { height: 1fr; min-height: 3; }
    """

    rows: Sequence[Choice] = ()
    at = 0
    _codes = 0

    def show(self, rows: Sequence[Choice], at: int = 0) -> None:
        """Show these rows with one of them picked."""
        self.rows, self.at = rows, max(0, min(at, len(rows) - 1))
        self._codes = code_cells(rows)
        self.refresh_changed()

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        height = max(1, self.size.height)
        first = max(0, self.at - height + 1)
        index, width = first + y, self.size.width
        text = ""
        if not self.rows and y == 0:
            text = "  nothing fits"
        if index < len(self.rows):
            mark = ">" if index == self.at else " "
            text = f"{mark} {row_text(self.rows[index], self._codes, width - 2)}"
        return Strip([Segment(set_cell_size(text, width), self.rich_style)], width)


class ChoiceHead(Placing, Horizontal):
    """The filter beside what can be done."""


class ChoiceList(Placing, Vertical):
    """A filter field over its rows; gives the picked value, or None, to whoever opened it."""

    DEFAULT_CSS = """
    ChoiceList {
        height: 1fr; border-left: heavy $primary; padding: 0 0 0 1;
        ChoiceHead { height: 1; }
        Label { color: $text-muted; }
    }
    """

    BINDINGS = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("pagedown", "move(10)", show=False),
        # Their ids let the key file change them with those of the screen.
        Binding("escape,f12", "give_up", show=False, id="back"),
        Binding("f4", "give_up", show=False, id="choices"),
    ]

    class Failed(Message):
        """Rows could not be read; the screen says why."""

        def __init__(self, error: OrderDeskError) -> None:
            super().__init__()
            self.error = error
            """What the source raised."""

    def __init__(
        self,
        typed: str,
        source: Source,
        picked: Callable[[str | None], Awaitable[None]],
        *,
        replace: bool = False,
    ) -> None:
        """Make a list of what fits `typed`; with `replace`, the next key begins anew."""
        super().__init__(id="choices")
        self._typed = typed
        self._source = source
        self._picked = picked
        self._asked = 0
        self._replace = replace

    async def open_in(
        self, room: Widget, *, before: str | None = None, after: Widget | None = None
    ) -> None:
        """Mount it in some room: before what a selector finds, after a widget, or last.

        It is drawn once, with its rows: the room that it takes and the empty list are no frames.
        """
        with room.app.batch_update():
            await room.mount(self, before=before, after=after)
        room.screen.check_idle()

    def compose(self) -> ComposeResult:
        """Lay the filter over the rows."""
        with ChoiceHead():
            yield Field("choices-filter", about="list_filter", accept=self._take)
            yield Label(cast("DeskApp", self.app).keyed(HINT))
        yield ChoiceRows()

    async def on_mount(self) -> None:
        """Take the focus with what the field holds: typing goes on with it, or replaces it."""
        field = self.query_one(Field)
        field.select_on_focus = False
        field.put(self._typed)
        field.focus()
        if not await self._show_around(self._typed):
            await self._look_up(self._typed)
        if self._replace or not self.query_one(ChoiceRows).rows:
            field.select_all()

    @on(Input.Changed)
    async def _changed(self, event: Input.Changed) -> None:
        event.stop()
        await self._look_up(event.value)

    async def _show_around(self, code: str) -> bool:
        """Show all rows, that of a code picked; tell whether it is the code of one."""
        if not code:
            return False
        fitting = await self._read(code)
        own = next((row for row in fitting if row.value.casefold() == code.casefold()), None)
        if own is None:
            return False
        rows = [*await self._read("")]
        if own not in rows:
            rows.insert(0, own)
        self.query_one(ChoiceRows).show(rows, rows.index(own))
        return True

    async def _look_up(self, text: str) -> None:
        """Read the rows that fit; an answer that comes after a newer question is dropped."""
        self._asked += 1
        asked = self._asked
        rows = await self._read(text.strip())
        if asked == self._asked:
            self.query_one(ChoiceRows).show(rows)

    async def _read(self, text: str) -> Sequence[Choice]:
        """Read the rows that fit; none where that cannot be done."""
        try:
            return await self._source(text)
        except OrderDeskError as error:
            self.post_message(self.Failed(error))
            return ()

    async def _take(self, field: Field) -> None:
        rows = self.query_one(ChoiceRows)
        await self._picked(rows.rows[rows.at].value if rows.rows else None)

    def action_move(self, step: int) -> None:
        """Pick another row."""
        rows = self.query_one(ChoiceRows)
        rows.show(rows.rows, rows.at + step)

    async def action_give_up(self) -> None:
        """Close without a choice."""
        await self._picked(None)
