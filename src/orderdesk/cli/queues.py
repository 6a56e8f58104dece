"""`orderdesk queue`: what waits for somebody to decide, and the decisions."""

from dataclasses import replace
from typing import Annotated

import typer

from orderdesk.cli.command import Call, Shown, call
from orderdesk.cli.given import OldestFirst, Version, options, request
from orderdesk.cli.nouns import Noun
from orderdesk.domain.queues import QueueFilter

app = Noun("List what waits for a decision, a call or a word; take, approve, reject or note it.")

Id = Annotated[
    str,
    typer.Argument(
        help="As `queue list` gives it: holds-17, calling-170002, promises-170002.", metavar="ID"
    ),
]
Reason = Annotated[str, typer.Option("--reason", metavar="REASON", help="Why, for the record.")]


@app.lists(
    """\
orderdesk queue list holds --reason credit_limit --json
orderdesk queue list calling
orderdesk queue list promises""",
    name="list",
)
@options(
    QueueFilter,
    only="reason customer subject",
    reason="Only what waits for this reason: credit_limit, manual, slipped, ...",
    customer="Only of this customer, by its code.",
    subject="Only of this order, by its number.",
)
def list_(
    name: Annotated[
        str | None, typer.Argument(help="Which queue; left out, every one.", metavar="NAME")
    ] = None,
    sort: OldestFirst = "",
    **given: str | None,
) -> Shown:
    """List what waits in a queue, or in all of them; what has waited longest first."""
    from orderdesk.exchange.lists.queues import QueueList
    from orderdesk.services.queues.reading import with_reason

    wanted = request(QueueFilter, None, given)
    names = [name] if name is not None else with_reason(wanted.reason)
    return Shown(
        [QueueList(replace(wanted, queue=each), sort) for each in names],
        "id subject customer reason line? message total waiting_seconds taken_by?",
    )


@app.changes("orderdesk queue take holds-17")
def take(id: Id) -> Call:
    """Tell the others that you look into it; it falls back after ten minutes."""
    from orderdesk.services.queues.deciding import take

    return call(take, id)


@app.changes("orderdesk queue approve holds-17 --ceiling 5000 --until 2026-12-31")
def approve(
    id: Id,
    ceiling: Annotated[
        str | None,
        typer.Option(
            help="How far the order may grow, today's total where it is left out; or the "
            "shortfall, quantity or percentage that the hold measures."
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(help="Last ISO date of the release; left out, the company's usual days."),
    ] = None,
    reason: Reason = "",
    version: Version = None,
) -> Call:
    """Release a hold, never one of your own orders; or say that a customer was called, or told."""
    from orderdesk.services.queues.deciding import approve

    return _order(call(approve, id, ceiling, until, reason, version))


@app.changes("orderdesk queue reject holds-17 --reason 'Ask for half of it in advance'")
def reject(id: Id, reason: Reason = "", version: Version = None) -> Call:
    """Leave an order held and tell whoever entered it why; an amendment of it asks again."""
    from orderdesk.services.queues.deciding import reject

    return _order(call(reject, id, reason, version))


@app.changes("orderdesk queue called calling-170002 --reason 'Nobody there' --next 2026-12-01")
def called(
    id: Id,
    reason: Reason = "",
    next: Annotated[
        str | None,
        typer.Option(
            "--next", metavar="DATE", help="ISO date of the next call; left out, tomorrow."
        ),
    ] = None,
) -> Call:
    """Note a call in vain about a line that is there; it waits again from the next day to call."""
    from orderdesk.services.queues.deciding import called

    return _order(call(called, id, reason, next))


@app.changes(
    "orderdesk queue told promises-170002 --reason 'They take the rest later' "
    "--requested 2026-12-15"
)
def told(
    id: Id,
    reason: Reason = "",
    requested: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="ISO date on which they want it now, where they say."),
    ] = None,
    version: Version = None,
) -> Call:
    """Note what the customer of a line that slipped was told; it waits no more."""
    from orderdesk.services.queues.deciding import told

    return _order(call(told, id, reason, requested, version))


@app.changes("orderdesk queue note holds-17 --text 'Called, they pay on Friday'")
def note(
    id: Id,
    text: Annotated[str, typer.Option(help="What is to be noted.")],
    audience: Annotated[
        str, typer.Option(help="Who it is for: inside, pick list or document.")
    ] = "inside",
) -> Call:
    """Keep a note on the order or line that waits."""
    from orderdesk.services.queues.deciding import note

    return call(note, id, text, audience).numbering("id")


def _order(wanted: Call) -> Call:
    """Give a call of a service that gives an order, as those who decide want to see it."""
    return wanted.showing(
        id="",
        lines="line product description ordered open allocated=Alloc price net",
        charges="line code description amount",
        holds="code line message released_by? ceiling? until? rejected_by? rejection?",
    )
