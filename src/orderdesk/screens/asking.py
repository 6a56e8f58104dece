"""Screens that ask for some values at their foot and act on them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from textual.widget import Widget

from orderdesk.screens.base import DeskScreen
from orderdesk.screens.lists import source_of
from orderdesk.screens.widgets.ask import AskRow, Question
from orderdesk.screens.widgets.choices import ChoiceList, Source
from orderdesk.screens.widgets.field import Field

ONE: Final = "Enter does it, {back} leaves it"
MANY: Final = "Enter goes on and does it at the last, {post} does it at once, {back} leaves it"
"""What is said beside one question, and beside more, to whoever is asked for the first time."""


class AskingScreen(DeskScreen):
    """A screen with one way to ask, to act on the answer, and to let an error be mended."""

    @property
    @abstractmethod
    def home(self) -> Widget:
        """Give what has the cursor while nothing is asked."""

    @property
    def stage(self) -> Widget:
        """Give what makes room for a list."""
        return self.home

    @property
    def customer_here(self) -> str | None:
        """Give the code of the customer that lists are about, where there is one."""
        return None

    async def action_choices(self) -> None:
        """Open the list for the value that is being asked for, where it has one."""
        field, rows = self.focused, self.query(AskRow)
        name = rows.first().list_of(field) if rows and isinstance(field, Field) else ""
        if not name or not isinstance(field, Field):
            self.fail(f"there is no list here; {self.key_of('help')} says what can be done")
            return

        async def picked(value: str | None) -> None:
            if value is not None:
                field.put(value)
            field.focus()

        self.hush()
        whole = bool(field.value) and len(field.selected_text) == len(field.value)
        source = source_of(self.desk_app, name, self.customer_here)
        await self.choose(source, picked, field.typed, replace=whole)

    async def choose(
        self,
        source: Source,
        picked: Callable[[str | None], Awaitable[None]],
        typed: str = "",
        *,
        replace: bool = False,
    ) -> None:
        """Open a list in place of the stage; `picked` is told when that is back."""

        async def closed(value: str | None) -> None:
            await self.query_one(ChoiceList).remove()
            self.stage.display = True
            await picked(value)

        self.stage.display = False
        await ChoiceList(typed, source, closed, replace=replace).open_in(self, after=self.stage)

    def is_asking(self) -> bool:
        """Tell whether something is asked already, and say so then: the answer comes first."""
        if asked := bool(self.query(AskRow)):
            does, leaves = self.key_of("post"), self.key_of("back")
            self.fail(f"something is asked already; Enter or {does} answers it, {leaves} closes it")
        return asked

    async def ask(
        self, questions: Sequence[Question], act: Callable[[Mapping[str, str]], Awaitable[Any]]
    ) -> None:
        """Ask for values and act on them; an error keeps the row open to be mended.

        Nothing is asked while something is asked already.
        """

        async def answered(values: Mapping[str, str] | None) -> None:
            row = self.query_one(AskRow)
            self.hush()
            if values is not None and not await self.tried(act(values)):
                self.again = row.action_answer
                return
            await row.remove()
            self.home.focus()

        if self.is_asking():
            return
        told = ONE if len(questions) == 1 else MANY
        self.say(self.desk_app.keyed(told))
        await self.mount(AskRow(questions, answered, self._checked), before="#message")

    async def _checked(
        self, check: Callable[[], Awaitable[Any]], again: Callable[[], Awaitable[Any]]
    ) -> bool:
        """Look whether a value is right; where it is not, say why, and F8 does `again`."""
        with self.doing(again):
            await check()
            return True
        return False

    async def tried(self, acting: Awaitable[Any]) -> bool:
        """Do something and tell whether it could be done; where it could not, say why."""
        with self.failing_softly():
            await acting
            return True
        return False
