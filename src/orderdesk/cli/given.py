"""What was given to a command: JSON from a file or a pipe, or an option for each field."""

import inspect
import json
import sys
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer

from orderdesk.cli.errors import Usage
from orderdesk.domain.days import day_of
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.fields import Field, Form

HoldCodes = Annotated[
    list[str] | None,
    typer.Option("--code", metavar="CODE", help="Only this kind of hold; may be repeated."),
]
"""Which holds a release is of."""
Ceiling = Annotated[
    str | None,
    typer.Option(
        help="How far the order may grow, today's total where it is left out; of a hold named by "
        "--code that measures something else, how far that may."
    ),
]
Until = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Its last day; left out, the company's usual days."),
]
Version = Annotated[
    int | None, typer.Option("--version", metavar="N", help="Refuse unless this version stands.")
]
"""The version that was read, for a change that must not go over somebody else's."""

StockReason = Annotated[
    str,
    typer.Option(help="Of kind stock, by its code or name; any words where none is kept."),
]

Find = Annotated[
    str,
    typer.Option(metavar="TEXT", help="Only what this finds: a code, words, a number; best first."),
]
NewestFirst = Annotated[
    str, typer.Option("--sort", metavar="ORDER", help="newest first, or oldest.")
]
OldestFirst = Annotated[
    str, typer.Option("--sort", metavar="ORDER", help="oldest first, or newest.")
]
EarliestFirst = Annotated[
    str, typer.Option("--sort", metavar="ORDER", help="earliest first, or latest.")
]
ByCode = Annotated[str, typer.Option("--sort", metavar="ORDER", help="a-z by code, or z-a.")]
"""The orders that a list has, the usual one first."""

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

LARGEST: Final = 64 * 1024 * 1024
"""Bytes that one document may have; more than that is a file to import."""

_FILE_SIGNS: Final = ("/", "./", "../", "~")


Serial = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NUMBER",
        help="One piece by its serial number; may be repeated.",
        show_default=False,
    ),
]
Serials = Annotated[
    str | None,
    typer.Option(
        "--serials", metavar="FILE", help="Serial numbers, one a line: a file; - reads a pipe."
    ),
]


def serials(named: Iterable[str] | None, file: str | None) -> list[str] | None:
    """Give the serial numbers that were named and those of a file; None where there are neither.

    Raises NotFound and Refused where the file cannot be read.
    """
    if named is None and file is None:
        return None
    lines = [] if file is None else _read(file).splitlines()
    return [*(named or ()), *(line.strip() for line in lines if line.strip())]


def is_document(argument: str | None) -> bool:
    """Tell whether an argument names a JSON document and not a code.

    `-`, a name that ends in `.json`, and a path that says so by its beginning.
    """
    if argument is None:
        return False
    return argument == "-" or argument.endswith(".json") or argument.startswith(_FILE_SIGNS)


def _read(source: str) -> str:
    try:
        if source == "-":
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(source).expanduser().open("rb") as file:
                data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise NotFound(
            "no_file", f"there is no file {source}; give the path of one", file=source
        ) from None
    except OSError as error:
        raise Refused(
            "unreadable_file",
            f"{source} cannot be read ({error.strerror}); name another file",
            file=source,
        ) from None
    if len(data) > LARGEST:
        raise Refused("file_too_large", f"{_named(source)} is too large; use the import command")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(
            "not_utf8", f"{_named(source)} is not UTF-8 text; save it as UTF-8", file=source
        ) from None


def _named(source: str) -> str:
    return "the input" if source == "-" else source


def document(source: str) -> dict[str, Any]:
    """Read one JSON object, its numbers as they are written. Raises NotFound and Refused."""
    try:
        found = json.loads(_read(source), parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise Refused(
            "bad_json",
            f"{_named(source)} is not JSON: {error.msg} at line {error.lineno}, "
            f"column {error.colno}",
            line=error.lineno,
            column=error.colno,
        ) from None
    except RecursionError:
        raise Refused(
            "bad_json", f"{_named(source)} is nested too deeply; give it flatter"
        ) from None
    if not isinstance(found, dict):
        raise Refused("bad_json", f"{_named(source)} is not one JSON object; write {{...}}")
    return found


def document_alone(source: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Read one JSON object that was given instead of options.

    Raises Usage where there are both, and NotFound and Refused.
    """
    if options:
        raise Usage(f"give either JSON ({source}) or options (--{_flag(next(iter(options)))})")
    return document(source)


def day(typed: str, option: str) -> date:
    """Read a day that was given by an option. Raises Usage."""
    try:
        return day_of(typed, option)
    except ValueError as error:
        raise Usage(str(error)) from None


def request_from(kind: type[T], found: Mapping[str, Any]) -> T:
    """Make a request of JSON values. Raises Refused, naming the field, the value and the cure."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_python(found)
    except ValidationError as error:
        raise _refused(kind, error) from None


def found_alone(find: str, **filters: str | bool | None) -> None:
    """Refuse a filter beside a text: what a text finds is cut off before a filter could look.

    Raises Usage.
    """
    named = [f"--{name}" for name, value in filters.items() if value]
    if find and named:
        raise Usage(f"--find goes without {' and '.join(named)}; leave out the one or the other")


def request(kind: type[T], source: str | None, given: Mapping[str, Any], **fixed: Any) -> T:
    """Make a request of a JSON document, or of options; `fixed` stands in both.

    Raises Usage where there are both.
    """
    options = {name: value for name, value in given.items() if value is not None}
    if source is None:
        return request_from(kind, {**options, **fixed})
    return request_from(kind, {**document_alone(source, options), **fixed})


def request_named(kind: type[T], argument: str, key: str, given: Mapping[str, Any]) -> T:
    """Make a request of the options beside a code, or of the JSON that the argument names.

    `key` is the name of the code in JSON. Raises Usage where there are JSON and options.
    """
    if is_document(argument):
        return request(kind, argument, given)
    return request(kind, None, given, **{key: argument})


_UNKNOWN: Final = ("unexpected_keyword_argument", "extra_forbidden")
"""How pydantic names what is no field."""


def _refused(kind: type, error: Any) -> Refused:
    # A name that is no field tells more than the field that it was meant for and that is missing.
    found = sorted(error.errors(include_url=False), key=lambda fault: fault["type"] not in _UNKNOWN)
    first = found[0]
    path = _path(first["loc"])
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return Refused(
        "bad_request",
        f"{path}{_complaint(kind, first)}{more}",
        field=path,
        faults=[{"field": _path(each["loc"]), "message": each["msg"]} for each in found[:20]],
    )


def _path(places: Iterable[str | int]) -> str:
    """Give a place in JSON as people write it: `lines[0].quantity`."""
    path = ""
    for place in places:
        path += f"[{place}]" if isinstance(place, int) else f".{place}" if path else str(place)
    return path


def _complaint(kind: type, fault: Mapping[str, Any]) -> str:
    value = json.dumps(fault.get("input"), default=str, ensure_ascii=False)
    value = value if len(value) <= 60 else value[:60] + "..."
    match fault["type"]:
        case "missing" | "missing_keyword_only_argument" | "missing_argument":
            return " is missing; add it"
        case fault_type if fault_type in _UNKNOWN:
            return f" is not a field here; {_known(kind, fault['loc'])}"
        case "string_type":
            return f" is {value}; give a text"
        case "dataclass_type" | "dataclass_exact_type" | "dict_type":
            return f" is {value}; give an object: {{...}}"
        case "tuple_type" | "list_type":
            return f" is {value}; give a list: [...]"
        case "int_parsing" | "int_type" | "int_from_float":
            return f" is {value}; give a whole number"
        case "bool_parsing" | "bool_type":
            return f" is {value}; give true or false"
        case _:
            return f" is {value}: {fault['msg']}"


def _known(kind: Any, places: tuple[str | int, ...]) -> str:
    """Say which fields there are at the place where an unknown one stands."""
    for place in places[:-1]:
        if isinstance(place, int):
            continue
        inner = typing.get_type_hints(kind).get(place)
        parts = [inner, *typing.get_args(inner)]
        kind = next((part for part in parts if hasattr(part, "__dataclass_fields__")), None)
        if kind is None:
            return "leave it out"
    return f"known: {', '.join(each.name for each in fields(kind))}"


def _flag(name: str) -> str:
    return name.replace("_", "-")


def _documented(kind: Any) -> dict[str, str]:
    """Give the sentence below each field of a request, as its source says it."""
    import ast

    body = ast.parse(inspect.cleandoc(inspect.getsource(kind))).body[0]
    assert isinstance(body, ast.ClassDef)
    said: dict[str, str] = {}
    name = ""
    for each in body.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            name = each.target.id
        elif isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) and name:
            said[name] = " ".join(str(each.value.value).split())
    return said


_FORMS: Final = {
    Form.FLAG: "yes or no",
    Form.DATE: "a date: 2026-03-31",
    Form.TIME: "24 hours: 16:00",
}


def _of_request(kind: Any) -> dict[str, tuple[type, str]]:
    said = _documented(kind)
    hints = typing.get_type_hints(kind)
    options: dict[str, tuple[type, str]] = {}
    for each in fields(kind):
        hint = hints[each.name]
        parts = typing.get_args(hint) or (hint,)
        taken = next((option for option in (str, bool, int) if option in parts), None)
        if taken is not None:
            words = said.get(each.name) or f"{each.name.replace('_', ' ').capitalize()}."
            needed = each.default is MISSING and each.default_factory is MISSING
            options[each.name] = (taken, words + (" Must be given." * needed))
    return options


def _of_fields(table: Mapping[str, Field]) -> dict[str, tuple[type, str]]:
    options: dict[str, tuple[type, str]] = {}
    for name, each in table.items():
        form = f" ({_FORMS[each.form]})" if each.form in _FORMS else ""
        named = ", ".join(choice or "nothing" for choice in each.choices)
        choices = f": {named}" if named else ""
        options[name] = (str, f"{each.says[:1].upper()}{each.says[1:]}{form}{choices}.")
    return options


def options(*sources: Any, only: str = "", without: str = "", **said: str) -> Callable[[F], F]:
    """Let a command take an option for each field of requests or tables of fields.

    The function takes them as `**given`, None where an option was not given. `only` or `without`
    name fields, and `said` has other words for their help.
    """

    def later(function: F) -> F:
        function.declare_options = partial(_declare, function, sources, only, without, said)  # type: ignore[attr-defined]
        return function

    return later


def _declare(
    function: Any, sources: Iterable[Any], only: str, without: str, said: Mapping[str, str]
) -> None:
    """Put the options into the function's signature, where the parser finds them."""
    found: dict[str, tuple[type, str]] = {}
    for source in sources:
        new = _of_fields(source) if isinstance(source, Mapping) else _of_request(source)
        found.update({name: option for name, option in new.items() if name not in found})
    chosen = only.split() or [name for name in found if name not in without.split()]
    signature = inspect.signature(function, eval_str=True)
    kept = [each for each in signature.parameters.values() if each.kind is not each.VAR_KEYWORD]
    names = {each.name for each in kept}
    more = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=_annotated(name, found[name][0], said.get(name, found[name][1])),
        )
        for name in chosen
        if name not in names
    ]
    function.__signature__ = signature.replace(parameters=[*kept, *more])


def _annotated(name: str, kind: type, words: str) -> Any:
    flag = f"--{_flag(name)}"
    if kind is bool:
        return Annotated[bool | None, typer.Option(flag, help=words, show_default=False)]
    metavar = "N" if kind is int else name.upper()
    return Annotated[kind | None, typer.Option(flag, help=words, metavar=metavar)]


def given_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields that were given a value. Raises Refused for a list or an object in JSON."""
    for name, value in given.items():
        if not isinstance(value, str | bool | None):
            raise Refused("bad_request", f"{name} is a list or an object; give one value")
    return {name: value for name, value in given.items() if value is not None}
