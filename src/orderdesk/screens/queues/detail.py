"""What stands beside a queue: why the picked thing waits, its numbers, and its order's lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from orderdesk.domain.orders import LineView, OrderView
from orderdesk.domain.queues import QueueItem
from orderdesk.domain.text import clean
from orderdesk.screens.columns import column, wrapped
from orderdesk.screens.queues.sources import HOLDS, waited

if TYPE_CHECKING:
    from orderdesk.screens.link import DeskApp

_HEAD = ("Ln", "Item", "Open", "Price", "Net", "Alloc", "Description")
_WIDTHS = (-3, 10, -8, -9, -10, -7)
"""Of these columns; the description has what is left."""
_FEWER = 5
"""So many columns stand where there is no room for all."""
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_LEAST = 8
"""Cells that a description needs at least."""
_MESSAGE_ROWS = 3
"""Rows that the reason may take."""


class Detail(Widget):
    """The picked thing of a queue, read whole: reason, numbers, order, lines."""

    DEFAULT_CSS = """
    Detail { width: 1fr; height: 1fr; }
    """

    item: QueueItem | None = None
    order: OrderView | None = None

    def show(self, item: QueueItem | None, order: OrderView | None) -> None:
        """Show this; without an item nothing."""
        self.item, self.order = item, order
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        width, height = self.size.width, self.size.height
        rows: list[str] = []
        if self.item:
            opens = cast("DeskApp", self.app).key_of("open_order")
            rows = list(_rows(self.item, self.order, width - 1, height, opens))
        text = f" {rows[y]}" if y < len(rows) else ""
        room = " " * max(0, width - cell_len(text))
        return Strip([Segment(text + room, self.rich_style)]).adjust_cell_length(width)


def _rows(
    item: QueueItem, order: OrderView | None, width: int, height: int, opens: str
) -> Iterator[str]:
    """Give every row, as many as there is room for; `opens` is the key that opens the order."""
    rows = [
        *_wrapped(f"{item.reason.replace('_', ' ').upper()}: {item.message}", width),
        *_wrapped(_numbers(item), width),
        *_wrapped(_people(item), width),
    ]
    if order is not None:
        rows += _wrapped(
            f"{order.customer} {order.customer_name}  {order.terms}  PO {order.buyer_po or '-'}"
            f"  wanted {order.requested}",
            width,
        )
        rows += _lines(order.lines, width, height - len(rows), opens)
    yield from rows[:height]


def _numbers(item: QueueItem) -> str:
    """Give the numbers behind it, each by its name."""
    said = [
        f"{name.replace('_', ' ')} {_value(value)}"
        for name, value in item.details.items()
        if value not in (None, "", []) and name != "currency"
    ]
    total = f"total {item.total:,f} {item.currency}"
    return "   ".join([total, *said])


def _value(value: object) -> str:
    """Give a value as people read it: a number with its thousands apart."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    text = str(value)
    return f"{Decimal(text):,f}" if _NUMBER.fullmatch(text) else text


def _people(item: QueueItem) -> str:
    """Say who did what, and who is at it."""
    taken = ""
    if item.taken_by and item.taken_at:
        taken = f"   TAKEN by {item.taken_by} at {item.taken_at:%H:%M} UTC"
    held = "" if item.queue != HOLDS else f"   held by {item.placed_by}"
    return f"waits {waited(item.waiting_seconds)}   entered by {item.entered_by}{held}{taken}"


def _lines(lines: Sequence[LineView], width: int, room: int, opens: str) -> list[str]:
    """Give the order's lines in so many rows; the last says how many more there are."""
    if room < 2 or not lines:
        return []
    rest = width - sum(map(abs, _WIDTHS)) - len(_WIDTHS)
    widths = (*_WIDTHS, rest) if rest >= _LEAST else _WIDTHS[:_FEWER]
    shown = lines if len(lines) < room else lines[: room - 2]
    rows = [column(texts[: len(widths)], widths) for texts in (_HEAD, *map(_texts, shown))]
    if len(shown) < len(lines):
        rows.append(f"({len(lines) - len(shown)} more lines; {opens} opens the order)")
    return rows


def _texts(line: LineView) -> tuple[str, ...]:
    return (
        str(line.line),
        clean(line.product),
        f"{line.open:f}",
        f"{line.price:,f}" + ("h" if line.price_source == "hand" else ""),
        f"{line.net:,f}",
        f"{line.allocated:f}",
        clean(line.description),
    )


def _wrapped(text: str, width: int) -> list[str]:
    """Give a text in a few rows."""
    return wrapped(clean(text), width, _MESSAGE_ROWS)
