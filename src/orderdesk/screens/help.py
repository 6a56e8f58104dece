"""The help sheet: the field that has the focus, and every key of the screen under it."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from orderdesk.domain.text import clean
from orderdesk.screens.base import DeskScreen
from orderdesk.screens.commands import EVERY_ACTION, Action, key_cap
from orderdesk.screens.field_help import help_of

_INDENT: Final = 23
"""Cells before what a key does."""

_HALF: Final = 11
"""Cells before what a field takes."""

_LISTED: Final = (
    ("Up and Down", "Pick another row; Page Up, Page Down, Home and End too."),
    ("Enter", "Open the picked row, where it has more behind it."),
)
_FIELDS: Final = (
    ("Enter or Ctrl+J", "Accept the field and follow the fixed path."),
    ("Tab and Shift+Tab", "The next and the previous field."),
)


class HelpSheet(DeskScreen):
    """One screen's message in full, help for its field, and its keys; Esc returns to it."""

    TITLE_TEXT = "HELP"
    KEYS = ("back",)

    def __init__(self, about: DeskScreen, field: str, said: str = "") -> None:
        """Make the help of a screen, and of the kind of field that has the cursor, if one has."""
        super().__init__()
        self._about, self._kind = about, field
        self._said = "\n".join(clean(line) for line in said.split("\n"))

    def room(self) -> ComposeResult:
        """Show what was said, what the field takes, then the keys."""
        width = self.app.size.width - 2  # the scroll bar has them
        lines = (each for line in self.sheet().splitlines() for each in _laid(line, width))
        yield VerticalScroll(Static(Content("\n".join(lines)), markup=False))

    def sheet(self) -> str:
        """Give the whole text, as wide as it is."""
        field = self.desk_app.keyed(help_of(self._kind))
        lines = [text for said in (self._said, field) if said for text in (said, "")]
        return "\n".join([*lines, *self._keys()])

    def _keys(self) -> Iterator[str]:
        about = self._about
        rows = list(self._asked() if about.query("AskRow") else ())
        for action in EVERY_ACTION.values():
            if about.offers(action.id):
                same = f"  (orderdesk {action.command})" if action.command else ""
                why = about.why_not(action.id)
                told = f"{action.help}  NOT NOW: {why}" if why else f"{action.help}{same}"
                rows.append((self._caps(action), told))
        rows += [*_FIELDS, *(_LISTED if about.query("PagedTable") else ())]
        if not about.IS_DOOR:
            rows.append(("Ctrl+P", "Find every action and every screen."))
        return (f"  {caps:<{_INDENT - 3}} {told}" for caps, told in rows)

    def _caps(self, action: Action) -> str:
        """Name all keys of an action, as the user has them."""
        keys = self.desk_app.keymap_of_user.get(action.id, ",".join(action.keys)).split(",")
        return " or ".join(map(key_cap, keys))

    def _asked(self) -> Iterator[tuple[str, str]]:
        """Tell how what is asked is answered."""
        yield f"{self.key_of('post')} or last Enter", "Answer what is asked."
        yield self._caps(EVERY_ACTION["back"]), "Close what is asked, and do nothing."

    async def action_back(self) -> None:
        """Go back to the screen; keys that it keeps stay kept."""
        await self.desk_app.leave_screen()

    async def action_leave(self) -> None:
        """Close the help; F3 once more leaves the screen."""
        await self.desk_app.leave_screen()

    async def action_help(self) -> None:
        """Help is open already."""


def _laid(line: str, width: int) -> list[str]:
    """Break a line where it is too long, what follows under what it goes on with."""
    under = _HALF if line.startswith(("  Form ", "  Example ")) else _INDENT
    indent = " " * under if line.startswith("  ") else ""
    return wrap(line, width, subsequent_indent=indent) or [""]
