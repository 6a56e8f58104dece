"""What can be done to orders at the desk, key by key."""

import asyncio
from collections.abc import Callable

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.domain.orders import LineRequest, OrderRequest, OrderView
from orderdesk.screens.base import DeskScreen
from orderdesk.screens.orders.screen import Orders
from orderdesk.services import company, masters
from orderdesk.services.orders.closing import cancel, close_line
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.screens.typing import end_bursts_at_once, message_after, rows_of, stored, type_keys

Opener = Callable[[str | None], OrderDeskApp]
OPEN = ("enter", "enter")


def placed(url: str, user: str, customer: str, *lines: tuple[str, str]) -> None:
    desk = Desk(url, user).open()
    requests = tuple(LineRequest(product=p, quantity=q) for p, q in lines)
    desk.run(place, OrderRequest(customer=customer, lines=requests, buyer_po="4500"))
    desk.close()


def app_of(url: str, user: str) -> OrderDeskApp:
    """Give the desk of somebody, opened at the orders."""
    return OrderDeskApp(lambda: Desk(url, user).open(), place="main.db", user=user, screen="orders")


def changed_by(url: str, user: str, service: Callable[..., OrderView], *args: object) -> None:
    """Let another desk change the order."""
    other = Desk(url, user).open()
    other.run(service, "SO-000001", *args)
    other.close()


def test_the_whole_round_of_one_order(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"), ("P2", "1"))
    said = message_after(
        app_at("orders"),
        *OPEN,
        "a",
        "7",
        "f9",
        "i",
        "p3",
        "tab",
        "2",
        "f9",
        "down",
        "s",
        "none left⏎",
        "o",
    )
    assert said == "line 2 open again"
    order = stored(sqlite_url, "1")
    assert [(line.product, line.ordered, line.open) for line in order.lines] == [
        ("P1", 7, 7),
        ("P2", 1, 1),
        ("P3", 2, 2),
    ]


def test_the_header_is_amended(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    assert message_after(app_at("orders"), *OPEN, "h", "2026-12-01", "f9") == "header amended"
    assert stored(sqlite_url, "1").lines[0].requested.isoformat() == "2026-12-01"


def test_a_price_by_hand_takes_its_reason_as_in_entry(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "senior", "ACME", ("P1", "5"))
    owner = Desk(sqlite_url, "owner").open()
    owner.run(company.set_, {"price_reason": "yes"})
    owner.close()

    def by_hand(*keys: str) -> tuple[str, list[tuple[str, str]]]:
        said = message_after(app_of(sqlite_url, "senior"), *OPEN, *keys)
        lines = stored(sqlite_url, "SO-000001").lines
        return said, [(f"{line.price:f}", line.price_reason) for line in lines]

    said, _ = by_hand("a", "tab", "9.50", "f9")
    assert "a price by hand needs a reason here" in said
    said, lines = by_hand("a", "tab", "9.50 match", "f9")
    assert (said, lines) == ("line 1 amended", [("9.50", "match")])
    said, lines = by_hand("i", "p2⏎3⏎2.40 match⏎")
    assert (said, lines[1]) == ("line added", ("2.40", "match"))


def test_an_order_is_cancelled_with_its_reason(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    said = message_after(app_at("orders"), *OPEN, "x", "changed their mind⏎")
    assert said == "SO-000001 cancelled"
    assert stored(sqlite_url, "1").status == "cancelled"


def test_an_order_is_copied(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    assert (
        message_after(app_at("orders"), *OPEN, "c", "⏎")
        == "SO-000002 placed as a copy of SO-000001"
    )


def test_somebody_else_s_hold_is_released(sqlite_url: str) -> None:
    placed(sqlite_url, "clerk2", "TIGHT", ("P1", "20"))
    app = app_of(sqlite_url, "supervisor")
    assert message_after(app, *OPEN, "r", "⏎credit ok⏎") == "holds released"
    assert stored(sqlite_url, "1").holds[0].released_by == "supervisor"


def test_one_s_own_order_is_not_released(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "TIGHT", ("P1", "20"))
    message_after(app_at("orders"), *OPEN, "r", "⏎credit ok⏎")
    assert stored(sqlite_url, "1").holds[0].released_by is None


def test_an_order_is_held_by_hand_for_a_reason(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    assert message_after(app_at("orders"), *OPEN, "w", "wait for the slip⏎") == "SO-000001 held"
    held = stored(sqlite_url, "1").holds[0]
    assert (held.code, held.message, held.placed_by) == ("manual", "wait for the slip", "clerk")


def test_a_hold_without_a_reason_asks_for_one(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    assert "needs a reason" in message_after(app_at("orders"), *OPEN, "w", "⏎")
    assert stored(sqlite_url, "1").holds == ()


def state_in_the_list(app: OrderDeskApp) -> str:
    """Give what the list says of the order that the cursor is on."""
    screen = app.screen
    assert isinstance(screen, Orders)
    row = screen.table.cursor_row
    assert row is not None
    return str(row.cells[5])


@pytest.mark.parametrize("here", [True, False], ids=["by this desk", "by another"])
def test_the_list_shows_what_became_of_an_order_while_its_sheet_was_open(
    app_at: Opener, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, here: bool
) -> None:
    monkeypatch.setattr("orderdesk.app.REFRESH_SECONDS", 3600)
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    app = app_at("orders")

    async def run() -> tuple[str, str]:
        async with app.run_test(size=(80, 24)) as pilot:
            await app.ready.wait()
            await type_keys(app, pilot)
            before = state_in_the_list(app)
            await type_keys(app, pilot, *OPEN)
            if here:
                await type_keys(app, pilot, "x", "twice⏎")
            else:
                changed_by(sqlite_url, "script", cancel, "twice")
            await type_keys(app, pilot, "f12")
            return before, state_in_the_list(app)

    assert asyncio.run(run()) == ("open", "cancelled")


STALE = {
    "amend": (("a", "7"), "f9"),
    "header": (("h", "2026-12-01"), "f9"),
    "add": (("i", "p3"), "f9"),
    "close line": (("s", "none left"), "⏎"),
    "reopen": ((), "o"),
    "cancel": (("x", "twice"), "⏎"),
    "hold": (("w", "wait"), "⏎"),
    "release": (("r", "⏎paid"), "⏎"),
}


@pytest.mark.parametrize("act", STALE)
def test_what_is_done_to_an_older_version_is_told_who_changed_it_and_done_when_repeated(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    monkeypatch.setattr("orderdesk.app.REFRESH_SECONDS", 3600)
    placed(sqlite_url, "clerk", "TIGHT", ("P1", "20"), ("P2", "1"))
    changed_by(sqlite_url, "script", close_line, 1, "1")
    app = app_of(sqlite_url, "supervisor")
    begun, last = STALE[act]

    async def run() -> tuple[str, str]:
        async with app.run_test(size=(80, 24)) as pilot:
            await app.ready.wait()
            await type_keys(app, pilot, *OPEN, *begun)
            changed_by(sqlite_url, "script", close_line, 2)
            said = []
            for _ in range(2):
                await type_keys(app, pilot, last)
                screen = app.screen
                assert isinstance(screen, DeskScreen)
                said.append(screen.message)
            return said[0], said[1]

    first, second = asyncio.run(run())
    assert "in between: script (line closed)" in first
    assert "in between" not in second
    assert stored(sqlite_url, "1").version == 4


def test_what_others_change_while_a_reason_is_typed_is_told_though_the_sheet_shows_it(
    app_at: Opener, sqlite_url: str
) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    app = app_at("orders")

    async def run() -> str:
        async with app.run_test(size=(80, 24)) as pilot:
            await app.ready.wait()
            await type_keys(app, pilot, *OPEN, "x", "twice")
            changed_by(sqlite_url, "script", close_line, 1, "2")
            screen = app.screen
            assert isinstance(screen, DeskScreen)
            await screen.refresh_live()
            await type_keys(app, pilot, "⏎")
            return screen.message

    assert "script" in asyncio.run(run())
    assert stored(sqlite_url, "1").status == "confirmed"


def reasons(work: Work) -> None:
    """Let the company keep two reasons for cancelling, and one for prices."""
    for code, kind in (("TWICE", "cancel"), ("LATE", "any"), ("MATCH", "price")):
        masters.add(work, "reason", code, {"name": f"Because {code.lower()}", "kind": kind})


def test_f4_lists_the_reasons_that_the_company_keeps(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    desk = Desk(sqlite_url, "script").open()
    desk.run(reasons)
    desk.close()
    assert "is unknown for this" in message_after(app_at("orders"), *OPEN, "x", "why not⏎")
    assert "is unknown for this" in message_after(app_at("orders"), *OPEN, "x", "match⏎")
    said = message_after(app_at("orders"), *OPEN, "x", "f4", "twi⏎⏎")
    assert said == "SO-000001 cancelled"


def test_f4_lists_what_a_header_may_hold_and_what_may_be_added(
    app_at: Opener, sqlite_url: str
) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    message_after(app_at("orders"), *OPEN, "h", "tab", "tab", "f4", "02⏎", "f9")
    message_after(app_at("orders"), *OPEN, "i", "f4", "product p2⏎⏎3", "f9")
    order = stored(sqlite_url, "1")
    assert order.ship_to == "02"
    assert [(line.product, line.ordered) for line in order.lines] == [("P1", 5), ("P2", 3)]


def test_an_item_to_be_added_is_found_as_in_order_entry_and_checked_when_it_is_left(
    app_at: Opener, sqlite_url: str
) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    said = message_after(app_at("orders"), *OPEN, "i", "product p2⏎3⏎⏎")
    assert said == "line added"
    assert [line.product for line in stored(sqlite_url, "1").lines] == ["P1", "P2"]
    app = app_at("orders")
    end_bursts_at_once(app)
    wrong = message_after(app, *OPEN, "i", "product⏎3⏎⏎")
    assert wrong.startswith("[3 keys kept: F8 goes on, F12 drops] more than one product fits")


@pytest.mark.parametrize("leaving", ["⏎", "tab", "f9"])
def test_f8_on_a_mended_item_of_a_sheet_goes_on_as_the_refused_key_would(
    app_at: Opener, sqlite_url: str, leaving: str
) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    app = app_at("orders")

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await app.ready.wait()
            end_bursts_at_once(app)
            rest = () if leaving == "f9" else ("3⏎⏎",)
            await type_keys(app, pilot, *OPEN, "i", "nix", leaving, *rest)
            await type_keys(app, pilot, "p2", "f9" if leaving == "f9" else "f8")

    asyncio.run(run())
    assert [line.product for line in stored(sqlite_url, "1").lines] == ["P1", "P2"]


def test_a_message_goes_when_something_else_is_asked(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    assert message_after(app_at("orders"), *OPEN, "w", "wait⏎", "a") == (
        "Enter goes on and does it at the last, F9 does it at once, F12 leaves it"
    )
    assert message_after(app_at("orders"), *OPEN, "w") == "Enter does it, F12 leaves it"
    assert message_after(app_at("orders"), *OPEN, "w", "f12") == ""


def test_all_keys_of_a_sheet_stand_on_a_small_screen(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    app = app_at("orders")

    async def run() -> str:
        async with app.run_test(size=(80, 24)) as pilot:
            await app.ready.wait()
            await type_keys(app, pilot, *OPEN)
            return rows_of(app)[-1]

    assert asyncio.run(run()).endswith("F12Back")


def test_what_a_header_may_hold_is_asked_in_two_rows_on_a_small_screen(
    app_at: Opener, sqlite_url: str
) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    app = app_at("orders")

    async def run() -> list[str]:
        async with app.run_test(size=(80, 24)) as pilot:
            await app.ready.wait()
            await type_keys(app, pilot, *OPEN, "h")
            return rows_of(app)

    rows = asyncio.run(run())
    first = next(at for at, row in enumerate(rows) if row.startswith(" Ship 2026"))
    assert " Note " in rows[first + 1]
    assert rows[-1].endswith("F12Back")


def test_a_value_without_a_list_says_so(app_at: Opener, sqlite_url: str) -> None:
    placed(sqlite_url, "clerk", "ACME", ("P1", "5"))
    assert "no list here" in message_after(app_at("orders"), *OPEN, "w", "f4")
