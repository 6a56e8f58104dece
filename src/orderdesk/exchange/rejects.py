"""What an import could not take: handed back as it came, with the reason and the line beside it.

The file has the form of the input, so that it can be mended and imported itself. Rejected records
are on the disk before the unit of work that passed over them commits; after a kill the file may
be ahead of the database, never behind it, and is cut back when the import goes on.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final

from orderdesk.domain.errors import Refused
from orderdesk.exchange.records import ADDED, ERROR, LINE, Raw, Record, object_of
from orderdesk.exchange.sheets import ENDINGS
from orderdesk.exchange.sources import CSV, Source

UNREADABLE: Final = "unreadable"
"""The key under which a line that is no JSON object is handed back."""


def reject_file_of(path: Path, mark: str) -> Path:
    """Give the name of a run's reject file, beside its input; another run has another one.

    That of a workbook is CSV; that of a file without an ending has none either.
    """
    name = path.name.removesuffix(".gz")
    stem, point, ending = name.rpartition(".")
    if not point:
        stem, ending = name, ""
    elif path.suffix.lower() in ENDINGS:
        ending = CSV
    return path.with_name(f"{stem or name}.rejects-{mark}{point}{ending}")


class Rejects:
    """The reject file of one import; there is none on the disk until something is rejected."""

    def __init__(self, path: Path, source: Source, names: Sequence[str], delimiter: str) -> None:
        """Name the file; `names` and `delimiter` are those of a CSV input."""
        # Of a workbook `path` is only a copy of a sheet.
        inputs = [each for each in (source.path, source.named) if each.exists()]
        if path.exists() and any(path.samefile(each) for each in inputs):
            raise Refused("same_file", f"{path} is the file to import; name another for rejects")
        self.path = path
        self._csv = source.form == CSV
        self._width = len(names)
        self._kept = [place for place, name in enumerate(names) if name not in ADDED]
        self._header = [*(names[place] for place in self._kept), *ADDED]
        self._delimiter = delimiter
        self._file: IO[str] | None = None
        self._mark = 0

    def begin(self, last_line: int) -> None:
        """Start with what an earlier start rejected up to this line of the input; 0 is nothing."""
        if not last_line:
            self.path.unlink(missing_ok=True)
        elif self.path.exists():
            self._cut(last_line)

    def mark(self) -> None:
        """Remember where a unit of work begins."""
        if self._file is not None:
            self._mark = self._file.seek(0, io.SEEK_END)

    def rewind(self) -> None:
        """Forget what was written since the mark: the unit of work is tried again."""
        if self._file is not None:
            self._file.seek(self._mark)
            self._file.truncate()

    def write(self, records: Iterable[Record], error: str) -> None:
        """Add records with the reason of their rejection."""
        file = self._opened()
        for record in records:
            file.write(self._text(record.line, record.raw, error))

    def sync(self) -> None:
        """Bring what was written to the disk."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file; one with nothing in it is taken away."""
        if self._file is not None:
            empty = self._file.seek(0, io.SEEK_END) == self._start()
            self._file.close()
            self._file = None
            if empty:
                self.path.unlink()

    def _opened(self) -> IO[str]:
        if self._file is None:
            known = self.path.exists()
            try:
                self._file = self.path.open("r+" if known else "w+", encoding="utf-8", newline="")
            except OSError as error:
                raise Refused(
                    "no_reject_file",
                    f"the reject file {self.path} cannot be written: {error.strerror}; "
                    "name another one",
                ) from None
            # A run that was killed early may have left a file without its head.
            if self._file.seek(0, io.SEEK_END) == 0 and self._csv:
                self._file.write(self._row(self._header))
            self._mark = self._file.seek(0, io.SEEK_END)
        return self._file

    def _start(self) -> int:
        """Give where the first record stands."""
        return len(self._row(self._header).encode()) if self._csv else 0

    def _text(self, line: int, raw: Raw, error: str) -> str:
        if self._csv:
            # A row of another width than the header stays whole: its cells cannot be named.
            cells = [raw[place] for place in self._kept] if len(raw) == self._width else raw
            padded = [*cells, *[""] * (len(self._kept) - len(cells))]
            return self._row([*padded, str(line), error])
        try:
            found: dict[str, Any] = object_of(raw)
        except ValueError:
            found = {UNREADABLE: raw.rstrip("\r\n")}
        return _json_line({**found, LINE: line, ERROR: error})

    def _row(self, cells: Iterable[str]) -> str:
        text = io.StringIO()
        csv.writer(text, delimiter=self._delimiter, lineterminator="\n").writerow(cells)
        return text.getvalue()

    def _cut(self, last_line: int) -> None:
        """Drop the records of lines beyond this one, in a copy that takes the file's place."""
        copy = self.path.with_name(f".{self.path.name}.{os.getpid()}-new")
        with (
            self.path.open(encoding="utf-8", newline="") as old,
            copy.open("w", encoding="utf-8", newline="") as new,
        ):
            for line, text in self._lines(old):
                if line <= last_line:
                    new.write(text)
            new.flush()
            os.fsync(new.fileno())
        copy.replace(self.path)

    def _lines(self, file: IO[str]) -> Iterator[tuple[int, str]]:
        """Give each whole record with its line; what a kill left unfinished is left out."""
        if not self._csv:
            for text in file:
                try:
                    yield int(json.loads(text)[LINE]), text
                except (ValueError, KeyError, TypeError):
                    return
            return
        for cells in csv.reader(file, delimiter=self._delimiter):
            if cells == self._header:
                yield 0, self._row(cells)
            elif len(cells) >= len(self._header) and cells[-2].isdigit():
                yield int(cells[-2]), self._row(cells)


def _json_line(found: dict[str, Any]) -> str:
    text = json.dumps(found, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character, written as an escape
        text = json.dumps(found)
    return text + "\n"
