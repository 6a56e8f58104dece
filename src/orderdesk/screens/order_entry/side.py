"""The panel on the right of a wide screen: always about the thing in the focus."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.geometry import Region
from textual.strip import Strip

from orderdesk.domain.text import clean
from orderdesk.screens.widgets.choices import Choice, Source, code_cells, row_text
from orderdesk.screens.widgets.drawn import DrawnLines

if TYPE_CHECKING:
    from orderdesk.domain.entry import BuyerView

Telling = Callable[[], Awaitable[Sequence[str]]]
"""Reads more of what is shown, as lines of text."""


class SidePanel(DrawnLines):
    """What the typed text may mean, or what is known of the product that was taken."""

    def __init__(self) -> None:
        super().__init__(id="side")
        self._asked = 0
        self.lines: Sequence[str] = ()
        """What it shows, a row each."""
        self.product = ""
        """The product that it tells of, by its code; empty where it tells of something else."""
        self.shows_buyer = False
        """Whether it tells of the customer."""
        self._style = Style.null()
        """How it is drawn: found out once a frame, for that takes longer than to draw a line."""

    @property
    def is_wide(self) -> bool:
        """Tell whether the screen has room for the panel."""
        return self.display and self.size.width > 0

    def _show(self, lines: Sequence[str]) -> None:
        self.lines = [clean(line) for line in lines]
        self._style = self.rich_style
        self.refresh_changed()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw what is known, all of it in one style."""
        self._style = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw one line of what is known."""
        width = self.size.width
        text = self.lines[y] if y < len(self.lines) else ""
        return Strip([Segment(set_cell_size(text, width), self._style)], width)

    def clear(self) -> None:
        """Show nothing."""
        self._tell_of()
        self._show([])

    def _tell_of(self, product: str = "", *, buyer: bool = False) -> None:
        """Note what is to be shown from now on; answers to older questions are dropped."""
        self._asked += 1
        self.product, self.shows_buyer = product, buyer

    def goods(
        self, product: str, known: Sequence[str], more: Telling, *, again: bool = False
    ) -> None:
        """Show what is known of a product at once, and under it what `more` finds.

        That is read beside the typing, behind the frame with the key; only the newest shows.
        Shown `again`, the old stays until all of the new is there, and nothing blinks.
        """
        self._tell_of(product)
        if not again:
            self._show(known)
        if self.is_wide:
            self.call_after_refresh(self._tell_more, known, more, self._asked)

    def _tell_more(self, known: Sequence[str], more: Telling, asked: int) -> None:
        if asked == self._asked:
            self._read_more(known, more, asked)

    @work(exclusive=True, exit_on_error=False)
    async def _read_more(self, known: Sequence[str], more: Telling, asked: int) -> None:
        found = await more()
        if asked == self._asked:
            self._show([*known, *found])

    def buyer(self, seen: BuyerView) -> None:
        """Show the customer that was taken, with the credit that is left."""
        self._tell_of(buyer=True)
        limit = "unlimited" if seen.limit is None else f"{seen.limit:,f} {seen.currency}"
        free = "" if seen.headroom is None else f"Free     {seen.headroom:,f}"
        self._show(
            [
                f"{seen.code}  {seen.name}",
                seen.alert and f"!{seen.alert}",
                f"Contact  {seen.contact}",
                f"Terms    {seen.terms}",
                "",
                f"Limit    {limit}",
                f"Open     {seen.exposure:,f}",
                free,
            ]
        )

    def look_up(self, text: str, source: Source) -> None:
        """Show what fits a text; runs beside the typing, and only the newest answer shows.

        It begins behind the frame with the key: a thread that looks up would hold that frame up.
        """
        self._tell_of()
        if self.is_wide and text.strip():
            self.call_after_refresh(self._look_up, text.strip(), source, self._asked)

    def _look_up(self, text: str, source: Source, asked: int) -> None:
        # What was typed on in the meantime makes this question an old one.
        if asked == self._asked:
            self._read(text, source, asked)

    @work(exclusive=True, exit_on_error=False)
    async def _read(self, text: str, source: Source, asked: int) -> None:
        rows: Sequence[Choice] = await source(text)
        if asked == self._asked:
            shown, width = rows[: self.size.height], self.size.width
            codes = code_cells(shown)
            self._show([row_text(each, codes, width) for each in shown])
