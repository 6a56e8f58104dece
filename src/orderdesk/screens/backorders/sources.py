"""What is short, and the lines that wait for it or have it, as rows of tables."""

from __future__ import annotations

from typing import Final

from orderdesk.domain.allocation import ShelfLine
from orderdesk.domain.backorders import BackorderView, WaitingLine
from orderdesk.screens import shelf_lines
from orderdesk.screens.widgets.table import Column

COLUMNS: Final = (
    Column("Item", 9),
    Column("Description"),
    Column("At", 3),
    Column("Waiting", 7, "right"),
    Column("Free", 5, "right"),
    Column("Needed", 11),
    Column("Comes", 11),
    Column("Promised", 10),
)

WAITING: Final = (
    *shelf_lines.COLUMNS,
    Column("Waits", 7, "right"),
    Column("Has", 6, "right"),
    Column("Has all", 11),
)
HOLDING: Final = (
    Column("", 4, "right"),
    *shelf_lines.COLUMNS[1:],
    Column("Open", 7, "right"),
    Column("Has", 7, "right"),
)


def _mark(text: str, is_bad: bool) -> str:
    return f"!{text}" if is_bad else f" {text}"


def cells_of(each: BackorderView) -> tuple[str, ...]:
    """Give the cells of a product's row."""
    bad = each.overdue or each.expected_on is None
    return (
        each.product,
        each.name,
        each.warehouse,
        f"{each.waiting:f}",
        f"{each.free:f}",
        _mark(each.needed.isoformat(), each.late),
        _mark(each.expected_on.isoformat() if each.expected_on else "nothing", bad),
        each.promised.isoformat() if each.promised else "!none",
    )


def line_cells(each: ShelfLine) -> tuple[str, ...]:
    """Give the cells of a line that waits, or has some."""
    cells = shelf_lines.cells_of(each)
    if not isinstance(each, WaitingLine):
        return (str(each.place), *cells[1:], f"{each.open:f}", f"{each.allocated:f}")
    all_on = each.complete_on
    late = all_on is None or all_on > each.needed
    when = "unknown" if all_on is None else all_on.isoformat()
    return (*cells, f"{each.backordered:f}", f"{each.allocated:f}", _mark(when, late))
