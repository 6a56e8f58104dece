"""A row that asks for some values at the foot of a screen, in place of a dialog."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Label

from orderdesk.screens.widgets.field import Field

if TYPE_CHECKING:
    from orderdesk.screens.field_help import FieldKind


class Question(NamedTuple):
    """One value that is asked for."""

    name: str
    about: FieldKind
    """What its help tells of."""
    label: str
    width: int | None
    value: str = ""
    code: bool = False
    list: str = ""
    """The name of the list that F4 has for it; empty where it has none."""
    check: Callable[[str], Awaitable[str]] | None = None
    """Gives the value that is meant by what was typed, when the field is left. Raises what is wrong
    with it."""


Checking = Callable[[Callable[[], Awaitable[Any]], Callable[[], Awaitable[Any]]], Awaitable[bool]]
"""Runs a check and tells whether all is right, with what is to be done again where it is not."""


_REST = 20
"""Cells that a field has at least that takes what its row has left."""


class AskRow(Vertical):
    """Fields with what stands now; Enter goes on, the last Enter or F9 answers, Esc gives up.

    They stand side by side, in two rows where one is too short for them.
    """

    DEFAULT_CSS = """
    AskRow { height: auto; background: $panel; }
    AskRow Horizontal { height: 1; }
    AskRow Label { padding: 0 1; color: $text-muted; }
    """

    BINDINGS = [
        # Their ids let the key file change them with those of the screen.
        Binding("escape,f12", "give_up", show=False, id="back"),
        Binding("f9,ctrl+o", "answer", show=False, id="post"),
        Binding("tab", "step(1)", show=False),
        Binding("shift+tab", "step(-1)", show=False),
    ]

    def __init__(
        self,
        questions: Sequence[Question],
        answered: Callable[[Mapping[str, str] | None], Awaitable[None]],
        checking: Checking,
    ) -> None:
        """Make the row; `checking` runs what looks whether a value is right, and says what not."""
        super().__init__(id="ask")
        self._checking = checking
        self._checked: dict[str, str] = {}
        self._questions = questions
        self._answered = answered

    def compose(self) -> ComposeResult:
        """Lay out the fields side by side, as many in a row as there is room for."""
        for row in self._rows(self.app.size.width):
            with Horizontal():
                for question in row:
                    yield Label(question.label)
                    yield Field(
                        f"ask-{question.name}",
                        width=question.width,
                        code=question.code,
                        about=question.about,
                        accept=self._accept,
                    )

    def _rows(self, width: int) -> list[list[Question]]:
        rows: list[list[Question]] = [[]]
        left = width
        for question in self._questions:
            needs = cell_len(question.label) + 2 + (question.width or _REST)
            if needs > left and rows[-1]:
                rows.append([])
                left = width
            rows[-1].append(question)
            left -= needs
        return rows

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
        if field is self.query(Field).last():
            await self.action_answer()
        else:
            await self.action_step(1)

    async def action_step(self, step: int) -> None:
        """Go to the next field, or with -1 to the one before, if this one is right."""
        fields = list(self.query(Field))
        field = next((each for each in fields if each.has_focus), fields[0])
        if await self._is_right(field, partial(self.action_step, step)):
            fields[(fields.index(field) + step) % len(fields)].focus()

    async def _is_right(self, field: Field, again: Callable[[], Awaitable[Any]]) -> bool:
        """Look at a field that has a check, once for each value of it; show what is meant by it."""
        question = next(each for each in self._questions if f"ask-{each.name}" == field.id)
        check = question.check
        if check is None or self._checked.get(question.name) == field.typed:
            return True

        async def looked() -> None:
            meant = await check(field.typed)
            field.put(meant)
            self._checked[question.name] = meant

        return await self._checking(looked, again)

    async def action_answer(self) -> None:
        """Give every value as it stands now, if all are right."""
        for field in self.query(Field):
            if not await self._is_right(field, self.action_answer):
                field.focus()
                return
        values = {
            question.name: self.query_one(f"#ask-{question.name}", Field).typed
            for question in self._questions
        }
        await self._answered(values)

    async def action_give_up(self) -> None:
        """Close without an answer."""
        await self._answered(None)
