"""`orderdesk stock lot`: lots of products; `orderdesk bin`: where in a warehouse goods lie."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from orderdesk.cli.command import Call, Listing, call
from orderdesk.cli.given import Version, given_fields, options
from orderdesk.cli.nouns import Noun
from orderdesk.domain.lots import BIN_FIELDS, LOT_FIELDS

app = Noun("List the lots of a product, and change what is known of them.")
bins = Noun("Add, change and list the bins of a warehouse.")

Product = Annotated[str, typer.Argument(help="The product's code or EAN.", metavar="PRODUCT")]
Lot = Annotated[str, typer.Argument(help="The lot's code.", metavar="LOT")]
Bin = Annotated[str, typer.Argument(help="The bin's code.", metavar="BIN")]
Warehouse = Annotated[str | None, typer.Option(help="Left out, the company's own.")]


@app.lists("orderdesk stock lot list 11 --json", name="list")
def list_(product: Product) -> Listing:
    """List the lots of a product by their codes, those too of which none is left."""
    from orderdesk.services.lots import list_

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        after = last.code if last else ""
        return desk.read(list_, product, after, count)  # type: ignore[no-any-return]

    return Listing(page, "code expires? days? on_hand unit received supplier_lot? note?")


@app.changes("orderdesk stock lot set 11 L-0815 --expires 2027-02-28", name="set")
@options(LOT_FIELDS)
def set_(product: Product, lot: Lot, version: Version = None, **given: str | None) -> Call:
    """Change the last day of a lot, or what else is known of it; the rest stays."""
    from orderdesk.services.lots import set_

    return call(set_, product, lot, given_fields(given), version)


@bins.changes("orderdesk bin add A-01 --kind picking --sequence 10")
@options(BIN_FIELDS)
def add(bin: Bin, warehouse: Warehouse = None, **given: str | None) -> Call:
    """Add a bin to a warehouse."""
    from orderdesk.services.bins import add

    return call(add, warehouse, bin, given_fields(given))


@bins.changes("orderdesk bin set A-01 --sequence 20", name="set")
@options(BIN_FIELDS)
def set_bin(
    bin: Bin, warehouse: Warehouse = None, version: Version = None, **given: str | None
) -> Call:
    """Change a bin; the rest stays. One that is not empty is not archived."""
    from orderdesk.services.bins import set_

    return call(set_, warehouse, bin, given_fields(given), version)


@bins.lists("orderdesk bin list --warehouse 01 --csv", name="list")
def list_bins(
    warehouse: Warehouse = None,
    archived: Annotated[
        bool, typer.Option("--archived", help="List those too that are no longer used.")
    ] = False,
) -> Listing:
    """List the bins of a warehouse by their codes."""
    from orderdesk.services.bins import list_

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        after = last.code if last else ""
        return desk.read(list_, warehouse, after, count, archived=archived)  # type: ignore[no-any-return]

    return Listing(page, "warehouse code kind sequence note? archived?")
