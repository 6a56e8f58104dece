"""Pictures of a terminal: what stands on its screen, as SVG, the same bytes for the same screen."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any, Final

from rich.cells import cell_len

_WIDTH: Final = 8.4
_HEIGHT: Final = 18
_MARGIN: Final = 10
_BASELINE: Final = 13.5
_SIZE: Final = 14
"""Pixels of a cell, around the screen, from a row's top to its baseline, of the letters."""

NO_BREAK: Final = "\N{NO-BREAK SPACE}"

_INK, _PAPER = "c5c8c6", "121212"
_NAMED: Final = {
    "black": "1e1e1e",
    "red": "cc6666",
    "green": "98a84b",
    "brown": "d0b344",
    "blue": "608ab1",
    "magenta": "98729f",
    "cyan": "68a0b3",
    "white": "c5c8c6",
}
"""What the eight colours of a plain terminal are drawn in; brown is pyte's word for yellow."""


@dataclass(frozen=True)
class Look:
    """How a run of letters is drawn."""

    ink: str
    paper: str
    bold: bool
    underlined: bool


def svg(screen: Any) -> str:
    """Give the picture of a pyte screen."""
    width = screen.columns * _WIDTH + 2 * _MARGIN
    height = screen.lines * _HEIGHT + 2 * _MARGIN
    papers, texts = [], []
    for row in range(screen.lines):
        for at, text, look in _runs(screen, row):
            if look.paper != _PAPER:
                papers.append(_paper(row, at, cell_len(text), look.paper))
            if text.strip() or look.underlined:
                texts.append(_text(row, at, text, look))
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"'
            f' width="{width:g}" height="{height:g}">',
            f'<rect width="100%" height="100%" rx="6" fill="#{_PAPER}"/>',
            *papers,
            f'<g font-family="monospace" font-size="{_SIZE}" fill="#{_INK}">',
            *texts,
            "</g>",
            "</svg>",
            "",
        )
    )


def cursors(screen: Any) -> int:
    """Count the cells that are drawn the other way round, as a cursor is while it shows."""
    return sum(cell.reverse for row in screen.buffer.values() for cell in row.values())


def _runs(screen: Any, row: int) -> Iterator[tuple[int, str, Look]]:
    """Give the runs of equal looks of a row: the column each begins in, its text, its look."""
    cells = screen.buffer[row]
    for look, columns in groupby(range(screen.columns), lambda column: _look(cells[column])):
        found = list(columns)
        # Behind a letter that is two cells wide stands an empty one.
        text = "".join(cells[column].data for column in found)
        if text:
            yield found[0], text, look


def _look(cell: Any) -> Look:
    ink, paper = _colour(cell.fg, _INK), _colour(cell.bg, _PAPER)
    if cell.reverse:
        ink, paper = paper, ink
    return Look(ink, paper, cell.bold, cell.underscore)


def _colour(name: str, usual: str) -> str:
    if name == "default":
        return usual
    return _NAMED.get(name.removeprefix("bright"), name)


def _paper(row: int, at: int, cells: int, paper: str) -> str:
    x, y = _MARGIN + at * _WIDTH, _MARGIN + row * _HEIGHT
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{cells * _WIDTH:g}" height="{_HEIGHT}" fill="#{paper}"/>'
    )


def _text(row: int, at: int, text: str, look: Look) -> str:
    """Draw letters as wide as their cells, whatever font there is; blanks at the ends are left."""
    at += len(text) - len(text.lstrip()) if not look.underlined else 0
    text = text if look.underlined else text.strip()
    x, y = _MARGIN + at * _WIDTH, _MARGIN + row * _HEIGHT + _BASELINE
    said = "".join(
        (
            f'<text x="{x:g}" y="{y:g}" textLength="{cell_len(text) * _WIDTH:g}"',
            f' fill="#{look.ink}"' if look.ink != _INK else "",
            ' font-weight="bold"' if look.bold else "",
            ' text-decoration="underline"' if look.underlined else "",
        )
    )
    # SVG draws blanks that follow each other as one, but for those that do not break.
    return f"{said}>{escape(text, quote=False).replace(' ', NO_BREAK)}</text>"
