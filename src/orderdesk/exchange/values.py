"""Values as other programs read them: JSON's and CSV's.

No control or bidi character from the data goes out as itself: JSON escapes it, CSV leaves it out.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final

from orderdesk.domain.changes import Changes
from orderdesk.domain.text import clean

_RUN_BY_SPREADSHEETS: Final = tuple("=+-@\t\r＝＋－＠")  # noqa: RUF001
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?")


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def pairs(view: Any) -> list[tuple[str, Any]]:
    """Give the names and values of a view; a master record's fields stand among its own."""
    if isinstance(view, Mapping):
        return [(str(name), value) for name, value in view.items()]
    kind: Any = type(view)
    found = []
    for name in _names(kind):
        value = getattr(view, name)
        if name == "fields" and isinstance(value, Mapping):
            found += pairs(value)
        else:
            found.append((name, value))
    return found


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
    if is_dataclass(value) or isinstance(value, Mapping):
        return {name: plain(each) for name, each in pairs(value)}
    if isinstance(value, Iterable):
        return [plain(each) for each in value]
    return str(value)


def csv_cell(value: Any) -> str:
    """Give a value as a cell that no spreadsheet takes for a formula; numbers stay as they are."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return clean(str(value if isinstance(value, Changes) else plain(value)))
    text = clean(value)
    risky = value.startswith(_RUN_BY_SPREADSHEETS) or text.startswith(_RUN_BY_SPREADSHEETS)
    return f"'{text}" if risky and not _NUMBER.fullmatch(text) else text


def is_flat(value: Any) -> bool:
    """Tell whether a value fits into one cell."""
    return value is None or isinstance(value, str | int | Decimal | date | Changes)
