"""The desk itself: `orderdesk`, `orderdesk open` and `orderdesk demo`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from orderdesk.cli import acting
from orderdesk.cli.asked import Asked, asked_of
from orderdesk.cli.command import Noun
from orderdesk.cli.errors import Usage

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


def open_desk(asked: Asked, screen: str | None = None) -> None:
    """Open the desk at a screen, the menu where none is named.

    The database is opened behind the first frame. Raises Usage without a terminal to open the
    desk on or for an unknown screen, and whatever stands against opening the database.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Usage("the desk needs a terminal; for scripts see `orderdesk --help`")
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
