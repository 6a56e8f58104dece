"""The records of a file, one after the other: CSV rows, or JSON objects, one on each line.

A record keeps what the file said, so that a rejected one can be handed back just as it came, and
knows the line on which it began. A record that cannot be read is given with its complaint; only a
file whose columns cannot be told is refused as a whole.
"""

from __future__ import annotations

import csv
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from operator import itemgetter
from typing import Any, BinaryIO, Final, NamedTuple, TextIO

from orderdesk.domain.errors import Refused
from orderdesk.exchange.sources import CSV, Source

LINE: Final = "line"
ERROR: Final = "error"
ADDED: Final = (LINE, ERROR)
"""What a reject file has beside the columns of its input; read again, it is left aside."""

LONGEST: Final = 16_000_000
"""Characters on one line; an order of the most lines has a tenth of it."""

_DELIMITERS: Final = ",;\t|"

Raw = Any
"""What the file said: the cells of a CSV row, the text of a JSON line."""


class Record(NamedTuple):
    """One record of a file."""

    line: int
    """The line it begins on, from 1."""
    raw: Raw
    error: str | None = None
    """Why it cannot be read, where it cannot."""


class Records(ABC):
    """The records of an open file, in order, and the ways to get at their values."""

    names: list[str]
    """The columns of a CSV file; empty where every record names its own."""

    def __init__(self, text: TextIO, raw: BinaryIO) -> None:
        self._text = text
        self._raw = raw

    @abstractmethod
    def __iter__(self) -> Iterator[Record]:
        """Give every record that is not empty."""

    @abstractmethod
    def getter(self, columns: Sequence[str]) -> Callable[[Raw], Sequence[str]]:
        """Give what takes these columns' texts out of a record; it may raise ValueError."""

    def position(self) -> int:
        """Give how many bytes of the file on disk have been read."""
        return self._raw.tell()


class CsvRecords(Records):
    """Rows of a CSV file below its header; the header tells which of `, ; tab |` parts them."""

    def __init__(self, text: TextIO, raw: BinaryIO, delimiter: str | None = None) -> None:
        super().__init__(text, raw)
        if delimiter and (len(delimiter) != 1 or delimiter in '"\r\n'):
            raise Refused(
                "bad_delimiter",
                f"delimiter {delimiter!r} parts no columns; give one character such as ; or |",
            )
        try:
            first = text.readline(LONGEST)
            self.delimiter = delimiter or max(_DELIMITERS, key=first.count)
            self.names = [name.strip() for name in next(self._reader([first]), [])]
        except (csv.Error, UnicodeError) as error:
            raise _unreadable(1, error) from None
        if not any(self.names):
            raise Refused("no_header", "the file's first line is empty; put column names there")
        double = {name for name in self.names if name and self.names.count(name) > 1}
        if double:
            raise Refused(
                "double_column",
                f"column {min(double)!r} stands twice in the header; give each its own name",
            )

    def _reader(self, lines: Any) -> Any:
        return csv.reader(lines, delimiter=self.delimiter, strict=True)

    def __iter__(self) -> Iterator[Record]:
        # Read by bounded lines: a file without line ends must not fill the memory.
        reader = self._reader(iter(partial(self._text.readline, LONGEST), ""))
        width = len(self.names)
        line = 2
        try:
            for cells in reader:
                if len(cells) == width:
                    if any(cells):
                        yield Record(line, cells)
                elif any(cells):
                    yield Record(
                        line,
                        cells,
                        f"the row has {len(cells)} cells and the header {width}; "
                        "mend its quotes and separators",
                    )
                line = reader.line_num + 2
        except (csv.Error, UnicodeError) as error:
            raise _unreadable(line, error) from None

    def getter(self, columns: Sequence[str]) -> Callable[[Raw], Sequence[str]]:
        """Give what takes these columns' cells out of a row."""
        places = [self.names.index(column) for column in columns]
        if len(places) == 1:
            only = places[0]
            return lambda cells: (cells[only],)
        return itemgetter(*places) if places else lambda cells: ()


def _unreadable(line: int, error: Exception) -> Refused:
    cure = "look for a quote that never closes"
    if isinstance(error, UnicodeError):
        cure = "name the file's encoding"
    return Refused(
        "bad_csv",
        f"line {line}: the row cannot be read ({error}); {cure}. Nothing was taken from this file",
        line=line,
    )


class JsonRecords(Records):
    """Objects of a JSON-lines file."""

    def __init__(self, text: TextIO, raw: BinaryIO) -> None:
        super().__init__(text, raw)
        self.names = []
        self._last = ""
        self._found: dict[str, Any] = {}

    def __iter__(self) -> Iterator[Record]:
        line = 0
        try:
            while text := self._text.readline(LONGEST):
                line += 1
                if len(text) == LONGEST and not text.endswith("\n"):
                    self._pass_over()
                    yield Record(line, text[:200], f"the line has more than {LONGEST} characters")
                elif text.strip():
                    yield Record(line, text)
        except UnicodeError as error:
            raise Refused(
                "bad_text",
                f"line {line + 1} cannot be read ({error}); name the file's encoding. "
                "Nothing was taken from this file",
            ) from None

    def _pass_over(self) -> None:
        while (rest := self._text.readline(LONGEST)) and not rest.endswith("\n"):
            pass

    def getter(self, columns: Sequence[str]) -> Callable[[Raw], Sequence[str]]:
        """Give what takes these keys' values out of a line, as texts."""

        def values(text: str) -> tuple[str, ...]:
            found = self._object_of(text)
            return tuple([_text_of(column, found.get(column)) for column in columns])

        return values

    def _object_of(self, text: str) -> dict[str, Any]:
        """Read a line once, though several ask for its values one after the other."""
        if text is not self._last:
            self._found = object_of(text)
            self._last = text
        return self._found


def object_of(text: str) -> dict[str, Any]:
    """Read a line as one JSON object with its numbers as they are written.

    Raises ValueError with a sentence for people.
    """
    try:
        found = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the line is not JSON ({error}); mend it") from None
    if not isinstance(found, dict):
        raise ValueError("the line is not a JSON object; write {...}")
    return found


def _text_of(column: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    raise ValueError(f"{column} is a list or an object; give one value")


@contextmanager
def records(source: Source, delimiter: str | None = None) -> Iterator[Records]:
    """Open the records of a file."""
    with source.open() as (text, raw):
        if source.form == CSV:
            yield CsvRecords(text, raw, delimiter)
        else:
            yield JsonRecords(text, raw)


def count(source: Source, delimiter: str | None = None) -> int:
    """Read every record once and give how many there are; raise Refused where one cannot be.

    Run before anything is taken, so that a file whose middle is damaged is refused as a whole.
    """
    with records(source, delimiter) as found:
        return sum(1 for _ in found)
