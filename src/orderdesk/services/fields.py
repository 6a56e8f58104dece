"""From typed fields to columns and back, by the tables of fields in the domain."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import time
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from orderdesk.domain.calendars import week_of, week_text
from orderdesk.domain.currencies import CURRENCIES
from orderdesk.domain.days import day_of
from orderdesk.domain.errors import Conflict, Refused
from orderdesk.domain.fields import Field, Form, Given, Shown, among
from orderdesk.domain.masters import MASTERS, Fold
from orderdesk.domain.numbers import (
    amount_decimal,
    amount_of,
    percent_decimal,
    percent_of,
    price_decimal,
    price_of,
    quantity_decimal,
    quantity_of,
    whole_of,
)
from orderdesk.domain.text import clean, fold_code, stored
from orderdesk.store.statements import Row

Value = str | int | None
"""What stands in a column."""

CODE_LENGTH: Final = 40
TEXT_LENGTH: Final = 2_000

_YES: Final = {"yes", "y", "true", "1", "on"}
_NO: Final = {"no", "n", "false", "0", "off", ""}
_EAN_LENGTHS: Final = (8, 12, 13, 14)


def code_of(text: str, what: str, fold: Fold = "upper") -> str:
    """Give a code as it is kept. Raises ValueError, naming `what`, where it cannot be one."""
    code = stored(text, what)
    code = fold_code(code) if fold == "upper" else code.lower() if fold == "lower" else code
    if not code:
        raise ValueError(f"{what} is missing; give a code")
    if len(code) > CODE_LENGTH:
        raise ValueError(
            f"{what} {code[:20]!r}... is longer than {CODE_LENGTH} characters; give a shorter one"
        )
    if clean(code) != code:
        raise ValueError(f"{what} {clean(code)!r} has characters that cannot be seen; type it anew")
    return code


def ean_of(text: str, what: str = "ean") -> str:
    """Check an EAN-8, UPC-A, EAN-13 or GTIN-14 by its length and check digit.

    Source: GS1 General Specifications, check digit calculation: weights 3 and 1 from the right.
    """
    code = stored(text, what).replace(" ", "").replace("-", "")
    if not (code.isascii() and code.isdigit()) or len(code) not in _EAN_LENGTHS:
        raise ValueError(f"{what} {text!r} is not a code of 8, 12, 13 or 14 digits; scan it again")
    weighted = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(code[:-1]))
    )
    right = -weighted % 10
    if right != int(code[-1]):
        raise ValueError(
            f"{what} {text!r} has the check digit {code[-1]} where {right} is right; scan it again"
        )
    return code


@lru_cache(maxsize=256)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError):
        # ZoneInfoNotFoundError is a KeyError that a folder's name never reaches.
        return False
    except KeyError:
        return False
    return True


def _text(field: Field, text: str, decimals: int) -> Value:
    if len(text) > TEXT_LENGTH:
        raise ValueError(f"{field.name} is longer than {TEXT_LENGTH} characters; shorten it")
    return stored(text, field.name)


def _flag(field: Field, text: str, decimals: int) -> Value:
    word = text.strip().lower()
    if word in _YES or word in _NO:
        return int(word in _YES)
    raise ValueError(f"{field.name} {text!r} is neither yes nor no; give one of them")


def _whole(field: Field, text: str, decimals: int) -> Value:
    return whole_of(text, field.name, field.highest, field.lowest)


def _date(field: Field, text: str, decimals: int) -> Value:
    return day_of(text, field.name).isoformat()


def _day(field: Field, text: str, decimals: int) -> Value:
    return _date(field, text, decimals) if text.strip() else ""


def _word(field: Field, text: str, decimals: int) -> Value:
    return code_of(text, field.name) if text.strip() else ""


def _time(field: Field, text: str, decimals: int) -> Value:
    with suppress(ValueError):
        found = time.fromisoformat(text.strip())
        # With a zone of its own it would be another time here.
        if found.tzinfo is None:
            return found.strftime("%H:%M")
    raise ValueError(f"{field.name} {text[:40]!r} is not a time; give one such as 16:00")


def _zone(field: Field, text: str, decimals: int) -> Value:
    name = text.strip()
    if not _is_zone(name):
        raise ValueError(
            f"{field.name} {text[:40]!r} is not a time zone; give one such as Europe/Berlin or UTC"
        )
    return name


def _week(field: Field, text: str, decimals: int) -> Value:
    return week_of(text)


def _currency(field: Field, text: str, decimals: int) -> Value:
    code = text.strip().upper()
    if code not in CURRENCIES:
        raise ValueError(
            f"{field.name} {text[:40]!r} is no currency of ISO 4217; give its three letters, such "
            "as EUR"
        )
    return code


def _choice(field: Field, text: str, decimals: int) -> Value:
    word = text.strip().lower()
    if word not in field.choices:
        known = ", ".join(choice or "nothing" for choice in field.choices)
        raise ValueError(f"{field.name} {text[:40]!r} is unknown; known: {known}")
    return word


def _reference(field: Field, text: str, decimals: int) -> Value:
    return code_of(text, field.name, MASTERS[field.refers].fold)


_READERS: Final[Mapping[Form, Callable[[Field, str, int], Value]]] = {
    Form.TEXT: _text,
    Form.AMOUNT: lambda field, text, decimals: amount_of(text, decimals, field.name),
    Form.PRICE: lambda field, text, decimals: price_of(text, field.name),
    Form.PERCENT: lambda field, text, decimals: percent_of(text, field.name),
    Form.FLAG: _flag,
    Form.WHOLE: _whole,
    Form.QUANTITY: lambda field, text, decimals: quantity_of(text, field.name),
    Form.DATE: _date,
    Form.DAY: _day,
    Form.WORD: _word,
    Form.TIME: _time,
    Form.ZONE: _zone,
    Form.WEEK: _week,
    Form.CURRENCY: _currency,
    Form.CHOICE: _choice,
    Form.REFERENCE: _reference,
    Form.OWN_CODE: lambda field, text, decimals: code_of(text, field.name),
    Form.EAN: lambda field, text, decimals: ean_of(text, field.name),
}


def value_of(field: Field, given: Given, decimals: int = 2) -> Value:
    """Turn one given value into its column. Raises ValueError with one clear sentence."""
    if isinstance(given, bool):
        text = "yes" if given else "no"
    elif isinstance(given, str):
        text = given
    else:
        text = f"{given:f}" if given is not None and not isinstance(given, int) else str(given)
    if not text.strip():
        if field.required:
            raise ValueError(f"{field.name} is empty; give one")
        if field.nullable:
            return None
    return _READERS[field.form](field, text, decimals)


def read(
    fields: Mapping[str, Field], given: Mapping[str, Given], what: str, decimals: int = 2
) -> dict[str, Value]:
    """Give the columns of the given fields; what is None is left out.

    `what` names the record in an error; `decimals` are those of its currency. Raises Refused.
    """
    columns: dict[str, Value] = {}
    for name, value in given.items():
        field = fields.get(name)
        if field is None:
            raise Refused(
                "unknown_field",
                f"{what}: field {name!r} is unknown; known: {', '.join(fields)}",
                field=name,
                known=list(fields),
            )
        if value is None:
            continue
        try:
            columns[field.column] = value_of(field, value, decimals)
        except ValueError as error:
            raise Refused("bad_value", f"{what}: {error}", field=name) from None
    return columns


def show(field: Field, value: Any, decimals: int = 2) -> Shown:
    """Give a column's value as views show it."""
    if value is None:
        return None
    match field.form:
        case Form.AMOUNT:
            return str(amount_decimal(value, decimals))
        case Form.PRICE:
            return str(price_decimal(value, decimals))
        case Form.PERCENT:
            return str(percent_decimal(value))
        case Form.QUANTITY:
            return str(quantity_decimal(value))
        case Form.FLAG:
            return bool(value)
        case Form.WEEK:
            return week_text(value)
        case _:
            shown: Shown = value
            return shown


def shown(fields: Mapping[str, Field], row: Row, decimals: int = 2) -> dict[str, Shown]:
    """Give all fields of a row as views show them."""
    return {name: show(f, getattr(row, f.column), decimals) for name, f in fields.items()}


def changed(
    fields: Mapping[str, Field], row: Row, columns: Mapping[str, Value], decimals: int = 2
) -> dict[str, list[Shown]]:
    """Give what really changes, by field: `[before, after]`, as an event keeps it."""
    return {
        name: [show(f, getattr(row, f.column), decimals), show(f, columns[f.column], decimals)]
        for name, f in fields.items()
        if f.column in columns and getattr(row, f.column) != columns[f.column]
    }


def added(
    fields: Mapping[str, Field], columns: Mapping[str, Value], decimals: int = 2
) -> dict[str, list[Shown]]:
    """Give the fields that a new record was given: `[nothing, value]`."""
    return {
        name: [None, show(f, columns[f.column], decimals)]
        for name, f in fields.items()
        if f.column in columns
    }


def check_version(
    read_version: int | None,
    row: Row,
    differences: Mapping[str, Sequence[Shown]],
    what: str,
) -> None:
    """Raise Conflict, with both values of each field, unless this version was read."""
    if read_version is None or read_version == row.version:
        return
    both = "; ".join(
        f"{name} is {before!r} now, you gave {after!r}"
        for name, (before, after) in differences.items()
    )
    raise Conflict(
        "changed_meanwhile",
        f"{what} was changed by somebody else (version {row.version}, you read {read_version})"
        f"{': ' + both if both else ''}; nothing was changed: read it again and repeat",
        version=row.version,
        read=read_version,
        fields={
            name: {"stored": before, "given": after}
            for name, (before, after) in differences.items()
        },
    )


def refuse_unknown(what: str, field: str, value: str, known: Iterable[str]) -> Refused:
    """Give the error for a code that no master record has."""
    return Refused(
        f"unknown_{field}",
        f"{what}: {field} {value!r} is unknown; known: {among(known)}",
        field=field,
        value=value,
    )


def codes(values: Iterable[str]) -> str:
    """Give a set of codes as one parameter."""
    return json.dumps(sorted(set(values)))
