"""The queue of holds at the desk, key by key."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from orderdesk.app import OrderDeskApp
from orderdesk.domain.orders import AmendRequest
from orderdesk.screens import base
from orderdesk.screens.menu import Menu
from orderdesk.screens.orders.sheet import OrderSheet
from orderdesk.screens.queues.detail import Detail
from orderdesk.screens.queues.screen import Queues
from orderdesk.screens.queues.sources import waited
from orderdesk.screens.widgets.ask import AskRow
from orderdesk.services import notes
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.holds import hold, release
from orderdesk.services.orders.place import place
from orderdesk.services.queues.deciding import take
from orderdesk.store.desk import Desk
from tests.screens.test_snapshots import SIZES, frozen
from tests.screens.typing import done, message_after, stored, type_keys
from tests.services.orders.asking import line, order
from tests.services.queues.waiting import held, pass_minutes, waiting


@pytest.fixture
def queue(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., OrderDeskApp]:
    """Give the queue at somebody's desk."""
    monkeypatch.setattr(base, "clock", lambda: "14:02")

    def opened(user: str = "supervisor", screen: str | None = "queues") -> OrderDeskApp:
        def opener() -> Desk:
            return Desk(sqlite_url, user).open()

        return OrderDeskApp(opener, place="main.db", user=user, screen=screen)

    return opened


Opener = Callable[..., OrderDeskApp]


def three_held(url: str) -> None:
    """Let the clerk enter three orders beyond the limit."""
    desk = Desk(url, "clerk").open()
    for quantity in ("11", "12", "13"):
        held(desk, quantity)
    desk.close()


def on_queue(app: OrderDeskApp) -> Queues:
    assert isinstance(app.screen, Queues)
    return app.screen


def picked(app: OrderDeskApp) -> str:
    item = on_queue(app).picked
    return item.subject if item else ""


def test_two_on_and_approved_in_one_burst(queue: Opener, sqlite_url: str) -> None:
    three_held(sqlite_url)

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert picked(app) == "SO-000002"
        assert not on_queue(app).query(AskRow)

    said = message_after(queue(), "nna⏎⏎", look=look)
    assert said == "SO-000003 credit limit approved up to 130.00 until 2026-12-07"
    released = [stored(sqlite_url, number).holds[0].released_by for number in "123"]
    assert released == [None, None, "supervisor"]


def test_a_whole_queue_is_approved_in_one_burst(queue: Opener, sqlite_url: str) -> None:
    three_held(sqlite_url)
    message_after(queue(), "a⏎⏎a⏎⏎a⏎⏎")
    assert not [number for number in "123" if stored(sqlite_url, number).held]


def test_ceiling_and_day_are_the_supervisors_to_change(queue: Opener, sqlite_url: str) -> None:
    three_held(sqlite_url)
    message_after(queue(), "a500⏎2026-12-31⏎")
    hold = stored(sqlite_url, "1").holds[0]
    assert (str(hold.ceiling), str(hold.until)) == ("500.00", "2026-12-31")


def test_what_is_not_measured_by_the_total_is_approved_as_it_stands(
    queue: Opener, sqlite_url: str
) -> None:
    desk = Desk(sqlite_url, "clerk").open()
    for _ in range(2):
        desk.run(place, order("FREE", line("P1", "5"), buyer_po="4500", requested="2026-11-27"))
    desk.close()
    assert message_after(queue(), "a⏎⏎") == (
        "SO-000002 duplicate line approved up to 5 until 2026-12-07"
    )
    assert not stored(sqlite_url, "2").held


def test_a_wrong_ceiling_keeps_the_row_open_and_says_the_cure(
    queue: Opener, sqlite_url: str
) -> None:
    three_held(sqlite_url)

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert on_queue(app).query(AskRow)

    said = message_after(queue(), "a5⏎⏎", look=look)
    assert "ceiling 5 is below the order's total of 110.00" in said
    assert stored(sqlite_url, "1").held


def test_what_cannot_be_done_is_said_before_anything_is_typed(
    queue: Opener, sqlite_url: str
) -> None:
    desk = Desk(sqlite_url, "supervisor").open()
    held(desk)
    desk.close()

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert not on_queue(app).query(AskRow)

    assert "you entered order SO-000001" in message_after(queue(), "a", look=look)
    assert "may not release holds of others" in message_after(queue("clerk2"), "a", look=look)
    assert "may not release holds of others" in message_after(queue("clerk2"), "t")


def test_it_is_rejected_for_a_reason(queue: Opener, sqlite_url: str) -> None:
    three_held(sqlite_url)

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert picked(app) == "SO-000002"

    said = message_after(queue(), "rhalf in advance⏎", look=look)
    assert said == "SO-000001 stays held; clerk is told why"
    [stop] = stored(sqlite_url, "1").holds
    assert (stop.rejected_by, stop.rejection) == ("supervisor", "half in advance")
    assert "needs a reason" in message_after(queue(), "r⏎")


def test_it_is_taken_and_others_see_by_whom(queue: Opener, sqlite_url: str) -> None:
    three_held(sqlite_url)
    assert message_after(queue(), "nt") == "SO-000002 is yours for ten minutes"

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        item = on_queue(app).picked
        assert item is not None
        assert item.taken_by == "supervisor"

    said = message_after(queue("owner"), "na", look=look)
    assert "supervisor took order SO-000002" in said


def test_a_note_is_kept(queue: Opener, sqlite_url: str) -> None:
    three_held(sqlite_url)
    assert message_after(queue(), "mpays on Friday⏎") == "noted on SO-000001"
    [note] = done(sqlite_url, "clerk", notes.list_, "order", "SO-000001")
    assert note.text == "pays on Friday"


def test_the_order_is_opened_and_left_again(queue: Opener, sqlite_url: str) -> None:
    three_held(sqlite_url)

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert isinstance(app.screen, OrderSheet)
        assert app.screen.number == "SO-000002"
        await type_keys(app, pilot, "f12")
        assert picked(app) == "SO-000002"

    message_after(queue(), "no", look=look)
    message_after(queue(), "n⏎", look=look)


def test_it_is_narrowed_by_what_is_typed_and_widened_by_esc(queue: Opener, sqlite_url: str) -> None:
    three_held(sqlite_url)
    done(sqlite_url, "clerk2", hold, "2", None, "call them")

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert on_queue(app).table.rows_in_memory == 1
        assert picked(app) == "SO-000002"
        await type_keys(app, pilot, "escape")
        assert on_queue(app).table.rows_in_memory == 4
        await type_keys(app, pilot, "f", "so-2⏎")
        assert on_queue(app).table.rows_in_memory == 2
        await type_keys(app, pilot, "slash", "nothing⏎")

    assert "reasons are" in message_after(queue(), "slash", "manual⏎", look=look)


def test_changes_of_others_show_and_the_cursor_stays(queue: Opener, sqlite_url: str) -> None:
    three_held(sqlite_url)

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        done(sqlite_url, "owner", release, "1")
        done(sqlite_url, "owner", take, waiting_ids(sqlite_url)[0])
        await on_queue(app).refresh_live()
        assert picked(app) == "SO-000002"
        item = on_queue(app).picked
        assert item is not None
        assert item.taken_by == "owner"
        done(sqlite_url, "owner", pass_minutes, 75)
        await on_queue(app).refresh_live()
        assert str(on_queue(app).table.cursor_row.cells[0]) == "1 h"  # type: ignore[union-attr]
        done(sqlite_url, "owner", release, "2")
        await on_queue(app).refresh_live()
        assert picked(app) == "SO-000003"
        assert on_queue(app).query_one(Detail).item == on_queue(app).picked

    message_after(queue(), "n", look=look)


def waiting_ids(url: str) -> list[str]:
    desk = Desk(url, "clerk").open()
    try:
        return [item.id for item in waiting(desk)]
    finally:
        desk.close()


def test_a_decision_about_what_changed_meanwhile_is_told_and_done_when_repeated(
    queue: Opener, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orderdesk.app.REFRESH_SECONDS", 3600)
    three_held(sqlite_url)

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        done(sqlite_url, "clerk", amend, AmendRequest(number="1", note="please"))
        await type_keys(app, pilot, "⏎⏎")
        assert "clerk (amended)" in on_queue(app).message
        await type_keys(app, pilot, "escape", "a⏎⏎")

    said = message_after(queue(), "a", look=look)
    assert "approved" in said
    assert not stored(sqlite_url, "1").held


def test_an_empty_queue_says_so(queue: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert on_queue(app).picked is None

    said = message_after(queue(), "a", look=look)
    assert said == "nothing waits here; g goes on to the next queue"


def test_the_menu_counts_what_waits_and_leads_there(queue: Opener, sqlite_url: str) -> None:
    three_held(sqlite_url)

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert isinstance(app.screen, Menu)
        await app.screen.refresh_live()
        assert "3 holds" in str(app.screen.query_one("#menu-rows").render())
        await type_keys(app, pilot, "w")
        assert picked(app) == "SO-000001"

    message_after(queue(screen=None), look=look)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 min"), (59 * 60, "59 min"), (3_600, "1 h"), (47 * 3_600, "47 h"), (172_800, "2 d")],
)
def test_times_of_waiting(seconds: int, said: str) -> None:
    assert waited(seconds) == said


@SIZES
def test_the_queue_while_a_hold_is_approved(
    snap_compare: Any, queue: Opener, sqlite_url: str, size: tuple[int, int]
) -> None:
    three_held(sqlite_url)
    done(sqlite_url, "clerk2", hold, "2", 1, "wrong colour? [/] ask Pat before it leaves")
    assert frozen(snap_compare, queue(), size, "nna")
