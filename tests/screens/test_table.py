"""The table over a long list, as the clerk sees it and moves in it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from orderdesk.domain.errors import Busy
from orderdesk.screens.pump import KeyPump
from orderdesk.screens.widgets.table import Column, PagedTable
from orderdesk.screens.widgets.window import Cell, Page, Row
from tests.bursts.keystrokes import keys
from tests.screens.long_list import Numbers

COLUMNS = (Column("Item", 8), Column("Description"), Column("Price", 6, "right"))
MILLION = 1_000_000
WAIT = 60.0


class Listing(KeyPump[None]):
    """A field, and a table that stands hidden until F4 shows it."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [("f4", "list")]

    def __init__(self, source: Numbers | None, columns: Sequence[Column] = COLUMNS) -> None:
        super().__init__()
        self.table: PagedTable[int] = PagedTable(columns, source, empty="No [b]items[/]")
        self.heard: list[Any] = []

    def compose(self) -> ComposeResult:
        yield Input()
        yield self.table

    def action_list(self) -> None:
        self.table.display = True
        self.table.focus()

    def on_paged_table_row_highlighted(self, message: PagedTable.RowHighlighted) -> None:
        self.heard.append(("highlighted", message.row.key))

    def on_paged_table_row_selected(self, message: PagedTable.RowSelected) -> None:
        self.heard.append(("selected", message.row.key))

    def on_paged_table_load_failed(self, message: PagedTable.LoadFailed) -> None:
        self.heard.append(("failed", message.error.code))

    async def type(self, *names: str) -> None:
        """Post all keys at once, and wait until each has had its effect."""
        for event in keys(*names):
            self.post_message(event)
        async with asyncio.timeout(WAIT):
            await self.keys_settled()

    def lines(self) -> list[str]:
        """Give what the table draws."""
        return [self.table.render_line(y).text.rstrip() for y in range(self.table.size.height)]


def run(
    source: Numbers | None,
    scenario: Callable[[Listing], Awaitable[None]],
    *,
    size: tuple[int, int] = (40, 13),
    columns: Sequence[Column] = COLUMNS,
) -> None:
    """Play a scenario with the table in focus: one line for the field's three, ten in the table."""

    async def play() -> None:
        app = Listing(source, columns)
        async with app.run_test(size=size):
            app.table.focus()
            await app.type()
            await scenario(app)

    asyncio.run(play())


def test_it_shows_the_first_rows_with_a_mark_at_the_cursor_and_at_more() -> None:
    async def scenario(app: Listing) -> None:
        assert app.lines()[:3] == [
            " vItem     Description             Price",
            "> #0       Row 0                       0",
            "  #1       Row 1                      10",
        ]
        await app.type("down", "pagedown")
        assert app.lines()[:3] == [
            "^vItem     Description             Price",
            "  #9       Row 9                      90",
            "> #10      Row 10                    100",
        ]
        await app.type("end")
        assert app.lines()[0].startswith("^ Item")
        assert app.lines()[-1] == "> #999999  Row 999999             ######"

    run(Numbers(MILLION), scenario)


def test_it_uses_the_room_of_a_wide_screen() -> None:
    async def scenario(app: Listing) -> None:
        assert [len(line) for line in app.lines()[:3]] == [120, 120, 120]

    run(Numbers(5), scenario, size=(120, 40))


def test_a_burst_moves_and_selects_just_the_row_meant() -> None:
    async def scenario(app: Listing) -> None:
        await app.type(*["down"] * 250, *["up"] * 3, "pagedown", "enter", "home", "down", "ctrl+j")
        assert [heard for heard in app.heard if heard[0] == "selected"] == [
            ("selected", 256),
            ("selected", 1),
        ]
        assert app.heard[0] == ("highlighted", 0)
        assert app.heard[-1] == ("selected", 1)

    run(Numbers(MILLION), scenario)


def test_a_list_shown_in_the_middle_of_a_burst_knows_its_page() -> None:
    async def play() -> None:
        app = Listing(Numbers(MILLION))
        app.table.display = False
        async with app.run_test(size=(40, 13)):
            await app.type("a", "f4", "pagedown", "enter")
            assert app.query_one(Input).value == "a"
            assert app.heard[-1] == ("selected", 9)

    asyncio.run(play())


def test_the_first_frame_does_not_wait_for_the_rows() -> None:
    class Slow(Numbers):
        answered = asyncio.Event()

        async def fetch(
            self, key: int | None, *, before: bool, limit: int, including: bool
        ) -> Page[int]:
            await self.answered.wait()
            return await super().fetch(key, before=before, limit=limit, including=including)

    class Watched(Listing):
        first: list[str] = []

        def on_ready(self) -> None:
            """Let the rows come only now that the first frame stands, and type before them."""
            self.first = self.lines()
            self.table.focus()
            for event in keys("down", "enter"):
                self.post_message(event)
            source.answered.set()

    source = Slow(MILLION)

    async def play() -> None:
        app = Watched(source)
        async with asyncio.timeout(WAIT), app.run_test(size=(40, 13)):
            await app.type()
            assert app.first[:2] == ["  Item     Description             Price", ""]
            # Keys typed before the rows came find them.
            assert app.heard[-1] == ("selected", 1)

    asyncio.run(play())


def test_an_empty_list_says_so_and_selects_nothing() -> None:
    async def scenario(app: Listing) -> None:
        assert app.lines()[1] == "  No [b]items[/]"
        await app.type("down", "up", "pagedown", "end", "home", "enter")
        assert app.heard == []
        assert app.table.cursor_row is None

    run(Numbers(0), scenario)


HOSTILE = "[/] [M8] [@click=app.quit]x[/] \x1b[31m\x07\u202e\u2066\x9b2J\tend"


@pytest.mark.parametrize("cell", [HOSTILE, Content(HOSTILE), Content.styled(HOSTILE, "bold")])
def test_hostile_text_is_shown_as_it_is_without_what_a_terminal_obeys(cell: Cell) -> None:
    class Hostile(Numbers):
        def row(self, number: int) -> Row[int]:
            return Row(number, (cell,))

    async def scenario(app: Listing) -> None:
        line = app.lines()[1]
        assert line.startswith("> [/] [M8] [@click=app.quit]x[/] ")
        assert line.isprintable()
        assert not set(line) & set("\u202e\u2066")
        assert "\x1b" not in app.lines()[0]

    run(Hostile(1), scenario, size=(80, 13), columns=[Column("[/]\x1b[1m")])


def test_wide_and_long_text_keeps_the_columns_and_numbers_are_never_cut() -> None:
    class Wide(Numbers):
        def row(self, number: int) -> Row[int]:
            texts = (("日本語日本語", "1234567"), ("short", "123456"), (Content("styled"), "1"))
            return Row(number, texts[number])

    async def scenario(app: Listing) -> None:
        assert app.lines()[1:4] == [
            "> 日本語 … ######",
            "  short    123456",
            "  styled        1",
        ]

    run(Wide(3), scenario, columns=[Column("Name", 8), Column("No", 6, "right")])


def test_content_in_a_cell_keeps_its_style() -> None:
    class Styled(Numbers):
        def row(self, number: int) -> Row[int]:
            return Row(number, (Content.styled("late", "italic"),))

    async def scenario(app: Listing) -> None:
        styles = {segment.text: segment.style for segment in app.table.render_line(1)}
        style = styles["late"]
        assert style is not None
        assert style.italic

    run(Styled(1), scenario, columns=[Column("State")])


def test_the_wheel_and_clicks_move_and_select() -> None:
    async def play() -> None:
        app = Listing(Numbers(MILLION))
        async with app.run_test(size=(40, 13)) as pilot:
            await app.type()
            await pilot.click(app.table, offset=(5, 4))
            assert app.heard[-1] == ("highlighted", 3)
            await pilot.click(app.table, offset=(5, 4))
            assert app.heard[-1] == ("selected", 3)
            await pilot.click(app.table, offset=(5, 0))
            assert app.heard[-1] == ("selected", 3)
            await app.table.on_mouse_scroll_down(_wheel())
            assert app.lines()[4].startswith("> #6")
            await app.table.on_mouse_scroll_up(_wheel())
            assert app.lines()[4].startswith("> #3")

    asyncio.run(play())


def test_a_reload_shows_what_others_changed_and_leaves_the_cursor() -> None:
    class Changing(Numbers):
        word = "Row"

        def row(self, number: int) -> Row[int]:
            return Row(number, (f"#{number}", f"{self.word} {number}", ""))

    source = Changing(MILLION)

    async def scenario(app: Listing) -> None:
        await app.type("down", "down")
        source.gone, source.word = {0}, "New"
        app.heard.clear()
        await app.table.reload()
        await app.type()
        assert [line.split("  ")[0:2] for line in app.lines()[1:3]] == [["", "#1"], ["> #2", ""]]
        assert "New 2" in app.lines()[2]
        assert app.heard == [("highlighted", 2)]
        # Nothing new to tell: nothing told.
        await app.table.reload()
        await app.type()
        assert app.heard == [("highlighted", 2)]

    run(source, scenario)


def test_of_two_lists_asked_for_the_later_one_is_shown() -> None:
    class Late(Numbers):
        def __init__(self, size: int) -> None:
            super().__init__(size)
            self.answered = asyncio.Event()

        async def fetch(
            self, key: int | None, *, before: bool, limit: int, including: bool
        ) -> Page[int]:
            await self.answered.wait()
            return await super().fetch(key, before=before, limit=limit, including=including)

    async def scenario(app: Listing) -> None:
        late = Late(3)
        first = asyncio.create_task(app.table.show(late))
        await asyncio.sleep(0)
        await app.table.show(Numbers(MILLION), at=700)
        late.answered.set()
        await first
        assert app.lines()[1].startswith("> #700")

    run(Numbers(5), scenario)


def test_rows_that_cannot_be_read_leave_those_shown_and_are_told() -> None:
    class Failing(Numbers):
        fails = False

        async def fetch(
            self, key: int | None, *, before: bool, limit: int, including: bool
        ) -> Page[int]:
            if self.fails:
                raise Busy("busy", "The database is busy. Try again.")
            return await super().fetch(key, before=before, limit=limit, including=including)

    source = Failing(MILLION)

    async def scenario(app: Listing) -> None:
        await app.type("down")
        source.fails = True
        await app.type("end")
        assert app.heard[-1] == ("failed", "busy")
        assert app.lines()[2].startswith("> #1")
        with pytest.raises(Busy):
            await app.table.reload()
        source.fails = False
        await app.type("down", "enter")
        assert app.heard[-1] == ("selected", 2)

    run(source, scenario)


def test_a_million_rows_leave_no_more_in_memory_than_a_few_thousand() -> None:
    held: list[int] = []

    async def scenario(app: Listing) -> None:
        await app.type(*["pagedown"] * 200)
        held.append(app.table.rows_in_memory)

    for size in (3_000, MILLION):
        run(Numbers(size), scenario)
    assert held[0] == held[1] <= 500


def _wheel() -> Any:
    from textual.events import MouseScrollDown

    return MouseScrollDown(None, 1, 1, 0, 1, 0, False, False, False)
