"""`orderdesk calendar`: the days on which we, carriers and customers work."""

from typing import Annotated

import typer

from orderdesk.cli import masters
from orderdesk.cli.command import Call, call
from orderdesk.cli.errors import Usage
from orderdesk.cli.given import Version

app = masters.noun("calendar", "calendar")

Code = Annotated[str, typer.Argument(help="The calendar's code.", metavar="CODE")]
On = Annotated[str, typer.Option(metavar="DATE", help="The day (2026-12-24).")]


@app.reads("orderdesk calendar show US --year 2026 --json")
def show(
    code: Code,
    year: Annotated[
        str | None, typer.Option(help="The days of this year; left out, from this year on.")
    ] = None,
) -> Call:
    """Show a calendar with the days on which its week does not hold."""
    from orderdesk.services.calendars import show

    return call(show, code, year).showing(days="day open name own")


@app.changes("""\
orderdesk calendar day US --on 2026-12-24 --closed --name Stocktaking
orderdesk calendar day US --on 2026-12-24 --drop""")
def day(
    code: Code,
    on: On,
    is_open: Annotated[
        bool | None, typer.Option("--open/--closed", help="Whether somebody works on it.")
    ] = None,
    drop: Annotated[
        bool, typer.Option("--drop", help="It is again as the week and the holidays say.")
    ] = False,
    name: Annotated[str, typer.Option(help="Why.")] = "",
    version: Version = None,
) -> Call:
    """Close or open one day, whatever the week and the public holidays say."""
    from orderdesk.services.calendars import drop_day, set_day

    if drop == (is_open is not None):
        raise Usage("give one of --open, --closed and --drop")
    if drop:
        wanted = call(drop_day, code, on, version)
    else:
        wanted = call(set_day, code, on, is_open=bool(is_open), name=name, version=version)
    return wanted.showing(days="day open name own")


@app.changes("orderdesk calendar holidays US --country US --region CA --years 2026-2028")
def holidays(
    code: Code,
    country: Annotated[
        str, typer.Option(help="Two letters of ISO 3166 (US); '' keeps no public holidays.")
    ],
    region: Annotated[str, typer.Option(help="Of the country, by ISO 3166-2 (CA).")] = "",
    years: Annotated[
        list[str] | None,
        typer.Option(metavar="YEARS", help="2027, or 2026-2028; left out, this year and two more."),
    ] = None,
    version: Version = None,
) -> Call:
    """Close a calendar on the public holidays of a country; the nightly run keeps them coming."""
    from orderdesk.services.calendars import fill

    filled = call(fill, code, country, region, tuple(years or ()), version)
    return filled.showing(days="day open name own")


app.imports(
    "calendar",
    "Close or open days, as `calendar day` does; of each its `calendar`, `day`, `open` and `name`.",
    "orderdesk calendar import shutdown.csv --map calendar:=US --map day=Date --map name=Why",
)
