"""`orderdesk config`: the user's own settings and keys."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orderdesk.cli import acting
from orderdesk.cli.asked import asked_of
from orderdesk.cli.command import Listing
from orderdesk.cli.errors import Usage
from orderdesk.cli.nouns import Noun

if TYPE_CHECKING:
    from orderdesk.exchange.settings import Settings

app = Noun("Show and change your own settings and keys.")


@app.does("orderdesk config show --json")
def show(context: typer.Context) -> dict[str, Any]:
    """Show what the settings file says, and what counts here with options and environment."""
    from orderdesk.cli.log import log_path
    from orderdesk.exchange.settings import read_settings

    asked = asked_of(context)
    settings = read_settings()
    place = acting.where(asked)
    return {
        "path": str(settings.path),
        "db": _shown(settings.db),
        "user": settings.user,
        "keys": {action: list(keys.names) for action, keys in settings.keys.items()},
        "log": str(log_path()),
        "acting_on": _shown(place),
        "acting_as": acting.named_user(asked) or f"whoever {acting.system_user()} is mapped to",
    }


@app.does("orderdesk config set db ~/shop.db", name="set")
def set_(
    setting: Annotated[str, typer.Argument(help="db, user, or keys.ACTION.", metavar="SETTING")],
    value: Annotated[
        str | None, typer.Argument(help="Its value; left out, the setting is taken away.")
    ] = None,
) -> dict[str, Any]:
    """Write one setting; every other line of the file stays as it is.

    Several keys for one action are written with commas: `keys.post f9,ctrl+o`.
    """
    from orderdesk.exchange.settings import change_setting

    value = value or ""
    check = _check_of(setting.removeprefix("keys.")) if setting.startswith("keys.") else None
    settings = change_setting(setting, value, check=check)
    return {"path": str(settings.path), "setting": setting, "value": _shown(value)}


@app.lists("orderdesk config keys")
def keys() -> Listing:
    """List every action of the desk, its keys, and what it does."""
    from orderdesk.exchange.settings import read_settings
    from orderdesk.screens.commands import EVERY_ACTION

    settings = read_settings()
    settings.refuse_unknown(EVERY_ACTION)
    rows = [
        {
            "action": action.id,
            "keys": ", ".join(
                settings.keys[action.id].names if action.id in settings.keys else action.keys
            ),
            "default": ", ".join(action.keys),
            "help": action.help,
        }
        for action in EVERY_ACTION.values()
    ]

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        start = 0 if last is None else rows.index(last) + 1
        return rows[start : start + count]

    return Listing(page, "action keys help", desk_needed=False)


def _shown(value: str) -> str:
    """Give a value as it may be shown: a URL without its password; else as it is."""
    from orderdesk.cli.log import without_passwords

    return without_passwords(value)


def _check_of(action: str) -> Callable[["Settings"], None]:
    """Give what refuses keys for an action that others are set for; an unknown one is refused."""
    from orderdesk.screens.commands import DEFAULT_KEYS

    if action not in DEFAULT_KEYS:
        raise Usage(f"action {action!r} is unknown; `orderdesk config keys` lists them")
    return lambda settings: settings.refuse_shared(DEFAULT_KEYS, action)
