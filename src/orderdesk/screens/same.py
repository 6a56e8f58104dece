"""Screens that say which command does, or shows, the same."""

from __future__ import annotations

from orderdesk.screens.base import DeskScreen
from orderdesk.screens.commands import bindings


class SaysCommand(DeskScreen):
    """A screen of something that a command shows too."""

    BINDINGS = bindings("same")

    @property
    def command_here(self) -> str:
        """Give the command as it is typed; empty where nothing is shown yet. For the subclass."""
        return ""

    def action_same(self) -> None:
        """Say the command on the message line."""
        if self.command_here:
            self.say(self.command_here)
        else:
            self.fail("nothing is shown yet that a command could show")
