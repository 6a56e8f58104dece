"""The desk as a Textual app: its screens, its keys, who sits here. No business rule.

The first frame stands before the database is opened: the opener imports models and services in a
thread, and what is typed meanwhile is kept by the key pump.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.errors import OrderDeskError
from orderdesk.screens.base import DeskScreen
from orderdesk.screens.seat import IDLE_LOOK, SeatedApp

if TYPE_CHECKING:
    from textual.driver import Driver
    from textual.filter import LineFilter

    from orderdesk.domain.people import Sitting
    from orderdesk.services.people import Vacant
    from orderdesk.store.desk import Desk

SCREENS: Final = {
    "order-entry": ("orderdesk.screens.order_entry.screen", "OrderEntry", "Order entry"),
    "orders": ("orderdesk.screens.orders.screen", "Orders", "Orders"),
    "customers": ("orderdesk.screens.customers.screen", "Customers", "Customers"),
    "credit-check": ("orderdesk.screens.credit.screen", "CreditCheck", "Credit check"),
    "stock-check": ("orderdesk.screens.stock_check.screen", "StockCheck", "Stock check"),
    "backorders": ("orderdesk.screens.backorders.screen", "Backorders", "Backorders"),
    "promises": ("orderdesk.screens.promises.screen", "Promises", "Promises"),
    "queues": ("orderdesk.screens.queues.screen", "Queues", "Queues"),
    "calls": ("orderdesk.screens.queues.screen", "Calls", "Calling queue"),
}
"""Name -> where its class is, and its title. A screen is imported when it is first opened."""

MENU: Final = ("orderdesk.screens.menu", "Menu")

FIRST_ROWS: Final = ("orderdesk.services.sitting", "orderdesk.services.orders.buyers")
"""Services imported behind the first frame: they need no models, and give the first rows."""

PRELOADED: Final = (
    "pydantic",
    "sqlalchemy.orm",
    "sqlmodel",
    "orderdesk.models.company",
    "orderdesk.models.orders",
    "orderdesk.services.orders.preview",
    "orderdesk.services.orders.drafts",
    "orderdesk.services.people",
    "orderdesk.services.search",
)
"""What screens ask for next, imported behind the first rows; what is read goes in between."""

REFRESH_SECONDS: Final = 1.0
"""How often the desk looks whether others have changed something."""


class OrderDeskApp(SeatedApp):
    """The desk of one user on one company."""

    TITLE = "OrderDesk"
    CSS_PATH = ["app.tcss", "screens/order_entry/order_entry.tcss"]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]

    def __init__(
        self,
        opener: Callable[[], Desk | Vacant],
        *,
        place: str,
        user: str,
        screen: str | None = None,
        keys_at_once: bool = False,
        keymap: dict[str, str] | None = None,
        on_loaded: Callable[[], None] = lambda: None,
    ) -> None:
        """Take what opens the desk, the database's short name, the user, and the first screen.

        `keys_at_once` says that it is certain that nobody must sign in: keys need not wait for the
        database then. Else they do, for the first ones may be a PIN. `on_loaded` is called once
        all is imported that screens begin with.
        """
        self._opener = opener
        self._place, self._user = place, user
        self._first = screen
        self._keys_at_once = keys_at_once
        self.keymap_of_user = keymap or {}
        self.failure: Exception | None = None
        """Why the desk could not be opened or go on; told by whoever ran the app."""
        self._changes = 0
        self._on_loaded = on_loaded
        self._opening: asyncio.Task[None] | None = None
        self._is_loaded = False
        self._trouble = ""
        """Why other desks' changes cannot be seen at the moment, as it was told."""
        super().__init__()
        self.set_keymap(self.keymap_of_user)
        self.POST_KEYS = self._keys_of("post", self.POST_KEYS)
        self.RESUME_KEYS = self._keys_of("repeat", self.RESUME_KEYS)

    def _keys_of(self, action: str, keys: frozenset[str]) -> frozenset[str]:
        """Give the user's own keys for an action, else these."""
        own = self.keymap_of_user.get(action)
        return frozenset(own.split(",")) if own else keys

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Give what every line goes through before it is drawn."""
        found = super().get_line_filters()
        if not self.no_color:
            return found
        from orderdesk.screens.colourless import Colourless

        return [*found, Colourless(self.current_theme.dark)]

    def get_driver_class(self) -> type[Driver]:
        """Give what reads the terminal; on POSIX one that goes on whatever bytes come."""
        found = super().get_driver_class()
        if found.__module__ != "textual.drivers.linux_driver":
            return found
        from orderdesk.screens.terminal import Terminal

        return Terminal

    def _handle_exception(self, error: Exception) -> None:
        """End the desk for a fault of ours; whoever ran the app logs it, and tells it in a line.

        Textual would print every local variable on the way to it, a typed PIN among them.
        """
        self.failure = self.failure or error
        super()._handle_exception(error)
        self._exit_renderables.clear()

    @property
    def place(self) -> str:
        """Give the database's short name."""
        return self._place

    @property
    def user(self) -> str:
        """Give who sits here."""
        return self._user

    async def on_mount(self) -> None:
        """Begin at the asked-for screen, then open the database behind its first frame."""
        if not self._keys_at_once:
            self.busy_begin()
        # The menu is not made where it is not asked for: that frame would come first.
        await self.push_screen(self._made(self._first))
        self.call_after_refresh(self._open_desk)

    async def open_screen(self, name: str) -> None:
        """Open a screen by its name."""
        await self.push_screen(self._made(name))

    async def leave_screen(self) -> None:
        """Go back to the screen below, or to the menu, where the desk did not begin there."""
        if len(self.screen_stack) > 2:  # the lowest one is Textual's own, and blank
            await self.pop_screen()
        else:
            await self.switch_screen(self._made(None))

    async def leave_to_menu(self) -> None:
        """Leave this screen and those below it, down to the menu or to one with work begun."""
        await self.leave_screen()
        while isinstance(top := self.screen, DeskScreen) and not (top.IS_MENU or top.is_begun):
            await self.leave_screen()

    async def begin_again(self, *, at_menu: bool) -> None:
        """Put a fresh screen in place of this one: the menu, or the one that was asked for."""
        await self.switch_screen(self._made(None if at_menu else self._first))

    def _made(self, name: str | None) -> DeskScreen:
        """Make a screen by its name, or the menu."""
        module, kind = MENU if name is None else SCREENS[name][:2]
        screen: DeskScreen = getattr(import_module(module), kind)()
        # It is drawn once for the right width, not first for none and then for this one.
        screen.add_class(
            [name for least, name in self.HORIZONTAL_BREAKPOINTS if self.size.width >= least][-1]
        )
        return screen

    async def _open_desk(self) -> None:
        self._opening = asyncio.create_task(self._open())

    async def _open(self) -> None:
        try:
            found = await self.in_reads(self._opened_by)
            vacant = found if hasattr(found, "system_user") else None
            self.opened = found.desk if vacant else found
            if vacant:
                await self.ask_who(vacant)
            if not self._keys_at_once:
                self.busy_end()
            if not vacant:
                await self.sit_down(found)
            await self._preload()
        except Exception as error:
            self.failure = error
            self.exit(return_code=1)

    def _opened_by(self) -> Desk | Vacant:
        """Open the database, and import what reads the first rows; in the thread that reads."""
        found = self._opener()
        for name in FIRST_ROWS:
            import_module(name)
        return found

    async def _preload(self) -> None:
        """Import what screens will ask for, after what they have asked for already."""
        for name in PRELOADED:
            await asyncio.sleep(0)
            await self.in_reads(partial(import_module, name))
        self._is_loaded = True
        self._on_loaded()
        self._begin_if_ready()

    async def sit_down(self, desk: Desk) -> None:
        """Begin to work as the user of this desk."""
        sitting = await self._read_sitting(desk)
        changes = await self.in_watch(desk.database.changes)
        self.desk, self.sitting, self._changes, self._user = desk, sitting, changes, desk.user
        if isinstance(self.screen, DeskScreen):
            self.screen.retitle()
        self.seated.set()
        self._begin_if_ready()

    def _begin_if_ready(self) -> None:
        """Let screens read all they want once somebody sits here and the services are there."""
        if self._is_loaded and self.seated.is_set() and not self.ready.is_set():
            self.ready.set()
            self.set_interval(REFRESH_SECONDS, self._look_for_changes)
            self.set_interval(IDLE_LOOK, self.lock_if_idle)

    async def _read_sitting(self, desk: Desk) -> Sitting:
        from orderdesk.services.sitting import sitting

        found: Sitting = await self.in_reads(partial(desk.read, sitting, desk.user))
        return found

    async def _look_for_changes(self) -> None:
        """Let the screen in front read again where another desk has committed.

        Where the database cannot be looked at, the file replaced or the server gone, that is told
        once; what was typed stays on the screen. What changes while the desk is locked is shown
        once it is unlocked.
        """
        try:
            found = await self.in_watch(self.desk.database.changes)
            if found != self._changes:
                self.sitting = await self._read_sitting(self.desk)
        except OrderDeskError as error:
            screen = self.screen
            if isinstance(screen, DeskScreen) and error.message != self._trouble:
                self._trouble = error.message
                screen.warn(error.message)
            return
        self._trouble = ""
        if found != self._changes and not self.is_locked:
            screen = self.screen
            if isinstance(screen, DeskScreen):
                with screen.following():
                    await screen.refresh_live()
            self._changes = found

    def on_keys_held(self, count: int) -> None:
        """Say on the message line how many keys wait after an error."""
        if isinstance(self.screen, DeskScreen):
            self.screen.show_kept(count)

    def screens_to_open(self) -> dict[str, tuple[str, Callable[[], Any]]]:
        """Give a title and what opens it for the name of each screen."""
        return {
            name: (title, partial(self.open_screen, name))
            for name, (_, _, title) in SCREENS.items()
        }

    async def action_quit(self) -> None:
        """Leave the desk, after the writes that are under way."""
        if self.seated.is_set():
            await self.ready.wait()  # or those that wait for the services would be lost
        self.exit()

    async def on_unmount(self) -> None:
        """Finish writes and close the connections."""
        if self._opening is not None:
            self._opening.cancel()
        await self.close_desk()
