"""A terminal where nobody wants colours gets none: what they would show, it shows by reversing.

Textual by itself shows greys there, which are colours all the same: a terminal of sixteen makes
them unreadable, and a screen reader speaks of them.
Source: no-color.org.
"""

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter


@lru_cache(1024)
def colourless(style: Style, dark: bool) -> Style:
    """Give a style without its colours; `dark` says whether most text is light on dark here.

    What stands out by the opposite, such as the cursor in a field, is reversed.
    """
    stands_out = False
    if style.color is not None and style.bgcolor is not None:
        text, under = (Color.from_rich_color(each) for each in (style.color, style.bgcolor))
        stands_out = (text.brightness < under.brightness) == dark
    return Style(
        bold=style.bold,
        dim=style.dim,
        italic=style.italic,
        underline=style.underline,
        strike=style.strike,
        reverse=bool(style.reverse) != stands_out or None,
    )


class Colourless(LineFilter):
    """Takes the colours out of all lines."""

    def __init__(self, dark: bool) -> None:
        """Take whether most text is light on dark."""
        super().__init__()
        self._dark = dark

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Give the segments of a line without their colours."""
        return [
            Segment(text, None if style is None else colourless(style, self._dark), control)
            for text, style, control in segments
        ]
