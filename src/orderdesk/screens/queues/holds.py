"""What is decided about a hold in its queue: approved up to a ceiling, or rejected."""

from __future__ import annotations

from collections.abc import Mapping

from orderdesk.domain.orders import HoldView, OrderView
from orderdesk.domain.queues import QueueItem
from orderdesk.screens.commands import bindings
from orderdesk.screens.queues.listing import ListedQueue
from orderdesk.screens.queues.sources import HOLDS
from orderdesk.screens.widgets.ask import Question


class DecidedHolds(ListedQueue):
    """A queue of which holds are approved and rejected."""

    BINDINGS = bindings("approve", "reject")

    async def action_approve(self) -> None:
        """Ask for the ceiling and the last day, the company's own filled in, and release."""
        item = self._chosen_of(HOLDS, "{ships} ships what was called about")
        if item is None:
            return
        from orderdesk.services.queues.deciding import approve

        # Rehearsed first: whoever may not is told so before they type, and all others are shown
        # what stands where they leave a value out.
        rehearsed: list[OrderView] = []

        async def rehearse() -> None:
            rehearsed.append(await self.desk_app.rehearse(approve, item.id, version=item.version))

        if not await self.tried(rehearse()):
            return
        hold = _hold_of(rehearsed[0], item)
        ceiling = f"{rehearsed[0].total if hold.ceiling is None else hold.ceiling:f}"
        shown = {"ceiling": ceiling, "until": hold.until.isoformat() if hold.until else ""}

        async def act(values: Mapping[str, str]) -> None:
            # What was left as it stood is the service's to fill in, in the unit that it measures.
            most, last = (values[name] if values[name] != shown[name] else None for name in shown)
            order = await self.desk_app.write(
                None, approve, item.id, most or None, last or None, version=item.version
            )
            self.say(_approved(order, item))

        await self.ask(
            [
                Question(
                    "ceiling", "ceiling", f"Approve {item.subject} up to", 14, shown["ceiling"]
                ),
                Question("until", "hold_until", "until", 12, shown["until"]),
            ],
            act,
        )

    async def action_reject(self) -> None:
        """Ask what is to be mended, and leave it held."""
        item = self._chosen_of(HOLDS, "{waits} notes a call in vain, {cancels} closes the line")
        if item is None:
            return

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.queues.deciding import reject

            await self.desk_app.write(None, reject, item.id, values["reason"], item.version)
            self.say(f"{item.subject} stays held; {item.entered_by} is told why")

        label = f"Reject {item.subject}: reason"
        await self.ask([Question("reason", "reject_reason", label, None)], act)


def _hold_of(order: OrderView, item: QueueItem) -> HoldView:
    """Give the hold of an order that something in the queue stood for, released just now."""
    return next(
        hold
        for hold in reversed(order.holds)
        if (hold.code, hold.line) == (item.reason, item.line) and hold.released_by
    )


def _approved(order: OrderView, item: QueueItem) -> str:
    hold = _hold_of(order, item)
    ceiling = "" if hold.ceiling is None else f" up to {hold.ceiling:,f}"
    until = f" until {hold.until}" if hold.until else ""
    held = "; still held" if order.held else ""
    return f"{order.number} {item.reason.replace('_', ' ')} approved{ceiling}{until}{held}"
