"""Opening the desk on a terminal, without the parser of commands."""

import sys
from pathlib import Path

from orderdesk.cli import acting
from orderdesk.cli.asked import Asked
from orderdesk.cli.errors import Usage


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
        # Nothing may be asked for on the terminal that the desk is drawn on.
        lambda: acting.open_desk(asked, may_ask=False),
        place=Path(place.rpartition("/")[2]).name,
        user=acting.named_user(asked) or acting.system_user(),
        screen=screen,
        keymap={action: ",".join(keys.names) for action, keys in settings.keys.items()},
    )
    desk.run()
    if desk.failure is not None:
        raise desk.failure
