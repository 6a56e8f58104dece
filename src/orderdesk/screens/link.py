"""The app as its screens see it: a key pump that reads and writes for them, off the event loop."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from orderdesk.screens.commands import key_name, with_keys
from orderdesk.screens.pump import KeyPump

if TYPE_CHECKING:
    from orderdesk.store.desk import Desk
    from orderdesk.store.work import Work

P = ParamSpec("P")
T = TypeVar("T")


class DeskApp(KeyPump[None]):
    """What a screen may ask of its app.

    Reads and writes run in one thread each: writes stay in the order in which they were asked
    for, reads never wait for a write.
    """

    desk: Desk
    keymap_of_user: dict[str, str]
    """Action id -> keys, where the user's key file changes them."""

    def __init__(self) -> None:
        self._reads = ThreadPoolExecutor(1, "reads")
        self._writes = ThreadPoolExecutor(1, "writes")
        self._watch = ThreadPoolExecutor(1, "watch")
        self.seated = asyncio.Event()
        """Set when somebody sits at an open database: what needs no models can be read."""
        self.ready = asyncio.Event()
        """Set when the services are imported, too: everything can be read and written."""
        self.opened: Desk | None = None
        """The desk whose database was opened, whether anybody sits at it yet or not."""
        super().__init__()

    def key_of(self, action: str) -> str:
        """Give the name of the key that does something, as the user has it."""
        return key_name(action, self.keymap_of_user)

    def keyed(self, text: str) -> str:
        """Give a text of ours with the key of every action that it has in braces."""
        return with_keys(text, self.keymap_of_user)

    @property
    @abstractmethod
    def place(self) -> str:
        """Give the database's short name."""

    @property
    @abstractmethod
    def user(self) -> str:
        """Give the name of who sits here."""

    @abstractmethod
    async def open_screen(self, name: str) -> None:
        """Open a screen by its name."""

    def screens_to_open(self) -> dict[str, tuple[str, Callable[[], Any]]]:
        """Give a title and what opens it for the name of each screen."""
        return {}

    def action_command_palette(self) -> None:
        """Open the palette over a screen."""
        from orderdesk.screens.base import DeskScreen
        from orderdesk.screens.palette import Palette, entries

        below = self.screen
        if isinstance(below, DeskScreen) and not isinstance(below, Palette):
            self.push_screen(Palette(list(entries(below, self.screens_to_open()))))

    @abstractmethod
    async def leave_screen(self) -> None:
        """Go back to the screen below, or to the menu."""

    @abstractmethod
    async def leave_to_menu(self) -> None:
        """Leave this screen and those below it, down to the menu or to one with work begun."""

    @abstractmethod
    async def lock(self) -> None:
        """Cover everything until whoever sits here gives their PIN. Raises Refused without one."""

    async def read(
        self, service: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a reading service in one snapshot."""
        call = partial(self.desk.read, service, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._reads, call)

    async def write(
        self,
        command_id: str | None,
        service: Callable[Concatenate[Work, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a changing service as one unit of work, after all asked for before."""
        call = partial(self.desk.command, command_id, service, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._writes, call)

    async def rehearse(
        self, service: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a changing service and undo it."""
        call = partial(self.desk.rehearse, service, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._writes, call)

    async def in_reads(self, call: Callable[[], Any]) -> Any:
        """Run any blocking call in the thread that reads."""
        return await asyncio.get_running_loop().run_in_executor(self._reads, call)

    async def in_writes(self, call: Callable[[], T]) -> T:
        """Run any blocking call in the thread that writes, after all writes asked for before."""
        return await asyncio.get_running_loop().run_in_executor(self._writes, call)

    async def in_watch(self, call: Callable[[], Any]) -> Any:
        """Run a blocking call in the thread that looks for other desks' changes."""
        return await asyncio.get_running_loop().run_in_executor(self._watch, call)

    async def close_desk(self) -> None:
        """Let what was asked for finish, and then close all connections.

        Not earlier: a connection that is closed while another thread works with it may crash.
        """
        for pool in (self._watch, self._writes, self._reads):
            # What follows from an answer, a newer draft perhaps, is asked for before the last one.
            await asyncio.get_running_loop().run_in_executor(pool, lambda: None)
            pool.shutdown(wait=True)
        if self.opened is not None:
            self.opened.close()
