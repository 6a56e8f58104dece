"""`orderdesk stock transfer`: goods from one warehouse to another."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from orderdesk.cli.command import Call, Listing, call
from orderdesk.cli.given import (
    Serial,
    Serials,
    StockReason,
    Version,
    options,
    request_named,
    serials,
)
from orderdesk.cli.nouns import Noun
from orderdesk.domain.transfers import Arrived, TransferRequest

app = Noun(
    "Send goods from one warehouse to another, and take them in.\n\n"
    "`stock transfer PRODUCT` sends, as `stock transfer send PRODUCT` does.",
    usual="send",
)

Number = Annotated[str, typer.Argument(help="The transfer's number.", metavar="NUMBER")]


@app.changes("""\
orderdesk stock transfer 11 --quantity 10 --from 01 --to 02 --due 2026-12-01
orderdesk stock transfer send 11 --quantity 10 --to 02""")
@options(TransferRequest, without="product source target serials")
def send(
    product: Annotated[
        str,
        typer.Argument(
            help="The product's code or EAN; or JSON: a file, or -.", metavar="PRODUCT|FILE"
        ),
    ],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="WAREHOUSE", help="Left out, the company's own."),
    ] = None,
    target: Annotated[
        str | None, typer.Option("--to", metavar="WAREHOUSE", help="Left out, the company's own.")
    ] = None,
    serial: Serial = None,
    serials_file: Serials = None,
    **given: Any,
) -> Call:
    """Send goods to another warehouse: they leave at once, and are expected there.

    In JSON the two warehouses are `source` and `target`. What is allocated to orders is not sent.
    """
    from orderdesk.services.transfers import send

    pieces = serials(serial, serials_file)
    typed = {**given, "source": source, "target": target, "serials": pieces}
    asked = request_named(TransferRequest, product, "product", typed)
    return call(send, asked).numbering("id", "supply")


@app.changes("""\
orderdesk stock transfer receive TR-000001
orderdesk stock transfer receive 1 --quantity 8 --write-off --reason LOST""")
def receive(
    number: Number,
    quantity: Annotated[
        str | None, typer.Option(help="What has come; left out, all that is on the way.")
    ] = None,
    write_off: Annotated[
        bool, typer.Option("--write-off", help="What is missing is lost, and not on the way.")
    ] = False,
    reason: StockReason = "",
    bin: Annotated[str | None, typer.Option(help="The bin that it is put in.")] = None,
    lot: Annotated[str | None, typer.Option(help="The lot that has come.")] = None,
    serial: Serial = None,
    serials_file: Serials = None,
    version: Version = None,
) -> Call:
    """Take in what has come; what is missing stays on the way, or is written off."""
    from orderdesk.services.transfers import receive

    pieces = tuple(serials(serial, serials_file) or ())
    came = Arrived(bin=bin, lot=lot, serials=pieces)
    return call(
        receive,
        number,
        quantity,
        write_off=write_off,
        reason=reason,
        goods_in=came,
        version=version,
    )


@app.changes("orderdesk stock transfer cancel TR-000001 --reason 'Sent by mistake'")
def cancel(number: Number, reason: StockReason = "", version: Version = None) -> Call:
    """Bring what is on the way back to where it was sent from."""
    from orderdesk.services.transfers import cancel

    return call(cancel, number, reason, version)


@app.reads("orderdesk stock transfer show TR-000001 --json")
def show(number: Number) -> Call:
    """Show a transfer."""
    from orderdesk.services.transfers import show

    return call(show, number)


@app.lists("orderdesk stock transfer list --json", name="list")
def list_(
    everything: Annotated[
        bool, typer.Option("--everything", help="Those too of which nothing is on the way.")
    ] = False,
) -> Listing:
    """List the transfers that are on the way, the newest first."""
    from orderdesk.services.transfers import NEWEST, list_

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        before = last.id if last else NEWEST
        return desk.read(list_, before, count, everything=everything)  # type: ignore[no-any-return]

    return Listing(page, "number status product quantity open unit source target due late")
