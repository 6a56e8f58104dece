"""The calling queue at the desk: who is to be called about what, and what came of it."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from orderdesk.app import OrderDeskApp
from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.orders import AmendRequest
from orderdesk.screens.orders.sheet import OrderSheet
from orderdesk.screens.queues.screen import Queues
from orderdesk.screens.widgets.ask import AskRow
from orderdesk.services import masters, notes
from orderdesk.services.customers import save
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.place import place
from orderdesk.services.queues.deciding import take
from orderdesk.store.desk import Desk
from tests.screens.test_snapshots import SIZES, frozen
from tests.screens.typing import done, message_after, rows_of, stored, type_keys
from tests.services.orders.asking import line, order
from tests.services.queues.test_promises import Slipping
from tests.services.queues.waiting import held, waiting


@pytest.fixture
def calls(sqlite_url: str, at_two: None) -> Callable[..., OrderDeskApp]:
    """Give the queues at somebody's desk: two lines to call about, and a hold."""
    desk = Desk(sqlite_url, "clerk2").open()
    desk.run(save.set_, CustomerRequest(code="FREE", phone="0113 496 0000"))
    for quantity in ("2", "3"):
        desk.run(place, order("FREE", line("P1", quantity, disposition="call")))
    held(desk)
    desk.close()

    def opened(user: str = "clerk", screen: str | None = "calls") -> OrderDeskApp:
        return OrderDeskApp(
            lambda: Desk(sqlite_url, user).open(), place="main.db", user=user, screen=screen
        )

    return opened


Opener = Callable[..., OrderDeskApp]


def picked(app: OrderDeskApp) -> str:
    assert isinstance(app.screen, Queues)
    item = app.screen.picked
    return item.subject if item else ""


def test_a_line_to_call_about_shows_what_is_there_and_whom_to_call(calls: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        rows = rows_of(app)
        assert rows[0].startswith(" QUEUES calling")
        assert any("FREE     0113 496 0000 Pat 2 ea " in row for row in rows)
        assert "2 ea of P1 are there: call Pat 0113 496 0000" in "\n".join(rows)

    message_after(calls(), look=look)


def test_two_lines_ship_in_one_burst(calls: Opener, sqlite_url: str) -> None:
    said = message_after(calls(), "sPat wants them⏎s⏎")
    assert said == "SO-000002 line 1 ships"
    ways = [stored(sqlite_url, number).lines[0].disposition for number in "12"]
    assert ways == ["ship available"] * 2


def test_a_call_in_vain_waits_until_the_day_that_was_named(calls: Opener, sqlite_url: str) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert picked(app) == "SO-000002"
        assert not app.screen.query(AskRow)

    said = message_after(calls(), "wnobody there⏎2026-12-01⏎", look=look)
    assert said == "SO-000001 line 1: call again 2026-12-01"
    assert message_after(calls(), "wno answer⏎⏎").endswith("call again tomorrow")
    assert message_after(calls(), "w") == "nothing waits here; g goes on to the next queue"


def test_a_call_in_vain_needs_a_reason(calls: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert app.screen.query(AskRow)

    assert "reason is empty" in message_after(calls(), "w⏎⏎", look=look)


def test_what_nobody_wants_any_more_is_closed(calls: Opener, sqlite_url: str) -> None:
    assert message_after(calls("supervisor"), "xnot wanted⏎") == "SO-000001 line 1 closed"
    assert stored(sqlite_url, "1").lines[0].short_closed == 2


def test_f4_lists_the_reasons_for_closing(calls: Opener, sqlite_url: str) -> None:
    desk = Desk(sqlite_url, "owner").open()
    desk.run(masters.add, "reason", "late", {"name": "Came too late", "kind": "cancel"})
    desk.close()
    assert message_after(calls("supervisor"), "x", "f4", "too⏎⏎") == "SO-000001 line 1 closed"


def test_it_is_taken_noted_and_opened(calls: Opener, sqlite_url: str) -> None:
    assert message_after(calls(), "nt") == "SO-000002 is yours for ten minutes"
    assert "clerk took order SO-000002" in message_after(calls("supervisor"), "ns⏎")
    assert message_after(calls(), "mtry the mobile⏎") == "noted on SO-000001"
    desk = Desk(sqlite_url, "clerk").open()
    [note] = desk.read(notes.list_, "order", "SO-000001", line=1)
    desk.close()
    assert note.text == "try the mobile"

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert isinstance(app.screen, OrderSheet)
        assert app.screen.number == "SO-000002"

    message_after(calls(), "no", look=look)


def test_each_queue_has_its_letter_and_its_keys(calls: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert picked(app) == "SO-000003"
        assert "a:Approve" in "\n".join(rows_of(app)[-2:])
        await type_keys(app, pilot, "c")
        assert picked(app) == "SO-000001"
        assert "s:Ships w:Waits x:Cancel" in "\n".join(rows_of(app)[-2:])
        await type_keys(app, pilot, "ggg")
        assert picked(app) == "SO-000001"

    message_after(calls(screen="queues"), look=look)
    message_after(calls(), "h", look=look)


@pytest.mark.parametrize(
    ("screen", "keys", "said"),
    [
        ("calls", "a", "that is for the queue of holds; s ships what was called about"),
        ("calls", "r", "that is for the queue of holds; w notes a call in vain"),
        ("queues", "s", "that is for the queue of calling; a approves a hold"),
        ("queues", "w", "that is for the queue of calling"),
        ("queues", "x", "that is for the queue of calling"),
        ("queues", "y", "no order line is picked"),
    ],
)
def test_what_belongs_to_another_queue_says_so(
    calls: Opener, screen: str, keys: str, said: str
) -> None:
    assert said in message_after(calls(screen=screen), keys)


def test_the_calls_are_narrowed_and_widened(calls: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert picked(app) == "SO-000002"
        await type_keys(app, pilot, "f12")
        assert picked(app) == "SO-000001"
        assert rows_of(app)[0].startswith(" QUEUES calling  ")

    message_after(calls(), "f", "so-2⏎", look=look)


def test_changes_of_others_show_and_a_stale_answer_is_refused(
    calls: Opener, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orderdesk.app.REFRESH_SECONDS", 3600)

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        done(sqlite_url, "owner", amend, AmendRequest(number="1", note="please"))
        await type_keys(app, pilot, "⏎")
        assert isinstance(app.screen, Queues)
        assert "owner (amended)" in app.screen.message
        await type_keys(app, pilot, "f12", "s⏎")

    assert message_after(calls(), "s", look=look) == "SO-000001 line 1 ships"
    desk = Desk(sqlite_url, "owner").open()
    [item] = waiting(desk, queue="calling")
    desk.run(take, item.id)
    desk.close()
    assert "owner took order SO-000002" in message_after(calls(), "s⏎")


@pytest.fixture
def slipped(calls: Opener, sqlite_url: str) -> Slipping:
    """Let a line of order 4 slip twice."""
    desk = Desk(sqlite_url, "owner").open()
    found = Slipping(desk)
    found.slip()
    found.slip()
    desk.close()
    return found


def test_what_slipped_twice_is_told_in_one_burst(
    calls: Opener, sqlite_url: str, slipped: Slipping
) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert rows_of(app)[0].startswith(" QUEUES promises")
        assert "9 ea of P2 slipped 2 times" in "\n".join(rows_of(app))
        await type_keys(app, pilot, "dthey wait⏎2027-01-15⏎")
        assert picked(app) == ""

    said = message_after(calls(screen="queues"), "p", look=look)
    assert said == "SO-000004 line 2: FREE was told, who want it on 2027-01-15"
    assert stored(sqlite_url, "4").lines[1].requested.isoformat() == "2027-01-15"


def test_telling_needs_words_and_is_for_what_slipped(calls: Opener, slipped: Slipping) -> None:
    assert "reason is empty" in message_after(calls(), "pd⏎⏎")
    assert "that is for the queue of promises" in message_after(calls(), "d")
    assert message_after(calls(), "pdthey wait⏎⏎") == "SO-000004 line 2: FREE was told"


@SIZES
def test_the_calling_queue(snap_compare: Any, calls: Opener, size: tuple[int, int]) -> None:
    assert frozen(snap_compare, calls(), size, "nw")
