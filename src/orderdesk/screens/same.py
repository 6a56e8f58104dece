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

    def action_same(self) -> None:
        """Say the command on the message line."""
        if self.command_here:
            self.say(self.command_here)
        else:
            self.fail("nothing is shown yet; find what a command is to show")
