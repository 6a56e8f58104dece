"""What stands beside a list of promises: why the picked line is in it, and its chain of days."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import set_cell_size
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from orderdesk.domain.promises import PromisedLine, PromiseExplained
from orderdesk.domain.text import clean
from orderdesk.screens.columns import wrapped

_ROWS = 3
"""Rows that one sentence may take."""


class Chain(Widget):
    """The picked line's promise, as it stands and as it would be reckoned now."""

    DEFAULT_CSS = """
    Chain { width: 1fr; height: 1fr; }
    """

    line: PromisedLine | None = None
    chain: PromiseExplained | str = ""

    def show(self, line: PromisedLine | None, chain: PromiseExplained | str) -> None:
        """Show this; without a line nothing. A text says why there is no chain."""
        self.line, self.chain = line, chain
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        width = self.size.width
        rows = [] if self.line is None else rows_of(self.line, self.chain, width - 1)
        text = f" {rows[y]}" if y < len(rows) else ""
        return Strip([Segment(set_cell_size(text, width), self.rich_style)], width)


def rows_of(line: PromisedLine, chain: PromiseExplained | str, width: int) -> list[str]:
    """Give all that is known, in rows of at most so many cells."""
    said = [chain] if isinstance(chain, str) else list(_chain(line, chain))
    sentences = [f"{line.order} line {line.line}: {line.why}", *said]
    return [row for each in sentences for row in wrapped(clean(each), width, _ROWS)]


def _chain(line: PromisedLine, chain: PromiseExplained) -> Iterator[str]:
    """Say what is promised, what the chain comes to now, and each step of it."""
    words = [f"asked for {line.requested}", f"promised {chain.promised or 'for no day'}"]
    if chain.first_promised not in (None, chain.promised):
        words.append(f"first {chain.first_promised}")
    if chain.slips:
        words.append(f"slipped {chain.slips}x")
    if chain.pinned:
        words.append("FIXED by hand")
    yield ", ".join(words)
    late = "!LATER THAN PROMISED: " if chain.slipping else ""
    leave = f", leave by {chain.ship_by}" if chain.ship_by else ""
    yield f"{late}now it would be {chain.reckoned or 'nobody knows when'}{leave}"
    yield f"{line.warehouse}: {chain.goods}"
    for step in chain.steps:
        yield f"{step.day}  {step.what}: {step.why}"
