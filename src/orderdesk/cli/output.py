"""Everything that commands print on stdout: JSON, CSV, and tables for people.

JSON is one object a line and nothing else.
"""

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final, Protocol, TextIO

from orderdesk.cli.asked import Asked
from orderdesk.cli.errors import Usage
from orderdesk.cli.values import json_line
from orderdesk.exchange.tables import CsvTable, written

NO_PARTS: Final[Mapping[str, str]] = {}


class Printer(Protocol):
    """Where a command's result goes, in the format that was asked for."""

    def one(self, view: Any, parts: Mapping[str, str] = NO_PARTS) -> None:
        """Print a single object; `parts` names the columns that people see of its parts.

        A part without columns is not for people: they do not see it.
        """

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
    with contextlib.ExitStack() as stack:
        try:
            stream = stack.enter_context(written(Path(asked.output)))
        except OSError as error:
            raise Usage(
                f"-o {asked.output} cannot be written ({error.strerror}); name another file"
            ) from None
        yield _printer(asked, stream)


def _printer(asked: Asked, stream: TextIO) -> Printer:
    if asked.json:
        return Json(stream)
    if asked.csv:
        return Csv(stream)
    from orderdesk.cli.people import People

    return People(stream, color=asked.color)


class Json:
    """A printer of JSON lines."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def one(self, view: Any, parts: Mapping[str, str] = NO_PARTS) -> None:
        """Print an object."""
        self._stream.write(json_line(view) + "\n")

    def rows(self, views: Iterable[Any], columns: Sequence[str] = ()) -> None:
        """Print one object a line."""
        for view in views:
            self.one(view)


class Csv:
    """A printer of CSV: the flat fields, with a header."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def one(self, view: Any, parts: Mapping[str, str] = NO_PARTS) -> None:
        """Print a header and one row."""
        self.rows([view])

    def rows(self, views: Iterable[Any], columns: Sequence[str] = ()) -> None:
        """Print a header and one row each."""
        table = CsvTable(self._stream)
        for view in views:
            table.add(view)


def begin() -> None:
    """Give a program that was started with closed streams streams that lead nowhere.

    Without them the next file to be opened, the database, would take their place.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


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
