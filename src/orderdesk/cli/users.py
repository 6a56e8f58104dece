"""`orderdesk user`: who acts here, their PINs, and what their roles may do."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer

from orderdesk.cli import acting
from orderdesk.cli.asked import asked_of
from orderdesk.cli.command import Call, Listing, call
from orderdesk.cli.errors import Usage
from orderdesk.cli.masters import noun

app = noun("user", "user")

_RIGHTS = {"rights": "right most says"}


@app.shows_or_changes("orderdesk user rights clerk --right discount --most 5")
def rights(
    role: Annotated[str, typer.Argument(help="The role's code.", metavar="ROLE")],
    right: Annotated[str | None, typer.Option(help="What the role is to be allowed.")] = None,
    most: Annotated[
        str | None,
        typer.Option(help="How far: percent, or an amount in the company's currency; else any."),
    ] = None,
    take: Annotated[bool, typer.Option("--take", help="Take the right away.")] = False,
) -> Call:
    """Show what a role may do, or with --right let it do more or less."""
    from orderdesk.services import roles

    if right is None:
        if most is not None or take:
            raise Usage("--most and --take go with --right; name the right")
        return replace(call(roles.show, role).showing(**_RIGHTS), changes=False)
    return call(roles.set_right, role, right, most, taken=take).showing(**_RIGHTS)


@app.lists("orderdesk user roles --json")
def roles() -> Listing:
    """List every role with what it may do."""
    from orderdesk.services.roles import list_

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        found: Sequence[Any] = desk.read(list_) if last is None else ()
        return found[:count]

    return Listing(page, "role name")


@app.does("orderdesk user pin clerk --new-from pin.txt")
def pin(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The user's name.", metavar="NAME")],
    new_from: Annotated[
        str | None,
        typer.Option(metavar="FILE|-", help="Where the new PIN stands, in the first line."),
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="Take the PIN away.")] = False,
) -> Any:
    """Give a user another PIN, which unlocks them too; on a terminal it is asked for.

    Whoever has a PIN needs it: in ORDERDESK_PIN, or in the file that ORDERDESK_PIN_FILE names.
    """
    from orderdesk.services import people

    with acting.opened_desk(asked_of(context)) as desk:
        typed = "" if none else _new_pin(name, new_from)
        return desk.run(people.set_pin, name, people.hash_pin(typed))


def _new_pin(user: str, new_from: str | None) -> str:
    """Give the new PIN, from where it stands, or typed twice. Raises Usage where there is none."""
    if new_from is not None:
        typed = acting.first_line(new_from)
    else:
        first = acting.ask_unseen(f"New PIN of {user}: ")
        if first is None:
            raise Usage("the new PIN is missing; name a file with --new-from, or - for stdin")
        if first != acting.ask_unseen("Once more: "):
            raise Usage("the two PINs differ; nothing was changed")
        typed = first
    if not typed.strip():
        raise Usage("the new PIN is empty; --none takes a PIN away")
    return typed
