"""`orderdesk nightly`: end the day and begin the next one."""

import sys
from datetime import date
from typing import Annotated, Any, Final

import typer

from orderdesk.cli import acting, output
from orderdesk.cli.asked import CHANGING, EVERYWHERE, Asked
from orderdesk.cli.command import Command
from orderdesk.cli.errors import say
from orderdesk.cli.given import day
from orderdesk.cli.nouns import Noun, build

app = Noun("End the day and begin the next one.")

_HELP: Final = """\
Move the business date on, and do what a new day brings.

Orders that enter the credit horizon count, and are checked; releases and temporary limits that
are over end; orders that are held pass if nothing stands against them any more, or give their
stock to others once they are held too long; goods whose last day is over are used no more; lines
that come within the allocation horizon take stock. It may be run twice, late, or again after it was
stopped: each step does what is left to do, in pieces, so that no desk waits long.

What it prints is the daily report. It ends with the head of the event chain, which is to be kept
where nobody can change it: `orderdesk doctor --head` holds the chain against it. --dry-run tells
what would be looked at and would end, but not which orders would be held or pass: that is known
only when they are checked, one after the other.
"""


class Runs(Command):
    """The command that runs the night."""

    takes = (*EVERYWHERE, *CHANGING)

    def carry_out(self, asked: Asked, wanted: Any) -> None:
        """Run every step and print what was done; rehearsed, say what would be."""
        from orderdesk.exchange.nightly import ahead, run

        note = say if sys.stderr.isatty() else (lambda words: None)
        with output.opened(asked) as printer, acting.opened_desk(asked) as desk:
            if asked.dry_run:
                printer.one(ahead(desk, wanted))
            else:
                printer.one(run(desk, wanted, note, asked.command_id))


def nightly(
    on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="The day that begins (2026-03-31); left out, today."),
    ] = None,
) -> date:
    """Say which day begins."""
    return date.today() if on is None else day(on, "--on")


app.later(
    "nightly",
    lambda: build(nightly, "nightly", Runs, "orderdesk nightly --on 2026-03-31 --json", _HELP),
    _HELP,
)
