"""`orderdesk carrier`: who carries the goods, and how long it takes."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from orderdesk.cli import masters
from orderdesk.cli.command import Call, Listing, call
from orderdesk.cli.given import given_fields, options
from orderdesk.cli.nouns import Noun
from orderdesk.domain.working_days import ZONE

app: Noun = masters.noun("carrier", "carrier")

Code = Annotated[str, typer.Argument(help="The carrier's code.", metavar="CODE")]


@app.changes("""\
orderdesk carrier zone TRUCK --country USA --postal-prefix 98 --lead-days 1
orderdesk carrier zone TRUCK --country USA --postal-prefix 98 --remove""")
@options(ZONE)
def zone(
    code: Code,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take away the zone of exactly this key.")
    ] = False,
    **given: str | None,
) -> Call:
    """Say how many days a carrier takes to a part of the world."""
    from orderdesk.services.carriers import remove_zone, set_zone

    return call(remove_zone if remove else set_zone, code, given_fields(given))


@app.lists("orderdesk carrier zones TRUCK --csv")
def zones(code: Code) -> Listing:
    """List a carrier's zones."""
    from orderdesk.services.carriers import zones

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        return desk.read(zones, code, after=last, limit=count)  # type: ignore[no-any-return]

    return Listing(page, "warehouse country postal_prefix lead_days")
