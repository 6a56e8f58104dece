"""`orderdesk credit`: what a customer may owe, and owes."""

from typing import Annotated

import typer

from orderdesk.cli.command import Call, call
from orderdesk.cli.errors import Usage
from orderdesk.cli.given import Version
from orderdesk.cli.nouns import Noun

app = Noun("Show a customer's credit and set its limit.")

Customer = Annotated[str, typer.Argument(help="The customer's code.", metavar="CUSTOMER")]


@app.reads("orderdesk credit show ACME --json")
def show(customer: Customer) -> Call:
    """Show a customer's limit, exposure with its parts, and the verdict on it."""
    from orderdesk.services.credit.account import show

    return call(show, customer)


@app.changes("orderdesk credit limit ACME --limit 25000 --reason 'New insurance'")
def limit(
    customer: Customer,
    amount: Annotated[
        str | None,
        typer.Option(
            "--amount", "--limit", metavar="AMOUNT", help="In its currency; 0 is no credit."
        ),
    ] = None,
    unlimited: Annotated[bool, typer.Option("--unlimited", help="No limit at all.")] = False,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    version: Version = None,
) -> Call:
    """Give a customer another credit limit."""
    from orderdesk.services.credit.account import set_limit

    if unlimited == (amount is not None):
        raise Usage("give either --amount or --unlimited")
    return call(set_limit, customer, amount, reason, version)
