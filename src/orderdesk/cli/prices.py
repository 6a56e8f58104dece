"""`orderdesk price`: what things cost whom, from when on."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from orderdesk.cli.command import Call, Listing, call
from orderdesk.cli.given import day, options, request_named
from orderdesk.cli.nouns import Noun
from orderdesk.domain.prices import PriceRequest

app = Noun("Set, show, list and import prices.")

Product = Annotated[str, typer.Argument(help="The product's code.", metavar="PRODUCT")]
ProductOrFile = Annotated[
    str, typer.Argument(help="The product's code; or JSON: a file, or -.", metavar="PRODUCT|FILE")
]


@app.changes("orderdesk price set 11 --price 21.00 --price-list RETAIL --quantity 100", name="set")
@options(PriceRequest, without="product")
def set_(product: ProductOrFile, **given: str | None) -> Call:
    """Set a product's price in a list, from a quantity and a day on, from options or JSON."""
    from orderdesk.services.price_lists import set_price

    return call(set_price, request_named(PriceRequest, product, "product", given))


@app.reads("orderdesk price show 11 --customer ACME --quantity 100 --json")
def show(
    product: Product,
    customer: Annotated[str | None, typer.Option(help="Who buys; else everybody.")] = None,
    quantity: Annotated[str, typer.Option(help="How much of it.")] = "1",
    on: Annotated[str | None, typer.Option(help="On which day (2026-03-31); else today.")] = None,
) -> Call:
    """Show what a customer pays for a product, why, and which other prices there are."""
    from orderdesk.services.prices import show

    return call(show, product, customer=customer, quantity=quantity, on=on)


@app.lists("orderdesk price list --product 11 --csv", name="list")
def list_(
    product: Annotated[str | None, typer.Option(help="Of this product alone.")] = None,
    price_list: Annotated[str | None, typer.Option(help="Of this list alone.")] = None,
    on: Annotated[
        str | None, typer.Option(help="Those that hold on this day (2026-03-31).")
    ] = None,
) -> Listing:
    """List prices by product, list, quantity and first day."""
    from orderdesk.services.price_lists import list_

    held_on = None if on is None else day(on, "--on")

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        return desk.read(  # type: ignore[no-any-return]
            list_, product=product, price_list=price_list, on=held_on, after=last, limit=count
        )

    return Listing(page, "product price_list quantity valid_from valid_to price price_unit")


app.imports(
    "price",
    "Take in prices of any list.",
    "orderdesk price import prices.csv --map product=Item --map price=Price",
)
