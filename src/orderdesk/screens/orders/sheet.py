"""One order: its lines with what became of each, its holds, and what can be done to it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from orderdesk.domain.errors import Refused
from orderdesk.screens.commands import bindings
from orderdesk.screens.lists import CANCELLING
from orderdesk.screens.orders.amending import AmendedOrder
from orderdesk.screens.orders.events import DifferenceSheet, EventSheet
from orderdesk.screens.widgets.ask import Question


class OrderSheet(AmendedOrder):
    """One order, with a letter for everything that can be done to it."""

    KEYS = (
        "help",
        "amend",
        "header",
        "add_line",
        "goes",
        "stand_in",
        "close_line",
        "reopen",
        "copy",
        "cancel_order",
        "hold",
        "release",
        "why",
        "pin",
        "events",
        "differences",
        "same",
        "back",
    )
    BINDINGS = bindings(
        "close_line",
        "reopen",
        "copy",
        "cancel_order",
        "hold",
        "release",
        "events",
        "differences",
        "choices",
        "why",
        "check_stock",
        "pin",
    )

    async def action_close_line(self) -> None:
        """Short-close what is open of the picked line."""
        line = self.home.picked
        if line is None or self.is_barred("close_line"):
            return

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.closing import close_line

            await self._act(
                f"line {line.line} closed", close_line, line.line, reason=values["reason"]
            )

        await self.ask([_why(f"Close line {line.line}: reason", CANCELLING)], act)

    async def action_reopen(self) -> None:
        """Open again what was short-closed of the picked line."""
        line = self.home.picked
        if line is not None and self.order is not None and not self.is_barred("reopen"):
            from orderdesk.services.orders.closing import reopen

            self._decided_on = self.order.version
            await self.tried(self._act(f"line {line.line} open again", reopen, line.line))

    async def action_cancel_order(self) -> None:
        """Cancel the whole order."""

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.closing import cancel

            await self._act(f"{self.number} cancelled", cancel, values["reason"])

        await self.ask([_why(f"Cancel {self.number}: reason", CANCELLING)], act)

    async def action_copy(self) -> None:
        """Place the same order again, at today's prices but for those by hand, and show it."""
        # An answer that was lost on its way is asked for again: no second copy is placed.
        once = f"copy:{uuid.uuid4().hex}"

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.copying import copy

            old = self.number
            placed = await self.desk_app.write(
                once, copy, old, requested=values["requested"] or None
            )
            self.number = placed.number
            self._show(placed)
            self.say(f"{placed.number} placed as a copy of {old}")

        await self.ask(
            [Question("requested", "copy_requested", f"Copy {self.number}: ship", 11)], act
        )

    async def action_hold(self) -> None:
        """Hold the whole order by hand, for a reason that others can act on."""

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.holds import hold

            await self._act(f"{self.number} held", hold, reason=values["reason"])

        await self.ask(
            [Question("reason", "hold_reason", f"Hold {self.number}: reason", None)], act
        )

    async def action_release(self) -> None:
        """Release the order's open holds."""
        if self.order is None or self.is_barred("release"):
            return
        total = f"{self.order.total:f}"

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.holds import release

            await self._act(
                "holds released",
                release,
                ceiling=None if values["ceiling"] in ("", total) else values["ceiling"],
                reason=values["reason"],
            )

        await self.ask(
            [
                Question("ceiling", "ceiling", "Release up to", 12, total),
                Question("reason", "release_reason", "Reason", None),
            ],
            act,
        )

    async def action_events(self) -> None:
        """Show what was done to the order."""
        await self.app.push_screen(EventSheet(self.number))

    async def action_differences(self) -> None:
        """Ask since which revision, and show what the changes since then came to."""
        if self.order is None or self.is_asking():
            return
        if self.is_barred("differences"):
            return
        now = self.order.version

        async def act(values: Mapping[str, str]) -> None:
            since = values["since"]
            if not (since.isascii() and since.isdigit() and 1 <= int(since) < now):
                raise Refused(
                    "bad_version",
                    f"revision {since!r} is not one of these; type one from 1 to {now - 1}",
                )
            await self.app.push_screen(DifferenceSheet(self.number, int(since)))

        label = f"Changed up to revision {now}, since"
        await self.ask([Question("since", "since_revision", label, 5, str(now - 1))], act)


def _why(label: str, kind: str) -> Question:
    """Ask for a reason of a kind that the company keeps; F4 lists them."""
    return Question("reason", "cancel_reason", label, None, list=kind)
