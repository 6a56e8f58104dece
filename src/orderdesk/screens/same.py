"""Screens that say which command does, or shows, the same."""

from __future__ import annotations

import shlex

from orderdesk.screens.base import DeskScreen
from orderdesk.screens.commands import bindings


def typed(*words: object) -> str:
    """Give a command as it is typed into a shell."""
    return shlex.join(["orderdesk", *map(str, words)])


class SaysCommand(DeskScreen):
    """A screen of something that a command shows too."""

    BINDINGS = bindings("same")

    @property
    def command_here(self) -> str:
        """Give the command as it is typed; empty where nothing is shown yet. For the subclass."""
        return ""

    def why_not(self, action: str) -> str:
        """Say why no command can be named yet."""
        if action == "same" and not self.command_here:
            return "nothing is shown yet that a command could show; find something first"
        return super().why_not(action)

    def action_same(self) -> None:
        """Say the command on the message line."""
        if not self.is_barred("same"):
            self.say(self.command_here)
