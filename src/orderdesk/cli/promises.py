"""`orderdesk promise`: what orders are promised for, how that came about, days fixed by hand."""

from typing import Annotated

import typer

from orderdesk.cli.command import Call, Shown, call
from orderdesk.cli.given import Version, options, request
from orderdesk.cli.nouns import Noun
from orderdesk.domain.promises import PinRequest, PromiseFilter

app = Noun("Show what orders are promised for, say why, and fix a day by hand.")

Order = Annotated[str, typer.Argument(help="The order's number.", metavar="ORDER")]
PromisesBy = Annotated[
    str,
    typer.Option(
        "--sort",
        metavar="ORDER",
        help="Of late and risk earliest first, or latest; of the others oldest first, or newest.",
    ),
]
Line = Annotated[int, typer.Argument(help="The line's number.", metavar="LINE")]


@app.reads("orderdesk promise show SO-000001 --json")
def show(order: Order) -> Call:
    """Show what an order's lines are promised for, and were promised for first."""
    from orderdesk.services.orders.promise_reading import show

    return call(show, order).showing(
        lines="line product requested first_promised promised ship_by late pinned slips"
    )


@app.reads("orderdesk promise explain SO-000001 1 --json")
def explain(order: Order, line: Line) -> Call:
    """Say how a line's day comes about: each step of the chain, with its reason."""
    from orderdesk.services.orders.promise_reading import explain

    return call(explain, order, line).showing(steps="what day why")


@app.lists("orderdesk promise list slipped --json", name="list")
@options(
    PromiseFilter,
    customer="Only of this customer, by its code.",
    product="Only of this product, by our code or an EAN.",
    order="Only of this order, by its number.",
)
def list_(
    which: Annotated[
        str, typer.Argument(help="slipped, late, risk or unpromised.", metavar="WHICH")
    ],
    sort: PromisesBy = "",
    **given: str | None,
) -> Shown:
    """List the open lines whose promises need somebody.

    Slipped: promised for a later day than before. Late: for a later day than was asked for, which
    is still to come. Risk: what should have left by now, and what must leave within two days and is
    not all there. Unpromised: nobody knows when the goods come.
    """
    from orderdesk.exchange.lists.promises import PromiseList

    wanted = request(PromiseFilter, None, given)
    columns = "order line product requested promised? ship_by? slips why"
    return Shown([PromiseList(which, wanted, sort)], columns)


@app.changes("orderdesk promise renew SO-000001")
def renew(order: Order, version: Version = None) -> Call:
    """Promise an order anew as things stand now, as the nightly run does; what is pinned stays."""
    from orderdesk.services.orders.repromising import renew

    return call(renew, order, version).showing(
        lines="line product requested first_promised promised ship_by late pinned slips"
    )


@app.changes("""\
orderdesk promise pin SO-000001 1 --on 2026-12-18 --reason 'Agreed by phone'
orderdesk promise pin SO-000001 1 --release""")
def pin(
    order: Order,
    line: Line,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day; left out, the promised one.")
    ] = None,
    release: Annotated[bool, typer.Option("--release", help="Let the chain decide again.")] = False,
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "",
    version: Version = None,
) -> Call:
    """Fix the day that a line is promised for; nothing reckons it anew until it is released."""
    from orderdesk.services.orders.repromising import pin

    asked = PinRequest(
        number=order, line=line, on=on, release=release, reason=reason, version=version
    )
    return call(pin, asked).showing(lines="line product promised ship_by pinned slips")
