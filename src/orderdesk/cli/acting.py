"""Which database a command works on, and who acts."""

import contextlib
import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from orderdesk.cli.asked import Asked
from orderdesk.cli.errors import Usage

if TYPE_CHECKING:
    from orderdesk.services.people import Vacant
    from orderdesk.store.desk import Desk
    from orderdesk.store.engine import Database


MOST_UNSEEN: Final = 50_000
"""Objects more than before after which the new ones are looked through for garbage.

A key makes some 3,000 with what it looks up: by Python's own rule of 700 it would be held up every
time, and every third time for longer than its frame takes.
"""

LONGEST_LINE: Final = 1_000
"""Characters of a PIN file's first line that are read; a PIN is shorter."""


def default_database() -> Path:
    """Give the file that is used where nobody names a database."""
    from platformdirs import user_data_path

    return user_data_path("orderdesk", appauthor=False) / "main.db"


def where(asked: Asked) -> str:
    """Give the database's URL or file: --db, else ORDERDESK_DB, else the user's settings.

    Raises Usage for a password on the command line, where everybody on the machine can read it.
    """
    if asked.db:
        if "://" in asked.db and _has_password(asked.db):
            raise Usage(
                "--db must not carry a password, for everybody on this machine can read it; "
                "give the URL in ORDERDESK_DB, or the password in PGPASSWORD or ~/.pgpass"
            )
        return asked.db
    from orderdesk.exchange.settings import read_settings

    return os.environ.get("ORDERDESK_DB") or read_settings().db or str(default_database())


def _has_password(url: str) -> bool:
    """Tell whether a URL carries a password. Raises Usage where it is no URL."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Usage(f"--db is no URL ({error}); give such as postgresql://HOST/NAME") from None
    named = parse_qs(parts.query, keep_blank_values=True)
    return bool(parts.password) or not named.keys().isdisjoint(("password", "sslpassword"))


def named_user(asked: Asked) -> str:
    """Give who was named as acting: --user, else ORDERDESK_USER, else the user's settings."""
    if asked.user:
        return asked.user
    from orderdesk.exchange.settings import read_settings

    return os.environ.get("ORDERDESK_USER") or read_settings().user


def system_user() -> str:
    """Give the name of the operating system's user, or an empty text where it has none."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def given_pin(user: str, *, may_ask: bool) -> str | None:
    """Give the PIN of who acts: ORDERDESK_PIN, else the file that ORDERDESK_PIN_FILE names.

    Where there is neither, it is asked for on a terminal, unseen, if it may; a script gets None.
    It is never an option: everybody on the machine can read those.
    """
    pin = os.environ.get("ORDERDESK_PIN")
    if pin:
        return pin
    path = os.environ.get("ORDERDESK_PIN_FILE")
    if path:
        return first_line(path)
    return ask_unseen(f"PIN of {user}: ") if may_ask else None


def first_line(path: str) -> str:
    """Give what stands in the first line of a file, or of standard input for `-`.

    Raises NotFound where the file is not there, and Refused where it is no text to be read.
    """
    from orderdesk.domain.errors import NotFound, Refused

    try:
        if path == "-":
            return sys.stdin.readline(LONGEST_LINE).rstrip("\r\n")
        with open(path, encoding="utf-8") as file:
            return file.readline(LONGEST_LINE).rstrip("\r\n")
    except FileNotFoundError:
        raise NotFound(
            "no_pin_file", f"PIN file {path} is not there; name the file that holds the PIN"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise Refused(
            "bad_pin_file", f"PIN file {path} cannot be read ({why}); put the PIN in its first line"
        ) from None


def ask_unseen(words: str) -> str | None:
    """Ask for a PIN on the terminal without showing it; give None where there is no terminal."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    import getpass

    try:
        return getpass.getpass(words, stream=sys.stderr)
    except EOFError:  # Ctrl+D: none is given
        return None


def database_asked(asked: Asked) -> "Database":
    """Give the database that was asked for, not yet opened."""
    from orderdesk.store.engine import database

    return database(where(asked), read_only=asked.read_only)


def start_collecting() -> None:
    """Let memory be collected from now on; what was imported until now is there to stay.

    Called again, it leaves alone what was imported in the meantime.
    """
    gc.freeze()
    gc.set_threshold(MOST_UNSEEN)
    gc.enable()


def open_desk(asked: Asked, *, may_ask: bool = True) -> "Desk":
    """Open the desk that was asked for, as the user who acts.

    `may_ask` says whether a missing PIN may be asked for on the terminal.
    """
    from orderdesk.store.desk import Desk

    desk = Desk(database_asked(asked), named_user(asked))
    try:
        if not desk.user:
            desk.user = desk.user_of_os(system_user())
        desk.open()
        if desk.has_pin:
            _admit(desk, may_ask=may_ask)
        start_collecting()
        return desk
    except BaseException:
        desk.close()
        raise


def needs_no_sign_in(asked: Asked) -> bool:
    """Tell, before anything heavy is imported, whether it is certain that nobody must sign in.

    What is typed ahead may then be shown at once: none of it can be a PIN. Where a PIN is given it
    decides, and a wrong one ends the program.
    """
    user = named_user(asked)
    given = os.environ.get("ORDERDESK_PIN") or os.environ.get("ORDERDESK_PIN_FILE")
    if user and given:
        return True
    from orderdesk.store.peek import needs_no_pin

    return not asked.read_only and needs_no_pin(where(asked), user, system_user())


def seat(asked: Asked) -> "Desk | Vacant":
    """Open the desk that was asked for as the user who acts, or vacant where they must sign in.

    That is who has a PIN that was not given and for whom the operating system does not vouch, and
    somebody whom neither names nor the operating system tell. Raises what `open_desk` raises.
    """
    from orderdesk.domain.errors import NotFound
    from orderdesk.store.desk import Desk

    desk = Desk(database_asked(asked), named_user(asked))
    try:
        try:
            desk.user = desk.user or desk.user_of_os(system_user())
        except NotFound:
            return _vacant(desk)
        desk.open()
        if desk.has_pin and not _is_admitted(desk):
            return _vacant(desk)
        start_collecting()
        return desk
    except BaseException:
        desk.close()
        raise


def _vacant(desk: "Desk") -> "Vacant":
    from orderdesk.services.people import Vacant

    start_collecting()
    return Vacant(desk, system_user())


def seat_in_browser(asked: Asked) -> "Vacant":
    """Open the desk that was asked for, vacant: of who sits in a browser nothing vouches.

    Its user is who was named, for whom a PIN is asked all the same. Raises what `open_desk` does.
    """
    from orderdesk.domain.errors import NotFound
    from orderdesk.services.people import Vacant
    from orderdesk.store.desk import Desk

    desk = Desk(database_asked(asked), named_user(asked))
    try:
        if desk.user:
            desk.open()
        else:
            with contextlib.suppress(NotFound):
                desk.user = desk.user_of_os("")
    except BaseException:
        desk.close()
        raise
    start_collecting()
    return Vacant(desk, "", in_browser=True)


def _is_admitted(desk: "Desk") -> bool:
    """Admit a user with a PIN by the one that was given; False where it is missing.

    Raises Refused where it is wrong.
    """
    from orderdesk.domain.errors import Refused
    from orderdesk.services import people

    pin = given_pin(desk.user, may_ask=False)
    try:
        people.admit(desk, desk.user, pin, system_user=system_user())
    except Refused:
        if pin is None:
            return False
        raise
    return True


def _admit(desk: "Desk", *, may_ask: bool) -> None:
    """Let a user with a PIN act. Raises Refused where it is missing or wrong."""
    from orderdesk.domain.errors import Refused
    from orderdesk.services import people

    try:
        people.admit(desk, desk.user, None, system_user=system_user())
    except Refused as error:
        if error.code != "pin_needed":
            raise
        pin = given_pin(desk.user, may_ask=may_ask)
        people.admit(desk, desk.user, pin, system_user=system_user())


@contextlib.contextmanager
def opened_desk(asked: Asked) -> "Iterator[Desk]":
    """Open the desk that was asked for, and close it afterwards."""
    desk = open_desk(asked)
    try:
        yield desk
    finally:
        desk.close()
