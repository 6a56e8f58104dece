"""Screens that ask for some values at their foot and act on them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from textual.widget import Widget

from orderdesk.screens.base import DeskScreen
from orderdesk.screens.widgets.ask import AskRow, Question


class AskingScreen(DeskScreen):
    """A screen with one way to ask, to act on the answer, and to let an error be mended."""

    @property
    @abstractmethod
    def home(self) -> Widget:
        """Give what has the cursor while nothing is asked."""

    async def ask(
        self, questions: Sequence[Question], act: Callable[[Mapping[str, str]], Awaitable[Any]]
    ) -> None:
        """Ask for values and act on them; an error keeps the row open to be mended.

        Nothing is asked while something is asked already.
        """

        async def answered(values: Mapping[str, str] | None) -> None:
            if values is not None and not await self.tried(act(values)):
                return
            await self.query_one(AskRow).remove()
            self.home.focus()

        if not self.query(AskRow):
            await self.mount(AskRow(questions, answered), before="#message")

    async def tried(self, acting: Awaitable[Any]) -> bool:
        """Do something and tell whether it could be done; where it could not, say why."""
        with self.failing_softly():
            await acting
            return True
        return False
