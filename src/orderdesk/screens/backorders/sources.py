"""What the screens of backorders ask of the services, imported once the desk is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from orderdesk.domain.allocation import ShelfLine
from orderdesk.domain.backorders import BackorderView, LineKey, ShelfKey, WaitingLine
from orderdesk.screens import shelf_lines
from orderdesk.screens.link import DeskApp
from orderdesk.screens.widgets.table import Column
from orderdesk.screens.widgets.window import Page, Row

COLUMNS: Final = (
    Column("Item", 9),
    Column("Description"),
    Column("At", 3),
    Column("Waiting", 7, "right"),
    Column("Free", 5, "right"),
    Column("Needed", 11),
    Column("Comes", 11),
    Column("Promised", 10),
)

WAITING: Final = (
    *shelf_lines.COLUMNS,
    Column("Waits", 7, "right"),
    Column("Has", 6, "right"),
    Column("Has all", 11),
)
HOLDING: Final = (
    Column("", 4, "right"),
    *shelf_lines.COLUMNS[1:],
    Column("Open", 7, "right"),
    Column("Has", 7, "right"),
)


def _mark(text: str, is_bad: bool) -> str:
    return f"!{text}" if is_bad else f" {text}"


def _row(each: BackorderView) -> Row[ShelfKey]:
    bad = each.overdue or each.expected_on is None
    return Row(
        ShelfKey(each.needed.isoformat(), each.product, each.warehouse),
        (
            each.product,
            each.name,
            each.warehouse,
            f"{each.waiting:f}",
            f"{each.free:f}",
            _mark(each.needed.isoformat(), each.late),
            _mark(each.expected_on.isoformat() if each.expected_on else "nothing", bad),
            each.promised.isoformat() if each.promised else "!none",
        ),
    )


class ShelfPages:
    """What waits for goods, needed the longest ago first, or of what a text finds."""

    def __init__(self, app: DeskApp, text: str) -> None:
        self._app, self._text = app, text

    async def fetch(
        self, key: ShelfKey | None, *, before: bool, limit: int, including: bool
    ) -> Page[ShelfKey]:
        """Read one page; what a text finds is one page."""
        await self._app.ready.wait()
        from orderdesk.services import backorders

        if self._text:
            found = [_row(each) for each in await self._app.read(backorders.find, self._text)]
            return Page(around(found, key, before=before, including=including), more=False)
        page = await self._app.read(
            backorders.list_, key, before=before, limit=limit, including=including
        )
        return Page([_row(each) for each in page.items], page.more)


def around(
    rows: Sequence[Row[ShelfKey]], key: ShelfKey | None, *, before: bool, including: bool
) -> Sequence[Row[ShelfKey]]:
    """Give those of some rows that stand behind a key, or before it."""
    if key is None:
        return rows
    keys = [row.key for row in rows]
    if key not in keys:
        at = sum(each.needed < key.needed for each in keys)
        return rows[:at] if before else rows[at:]
    at = keys.index(key)
    return rows[: at + including] if before else rows[at + (not including) :]


class _LinePages:
    """Lines of a product at a warehouse, as they were read last."""

    def __init__(self, app: DeskApp, product: str, warehouse: str) -> None:
        self._app, self._of = app, (product, warehouse)
        self.lines: dict[LineKey, ShelfLine] = {}
        """What was read last of each."""

    def _page(self, lines: Sequence[ShelfLine], more: bool) -> Page[LineKey]:
        rows = []
        for each in lines:
            key = shelf_lines.key_of(each)
            self.lines[key] = each
            rows.append(Row(key, _cells(each)))
        return Page(rows, more)


class WaitingPages(_LinePages):
    """Those that wait for it, the best rank first."""

    async def fetch(
        self, key: LineKey | None, *, before: bool, limit: int, including: bool
    ) -> Page[LineKey]:
        """Read one page."""
        from orderdesk.services import backorders

        found = await self._app.read(
            backorders.waiting, *self._of, key, before=before, limit=limit, including=including
        )
        return self._page(found.lines, found.more)


class HoldingPages(_LinePages):
    """Those that have some of it, the worst rank first, but for one that is to get more."""

    def __init__(self, app: DeskApp, product: str, warehouse: str, taker: tuple[str, int]) -> None:
        super().__init__(app, product, warehouse)
        self._taker = taker

    async def fetch(
        self, key: LineKey | None, *, before: bool, limit: int, including: bool
    ) -> Page[LineKey]:
        """Read one page."""
        from orderdesk.services import backorders
        from orderdesk.services.allocation.shelves import Which

        found = await self._app.read(
            backorders.lines,
            Which.HOLDING,
            *self._of,
            key,
            before=before,
            limit=limit,
            including=including,
        )
        others = [each for each in found.lines if (each.order, each.line) != self._taker]
        return self._page(others, found.more)


def _cells(each: ShelfLine) -> tuple[str, ...]:
    cells = shelf_lines.cells_of(each)
    if not isinstance(each, WaitingLine):
        return (str(each.place), *cells[1:], f"{each.open:f}", f"{each.allocated:f}")
    all_on = each.complete_on
    late = all_on is None or all_on > each.needed
    when = "unknown" if all_on is None else all_on.isoformat()
    return (*cells, f"{each.backordered:f}", f"{each.allocated:f}", _mark(when, late))
