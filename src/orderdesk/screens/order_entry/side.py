"""The panel on the right of a wide screen: always about the thing in the focus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import set_cell_size
from rich.segment import Segment
from textual import work
from textual.strip import Strip
from textual.widget import Widget

from orderdesk.domain.text import clean
from orderdesk.screens.widgets.choices import Choice, Source

if TYPE_CHECKING:
    from orderdesk.domain.entry import BuyerView, ProductPreview


class SidePanel(Widget):
    """What the typed text may mean, or what is known of the product that was taken."""

    def __init__(self) -> None:
        super().__init__(id="side")
        self._asked = 0
        self._lines: Sequence[str] = ()

    @property
    def is_wide(self) -> bool:
        """Tell whether the screen has room for the panel."""
        return self.display and self.size.width > 0

    def _show(self, lines: Sequence[str]) -> None:
        self._lines = [clean(line) for line in lines]
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line of what is known."""
        width = self.size.width
        text = self._lines[y] if y < len(self._lines) else ""
        return Strip([Segment(set_cell_size(text, width), self.rich_style)], width)

    def product(self, seen: ProductPreview) -> None:
        """Show a product that was taken."""
        self._asked += 1
        price = "no price" if seen.price is None else f"{seen.price:f} per {seen.unit}"
        self._show(
            [
                f"{seen.code}  {seen.description}",
                "",
                f"Price   {price}" + (f" ({seen.price_source})" if seen.price_source else ""),
                f"Free    {seen.available:f} {seen.unit}",
                seen.alert,
            ]
        )

    def buyer(self, seen: BuyerView) -> None:
        """Show the customer that was taken, with the credit that is left."""
        self._asked += 1
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
        self._asked += 1
        if self.is_wide and text.strip():
            self.call_after_refresh(self._look_up, text.strip(), source, self._asked)

    def _look_up(self, text: str, source: Source, asked: int) -> None:
        # What was typed on in the meantime makes this question an old one.
        if asked == self._asked:
            self._read(text, source, asked)

    @work(exclusive=True)
    async def _read(self, text: str, source: Source, asked: int) -> None:
        rows: Sequence[Choice] = await source(text)
        if asked == self._asked:
            self._show([f"{row.value:<12} {row.text}" for row in rows[: self.size.height]])
