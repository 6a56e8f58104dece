"""Tables that are written out: CSV of any rows, and files that take their names when whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from orderdesk.exchange.values import csv_cell, is_flat, pairs


class CsvTable:
    """A table of CSV: the flat fields of its rows, with a header."""

    def __init__(self, stream: TextIO) -> None:
        import csv

        self._writer = csv.writer(stream, lineterminator="\n")
        self._names: list[str] = []
        self.rows = 0
        """How many were added, the header apart."""

    def add(self, view: Any) -> None:
        """Write a row; the first one says what the columns are."""
        values = dict(pairs(view))
        if not self._names:
            self._names = [name for name, value in values.items() if is_flat(value)]
            self._writer.writerow(self._names)
        self._writer.writerow([csv_cell(values.get(name)) for name in self._names])
        self.rows += 1


@contextmanager
def written(path: Path) -> Iterator[TextIO]:
    """Give a text file to be written (UTF-8), which takes its name only when all is written.

    What stood there before stays until then. Raises OSError where it cannot be written.
    """
    whole = path.is_file() or not path.exists()
    making = path.with_name(f".{path.name}.{os.getpid()}-part") if whole else path
    stream = making.open("w", encoding="utf-8", newline="")
    try:
        with stream:
            yield stream
        if whole:
            making.replace(path)
    finally:
        if whole:
            making.unlink(missing_ok=True)
