"""Screens on which the promise of a picked line is fixed by hand, or left to the chain again."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from orderdesk.domain.errors import Refused
from orderdesk.domain.promises import PinRequest, PromiseView
from orderdesk.screens.asking import AskingScreen
from orderdesk.screens.looking import LooksAtStock
from orderdesk.screens.widgets.ask import Question


class Promise(NamedTuple):
    """What a line is promised for."""

    order: str
    line: int
    promised: date | None
    pinned: bool
    version: int
    """Of the order, as it was read."""


class PinningScreen(AskingScreen, LooksAtStock):
    """A screen with a picked line whose day can be fixed."""

    @property
    @abstractmethod
    def promise_here(self) -> Promise | None:
        """Give the promise of the picked line."""

    @abstractmethod
    async def promised_anew(self, view: PromiseView) -> None:
        """Show what a line is promised for by now."""

    def version_for(self, here: Promise) -> int:
        """Give the version of the order that whoever fixes a day has seen."""
        return here.version

    async def _may_pin(self) -> None:
        """Raise Refused where whoever sits here may fix no day."""
        from orderdesk.services import rights
        from orderdesk.services.orders.repromising import RIGHT

        await self.desk_app.read(rights.require, RIGHT)

    async def action_pin(self) -> None:
        """Ask for the day that the line is promised for; without one the chain decides again."""
        here = self.promise_here
        if here is None:
            self.fail("no order line is picked; pick the one that is to be promised")
            return
        # Who may not is told so before they type.
        if self.is_asking() or not await self.tried(self._may_pin()):
            return

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.repromising import pin

            day = values["on"]
            if not day and not here.pinned:
                raise Refused("no_day", "the day is empty; type one, such as 2026-03-14")
            asked = PinRequest(
                number=here.order,
                line=here.line,
                on=day or None,
                release=not day,
                reason=values["reason"],
                version=self.version_for(here),
            )
            view = await self.desk_app.write(None, pin, asked)
            await self.promised_anew(view)
            self.say(_said(view, here.line))

        stands = "" if here.promised is None else here.promised.isoformat()
        await self.ask(
            [
                Question("on", "pinned_on", f"#{here.line} promised for", 11, stands),
                Question("reason", "pin_reason", "Reason", None),
            ],
            act,
        )


def _said(view: PromiseView, number: int) -> str:
    line = next(each for each in view.lines if each.line == number)
    what = f"line {number} of {view.number}"
    day = "no day yet" if line.promised is None else f"{line.promised}"
    return f"{what} stays promised for {day}" if line.pinned else f"{what} is promised for {day}"
