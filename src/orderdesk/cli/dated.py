"""What goes from a day on, by one pattern: `orderdesk rate`, `orderdesk tax-rule`."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer

from orderdesk.cli.command import Call, Listing, call
from orderdesk.cli.given import document_alone, given_fields, is_document, options
from orderdesk.cli.nouns import Noun
from orderdesk.domain.dated import DATED

_KEYS: Final = {
    "rate": "EUR --valid-from 2026-12-01",
    "tax_rule": "DE --tax-class FOOD --valid-from 2026-01-01",
}
_VALUES: Final = {"rate": "--rate 1.0850", "tax_rule": "--tax T7"}


def noun(kind: str, word: str) -> Noun:
    """Give the commands of one kind of record; `word` is what they are called by."""
    app = Noun(f"Add, change, show and list each {DATED[kind].noun}.")
    _add_changes(app, kind, word)
    _add_readers(app, kind, word)
    return app


def _argument(kind: str) -> tuple[str, str]:
    """Give the name of a key's first part, and its help."""
    name, field = next(iter(DATED[kind].key.items()))
    return name, f"The {name}: {field.says}"


def _add_changes(app: Noun, kind: str, word: str) -> None:
    dated = DATED[kind]
    name, help = _argument(kind)
    First = Annotated[str, typer.Argument(help=f"{help}.", metavar=name.upper())]
    FirstOrFile = Annotated[
        str,
        typer.Argument(help=f"{help}; or JSON: a file, or -.", metavar=f"{name.upper()}|FILE"),
    ]
    key = {part: field for part, field in dated.key.items() if part != name}
    whole = {part: field for part, field in dated.all_fields.items() if part != name}

    @app.changes(
        f"orderdesk {word} add {_KEYS[kind]} {_VALUES[kind]}",
        help=f"Add a {dated.noun}, from options or JSON.",
    )
    @options(whole)
    def add(first: FirstOrFile, **given: str | None) -> Call:
        from orderdesk.services.dated import add

        return call(add, kind, _record(name, first, given))

    @app.changes(
        f"orderdesk {word} set {_KEYS[kind]} {_VALUES[kind]}",
        name="set",
        help=f"Change the {dated.noun} of exactly this key.",
    )
    @options(whole)
    def set_(first: First, **given: str | None) -> Call:
        from orderdesk.services.dated import set_

        return call(set_, kind, _record(name, first, given))

    @app.changes(
        f"orderdesk {word} remove {_KEYS[kind]}",
        help=f"Take away the {dated.noun} of exactly this key; orders keep what they have.",
    )
    @options(key)
    def remove(first: First, **given: str | None) -> Call:
        from orderdesk.services.dated import remove

        return call(remove, kind, _record(name, first, given))


def _add_readers(app: Noun, kind: str, word: str) -> None:
    dated = DATED[kind]
    name, help = _argument(kind)
    First = Annotated[str, typer.Argument(help=f"{help}.", metavar=name.upper())]
    key = {part: field for part, field in dated.key.items() if part != name}

    @app.reads(
        f"orderdesk {word} show {_KEYS[kind]} --json",
        help=f"Show the {dated.noun} that goes on a day; without one, today.",
    )
    @options(key, valid_from="The day (2026-03-31).")
    def show(first: First, **given: str | None) -> Call:
        from orderdesk.services.dated import show

        return call(show, kind, _record(name, first, given))

    @app.lists(f"orderdesk {word} list --csv", name="list", help="List them all by key.")
    def list_() -> Listing:
        from orderdesk.services.dated import list_

        def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
            return desk.read(list_, kind, after=last, limit=count)  # type: ignore[no-any-return]

        return Listing(page, " ".join(dated.all_fields))


def _record(name: str, first: str, given: dict[str, str | None]) -> dict[str, Any]:
    """Give what was given, from options or from the JSON that the argument names.

    Raises Usage where there are both.
    """
    named = given_fields(given)
    if not is_document(first):
        return {name: first, **named}
    return given_fields(document_alone(first, named))
