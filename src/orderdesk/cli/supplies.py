"""`orderdesk supply`: what is expected, and when."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from orderdesk.cli.command import Call, Listing, call
from orderdesk.cli.given import Version, options, request, request_named
from orderdesk.cli.nouns import Noun
from orderdesk.domain.supplies import FIELDS, SupplyFilter, SupplyRequest

app = Noun("Say which goods are expected, and when; list, move and cancel them.")

Number = Annotated[int, typer.Argument(help="The id of the expected goods.", metavar="ID")]

_RECEIPTS = "id at kind quantity reference actor"


@app.changes("""\
orderdesk supply add 11 --quantity 120 --due 2026-12-01 --reference 'PO 4711'
orderdesk supply add 42 --quantity 40 --due 2026-12-04 --supplier 7 --external-key ASN-0815""")
@options(FIELDS)
def add(
    product: Annotated[
        str,
        typer.Argument(
            help="The product's code or EAN; or JSON: a file, or -.", metavar="PRODUCT|FILE"
        ),
    ],
    **given: str | None,
) -> Call:
    """Announce goods, from options or JSON; what can be promised counts on them."""
    from orderdesk.services.supplies.announcing import add

    return call(add, request_named(SupplyRequest, product, "product", given)).numbering("id")


@app.changes(
    """\
orderdesk supply set 12 --due 2026-12-08
echo '{"due": "2026-12-08", "note": "The ship waits"}' | orderdesk supply set 12 - --version 3""",
    name="set",
)
@options(FIELDS)
def set_(
    number: Number,
    file: Annotated[
        str | None, typer.Argument(help="JSON of all changes; - reads a pipe.", metavar="FILE")
    ] = None,
    version: Version = None,
    **given: str | None,
) -> Call:
    """Move expected goods to another day, or change what else is known of them; the rest stays.

    A quantity is all of it, what has come included; what was cancelled is expected again.
    """
    from orderdesk.services.supplies.announcing import set_

    return call(set_, number, request(SupplyRequest, file, given), version)


@app.changes("orderdesk supply move 12 --due 2026-12-08")
def move(
    number: Number,
    due: Annotated[str, typer.Option(help="The day on which they come now.", metavar="DATE")],
    version: Version = None,
) -> Call:
    """Move expected goods to another day, as `supply set` does."""
    from orderdesk.services.supplies.announcing import set_

    return call(set_, number, SupplyRequest(due=due), version)


@app.changes("orderdesk supply cancel 12 --reason 'Sold out at the maker'")
def cancel(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "",
    version: Version = None,
) -> Call:
    """Expect nothing more of these goods; what has come stays."""
    from orderdesk.services.supplies.announcing import cancel

    return call(cancel, number, reason, version)


@app.reads("orderdesk supply show 12 --json")
def show(number: Number) -> Call:
    """Show expected goods with what came in of them."""
    from orderdesk.services.supplies.reading import show

    return call(show, number).showing(receipts=_RECEIPTS)


@app.lists("orderdesk supply list --until 2026-12-05 --json", name="list")
@options(
    SupplyFilter,
    warehouse="At this warehouse alone.",
    product="Of this product alone, by our code or an EAN.",
)
def list_(**given: Any) -> Listing:
    """List what is expected, the next first."""
    from orderdesk.services.supplies.reading import list_

    wanted = SupplyFilter(**{name: value for name, value in given.items() if value is not None})

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        behind = {"after_due": last.due.isoformat(), "after_id": last.id} if last else {}
        return desk.read(list_, wanted, limit=count, **behind)  # type: ignore[no-any-return]

    return Listing(
        page, "id due product open quantity unit warehouse late supplier? reference? first_due?"
    )


app.imports(
    "supply",
    "Take in what is expected: what is known by its external_key is moved, the rest is added.",
    "orderdesk supply import asn.csv --map product=Item --map quantity=Pieces --map due=ETA "
    "--map external_key=ASN",
)
