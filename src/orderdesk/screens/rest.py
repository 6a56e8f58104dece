"""When an app has come to rest: what a key set going is done, and the next may follow.

At rest means: a message sent through the queues of the app, the screen, the focused widget and all
that stand between them met no other on its way (a change of focus or screen is one), no widget is
still being mounted, and nobody has asked to be waited for.
"""

import asyncio
from typing import Any, Final
from weakref import WeakSet

from textual.app import App, ScreenError
from textual.dom import DOMNode
from textual.events import Callback
from textual.message import Message
from textual.widget import Widget

_MOST_ROUNDS: Final = 20
"""How many messages deep one key's effects are followed before the next key is passed anyway, so
that a widget that never stops posting cannot stop the keyboard."""

_PATIENCE: Final = 0.25
"""Seconds without an answer after which the path of the keys is looked up again."""


class _Round:
    """Marks on their way through the queues of some widgets.

    A mark is a callback, for a widget that is being removed still runs those.
    """

    def __init__(self, nodes: list[DOMNode]) -> None:
        self.noise = 0
        """How many other messages those queues have done with in the meantime."""
        self.home = asyncio.Event()
        """Set when all marks have come home, or patience has ended."""
        self._out = 1
        for node in nodes:
            self._out += node.post_message(Callback(callback=self.mark_is_home))
        self.mark_is_home()

    @property
    def all_home(self) -> bool:
        """Tell whether all marks have come home."""
        return not self._out

    def mark_is_home(self) -> None:
        """Count one mark less."""
        self._out -= 1
        if not self._out:
            self.home.set()

    def hear(self, message: Message) -> None:
        """Count a message that a queue has done with, marks apart."""
        if not isinstance(getattr(getattr(message, "callback", None), "__self__", None), _Round):
            self.noise += 1


class Rest:
    """Finds when an app has come to rest. One at a time may wait for it."""

    def __init__(self, app: App[Any]) -> None:
        self.busy = 0
        """How many have asked to be waited for."""
        self.freed = asyncio.Event()
        """Set when nobody asks to be waited for any more."""
        self._app = app
        self._round: _Round | None = None
        self._heard: WeakSet[DOMNode] = WeakSet()
        self._laid_out: WeakSet[Widget] = WeakSet()

    async def come(self) -> None:
        """Return when the last key's effects are done, or the app has stopped."""
        late: list[DOMNode] = []
        rounds = 0
        while self._app.is_running and rounds < _MOST_ROUNDS:
            if self.busy:
                self.freed.clear()
                await _patiently(self.freed)
                continue
            path = self._path()
            quiet = await self._go_round([*path, *late])
            if quiet is None:
                continue
            rounds += 1
            if quiet and len(path) > 1:
                late = self._late()
                if not late and not await self._new_layout():
                    return

    def _path(self) -> list[DOMNode]:
        """Give all that a key passes through: app, screen, focused widget and what holds it."""
        try:
            screen = self._app.screen
        except ScreenError:
            return [self._app]
        end = screen if screen.focused is None else screen.focused
        return [self._app, *end.ancestors_with_self[:-1]]

    def _late(self) -> list[DOMNode]:
        """Give the widgets of this screen that are not mounted yet: they may take the focus."""
        return [node for node in self._app.screen.walk_children(Widget) if not node.is_mounted]

    async def _new_layout(self) -> bool:
        """Wait for the frame that gives a newly shown focused widget its size; tell if it waited.

        A list that has no size yet does not know what a page is.
        """
        focused = self._app.screen.focused
        if focused is None or focused.size or focused in self._laid_out:
            return False
        self._laid_out.add(focused)
        shown = asyncio.Event()
        self._app.screen.call_after_refresh(shown.set)
        await _patiently(shown)
        return True

    async def _go_round(self, nodes: list[DOMNode]) -> bool | None:
        """Send a mark through the queue of each; tell if they met nothing else on their way.

        None if some are not home in good time. Each mark is behind all that its queue held, so a
        round moves every chain of messages on by one link at least, and a quiet round has met all
        queues idle.
        """
        for node in nodes:
            if node not in self._heard:
                self._heard.add(node)
                node.message_signal.subscribe(self._app, self._hear, immediate=True)
        this = self._round = _Round(nodes)
        await _patiently(this.home)
        return this.noise == 0 if this.all_home else None

    def _hear(self, message: Message) -> None:
        if self._round is not None:
            self._round.hear(message)


async def _patiently(event: asyncio.Event) -> None:
    """Wait for an event, or until patience ends, which sets it."""
    timer = asyncio.get_running_loop().call_later(_PATIENCE, event.set)
    try:
        await event.wait()
    finally:
        timer.cancel()
