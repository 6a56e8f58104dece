"""`orderdesk stock count`: sheets of what is to be counted, what was found, and what follows."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from orderdesk.cli.command import Call, Listing, call
from orderdesk.cli.errors import Usage
from orderdesk.cli.given import Serial, Serials, StockReason, Version, request, serials
from orderdesk.cli.nouns import Noun
from orderdesk.domain.counts import CountRequest

app = Noun("Count what lies in a warehouse, and let the books follow.")

Sheet = Annotated[str, typer.Argument(help="The sheet's number.", metavar="SHEET")]
_LINES = "product lot? name state counted unit tries counted_by? book? difference?"


@app.changes(
    """\
orderdesk stock count open --product 11 --product 42 --warehouse 01
orderdesk stock count open --group 4""",
    name="open",
)
def open_(
    product: Annotated[
        list[str] | None,
        typer.Option(metavar="PRODUCT", help="Its code or EAN; may be repeated."),
    ] = None,
    group: Annotated[
        str | None, typer.Option(help="All of this product group that lie there.")
    ] = None,
    warehouse: Annotated[str | None, typer.Option(help="Left out, the company's own.")] = None,
) -> Call:
    """Open a sheet; it does not tell what the books say."""
    from orderdesk.services.counts import open_

    given = {"group": group, "warehouse": warehouse}
    wanted = request(CountRequest, None, given, products=product or [])
    return call(open_, wanted).showing(lines=_LINES).numbering("id")


@app.changes("""\
orderdesk stock count enter CT-000001 11 118
orderdesk stock count enter CT-000001 11 40 --lot L-0815
orderdesk stock count enter CT-000001 90 --serial SN-1 --serial SN-2""")
def enter(
    sheet: Sheet,
    product: Annotated[str, typer.Argument(help="Its code or EAN.", metavar="PRODUCT")],
    quantity: Annotated[
        str | None,
        typer.Argument(help="What lies there; left out with --serial.", metavar="QUANTITY"),
    ] = None,
    lot: Annotated[str | None, typer.Option(help="Of which lot.")] = None,
    serial: Serial = None,
    serials_file: Serials = None,
    version: Version = None,
) -> Call:
    """Enter what was found of a product; where it is far off, it is to be counted again.

    Of goods with lots each lot is counted; of pieces with serial numbers those that are there.
    """
    from orderdesk.services.counts import enter

    pieces = serials(serial, serials_file)
    if quantity is None and pieces is None:
        raise Usage("the quantity is missing; give how much lies there, or --serial for each piece")
    found = tuple(pieces or ())
    return call(enter, sheet, product, quantity or "", lot, found, version).showing(lines=_LINES)


@app.changes("orderdesk stock count post CT-000001 --reason COUNT --version 4")
def post(sheet: Sheet, reason: StockReason = "", version: Version = None) -> Call:
    """Let the books follow what was found, and the allocations with them."""
    from orderdesk.services.counts import post

    return call(post, sheet, reason, version).showing(
        lines=_LINES, served="order line quantity", deallocated="order line quantity"
    )


@app.changes("orderdesk stock count cancel CT-000001 --reason 'Counted at the wrong end'")
def cancel(sheet: Sheet, reason: StockReason = "", version: Version = None) -> Call:
    """Give a sheet up; the books stay."""
    from orderdesk.services.counts import cancel

    return call(cancel, sheet, reason, version).showing(lines=_LINES)


@app.reads("orderdesk stock count show CT-000001 --json")
def show(sheet: Sheet) -> Call:
    """Show a sheet; what the books said, once it is posted."""
    from orderdesk.services.counts import show

    return call(show, sheet).showing(lines=_LINES)


@app.lists("orderdesk stock count list --everything --json", name="list")
def list_(
    everything: Annotated[
        bool, typer.Option("--everything", help="Those too that were posted or cancelled.")
    ] = False,
) -> Listing:
    """List the sheets that are open, the newest first."""
    from orderdesk.services.counts import NEWEST, list_

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        before = last.id if last else NEWEST
        return desk.read(list_, before, count, everything=everything)  # type: ignore[no-any-return]

    return Listing(page, "number status warehouse opened_at opened_by closed_by? reason?")
