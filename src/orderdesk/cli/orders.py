"""`orderdesk order`: place, find, change and follow sales orders."""

from typing import Annotated

import typer

from orderdesk.cli.command import Call, Noun, call
from orderdesk.cli.errors import Usage
from orderdesk.cli.given import options, request
from orderdesk.domain.orders import LineRequest, OrderRequest

app = Noun("Place, find, change and follow sales orders.")

Number = Annotated[str, typer.Argument(help="The order's number.", metavar="NUMBER")]

_LINE = ("product", "quantity", "unit", "price")


@app.changes("""\
orderdesk order place --customer ALFKI --product 11 --quantity 12
echo '{"customer": "ALFKI", "lines": [{"product": "11", "quantity": "12"}]}' \\
    | orderdesk order place - --json --command-id night-0001""")
@options(
    LineRequest,
    OrderRequest,
    only="customer product quantity unit price discount buyer_po channel contact ship_to "
    "requested terms carrier note",
)
def place(
    file: Annotated[
        str | None, typer.Argument(help="JSON of the whole order; - reads it from the pipe.")
    ] = None,
    **given: str | None,
) -> Call:
    """Place an order from JSON, or one of a single line from options.

    What is short is backordered and what is beyond the credit limit is held: both stand in the
    answer, and the order is placed.
    """
    from orderdesk.services.orders.place import place

    if file is None:
        missing = [name for name in ("customer", "product") if given[name] is None]
        if missing:
            raise Usage(f"--{missing[0]} is missing; give it, or JSON (a file, or -)")
        line = {name: given.pop(name) for name in _LINE}
        line = {name: value for name, value in line.items() if value is not None}
        return call(place, request(OrderRequest, None, given, lines=[line]))
    return call(place, request(OrderRequest, file, given))
