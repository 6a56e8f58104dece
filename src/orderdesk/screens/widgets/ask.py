"""A row that asks for some values at the foot of a screen, in place of a dialog."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Label

from orderdesk.screens.widgets.field import Field


class Question(NamedTuple):
    """One value that is asked for."""

    name: str
    label: str
    width: int | None
    value: str = ""
    hint: str = ""
    code: bool = False
    list: str = ""
    """The name of the list that F4 has for it; empty where it has none."""


class AskRow(Horizontal):
    """Fields with what stands now; Enter goes on, the last Enter or F9 answers, Esc gives up."""

    DEFAULT_CSS = """
    AskRow { height: 1; background: $panel; }
    AskRow Label { padding: 0 1; color: $text-muted; }
    """

    BINDINGS = [
        Binding("escape,f12", "give_up", show=False),
        Binding("f9,ctrl+o", "answer", show=False),
    ]

    def __init__(
        self,
        questions: Sequence[Question],
        answered: Callable[[Mapping[str, str] | None], Awaitable[None]],
    ) -> None:
        super().__init__(id="ask")
        self._questions = questions
        self._answered = answered

    def compose(self) -> ComposeResult:
        """Lay out the fields side by side."""
        for question in self._questions:
            yield Label(question.label)
            yield Field(
                f"ask-{question.name}",
                width=question.width,
                code=question.code,
                hint=question.hint,
                accept=self._accept,
            )

    def list_of(self, field: Field) -> str:
        """Give the name of the list that F4 has for a field; empty where it has none."""
        return next((q.list for q in self._questions if f"ask-{q.name}" == field.id), "")

    def on_mount(self) -> None:
        """Show what stands now and take the focus."""
        for question in self._questions:
            self.query_one(f"#ask-{question.name}", Field).put(question.value)
        self.query(Field).first().focus()

    async def _accept(self, field: Field) -> None:
        """Go on to the next field; what is typed ahead for it must never act as a letter."""
        fields = list(self.query(Field))
        if field is fields[-1]:
            await self.action_answer()
        else:
            fields[fields.index(field) + 1].focus()

    async def action_answer(self) -> None:
        """Give every value as it stands now."""
        values = {
            question.name: self.query_one(f"#ask-{question.name}", Field).typed
            for question in self._questions
        }
        await self._answered(values)

    async def action_give_up(self) -> None:
        """Close without an answer."""
        await self._answered(None)
