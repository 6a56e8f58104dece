"""The fixed lines of every screen: title, message, keys."""

from datetime import datetime
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from orderdesk.domain.text import clean
from orderdesk.screens.columns import wrapped

_SENTENCE_ROWS: Final = 3
"""Rows that one sentence may take."""
_ROWS_OF_OTHERS: Final = 15
"""Rows that a screen needs for all else: order entry's header, three of its table, its bars."""
_INDENT: Final = 3
"""Cells before all lines but the first."""


class TitleBar(Widget):
    """What this is on the left, where and who on the right."""

    DEFAULT_CSS = """
    TitleBar { height: 1; background: $primary; color: $text; text-style: bold; }
    TitleBar:nocolor { text-style: bold reverse; }
    """

    left = reactive("")
    right = reactive("")

    @property
    def room(self) -> int:
        """How many cells there are for the left."""
        return max(0, self.size.width - cell_len(self.right) - 3)

    def render_line(self, y: int) -> Strip:
        """Draw the one line."""
        width = self.size.width
        right = f" {clean(self.right)} "
        left = set_cell_size(f" {clean(self.left)}", max(0, width - cell_len(right)))
        return Strip([Segment(set_cell_size(left + right, width), self.rich_style)], width)


class MessageLine(Static):
    """The one place that says what happened, what is wrong, and the cure.

    It is one row, and more where a sentence is long: what is above it gives way.
    """

    DEFAULT_CSS = """
    MessageLine { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    MessageLine.error { color: $text-error; text-style: bold; }
    """

    def __init__(self, help_key: str) -> None:
        """Make an empty one; `help_key` names the key that shows what has no room here."""
        super().__init__(markup=False, id="message")
        self._help_key = help_key
        self.text = ""
        self.times_said = 0
        """How often something was said, so that it can be seen whether anything new was."""

    def say(self, text: str, *, error: bool = False) -> None:
        """Show a sentence, or several on lines of their own; `!` marks an error, as its style does.

        A sentence takes as many rows as it needs, three at most.
        """
        self.text = text
        self.times_said += 1
        self.set_class(error, "error")
        self._lay_out()

    def on_resize(self) -> None:
        """Break what is said anew where there is another width."""
        if self.text:
            self._lay_out()

    def _lay_out(self) -> None:
        room = max(_SENTENCE_ROWS, self.app.size.height - _ROWS_OF_OTHERS)
        rows = self._rows(self.app.size.width)
        if len(rows) > room:
            left_out = len(rows) - room + 1
            rows = [
                *rows[: room - 1],
                f"{' ' * _INDENT}({left_out} more rows: {self._help_key} shows all)",
            ]
        self.styles.height = len(rows)
        self.update(Content("\n".join(rows)))

    def _rows(self, width: int) -> list[str]:
        """Give what is said in rows of at most so many cells."""
        rows: list[str] = []
        for line in self.text.split("\n"):
            indent = " " * (_INDENT if rows else 1)
            broken = wrapped(clean(line), width - len(indent), _SENTENCE_ROWS)
            rows += [f"{indent}{row}" for row in broken]
        mark = "!" if self.has_class("error") else " "
        return [f"{mark}{rows[0][1:]}", *rows[1:]]


class KeyBar(Static):
    """The keys of this screen, in two rows where one is too short for them."""

    DEFAULT_CSS = """
    KeyBar { height: 1; background: $panel; }
    """

    def __init__(self, text: str) -> None:
        super().__init__(markup=False)
        self._text = text

    def on_mount(self) -> None:
        """Take the rows that are needed."""
        self._lay_out()

    def tell(self, text: str) -> None:
        """Name other keys from now on."""
        self._text = text
        self._lay_out()
        self.refresh()

    def on_resize(self) -> None:
        """Take the rows that are needed now."""
        self._lay_out()

    def _lay_out(self) -> None:
        self.styles.height = len(self._rows())

    def _rows(self) -> list[str]:
        return wrapped(self._text, self.app.size.width - 1, 2)

    def render(self) -> RenderResult:
        """Draw the keys; no key is parted from what it does."""
        return Content("\n".join(f" {row}" for row in self._rows()))


def clock() -> str:
    """Give the wall clock's hour and minute."""
    return datetime.now().strftime("%H:%M")
