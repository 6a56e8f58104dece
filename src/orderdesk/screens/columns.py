"""Texts side by side, for whatever draws its own lines, in the cells of a terminal."""

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size

SHORTEST: Final = 4
"""Cells that a name is cut down to, its ellipsis among them, before another wording is tried."""


def column(texts: Sequence[str], widths: Sequence[int]) -> str:
    """Lay texts side by side in terminal cells; a negative width aligns to the right.

    What is aligned to the right is a number: one that does not fit is shown as `#`, for a cut
    number would be a wrong one.
    """
    return " ".join(
        set_cell_size(shortened(text, width), width) if width > 0 else _right(text, -width)
        for text, width in zip(texts, widths, strict=True)
    )


def _right(text: str, width: int) -> str:
    shown = text if cell_len(text) <= width else "#" * width
    return " " * (width - cell_len(shown)) + shown


def shortened(text: str, width: int) -> str:
    """Give a text in at most so many cells, with an ellipsis where it was cut."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…" if width > 0 else ""


def wrapped(text: str, width: int, most: int) -> list[str]:
    """Give a text in at most so many rows of at most so many cells, broken between words.

    What does not fit then is cut, with an ellipsis.
    """
    rows: list[str] = []
    row = ""
    for word in text.split(" "):
        wider = f"{row} {word}" if row else word
        if row and cell_len(wider) > width:
            rows.append(row)
            row = word.lstrip()
        else:
            row = wider
    rows.append(row)
    if len(rows) > most:
        rows = [*rows[: most - 1], " ".join(rows[most - 1 :])]
    return [shortened(each, width) for each in rows]


def fitting(width: int, *wordings: tuple[str, str]) -> str:
    """Give a line of at most so many cells: a space, a name that may be cut, and what may not.

    The first wording serves whose name is left readable; the last one as far as it goes.
    """
    room = width - 1
    for name, rest in wordings:
        if cell_len(rest) + min(SHORTEST, cell_len(name)) <= room:
            return f" {shortened(name, room - cell_len(rest))}{rest}"
    return f" {wordings[-1][1]}"


def many(count: int, what: str) -> str:
    """Give a count with its noun: 1 line, 2 lines."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
