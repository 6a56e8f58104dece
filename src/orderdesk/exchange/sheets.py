"""A sheet of a workbook to be taken in: written out as CSV, and read as any other from there on.

Numbers are written as people see them, without an exponent and with fifteen digits at most; days
in ISO; what a formula came to when the workbook was saved. Rows keep their numbers, so that an
error names the row.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.fields import among
from orderdesk.exchange import sources
from orderdesk.exchange.sources import CSV, Source

XLSX: Final = "xlsx"
ENDINGS: Final = (".xlsx", ".xlsm")
_DIGITS: Final = 15
"""What a spreadsheet keeps of a number."""


@contextmanager
def opened(path: Path, sheet: str | None = None, named: Path | None = None) -> Iterator[Source]:
    """Give a sheet as a CSV source, for as long as the context lasts.

    The sheet goes by its name, or by its number from 1 on; left out, it is the first, which is
    said where there are more. `named` is the name the workbook goes by, where that is not its
    path. Raises NotFound and Refused.
    """
    with TemporaryDirectory(prefix="orderdesk-") as folder:
        copy = Path(folder) / f"{path.stem}.csv"
        said = _write(path, sheet, copy)
        source = sources.inspect(copy, CSV, "utf-8", named=named or path)
        yield replace(source, said=said)


def _write(path: Path, wanted: str | None, copy: Path) -> tuple[str, ...]:
    """Write one sheet as CSV, and say which it is where one could take another for it."""
    # Only who takes in a workbook pays for the library.
    from python_calamine import CalamineError, CalamineWorkbook

    if not path.exists():
        raise NotFound("no_file", f"there is no file {path}; give the path of the file to import")
    try:
        book = CalamineWorkbook.from_path(path)
        name = _chosen(path, list(book.sheet_names), wanted)
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except OSError as error:
        raise Refused(
            "unreadable_file", f"{path} cannot be read ({error.strerror}); name another file"
        ) from None
    except CalamineError as error:
        raise Refused(
            "damaged_file",
            f"{path} is not a workbook that can be read ({error}); save it as XLSX without a "
            "password, or as CSV",
        ) from None
    with copy.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([map(_text, row) for row in rows])
    others = [each for each in book.sheet_names if each != name]
    if wanted is not None or not others:
        return ()
    return (f"sheet {name!r} is read; --sheet names another one: {among(others)}",)


def _chosen(path: Path, names: list[str], wanted: str | None) -> str:
    """Give the name of the sheet that is wanted. Raises NotFound."""
    if wanted is None and names:
        return names[0]
    if wanted in names:
        return wanted
    if wanted is not None and wanted.isascii() and wanted.isdigit():
        number = int(wanted)
        if 1 <= number <= len(names):
            return names[number - 1]
    raise NotFound(
        "no_sheet", f"{path.name} has no sheet {wanted!r}; it has {among(names)}", sheet=wanted
    )


def _text(value: Any) -> str:
    """Give a cell's value as text."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        whole_day = value.time() == time()
        return value.date().isoformat() if whole_day else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _number(value: float) -> str:
    # The only float that ever comes in: it is text from here on.
    text = f"{Decimal(f'{value:.{_DIGITS}g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
