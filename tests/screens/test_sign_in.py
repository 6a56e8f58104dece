"""Signing in when the desk is opened: the first keys are the PIN, and go nowhere else."""

import threading
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from orderdesk.app import OrderDeskApp
from orderdesk.domain.people import MOST_TRIES
from orderdesk.screens.menu import Menu
from orderdesk.screens.order_entry.screen import OrderEntry
from orderdesk.screens.sign_in import Door, SignIn
from orderdesk.screens.widgets.choices import ChoiceList, ChoiceRows
from orderdesk.services import masters, people
from orderdesk.services.orders import drafts, reading
from orderdesk.store.desk import Desk
from tests.screens.typing import end_bursts_at_once, on_a_loop, post_keys, type_ahead, type_keys

PIN = "4711"
Opener = Callable[..., OrderDeskApp]


def set_pin(url: str, user: str, pin: str = PIN) -> None:
    desk = Desk(url, "owner").open()
    desk.run(people.set_pin, user, people.hash_pin(pin))
    desk.close()


@pytest.fixture
def vacant_at(sqlite_url: str) -> Opener:
    """Give a desk at which nobody sits: clerk, who has a PIN, or another was named."""
    set_pin(sqlite_url, "clerk")

    def opened(
        screen: str | None = "order-entry", user: str = "clerk", system_user: str = "somebody"
    ) -> OrderDeskApp:
        app = OrderDeskApp(
            lambda: people.Vacant(Desk(sqlite_url, user), system_user),
            place="main.db",
            user=user,
            screen=screen,
        )
        end_bursts_at_once(app)
        return app

    return opened


async def door_of(app: OrderDeskApp, pilot: Pilot[None]) -> Door:
    """Wait until the desk asks who is there."""
    await type_ahead(app, pilot)
    assert isinstance(app.screen, Door)
    return app.screen


@on_a_loop
async def test_the_pin_and_a_whole_order_in_one_burst(vacant_at: Opener) -> None:
    app = vacant_at()
    async with app.run_test(size=(80, 24)) as pilot:
        keys = (f"{PIN}⏎acme⏎4500⏎p1⏎12⏎", "f9", "f9")
        await type_ahead(app, pilot, *keys)
        assert isinstance(app.screen, OrderEntry)
        assert app.screen.message.startswith("SO-000001 placed")
        placed = app.desk.read(reading.show, "SO-000001")
        assert (placed.entered_by, placed.buyer_po) == ("clerk", "4500")


@on_a_loop
async def test_keys_wait_until_it_is_known_whether_one_must_sign_in(
    vacant_at: Opener, sqlite_url: str
) -> None:
    for vacant in (True, False):
        gate = threading.Event()

        def opener(vacant: bool = vacant, gate: threading.Event = gate) -> people.Vacant | Desk:
            gate.wait()
            desk = Desk(sqlite_url, "clerk")
            return people.Vacant(desk, "somebody") if vacant else desk.open()

        app = OrderDeskApp(opener, place="main.db", user="clerk", screen="order-entry")
        async with app.run_test() as pilot:
            post_keys(app, "12")
            await pilot.pause()
            assert isinstance(app.screen, OrderEntry)
            assert app.screen.field("customer").value == ""
            gate.set()
            await type_ahead(app, pilot)
            if vacant:
                assert (await door_of(app, pilot)).pin_field.value == "12"
            else:
                assert app.screen.field("customer").value == "12"


@on_a_loop
async def test_where_nobody_needs_a_pin_the_first_key_waits_for_nothing(sqlite_url: str) -> None:
    gate = threading.Event()

    def opener() -> Desk:
        gate.wait()
        return Desk(sqlite_url, "clerk").open()

    app = OrderDeskApp(
        opener, place="main.db", user="clerk", screen="order-entry", keys_at_once=True
    )
    async with app.run_test() as pilot:
        await type_ahead(app, pilot, "acm")
        assert isinstance(app.screen, OrderEntry)
        assert app.screen.field("customer").value == "ACM"
        gate.set()
        await app.ready.wait()


@on_a_loop
async def test_nothing_can_be_reached_or_read_before(vacant_at: Opener, sqlite_url: str) -> None:
    app = vacant_at("orders")
    async with app.run_test() as pilot:
        door = await door_of(app, pilot)
        await type_ahead(app, pilot, "f3", "f6", "f8", "f9", "ctrl+l", "ctrl+p")
        assert app.screen is door
        assert [type(screen) for screen in app.screen_stack[1:]] == [SignIn]
        assert not app.ready.is_set()
        assert not hasattr(app, "desk")


@on_a_loop
async def test_the_pin_is_shown_as_dots_and_cannot_be_copied(vacant_at: Opener) -> None:
    app = vacant_at()
    async with app.run_test() as pilot:
        door = await door_of(app, pilot)
        await type_ahead(app, pilot, "?4711")
        shown = "".join(strip.text for strip in door._compositor.render_strips())
        assert "•••••" in shown
        assert "4711" not in shown
        door.pin_field.select_all()
        door.pin_field.action_copy()
        door.pin_field.action_cut()
        assert (app.clipboard, door.pin_field.value) == ("", "?4711")


@on_a_loop
async def test_a_wrong_pin_says_how_many_tries_are_left(vacant_at: Opener) -> None:
    app = vacant_at()
    async with app.run_test() as pilot:
        door = await door_of(app, pilot)
        await type_ahead(app, pilot, "0000⏎")
        assert door.message == "the PIN of user 'clerk' is wrong; 4 tries are left"
        assert door.pin_field.value == ""
        await type_ahead(app, pilot, "⏎")
        assert door.message == "PIN is empty; type the PIN of 'clerk'"
        await type_ahead(app, pilot, f"{PIN}⏎")
        assert isinstance(app.screen, OrderEntry)


@on_a_loop
async def test_what_was_typed_ahead_of_a_wrong_pin_is_dropped_for_it_may_be_one(
    vacant_at: Opener,
) -> None:
    app = vacant_at()
    async with app.run_test() as pilot:
        door = await door_of(app, pilot)
        await type_ahead(app, pilot, f"471⏎{PIN}⏎")
        assert door.query_one("#words").render()._text.startswith("5 keys typed ahead")  # type: ignore[union-attr]
        assert app.keys_kept == 0
        await type_ahead(app, pilot, f"{PIN}⏎", "f8")
        assert isinstance(app.screen, OrderEntry)
        assert app.screen.field("customer").value == ""


@on_a_loop
async def test_too_many_wrong_pins_lock_the_user_out_and_say_the_cure(vacant_at: Opener) -> None:
    app = vacant_at()
    async with app.run_test() as pilot:
        door = await door_of(app, pilot)
        for _ in range(MOST_TRIES):
            await type_ahead(app, pilot, "0000⏎")
        assert "is locked after 5 wrong PINs" in door.message
        assert "`orderdesk user pin clerk`" in door.message
        await type_ahead(app, pilot, f"{PIN}⏎")
        assert app.screen is door


@on_a_loop
async def test_somebody_else_may_sit_down(vacant_at: Opener, sqlite_url: str) -> None:
    set_pin(sqlite_url, "senior", "2580")
    app = vacant_at()
    async with app.run_test() as pilot:
        door = await door_of(app, pilot)
        await type_ahead(app, pilot, "shift+tab", "nobody⏎1⏎")
        assert door.message == "user 'nobody' is unknown here; F4 lists the users"
        await type_ahead(app, pilot, "senior⏎2580⏎")
        assert (app.user, app.desk.user) == ("senior", "senior")


@on_a_loop
async def test_where_nobody_is_known_it_asks_for_the_user_first(vacant_at: Opener) -> None:
    app = vacant_at(None, "")
    async with app.run_test() as pilot:
        door = await door_of(app, pilot)
        await type_ahead(app, pilot, "⏎")
        assert door.message == "user is empty; type who you are, F4 lists the users"
        await type_ahead(app, pilot, "tab", "1⏎")
        assert door.message == "user is empty; type who you are, F4 lists the users"
        await type_ahead(app, pilot, f"clerk⏎{PIN}⏎")
        assert isinstance(app.screen, Menu)
        assert app.user == "clerk"


@on_a_loop
async def test_f4_lists_who_may_sit_here(vacant_at: Opener, sqlite_url: str) -> None:
    owner = Desk(sqlite_url, "owner").open()
    owner.run(masters.set_, "user", "accounts", {"archived": True})
    owner.close()
    app = vacant_at()
    async with app.run_test() as pilot:
        door = await door_of(app, pilot)
        await type_ahead(app, pilot, "f4")
        names = [row.value for row in door.query_one(ChoiceRows).rows]
        assert "clerk" in names
        assert not {"script", "accounts"} & set(names)
        await type_ahead(app, pilot, "escape")
        assert not door.query(ChoiceList)
        await type_ahead(app, pilot, "f4", "ware", "enter")
        assert (door.user_field.value, app.focused) == ("warehouse", door.pin_field)


@on_a_loop
async def test_whom_the_operating_system_vouches_for_needs_no_pin(
    vacant_at: Opener, sqlite_url: str
) -> None:
    set_pin(sqlite_url, "owner")
    owner = Desk(sqlite_url, "owner").open()
    owner.run(masters.set_, "user", "owner", {"os_user": "maria"})
    owner.close()
    for system_user, user in (("pat", ""), ("maria", "owner")):
        app = vacant_at(system_user=system_user)
        async with app.run_test() as pilot:
            await door_of(app, pilot)
            await type_ahead(app, pilot, "shift+tab", "owner⏎⏎")
            assert app.ready.is_set() == bool(user)


@on_a_loop
async def test_escape_leaves_the_desk(vacant_at: Opener) -> None:
    app = vacant_at()
    async with app.run_test() as pilot:
        await door_of(app, pilot)
        await type_ahead(app, pilot, "471", "escape")
        assert not app.is_running
    assert app.return_code == 0


@on_a_loop
async def test_drafts_are_told_of_only_to_whom_they_belong(
    vacant_at: Opener, sqlite_url: str
) -> None:
    from orderdesk.domain.drafts import DraftRequest

    desk = Desk(sqlite_url, "clerk").open()
    desk.run(drafts.save, DraftRequest(id="d1", customer="ACME", lines=0, body="{}"))
    desk.close()
    app = vacant_at()
    async with app.run_test() as pilot:
        door = await door_of(app, pilot)
        assert door.message == ""
        await type_keys_once_in(app, pilot)
        assert isinstance(app.screen, OrderEntry)
        assert app.screen.message.startswith("1 draft waits")


async def type_keys_once_in(app: OrderDeskApp, pilot: Pilot[None]) -> None:
    await type_ahead(app, pilot, f"{PIN}⏎")
    await type_keys(app, pilot)
    await app.workers.wait_for_complete()


@on_a_loop
async def test_a_database_that_cannot_be_opened_ends_the_desk(sqlite_url: str) -> None:
    def opener() -> Desk:
        raise ValueError("anything")

    app = OrderDeskApp(opener, place="main.db", user="clerk")
    async with app.run_test() as pilot:
        await pilot.pause()
    assert isinstance(app.failure, ValueError)
