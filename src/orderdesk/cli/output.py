"""Everything that commands print on stdout: JSON, CSV, and tables for people.

JSON is one object a line and nothing else. Whatever the format, no control or bidi character
from the data goes out as itself: JSON escapes it, the others leave it out.
"""

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, Protocol, TextIO

from orderdesk.cli.asked import Asked
from orderdesk.cli.errors import Usage
from orderdesk.domain.text import clean

CHUNK: Final = 200
"""Rows that a table for people is laid out by; the ones after them keep its columns."""

_PIPED_WIDTH: Final = 10_000
_RUN_BY_SPREADSHEETS: Final = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?")


class Printer(Protocol):
    """Where a command's result goes, in the format that was asked for."""

    def one(self, view: Any) -> None:
        """Print a single object."""

    def rows(self, views: Iterable[Any], columns: Sequence[str] = ()) -> None:
        """Print objects as they come; `columns` are those that a table for people shows."""


@contextlib.contextmanager
def opened(asked: Asked) -> Iterator[Printer]:
    """Give the printer that was asked for, on stdout or into a file.

    The file is opened before the command does anything, so that nothing is done whose result
    cannot be told, and takes its name only when all is written. Raises Usage.
    """
    if asked.output in ("", "-"):
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
        yield _printer(asked, sys.stdout)
        sys.stdout.flush()
        return
    with _file(Path(asked.output)) as stream:
        yield _printer(asked, stream)


@contextlib.contextmanager
def _file(path: Path) -> Iterator[TextIO]:
    plain = path.is_file() or not path.exists()
    making = path.with_name(f".{path.name}.{os.getpid()}-part") if plain else path
    try:
        stream = making.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise Usage(f"-o {path} cannot be written: {error.strerror}") from None
    try:
        with stream:
            yield stream
        if plain:
            making.replace(path)
    finally:
        if plain:
            making.unlink(missing_ok=True)


def _printer(asked: Asked, stream: TextIO) -> Printer:
    if asked.json:
        return _Json(stream)
    if asked.csv:
        return _Csv(stream)
    return _People(stream, color=asked.color)


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def plain(value: Any) -> Any:
    """Give a view as plain JSON values: decimals and dates as text, times UTC with offset."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {name: plain(each) for name, each in _pairs(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, Iterable):
        return [plain(each) for each in value]
    return str(value)


def json_line(view: Any) -> str:
    """Give an object as one line of JSON in which every character can be shown."""
    line = json.dumps(plain(view), ensure_ascii=False)
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def cell(value: Any) -> str:
    """Give a value as people read it, on one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if is_dataclass(value) or isinstance(value, Mapping):
        return ", ".join(f"{name} {cell(each)}" for name, each in _pairs(value) if is_said(each))
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(cell(each) for each in value)
    return clean(str(value))


def csv_cell(value: Any) -> str:
    """Give a value as a cell that no spreadsheet takes for a formula; numbers stay as they are."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return cell(value) if isinstance(value, bool) else clean(str(plain(value)))
    text = clean(value)
    risky = value.startswith(_RUN_BY_SPREADSHEETS) or text.startswith(_RUN_BY_SPREADSHEETS)
    return f"'{text}" if risky and not _NUMBER.fullmatch(text) else text


def is_said(value: Any) -> bool:
    """Tell whether there is something to show; zero and no are."""
    return value is not None and value != "" and value != () and value != [] and value != {}


def _pairs(view: Any) -> list[tuple[str, Any]]:
    if isinstance(view, Mapping):
        return [(str(name), value) for name, value in view.items()]
    kind: Any = type(view)
    pairs = []
    for name in _names(kind):
        value = getattr(view, name)
        if name == "fields" and isinstance(value, Mapping):
            # The fields of a master record stand among its own.
            pairs += _pairs(value)
        else:
            pairs.append((name, value))
    return pairs


def _is_flat(value: Any) -> bool:
    return value is None or isinstance(value, str | int | Decimal | date)


def _is_table(value: Any) -> bool:
    """Tell whether a value is a list of objects, which people see as a table."""
    if not isinstance(value, list | tuple) or not value:
        return False
    return all(is_dataclass(each) or isinstance(each, Mapping) for each in value)


class _Json:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def one(self, view: Any) -> None:
        self._stream.write(json_line(view) + "\n")

    def rows(self, views: Iterable[Any], columns: Sequence[str] = ()) -> None:
        for view in views:
            self.one(view)


class _Csv:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def one(self, view: Any) -> None:
        self.rows([view])

    def rows(self, views: Iterable[Any], columns: Sequence[str] = ()) -> None:
        import csv

        writer = csv.writer(self._stream, lineterminator="\n")
        names: list[str] = []
        for view in views:
            pairs = dict(_pairs(view))
            if not names:
                names = [name for name, value in pairs.items() if _is_flat(value)]
                writer.writerow(names)
            writer.writerow([csv_cell(pairs.get(name)) for name in names])


class _People:
    """Tables and labelled values; rich is imported only here."""

    def __init__(self, stream: TextIO, *, color: bool) -> None:
        from rich.console import Console

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

    def one(self, view: Any) -> None:
        from rich.table import Table
        from rich.text import Text

        grid = Table.grid(padding=(0, 2))
        tables = []
        for name, value in _pairs(view):
            if _is_table(value):
                tables.append((name, value))
            elif is_said(value):
                grid.add_row(Text(_label(name), "bold"), Text(cell(value), overflow="fold"))
        self._print(grid)
        for name, rows in tables:
            self._print(Text(f"\n{_label(name)}", "bold"))
            self.rows(rows)

    def rows(self, views: Iterable[Any], columns: Sequence[str] = ()) -> None:
        left = (dict(_pairs(view)) for view in views)
        first = list(islice(left, CHUNK))
        if not first:
            return
        names = list(columns or _shown(first))
        numeric = [_is_numeric(first, name) for name in names]
        widths: list[int] | None = None
        for chunk in chain([first], iter(lambda: list(islice(left, CHUNK)), [])):
            cells = [[cell(view.get(name)) for name in names] for view in chunk]
            widths = self._table(names, numeric, cells, widths)

    def _table(
        self,
        names: Sequence[str],
        numeric: Sequence[bool],
        cells: Sequence[Sequence[str]],
        widths: Sequence[int] | None,
    ) -> list[int]:
        from rich.cells import cell_len
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, show_header=widths is None, padding=(0, 2, 0, 0))
        labels = [_label(name) for name in names]
        if widths is None:
            columns = zip(labels, *cells, strict=True)
            widths = [max(map(cell_len, column)) for column in columns]
        for label, number, width in zip(labels, numeric, widths, strict=True):
            table.add_column(
                Text(label),
                justify="right" if number else "left",
                min_width=min(width, 8),
                width=width if self._console.width >= sum(widths) + 2 * len(widths) else None,
                overflow="fold",
            )
        for row in cells:
            table.add_row(*map(Text, row))
        self._print(table)
        return list(widths)

    def _print(self, shown: Any) -> None:
        with self._console.capture() as captured:
            self._console.print(shown)
        for line in captured.get().splitlines():
            self._stream.write(line.rstrip() + "\n")


def _label(name: str) -> str:
    return clean(name).replace("_", " ").capitalize()


def _shown(views: Sequence[Mapping[str, Any]]) -> list[str]:
    """Give the flat fields in which at least one of these rows says something."""
    return [
        name
        for name in views[0]
        if any(is_said(view.get(name)) for view in views)
        and all(_is_flat(view.get(name)) for view in views)
    ]


def _is_numeric(views: Sequence[Mapping[str, Any]], name: str) -> bool:
    """Tell whether a column holds numbers, as such or as decimal text."""
    values = [view.get(name) for view in views]
    return all(
        v is None or isinstance(v, int | Decimal) or (isinstance(v, str) and _NUMBER.fullmatch(v))
        for v in values
    )


def leave_quietly() -> None:
    """Let nothing more be written to a pipe that nobody reads."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with contextlib.suppress(OSError, ValueError):
        os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def finish() -> None:
    """Write out what still waits for stdout, quietly where nobody reads it."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        leave_quietly()
