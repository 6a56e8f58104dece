"""What was asked for beside the command itself: the options that every command understands.

They stand before or after the command, and the one nearest to it counts. They are declared once,
here, and each kind of command takes those that make sense for it.
"""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from orderdesk.cli.errors import Usage

EVERYWHERE: Final = ("db", "user", "read_only", "json", "output", "no_color")
LISTING: Final = ("csv", "limit")
CHANGING: Final = ("dry_run", "command_id")

_FOR: Final = {
    **dict.fromkeys(LISTING, "commands that list"),
    **dict.fromkeys(CHANGING, "commands that change something"),
}


@dataclass(slots=True)
class Asked:
    """The options of every command, as given; nothing is looked up yet."""

    db: str = ""
    user: str = ""
    read_only: bool = False
    json: bool = False
    csv: bool = False
    limit: int | None = None
    output: str = ""
    dry_run: bool = False
    command_id: str | None = None
    no_color: bool = False

    def refuse_others(self, taken: tuple[str, ...]) -> None:
        """Raise Usage where an option was given that this command cannot follow."""
        blank = Asked()
        for name, whom in _FOR.items():
            if name not in taken and getattr(self, name) != getattr(blank, name):
                raise Usage(f"--{name.replace('_', '-')} is for {whom}; leave it out here")
        if self.json and self.csv:
            raise Usage("--json and --csv exclude each other; give one of them")
        if self.output and is_same_file(self.output, self.db or os.environ.get("ORDERDESK_DB", "")):
            raise Usage(f"-o {self.output} is the database itself; name another file")

    @property
    def color(self) -> bool:
        """Whether colours are wanted, as far as options and the environment say."""
        return not self.no_color and not os.environ.get("NO_COLOR")


def is_same_file(one: str, other: str) -> bool:
    """Tell whether two paths name the same file that is there."""
    try:
        return Path(one).samefile(other.removeprefix("sqlite:///"))
    except OSError:
        return False


def asked_of(context: Any) -> Asked:
    """Give what was asked for, as far as it has been read."""
    asked: Asked = context.ensure_object(Asked)
    return asked


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
    """Keep an option that was given; one that was not leaves an outer one as it is."""
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
