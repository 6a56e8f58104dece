"""Which column of a file means what to us.

A mapping names our fields on the left. Its right side is a column's name, or a table with more to
say. It is written as `NAME=COLUMN` (a column), `NAME:=VALUE` (the same value for every record), or
as a JSON or TOML file:

    order = "InvoiceNo"
    product = "StockCode"
    channel = { value = "web" }
    customer = { column = "CustomerID", cut = ".0", default = "WALKIN" }
    requested = { column = "InvoiceDate", date = "%Y-%m-%d %H:%M:%S" }
    price = { column = "UnitPrice", decimal = "," }

A column that is called as one of our fields needs no mapping.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.exchange.records import ADDED

Change = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Where the text of one field comes from."""

    column: str | None = None
    value: str | None = None
    """The text for every record, instead of a column."""
    default: str = ""
    """The text where the column has none."""
    cut: str = ""
    """An ending to take off, such as the `.0` of numbers that went through a spreadsheet."""
    date: str = ""
    """How the column writes dates, as in strptime: `%d/%m/%Y`. Read as the ISO date."""
    decimal: str = ""
    """The decimal sign where it is not a point; the other one then parts thousands."""


Fields = Mapping[str, Field]
"""Our field's name -> where it comes from."""

_SETTINGS: Final = frozenset(Field.__dataclass_fields__)


def read_mapping(texts: Iterable[str]) -> Fields:
    """Read mappings as typed: pairs, JSON, TOML, or the names of files with either.

    A later one overrules an earlier one, field by field. Raises Refused or NotFound.
    """
    found: dict[str, Field] = {}
    for text in texts:
        found.update(_one(text.strip()))
    return found


def _one(text: str) -> Fields:
    if text.startswith("{"):
        return _fields(_json(text, "the mapping"))
    if "\n" in text:
        return _fields(_toml(text, "the mapping"))
    if text.lower().endswith((".json", ".toml")) and "=" not in text:
        return _file(Path(text))
    name, sign, rest = text.partition("=")
    if not sign or not name.strip(" :"):
        raise Refused(
            "bad_mapping",
            f"mapping {text!r} is neither NAME=COLUMN nor NAME:=VALUE nor a .json or .toml file; "
            "give one of these",
        )
    if name.endswith(":"):
        return {name[:-1].strip(): Field(value=rest.strip())}
    return {name.strip(): Field(column=rest.strip())}


def _file(path: Path) -> Fields:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NotFound(
            "no_file", f"there is no mapping file {path}; give the path of one"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(
            "bad_mapping", f"mapping file {path} cannot be read ({error}); name another file"
        ) from None
    read = _json if path.suffix.lower() == ".json" else _toml
    return _fields(read(text, str(path)))


def _json(text: str, where: str) -> dict[str, Any]:
    try:
        found = json.loads(text, parse_int=str, parse_float=str)
    except ValueError as error:
        raise Refused("bad_mapping", f"{where} is not JSON ({error}); mend it") from None
    if not isinstance(found, dict):
        raise Refused("bad_mapping", f"{where} is not a JSON object; write {{...}}")
    return found


def _toml(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused("bad_mapping", f"{where} is not TOML ({error}); mend it") from None


def _fields(tree: Mapping[str, Any], before: str = "") -> dict[str, Field]:
    """Flatten nested tables into names with points, and read each field."""
    found: dict[str, Field] = {}
    for key, value in tree.items():
        name = before + key
        if isinstance(value, str):
            found[name] = Field(column=value)
        elif isinstance(value, dict) and ("column" in value or "value" in value):
            found[name] = _field(name, value)
        elif isinstance(value, dict):
            found |= _fields(value, f"{name}.")
        else:
            raise Refused(
                "bad_mapping",
                f"mapping of {name!r}: {value!r} is not a column's name in quotes, nor "
                "{ value = ... }; write one of them",
            )
    return found


def _field(name: str, settings: Mapping[str, Any]) -> Field:
    for key, value in settings.items():
        if key not in _SETTINGS:
            known = ", ".join(sorted(_SETTINGS))
            raise Refused(
                "bad_mapping", f"mapping of {name!r}: {key!r} is unknown; known are {known}"
            )
        if not isinstance(value, str | int):
            raise Refused(
                "bad_mapping", f"mapping of {name!r}: {key} is no text; write it in quotes"
            )
    field = Field(**{key: str(value) for key, value in settings.items()})
    if field.column is not None and field.value is not None:
        raise Refused(
            "bad_mapping", f"mapping of {name!r}: it has a column and a value; give one of them"
        )
    if field.decimal not in ("", ",", "."):
        raise Refused(
            "bad_mapping", f"mapping of {name!r}: decimal is another sign; give ',' or '.'"
        )
    return field


@dataclass(frozen=True, slots=True)
class Plan:
    """A mapping joined with the columns of one file."""

    names: tuple[str, ...]
    """Our fields, in the order in which `columns` are to be read."""
    columns: tuple[str, ...]
    changes: tuple[Change | None, ...]
    constants: Mapping[str, str]
    unused: tuple[str, ...]
    """Columns of the file that mean nothing to us."""

    def part(self, wanted: Callable[[str], bool]) -> Plan:
        """Give the plan of some of the fields."""
        kept = [place for place, name in enumerate(self.names) if wanted(name)]
        return Plan(
            tuple(self.names[place] for place in kept),
            tuple(self.columns[place] for place in kept),
            tuple(self.changes[place] for place in kept),
            {name: text for name, text in self.constants.items() if wanted(name)},
            self.unused,
        )

    def take(self, texts: Sequence[str]) -> dict[str, str]:
        """Give the fields of a record that have a text. Raises ValueError, naming the field."""
        found = dict(self.constants)
        for name, change, text in zip(self.names, self.changes, texts, strict=True):
            text = text.strip()
            if change is not None:
                try:
                    text = change(text)
                except ValueError as error:
                    raise ValueError(f"{name} {error}") from None
            if text:
                found[name] = text
        return found


def plan(
    fields: Fields,
    header: Sequence[str],
    known: Callable[[str], bool],
    required: Iterable[str],
) -> Plan:
    """Join a mapping with a file's header; an empty header means that records name their values.

    `known` tells which names are fields of ours. Raises Refused for an unknown field or column,
    and where nothing is said of a required field.
    """
    wanted = dict(fields)
    used = {field.column for field in fields.values()}
    for name in header:
        if name not in ADDED and name not in used and name not in wanted and known(name):
            wanted[name] = Field(column=name)
    for name, field in wanted.items():
        if not known(name):
            raise Refused(
                "unknown_field", f"mapping: field {name!r} is unknown; leave it out", field=name
            )
        if header and field.column is not None and field.column not in header:
            raise Refused(
                "unknown_column",
                f"mapping of {name!r}: the file has no column {field.column!r}; it has "
                + ", ".join(header),
                column=field.column,
            )
    for name in required:
        if name not in wanted:
            raise Refused(
                "field_missing",
                f"no column is called {name!r}; say which one it is: {name}=COLUMN",
                field=name,
                columns=list(header),
            )
    read = {name: field for name, field in wanted.items() if field.column is not None}
    columns = tuple(field.column or "" for field in read.values())
    return Plan(
        tuple(read),
        columns,
        tuple(_change(field) for field in read.values()),
        {name: field.value for name, field in wanted.items() if field.value},
        tuple(name for name in header if name and name not in columns and name not in ADDED),
    )


def _change(field: Field) -> Change | None:
    """Give what is to be done to a column's text, or None where it is taken as it is."""
    steps: list[Change] = []
    if field.cut:
        steps.append(lambda text: text.removesuffix(field.cut))
    if field.decimal:
        steps.append(lambda text: _pointed(text, field.decimal))
    if field.date:
        steps.append(lambda text: _iso_date(text, field.date) if text else text)
    if field.default:
        steps.append(lambda text: text or field.default)
    if not steps:
        return None
    if len(steps) == 1:
        return steps[0]

    def change(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return change


def _pointed(text: str, sign: str) -> str:
    """Give a number with a decimal point and no sign between thousands."""
    other = "." if sign == "," else ","
    if other in text and not re.fullmatch(rf"-?\d{{1,3}}(\{other}\d{{3}})+(\{sign}\d*)?", text):
        raise ValueError(
            f"{text!r} is not a number with {sign!r} as its decimal sign; "
            "name the other one, or mend it"
        )
    return text.replace(other, "").replace(sign, ".")


@lru_cache(1024)
def _iso_date(text: str, form: str) -> str:
    try:
        return datetime.strptime(text, form).date().isoformat()
    except ValueError:
        raise ValueError(f"{text!r} is not a date written as {form}") from None
