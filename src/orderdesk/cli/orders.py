"""`orderdesk order`: place, find, change and follow sales orders."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from orderdesk.cli.command import Call, Listing, Shown, call
from orderdesk.cli.errors import Usage
from orderdesk.cli.given import (
    Ceiling,
    Find,
    HoldCodes,
    NewestFirst,
    Until,
    Version,
    options,
    request,
)
from orderdesk.cli.nouns import Noun
from orderdesk.domain.delivery_rules import RULES
from orderdesk.domain.dispositions import WORDS
from orderdesk.domain.orders import (
    AmendRequest,
    LineChange,
    LineRequest,
    OrderFilter,
    OrderRequest,
)

app = Noun("Place, find, change and follow sales orders.")

Number = Annotated[str, typer.Argument(help="The order's number.", metavar="NUMBER")]
Line = Annotated[int | None, typer.Option("--line", metavar="N", help="This line alone.")]
Reason = Annotated[str, typer.Option("--reason", metavar="REASON", help="Why, for the record.")]

KeptReason = Annotated[
    str,
    typer.Option(
        "--reason",
        metavar="REASON",
        help="Why: a reason of kind cancel, by code or name; any words where none is kept.",
    ),
]

_LINE = ("product", "quantity", "unit", "price", "price_reason", "disposition", "substitute_for")
_CHANGE = (
    "quantity",
    "price",
    "price_reason",
    "discount",
    "ship_to",
    "warehouse",
    "requested",
    "disposition",
    "note",
    "remove",
    "reopen",
)
_ADD = (*_CHANGE[:-2], "unit", "substitute_for")

_DISPOSITION = f"What becomes of what is short of the line: {', '.join(WORDS)}"

_SAID = {
    "customer": "Who buys: the customer's code.",
    "quantity": "In the product's unit, or in --unit. Must be given with a product.",
    "unit": "The product's own, or another that it is ordered in; prices stay per its own.",
    "buyer_po": "The buyer's own number for it.",
    "channel": "Where it came from: phone, web, EDI, ...; left out, script.",
    "contact": "Whom to ask for; left out, the customer's.",
    "ship_to": "One of the customer's addresses, by its code; left out, the usual one.",
    "warehouse": "Where it is served from, by its code; left out, the company's own.",
    "requested": "ISO date of arrival; left out, the company's today.",
    "terms": "Payment terms, by their code; left out, the customer's.",
    "carrier": "Who carries it; left out, the customer's.",
    "delivery_rule": f"What goes together: {', '.join(RULES)}; left out, as the customer has it.",
    "most_deliveries": "How many deliveries it may come in; left out, as the customer has it.",
    "rep": "Who looks after the sale; left out, who looks after the customer.",
    "note": "Printed with it.",
}


@app.changes("""\
orderdesk order place --customer ALFKI --product 11 --quantity 12
echo '{"customer": "ALFKI", "lines": [{"product": "11", "quantity": "12"}]}' \\
    | orderdesk order place - --json --command-id night-0001""")
@options(
    LineRequest,
    OrderRequest,
    only="customer product quantity unit price price_reason disposition substitute_for discount "
    f"{' '.join(list(_SAID)[3:])}",
    disposition=f"{_DISPOSITION}; left out, as the customer has it.",
    **_SAID,
)
def place(
    file: Annotated[
        str | None,
        typer.Argument(help="JSON of the whole order; - reads it from a pipe.", metavar="FILE"),
    ] = None,
    **given: str | None,
) -> Call:
    """Place an order from JSON, or one of a single line from options.

    What is short is backordered and what is beyond the credit limit is held: both stand in the
    answer, and the order is placed.
    """
    from orderdesk.services.orders.place import place

    if file is not None:
        return _order(call(place, request(OrderRequest, file, given)))
    for name in ("customer", "product", "quantity"):
        if given[name] is None:
            raise Usage(f"--{name} is missing; give it, or JSON (a file, or -)")
    line = _taken(given, _LINE)
    return _order(call(place, request(OrderRequest, None, given, lines=[line])))


@app.reads("orderdesk order show SO-000001 --json")
def show(number: Number) -> Call:
    """Show an order with its lines, charges and holds."""
    from orderdesk.services.orders.reading import show

    return _order(call(show, number))


@app.lists("orderdesk order list --customer ACME --stage open --json", name="list")
@options(
    OrderFilter,
    without="after before including limit",
    customer="Of this customer, by its code.",
    product="With this product, by its code; where it is open, unless more is asked for.",
    buyer_po="With this buyer PO; the whole number.",
    held="Only those with a hold that nobody released.",
)
def list_(find: Find = "", sort: NewestFirst = "", **given: Any) -> Shown:
    """List orders, the newest first; of those that a text finds the likeliest."""
    from orderdesk.exchange.lists.orders import OrderList

    given["held"] = given["held"] or None
    wanted = request(OrderFilter, None, given)
    columns = "number customer buyer_po requested status held total"
    return Shown([OrderList(wanted, find, sort)], columns)


@app.lists("orderdesk order events SO-000001 --json")
def events(number: Number) -> Listing:
    """List what happened to an order, the oldest first."""
    from orderdesk.services.orders.reading import events

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        found: Sequence[Any] = desk.read(events, number)
        return [each for each in found if last is None or each.id > last.id][:count]

    return Listing(page, "version at actor kind changes")


@app.reads("orderdesk order differences SO-000001 --since 2")
def differences(
    number: Number,
    since: Annotated[int, typer.Option(help="The version to begin at.")] = 1,
    to: Annotated[
        int | None, typer.Option(help="The version to end at; left out, today's.")
    ] = None,
) -> Call:
    """Say what the changes between two versions of an order came to, each field once."""
    from orderdesk.services.orders.differences import difference

    return call(difference, number, since, to)


@app.changes("""\
orderdesk order amend SO-000001 --line 2 --quantity 5 --price 9.50
orderdesk order amend SO-000001 --product 41 --quantity 10
orderdesk order amend SO-000001 --requested 2026-11-27 --reason 'The buyer moved it'
echo '{"lines": [{"line": 1, "remove": true}], "add": [{"product": "41"}]}' \\
    | orderdesk order amend SO-000001 - --version 3""")
@options(
    AmendRequest,
    LineChange,
    LineRequest,
    without="number",
    quantity="What is ordered from now on, or of the product that is added.",
    product="Add a line of this product.",
    price="By hand; '' goes back to the price lists.",
    discount="Percent, of the line or of the whole order.",
    ship_to="Of the line or of the whole order, by its code.",
    warehouse="Where the line, or the whole order, is served from, by its code.",
    requested="ISO date of arrival, of the line or of the whole order.",
    note="Of the line or of the whole order.",
    line="Change this line; left out, the order itself.",
    unit=_SAID["unit"],
    buyer_po=_SAID["buyer_po"],
    contact="Whom to ask for.",
    terms="Payment terms, by their code.",
    carrier="Who carries it.",
    disposition=f"{_DISPOSITION}; '' goes back to the customer's.",
    delivery_rule=f"What goes together: {', '.join(RULES)}.",
    most_deliveries="How many deliveries it may come in; '' takes the bound away.",
    rep="Who looks after the sale.",
    reason="Why, for the record; for a price by hand a reason of kind price, where any is kept.",
)
def amend(
    number: Number,
    file: Annotated[
        str | None,
        typer.Argument(help="JSON of all changes; - reads it from a pipe.", metavar="FILE"),
    ] = None,
    **given: Any,
) -> Call:
    """Change an order: its header, one line, or one more line; from JSON, all of it at once."""
    from orderdesk.services.orders.amend import amend

    version, reason = given.pop("version"), given.pop("reason")
    fixed = {"number": number, **_said(version=version, reason=reason)}
    if file is not None:
        return _order(call(amend, request(AmendRequest, file, given, **fixed)))
    line, product = given.pop("line"), given.pop("product")
    if line is not None and product is not None:
        raise Usage(
            "which line is missing; give either --line, to change one, or --product, to add one"
        )
    if line is not None:
        fixed["lines"] = [{"line": line, **_taken(given, _CHANGE)}]
    elif product is not None:
        fixed["add"] = [{"product": product, **_taken(given, _ADD)}]
    if given.pop("substitute_for", None) is not None:
        raise Usage("--substitute-for is alone; give --product too, which stands in for it")
    for name in ("quantity", "price", "price_reason", "unit", "disposition", "remove", "reopen"):
        if given.pop(name, None) is not None:
            raise Usage(f"--{name.replace('_', '-')} is of a line; give --line too")
    return _order(call(amend, request(AmendRequest, None, given, **fixed)))


@app.changes(
    "orderdesk order close-line SO-000001 --line 2 --reason 'No longer made'", name="close-line"
)
def close_line(
    number: Number,
    line: Annotated[int, typer.Option("--line", metavar="N", help="Which line.")],
    quantity: Annotated[
        str | None, typer.Option(help="So much of it; left out, all that is open.")
    ] = None,
    reason: KeptReason = "",
    version: Version = None,
) -> Call:
    """Short-close what is open of a line; the line stays on the order."""
    from orderdesk.services.orders.closing import close_line

    return _order(call(close_line, number, line, quantity, reason, version))


@app.changes("orderdesk order reopen SO-000001 --line 2")
def reopen(number: Number, line: Line = None, reason: Reason = "", version: Version = None) -> Call:
    """Open again what was short-closed, of one line or of all."""
    from orderdesk.services.orders.closing import reopen

    return _order(call(reopen, number, line, reason, version))


@app.changes("orderdesk order cancel SO-000001 --reason 'Ordered twice'")
def cancel(number: Number, reason: KeptReason = "", version: Version = None) -> Call:
    """Cancel an order: everything open is closed; refused once anything has shipped."""
    from orderdesk.services.orders.closing import cancel

    return _order(call(cancel, number, reason, version))


@app.changes("orderdesk order copy SO-000001 --requested 2026-11-27 --buyer-po 4711")
@options(OrderRequest, only="requested buyer_po channel", **_SAID)
def copy(number: Number, **given: Any) -> Call:
    """Place a new order with the lines of another one, at today's prices; those by hand stay."""
    from orderdesk.services.orders.copying import copy

    return _order(call(copy, number, given["requested"], given["buyer_po"], given["channel"]))


@app.changes("orderdesk order hold SO-000001 --reason 'Wait for the new address'")
def hold(number: Number, line: Line = None, reason: Reason = "", version: Version = None) -> Call:
    """Stop an order, or one of its lines, from being delivered; the reason is shown to all."""
    from orderdesk.services.orders.holds import hold

    return _order(call(hold, number, line, reason, version))


@app.changes("orderdesk order release SO-000001 --reason 'Paid by phone'")
def release(
    number: Number,
    code: HoldCodes = None,
    ceiling: Ceiling = None,
    until: Until = None,
    reason: Reason = "",
    version: Version = None,
) -> Call:
    """Release every open hold that you may release; never those of your own orders."""
    from orderdesk.services.orders.holds import release

    codes = tuple(code) if code else None
    return _order(call(release, number, codes, ceiling, reason, version, until))


def _order(wanted: Call) -> Call:
    """Give a call of a service that gives an order, as people want to see it."""
    return wanted.showing(
        id="",
        lines="line kit_line=Part-of? product description ordered unit? open allocated=Alloc"
        " backordered=Back price net promised? discount? requested? ship_to? warehouse=Whse?"
        " price_source=Source? shipped? short_closed=Closed? disposition?"
        " substitute_for=Instead-of? note?",
        charges="line code description amount",
        holds="code line message placed_by released_by",
    )


def _said(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _taken(given: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Take these values out of what was given."""
    return _said(**{name: given.pop(name) for name in names})


app.imports(
    "order",
    "Take in orders: JSON lines of whole orders, or rows that a column groups.",
    """\
orderdesk order import orders.jsonl
orderdesk order import sales.csv --map order=Invoice --map customer=Customer \\
    --map product=Stock --map quantity=Pieces""",
)
