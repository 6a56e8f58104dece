"""The desk itself: `orderdesk`, `orderdesk open` and `orderdesk demo`."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from orderdesk.cli import acting
from orderdesk.cli.asked import Asked, asked_of
from orderdesk.cli.errors import Usage, say
from orderdesk.cli.nouns import Noun
from orderdesk.cli.progress import progress
from orderdesk.domain.errors import Unavailable

app = Noun("Open the desk.")


@app.does("orderdesk --db shop.db open order-entry", name="open")
def open_(
    context: typer.Context,
    screen: Annotated[
        str | None, typer.Argument(help="order-entry, orders; else the menu.")
    ] = None,
) -> None:
    """Open the desk at a screen."""
    open_desk(asked_of(context), screen)


@app.does("orderdesk --db demo.db demo")
def demo(
    context: typer.Context,
    no_open: Annotated[bool, typer.Option("--no-open", help="Only make it.")] = False,
) -> Any:
    """Make the demo company on first use, and open the desk on it.

    It is Northwind, a public sample. Where it is there already, nothing is changed.
    """
    from orderdesk.exchange.demo import make

    asked = asked_of(context)
    if asked.read_only:
        raise Unavailable("read_only", "making the demo writes; leave out --read-only")
    if not no_open:
        refuse_without_terminal()
    acting.start_collecting()
    with progress("demo") as told:
        made = make(acting.where(asked), told, user=acting.named_user(asked))
    if no_open:
        return made
    if made.made:
        for sentence in made.said:
            say(sentence)
    open_desk(asked)
    return None


def refuse_without_terminal() -> None:
    """Raise Usage where there is no terminal to open the desk on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Usage("the desk needs a terminal; for scripts see `orderdesk --help`")


def open_desk(asked: Asked, screen: str | None = None) -> None:
    """Open the desk at a screen, the menu where none is named.

    The database is opened behind the first frame. Raises Usage without a terminal to open the
    desk on or for an unknown screen, and whatever stands against opening the database.
    """
    refuse_without_terminal()
    from orderdesk.app import SCREENS, OrderDeskApp
    from orderdesk.exchange.settings import read_settings
    from orderdesk.screens.commands import EVERY_ACTION

    if screen is not None and screen not in SCREENS:
        raise Usage(f"screen {screen!r} is unknown; known: {', '.join(SCREENS)}")
    settings = read_settings()
    settings.refuse_unknown(EVERY_ACTION)
    place = acting.where(asked)
    desk = OrderDeskApp(
        lambda: acting.open_desk(asked),
        place=Path(place.rpartition("/")[2]).name,
        user=acting.named_user(asked) or acting.system_user(),
        screen=screen,
        keymap={action: ",".join(keys.names) for action, keys in settings.keys.items()},
    )
    desk.run()
    if desk.failure is not None:
        raise desk.failure
