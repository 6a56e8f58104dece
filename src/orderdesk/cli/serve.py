"""`orderdesk serve`: the desk in a browser."""

import os
import shlex
import subprocess
import sys
from typing import Annotated, Any

import typer

from orderdesk.cli import acting
from orderdesk.cli.asked import Asked, asked_of
from orderdesk.cli.errors import say
from orderdesk.cli.nouns import Noun
from orderdesk.cli.opening import refuse_unknown_screen
from orderdesk.domain.errors import Unavailable

app = Noun("Serve the desk to browsers.")


@app.does("orderdesk --db shop.db serve --port 8000")
def serve(
    context: typer.Context,
    screen: Annotated[
        str | None, typer.Argument(help="Where each desk begins, as in `open`; else the menu.")
    ] = None,
    host: Annotated[
        str, typer.Option(help="The address to listen at; others than this machine's need care.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="The port to listen at; 0 takes a free one.")
    ] = 8000,
    public_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The address of the proxy that stands before it."),
    ] = None,
) -> Any:
    """Serve the desk to browsers, until Ctrl+C.

    Each page is a desk of its own, in a process of its own, and whoever opens it signs in by name
    and PIN; nobody is known by this machine, and a user without a PIN does not come in. Only this
    machine reaches it. It belongs behind a proxy with TLS and a login: --public-url names that,
    for pages of any other origin are refused. It takes `pip install 'orderdesk[serve]'`.
    """
    asked = asked_of(context)
    refuse_unknown_screen(screen)
    try:
        from orderdesk.cli import browser
    except ModuleNotFoundError as error:
        raise Unavailable(
            "no_textual_serve",
            f"the desk in a browser needs {error.name}; `pip install 'orderdesk[serve]'` gets it",
        ) from None
    listening = browser.listen(host, port)
    with listening:
        pages = browser.pages_allowed(listening, public_url)
        # What stands against opening the database is told here, before a page could only end.
        acting.seat_in_browser(asked).desk.close()
        # A PIN that was given to this program is nobody's who opens the page.
        for name in ("ORDERDESK_PIN", "ORDERDESK_PIN_FILE"):
            os.environ.pop(name, None)
        say(f"The desk is at {pages[0]} until Ctrl+C; it belongs behind a proxy with a login.")
        acting.start_collecting()
        browser.Pages(desk_command(asked, screen), pages).serve(listening)


def desk_command(asked: Asked, screen: str | None) -> str:
    """Give the shell's command line that opens a desk as it was asked for."""
    words = [sys.executable, "-m", "orderdesk"]
    words += ["--db", asked.db] if asked.db else []
    words += ["--user", asked.user] if asked.user else []
    words += ["--read-only"] if asked.read_only else []
    words += ["--no-color"] if asked.no_color else []
    words += ["open", screen] if screen else ["open"]
    # Without `exec` a shell might stay between, and would be ended in place of the desk.
    return subprocess.list2cmdline(words) if os.name == "nt" else f"exec {shlex.join(words)}"
