"""Tables and labelled values for people, drawn by rich: imported only when something is shown."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import Any, Final, Literal, NamedTuple, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orderdesk.cli.values import cell_of, has_tables, is_said, is_table, label
from orderdesk.exchange.values import is_flat, pairs

CHUNK: Final = 200
"""Rows that a table is laid out by; the ones after them keep its columns."""

_PIPED_WIDTH: Final = 10_000
_NARROWEST: Final = 8
_NO_PARTS: Final[Mapping[str, str]] = {}


class Column(NamedTuple):
    """A column of a table."""

    name: str
    """Of the field."""
    title: str
    optional: bool
    """Whether it is shown only where it says something and all columns have room."""


def columns_of(words: Iterable[str]) -> list[Column]:
    """Read columns as commands name them: `price`, `allocated=Alloc`, or `unit?` if there is room.

    The last of those that may be left out goes first.
    """
    found = []
    for word in words:
        name, _, title = word.removesuffix("?").partition("=")
        found.append(Column(name, title or label(name), word.endswith("?")))
    return found


class People:
    """A printer for people."""

    def __init__(self, stream: TextIO, *, color: bool) -> None:
        """Take where to print, and whether colours are wanted if it is a terminal."""
        self._stream = stream
        terminal = stream.isatty()
        self._console = Console(
            file=stream,
            color_system="auto" if terminal and color else None,
            no_color=not color,
            force_terminal=terminal,
            width=None if terminal else _PIPED_WIDTH,
            markup=False,
            emoji=False,
            highlight=False,
        )

    def one(self, view: Any, parts: Mapping[str, str] = _NO_PARTS) -> None:
        """Print a single object: its values, then a table for each list of objects in it.

        An object in it that has such lists itself comes last; `parts` calls them `name.of_its_own`.
        """
        grid = Table.grid(padding=(0, 2))
        tables, objects = [], []
        for name, value in pairs(view):
            if parts.get(name) == "":
                continue
            if is_table(value):
                tables.append((name, value))
            elif has_tables(value):
                objects.append((name, value))
            elif is_said(value):
                grid.add_row(Text(label(name), "bold"), Text(cell_of(name, value), overflow="fold"))
        self._print(grid)
        for name, rows in tables:
            self._print(Text(f"\n{label(name)}", "bold"))
            self.rows(rows, parts.get(name, "").split())
        for name, part in objects:
            self._print(Text(f"\n{label(name)}", "bold"))
            own = f"{name}."
            self.one(part, {k.removeprefix(own): v for k, v in parts.items() if k.startswith(own)})

    def rows(self, views: Iterable[Any], columns: Sequence[str] = ()) -> None:
        """Print objects as they come, in one table."""
        left = (dict(pairs(view)) for view in views)
        first = list(islice(left, CHUNK))
        if not first:
            return
        chosen = self._with_room(columns_of(columns or _shown(first)), first)
        names = [column.name for column in chosen]
        numeric = [all(isinstance(v.get(n), int | Decimal | None) for v in first) for n in names]
        widths: list[int] | None = None
        for chunk in chain([first], iter(lambda: list(islice(left, CHUNK)), [])):
            cells = [[cell_of(name, view.get(name)) for name in names] for view in chunk]
            widths = self._table(chosen, numeric, cells, widths)

    def _with_room(self, columns: list[Column], views: Sequence[Mapping[str, Any]]) -> list[Column]:
        """Leave out optional columns: those that say nothing, and the last where room is short."""
        kept = {
            column: max(
                cell_len(column.title),
                *(cell_len(cell_of(column.name, v.get(column.name))) for v in views),
            )
            for column in columns
            if not column.optional or any(is_said(view.get(column.name)) for view in views)
        }
        for column in reversed([each for each in kept if each.optional]):
            if sum(kept.values()) + 2 * len(kept) > self._console.width:
                del kept[column]
        return list(kept)

    def _table(
        self,
        columns: Sequence[Column],
        numeric: Sequence[bool],
        cells: Sequence[Sequence[str]],
        widths: list[int] | None,
    ) -> list[int]:
        """Print some rows, with a header where they are the first; give the columns' widths."""
        table = Table(box=None, show_header=widths is None, padding=(0, 2, 0, 0))
        labels = [column.title for column in columns]
        if widths is None:
            widths = [max(map(cell_len, column)) for column in zip(labels, *cells, strict=True)]
        for title, number, width in zip(labels, numeric, self._fitted(widths), strict=True):
            justify: Literal["left", "right"] = "right" if number else "left"
            table.add_column(Text(title), justify=justify, width=width, overflow="fold")
        for row in cells:
            table.add_row(*map(Text, row))
        self._print(table)
        return widths

    def _fitted(self, widths: Sequence[int]) -> list[int]:
        """Give widths that fit the terminal where they can: long columns give way, others stay."""
        fitted = list(widths)
        over = sum(fitted) + 2 * len(fitted) - self._console.width
        while over > 0 and (widest := max(fitted)) > _NARROWEST:
            fitted[fitted.index(widest)] -= 1
            over -= 1
        return fitted

    def _print(self, shown: Any) -> None:
        with self._console.capture() as captured:
            self._console.print(shown)
        for line in captured.get().splitlines():
            self._stream.write(line.rstrip() + "\n")


def _shown(views: Sequence[Mapping[str, Any]]) -> list[str]:
    """Give the flat fields in which at least one of these rows says something."""
    return [
        name
        for name in views[0]
        if any(is_said(view.get(name)) for view in views)
        and all(is_flat(view.get(name)) for view in views)
    ]
