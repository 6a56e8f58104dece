"""Undo: what is half typed, then one edit of a draft after another; in one burst with all else."""

import asyncio
import json
from collections.abc import Callable
from typing import NamedTuple

import pytest
from textual.events import Paste

from orderdesk.app import OrderDeskApp
from orderdesk.screens.commands import ACTIONS, EVERY_ACTION
from orderdesk.screens.order_entry.draft import UNDONE
from orderdesk.screens.order_entry.screen import OrderEntry
from orderdesk.services.orders import drafts, reading
from orderdesk.store.desk import Desk
from tests.screens.test_orders import OPEN, placed
from tests.screens.typing import end_bursts_at_once, message_after, post_keys, type_keys

Opener = Callable[[str | None], OrderDeskApp]


class Seen(NamedTuple):
    """What a clerk would see, and what is saved of it."""

    message: str
    focus: str
    lines: list[tuple[str, str]]
    header: dict[str, str]
    typed: dict[str, str]
    saved: list[str]
    """The items of the draft as it was saved behind the typing."""


def after(app: OrderDeskApp, *keys: str, pasted: str = "") -> Seen:
    """Give what stands in order entry after these keys, posted all at once."""

    async def run() -> Seen:
        async with app.run_test(size=(80, 24)) as pilot:
            if pasted:
                await type_keys(app, pilot, keys[0])
                app.post_message(Paste(pasted))
                post_keys(app, *keys[1:])
                await app.keys_settled()
            else:
                await type_keys(app, pilot, *keys)
            screen = app.screen
            assert isinstance(screen, OrderEntry)
            await screen.saver.wait()
            kept = await app.read(drafts.list_)
            body = json.loads(kept[0].body) if kept else {"lines": []}
            return Seen(
                screen.message,
                screen.form.current.id,
                [(line.request.product, line.request.quantity) for line in screen.draft.lines],
                dict(screen.draft.header),
                {name: slot.value for name, slot in screen.form.slots.items()},
                [line["product"] for line in body["lines"]],
            )

    return asyncio.run(run())


TWO = "acme⏎⏎p1⏎2⏎p2⏎3⏎"
"""An order of two lines, the cursor at the next item."""


def test_a_line_that_was_added_goes_and_the_next_item_can_be_typed_at_once(app_at: Opener) -> None:
    seen = after(app_at("order-entry"), TWO, "ctrl+u", "p3⏎4⏎")
    assert seen.lines == [("P1", "2"), ("P3", "4")]
    assert seen.focus == "item"
    assert seen.saved == ["P1", "P3"]


def test_it_says_what_was_undone(app_at: Opener) -> None:
    seen = after(app_at("order-entry"), TWO, "ctrl+u")
    assert seen.message == "undone: line 2 added"
    assert seen.typed["item"] == seen.typed["quantity"] == ""


def test_a_line_that_was_dropped_stands_again_at_its_place(app_at: Opener) -> None:
    dropped = after(app_at("order-entry"), TWO, "up", "up", "⏎0⏎")
    assert dropped.lines == [("P2", "3")]
    assert dropped.message == "line 1 dropped; Ctrl+U takes that back"


def test_a_dropped_line_comes_back(app_at: Opener) -> None:
    seen = after(app_at("order-entry"), TWO, "up", "up", "⏎0⏎", "ctrl+u")
    assert seen.lines == [("P1", "2"), ("P2", "3")]
    assert seen.message == "undone: line 1 dropped"
    assert seen.saved == ["P1", "P2"]


def test_a_line_that_was_changed_is_as_it_was(app_at: Opener) -> None:
    seen = after(app_at("order-entry"), TWO, "up", "up", "⏎7⏎", "ctrl+u")
    assert seen.lines == [("P1", "2"), ("P2", "3")]
    assert seen.message == "undone: line 1 changed"


def test_a_repeated_line_goes(app_at: Opener) -> None:
    repeated = ("f8", "⏎", "f8", "⏎")
    assert after(app_at("order-entry"), TWO, *repeated).lines[-2:] == [("P2", "3"), ("P2", "3")]


def test_a_repeated_line_that_was_undone_is_gone(app_at: Opener) -> None:
    seen = after(app_at("order-entry"), TWO, "f8", "⏎", "f8", "⏎", "ctrl+u")
    assert seen.lines == [("P1", "2"), ("P2", "3")]


def test_pasted_lines_go_all_at_once(app_at: Opener) -> None:
    seen = after(app_at("order-entry"), TWO, pasted="P3\t4\nP1\t5\n")
    assert len(seen.lines) == 4
    assert seen.message == "2 lines pasted; Ctrl+U takes that back"
    again = after(app_at("order-entry"), TWO, "ctrl+u", pasted="P3\t4\nP1\t5\n")
    assert again.lines == [("P1", "2"), ("P2", "3")]


def test_a_header_field_is_as_it_was_and_has_the_cursor(app_at: Opener) -> None:
    seen = after(app_at("order-entry"), "acme⏎4711⏎", "ctrl+u")
    assert "buyer_po" not in seen.header
    assert (seen.focus, seen.typed["buyer_po"]) == ("buyer_po", "")
    assert seen.message == "undone: PO changed"


def test_a_header_field_that_is_undone_is_typed_anew_in_the_same_burst(app_at: Opener) -> None:
    seen = after(app_at("order-entry"), "acme⏎4711⏎", "ctrl+u", "4712⏎p1⏎2⏎")
    assert seen.header["buyer_po"] == "4712"
    assert seen.lines == [("P1", "2")]


def test_another_customer_goes_back_to_the_one_before_with_its_prices(app_at: Opener) -> None:
    keys = ("acme⏎⏎p1⏎2⏎", *["shift+tab"] * 9, "tight⏎")
    changed = after(app_at("order-entry"), *keys)
    assert changed.header["customer"] == "TIGHT"


def test_customers_undone(app_at: Opener) -> None:
    seen = after(app_at("order-entry"), "acme⏎⏎p1⏎2⏎", *["shift+tab"] * 9, "tight⏎", "ctrl+u")
    assert seen.header["customer"] == "ACME"
    assert seen.focus == "customer"
    assert seen.lines == [("P1", "2")]


def test_what_is_half_typed_goes_first(app_at: Opener) -> None:
    seen = after(app_at("order-entry"), TWO, "p3⏎", "ctrl+u")
    assert seen.lines == [("P1", "2"), ("P2", "3")]
    assert (seen.focus, seen.typed["item"], seen.typed["quantity"]) == ("item", "", "")
    assert seen.message == "what was typed is taken back"


def test_a_line_that_was_picked_and_typed_over_stays_as_it_is(app_at: Opener) -> None:
    seen = after(app_at("order-entry"), TWO, "up", "⏎9", "ctrl+u")
    assert seen.lines[1] == ("P2", "3")
    assert seen.message == "the change of line 2 is taken back"


def test_a_header_field_that_is_half_typed_is_put_back(app_at: Opener) -> None:
    seen = after(app_at("order-entry"), "acme⏎4711⏎", "shift+tab", "x", "ctrl+u")
    assert seen.typed["note"] == ""
    assert seen.header["buyer_po"] == "4711"
    assert seen.message == "Note is as it was"


def test_one_edit_after_another_until_nothing_is_left(app_at: Opener) -> None:
    seen = after(app_at("order-entry"), "acme⏎4711⏎p1⏎2⏎p2⏎3⏎", *["ctrl+u"] * 4)
    assert seen.lines == []
    assert "buyer_po" not in seen.header
    assert seen.message.endswith(
        "nothing is left to undo; the order is as it was begun or taken up"
    )


def test_no_more_edits_are_kept_than_a_hundred(app_at: Opener) -> None:
    assert OrderEntry().draft.edits.maxlen == UNDONE == 100


def test_in_the_review_it_undoes_and_the_order_is_not_posted(app_at: Opener) -> None:
    seen = after(app_at("order-entry"), TWO, "f9", "ctrl+u", "f9")
    assert seen.lines == [("P1", "2")]
    assert seen.message.startswith("F9 posts, F12 goes back: total")


def test_a_draft_that_was_posted_is_not_undone(app_at: Opener, sqlite_url: str) -> None:
    seen = after(app_at("order-entry"), TWO, "f9", "f9", "ctrl+u")
    assert "nothing is left to undo" in seen.message
    desk = Desk(sqlite_url, "clerk").open()
    assert len(desk.read(reading.list_).orders[0].number) > 0
    desk.close()


def test_typed_ahead_of_an_error_it_is_kept_with_the_rest(app_at: Opener) -> None:
    app = app_at("order-entry")
    end_bursts_at_once(app)
    seen = after(app, "acme⏎⏎p1⏎2⏎nope⏎", "ctrl+u")
    assert seen.message.startswith("[1 key kept: F8 goes on, F12 drops] item 'NOPE' is unknown")
    assert seen.lines == [("P1", "2")]


def test_it_mends_a_field_that_was_refused_and_the_kept_keys_stay(app_at: Opener) -> None:
    app = app_at("order-entry")
    end_bursts_at_once(app)

    async def run() -> tuple[str, list[str]]:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, "acme⏎⏎p1⏎2⏎nope⏎3⏎")
            await type_keys(app, pilot, "ctrl+u")
            screen = app.screen
            assert isinstance(screen, OrderEntry)
            said = screen.message
            await type_keys(app, pilot, "p2", "f8")
            return said, [line.request.product for line in screen.draft.lines]

    said, items = asyncio.run(run())
    assert said == "[2 keys kept: F8 goes on, F12 drops] what was typed is taken back"
    assert items == ["P1", "P2"]


def test_an_edit_undone_after_an_error_leaves_the_field_to_be_mended_first(app_at: Opener) -> None:
    app = app_at("order-entry")
    end_bursts_at_once(app)

    async def run() -> tuple[str, list[tuple[str, str]]]:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, "acme⏎⏎p1⏎2⏎nope⏎3⏎")
            await type_keys(app, pilot, "backspace", "ctrl+u")
            screen = app.screen
            assert isinstance(screen, OrderEntry)
            said = screen.message
            await type_keys(app, pilot, "p2", "f8")
            lines = [(line.request.product, line.request.quantity) for line in screen.draft.lines]
            return said, lines

    said, lines = asyncio.run(run())
    assert said == "[2 keys kept: F8 goes on, F12 drops] undone: line 1 added"
    assert lines == [("P2", "3")]


# Elsewhere ----------------------------------------------------------------------------------


def test_in_a_field_of_any_screen_it_takes_back_what_was_typed(app_at: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: object) -> None:
        assert getattr(app.focused, "value", None) == ""

    message_after(app_at("orders"), "acme", "ctrl+u", look=look)


def test_in_a_row_that_asks_it_puts_back_what_stood(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))

    async def look(app: OrderDeskApp, pilot: object) -> None:
        assert getattr(app.focused, "value", None) == "5"

    message_after(app_at("orders"), *OPEN, "a", "77", "ctrl+u", look=look)


@pytest.mark.parametrize("key", ["u", "ctrl+u"])
def test_where_all_is_stored_it_says_so(app_at: Opener, sqlite_url: str, key: str) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    said = message_after(app_at("orders"), *OPEN, key)
    assert said == "nothing is left to undo here; what was done is stored already"


def test_no_other_action_has_a_key_of_undo() -> None:
    own = set(ACTIONS["undo"].keys)
    assert [
        each.id for each in EVERY_ACTION.values() if each.id != "undo" and own & set(each.keys)
    ] == []
