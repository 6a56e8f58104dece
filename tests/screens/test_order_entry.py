"""What order entry says and does, key by key, on the app itself."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.domain.entry import BuyerView
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.screens.order_entry import sources
from orderdesk.screens.order_entry.draft import Draft, split_price
from orderdesk.screens.order_entry.lines import LineTable
from orderdesk.screens.order_entry.screen import OrderEntry
from orderdesk.screens.widgets.choices import ChoiceRows
from orderdesk.services import company, masters
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.screens.typing import end_bursts_at_once, rows_of, type_keys

Opener = Callable[[str | None], OrderDeskApp]


@dataclass(frozen=True)
class Seen:
    """What a clerk would see, taken while the app still stood."""

    message: str
    focus: str | None
    draft: Draft
    is_reviewed: bool
    values: dict[str, str]


def entry_after(app: OrderDeskApp, *keys: str) -> Seen:
    """Give what stands in order entry after these keys, posted all at once."""

    async def run() -> Seen:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, *keys)
            screen = app.screen
            assert isinstance(screen, OrderEntry)
            return Seen(
                screen.message,
                screen.at_field.id
                if screen.at_field
                else str(screen.focused and screen.focused.id),
                screen.draft,
                screen.reviewed is not None,
                {name: slot.value for name, slot in screen.form.slots.items()},
            )

    return asyncio.run(run())


def test_a_customer_is_found_by_a_part_of_the_name_that_only_one_has(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme ltd⏎")
    assert seen.draft.header["customer"] == "ACME"
    assert seen.values["ship_to"] == "01"


def test_a_name_that_several_have_is_an_error_that_says_the_cure(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "ltd⏎")
    assert "more than one customer fits 'LTD'; F4 lists them" in seen.message
    assert seen.focus == "customer"


@pytest.mark.parametrize("typed", ["acne", "ac"])
def test_a_similar_name_or_half_a_code_is_never_taken(app_at: Opener, typed: str) -> None:
    seen = entry_after(app_at("order-entry"), f"{typed}⏎")
    assert "F4 lists" in seen.message
    assert seen.draft.buyer is None


def test_a_shortage_asks_nothing_and_says_what_is_backordered(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p2⏎9⏎")
    assert "9 asked, 5 at 01, 4 backordered" in seen.message
    assert seen.focus == "item"


def test_an_earlier_line_of_the_draft_takes_from_what_is_free(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p2⏎4⏎p2⏎4⏎")
    assert "4 asked, 1 at 01, 3 backordered" in seen.message


def test_an_empty_customer_is_refused(app_at: Opener) -> None:
    assert "customer is empty" in entry_after(app_at("order-entry"), "⏎").message


def test_f9_with_no_lines_says_what_comes_first(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎", "f9")
    assert "no lines yet" in seen.message


def test_f9_with_an_unfinished_row_posts_nothing(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p1⏎1⏎p2", "f9", "f9")
    assert "not finished" in seen.message
    assert len(seen.draft.lines) == 1


def test_typing_after_the_review_takes_it_back(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p1⏎1⏎", "f9", "p2⏎1⏎", "f9")
    assert seen.is_reviewed
    assert len(seen.draft.lines) == 2


def test_escape_after_the_review_takes_it_back(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p1⏎1⏎", "f9", "escape")
    assert not seen.is_reviewed
    assert seen.message == "not posted"


@pytest.mark.parametrize(
    ("field", "steps", "typed", "value"),
    [
        ("ship_to", 2, "02", "02"),
        ("terms", 4, "cash", "CASH"),
        ("item", 8, "product p1", "P1"),
    ],
)
def test_f4_lists_what_fits_a_field(
    app_at: Opener, field: str, steps: int, typed: str, value: str
) -> None:
    keys = ["tab"] * steps
    seen = entry_after(app_at("order-entry"), "acme⏎", *keys, "f4", f"{typed}⏎")
    assert (seen.focus, seen.values[field]) == (field, value)


@pytest.mark.parametrize(
    ("keys", "typed", "value"),
    [
        (("acme⏎", "tab", "tab"), "", "01"),
        (("acme⏎", "tab", "tab"), "02", "02"),
        (("acme", "shift+tab", "shift+tab", "tab", "tab"), "", "ACME"),
    ],
)
def test_f4_on_a_whole_code_lists_all_with_that_one_picked(
    app_at: Opener, keys: tuple[str, ...], typed: str, value: str
) -> None:
    app = app_at("order-entry")

    async def run() -> tuple[int, str]:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, *keys, typed, "f4")
            shown = app.screen.query_one(ChoiceRows)
            return len(shown.rows), shown.rows[shown.at].value

    count, picked = asyncio.run(run())
    assert count > 1
    assert picked == value


def test_f4_on_a_part_of_a_name_goes_on_with_the_search(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎product", "f4", " p2⏎")
    assert seen.values["item"] == "P2"


def test_a_list_cuts_no_name_where_there_is_room(app_at: Opener) -> None:
    app = app_at("order-entry")

    async def run() -> tuple[ChoiceRows, str]:
        async with app.run_test(size=(120, 40)) as pilot:
            await type_keys(app, pilot, "acme⏎⏎", "f4")
            shown = app.screen.query_one(ChoiceRows)
            first = shown.rows[0]._replace(text="A name of so many letters, forty of them")
            shown.show([first, *shown.rows[1:]])
            return shown, shown.render_line(0).text

    shown, line = asyncio.run(run())
    assert "A name of so many letters, forty of them" in line
    assert line.rstrip().endswith(shown.rows[0].more)


def test_f8_repeats_the_value_of_the_line_above(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p1⏎12⏎", "f8", "⏎", "f8", "⏎")
    assert [(line.seen.product, line.seen.quantity) for line in seen.draft.lines] == [
        ("P1", Decimal(12)),
        ("P1", Decimal(12)),
    ]


def test_a_parked_draft_is_taken_up_again(app_at: Opener) -> None:
    seen = entry_after(
        app_at("order-entry"), "acme⏎4500⏎p1⏎12⏎", "f2", "free⏎⏎p2⏎1⏎", "f2", "f2", "acme⏎"
    )
    assert seen.draft.header == {"customer": "ACME", "buyer_po": "4500"}
    assert len(seen.draft.lines) == 1


def test_text_from_data_is_shown_as_it_is(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎[/]⏎[m8]⏎")
    assert "'[M8]' is unknown" in seen.message
    assert seen.draft.header["buyer_po"] == "[/]"


def test_lines_beyond_the_window_are_counted(app_at: Opener) -> None:
    app = app_at("order-entry")

    async def run() -> tuple[int, str]:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, "acme⏎⏎", "p1⏎1⏎" * 20)
            table = app.screen.query_one(LineTable)
            last = table.render_line(table.size.height - 1).text
            return table.size.height, last

    height, last = asyncio.run(run())
    assert f"({20 - (height - 2)} more rows)" in last


def test_kept_keys_of_a_screen_that_was_left_are_told_to_nobody(app_at: Opener) -> None:
    app = app_at("order-entry")

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot)
            left = app.screen
            assert isinstance(left, OrderEntry)
            await app.switch_screen(app._made(None))
            await pilot.pause()
            left.show_kept(1)

    asyncio.run(run())


def test_the_review_says_first_what_is_held_and_each_with_its_reason(app_at: Opener) -> None:
    seen = entry_after(app_at("order-entry"), "tight⏎⏎p2⏎90⏎p2⏎90⏎", "f9")
    rows = seen.message.split("\n")
    assert rows[0] == "F9 posts, F12 goes back: total 450.00 USD, not promised yet"
    assert rows[1].startswith("HELD credit limit -350.00: ")
    assert rows[-2:] == [
        "line 1 P2: 85 of 90 backordered, not promised yet",
        "line 2 P2: 90 of 90 backordered, not promised yet",
    ]


def shown_after(app: OrderDeskApp, *keys: str) -> list[str]:
    """Give the rows of a small screen after these keys."""

    async def run() -> list[str]:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, *keys)
            return rows_of(app)

    return asyncio.run(run())


def test_what_is_held_stands_whole_on_a_small_screen_before_and_after_posting(
    app_at: Opener,
) -> None:
    keys = ("tight⏎⏎p2⏎90⏎p2⏎90⏎", "f9")
    review = shown_after(app_at("order-entry"), *keys)
    assert "line 2 P2: 90 of 90 backordered" in "\n".join(review)
    assert "…" not in "".join(review)
    posted = shown_after(app_at("order-entry"), *keys, "f9")
    assert "SO-000001 placed" in "\n".join(posted)
    assert "line 2 P2: 90 of 90 backordered" in "\n".join(posted)
    assert "F12Back" in posted[-1]


def test_a_long_cure_goes_on_in_further_rows(app_at: Opener) -> None:
    rows = shown_after(app_at("order-entry"), "acme⏎⏎p1⏎1", "tab", "tab", "9.999999999999⏎")
    assert len(rows) == 24
    assert "…" not in "".join(rows)


def test_f8_after_a_mended_header_goes_where_tab_would_have_gone(app_at: Opener) -> None:
    app = app_at("order-entry")

    async def run() -> dict[str, str]:
        async with app.run_test(size=(80, 24)) as pilot:
            end_bursts_at_once(app)
            await type_keys(app, pilot, "acme⏎", "tab", "tab", "99", "tab", "tab", "cash⏎")
            await type_keys(app, pilot, "02", "f8")
            screen = app.screen
            assert isinstance(screen, OrderEntry)
            return screen.draft.header

    assert asyncio.run(run()) == {"customer": "ACME", "ship_to": "02", "terms": "CASH"}


def test_f8_on_an_emptied_item_says_what_is_missing_and_keeps_the_keys(app_at: Opener) -> None:
    app = app_at("order-entry")

    async def run() -> tuple[str, int]:
        async with app.run_test(size=(80, 24)) as pilot:
            end_bursts_at_once(app)
            await type_keys(app, pilot, "acme⏎⏎nix⏎1⏎p2⏎5⏎")
            await type_keys(app, pilot, "backspace", "f8")
            screen = app.screen
            assert isinstance(screen, OrderEntry)
            return screen.message, app.keys_kept

    said, kept = asyncio.run(run())
    assert "item is empty" in said
    assert kept == 7


def test_one_kept_key_is_one_key(app_at: Opener) -> None:
    app = app_at("order-entry")
    end_bursts_at_once(app)
    assert entry_after(app, "nix⏎1").message.startswith("[1 key kept: F8 goes on, F12 drops] ")


@pytest.mark.parametrize("goes", ["f4", "acme⏎"])
def test_a_message_goes_when_its_cause_is_over(app_at: Opener, goes: str) -> None:
    seen = entry_after(app_at("order-entry"), "acme⏎⏎p1⏎1⏎", "f2", goes)
    assert "draft parked" not in seen.message


def test_what_others_change_of_a_customer_never_reaches_the_next_order(
    app_at: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_at("order-entry")

    async def run() -> Draft:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, "acme⏎⏎p1⏎1⏎")
            screen = app.screen
            assert isinstance(screen, OrderEntry)
            read = sources.buyer

            async def read_while_the_next_begins(desk: OrderDeskApp, code: str) -> BuyerView:
                seen = await read(desk, code)
                await type_keys(app, pilot, "f6")
                return seen

            monkeypatch.setattr(sources, "buyer", read_while_the_next_begins)
            await screen.refresh_live()
            return screen.draft

    draft = asyncio.run(run())
    assert draft.buyer is None
    assert draft.is_empty


@pytest.mark.parametrize(
    ("typed", "price", "reason"),
    [
        ("9.50 match", "9.50", "match"),
        ("9.50", "9.50", ""),
        ("9.50  Matched it ", "9.50", "Matched it"),
        ("1 000.00", "1 000.00", ""),
    ],
)
def test_a_price_by_hand_and_its_reason_stand_in_one_field(
    typed: str, price: str, reason: str
) -> None:
    assert split_price(typed) == (price, reason)


def test_a_price_that_needs_a_reason_says_so_and_takes_one(app_at: Opener, sqlite_url: str) -> None:
    owner = Desk(sqlite_url, "owner").open()
    owner.run(company.set_, {"price_reason": "yes"})
    owner.run(masters.add, "reason", "MATCH", {"name": "Matched another offer", "kind": "price"})
    owner.close()
    keys = ("free⏎⏎p1⏎2", "tab", "tab", "9.50⏎")
    seen = entry_after(app_at("order-entry"), *keys)
    assert "a price by hand needs a reason here" in seen.message
    assert seen.draft.lines == []
    mended = entry_after(app_at("order-entry"), *keys[:-1], "9.50 match⏎")
    request = mended.draft.lines[0].request
    assert (request.price, request.price_reason) == ("9.50", "match")
    picked = entry_after(app_at("order-entry"), *keys[:-1], "9.50 match⏎", "up")
    assert picked.values["price"] == "9.50 match"


def test_f4_on_the_price_lists_what_this_customer_paid_before(
    app_at: Opener, sqlite_url: str
) -> None:
    """The last time first; what is picked is the price by hand."""
    desk = Desk(sqlite_url, "supervisor").open()
    for price in ("9.50", "9.25"):
        line = LineRequest(product="P1", quantity="12", price=price)
        order = desk.run(place, OrderRequest(customer="ACME", lines=(line,)))
    desk.close()
    app = app_at("order-entry")

    async def run() -> tuple[list[str], str]:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, "acme⏎⏎p1⏎3", "tab", "tab", "f4")
            rows = app.screen.query_one(ChoiceRows).rows
            await type_keys(app, pilot, "down", "⏎")
            assert isinstance(app.screen, OrderEntry)
            price = app.screen.field("price").typed
            return [f"{row.value} {row.text}" for row in rows], price

    rows, price = asyncio.run(run())
    day = order.entered_at.date()
    assert rows[0] == f"9.25 per ea, 12 on {day}, SO-000002"
    assert price == "9.50"
