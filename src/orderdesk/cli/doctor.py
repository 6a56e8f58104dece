"""`orderdesk doctor`: whether everything in the database agrees with itself."""

from typing import TYPE_CHECKING, Any

import typer

from orderdesk.cli import acting, output
from orderdesk.cli.asked import EVERYWHERE, LISTING, Asked
from orderdesk.cli.command import Command
from orderdesk.cli.errors import FAULT, say
from orderdesk.cli.nouns import Noun, build
from orderdesk.domain.doctor import DATABASE, Broken
from orderdesk.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orderdesk.store.engine import Database

app = Noun("Examine the database.")

_HELP = """\
Examine the whole database by the laws of the desk, and name each row that breaks one.

It only reads. Nothing is printed and the exit code is 0 when all laws hold; else it is 1, and
each broken law comes with what stands in the row and what should stand there by the ledger.
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
                broken = examined(database)
            finally:
                database.close()
            printer.rows(broken[: asked.limit], ["law", "message", "stored", "expected"])
        if broken:
            raise typer.Exit(FAULT)
        if not (asked.json or asked.csv):
            say("All laws hold.")


def examined(database: "Database") -> "Sequence[Broken]":
    """Give what breaks a law in a database."""
    from orderdesk.services.doctor import examine
    from orderdesk.store.desk import Desk

    try:
        database.check()
        return Desk(database, "doctor").read(examine)
    except Unavailable as error:
        if error.code != "damaged":
            raise
        message = "the database is damaged and cannot be read; restore a backup"
        return [Broken(DATABASE, message, "", database.url, "", "")]


def doctor() -> None:
    """Say nothing more than that the database is to be examined."""


app.later(
    "doctor",
    lambda: build(doctor, "doctor", Examines, "orderdesk --db shop.db doctor --json", _HELP),
    _HELP,
)
