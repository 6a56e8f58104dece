"""`orderdesk stock`: what there is, what came in, and what was put right."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from orderdesk.cli.command import Call, Listing, call
from orderdesk.cli.given import options, request, request_named
from orderdesk.cli.nouns import Noun
from orderdesk.domain.stock import AdjustRequest, ReceiveRequest

app = Noun("Show stock, take goods in and put stock right.")

Product = Annotated[str, typer.Argument(help="The product's code or EAN.", metavar="PRODUCT")]
ProductOrFile = Annotated[
    str,
    typer.Argument(
        help="The product's code or EAN; or JSON: a file, or -.", metavar="PRODUCT|FILE"
    ),
]


@app.reads("orderdesk stock show 11 --json")
def show(product: Product) -> Call:
    """Show what there is of a product, over all warehouses and in each."""
    from orderdesk.services.stock import show

    return call(show, product)


@app.lists("orderdesk stock moves 11 --limit 20")
def moves(product: Product) -> Listing:
    """List the entries of a product's ledger, the newest first."""
    from orderdesk.services.stock import NEWEST, moves

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        before = last.id if last else NEWEST
        return desk.read(moves, product, before, count)  # type: ignore[no-any-return]

    return Listing(page, "id at kind quantity warehouse reason reference actor supply?")


@app.changes("""\
orderdesk stock receive 11 --quantity 120 --reference 'DN 4711'
orderdesk stock receive --supply 12""")
@options(ReceiveRequest, without="product")
def receive(
    product: Annotated[
        str | None,
        typer.Argument(
            help="The product's code or EAN, left out with --supply; or JSON: a file, or -.",
            metavar="PRODUCT|FILE",
        ),
    ] = None,
    **given: Any,
) -> Call:
    """Take goods in, with --supply those that were expected; lines that wait are served at once."""
    from orderdesk.services.stock import receive

    if product is None:
        return call(receive, request(ReceiveRequest, None, given))
    return call(receive, request_named(ReceiveRequest, product, "product", given))


@app.changes("orderdesk stock reverse 4711 --reason 'Booked twice'")
def reverse(
    movement: Annotated[
        int, typer.Argument(help="The receipt's id, as `stock moves` has it.", metavar="MOVEMENT")
    ],
    reason: Annotated[
        str,
        typer.Option(help="Of kind stock, by its code or name; any words where none is kept."),
    ] = "",
) -> Call:
    """Take a receipt back as if it had not come; refused where its goods are gone."""
    from orderdesk.services.stock import reverse

    return call(reverse, movement, reason)


@app.changes("orderdesk stock adjust 11 --counted 118 --reason DAMAGED")
@options(AdjustRequest, without="product")
def adjust(product: ProductOrFile, **given: Any) -> Call:
    """Put stock right, by a difference (--quantity -2) or by a count (--counted 118)."""
    from orderdesk.services.stock import adjust

    return call(adjust, request_named(AdjustRequest, product, "product", given))


app.imports(
    "stock",
    "Take in stock: receipts by `quantity`, counts by `counted`.",
    "orderdesk stock import count.csv --map product=Item --map counted=Pieces",
)
