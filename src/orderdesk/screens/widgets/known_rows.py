"""Rows that are known whole, for a table that reads pages."""

from __future__ import annotations

from collections.abc import Sequence

from orderdesk.screens.widgets.window import Page, Row

Place = tuple[int, str]
"""Where a row stood, and its name: the cursor stays on the name, or where that stood."""


class KnownRows:
    """A short list, read whole by whoever shows it; new rows show with the table's next reload."""

    def __init__(self) -> None:
        self._rows: list[Row[Place]] = []

    def put(self, rows: Sequence[tuple[str, tuple[str, ...]]]) -> None:
        """Take rows: the name of each, and its cells."""
        self._rows = [Row((at, name), cells) for at, (name, cells) in enumerate(rows)]

    async def fetch(
        self, key: Place | None, *, before: bool, limit: int, including: bool
    ) -> Page[Place]:
        """Give rows as every page source does; all of them are one page."""
        if key is None:
            return Page(self._rows, more=False)
        names = [row.key[1] for row in self._rows]
        gone = key[1] not in names
        at = key[0] if gone else names.index(key[1])
        if before:
            return Page(self._rows[: at + (including and not gone)], more=False)
        return Page(self._rows[at if including or gone else at + 1 :], more=False)
