"""The small tables, by one pattern: `orderdesk warehouse`, `carrier`, `tax`, `terms`, ..."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer

from orderdesk.cli.command import Call, Listing, call
from orderdesk.cli.given import Version, document_alone, given_fields, is_document, options
from orderdesk.cli.nouns import Noun
from orderdesk.domain.masters import COMPANY, MASTERS

_FROM: Final = "from options or JSON"

_EXAMPLES: Final = {
    "calendar": "US --name 'United States' --week mon-fri",
    "warehouse": "02 --name 'Dock B' --time-zone Europe/Berlin",
    "carrier": "TRUCK --name 'Our own truck'",
    "tax": "T19 --name '19 %' --rate 19",
    "terms": "N14 --name '14 days net' --net-days 14",
    "customer_group": "RETAIL --name Retailers --price-list RETAIL",
    "product_group": "TOOLS --name Tools --margin-floor 15",
    "reason": "DAMAGED --name 'Damaged in the warehouse' --kind stock",
    "unit": "box --name Box --decimals 0",
    "supplier": "S01 --name 'Brackets and Bolts' --phone '555 0100'",
    "price_list": "RETAIL --name 'Retail prices' --currency EUR",
    "role": "trainee --name Trainee",
    "user": "clerk3 --full-name 'Third Clerk' --role clerk",
}


def noun(kind: str, word: str) -> Noun:
    """Give the commands of one kind of master record; `word` is what they are called by."""
    app = Noun(f"Add, change, show and list each {MASTERS[kind].noun}.")
    _add_changes(app, kind, word)
    _add_readers(app, kind, word)
    return app


def _code_help(kind: str) -> str:
    return f"The {MASTERS[kind].noun}'s {'name' if kind == 'user' else 'code'}"


def _add_changes(app: Noun, kind: str, word: str) -> None:
    master = MASTERS[kind]
    Code = Annotated[str, typer.Argument(help=f"{_code_help(kind)}.", metavar="CODE")]
    CodeOrFile = Annotated[
        str,
        typer.Argument(help=f"{_code_help(kind)}; or JSON: a file, or -.", metavar="CODE|FILE"),
    ]

    @app.changes(f"orderdesk {word} add {_EXAMPLES[kind]}", help=f"Add a {master.noun}, {_FROM}.")
    @options(master.fields)
    def add(code: CodeOrFile, **given: str | None) -> Call:
        from orderdesk.services.masters import add

        code, values = record(code, given)
        return call(add, kind, code, values)

    @app.changes(
        f"orderdesk {word} set {_EXAMPLES[kind]}",
        name="set",
        help=f"Change a {master.noun}; the rest stays.",
    )
    @options(master.fields)
    def set_(code: Code, version: Version = None, **given: str | None) -> Call:
        from orderdesk.services.masters import set_

        return call(set_, kind, code, given_fields(given), version)


def _add_readers(app: Noun, kind: str, word: str) -> None:
    master = MASTERS[kind]
    Code = Annotated[str, typer.Argument(help=f"{_code_help(kind)}.", metavar="CODE")]
    first = _EXAMPLES[kind].split()[0]

    @app.reads(f"orderdesk {word} show {first} --json", help=f"Show a {master.noun}.")
    def show(code: Code) -> Call:
        from orderdesk.services.masters import show

        return call(show, kind, code)

    @app.lists(f"orderdesk {word} list --csv", name="list", help="List them all by code.")
    def list_(
        archived: Annotated[
            bool, typer.Option("--archived", help="List those too that are no longer offered.")
        ] = False,
    ) -> Listing:
        from orderdesk.services.masters import list_

        def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
            after = last.code if last else ""
            return desk.read(list_, kind, after=after, limit=count, archived=archived)  # type: ignore[no-any-return]

        return Listing(page, f"code {' '.join(master.fields)}")


def record(argument: str, given: dict[str, str | None]) -> tuple[str, dict[str, Any]]:
    """Give a record's code and fields, from options or from the JSON that the argument names.

    Raises Usage where there are both.
    """
    if not is_document(argument):
        return argument, given_fields(given)
    found = document_alone(argument, given_fields(given))
    return str(found.pop("code", "")), given_fields(found)


company = Noun("Show and change the company's own settings.")


@company.reads("orderdesk company show --json", name="show")
def show_company() -> Call:
    """Show the company's settings."""
    from orderdesk.services.company import show

    return call(show)


@company.changes("orderdesk company set --minimum-order 50 --minimum-charge 5", name="set")
@options(COMPANY)
def set_company(version: Version = None, **given: str | None) -> Call:
    """Change settings of the company; the rest stays."""
    from orderdesk.services.company import set_

    return call(set_, given_fields(given), version)
