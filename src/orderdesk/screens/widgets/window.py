"""The part of a long list that is in memory: pages by key, read as the cursor comes near them.

A list is never counted and never read whole. Its source gives rows before or after a key, so a page
costs the same at a thousand rows and at a million, and rows that others add or take away meanwhile
move nothing.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from textual.content import Content

Cell = str | Content
"""What stands in a cell, to be shown as it is: a string is never markup."""

K = TypeVar("K")

PAGE_ROWS: Final = 100
"""How many rows are read at a time, at least."""

KEPT_PAGES: Final = 4
"""How many pages stay in memory."""


@dataclass(frozen=True, slots=True)
class Row(Generic[K]):
    """One row of a list: the key that says where it stands, and a cell for each column."""

    key: K
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Page(Generic[K]):
    """Some rows that follow each other, in the order of the list."""

    rows: Sequence[Row[K]]
    more: bool
    """Are there rows beyond the last of these, in the direction that was asked for?"""


class PageSource(Protocol[K]):
    """What a list is read from."""

    async def fetch(self, key: K | None, *, before: bool, limit: int, including: bool) -> Page[K]:
        """Give at most `limit` rows that follow `key`, or with `before` those that precede it.

        With `including` the row of that key, if there is one, is the first of them. A key of None
        stands before the first row, and with `before` after the last. Rows come in the order of
        the list, either way. The row of the key need not exist.
        """
        ...


class Window(Generic[K]):
    """The rows of a list around its cursor, and which of them are in view."""

    def __init__(self, source: PageSource[K]) -> None:
        self.rows: list[Row[K]] = []
        """The rows in memory."""
        self.cursor = 0
        """Which of `rows` the cursor is on."""
        self.top = 0
        """Which of `rows` is the first in view."""
        self.above = False
        """Does the list have rows before these?"""
        self.below = False
        """Does the list have rows after these?"""
        self.height = 1
        """How many rows are in view."""
        self._source = source
        self._reading = asyncio.Lock()

    @property
    def current(self) -> Row[K] | None:
        """The row that the cursor is on, or None in an empty list."""
        return self.rows[self.cursor] if self.rows else None

    @property
    def hidden_above(self) -> bool:
        """Tell whether the list has rows above those in view."""
        return self.above or self.top > 0

    @property
    def hidden_below(self) -> bool:
        """Tell whether the list has rows below those in view."""
        return self.below or self.top + self.height < len(self.rows)

    async def open(self, key: K | None) -> None:
        """Read the list, with the cursor on the row of this key or on the next one."""
        async with self._reading:
            await self._read_around(key)
            self.top = self.cursor
            await self._fill()

    async def reload(self) -> None:
        """Read the rows in view again; the cursor stays on its key, and that on its line."""
        async with self._reading:
            line = self.cursor - self.top
            from_start = not self.hidden_above
            await self._read_around(self.current.key if self.current else None)
            # Who looks at the start of a list sees what comes in there.
            sees_start = from_start and not self.above and self.cursor < self.height
            self.top = 0 if sees_start else max(0, self.cursor - line)
            await self._fill()

    async def move(self, rows: int, *, view: int = 0) -> None:
        """Move the cursor so many rows down, or up if negative, as far as the list goes.

        The view moves by `view` rows, and by what it takes to show the cursor.
        """
        async with self._reading:
            while self.cursor + rows < 0 and self.above:
                await self._read_above()
            while self.cursor + rows >= len(self.rows) and self.below:
                await self._read_below()
            # Not before: what is drawn while they are read, or where they cannot be, is in memory.
            self.top += view
            self.cursor = max(0, min(self.cursor + rows, len(self.rows) - 1))
            await self._fill()

    async def home(self) -> None:
        """Go to the first row of the list."""
        async with self._reading:
            self._take(await self._fetch(None, before=False), before=False)
            self.above = False
            self.cursor = self.top = 0

    async def end(self) -> None:
        """Go to the last row of the list."""
        async with self._reading:
            self._take(await self._fetch(None, before=True), before=True)
            self.below = False
            self.cursor = max(0, len(self.rows) - 1)
            await self._fill()

    async def resize(self, height: int) -> None:
        """Show so many rows."""
        async with self._reading:
            self.height = max(1, height)
            await self._fill()

    async def _fetch(self, key: K | None, *, before: bool, including: bool = False) -> Page[K]:
        limit = max(PAGE_ROWS, 2 * self.height)
        return await self._source.fetch(key, before=before, limit=limit, including=including)

    def _take(self, page: Page[K], *, before: bool) -> None:
        self.rows = list(page.rows)
        self.above, self.below = (page.more, False) if before else (False, page.more)

    async def _read_around(self, key: K | None) -> None:
        """Read a page from the key on and one before it, and put the cursor between them."""
        after = await self._fetch(key, before=False, including=True)
        if key is None:
            self._take(after, before=False)
            self.cursor = 0
            return
        before = await self._fetch(key, before=True)
        self.rows = [*before.rows, *after.rows]
        self.above, self.below = before.more, after.more
        self.cursor = max(0, min(len(before.rows), len(self.rows) - 1))

    async def _read_below(self) -> None:
        page = await self._fetch(self.rows[-1].key, before=False)
        self.rows += page.rows
        # A page without rows ends the list, whatever it says: nothing could be read after it.
        self.below = page.more and bool(page.rows)
        # What is far above is read again when somebody goes there.
        if (excess := self._excess(self.cursor, self.top)) > 0:
            del self.rows[:excess]
            self.cursor -= excess
            self.top -= excess
            self.above = True

    async def _read_above(self) -> None:
        page = await self._fetch(self.rows[0].key, before=True)
        self.rows[:0] = page.rows
        self.above = page.more and bool(page.rows)
        self.cursor += len(page.rows)
        self.top += len(page.rows)
        last = len(self.rows) - 1
        if (excess := self._excess(last - self.cursor, last - self.top - self.height)) > 0:
            del self.rows[-excess:]
            self.below = True

    def _excess(self, *spare: int) -> int:
        """Tell how many rows are too many at one end, where so many are spare at most."""
        limit = max(PAGE_ROWS, 2 * self.height)
        return min(len(self.rows) - KEPT_PAGES * limit, *spare)

    async def _fill(self) -> None:
        """Bring the cursor into view, and read what else is in view."""
        self.top = max(self.cursor - self.height + 1, min(self.top, self.cursor))
        while self.below and self.top + self.height > len(self.rows):
            await self._read_below()
        if not self.below:
            while self.above and len(self.rows) < self.height:
                await self._read_above()
            self.top = min(self.top, len(self.rows) - self.height)
        self.top = max(0, self.top)
