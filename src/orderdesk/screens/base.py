"""What every screen of the desk is: three fixed lines, and one way to speak and to fail."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from textual.app import ComposeResult
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from orderdesk.domain.errors import OrderDeskError
from orderdesk.screens.columns import many
from orderdesk.screens.commands import bindings, key_bar
from orderdesk.screens.widgets.bars import KeyBar, MessageLine, TitleBar, clock
from orderdesk.screens.widgets.drawn import Placing

if TYPE_CHECKING:
    from orderdesk.screens.link import DeskApp
    from orderdesk.screens.widgets.choices import ChoiceList

_LOG: Final = logging.getLogger(__name__)

_FOLLOWING: Final = ContextVar("following", default=False)
"""True in what the desk does by itself, while keys go on in tasks of their own."""


class DeskScreen(Placing, Screen[None]):
    """A screen with a title, a message line and a key bar; subclasses fill the room between."""

    TITLE_TEXT: ClassVar[str] = ""
    KEYS: ClassVar[tuple[str, ...]] = ()
    """The actions named on the key bar."""
    IS_DOOR: ClassVar[bool] = False
    """True for a screen that asks who is there: nobody passes it but by its own way."""
    IS_MENU: ClassVar[bool] = False
    """True for the one that all others are left for."""

    BINDINGS = bindings("help", "leave", "back", "reread", "lock", "repeat", "undo")

    # The two widgets that a change of focus concerns draw themselves; Textual draws all again.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    again: Callable[[], Awaitable[Any]] | None = None
    """What was refused, to be done again by F8 once its field is mended."""
    _failures = 0
    _was_covered = False

    @property
    def desk_app(self) -> DeskApp:
        """Give the app, which reads and writes for its screens."""
        return cast("DeskApp", self.app)

    def compose(self) -> ComposeResult:
        """Lay the fixed lines around the screen's own room."""
        yield TitleBar()
        yield from self.room()
        yield MessageLine(self.key_of("help"))
        yield KeyBar(key_bar(self.KEYS, self.desk_app.keymap_of_user))

    def room(self) -> ComposeResult:
        """Give the widgets between title and message; for the subclass."""
        yield from ()

    def on_mount(self) -> None:
        """Show where and who, and keep the clock."""
        self.retitle()
        self.set_interval(20, self.retitle)

    def retitle(self) -> None:
        """Refresh the title line."""
        bar = self.query_one(TitleBar)
        bar.right = f"{self.desk_app.place}  {self.desk_app.user}  {clock()}"
        bar.left = self.title_left()

    def title_left(self) -> str:
        """Give the left half of the title line."""
        return self.TITLE_TEXT

    @property
    def message(self) -> str:
        """What the message line says."""
        return self.query_one(MessageLine).text

    def read_first(self, reading: Coroutine[Any, Any, None]) -> None:
        """Read what the screen shows, behind its first frame; no key passes until it is there."""
        self.desk_app.busy_begin()

        async def read() -> None:
            try:
                with self.failing_softly():
                    await reading
            finally:
                self.desk_app.busy_end()

        self.run_worker(read())

    @property
    def is_gone(self) -> bool:
        """Tell whether the screen was left while something was still under way for it."""
        return not self.query(MessageLine)

    @property
    def is_begun(self) -> bool:
        """Tell whether something is begun here that is not to be left unasked; for the subclass."""
        return False

    def key_of(self, action: str) -> str:
        """Give the name of the key that does something, as the user has it."""
        return self.desk_app.key_of(action)

    def say(self, text: str) -> None:
        """Tell something on the message line."""
        self.query_one(MessageLine).say(text)

    def hush(self) -> None:
        """Let what was said go, for its cause is over; what tells of kept keys stays."""
        if self.message and not self.desk_app.keys_kept:
            self.say("")

    def fail(self, text: str) -> None:
        """Tell of an error: bell, message, and typed-ahead keys are kept."""
        self.again = None
        self._failures += 1
        self.query_one(MessageLine).say(text, error=True)
        if isinstance(self.focused, Input):
            # What is typed next replaces the wrong value.
            self.focused.select_all()
        self.app.bell()
        self.desk_app.hold_keys(text)

    def warn(self, text: str) -> None:
        """Tell of an error that no key brought about: bell and message; keys and fields stay."""
        if not self.is_gone:
            self.query_one(MessageLine).say(text, error=True)
            self.app.bell()

    def show_kept(self, count: int) -> None:
        """Add to the message how many typed-ahead keys wait for F8 or Esc."""
        if count and not self.is_gone:
            line = self.query_one(MessageLine)
            goes, drops, posts = map(self.key_of, ("repeat", "back", "post"))
            without = f" without {posts}" if self.desk_app.keeps_posting else ""
            kept = f"[{many(count, 'key')} kept: {goes} goes on{without}, {drops} drops]"
            line.say(f"{kept} {line.text}", error=True)

    @contextmanager
    def doing(self, again: Callable[[], Awaitable[Any]]) -> Iterator[None]:
        """Do what a key asked for: what was said before it goes, and an error is the message's.

        Where it is refused, F8 does `again` first, and only then lets the kept keys go on.
        """
        said, failures = self.query_one(MessageLine).times_said, self._failures
        with self.failing_softly():
            yield
        if self.is_gone:
            return
        if self._failures != failures:
            self.again = again
            return
        self.again = None
        if self.query_one(MessageLine).times_said == said:
            self.hush()

    @contextmanager
    def following(self) -> Iterator[None]:
        """Follow what others do: an error in here is no key's; it is a warning, and holds none."""
        token = _FOLLOWING.set(True)
        try:
            with self.failing_softly():
                yield
        finally:
            _FOLLOWING.reset(token)

    @contextmanager
    def failing_softly(self) -> Iterator[None]:
        """Turn an error into the message line's; a fault of ours is logged, and the desk stays."""
        tell = self.warn if _FOLLOWING.get() else self.fail
        try:
            yield
        except OrderDeskError as error:
            if not self.is_gone:
                tell(error.message)
        except Exception as error:
            if self.is_gone:
                return
            _LOG.exception("a fault on %s", type(self).__name__)
            tell(f"a fault of ours ({type(error).__name__}), which was logged; try again")

    def on_screen_suspend(self) -> None:
        """Note that another screen lies on top, under which nothing is read again."""
        self._was_covered = True

    async def on_screen_resume(self) -> None:
        """Catch up on what was changed while another screen lay on top."""
        if self._was_covered and not self.is_gone:
            self._was_covered = False
            with self.failing_softly():
                await self.come_back()

    async def come_back(self) -> None:
        """Read again what the screen shows, for it is on top once more."""
        await self.refresh_live()

    async def refresh_live(self) -> None:
        """Others have changed something: show it, moving no cursor; for the subclass."""

    def on_choice_list_failed(self, event: ChoiceList.Failed) -> None:
        """Say why a list could not be read."""
        self.fail(event.error.message)

    def why_not(self, action: str) -> str:
        """Say why an action that is offered cannot be done now, and what to do; for the subclass.

        Empty where it can be done, as far as the screen knows.
        """
        typed: Callable[[], bool] | None = getattr(self.focused, "is_typed", None)
        if action == "undo" and not (typed and typed()):
            return "nothing is left to undo here; what was done is stored already"
        return ""

    def is_barred(self, action: str) -> bool:
        """Tell whether an action cannot be done now, and say why then."""
        if why := self.why_not(action):
            self.fail(why)
        return bool(why)

    def offers(self, action: str) -> bool:
        """Tell whether an action can be done here."""
        return hasattr(self, f"action_{action}")

    def save_work(self) -> None:
        """Save what is under way, behind the screen: the desk is being locked; for the subclass."""

    async def put_away(self) -> None:
        """Save what is under way and leave it for later: somebody else takes the desk over.

        For the subclass. Raises what stands against saving it; the screen is as it was then.
        """

    async def action_lock(self) -> None:
        """Lock the desk, everything on it as it is."""
        with self.failing_softly():
            await self.desk_app.lock()

    async def action_leave(self) -> None:
        """Leave to the menu."""
        await self.desk_app.leave_to_menu()

    async def action_back(self) -> None:
        """Forget kept keys, or else go one step back."""
        if self.desk_app.keys_kept:
            self.say(f"{many(self.desk_app.drop_keys(), 'key')} dropped")
            return
        await self.step_back()

    async def step_back(self) -> None:
        """Go one step back; for the subclass. Here it is the screen below."""
        await self.desk_app.leave_screen()

    async def action_repeat(self) -> None:
        """After an error, do again what was refused and let the kept keys go on; else repeat."""
        if not self.desk_app.keys_kept:
            self.repeat()
            return
        again, self.again = self.again, None
        # They go before whatever was typed behind F8, also where it is refused once more.
        self.desk_app.resume_keys()
        self.hush()
        if again is not None:
            await again()

    def repeat(self) -> None:
        """Repeat what stands above; for the subclass."""
        self.fail("nothing stands above to repeat; type it")

    async def action_undo(self) -> None:
        """Take back what was typed into the field, else the last edit that is not stored yet."""
        take_back: Callable[[], bool] | None = getattr(self.focused, "take_back", None)
        if take_back is None or not take_back():
            await self.undo()

    async def undo(self) -> None:
        """Take back the last edit that is not stored yet; for the subclass."""
        self.is_barred("undo")

    async def action_reread(self) -> None:
        """Read everything again."""
        with self.failing_softly():
            await self.refresh_live()

    async def action_help(self) -> None:
        """Open the help sheet for this screen and field."""
        from orderdesk.screens.help import HelpSheet

        focused: Any = self.focused
        await self.app.push_screen(HelpSheet(self, getattr(focused, "about", ""), self.message))
