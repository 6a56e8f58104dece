"""What comes of a call about a line that is there: it ships, it waits, or nobody wants it."""

from __future__ import annotations

from collections.abc import Mapping

from orderdesk.screens.commands import bindings
from orderdesk.screens.lists import CANCELLING
from orderdesk.screens.queues.listing import ListedQueue
from orderdesk.screens.queues.sources import CALLING
from orderdesk.screens.widgets.ask import Question

_HELD = "{approve} approves a hold, {reject} rejects it"


class DecidedCalls(ListedQueue):
    """A queue of lines about which customers are called."""

    BINDINGS = bindings("ships", "waits", "cancels", "choices")

    async def action_ships(self) -> None:
        """Ask who said so, and let the line ship."""
        item = self._chosen_of(CALLING, _HELD)
        if item is None:
            return

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.queues.deciding import approve

            said = values["reason"]
            await self.desk_app.write(None, approve, item.id, reason=said, version=item.version)
            self.say(f"{item.subject} line {item.line} ships")

        label = f"{item.subject} line {item.line} ships: said"
        await self.ask([Question("reason", "call_said", label, None)], act)

    async def action_waits(self) -> None:
        """Ask what came of the call and when to call again; until then it waits elsewhere."""
        item = self._chosen_of(CALLING, _HELD)
        if item is None:
            return

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.queues.deciding import called

            day = values["next"]
            await self.desk_app.write(None, called, item.id, values["reason"], day or None)
            self.say(f"{item.subject} line {item.line}: call again {day or 'tomorrow'}")

        await self.ask(
            [
                Question("reason", "call_result", "Came of it", None),
                Question("next", "next_call", "Call again", 11),
            ],
            act,
        )

    async def action_cancels(self) -> None:
        """Ask why, and close the line."""
        item = self._chosen_of(CALLING, _HELD)
        if item is None or item.line is None:
            return
        line = item.line

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.closing import close_line

            await self.desk_app.write(
                None,
                close_line,
                item.subject,
                line,
                reason=values["reason"],
                version=item.version,
            )
            self.say(f"{item.subject} line {line} closed")

        label = f"Close {item.subject} line {line}: reason"
        await self.ask([Question("reason", "cancel_reason", label, None, list=CANCELLING)], act)
