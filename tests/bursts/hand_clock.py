"""The small order form with a clock that a test turns by hand."""

import asyncio
from collections.abc import Callable

from textual.widgets import Input

from orderdesk.screens.pump import Keystroke
from tests.bursts.small_desk import Entry, PumpedDesk

WAIT = 60.0


class HandClock(PumpedDesk):
    """The form with a clock that a test turns by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.due: list[Callable[[], None]] = []
        self.said: list[str] = []

    def pump_later(self, seconds: float, callback: Callable[[], None]) -> None:
        """Keep the callback for `pass_time`."""
        self.due.append(callback)

    def pass_time(self, looks: int = 4) -> None:
        """Let so many looks for more keys pass; four of them end a burst."""
        for _ in range(looks):
            due, self.due = self.due, []
            for callback in due:
                callback()

    def say(self, text: str) -> None:
        """Keep what is said."""
        self.said.append(text)
        super().say(text)

    async def type(self, *events: Keystroke) -> None:
        """Post all keys at once, and wait until each has had its effect."""
        for event in events:
            self.post_message(event)
        await self.rest()

    async def rest(self) -> None:
        """Wait until nothing moves."""
        async with asyncio.timeout(WAIT):
            await self.keys_settled()

    async def go_on(self) -> None:
        """Give the event loop many turns, in which the app does all that it can do now."""
        for _ in range(2_000):
            await asyncio.sleep(0)

    @property
    def entry(self) -> Entry:
        """The form."""
        assert isinstance(self.screen, Entry)
        return self.screen

    def value(self, field: str) -> str:
        """Give what stands in a field."""
        return self.entry.query_one(f"#{field}", Input).value

    @property
    def focus_id(self) -> str | None:
        """Where the cursor is."""
        return None if self.focused is None else self.focused.id
