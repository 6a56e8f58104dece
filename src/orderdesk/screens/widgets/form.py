"""A form of many fields that costs no more than one: it draws them all, and one editor moves.

A widget a field would make the first frame wait for each of them to be styled, laid out and drawn.
Here the fields are places (`Slot`) in rows of text; the one `Field` stands on the slot that has the
cursor. Moving it changes no focus, so no key can fall between two fields.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from rich.cells import set_cell_size
from rich.segment import Segment
from textual.binding import Binding
from textual.geometry import NULL_OFFSET, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.strip import Strip
from textual.widget import Widget

from orderdesk.domain.text import clean
from orderdesk.screens.columns import shortened
from orderdesk.screens.widgets.drawn import Placing
from orderdesk.screens.widgets.field import Field

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

_REST: Final = 20
"""Cells of a field that takes what its row has left, where that is not known yet."""


class Spec(NamedTuple):
    """What a field of a form is."""

    id: str
    """Its name, and what its help tells of."""
    label: str
    width: int | None
    """Cells; None takes what its row has left."""
    code: bool
    """Codes fold to upper case."""


Band = tuple[Spec, ...] | str
"""A row of fields, or the name of a line of text."""


class Slot:
    """One field of a form: its value, and where it stands."""

    def __init__(self, form: Form, spec: Spec, row: int) -> None:
        self.id: Final = spec.id
        self.spec: Final = spec
        self.row = row
        """Which of the form's rows it is in, from 0, the body not counted."""
        self._form = form
        self.kept = ""
        """Its value while the editor is elsewhere."""

    @property
    def is_current(self) -> bool:
        """Tell whether the editor stands here."""
        return self._form.current is self

    @property
    def value(self) -> str:
        """Give what stands in it, as typed."""
        return self._form.editor.value if self.is_current else self.kept

    @property
    def typed(self) -> str:
        """Give the value without the spaces around it."""
        return self.value.strip()

    @property
    def is_all_selected(self) -> bool:
        """Tell whether the next letter would replace the whole value."""
        editor = self._form.editor
        whole = bool(editor.value) and len(editor.selected_text) == len(editor.value)
        return self.is_current and whole

    def put(self, value: str) -> None:
        """Show a value that was not typed, without waking the look-up."""
        if self.is_current:
            self._form.editor.put(value)
        elif self.kept != value:
            self.kept = value
            self._form.redraw(self.row)

    def focus(self) -> None:
        """Bring the cursor here, with everything selected."""
        self._form.go(self)


class _Places(Layout):
    """Puts the editor on its slot, and all else between the rows above and those below."""

    name = "places"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """Give each child its place."""
        assert isinstance(parent, Form)
        return [
            WidgetPlacement(parent.place_of(child, size), NULL_OFFSET, Spacing(), child)
            for child in children
        ]


class Form(Placing, Widget):
    """Rows of fields and lines of text above and below a body, and one editor for all fields."""

    DEFAULT_CSS = """
    Form { height: 1fr; }
    Form > .form--label { color: $text-muted; }
    Form > .form--value { background: $surface; }
    Form > .form--blank { background: $surface; color: $text-disabled; }
    Form > .form--foot { background: $panel; }
    Form > .form--foot-label { background: $panel; color: $text-muted; }
    Form > .form--sum { text-style: bold; }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "form--label",
        "form--value",
        "form--blank",
        "form--foot",
        "form--foot-label",
        "form--sum",
    }

    BINDINGS = [
        Binding("tab", "step(1)", show=False),
        Binding("shift+tab", "step(-1)", show=False),
    ]

    _places: Final = _Places()

    def __init__(
        self,
        *,
        above: Sequence[Band],
        body: Widget,
        below: Sequence[Band],
        beside: Widget,
        accept: Callable[[Slot], Awaitable[None]],
        paste: Callable[[Slot, str], Awaitable[bool]],
        leave: Callable[[Callable[[], Awaitable[Any]]], Awaitable[bool]] | None = None,
        moved: Callable[[Slot], None] | None = None,
    ) -> None:
        """Make a form; `accept` and `paste` are told of the field that has the cursor.

        `leave` is asked before Tab or a click takes the cursor elsewhere; False keeps it. It is
        given what takes the cursor there after all. `moved` is told where the cursor has gone.
        `beside` is a widget docked to the right, which shows or hides itself by its style.
        """
        super().__init__(id="form")
        self._above, self._body, self._below, self._beside = above, body, below, beside
        self.slots: dict[str, Slot] = {}
        """Every field by its name, in the order of Tab."""
        self._place_slots()
        self._texts: dict[str, str] = {}
        self._accept, self._paste, self._leave, self._moved = accept, paste, leave, moved
        self.current: Slot = next(iter(self.slots.values()))
        """The field that has the cursor."""
        self.editor: Final = Field("editor", about=None, accept=self._accepted, paste=self._pasted)
        """The one field that there is."""
        self._dress()

    @property
    def layout(self) -> Layout:
        """Give the layout, which is the form's own."""
        return self._places

    def compose(self) -> ComposeResult:
        """Lay the body between the rows, the editor over its slot."""
        yield self._beside
        yield self._body
        yield self.editor

    def go(self, slot: Slot) -> None:
        """Bring the cursor to a field, with everything selected."""
        if self.current is not slot:
            left = self.current
            left.kept, value = self.editor.value, slot.kept
            self.current = slot
            self._dress()
            self.editor.put(value)
            self.redraw(left.row)
            self._lay_out()
            if self._moved is not None:
                self._moved(slot)
        self.editor.focus()
        self.editor.select_all()

    def step(self, step: int) -> None:
        """Go to the next field, or with -1 to the one before."""
        slots = list(self.slots.values())
        self.go(slots[(slots.index(self.current) + step) % len(slots)])

    async def action_step(self, step: int) -> None:
        """Go to the next field, or with -1 to the one before, if this one may be left."""
        if self._leave is None or await self._leave(partial(self.action_step, step)):
            self.step(step)

    def put_above(self, above: Sequence[Band]) -> None:
        """Stand these rows above the body from now on; fields that stay keep their values.

        A field that goes takes the cursor to the first one.
        """
        self._above = above
        self._place_slots()
        if self.slots.get(self.current.id) is not self.current:
            self.go(next(iter(self.slots.values())))
        self._lay_out()
        self.refresh()

    def _lay_out(self) -> None:
        """Give each child its place anew.

        The editor asks for it: what a widget asks for itself has its parents lay out their
        children, and leaves its own where they were.
        """
        self.editor.refresh(layout=True)

    def _place_slots(self) -> None:
        known = self.slots
        self.slots = {}
        for row, band in enumerate(chain(self._above, self._below)):
            for spec in () if isinstance(band, str) else band:
                slot = self.slots[spec.id] = known.get(spec.id) or Slot(self, spec, row)
                slot.row = row

    def tell(self, name: str, text: str) -> None:
        """Show a line of text."""
        if self._texts.get(name) != text:
            self._texts[name] = text
            bands = [*self._above, *self._below]
            if name in bands:
                self.redraw(bands.index(name))

    def told(self, name: str) -> str:
        """Give what a line of text shows."""
        return self._texts.get(name, "")

    def redraw(self, row: int) -> None:
        """Draw one row again."""
        if self.is_mounted:
            self.refresh(Region(0, self._line_of(row, self.size.height), self.size.width, 1))

    def place_of(self, child: Widget, size: Size) -> Region:
        """Give the place of a child in a form that has so much room."""
        top, bottom = len(self._above), len(self._below)
        if child is not self.editor:
            return Region(0, top, size.width, max(1, size.height - top - bottom))
        for slot, x, width in self._row(self.current.row, size.width):
            if slot is self.current:
                return Region(x, self._line_of(slot.row, size.height), width, 1)
        raise AssertionError("the current field stands in no row")

    def render_line(self, y: int) -> Strip:
        """Draw one line of the rows; the body draws its own."""
        width, bottom = self.size.width, self.size.height - len(self._below)
        if len(self._above) <= y < bottom:
            return Strip.blank(width, self.rich_style)
        row = y if y < len(self._above) else y - bottom + len(self._above)
        band = [*self._above, *self._below][row]
        if isinstance(band, str):
            is_foot = row >= len(self._above)
            style = self.get_component_rich_style("form--sum") if is_foot else self.rich_style
            text = set_cell_size(clean(self._texts.get(band, "")), width)
            return Strip([Segment(text, style)], width)
        return self._drawn(row, width)

    async def on_click(self, event: events.Click) -> None:
        """Go to the field that was clicked."""
        bottom = self.size.height - len(self._below)
        row = event.y if event.y < bottom else event.y - bottom + len(self._above)
        if not len(self._above) <= event.y < bottom:
            for slot, x, width in self._row(row, self.size.width):
                if x <= event.x < x + width:
                    await self._go_if_left(slot)

    async def _go_if_left(self, slot: Slot) -> None:
        """Go to a field if the one with the cursor may be left."""
        if self._leave is None or await self._leave(partial(self._go_if_left, slot)):
            self.go(slot)

    def _drawn(self, row: int, width: int) -> Strip:
        """Draw a row of fields."""
        foot = row >= len(self._above)
        ground = self.get_component_rich_style("form--foot") if foot else self.rich_style
        label = self.get_component_rich_style("form--foot-label" if foot else "form--label")
        value = self.get_component_rich_style("form--value")
        blank = self.get_component_rich_style("form--blank")
        segments = []
        end = 0
        for slot, x, cells in self._row(row, width):
            segments.append(Segment(f" {slot.spec.label} ".ljust(x - end), label))
            shown = clean(slot.value)
            text = set_cell_size(shortened(shown, cells), cells) if shown else "_" * cells
            segments.append(Segment(text, value if shown else blank))
            end = x + cells
        return Strip(segments).adjust_cell_length(width, ground)

    def _row(self, row: int, width: int) -> Iterator[tuple[Slot, int, int]]:
        """Give each field of a row with where it begins and how many cells it has."""
        slots = [slot for slot in self.slots.values() if slot.row == row]
        fixed = sum(len(slot.spec.label) + 2 + (slot.spec.width or 0) for slot in slots)
        x = 0
        for slot in slots:
            x += len(slot.spec.label) + 2
            cells = slot.spec.width or max(_REST, width - fixed)
            yield slot, x, cells
            x += cells

    def _line_of(self, row: int, height: int) -> int:
        """Give the line of a row in a form of this height."""
        top = len(self._above)
        return row if row < top else height - len(self._below) + row - top

    def _dress(self) -> None:
        """Make the editor that of the current field."""
        spec = self.current.spec
        self.editor.code, self.editor.about = spec.code, spec.id
        self.editor.placeholder = "_" * (spec.width or _REST)

    async def _accepted(self, field: Any) -> None:
        await self._accept(self.current)

    async def _pasted(self, field: Any, text: str) -> bool:
        return await self._paste(self.current, text)
