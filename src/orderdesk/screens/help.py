"""The help sheet: the field that has the focus, and every key of the screen under it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from orderdesk.screens.base import DeskScreen
from orderdesk.screens.commands import EVERY_ACTION, key_cap
from orderdesk.screens.field_help import help_of


class HelpSheet(DeskScreen):
    """One screen's message in full, help for its field, and its keys; Esc returns to it."""

    TITLE_TEXT = "HELP"
    KEYS = ("back",)

    def __init__(self, about: DeskScreen, field: str, said: str = "") -> None:
        """Make the help of a screen, and of the kind of field that has the cursor, if one has."""
        super().__init__()
        self._about, self._field, self._said = about, help_of(field), said

    def room(self) -> ComposeResult:
        """Show what was said, what the field takes, then the keys."""
        yield VerticalScroll(Static(Content(self.sheet()), markup=False))

    def sheet(self) -> str:
        """Give the whole text."""
        keymap = self.desk_app.keymap_of_user
        lines = [text for said in (self._said, self._field) if said for text in (said, "")]
        for action in EVERY_ACTION.values():
            if self._about.offers(action.id):
                keys = keymap.get(action.id, ",".join(action.keys)).split(",")
                caps = " or ".join(key_cap(key) for key in keys)
                same = f"  (orderdesk {action.command})" if action.command else ""
                lines.append(f"  {caps:<20} {action.help}{same}")
        lines += [
            f"  {'Enter or Ctrl+J':<20} Accept the field and follow the fixed path.",
            f"  {'Tab and Shift+Tab':<20} The next and the previous field.",
        ]
        if not self._about.IS_DOOR:
            lines.append(f"  {'Ctrl+P':<20} Find every action and every screen.")
        return "\n".join(lines)

    async def action_back(self) -> None:
        """Go back to the screen; keys that it keeps stay kept."""
        await self.desk_app.leave_screen()

    async def action_leave(self) -> None:
        """Close the help; F3 once more leaves the screen."""
        await self.desk_app.leave_screen()

    async def action_help(self) -> None:
        """Help is open already."""
