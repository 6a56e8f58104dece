"""Who sits at the desk: signed in, locked out by idleness or by hand, let in again, replaced.

A desk belongs to one user for good, writes that wait included: another user gets a desk of their
own over the same connections. A locked desk is a screen on top of the others, which stay as they
are; while it is there, nothing under it can be reached, and nothing is read for it.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.message import Message
from textual.widget import Widget

from orderdesk.domain.errors import OrderDeskError, Refused
from orderdesk.screens.base import DeskScreen
from orderdesk.screens.link import DeskApp
from orderdesk.screens.pump import Keystroke

if TYPE_CHECKING:
    from orderdesk.domain.people import Sitting
    from orderdesk.services.people import Vacant
    from orderdesk.store.desk import Desk

IDLE_LOOK: Final = 1.0
"""Seconds between two looks whether the desk has been idle for too long."""

_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""It goes on while the machine sleeps, where there is one that does."""


class SeatedApp(DeskApp):
    """The desk of whoever sits at it."""

    sitting: Sitting | None = None
    """Who sits here, with what it takes to lock the desk; None before anybody has signed in."""

    def __init__(self) -> None:
        self._last_key = self.idle_clock()
        self._vacant: Vacant | None = None
        self._cursor: Widget | None = None
        """What had the focus when the terminal lost it."""
        self._covered: Widget | None = None
        """What had the focus when the desk was locked."""
        self._put_keys_back: Callable[[], None] = lambda: None
        super().__init__()

    @abstractmethod
    async def sit_down(self, desk: Desk) -> None:
        """Begin to work as the user of this desk."""

    @abstractmethod
    async def begin_again(self, *, at_menu: bool) -> None:
        """Put a fresh screen in place of this one: the menu, or the one that was asked for."""

    def idle_clock(self) -> float:
        """Give seconds since any moment: what idleness is measured by, so a test may turn it."""
        return time.clock_gettime(_CLOCK)

    @property
    def is_locked(self) -> bool:
        """Tell whether somebody is asked who they are, and nothing else can be done."""
        return any(isinstance(each, DeskScreen) and each.IS_DOOR for each in self.screen_stack)

    @property
    def is_idle(self) -> bool:
        """Tell whether the desk was left alone for so long that it must be locked."""
        here = self.sitting
        if here is None or not here.has_pin or not here.lock_minutes or self.pump_pending:
            return False
        return self.idle_clock() - self._last_key >= here.lock_minutes * 60

    # Signing in -----------------------------------------------------------------------------

    async def ask_who(self, vacant: Vacant) -> None:
        """Ask who sits down, in place of the screen that was asked for, which they get then."""
        from orderdesk.screens.sign_in import SignIn

        self._vacant = vacant
        await self.switch_screen(SignIn(vacant.desk.user))

    async def sign_in(self, user: str, pin: str) -> None:
        """Let a user sit down. Raises NotFound, and Refused where the PIN is missing or wrong."""
        from orderdesk.services import people

        vacant = self._vacant
        assert vacant is not None
        if vacant.in_browser:
            desk = await self.in_writes(partial(people.sit_in_browser, vacant.desk, user, pin))
        else:
            desk = vacant.desk.for_user(user)
            await self.in_writes(
                partial(people.admit, desk, user, pin or None, system_user=vacant.system_user)
            )
        self._follow(lambda: self._let_in(desk))

    async def _let_in(self, desk: Desk) -> None:
        await self.sit_down(desk)
        await self.begin_again(at_menu=False)

    # Locking --------------------------------------------------------------------------------

    def post_message(self, message: Message) -> bool:
        """Note when a key came; one that comes after the time is over finds the desk locked."""
        if isinstance(message, Keystroke) and not message.is_forwarded:
            self.lock_if_idle()
            self._last_key = self.idle_clock()
        return super().post_message(message)

    def lock_if_idle(self) -> None:
        """Lock the desk where nobody has typed for as long as the company lets it stand open."""
        if self.is_idle and not self.is_locked:
            self._last_key = self.idle_clock()
            self._follow(self._cover)

    async def lock(self) -> None:
        """Cover everything until whoever sits here gives their PIN. Raises Refused without one."""
        here = self.sitting
        if here is None:
            return
        if not here.has_pin:
            raise Refused(
                "no_pin",
                f"user {here.user!r} has no PIN to unlock with; set one: "
                f"`orderdesk user pin {here.user}`",
                user=here.user,
            )
        self._follow(self._cover)

    async def _cover(self) -> None:
        if self.is_locked:
            return
        from orderdesk.screens.sign_in import Locked

        for screen in self._desk_screens():
            screen.save_work()
        self._put_keys_back = self.put_keys_aside()
        self._covered = self.screen.focused or self._cursor
        await self.push_screen(Locked(self.user))

    async def unlock(self, pin: str) -> None:
        """Uncover everything as it was, for the PIN of who sits here. Raises Refused, NotFound."""
        from orderdesk.services import people

        await self.in_writes(partial(people.check_pin, self.desk, self.user, pin))
        self._follow(self._uncover)

    async def _uncover(self) -> None:
        under, cursor = self.screen_stack[-2], self._covered
        if under.focused is None and cursor in under.walk_children(Widget):
            # The terminal was left before the desk was locked; nothing may be selected anew.
            under.set_focus(cursor, scroll_visible=False, from_app_focus=True)
        self._covered = None
        self._put_keys_back()
        await self.pop_screen()

    async def take_over(self, user: str, pin: str) -> None:
        """Let another user take a locked desk over, once the work of who was there is saved.

        Raises NotFound and Refused, and what stands against saving: then the desk stays locked.
        """
        from orderdesk.services import people

        desk = await self.in_writes(partial(people.take_over, self.desk, user, pin))
        for screen in reversed(self._desk_screens()):
            await screen.put_away()
        await self.in_writes(lambda: None)
        self._follow(lambda: self._replace(desk))

    async def _replace(self, desk: Desk) -> None:
        self._covered = None
        with self.batch_update():  # nothing of what is left behind is drawn once more
            await self.sit_down(desk)
            while len(self.screen_stack) > 2:
                await self.pop_screen()
            await self.begin_again(at_menu=True)

    def on_app_blur(self) -> None:
        """Note where the cursor is, before the terminal's own loss of focus takes it away."""
        self._cursor = self.screen.focused

    # How it is done -------------------------------------------------------------------------

    def action_command_palette(self) -> None:
        """Open the palette, but never before a door."""
        if not self.is_locked:
            super().action_command_palette()

    def _desk_screens(self) -> list[DeskScreen]:
        return [screen for screen in self.screen_stack if isinstance(screen, DeskScreen)]

    def _follow(self, change: Callable[[], Awaitable[None]]) -> None:
        """Change screens after this message, and let no key pass before that is done."""
        self.busy_begin()

        async def changed() -> None:
            try:
                await change()
            except OrderDeskError as error:
                if isinstance(self.screen, DeskScreen):
                    self.screen.fail(error.message)
            finally:
                self.busy_end()

        self.call_later(changed)
