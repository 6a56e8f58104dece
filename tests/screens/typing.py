"""Typing into an app in tests: all keys at once, then wait until they have had their effect."""

from textual.events import Key
from textual.pilot import Pilot

from orderdesk.app import OrderDeskApp


async def type_keys(app: OrderDeskApp, pilot: Pilot[None], *keys: str) -> None:
    """Post every key event at once: `f9` is that key, other words are typed, `⏎` is Enter."""
    await app.ready.wait()
    await pilot.pause()
    for each in keys:
        for key in [each] if each in NAMED else each:
            name = "enter" if key == "⏎" else key
            character = key if len(key) == 1 and key != "⏎" else None
            app.post_message(Key(name, character))
    await app.keys_settled()
    await pilot.pause()


NAMED = {
    "tab",
    "shift+tab",
    "enter",
    "escape",
    "up",
    "down",
    "backspace",
    "slash",
    *(f"f{n}" for n in range(1, 13)),
}
