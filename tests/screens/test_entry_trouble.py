"""Order entry where something goes wrong in the middle: nothing is lost, doubled or left out."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from orderdesk.app import OrderDeskApp
from orderdesk.domain.errors import Refused, Unavailable
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.units import UnitEntry
from orderdesk.models.company import Unit
from orderdesk.screens.order_entry.lines import LineTable
from orderdesk.screens.order_entry.screen import OrderEntry
from orderdesk.screens.widgets.choices import ChoiceList
from orderdesk.services import products, search
from orderdesk.services.orders import drafts
from orderdesk.store.work import Work
from tests.company import put
from tests.screens.typing import done, end_bursts_at_once, on_a_loop, rows_of, type_keys

Opener = Callable[[str | None], OrderDeskApp]
Doing = Callable[[OrderDeskApp, Pilot[None], OrderEntry], Awaitable[None]]

TWO = "acme⏎⏎p1⏎2⏎p2⏎3⏎"
"""An order of two lines, the cursor at the next item."""


def in_entry(app: OrderDeskApp, *keys: str, then: Doing) -> None:
    """Type these keys at once into order entry, then do something else there."""
    end_bursts_at_once(app)

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, *keys)
            assert isinstance(app.screen, OrderEntry)
            await then(app, pilot, app.screen)

    asyncio.run(run())


def lines_of(entry: OrderEntry) -> list[tuple[str, str, str | None]]:
    """Give item, quantity and unit of each line of the draft."""
    return [
        (line.request.product, line.request.quantity, line.request.unit)
        for line in entry.draft.lines
    ]


def test_a_draft_that_cannot_be_parked_is_not_left_before_that_was_said(
    app_at: Opener, sqlite_url: str
) -> None:
    async def then(app: OrderDeskApp, pilot: Pilot[None], entry: OrderEntry) -> None:
        await entry.saver.wait()
        done(sqlite_url, "clerk", drafts.drop, entry.draft.id)
        await type_keys(app, pilot, "f3")
        await type_keys(app, pilot, "f3")
        assert app.screen is entry
        assert "is not there any more" in entry.message
        assert entry.message.endswith("; F3 again leaves without it")
        assert len(entry.draft.lines) == 2
        await type_keys(app, pilot, "f3")
        assert app.screen is not entry

    in_entry(app_at("order-entry"), TWO, then=then)


def test_a_changed_line_stands_once_where_another_cannot_be_priced_any_more(
    app_at: Opener, sqlite_url: str
) -> None:
    async def then(app: OrderDeskApp, pilot: Pilot[None], entry: OrderEntry) -> None:
        done(sqlite_url, "admin", products.set_, ProductRequest(code="P1", archived="yes"))
        await type_keys(app, pilot, "up", "⏎7⏎")
        assert "P1" in entry.message
        await type_keys(app, pilot, "f12", "⏎")
        assert [line[:2] for line in lines_of(entry)] == [("P1", "2"), ("P2", "7")]
        assert entry.field("item").typed == ""
        await entry.saver.wait()
        (saved,) = await app.read(drafts.list_)
        assert '"7"' in saved.body

    in_entry(app_at("order-entry"), TWO, then=then)


def test_f9_does_not_pass_over_a_change_that_enter_has_not_kept(app_at: Opener) -> None:
    async def then(app: OrderDeskApp, pilot: Pilot[None], entry: OrderEntry) -> None:
        assert "the entry row is not finished" in entry.message
        assert entry.reviewed is None
        await type_keys(app, pilot, "⏎", "f9")
        assert entry.reviewed is not None
        assert [line[:2] for line in lines_of(entry)] == [("P1", "2"), ("P2", "50")]

    in_entry(app_at("order-entry"), TWO, "up", "tab", "50", "f9", then=then)


def test_f9_reviews_with_a_line_picked_that_was_not_touched(app_at: Opener) -> None:
    async def then(app: OrderDeskApp, pilot: Pilot[None], entry: OrderEntry) -> None:
        assert entry.reviewed is not None

    in_entry(app_at("order-entry"), TWO, "up", "f9", then=then)


def test_a_picked_line_stays_in_its_unit_when_its_quantity_is_changed(
    app_at: Opener, sqlite_url: str
) -> None:
    def in_cases(work: Work) -> None:
        put(work, Unit, [{"code": "case"}])
        cases = (UnitEntry(unit="case", contains="12"),)
        products.set_(work, ProductRequest(code="P1", units=cases))

    async def then(app: OrderDeskApp, pilot: Pilot[None], entry: OrderEntry) -> None:
        assert lines_of(entry) == [("P1", "4", "case")]

    done(sqlite_url, "admin", in_cases)
    keys = ("acme⏎⏎p1⏎3", "tab", "case⏎", "up", "⏎4⏎")
    in_entry(app_at("order-entry"), *keys, then=then)


@pytest.mark.parametrize(
    ("keys", "lists"),
    [
        (("f4", "f2"), 1),
        (("f2", "f2"), 1),
        (("acme⏎⏎p1⏎1⏎", "f4", "f2"), 0),
        (("acme⏎⏎p1⏎1⏎", "f4", "ctrl+u", "f4"), 1),
    ],
)
def test_there_is_one_list_at_most_whatever_is_typed(
    app_at: Opener, keys: tuple[str, ...], lists: int
) -> None:
    async def then(app: OrderDeskApp, pilot: Pilot[None], entry: OrderEntry) -> None:
        assert len(entry.query(ChoiceList)) == lists

    in_entry(app_at("order-entry"), *keys, then=then)


def test_f9_waits_for_an_open_list(app_at: Opener) -> None:
    async def then(app: OrderDeskApp, pilot: Pilot[None], entry: OrderEntry) -> None:
        assert "a list is open" in entry.message
        assert entry.reviewed is None

    in_entry(app_at("order-entry"), TWO, "f4", "f9", then=then)


def test_f8_repeats_the_line_above_the_picked_one(app_at: Opener) -> None:
    async def then(app: OrderDeskApp, pilot: Pilot[None], entry: OrderEntry) -> None:
        assert entry.field("quantity").value == "2"
        await type_keys(app, pilot, "f12", "up", "up", "tab", "f8")
        assert "no line stands above" in entry.message

    in_entry(app_at("order-entry"), TWO, "up", "tab", "f8", then=then)


def test_a_point_is_no_quantity_and_drops_no_line(app_at: Opener) -> None:
    async def then(app: OrderDeskApp, pilot: Pilot[None], entry: OrderEntry) -> None:
        assert "quantity" in entry.message
        assert len(entry.draft.lines) == 2

    in_entry(app_at("order-entry"), TWO, "up", "⏎.⏎", then=then)


def test_a_quantity_without_a_customer_says_what_comes_first(app_at: Opener) -> None:
    async def then(app: OrderDeskApp, pilot: Pilot[None], entry: OrderEntry) -> None:
        assert entry.message.startswith("the customer comes first")
        assert entry.form.current.id == "customer"

    in_entry(app_at("order-entry"), *["tab"] * 10, "5⏎", then=then)


def test_what_was_saved_at_last_is_no_error_any_more(app_at: Opener) -> None:
    async def then(app: OrderDeskApp, pilot: Pilot[None], entry: OrderEntry) -> None:
        await entry.saver.wait()
        entry.saver.error = Refused("was_busy", "somebody else wrote")
        await type_keys(app, pilot, "p3⏎1⏎", "f2")
        assert "draft parked" in entry.message

    in_entry(app_at("order-entry"), TWO, then=then)


@on_a_loop
async def test_a_list_that_cannot_be_read_says_why_and_the_desk_stays(
    app_at: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any, **__: Any) -> Any:
        raise Unavailable("gone", "the database cannot be reached; try again in a moment")

    app = app_at("order-entry")
    end_bursts_at_once(app)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ready.wait()
        monkeypatch.setattr(search, "find_customers", gone)
        await type_keys(app, pilot, "ac", "f4")
        assert isinstance(app.screen, OrderEntry)
        assert "cannot be reached" in app.screen.message
        await type_keys(app, pilot, "f12", "f12")
        monkeypatch.undo()
        await type_keys(app, pilot, "acme⏎")
        assert app.screen.draft.buyer is not None


def test_help_shows_what_was_said_without_what_a_terminal_would_obey(app_at: Opener) -> None:
    async def then(app: OrderDeskApp, pilot: Pilot[None], entry: OrderEntry) -> None:
        entry.say("Name \x1b]52;c;eA==\x07 \u202ebehind")
        await type_keys(app, pilot, "f1")
        shown = "\n".join(rows_of(app))
        assert "behind" in shown
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)

    in_entry(app_at("order-entry"), then=then)


def test_wide_characters_push_no_row_out_of_the_screen(app_at: Opener, sqlite_url: str) -> None:
    async def then(app: OrderDeskApp, pilot: Pilot[None], entry: OrderEntry) -> None:
        table = entry.query_one(LineTable)
        rows = [table.render_line(y).text for y in range(table.size.height)]
        assert "漢字" in rows[1]
        assert {cell_len(row) for row in rows} == {table.size.width}

    done(sqlite_url, "admin", products.set_, ProductRequest(code="P1", name="漢字漢字漢字"))
    in_entry(app_at("order-entry"), TWO, then=then)
