"""`orderdesk allocation`: who has stock and who waits for it, why, and stock moved by hand."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer

from orderdesk.cli import acting, output
from orderdesk.cli.asked import CHANGING, EVERYWHERE, Asked
from orderdesk.cli.command import Call, Command, Listing, Shown, call
from orderdesk.cli.errors import say
from orderdesk.cli.nouns import Noun, build
from orderdesk.domain.allocation import MoveRequest

app = Noun("Say who has stock and who waits for it, and why; share it out; move it.")

_RUN: Final = """\
Give free stock to the lines that wait for it, the best rank first.

Stock that comes in or is freed goes to those who wait at once; this is for lines that come within
the allocation horizon, and is a step of `nightly` too. It works in pieces, so that no desk waits
long, and may be run again at any time.
"""

Product = Annotated[str, typer.Argument(help="The product's code or EAN.", metavar="PRODUCT")]
Order = Annotated[str, typer.Argument(help="The order's number.", metavar="ORDER")]
Line = Annotated[int, typer.Argument(help="The line's number.", metavar="LINE")]


class Runs(Command):
    """The command that runs the allocation."""

    takes = (*EVERYWHERE, *CHANGING)

    def carry_out(self, asked: Asked, wanted: Any) -> None:
        """Run it and print what was done; rehearsed, say what would be."""
        from orderdesk.exchange.allocation import ahead, run

        with output.opened(asked) as printer, acting.opened_desk(asked) as desk:
            if asked.dry_run:
                printer.one(ahead(desk, wanted))
                return
            view = run(desk, wanted, command_id=asked.command_id)
            if not asked.json:
                say(f"{view.served} lines were served")
            printer.one(view)


def run(
    product: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Only of this product; may be repeated."),
    ] = None,
) -> tuple[str, ...]:
    """Say of which products."""
    return tuple(product or ())


app.later(
    "run",
    lambda: build(run, "run", Runs, "orderdesk allocation run --product 11 --json", _RUN),
    _RUN,
)


@app.lists("orderdesk allocation show 11 --limit 20")
def show(
    product: Product,
    warehouse: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only at this warehouse.")
    ] = None,
) -> Listing:
    """List the open lines of a product, the best rank first: who has stock, and who waits.

    The rank is a line's place among those that wait at its warehouse, as `waiting` and `explain`
    say it; a line that has all that it needs has none. Ranked is the day by which its goods must
    leave to keep its promise, or where it was never promised, on which they are needed.
    """
    from orderdesk.services.allocation.explaining import show

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        after = last.place if last else 0
        return desk.read(show, product, warehouse, after, count)  # type: ignore[no-any-return]

    return Listing(
        page,
        "rank order line customer ranked promised? needed open allocated backordered warehouse",
    )


@app.lists("orderdesk allocation waiting 11 --json")
def waiting(
    product: Product,
    warehouse: Annotated[
        str | None, typer.Option(metavar="CODE", help="Left out, the company's own.")
    ] = None,
) -> Shown:
    """List the lines that wait for a product, the best rank first, and what each gets when.

    The rank is a line's place among those that wait at the warehouse. Ranked is the day by which
    its goods must leave to keep its promise, or where it was never promised, on which they are
    needed.
    """
    from orderdesk.exchange.lists.backorders import WaitingList

    return Shown(
        [WaitingList(product, warehouse or "")],
        "rank order line customer ranked promised? backordered allocated complete_on? gets",
    )


@app.reads("orderdesk allocation explain SO-000831 2 --json")
def explain(order: Order, line: Line) -> Call:
    """Say why a line has what it has, who is ahead of it, and when it will be its turn.

    The rank is its place among the lines that wait for the product at its warehouse.
    """
    from orderdesk.services.allocation.explaining import explain

    return call(explain, order, line).showing(
        ahead="rank order line quantity ranked_by",
        decisions="at cause quantity wanted free kept actor",
    )


@app.changes(
    "orderdesk allocation move SO-000831 2 SO-000840 1 --quantity 5 --reason 'Promised by phone' "
    "--dry-run"
)
def move(
    order: Annotated[str, typer.Argument(help="The order that loses it.", metavar="FROM")],
    line: Line,
    to_order: Annotated[str, typer.Argument(help="The order that gets it.", metavar="TO")],
    to_line: Annotated[int, typer.Argument(help="Its line.", metavar="LINE")],
    quantity: Annotated[
        str | None,
        typer.Option(help="In the product's unit; left out, all that can be moved."),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="REASON", help="Why.")] = "",
) -> Call:
    """Move stock from one order line to another, and say who slips by it and by how long.

    Of each it says what was promised, when it would arrive now, and whether that breaks the
    promise. With --dry-run it only says so. Both orders get an event.
    """
    from orderdesk.services.orders.moving import move

    asked = MoveRequest(
        order=order,
        line=line,
        to_order=to_order,
        to_line=to_line,
        quantity=quantity,
        reason=reason,
    )
    return call(move, asked).showing(slips="order line quantity after days promised arrives breaks")
