"""The options of every command, as the parser knows them.

They stand before or after the command, and the one nearest to it counts. They are declared once,
here, and each kind of command takes those that make sense for it.
"""

from functools import cache
from typing import Annotated, Any

import typer

from orderdesk.cli.asked import asked_of
from orderdesk.cli.errors import Usage


def _declared(
    db: Annotated[
        str | None,
        typer.Option(metavar="URL|FILE", help="The company's database, else ORDERDESK_DB."),
    ] = None,
    user: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who acts, else ORDERDESK_USER.")
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Open the database for reading only.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV, for spreadsheets.")] = False,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Print at most N rows.")
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write to FILE.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do it all, print the result, and undo it.")
    ] = False,
    command_id: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Do it once: the same ID again gives the first answer."),
    ] = None,
    no_color: Annotated[
        bool, typer.Option("--no-color", help="No colours, as with NO_COLOR.")
    ] = False,
) -> None:
    """Declare the options of every command."""


def _keep(context: Any, parameter: Any, value: Any) -> Any:
    """Keep an option that was given; one that was not leaves an outer one as it is.

    An empty one is a shell variable that nobody set, and would mean another database or no id.
    """
    if value == "":
        raise Usage(f"{parameter.opts[0]} is empty; give it a value, or leave it out")
    if value is not None and value is not False:
        setattr(asked_of(context), parameter.name, value)
    return value


@cache
def _options() -> dict[str, Any]:
    declared = typer.Typer(add_completion=False)
    declared.command()(_declared)
    options = {option.name: option for option in typer.main.get_command(declared).params}
    for option in options.values():
        option.expose_value = False
        option.callback = _keep
    return options


def options_for(names: tuple[str, ...]) -> list[Any]:
    """Give the options of these names, one object each for the whole program."""
    options = _options()
    return [options[name] for name in names]
