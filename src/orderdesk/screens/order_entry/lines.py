"""The draft's lines as a read-only table: the last ones, or those around the picked one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from orderdesk.domain.days import brief
from orderdesk.domain.dispositions import DISPOSITIONS
from orderdesk.domain.text import clean
from orderdesk.screens.columns import column
from orderdesk.screens.order_entry.draft import Draft, Line
from orderdesk.screens.order_entry.known import is_far
from orderdesk.screens.widgets.drawn import DrawnLines

if TYPE_CHECKING:
    from orderdesk.domain.entry import LinePreview

_HEAD = (
    "Ln", "Item", "Name", "Qty", "UM", "Price", "Extended", "Avail", "Promise", "Disp",
)  # fmt: skip


class LineTable(DrawnLines):
    """Shows as many lines as fit; says how many more there are."""

    DEFAULT_CSS = """
    LineTable { height: 1fr; min-height: 3; }
    """

    def __init__(self) -> None:
        super().__init__(id="lines")
        self.draft = Draft()
        # What is drawn is what was shown: the draft may be half changed while a frame is drawn.
        self._lines: Sequence[Line] = ()
        self._at: int | None = None
        self._promises: Sequence[date | None] = ()
        self._rows: Sequence[tuple[int, LinePreview | None]] = ()

    def show(self, draft: Draft) -> None:
        """Show this draft's lines as they are now."""
        self.draft = draft
        self._lines, self._at = tuple(draft.lines), draft.at
        self._promises = draft.promises()
        self._rows = [
            (index, part)
            for index, line in enumerate(self._lines)
            for part in (None, *line.seen.parts)
        ]
        self.refresh_changed()

    def _window(self, room: int) -> range:
        """Give the places of the rows that fit, the picked line's or the last among them."""
        count = len(self._rows)
        picked = count - 1
        if self._at is not None:
            picked = self._rows.index((self._at, None))
        first = max(0, min(picked - room + 1 if picked >= room else 0, count - room))
        return range(first, min(count, first + room))

    def _widths(self) -> tuple[int, ...]:
        more = max(0, self.size.width - 80)
        return (-3, 11, 10 + more, -7, 3, -9, -10, -6, -7, 4)

    def _texts(self, number: int, line: Line) -> tuple[str, ...]:
        seen, is_goods = line.seen, line.seen.has_goods
        short = "!" if seen.backordered and not is_far(seen) else ""
        price = f"{seen.price:,f}" + ("h" if seen.price_source == "hand" else "")
        return (
            str(number),
            clean(seen.product),
            clean(seen.description),
            f"{seen.quantity:f}",
            seen.unit.upper(),
            price,
            f"{seen.net:,f}",
            f"{short}{seen.available:f}" if is_goods else "",
            self._promise(number - 1, line) if is_goods else "",
            DISPOSITIONS[seen.disposition].brief if is_goods else "",
        )

    def _texts_of_part(self, part: LinePreview) -> tuple[str, ...]:
        """Give a row of a kit's part: what goes, when, and no price."""
        is_goods, day = part.has_goods, part.promised
        return (
            "",
            f" {clean(part.product)}",
            clean(part.description),
            f"{part.quantity:f}",
            part.unit.upper(),
            "",
            "",
            f"{'!' if part.backordered and not is_far(part) else ''}{part.available:f}"
            if is_goods
            else "",
            (brief(day) if day else "!none") if is_goods and part.quantity > part.closed else "",
            "",
        )

    def _promise(self, index: int, line: Line) -> str:
        """Say when a line comes, `!` where that is later than was asked for."""
        if line.seen.quantity == line.seen.closed:
            return "closed"
        day, buyer = self._promises[index], self.draft.buyer
        if day is None:
            return "!none"
        # What is wanted today is wanted as soon as it can be.
        asked = buyer is not None and line.seen.requested > buyer.requested
        late = "!" if asked and day.isoformat() > line.seen.requested else ""
        return f"{late}{brief(day)}"

    def _row(self, index: int, part: LinePreview | None) -> str:
        """Give a line of the draft, or a part of the kit that it orders, as a row."""
        if part is not None:
            return " " + column(self._texts_of_part(part), self._widths())
        mark = ">" if index == self._at else " "
        return mark + column(self._texts(index + 1, self._lines[index]), self._widths())

    def render_line(self, y: int) -> Strip:
        """Draw one row: the head, a line, or how many more there are."""
        width, style = self.size.width, self.rich_style
        if y == 0:
            text = " " + column(_HEAD, self._widths())
            head = style + Style(bold=True, underline=True)
            return Strip([Segment(set_cell_size(text, width), head)], width)
        room = self.size.height - 2
        window = self._window(room)
        text = ""
        if y - 1 < len(window):
            index, part = self._rows[window[y - 1]]
            text = self._row(index, part)
        elif y - 1 == room and len(self._rows) > len(window):
            text = f"  ({len(self._rows) - len(window)} more rows)"
        return Strip([Segment(set_cell_size(text, width), style)], width)
