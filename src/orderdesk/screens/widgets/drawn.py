"""Lines that go to the terminal when they have changed, and not each time they are shown.

Over a slow line a frame costs what it sends; most of what a table or a list shows after a key is
what it showed before.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from textual import on
from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    _Base = Widget
else:
    # Textual looks for styles and keys along first bases alone: this one must be none of its own.
    _Base = object


class Placing(_Base):
    """Makes a widget of which a new layout draws nothing: what moves or grows is drawn anyhow.

    Textual draws all of it, for each child that comes or goes, once it is mounted and once more
    when it has its size.
    """

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Draw again what is said to have changed; for a layout alone nothing is."""
        repaint = repaint and not layout
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class DrawnLines(Placing, Widget):
    """A widget that draws line by line."""

    _drawn: Sequence[Strip] = ()
    """The lines as they were last asked for."""

    def refresh_changed(self) -> None:
        """Draw again those lines that differ from what they were when this was last called.

        Textual itself draws all of them where size, focus or style change.
        """
        width, height = self.size
        before = self._drawn
        self.note_lines()
        if len(before) != height or not before or before[0].cell_length != width:
            self.refresh()
            return
        changed = [
            Region(0, y, width, 1)
            for y, (old, new) in enumerate(zip(before, self._drawn, strict=True))
            if old != new
        ]
        if changed:
            self.refresh(*changed)

    @on(Resize)
    def note_lines(self) -> None:
        """Note the lines as they are: this is what is drawn next."""
        self._drawn = [self.render_line(y) for y in range(self.size.height)]
