"""Locking the desk, by hand and by idleness, and unlocking it with everything as it was."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from textual.events import AppBlur, AppFocus
from textual.pilot import Pilot

from orderdesk.app import OrderDeskApp
from orderdesk.domain.people import MOST_TRIES
from orderdesk.screens.menu import Menu
from orderdesk.screens.order_entry.screen import OrderEntry
from orderdesk.screens.sign_in import Locked
from orderdesk.services import company, masters
from orderdesk.services.orders import drafts
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.screens.test_sign_in import PIN, set_pin
from tests.screens.typing import end_bursts_at_once, on_a_loop, post_keys, type_ahead, type_keys

Opener = Callable[[str | None], OrderDeskApp]
MINUTES = 10
"""After which the small company locks a desk that nobody types at."""


@pytest.fixture
def desk_at(app_at: Opener, sqlite_url: str) -> Opener:
    """Give the desk of clerk, who has a PIN."""
    set_pin(sqlite_url, "clerk")

    def opened(screen: str | None) -> OrderDeskApp:
        app = app_at(screen)
        end_bursts_at_once(app)
        return app

    return opened


def turned(app: OrderDeskApp) -> Callable[[float], None]:
    """Put a clock that a test turns by hand, in minutes, in place of the idle clock."""
    now = [app.idle_clock()]
    app.idle_clock = lambda: now[0]  # type: ignore[method-assign]

    def turn(minutes: float) -> None:
        now[0] += minutes * 60

    return turn


async def until(app: OrderDeskApp, pilot: Pilot[None], locked: bool) -> None:
    """Wait until the desk is locked, or is not."""
    async with asyncio.timeout(30):
        while app.is_locked is not locked:
            await pilot.pause()
    await app.keys_settled()


def entry_of(app: OrderDeskApp) -> OrderEntry:
    assert isinstance(app.screen, OrderEntry)
    return app.screen


def state_of(entry: OrderEntry) -> tuple[object, ...]:
    """Give all that a clerk sees of an order and of where the cursor is."""
    editor = entry.form.editor
    values = {name: slot.value for name, slot in entry.form.slots.items()}
    return values, entry.form.current.id, editor.selection, entry.focused, entry.message


HALF = ("acme⏎4500⏎p1⏎12⏎p2⏎34", "tab", "tab", "1.50", "left")
"""An order with one line, another half typed, and the cursor inside of a value."""


@on_a_loop
async def test_unlocked_all_is_as_it_was_the_half_typed_field_and_the_cursor_too(
    desk_at: Opener,
) -> None:
    app = desk_at("order-entry")
    async with app.run_test(size=(80, 24)) as pilot:
        await type_keys(app, pilot, *HALF)
        entry = entry_of(app)
        before = state_of(entry)
        await type_ahead(app, pilot, "ctrl+l")
        assert isinstance(app.screen, Locked)
        await type_ahead(app, pilot, f"{PIN}⏎")
        assert entry_of(app) is entry
        assert state_of(entry) == before
        await type_ahead(app, pilot, "7⏎", "f9", "f9")
        assert entry.message.startswith("SO-000001 placed")


@on_a_loop
async def test_the_draft_is_saved_when_the_desk_is_locked(desk_at: Opener) -> None:
    app = desk_at("order-entry")
    async with app.run_test() as pilot:
        await type_keys(app, pilot, "acme⏎⏎p1⏎2⏎p2⏎34")
        await type_ahead(app, pilot, "ctrl+l")
        await app.in_writes(lambda: None)
        (draft,) = app.desk.read(drafts.list_)
        assert '"34"' in draft.body


@on_a_loop
async def test_a_locked_desk_shows_and_does_nothing_else(desk_at: Opener, sqlite_url: str) -> None:
    app = desk_at("order-entry")
    async with app.run_test(size=(80, 24)) as pilot:
        await type_keys(app, pilot, *HALF)
        entry = entry_of(app)
        await type_ahead(app, pilot, "ctrl+l")
        locked = app.screen
        keys = ("f2", "f3", "f6", "f8", "f9", "f9", "escape", "ctrl+l", "ctrl+p")
        await type_ahead(app, pilot, *keys, "f1", "ctrl+p", "f3")
        assert app.screen is locked
        assert not locked.is_modal
        shown = "".join(strip.text for strip in locked._compositor.render_strips())
        assert not any(word in shown for word in ("ACME", "4500", "P1", "Product"))
        assert [line.seen.product for line in entry.draft.lines] == ["P1"]


@on_a_loop
async def test_changes_of_others_show_only_after_unlocking(
    desk_at: Opener, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orderdesk.app.REFRESH_SECONDS", 3600)
    app = desk_at("order-entry")
    async with app.run_test() as pilot:
        await type_keys(app, pilot, "acme⏎")
        read: list[str] = []

        async def refresh_live() -> None:
            read.append("again")

        entry_of(app).refresh_live = refresh_live  # type: ignore[method-assign]
        await type_ahead(app, pilot, "ctrl+l")
        owner = Desk(sqlite_url, "owner").open()
        owner.run(masters.add, "carrier", "VAN", {"name": "Van"})
        owner.close()
        await app._look_for_changes()
        assert read == []
        await type_ahead(app, pilot, f"{PIN}⏎")
        assert read == ["again"]


@on_a_loop
async def test_nobody_can_lock_without_a_pin_and_a_new_one_counts_at_once(
    app_at: Opener, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orderdesk.app.REFRESH_SECONDS", 3600)
    app = app_at("order-entry")
    end_bursts_at_once(app)
    turn = turned(app)
    async with app.run_test() as pilot:
        await type_keys(app, pilot, "ctrl+l")
        assert entry_of(app).message == (
            "user 'clerk' has no PIN to unlock with; set one: `orderdesk user pin clerk`"
        )
        turn(MINUTES * 2)
        app.lock_if_idle()
        await type_ahead(app, pilot)
        assert not app.is_locked
        set_pin(sqlite_url, "clerk")
        await app._look_for_changes()
        await type_ahead(app, pilot, "ctrl+l")
        assert app.is_locked


@on_a_loop
async def test_the_pin_is_needed_even_where_the_operating_system_vouches(
    sqlite_url: str,
) -> None:
    set_pin(sqlite_url, "owner")
    app = OrderDeskApp(lambda: Desk(sqlite_url, "owner").open(), place="main.db", user="owner")
    end_bursts_at_once(app)
    async with app.run_test() as pilot:
        await type_keys(app, pilot, "ctrl+l", "⏎")
        assert app.is_locked
        await type_ahead(app, pilot, "0000⏎")
        assert isinstance(app.screen, Locked)
        assert app.screen.message.endswith("4 tries are left")
        await type_ahead(app, pilot, f"{PIN}⏎")
        assert isinstance(app.screen, Menu)


@on_a_loop
async def test_too_many_wrong_pins_lock_the_user_out_and_a_new_pin_lets_them_in(
    desk_at: Opener, sqlite_url: str
) -> None:
    app = desk_at("order-entry")
    async with app.run_test() as pilot:
        await type_keys(app, pilot, "acme⏎", "ctrl+l")
        for _ in range(MOST_TRIES):
            await type_ahead(app, pilot, "0000⏎")
        await type_ahead(app, pilot, f"{PIN}⏎")
        assert isinstance(app.screen, Locked)
        assert "is locked after 5 wrong PINs" in app.screen.message
        set_pin(sqlite_url, "clerk", "9876")
        await type_ahead(app, pilot, "9876⏎")
        assert entry_of(app).field("customer").value == "ACME"


# Idle -----------------------------------------------------------------------------------------


@on_a_loop
async def test_the_desk_locks_itself_when_nobody_has_typed_for_long_enough(
    desk_at: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orderdesk.app.IDLE_LOOK", 0.001)
    app = desk_at("order-entry")
    turn = turned(app)
    async with app.run_test() as pilot:
        await type_keys(app, pilot, *HALF)
        before = state_of(entry_of(app))
        turn(MINUTES - 0.1)
        await type_ahead(app, pilot, "left")
        turn(MINUTES - 0.1)
        for _ in range(20):
            await pilot.pause()
        assert not app.is_locked
        turn(0.2)
        await until(app, pilot, True)
        await type_ahead(app, pilot, f"{PIN}⏎")
        assert state_of(entry_of(app))[0] == before[0]


@on_a_loop
async def test_a_key_that_comes_after_the_time_finds_the_desk_locked(
    desk_at: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orderdesk.app.IDLE_LOOK", 3600)
    app = desk_at("order-entry")
    turn = turned(app)
    async with app.run_test() as pilot:
        await type_keys(app, pilot, "acme⏎45")
        entry = entry_of(app)
        turn(MINUTES)
        await type_ahead(app, pilot, "9")
        assert isinstance(app.screen, Locked)
        assert app.screen.pin_field.value == "9"
        assert entry.field("buyer_po").value == "45"


@on_a_loop
async def test_a_company_may_never_lock(desk_at: Opener, sqlite_url: str) -> None:
    owner = Desk(sqlite_url, "owner").open()
    owner.run(company.set_, {"lock_minutes": 0})
    owner.close()
    app = desk_at(None)
    turn = turned(app)
    async with app.run_test() as pilot:
        await type_keys(app, pilot)
        turn(100_000)
        app.lock_if_idle()
        await type_ahead(app, pilot)
        assert not app.is_locked


@on_a_loop
async def test_a_desk_locked_while_its_terminal_had_no_focus_gets_its_cursor_back(
    desk_at: Opener,
) -> None:
    app = desk_at("order-entry")
    async with app.run_test() as pilot:
        await type_keys(app, pilot, *HALF)
        before = state_of(entry_of(app))
        app.post_message(AppBlur())
        await pilot.pause()
        await app.lock()
        await type_ahead(app, pilot)
        app.post_message(AppFocus())
        await pilot.pause()
        await type_ahead(app, pilot, f"{PIN}⏎")
        assert state_of(entry_of(app)) == before


@on_a_loop
async def test_keys_kept_since_an_error_are_kept_through_the_lock(desk_at: Opener) -> None:
    app = desk_at("order-entry")
    async with app.run_test() as pilot:
        await type_keys(app, pilot, "acme⏎⏎nix⏎12⏎p2⏎3⏎")
        kept = app.keys_kept
        assert kept
        await type_ahead(app, pilot, "ctrl+l", "0000⏎77")
        await type_ahead(app, pilot, f"{PIN}⏎")
        assert app.keys_kept == kept
        await type_ahead(app, pilot, "p1⏎", "f8")
        lines = [line.seen.product for line in entry_of(app).draft.lines]
        assert lines == ["P1", "P2"]


# Somebody else --------------------------------------------------------------------------------


@on_a_loop
async def test_somebody_else_takes_over_once_the_draft_is_parked(
    desk_at: Opener, sqlite_url: str
) -> None:
    set_pin(sqlite_url, "senior", "2580")
    app = desk_at("order-entry")
    async with app.run_test() as pilot:
        await type_keys(app, pilot, *HALF)
        await type_ahead(app, pilot, "ctrl+l", "shift+tab", "senior⏎2580⏎")
        assert isinstance(app.screen, Menu)
        assert len(app.screen_stack) == 2
        assert (app.user, app.desk.user) == ("senior", "senior")
        (draft,) = app.desk.read(drafts.list_)
        assert (draft.owner, draft.parked, draft.lines) == ("clerk", True, 1)
        await type_ahead(app, pilot, "efree⏎⏎p1⏎1⏎", "f9", "f9")
        assert entry_of(app).message.startswith("SO-000001 placed")
        await type_ahead(app, pilot, "ctrl+l", "2580⏎")
        assert not app.is_locked


@on_a_loop
async def test_a_locked_desk_is_not_taken_over_without_a_pin(
    desk_at: Opener, sqlite_url: str
) -> None:
    set_pin(sqlite_url, "senior", "2580")
    app = desk_at("order-entry")
    async with app.run_test() as pilot:
        await type_keys(app, pilot, "ctrl+l", "shift+tab", "owner⏎⏎")
        assert isinstance(app.screen, Locked)
        assert app.screen.message.startswith("user 'owner' has no PIN, and a locked desk")
        for pin in ("", "0000", PIN):
            await type_ahead(app, pilot, "escape", "shift+tab", f"senior⏎{pin}⏎")
            assert app.is_locked
        assert app.user == "clerk"


@on_a_loop
async def test_a_draft_that_cannot_be_parked_keeps_the_desk_with_whom_it_is(
    desk_at: Opener, sqlite_url: str
) -> None:
    set_pin(sqlite_url, "senior", "2580")
    app = desk_at("order-entry")
    async with app.run_test() as pilot:
        await type_keys(app, pilot, "acme⏎⏎p1⏎2⏎")
        await entry_of(app).saver.wait()
        app.desk.run(drafts.drop, entry_of(app).draft.id)
        await type_ahead(app, pilot, "ctrl+l", "shift+tab", "senior⏎2580⏎")
        assert isinstance(app.screen, Locked)
        assert "draft" in app.screen.message
        assert (app.user, app.desk.user) == ("clerk", "clerk")


@on_a_loop
async def test_a_write_that_waits_stays_the_work_of_who_asked_for_it(
    desk_at: Opener, sqlite_url: str
) -> None:
    set_pin(sqlite_url, "senior", "2580")
    app = desk_at(None)
    gate = threading.Event()

    def slow(work: Work) -> str:
        return work.actor

    async with app.run_test() as pilot:
        await type_keys(app, pilot, "ctrl+l")
        blocked = asyncio.create_task(app.in_writes(gate.wait))
        waiting = asyncio.create_task(app.write(None, slow))
        post_keys(app, "shift+tab", "senior⏎2580⏎")
        async with asyncio.timeout(30):
            while not (isinstance(app.screen, Locked) and app.screen.user_field.value == "senior"):
                await asyncio.sleep(0)
        assert app.user == "clerk"
        gate.set()
        await type_ahead(app, pilot)
        assert app.user == "senior"
        assert await blocked
        assert await waiting == "clerk"
