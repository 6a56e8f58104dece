"""`orderdesk doctor`: whether everything in the database agrees with itself."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from orderdesk.cli import acting, output
from orderdesk.cli.asked import EVERYWHERE, LISTING, Asked
from orderdesk.cli.command import Command
from orderdesk.cli.errors import FAULT, say
from orderdesk.cli.nouns import Noun, build
from orderdesk.domain.doctor import DATABASE, Broken
from orderdesk.domain.errors import Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orderdesk.domain.chain import ChainView
    from orderdesk.store.engine import Database

SHORTEST: Final = 12
LONGEST: Final = 64
"""Digits of a printed head that are typed in; a few of them tell one head from another."""

app = Noun("Examine the database.")

_HELP = """\
Examine the whole database by the laws of the desk, and name each row that breaks one.

It only reads. Nothing is printed and the exit code is 0 when all laws hold; else it is 1, and
each broken law comes with what stands in the row and what should stand there by the ledger.

Every event is held against the chain of hashes that it was sealed in. Somebody who can write the
database can write the whole chain anew; give a head that was printed before, or its first 12
digits, as --head, and it is said whether the chain still contains it.
"""


class Examines(Command):
    """The command that examines a database; it needs no user."""

    takes = (*EVERYWHERE, *LISTING)

    def carry_out(self, asked: Asked, wanted: Any) -> None:
        """Print every broken law; leave with 1 where there is one."""
        database = acting.database_asked(asked)
        with output.opened(asked) as printer:
            try:
                acting.start_collecting()
                broken = examined(database, wanted)
                tail = None if broken or asked.json or asked.csv else ended(database)
            finally:
                database.close()
            printer.rows(broken[: asked.limit], ["law", "message", "stored", "expected"])
        if broken:
            raise typer.Exit(FAULT)
        if tail is not None:
            say("All laws hold.")
        if tail is not None and tail.unsealed:
            events = "event is" if tail.unsealed == 1 else "events are"
            say(f"{tail.unsealed:,} {events} not sealed yet; `orderdesk db seal` does it.")


def examined(database: "Database", printed: str = "") -> "Sequence[Broken]":
    """Give what breaks a law in a database; a printed head that is not in its chain, too."""
    from orderdesk.services.doctor import examine
    from orderdesk.store.desk import Desk

    try:
        database.check()
        return Desk(database, "doctor").read(examine, printed)
    except Unavailable as error:
        if error.code != "damaged":
            raise
        message = "the database is damaged and cannot be read; restore a backup"
        return [Broken(DATABASE, message, "", database.url, "", "")]


def ended(database: "Database") -> "ChainView":
    """Give where a database's event chain ends."""
    from orderdesk.services.chain import head
    from orderdesk.store.desk import Desk

    return Desk(database, "doctor").read(head)


def doctor(
    head: Annotated[
        str | None,
        typer.Option(metavar="HASH", help="A head of the event chain, as it was printed."),
    ] = None,
) -> str:
    """Give the head that must be in the chain, or an empty text."""
    if head is None:
        return ""
    digits = "".join(head.split()).lower()
    if not SHORTEST <= len(digits) <= LONGEST or set(digits) - set("0123456789abcdef"):
        raise Refused(
            "bad_head",
            f"--head {head!r} is not {SHORTEST} to {LONGEST} hexadecimal digits; type the head "
            "as it is printed",
            head=head,
        )
    return digits


app.later(
    "doctor",
    lambda: build(doctor, "doctor", Examines, "orderdesk --db shop.db doctor --json", _HELP),
    _HELP,
)
