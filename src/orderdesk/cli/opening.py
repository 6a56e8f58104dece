"""Opening the desk on a terminal, without the parser of commands."""

import contextlib
import os
import select
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from orderdesk.cli import acting, log
from orderdesk.cli.asked import Asked
from orderdesk.cli.errors import Usage

HUNG_UP: Final = 129
"""What shells call the end of a program whose terminal is gone."""

_IN_BROWSER: Final = "textual.drivers.web_driver:WebDriver"
"""What textual-serve lets a desk draw with."""


def is_in_browser() -> bool:
    """Tell whether the desk is drawn in a browser, and no terminal is there."""
    return os.environ.get("TEXTUAL_DRIVER") == _IN_BROWSER


def refuse_without_terminal() -> None:
    """Raise Usage where there is no terminal to open the desk on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Usage("the desk needs a terminal; for scripts see `orderdesk --help`")
    if not sys.stderr.isatty():
        raise Usage("the desk is drawn on standard error, which leads elsewhere; leave out the 2>")


@contextlib.contextmanager
def unseen_typing(descriptor: int) -> Iterator[None]:
    """Let a terminal not show what is typed inside.

    What is typed before the first frame may be a PIN, and the terminal itself would show it. Only
    what comes before this program has begun is out of its hands.
    """
    try:
        import termios
    except ImportError:  # Windows shows nothing that no program reads.
        yield
        return
    before = termios.tcgetattr(descriptor)
    unseen = [*before]
    unseen[3] = before[3] & ~termios.ECHO
    termios.tcsetattr(descriptor, termios.TCSANOW, unseen)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)


def end_with_terminal(descriptor: int) -> None:
    """End the program, from now on, as soon as its terminal is gone.

    A hang-up signal tells that only to the session whose terminal it was, and not through every
    container: a desk that nobody sees would draw and listen for ever. What was typed is saved but
    for the field that it was typed into, as when the program is killed.
    """
    if not hasattr(select, "poll"):  # Windows ends a console's programs itself.
        return
    gone = select.poll()
    gone.register(descriptor, 0)

    def watch() -> None:
        gone.poll()
        os._exit(HUNG_UP)

    threading.Thread(target=watch, name="terminal", daemon=True).start()


def short_name(place: str) -> str:
    """Give the name of a database for the title line: that of its file, or that on its server."""
    if "://" not in place:
        return Path(place).name
    # What follows `?` says how to reach the server, a socket's folder among it.
    last = place.partition("?")[0].rpartition("/")[2]
    # Where no name is given that is the host, a user and a password before it.
    return last.rpartition("@")[2]


def open_desk(asked: Asked, screen: str | None = None) -> None:
    """Open the desk at a screen, the menu where none is named.

    The database is opened behind the first frame. Raises Usage without a terminal to open the
    desk on or for an unknown screen, and whatever stands against opening the database.
    """
    if is_in_browser():
        _open_desk(asked, screen)
        return
    refuse_without_terminal()
    end_with_terminal(sys.stdin.fileno())
    with unseen_typing(sys.stdin.fileno()):
        _open_desk(asked, screen)


def refuse_unknown_screen(screen: str | None) -> None:
    """Raise Usage for the name of a screen that is not there; None is the menu."""
    from orderdesk.app import SCREENS

    if screen is not None and screen not in SCREENS:
        raise Usage(f"screen {screen!r} is unknown; known: {', '.join(SCREENS)}")


def _open_desk(asked: Asked, screen: str | None) -> None:
    from orderdesk.app import OrderDeskApp
    from orderdesk.exchange.settings import read_settings
    from orderdesk.screens.commands import DEFAULT_KEYS

    refuse_unknown_screen(screen)
    # An empty NO_COLOR asks for nothing, and Textual asks only whether it is there.
    if asked.color:
        os.environ.pop("NO_COLOR", None)
    else:
        os.environ["NO_COLOR"] = "1"
    settings = read_settings()
    settings.refuse_unknown(DEFAULT_KEYS)
    settings.refuse_shared(DEFAULT_KEYS)
    log.start_when_needed()
    place = acting.where(asked)
    in_browser = is_in_browser()
    at_once = not in_browser and acting.needs_no_sign_in(asked)
    seat = acting.seat_in_browser if in_browser else acting.seat
    desk = OrderDeskApp(
        # Nothing may be asked for on the terminal that the desk is drawn on.
        lambda: acting.open_desk(asked, may_ask=False) if at_once else seat(asked),
        keys_at_once=at_once,
        place=short_name(place),
        user=acting.named_user(asked) or ("" if in_browser else acting.system_user()),
        screen=screen,
        on_loaded=acting.start_collecting,
        keymap={action: ",".join(keys.names) for action, keys in settings.keys.items()},
    )
    desk.run()
    if desk.failure is not None:
        raise desk.failure
