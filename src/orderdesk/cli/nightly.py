"""`orderdesk nightly`: end the day and begin the next one."""

from datetime import date
from typing import Annotated, Any, Final

import typer

from orderdesk.cli import acting, output
from orderdesk.cli.asked import EVERYWHERE, Asked
from orderdesk.cli.command import Command
from orderdesk.cli.errors import Usage, say
from orderdesk.cli.nouns import Noun, build

app = Noun("End the day and begin the next one.")

_HELP: Final = """\
Move the business date on, and do what a new day brings.

Orders that enter the credit horizon count, and are checked; releases and temporary limits that
are over end; orders that are held pass if nothing stands against them any more, or give their
stock to others once they are held too long. It may be run twice, late, or again after it was
stopped: each step does what is left to do, in pieces, so that no desk waits long.
"""


class Runs(Command):
    """The command that runs the night."""

    takes = EVERYWHERE

    def carry_out(self, asked: Asked, wanted: Any) -> None:
        """Run every step and print what was done."""
        from orderdesk.exchange.nightly import run

        quiet = asked.json or asked.csv
        with output.opened(asked) as printer, acting.opened_desk(asked) as desk:
            printer.one(run(desk, wanted, (lambda words: None) if quiet else say))


def nightly(
    on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="The day that begins (2026-03-31); left out, today."),
    ] = None,
) -> date:
    """Say which day begins."""
    try:
        return date.today() if on is None else date.fromisoformat(on)
    except ValueError:
        raise Usage(f"--on {on!r} is not a date such as 2026-03-31") from None


app.later(
    "nightly",
    lambda: build(nightly, "nightly", Runs, "orderdesk nightly --on 2026-03-31 --json", _HELP),
    _HELP,
)
