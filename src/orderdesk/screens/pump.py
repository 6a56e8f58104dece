"""The key pump: keys that arrive together reach the fields they were meant for.

Textual gives each key to the widget that has the focus when the key is read. Of a burst (typing
ahead, a scanner, ssh) it reads many before the first has had its effect, so they all land in the
field where the burst began. The pump keeps them in order, and passes the next one on only when
what the last one set going has come to rest.

What "come to rest" means is said in `rest`. Two things are not waited for: `call_after_refresh`,
which comes with the next frame (move the focus at once or by `call_later`), and what a widget apart
from the focus, a worker or a timer does by itself (wrap it in `keys_wait` if keys depend on it). A
handler must not wait for a person: use a worker, as Textual itself demands.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, ClassVar, Final

from textual.app import App, ReturnType
from textual.events import Key, Paste
from textual.message import Message

from orderdesk.screens.rest import Rest

Keystroke = Key | Paste
"""What the pump keeps in order: a key, or a piece of text that the terminal marked as pasted."""

_QUIET_LOOKS: Final = 4
"""How many looks in a row, evenly over one gap, must meet no new key. More than one, so that a
process that the machine held up for a moment does not take its own pause for the typist's."""


class KeyQueue:
    """The keys not yet passed on, and those set aside after an error. Knows nothing of Textual."""

    def __init__(self) -> None:
        self.waiting: deque[Keystroke] = deque()
        """Keys to be passed on, the next one first."""
        self.kept: deque[Keystroke] = deque()
        """Keys set aside by `hold`."""
        self.catching = False
        """True from a hold until its burst is over: keys that arrive now were typed ahead too."""
        self._older: deque[Keystroke] = deque()

    @property
    def count_kept(self) -> int:
        """How many keys are set aside."""
        return len(self.kept) + len(self._older)

    def take(self, event: Keystroke) -> None:
        """Put a key that has arrived where it belongs."""
        (self.kept if self.catching else self.waiting).append(event)

    def hold(self) -> None:
        """Set aside all that waits, and what still arrives, until `settle_kept` is called."""
        if self.catching:
            self.kept.extend(self.waiting)
        else:
            self._older, self.kept = self.kept, self.waiting.copy()
            self.catching = True
        self.waiting.clear()

    def settle_kept(self, resume_keys: frozenset[str]) -> int:
        """End the burst; give how many keys are kept.

        If keys were kept from an error before this one, they stand where the clerk let them go on:
        in place of the first of `resume_keys`, else behind the newer ones.
        """
        self.catching = False
        if self._older:
            newer, self.kept = self.kept, deque()
            while newer and not _is_one_of(newer[0], resume_keys):
                self.kept.append(newer.popleft())
            if newer:
                newer.popleft()
            self.kept += self._older + newer
            self._older = deque()
        return len(self.kept)

    def resume(self, without: frozenset[str]) -> int:
        """Put the kept keys, less those named in `without`, before all others; give their count."""
        back = [event for event in self.kept if not _is_one_of(event, without)]
        self.waiting.extendleft(reversed(back))
        self.kept.clear()
        return len(back)

    def keeps(self, names: frozenset[str]) -> bool:
        """Tell whether one of these keys is set aside."""
        return any(_is_one_of(event, names) for event in (*self.kept, *self._older))

    def put_aside(self) -> deque[Keystroke]:
        """Give the kept keys away, so that nothing happens to them until they are put back."""
        aside, self.kept = self.kept, deque()
        return aside

    def drop(self) -> int:
        """Forget the kept keys; give how many they were."""
        count = len(self.kept)
        self.kept.clear()
        return count


def _is_one_of(event: Keystroke, names: frozenset[str]) -> bool:
    return isinstance(event, Key) and event.key in names


class KeyPump(App[ReturnType]):
    """An app whose keys and pastes arrive one by one, each when the last one's effect is done.

    Keys are taken where they enter, in `post_message`, and given on to the app in the ordinary
    way, so bindings (priority ones too), actions and screens need to know nothing of it.
    """

    POST_KEYS: frozenset[str] = frozenset({"f9", "ctrl+o"})
    """Keys that post; they are taken out of kept keys, so that typing ahead never posts past an
    error."""

    RESUME_KEYS: frozenset[str] = frozenset({"f8", "ctrl+y"})
    """Keys that let kept keys go on: where one was typed ahead of a second error, the older kept
    keys belong."""

    KEY_GAP: ClassVar[float] = 0.03
    """Seconds without a key that end a burst. Much shorter than anyone's answer to an error, much
    longer than the pause between two pieces in which the terminal gives a burst."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._keys = KeyQueue()
        self._pump_task: asyncio.Task[None] | None = None
        self._pump_watchers: list[asyncio.Future[None]] = []
        self._pump_rest = Rest(self)
        self._pump_still = 0
        self._pump_watch = 0
        self.held_reason = ""
        """What `hold_keys` was last told."""
        super().__init__(*args, **kwargs)

    @property
    def pump_pending(self) -> int:
        """How many keys and pastes wait to be passed on; kept ones are not among them."""
        return len(self._keys.waiting)

    @property
    def keys_kept(self) -> int:
        """How many keys and pastes are kept since an error."""
        return self._keys.count_kept

    @property
    def keeps_posting(self) -> bool:
        """Tell whether a key that posts was typed ahead of an error; it is left out."""
        return self._keys.keeps(self.POST_KEYS)

    def hold_keys(self, reason: str) -> None:
        """Tell of an error: keep what was typed ahead of it, and let new keys mend the field.

        Typed ahead are all keys that wait now, and those that follow until none came for `KEY_GAP`
        seconds. Then, and only then, `on_keys_held` is called: show the error there, or at least
        the count, and nobody can have answered it before new keys reach the field.
        """
        self.held_reason = reason
        self._keys.hold()
        self._pump_still = 0
        self._pump_watch += 1
        self._look_later(self._pump_watch)

    def resume_keys(self) -> int:
        """Let the kept keys go on, before any other; give how many, without the `POST_KEYS`.

        Keys still arriving with the burst count as kept. `on_keys_moved` is called.
        """
        self._keys.settle_kept(self.RESUME_KEYS)
        count = self._keys.resume(self.POST_KEYS)
        self._run_pump()
        self.call_later(self.on_keys_moved)
        return count

    def drop_keys(self) -> int:
        """Forget the kept keys; give how many they were. `on_keys_moved` is called."""
        self._keys.settle_kept(self.RESUME_KEYS)
        count = self._keys.drop()
        self.call_later(self.on_keys_moved)
        return count

    def put_keys_aside(self) -> Callable[[], None]:
        """Take the kept keys out of everybody's reach; give what puts them back."""
        aside = self._keys.put_aside()

        def put_back() -> None:
            self._keys.kept = aside

        return put_back

    def on_keys_held(self, count: int) -> None:
        """Say how many keys are kept (or 0): the burst that met an error is over.

        For the app to override. It runs in the app, before any key that came after the burst.
        """

    def on_keys_moved(self) -> None:
        """Say that no keys are kept any more. For the app to override."""

    def busy_begin(self) -> None:
        """Pass no key on until `busy_end` has been called as often as this. On the event loop."""
        self._pump_rest.busy += 1

    def busy_end(self) -> None:
        """Take back one `busy_begin`. On the event loop."""
        self._pump_rest.busy -= 1
        if not self._pump_rest.busy:
            self._pump_rest.freed.set()

    @asynccontextmanager
    async def keys_wait(self) -> AsyncIterator[None]:
        """Pass no key on while this is open. Do not wait for a key inside: it would not come."""
        self.busy_begin()
        try:
            yield
        finally:
            self.busy_end()

    async def keys_settled(self) -> None:
        """Wait until all keys are passed on and their effects are done.

        For tests and workers; in a handler it would wait for itself.
        """
        watcher: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pump_watchers.append(watcher)
        self._run_pump()
        await watcher

    def pump_later(self, seconds: float, callback: Callable[[], None]) -> None:
        """Call back after some seconds: the pump's only clock, so that a test may be the clock."""
        asyncio.get_running_loop().call_later(seconds, callback)

    def post_message(self, message: Message) -> bool:
        """Take keys and pastes that come from outside into the pump; post all else as ever."""
        if not isinstance(message, Keystroke) or message.is_forwarded or not self.is_running:
            return super().post_message(message)
        self._keys.take(message)
        self._pump_still = 0
        self._run_pump()
        return True

    def _look_for_quiet(self, watch: int) -> None:
        """End the burst of hold number `watch` when enough looks in a row have met no new key."""
        if watch != self._pump_watch or not self._keys.catching:
            return
        self._pump_still += 1
        if self._pump_still < _QUIET_LOOKS:
            self._look_later(watch)
            return
        count = self._keys.settle_kept(self.RESUME_KEYS)
        self.call_later(self.on_keys_held, count)

    def _look_later(self, watch: int) -> None:
        seconds = self.KEY_GAP / (_QUIET_LOOKS - 1)
        self.pump_later(seconds, lambda: self._look_for_quiet(watch))

    def _run_pump(self) -> None:
        if self._pump_task is None and (self._keys.waiting or self._pump_watchers):
            self._pump_task = asyncio.create_task(self._pump())
            self._pump_task.add_done_callback(self._pump_ended)

    def _pump_ended(self, task: asyncio.Task[None]) -> None:
        self._pump_task = None
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            self._answer_watchers()
            self.call_later(_raise, error)
            return
        # A key may have come between the pump's last look and its end.
        self._run_pump()

    async def _pump(self) -> None:
        """Pass on what waits, one at a time, each after the app has come to rest."""
        while self._keys.waiting or self._pump_watchers:
            await self._pump_rest.come()
            if self._keys.waiting:
                super().post_message(self._keys.waiting.popleft())
                continue
            self._answer_watchers()

    def _answer_watchers(self) -> None:
        for watcher in self._pump_watchers:
            if not watcher.done():
                watcher.set_result(None)
        self._pump_watchers.clear()


def _raise(error: BaseException) -> None:
    raise error
