"""A small order form with everything that a burst may meet, on a plain app or on the key pump.

Run as a program it shows what has been entered, for the tests that type into a real terminal.
"""

import asyncio
import sys
from typing import Any, cast

from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input, Static

from orderdesk.screens.pump import KeyPump

ITEMS = ("BLT-M8", "BOX-10", "BOX-20", "BRK-40", "CAP-01", "CAP-02", "ORG-05")
FIELDS = ("customer", "po", "item", "qty")


class Choices(Static, can_focus=True):
    """A list in the screen: letters narrow it, Down moves, Enter picks."""

    def on_mount(self) -> None:
        """Take the keys."""
        self.typed, self.at = "", 0
        self.focus()

    async def on_key(self, event: events.Key) -> None:
        """Act on a key, slowly, as a look-up in a database would."""
        event.stop()
        await asyncio.to_thread(lambda: None)
        found = [item for item in ITEMS if item.startswith(self.typed)]
        if event.key == "down":
            self.at = min(self.at + 1, len(found) - 1)
        elif event.key == "enter":
            entry = cast("Entry", self.screen)
            await self.remove()
            entry.picked(found[self.at])
        elif event.key == "backspace":
            self.typed, self.at = self.typed[:-1], 0
        elif event.character is not None:
            self.typed, self.at = self.typed + event.character.upper(), 0


class Note(Screen[str]):
    """A screen on top of the entry, for one line of text."""

    def compose(self) -> ComposeResult:
        """Give the one field."""
        yield Input(id="note")

    @on(Input.Submitted)
    def done(self, event: Input.Submitted) -> None:
        """Give the text back."""
        self.dismiss(event.value)


class Entry(Screen[None]):
    """Customer, buyer PO, then item and quantity again and again."""

    BINDINGS = [
        Binding("f4", "choices", priority=True),
        Binding("f6", "note"),
        Binding("f8", "go_on"),
        Binding("f9", "post", priority=True),
        Binding("escape", "drop"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.entered: list[tuple[str, ...]] = []
        self.header: tuple[str, ...] = ()
        self.line: list[str] = []
        self.problem = ""

    def compose(self) -> ComposeResult:
        """Give the fields and the message line."""
        with Vertical():
            for name in FIELDS:
                yield Input(id=name, classes="field", compact=True)
        yield Static(id="entered", markup=False)
        yield Static("ready", id="message", markup=False)

    @on(Input.Submitted, ".field")
    async def accept(self, event: Input.Submitted) -> None:
        """Accept a field after a look-up, and go on to the next."""
        name = str(event.input.id)
        await asyncio.to_thread(lambda: None)
        if name in ("customer", "item") and event.value.startswith("?"):
            self.problem = f"{name} {event.value} is unknown"
            if isinstance(self.app, KeyPump):
                self.app.hold_keys(self.problem)
            event.input.value = ""
            return
        if name in ("customer", "po"):
            self.header += (event.value,)
        else:
            self.line.append(event.value)
        if name == "qty":
            self.record(*self.line)
            self.line = []
            for field in ("item", "qty"):
                self.query_one(f"#{field}", Input).value = ""
        following = "item" if name == "qty" else FIELDS[FIELDS.index(name) + 1]
        self.query_one(f"#{following}", Input).focus()

    def action_choices(self) -> None:
        """Open the list for the item field, inside the screen; it takes the focus by itself."""
        self.mount(Choices())

    def picked(self, item: str) -> None:
        """Take what was chosen into the item field."""
        field = self.query_one("#item", Input)
        field.value = item
        field.cursor_position = len(item)
        field.focus()

    def action_note(self) -> None:
        """Ask for a note on a screen of its own."""
        self.app.push_screen(Note(), lambda text: self.record("note", text or ""))

    def action_post(self) -> None:
        """Post what is there, and begin again at the customer."""
        self.record("posted", *self.header)
        self.header = ()
        for field in ("customer", "po"):
            self.query_one(f"#{field}", Input).value = ""
        self.query_one("#customer", Input).focus()

    def action_go_on(self) -> None:
        """Let the kept keys go on, or else repeat the line above."""
        if isinstance(self.app, KeyPump) and self.app.keys_kept:
            self.app.resume_keys()
        else:
            self.record("repeated")

    def action_drop(self) -> None:
        """Forget the kept keys."""
        if isinstance(self.app, KeyPump):
            self.app.drop_keys()

    def record(self, *entry: str) -> None:
        """Keep and show what has been entered."""
        self.entered.append(entry)
        last = " ".join(" ".join(entry) for entry in self.entered[-3:])
        self.query_one("#entered", Static).update(f"{len(self.entered)}: {last}")


class PlainDesk(App[None]):
    """The form without the pump."""

    ENABLE_COMMAND_PALETTE = False

    def get_default_screen(self) -> Screen[Any]:
        """Begin at the entry."""
        return Entry()


class PumpedDesk(KeyPump[None]):
    """The form on the pump."""

    ENABLE_COMMAND_PALETTE = False

    def get_default_screen(self) -> Screen[Any]:
        """Begin at the entry."""
        return Entry()

    def on_keys_held(self, count: int) -> None:
        """Show the problem and how many keys are kept."""
        self.say(f"{self.held_reason}; {count} keys kept")

    def on_keys_moved(self) -> None:
        """Show that none are kept."""
        self.say("none kept")

    def say(self, text: str) -> None:
        """Show a text on the message line."""
        self.screen.query_one("#message", Static).update(text)


if __name__ == "__main__":
    (PlainDesk if "--plain" in sys.argv else PumpedDesk)().run()
