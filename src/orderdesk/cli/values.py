"""Values as lines of JSON, and as people read them.

No control or bidi character from the data goes out as itself: JSON escapes it, people see none.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from orderdesk.domain.changes import Changes
from orderdesk.domain.text import clean
from orderdesk.exchange.values import pairs, plain

_SECONDS: Final = "_seconds"
"""How the name of a field ends that is a time in seconds."""


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
    if isinstance(value, Changes):
        return clean(str(value))
    if is_dataclass(value) or isinstance(value, Mapping):
        return ", ".join(f"{clean(name)} {cell(v)}" for name, v in pairs(value) if is_said(v))
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(cell(each) for each in value)
    return clean(str(value))


def label(name: str) -> str:
    """Give the name of a field as people read it."""
    return clean(name.removesuffix(_SECONDS)).replace("_", " ").capitalize()


def cell_of(name: str, value: Any) -> str:
    """Give the value of a field as people read it: seconds as a time of days, hours and minutes."""
    is_time = name.endswith(_SECONDS) and isinstance(value, int)
    return _lasting(value) if is_time else cell(value)


def _lasting(seconds: int) -> str:
    """Say how long in the two largest units that it fills: `4 min`, `2 h 5 min`, `3 d 4 h`."""
    minutes = seconds // 60
    hours, days = minutes // 60, minutes // 60 // 24
    larger, smaller = (f"{days} d", hours % 24) if days else (f"{hours} h", minutes % 60)
    if not hours:
        return f"{minutes} min"
    return f"{larger} {smaller} {'h' if days else 'min'}" if smaller else larger


def is_said(value: Any) -> bool:
    """Tell whether there is something to show; zero and no are."""
    return value is not None and value not in ("", (), [], {})


def is_table(value: Any) -> bool:
    """Tell whether a value is a list of objects, which people see as a table."""
    if not isinstance(value, list | tuple) or not value:
        return False
    return all(is_dataclass(each) or isinstance(each, Mapping) for each in value)


def has_tables(value: Any) -> bool:
    """Tell whether a value is an object with lists of objects in it."""
    if not (is_dataclass(value) or isinstance(value, Mapping)):
        return False
    return any(is_table(each) for _, each in pairs(value))
