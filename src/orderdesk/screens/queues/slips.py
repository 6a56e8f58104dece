"""What comes of telling a customer that a promise slipped once more."""

from __future__ import annotations

from collections.abc import Mapping

from orderdesk.screens.commands import bindings
from orderdesk.screens.queues.listing import ListedQueue
from orderdesk.screens.queues.sources import PROMISES
from orderdesk.screens.widgets.ask import Question


class DecidedSlips(ListedQueue):
    """A queue of lines that slipped, whose customers are told."""

    BINDINGS = bindings("told")

    async def action_told(self) -> None:
        """Ask what they said, and whether they want it on another day by now."""
        item = self._chosen_of(PROMISES, "{show_promises} shows what slipped twice")
        if item is None:
            return

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.queues.deciding import told

            said, day = values["reason"], values["requested"] or None
            await self.desk_app.write(None, told, item.id, said, day, item.version)
            wanted = f", who want it on {day}" if day else ""
            self.say(f"{item.subject} line {item.line}: {item.customer} was told{wanted}")

        await self.ask(
            [
                Question("reason", "told_said", "They said", None),
                Question("requested", "told_requested", "Wanted now", 11),
            ],
            act,
        )
