"""An entry field: one line, no frame, Enter accepts, everything selected on focus."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding
from textual.widgets import Input

if TYPE_CHECKING:
    from orderdesk.screens.field_help import FieldKind


class Field(Input):
    """A field of the fixed sequence.

    Enter hands the field to the screen's `accept` and waits for it, so that whatever it reads
    from the database is done before the next key comes.
    """

    BINDINGS = [Binding("enter,ctrl+j", "accept", "Accept", show=False)]

    DEFAULT_CSS = """
    Field { height: 1; border: none; padding: 0; background: $surface; width: 1fr; }
    Field:focus { background: $boost; text-style: none; border: none; }
    """

    def __init__(
        self,
        id: str,
        *,
        about: FieldKind | None,
        width: int | None = None,
        code: bool = False,
        accept: Callable[[Field], Awaitable[None]],
        paste: Callable[[Field, str], Awaitable[bool]] | None = None,
    ) -> None:
        """Make a field; `about` is what its help tells of; `code` folds to upper case."""
        # Underscores show where a field is on a terminal without colours.
        super().__init__(id=id, compact=True, select_on_focus=True, placeholder="_" * (width or 20))
        # A cursor that blinks is a frame twice a second, over a slow line too.
        self.cursor_blink = False
        self.about: str = about or ""
        self.code = code
        self._accept = accept
        self._paste = paste
        self._stood = ""
        """What was put here, and not typed."""
        if width is not None:
            self.styles.width = width

    async def action_accept(self) -> None:
        """Hand the value over."""
        await self._accept(self)

    @property
    def typed(self) -> str:
        """Give the value without the spaces around it."""
        return self.value.strip()

    def put(self, value: str) -> None:
        """Show a value that was not typed, without waking the look-up."""
        with self.prevent(Input.Changed):
            self.value = value
        self._stood = self.value
        self.cursor_position = len(value)

    def is_typed(self) -> bool:
        """Tell whether something was typed over what stood here."""
        return self.value != self._stood

    def take_back(self) -> bool:
        """Put back what stood here before it was typed into; tell whether anything was."""
        is_typed = self.is_typed()
        self.value = self._stood
        self.select_all()
        return is_typed

    def action_delete_left_all(self) -> None:
        """Leave the key to the screen, where it undoes."""
        raise SkipAction

    def validate_value(self, value: str) -> str:
        """Fold codes as they are typed."""
        return value.upper() if self.code else value

    async def on_paste(self, event: events.Paste) -> None:
        """Let the screen take many pasted lines at once; one line goes on as if typed."""
        if self._paste is not None and await self._paste(self, event.text):
            event.prevent_default()
            event.stop()

    async def on_key(self, event: events.Key) -> None:
        """Let `?` in an empty field ask for the list; a PIN may begin with it."""
        if event.character == "?" and not self.value and not self.password:
            event.stop()
            event.prevent_default()
            await self.run_action("screen.choices")
