"""`orderdesk stock`: what there is, what came in, and what was put right."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer

from orderdesk.cli.command import Call, Shown, call
from orderdesk.cli.errors import Usage
from orderdesk.cli.given import (
    EarliestFirst,
    Find,
    NewestFirst,
    Serial,
    Serials,
    StockReason,
    is_document,
    options,
    request,
    request_named,
    serials,
)
from orderdesk.cli.nouns import Noun
from orderdesk.domain.atp import AtpRequest, BasketRequest
from orderdesk.domain.stock import (
    STATUSES,
    AdjustRequest,
    BinMoveRequest,
    ReceiveRequest,
    StatusRequest,
)

app = Noun("Show stock, take goods in and put stock right.")

Product = Annotated[str, typer.Argument(help="The product's code or EAN.", metavar="PRODUCT")]
ProductOrFile = Annotated[
    str,
    typer.Argument(
        help="The product's code or EAN; or JSON: a file, or -.", metavar="PRODUCT|FILE"
    ),
]


_STATUSES = ", ".join(STATUSES)
_ENTRIES = ("movement.id", "more.id")
"""What of a change of stock numbers new entries of the ledger."""


@app.reads("orderdesk stock show 11 --json")
def show(product: Product) -> Call:
    """Show what there is of a product, over all warehouses and in each; of a kit what it makes."""
    from orderdesk.services.stock import show

    return call(show, product)


@app.lists("orderdesk stock moves 11 --limit 20")
def moves(product: Product, sort: NewestFirst = "") -> Shown:
    """List the entries of a product's ledger, the newest first."""
    from orderdesk.exchange.lists.stock import MoveList

    columns = "id at kind quantity warehouse bin? lot? status reason reference actor supply?"
    return Shown([MoveList(product, sort)], columns)


@app.lists("orderdesk stock places 11 --json")
def places(product: Product) -> Shown:
    """List where a product lies: in which bin, of which lot, and whether it can be used."""
    from orderdesk.exchange.lists.stock import PlaceList

    columns = "warehouse bin? lot? status on_hand unit allocated? expires? days? supplier_lot?"
    return Shown([PlaceList(product)], columns)


@app.reads("""\
orderdesk stock atp 11 --quantity 120 --on 2026-12-01 --json
orderdesk stock atp --line 11:12 --line 42:3:2026-12-04
echo '{"lines": [{"product": "11", "quantity": "12"}, {"product": "42"}]}' \\
    | orderdesk stock atp -""")
def atp(
    product: Annotated[
        str | None,
        typer.Argument(
            help="The product's code or EAN; or JSON of a basket: a file, or -.",
            metavar="PRODUCT|FILE",
        ),
    ] = None,
    quantity: Annotated[
        str | None, typer.Option(help="In the product's unit; left out, 1.")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="When it is to go; left out, the company's today."),
    ] = None,
    warehouse: Annotated[str | None, typer.Option(help="From this one alone.")] = None,
    line: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PRODUCT:QUANTITY[:DATE]", help="One line of a basket; may be repeated."
        ),
    ] = None,
) -> Call:
    """Say what can be promised: how much on a day, when all of it, and what when.

    Nothing is taken, and what others wait for is left to them. For a basket it also says when all
    of it can go together.
    """
    from orderdesk.services import atp

    if is_document(product) or line:
        if quantity is not None:
            raise Usage("--quantity is of no line; write it behind the product: --line 11:12")
        wanted = _basket(product, line or ())
        wanted = replace(wanted, on=on or wanted.on, warehouse=warehouse or wanted.warehouse)
        return call(atp.basket, wanted).showing(
            warehouses="warehouse complete_on",
            lines="product quantity unit on available_on complete_on split",
        )
    if product is None:
        raise Usage("product is missing; give its code, or --line for each of a basket")
    one = request(AtpRequest, None, {"quantity": quantity, "on": on}, product=product)
    return call(atp.product, one, warehouse).showing(
        split="date quantity", warehouses="warehouse available_on complete_on split"
    )


@app.reads("orderdesk stock check 11 --quantity 120 --on 2026-12-01 --json")
def check(
    product: Product,
    quantity: Annotated[
        str | None, typer.Option(help="In the product's unit; left out, 1.")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="When it is to go; left out, the company's today."),
    ] = None,
    warehouse: Annotated[str | None, typer.Option(help="Of this one alone.")] = None,
) -> Call:
    """Say all of a product that matters on the telephone: stock, each day ahead, the answers."""
    from orderdesk.services.stock_check import check

    one = request(AtpRequest, None, {"quantity": quantity, "on": on}, product=product)
    return call(check, one, warehouse).showing(
        **{
            "asked.split": "date quantity",
            "asked.warehouses": "warehouse available_on complete_on split",
        },
        days="warehouse date comes needed expires? free promisable",
        supplies="id due warehouse quantity reference late",
        others="product name kind available unit",
        parts="product name quantity unit available",
    )


@app.lists("orderdesk stock backorders --find chai --json")
def backorders(find: Find = "", sort: EarliestFirst = "") -> Shown:
    """List the products that order lines wait for, those needed the longest ago first."""
    from orderdesk.exchange.lists.backorders import BackorderList

    return Shown(
        [BackorderList(find, sort)],
        "product name warehouse waiting unit free needed expected_on? promised?",
    )


def _basket(file: str | None, lines: Sequence[str]) -> BasketRequest:
    """Read a basket from JSON, or from lines as typed. Raises Usage where there are both."""
    if not lines:
        return request(BasketRequest, file, {})
    if file is not None:
        raise Usage(f"give either {file} or --line")
    return request(BasketRequest, None, {}, lines=[_line(each) for each in lines])


def _line(text: str) -> dict[str, str]:
    """Read a line of a basket: PRODUCT:QUANTITY, and the day it is wanted. Raises Usage."""
    product, _, rest = text.partition(":")
    quantity, _, on = rest.partition(":")
    if not product or not quantity:
        raise Usage(
            f"--line {text!r} is not as it should be; "
            "write PRODUCT:QUANTITY or "
            "PRODUCT:QUANTITY:DATE"
        )
    return {"product": product, "quantity": quantity, **({"on": on} if on else {})}


@app.changes("""\
orderdesk stock receive 11 --quantity 120 --reference 'DN 4711'
orderdesk stock receive --supply 12
orderdesk stock receive 11 --quantity 48 --lot L-0815 --expires 2027-01-31 --bin A-01
orderdesk stock receive 90 --serial SN-1 --serial SN-2""")
@options(ReceiveRequest, without="product serials")
def receive(
    product: Annotated[
        str | None,
        typer.Argument(
            help="The product's code or EAN, left out with --supply; or JSON: a file, or -.",
            metavar="PRODUCT|FILE",
        ),
    ] = None,
    serial: Serial = None,
    serials_file: Serials = None,
    **given: Any,
) -> Call:
    """Take goods in, with --supply those that were expected; lines that wait are served at once.

    Goods that are tracked come with their lot, or with the number of every piece.
    """
    from orderdesk.services.stock import receive

    typed = {**given, "serials": serials(serial, serials_file)}
    if product is None:
        asked = request(ReceiveRequest, None, typed)
    else:
        asked = request_named(ReceiveRequest, product, "product", typed)
    # What was received says what people look for in the entries.
    return call(receive, asked).numbering(*_ENTRIES).showing(movement="", more="")


@app.changes("orderdesk stock reverse 4711 --reason 'Booked twice'")
def reverse(
    movement: Annotated[
        int, typer.Argument(help="The receipt's id, as `stock moves` has it.", metavar="MOVEMENT")
    ],
    reason: StockReason = "",
) -> Call:
    """Take a receipt back as if it had not come; refused where its goods are gone."""
    from orderdesk.services.stock import reverse

    return call(reverse, movement, reason).numbering(*_ENTRIES)


@app.changes("orderdesk stock adjust 11 --counted 118 --reason DAMAGED")
@options(AdjustRequest, without="product serials")
def adjust(
    product: ProductOrFile, serial: Serial = None, serials_file: Serials = None, **given: Any
) -> Call:
    """Put stock right, by a difference (--quantity -2) or by a count (--counted 118)."""
    from orderdesk.services.stock import adjust

    typed = {**given, "serials": serials(serial, serials_file)}
    asked = request_named(AdjustRequest, product, "product", typed)
    return call(adjust, asked).numbering(*_ENTRIES)


def _transfers() -> Noun:
    from orderdesk.cli.transfers import app

    return app


@app.changes("""\
orderdesk stock status 11 --quantity 4 --to quarantine --reason 'Wet boxes'
orderdesk stock status 11 --quantity 1 --from quarantine --to damaged --reason DAMAGED""")
@options(StatusRequest, without="product before after serials")
def status(
    product: ProductOrFile,
    before: Annotated[
        str | None,
        typer.Option("--from", metavar="STATUS", help=f"{_STATUSES}, expired; left out, free."),
    ] = None,
    after: Annotated[
        str | None,
        typer.Option("--to", metavar="STATUS", help=f"{_STATUSES}; left out, free."),
    ] = None,
    serial: Serial = None,
    serials_file: Serials = None,
    **given: Any,
) -> Call:
    """Say that goods are not to be used, or are again; only free ones are allocated.

    In JSON the two are `before` and `after`. What was allocated of goods that are free no more is
    taken from the orders of the worst rank.
    """
    from orderdesk.services.statuses import status

    pieces = serials(serial, serials_file)
    typed = {**given, "before": before, "after": after, "serials": pieces}
    asked = request_named(StatusRequest, product, "product", typed)
    return call(status, asked).numbering(*_ENTRIES)


@app.changes(
    """\
orderdesk stock move-bin 11 --from RECEIVING --to A-01
orderdesk stock move-bin 11 --quantity 12 --from A-01 --to B-07 --lot L-0815""",
    name="move-bin",
)
@options(BinMoveRequest, without="product bin serials")
def move_bin(
    product: ProductOrFile,
    bin: Annotated[
        str | None,
        typer.Option("--from", metavar="BIN", help="Left out, what lies in none."),
    ] = None,
    serial: Serial = None,
    serials_file: Serials = None,
    **given: Any,
) -> Call:
    """Move goods from one bin of a warehouse to another.

    In JSON the two are `bin` and `to`. What is allocated of the goods stays allocated.
    """
    from orderdesk.services.bin_moves import move

    typed = {**given, "bin": bin, "serials": serials(serial, serials_file)}
    asked = request_named(BinMoveRequest, product, "product", typed)
    return call(move, asked).numbering(*_ENTRIES)


def _lots() -> Noun:
    from orderdesk.cli.lots import app

    return app


def _counts() -> Noun:
    from orderdesk.cli.counts import app

    return app


app.inner("lot", _lots, "List the lots of a product, and change what is known of them.")
app.inner("count", _counts, "Count what lies in a warehouse, and let the books follow.")
app.inner("transfer", _transfers, "Send goods from one warehouse to another, and take them in.")
app.imports(
    "stock",
    "Take in stock: receipts by `quantity`, counts by `counted`.",
    "orderdesk stock import count.csv --map product=Item --map counted=Pieces",
)
