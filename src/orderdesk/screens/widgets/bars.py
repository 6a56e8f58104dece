"""The fixed lines of every screen: title, message, keys."""

from datetime import datetime

from rich.segment import Segment
from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from orderdesk.domain.text import clean


class TitleBar(Widget):
    """What this is on the left, where and who on the right."""

    DEFAULT_CSS = """
    TitleBar { height: 1; background: $primary; color: $text; text-style: bold; }
    """

    left = reactive("")
    right = reactive("")

    def render_line(self, y: int) -> Strip:
        """Draw the one line."""
        width = self.size.width
        right = f"{self.right} "
        left = f" {self.left}"[: max(0, width - len(right) - 1)]
        text = left + " " * (width - len(left) - len(right)) + right
        return Strip([Segment(text[:width], self.rich_style)], width)


class MessageLine(Static):
    """The one line that says what happened, what is wrong, and the cure."""

    DEFAULT_CSS = """
    MessageLine { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    MessageLine.error { color: $text-error; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False, id="message")
        self.text = ""

    def say(self, text: str, *, error: bool = False) -> None:
        """Show a sentence; an error is marked by `!` as well as by its style."""
        self.text = text
        self.set_class(error, "error")
        self.update(Content(("!" if error else " ") + clean(text)))


class KeyBar(Static):
    """The keys of this screen."""

    DEFAULT_CSS = """
    KeyBar { height: 1; background: $panel; }
    """

    def __init__(self, text: str) -> None:
        super().__init__(markup=False)
        self._text = text

    def render(self) -> RenderResult:
        """Draw the line, cut where the terminal is narrow."""
        return Content(f" {self._text}")


def clock() -> str:
    """Give the wall clock's hour and minute."""
    return datetime.now().strftime("%H:%M")
