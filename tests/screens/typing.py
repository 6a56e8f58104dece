"""Typing into an app in tests: all keys at once, then wait until they have had their effect."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec

from textual.events import Key
from textual.pilot import Pilot

from orderdesk.app import OrderDeskApp
from orderdesk.domain.orders import OrderView
from orderdesk.screens.base import DeskScreen
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk

P = ParamSpec("P")

Look = Callable[[OrderDeskApp, Pilot[None]], Awaitable[None]]
"""What a test does or looks at before the desk is closed."""


def on_a_loop(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Make a test of a coroutine, on an event loop of its own."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


def end_bursts_at_once(app: OrderDeskApp) -> None:
    """Let a burst of keys that met an error end there, without the pump's look for more."""
    app.pump_later = lambda seconds, callback: callback()  # type: ignore[method-assign]


async def type_keys(app: OrderDeskApp, pilot: Pilot[None], *keys: str) -> None:
    """Post every key event at once: `f9` is that key, other words are typed, `⏎` is Enter."""
    await app.ready.wait()
    await pilot.pause()
    await type_ahead(app, pilot, *keys)


def post_keys(app: OrderDeskApp, *keys: str) -> None:
    """Post every key event at once, and wait for nothing."""
    for each in keys:
        for key in [each] if each in NAMED else each:
            name = "enter" if key == "⏎" else key
            character = key if len(key) == 1 and key != "⏎" else None
            app.post_message(Key(name, character))


async def type_ahead(app: OrderDeskApp, pilot: Pilot[None], *keys: str) -> None:
    """Type before the desk is open, or while nobody sits at it; wait until it has its effect."""
    post_keys(app, *keys)
    await app.keys_settled()
    await pilot.pause()


def message_after(
    app: OrderDeskApp, *keys: str, look: Look | None = None, size: tuple[int, int] = (80, 24)
) -> str:
    """Give what the message line says after these keys, posted all at once."""

    async def run() -> str:
        async with app.run_test(size=size) as pilot:
            await type_keys(app, pilot, *keys)
            if look is not None:
                await look(app, pilot)
            screen = app.screen
            assert isinstance(screen, DeskScreen)
            return screen.message

    return asyncio.run(run())


def done(url: str, user: str, service: Callable[..., Any], *args: Any) -> Any:
    """Let another desk do something, and give what that gives."""
    other = Desk(url, user).open()
    try:
        return other.run(service, *args)
    finally:
        other.close()


def stored(url: str, number: str) -> OrderView:
    """Give an order as it is stored by now."""
    view: OrderView = done(url, "clerk", show, number)
    return view


def rows_of(app: OrderDeskApp) -> list[str]:
    """Give the rows of the screen as they are drawn."""
    return [
        "".join(segment.text for segment in strip).rstrip()
        for strip in app.screen._compositor.render_strips()
    ]


NAMED = {
    "tab",
    "shift+tab",
    "enter",
    "escape",
    "up",
    "down",
    "backspace",
    "left",
    "ctrl+g",
    "ctrl+l",
    "ctrl+p",
    "ctrl+u",
    "slash",
    "equals_sign",
    *(f"f{n}" for n in range(1, 13)),
}
