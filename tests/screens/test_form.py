"""The form: many fields, one editor."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static

from orderdesk.screens.widgets.form import Form, Slot, Spec

WIDTH = 40


@dataclass
class Told:
    """What the form handed over."""

    accepted: list[tuple[str, str]] = field(default_factory=list)
    pasted: list[tuple[str, str]] = field(default_factory=list)


class Small(App[None]):
    """Two rows above a body, one row and a line of text below."""

    def __init__(self, told: Told) -> None:
        super().__init__()
        self.told = told

    def compose(self) -> ComposeResult:
        """Lay out the form."""
        yield Form(
            above=(
                (Spec("code", "Code", 6, True), Spec("name", "Name", None, False)),
                (Spec("note", "Note", 9, False),),
            ),
            body=Static("BODY", id="body"),
            below=((Spec("item", "Item", 6, True),), "sums"),
            beside=Static("", classes="hidden"),
            accept=self.accept,
            paste=self.paste,
        )

    def on_mount(self) -> None:
        """Hide what stands beside."""
        self.query_one(".hidden").display = False

    async def accept(self, slot: Slot) -> None:
        """Note it."""
        self.told.accepted.append((slot.id, slot.typed))

    async def paste(self, slot: Slot, text: str) -> bool:
        """Note it."""
        self.told.pasted.append((slot.id, text))
        return True

    @property
    def form(self) -> Form:
        """Give the form."""
        return self.query_one(Form)

    def lines(self) -> list[str]:
        """Give the form as it is drawn."""
        return [self.form.render_line(y).text for y in range(self.form.size.height)]


def tried(steps: Callable[[Small, Pilot[None]], Awaitable[None]]) -> Told:
    """Give what was told by a form after these steps."""
    told = Told()

    async def run() -> None:
        async with Small(told).run_test(size=(WIDTH, 8)) as pilot:
            assert isinstance(pilot.app, Small)
            await pilot.pause()
            await steps(pilot.app, pilot)

    asyncio.run(run())
    return told


def test_what_is_typed_stays_where_it_was_typed() -> None:
    async def steps(app: Small, pilot: Pilot[None]) -> None:
        await pilot.press("a", "b", "tab", "c", "tab", "d", "shift+tab")
        assert {name: slot.value for name, slot in app.form.slots.items()} == {
            "code": "AB",
            "name": "c",
            "note": "d",
            "item": "",
        }
        assert app.form.current.id == "name"

    tried(steps)


def test_the_editor_stands_on_its_field_though_both_are_empty() -> None:
    async def steps(app: Small, pilot: Pilot[None]) -> None:
        for name in ("name", "note", "item", "code"):
            await pilot.press("tab")
            await pilot.pause()
            assert app.form.current.id == name
            assert app.form.editor.region == app.form.place_of(app.form.editor, app.form.size)

    tried(steps)


def test_rows_come_and_go_above_the_body_and_keep_what_stands_in_others() -> None:
    async def steps(app: Small, pilot: Pilot[None]) -> None:
        first = ((Spec("code", "Code", 6, True),),)
        more = (*first, (Spec("rep", "Rep", 9, False),), "told")
        body = app.query_one("#body")
        await pilot.press("a")
        app.form.put_above(more)
        app.form.tell("told", "Whse 01")
        await pilot.pause()
        assert list(app.form.slots) == ["code", "rep", "item"]
        assert [line.rstrip() for line in app.lines()[:3]] == [
            " Code A",
            " Rep _________",
            "Whse 01",
        ]
        assert body.region.y == 3
        await pilot.press("tab", "b")
        assert app.form.slots["rep"].value == "b"
        app.form.put_above(first)
        await pilot.pause()
        assert (app.form.current.id, app.form.slots["code"].value) == ("code", "A")
        assert body.region.y == 1
        assert app.form.editor.region.y == 0

    tried(steps)


def test_tab_goes_round_from_the_last_field_to_the_first() -> None:
    async def steps(app: Small, pilot: Pilot[None]) -> None:
        await pilot.press("shift+tab")
        assert app.form.current.id == "item"
        await pilot.press("tab")
        assert app.form.current.id == "code"

    tried(steps)


def test_a_field_that_is_come_back_to_is_selected_as_a_whole() -> None:
    async def steps(app: Small, pilot: Pilot[None]) -> None:
        await pilot.press("a", "b", "tab", "shift+tab")
        assert app.form.slots["code"].is_all_selected
        await pilot.press("c")
        assert app.form.slots["code"].value == "C"

    tried(steps)


def test_rows_stand_above_and_below_the_body_with_their_labels_and_blanks() -> None:
    async def steps(app: Small, pilot: Pilot[None]) -> None:
        app.form.slots["name"].put("Queso [bold]\x1b[31m")
        app.form.tell("sums", "Total 12")
        await pilot.pause()
        lines = app.lines()
        assert lines[0].startswith(" Code ______ Name Queso [bold][31m")
        assert lines[1].startswith(" Note _________")
        assert lines[-2].startswith(" Item ______")
        assert lines[-1].rstrip() == "Total 12"
        assert {len(line) for line in lines} == {WIDTH}
        assert app.form.editor.region == (6, 0, 6, 1)
        app.form.slots["item"].focus()
        assert app.form.place_of(app.form.editor, app.form.size) == (6, 6, 6, 1)

    tried(steps)


def test_a_click_takes_the_cursor_to_the_field() -> None:
    async def steps(app: Small, pilot: Pilot[None]) -> None:
        await pilot.click(Form, offset=(8, 1))
        assert app.form.current.id == "note"
        await pilot.click(Form, offset=(8, 6))
        assert app.form.current.id == "item"

    tried(steps)


def test_enter_hands_over_the_field_that_has_the_cursor() -> None:
    async def steps(app: Small, pilot: Pilot[None]) -> None:
        await pilot.press("a", "tab", "b", "enter")

    assert tried(steps).accepted == [("name", "b")]
