"""`orderdesk credit`: what a customer may owe, and owes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orderdesk.cli.asked import Asked
from orderdesk.cli.command import Call, Changes, Listing, call
from orderdesk.cli.errors import Usage, say
from orderdesk.cli.given import Ceiling, HoldCodes, Until, Version
from orderdesk.cli.nouns import Noun
from orderdesk.domain.text import fold_code

if TYPE_CHECKING:
    from orderdesk.store.desk import Desk

app = Noun("Show a customer's credit, look ahead, set its limit, and let orders through.")

Customer = Annotated[str, typer.Argument(help="The customer's code.", metavar="CUSTOMER")]
Reason = Annotated[str, typer.Option(help="Why.")]


class Relieves(Changes):
    """A command that may let a customer's held orders pass: it looks at them again at once."""

    def follow(self, asked: Asked, wanted: Any, desk: "Desk") -> None:
        """Look at the held orders, and say which of them passed."""
        if asked.dry_run:
            say("a dry run does not look at which held orders would pass")
            return
        from orderdesk.exchange.passing import pass_on

        customer = fold_code(wanted.arguments[0])
        cause = f"credit of {customer} set by {desk.user}"
        for words in pass_on(desk, [customer], cause, asked.command_id).said():
            say(words)


@app.reads("orderdesk credit show ACME --json")
def show(customer: Customer) -> Call:
    """Show a customer's limit, exposure with its parts, and the verdict on it."""
    from orderdesk.services.credit.account import show

    return call(show, customer)


@app.changes("orderdesk credit limit ACME --limit 25000 --reason 'New insurance'", kind=Relieves)
def limit(
    customer: Customer,
    amount: Annotated[
        str | None,
        typer.Option(
            "--amount", "--limit", metavar="AMOUNT", help="In its currency; 0 is no credit."
        ),
    ] = None,
    unlimited: Annotated[bool, typer.Option("--unlimited", help="No limit at all.")] = False,
    until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="A temporary limit: its last day (2026-03-31)."),
    ] = None,
    reason: Reason = "",
    version: Version = None,
) -> Call:
    """Give a customer another credit limit, for good or until a day.

    Held orders that nothing stands against any more pass at once, the oldest first; those that
    you entered yourself wait for somebody else.
    """
    from orderdesk.services.credit.account import set_limit

    if unlimited == (amount is not None):
        raise Usage("give either --amount or --unlimited")
    return call(set_limit, customer, amount, reason, version, until)


@app.changes("orderdesk credit parent ACME-NORTH --parent ACME", kind=Relieves)
def parent(
    customer: Customer,
    parent: Annotated[
        str | None, typer.Option(metavar="CUSTOMER", help="Who holds the limit for both.")
    ] = None,
    alone: Annotated[bool, typer.Option("--alone", help="It holds its own limit.")] = False,
    version: Version = None,
) -> Call:
    """Let another customer hold the credit limit for this one, or let it hold its own."""
    from orderdesk.services.credit.account import set_parent

    if alone == (parent is not None):
        raise Usage("give either --parent or --alone")
    return call(set_parent, customer, parent, version)


@app.changes("orderdesk credit grant SO-000001 --ceiling 5000 --until 2026-12-31 --reason 'Paid'")
def grant(
    order: Annotated[str, typer.Argument(help="The order's number.", metavar="ORDER")],
    code: HoldCodes = None,
    ceiling: Ceiling = None,
    until: Until = None,
    reason: Reason = "",
    version: Version = None,
) -> Call:
    """Let an order through up to a ceiling and until a day, as `order release` does."""
    from orderdesk.services.orders.holds import release

    codes = tuple(code) if code else None
    granted = call(release, order, codes, ceiling, reason, version, until)
    return granted.showing(id="", lines="line product ordered open", holds="code line message")


@app.reads("orderdesk credit what-if ACME --amount 1200 --on 2026-12-31 --json", name="what-if")
def what_if(
    customer: Customer,
    amount: Annotated[str, typer.Option(help="In its currency.")],
    on: Annotated[str | None, typer.Option(metavar="DATE", help="Left out, today.")] = None,
) -> Call:
    """Show what a customer's credit would be after an amount on a day."""
    from orderdesk.services.credit.outlook import what_if

    return call(what_if, customer, amount, on)


@app.reads("orderdesk credit burn-down ACME --json", name="burn-down")
def burn_down(customer: Customer) -> Call:
    """Show when a customer's headroom comes back, and when its held orders would pass."""
    from orderdesk.services.credit.outlook import burn_down

    return call(burn_down, customer)


@app.lists("orderdesk credit checks --json")
def checks() -> Listing:
    """List which checks are on, warn or are off, for everyone and for groups."""
    from orderdesk.services.credit.modes import list_

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        found: Sequence[Any] = desk.read(list_) if last is None else ()
        return found[:count]

    return Listing(page, "check group mode threshold")


@app.changes("orderdesk credit check overdue --mode on --threshold 14 --group RETAIL")
def check(
    name: Annotated[str, typer.Argument(help="Which check.", metavar="CHECK")],
    mode: Annotated[str | None, typer.Option(help="on, warn or off; '' drops a group's.")] = None,
    threshold: Annotated[str | None, typer.Option(help="Days, or percent of a share.")] = None,
    group: Annotated[
        str, typer.Option(help="For customers of this group; left out, for all others.")
    ] = "",
) -> Call:
    """Set how a check goes for everyone, or for a group of customers."""
    from orderdesk.services.credit.modes import set_

    return call(set_, name, mode, threshold, group)


app.imports(
    "credit",
    "Take in open items: invoices, payments and credits, known by customer, kind and number.",
    "orderdesk credit import items.csv --map customer=Debtor --map open=Balance",
)
