"""The desk itself: `orderdesk`, `orderdesk open` and `orderdesk demo`."""

from typing import Annotated, Any

import typer

from orderdesk.cli import acting
from orderdesk.cli.asked import asked_of
from orderdesk.cli.errors import say
from orderdesk.cli.nouns import Noun
from orderdesk.cli.opening import open_desk, refuse_without_terminal
from orderdesk.cli.progress import progress
from orderdesk.domain.errors import Unavailable

app = Noun("Open the desk.")


@app.does("orderdesk --db shop.db open order-entry", name="open")
def open_(
    context: typer.Context,
    screen: Annotated[
        str | None,
        typer.Argument(
            help="order-entry, orders, customers, credit-check, stock-check, backorders, "
            "queues; else the menu."
        ),
    ] = None,
) -> None:
    """Open the desk at a screen."""
    open_desk(asked_of(context), screen)


@app.does("orderdesk --db demo.db demo")
def demo(
    context: typer.Context,
    no_open: Annotated[bool, typer.Option("--no-open", help="Only make it.")] = False,
) -> Any:
    """Make the demo company on first use, and open the desk on it.

    It is Northwind, a public sample. Where it is there already, nothing is changed.
    """
    from orderdesk.exchange.demo import make

    asked = asked_of(context)
    if asked.read_only:
        raise Unavailable("read_only", "making the demo writes; leave out --read-only")
    if not no_open:
        refuse_without_terminal()
    acting.start_collecting()
    with progress("demo") as told:
        made = make(acting.where(asked), told, user=acting.named_user(asked))
    if no_open:
        return made
    if made.made:
        for sentence in made.said:
            say(sentence)
    open_desk(asked)
    return None
