"""The lines of one order, as a table that picks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.strip import Strip
from textual.widget import Widget

from orderdesk.domain.days import brief
from orderdesk.domain.dispositions import DISPOSITIONS
from orderdesk.domain.orders import LineView
from orderdesk.domain.text import clean
from orderdesk.screens.columns import column

_HEAD = ("Ln", "Item", "Description", "Ordered", "Alloc", "Back", "Ship", "Price", "Net")
_WIDE_HEAD = ("Promise", "Leaves", "Disp", "Whse")
_WIDE = (-7, -6, 4, 6)
"""What more stands where there is room for it."""
_WIDE_FROM = 110
"""Cells from which on there is."""


class OrderLines(Widget, can_focus=True):
    """The lines of an order, one of them picked."""

    DEFAULT_CSS = """
    OrderLines { height: 1fr; min-height: 3; }
    """

    BINDINGS = [
        Binding("up", "pick(-1)", show=False),
        Binding("down", "pick(1)", show=False),
        Binding("pageup", "pick(-10)", show=False),
        Binding("pagedown", "pick(10)", show=False),
    ]

    lines: Sequence[LineView] = ()
    at = 0

    def __init__(self, moved: Callable[[LineView | None], None]) -> None:
        """Make the table; `moved` is told which line is picked now, None where there is none."""
        super().__init__()
        self._moved = moved

    @property
    def picked(self) -> LineView | None:
        """Give the picked line."""
        return self.lines[self.at] if self.lines else None

    def show(self, lines: Sequence[LineView]) -> None:
        """Show these lines, the pick where it was."""
        self.lines, self.at = lines, max(0, min(self.at, len(lines) - 1))
        self.refresh()
        self._moved(self.picked)

    def action_pick(self, step: int) -> None:
        """Pick another line."""
        self.at = max(0, min(self.at + step, len(self.lines) - 1))
        self.refresh()
        self._moved(self.picked)

    def _texts(self, line: LineView) -> tuple[str, ...]:
        back = "closed" if line.short_closed and not line.open else f"{line.backordered:f}"
        return (
            str(line.line),
            clean(line.product),
            clean(line.description),
            f"{line.ordered:f}",
            f"{line.allocated:f}",
            f"!{back}" if line.backordered else back,
            f"{line.shipped:f}",
            f"{line.price:,f}" + ("h" if line.price_source == "hand" else ""),
            f"{line.net:,f}",
            *self._wide_texts(line),
        )

    def _wide_texts(self, line: LineView) -> tuple[str, ...]:
        """Give when a line comes and leaves, and how, where there is room for it."""
        if not self._is_wide:
            return ()
        return (
            brief(line.promised) if line.promised else ("!none" if line.backordered else ""),
            brief(line.ship_by) if line.ship_by else "",
            DISPOSITIONS[line.disposition].brief,
            clean(line.warehouse),
        )

    @property
    def _is_wide(self) -> bool:
        return self.size.width >= _WIDE_FROM

    def render_line(self, y: int) -> Strip:
        """Draw the head or one line."""
        width, more = self.size.width, max(0, self.size.width - 80)
        heads: Sequence[str] = _HEAD
        widths: Sequence[int] = (-3, 10, 16 + more, -7, -6, -7, -4, -8, -9)
        if self._is_wide:
            more -= sum(abs(each) + 1 for each in _WIDE)
            heads, widths = (*_HEAD, *_WIDE_HEAD), (*widths[:2], 16 + more, *widths[3:], *_WIDE)
        first = max(0, self.at - self.size.height + 2)
        text = " " + column(heads, widths) if y == 0 else ""
        index = first + y - 1
        if y and index < len(self.lines):
            text = (">" if index == self.at else " ") + column(
                self._texts(self.lines[index]), widths
            )
        style = self.rich_style
        if y == 0:
            style += Style(bold=True, underline=True)
        return Strip([Segment(set_cell_size(text, width), style)], width)
