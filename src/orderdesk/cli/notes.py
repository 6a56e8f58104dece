"""`orderdesk note`: what is noted on customers, products and orders, and for whom."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from orderdesk.cli.command import Call, Listing, call
from orderdesk.cli.errors import Usage
from orderdesk.cli.given import is_document, options, request
from orderdesk.cli.nouns import Noun
from orderdesk.domain.notes import NoteRequest

app = Noun("Note something on a customer, product, order or line, and list the notes.")


@app.changes("""\
orderdesk note add customer ACME --text 'Closed on Mondays' --audience 'pick list'
orderdesk note add order SO-000001 --line 2 --text 'Wrap each in paper'""")
@options(NoteRequest, without="subject key", line="Of an order: the line that it stands on.")
def add(
    subject: Annotated[
        str,
        typer.Argument(
            help="customer, product or order; or JSON: a file, or -.", metavar="ON|FILE"
        ),
    ],
    key: Annotated[str | None, typer.Argument(help="Its code or number.", metavar="CODE")] = None,
    **given: str | None,
) -> Call:
    """Keep a note, from options or JSON."""
    from orderdesk.services.notes import add

    if is_document(subject):
        return call(add, request(NoteRequest, subject, given)).numbering("id")
    if key is None:
        raise Usage(f"{subject} is missing; give its code or number too")
    asked = request(NoteRequest, None, given, subject=subject, key=key)
    return call(add, asked).numbering("id")


@app.lists("orderdesk note list customer ACME --json", name="list")
def list_(
    subject: Annotated[str, typer.Argument(help="customer, product or order.", metavar="ON")],
    key: Annotated[str, typer.Argument(help="Its code or number.", metavar="CODE")],
    line: Annotated[int | None, typer.Option(help="Of this line of an order alone.")] = None,
    audience: Annotated[
        str | None, typer.Option(help="Only for these: inside, pick list or document.")
    ] = None,
) -> Listing:
    """List the notes on something, the oldest first."""
    from orderdesk.services.notes import list_

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        after = last.id if last else 0
        return desk.read(  # type: ignore[no-any-return]
            list_, subject, key, line=line, audience=audience, after=after, limit=count
        )

    return Listing(page, "at actor line audience text")
