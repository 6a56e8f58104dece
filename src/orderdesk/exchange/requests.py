"""JSON from outside becomes a request, checked once, or one sentence about what is wrong."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from orderdesk.domain.errors import Refused

T = TypeVar("T")


def read_json(kind: type[T], text: str | bytes) -> T:
    """Read a request of this kind from JSON; numbers are taken as their text.

    Raises Refused, naming the first key that is wrong.
    """
    wanted: Any = kind
    try:
        request: T = _adapter(wanted).validate_json(text)
        return request
    except ValidationError as error:
        raise Refused("bad_json", _sentence(error)) from None


def read_object(kind: type[T], found: dict[str, Any]) -> T:
    """Read a request of this kind from an object that was read already. Raises Refused."""
    wanted: Any = kind
    try:
        request: T = _adapter(wanted).validate_python(found)
        return request
    except ValidationError as error:
        raise Refused("bad_json", _sentence(error)) from None


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    place = [part + 1 if isinstance(part, int) else part for part in first["loc"]]
    where = " ".join(map(str, place))
    match first["type"]:
        case "missing":
            return f"{where} is missing; it must be there"
        case "unexpected_keyword_argument":
            return f"{where} is not a known key; take it out or mend its name"
        case "json_invalid":
            return f"this is not JSON ({first['msg'].partition(': ')[2]})"
        case _:
            shown = repr(first["input"])
            shown = shown if len(shown) <= 60 else shown[:57] + "..."
            said = first["msg"].removeprefix("Input ").removeprefix("Value error, ")
            return f"{where} {said}, not {shown}".strip()
