"""The promises that need somebody, at the desk, key by key."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from textual.pilot import Pilot

from orderdesk.app import OrderDeskApp
from orderdesk.domain.orders import AmendRequest
from orderdesk.domain.promises import PinRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.screens.menu import Menu
from orderdesk.screens.orders.sheet import OrderSheet
from orderdesk.screens.promises.detail import Chain
from orderdesk.screens.promises.screen import Promises
from orderdesk.screens.stock_check.why import Why
from orderdesk.screens.widgets.ask import AskRow
from orderdesk.services import company
from orderdesk.services.orders import repromising
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from tests.screens.test_snapshots import SIZES, frozen
from tests.screens.typing import done, message_after, rows_of, stored, type_keys
from tests.services.orders.asking import line, order


@pytest.fixture
def promises(sqlite_url: str, at_two: None) -> Callable[..., OrderDeskApp]:
    """Give the promises at somebody's desk: each kind of line that needs somebody.

    Order 1 should have left on Friday, 2 slipped and is late, 3 lacks goods that leave tomorrow,
    4 has no promise.
    """
    desk = Desk(sqlite_url, "owner").open()
    desk.run(announcing.add, SupplyRequest(product="P2", quantity="10", due="2026-11-24"))
    desk.run(company.set_, {"business_date": "2026-11-20"})
    for product, quantity, requested in (
        ("P1", "3", "2026-11-20"),
        ("TAXED", "1001", "2026-11-25"),
        ("P2", "9", "2026-11-24"),
        ("P3", "1", "2026-11-24"),
    ):
        if product == "TAXED":
            expected = SupplyRequest(product=product, quantity="5", due="2026-11-24")
            desk.run(announcing.add, expected)
        desk.run(place, order("FREE", line(product, quantity), requested=requested))
    desk.run(repromising.pin, PinRequest(number="1", line=1, on="2026-11-20"))
    desk.run(company.set_, {"business_date": "2026-11-23"})
    desk.run(announcing.set_, 2, SupplyRequest(due="2026-11-30"))
    desk.run(repromising.renew, "2")
    desk.close()

    def opened(user: str = "supervisor", screen: str | None = "promises") -> OrderDeskApp:
        return OrderDeskApp(
            lambda: Desk(sqlite_url, user).open(), place="main.db", user=user, screen=screen
        )

    return opened


Opener = Callable[..., OrderDeskApp]


def on(app: OrderDeskApp) -> Promises:
    assert isinstance(app.screen, Promises)
    return app.screen


def listed(app: OrderDeskApp) -> list[str]:
    """Give the orders that are listed, the picked one marked."""
    rows = [row for row in rows_of(app) if row[2:5] == "SO-"]
    return [row[:12].replace("SO-00000", "").strip() for row in rows]


def test_every_list_has_its_letter(promises: Opener) -> None:
    seen: dict[str, list[str]] = {}

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        for letter in "rlsd":
            await type_keys(app, pilot, letter)
            seen[letter] = listed(app)

    message_after(promises(), look=look)
    assert seen == {"r": ["> 1", "3"], "l": ["> 2"], "s": ["> 2"], "d": ["> 4"]}


def test_the_picked_line_says_why_it_is_there_and_how_its_day_comes(promises: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        shown = "\n".join(rows_of(app))
        assert "SO-000003 line 1: must leave by 2026-11-24, 4 ea not there" in shown
        assert "01: 4 ea come with supply 1, due on 2026-11-24" in shown
        assert "2026-11-24  goods:" in shown

    message_after(promises(), "n", look=look)


def test_a_day_is_fixed_in_one_burst_and_the_list_follows(
    promises: Opener, sqlite_url: str
) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert listed(app) == ["> 1"]
        assert not on(app).query(AskRow)

    said = message_after(promises(), "np2026-12-04⏎by phone⏎", look=look)
    assert said == "line 1 of SO-000003 stays promised for 2026-12-04"
    [first] = stored(sqlite_url, "3").lines
    assert (first.pinned, first.promised) == (True, date(2026, 12, 4))


def test_an_order_is_promised_anew(promises: Opener, sqlite_url: str) -> None:
    done(sqlite_url, "owner", announcing.set_, 2, SupplyRequest(due="2026-11-27"))
    assert message_after(promises(), "la") == (
        "SO-000002 line 1 is promised 2026-11-27, now, all of the order 2026-11-27"
    )
    assert message_after(promises(), "la") == (
        "SO-000002 line 1 is promised 2026-11-27, as before, all of the order 2026-11-27"
    )
    assert "may not" in message_after(promises("clerk"), "la")


def test_what_somebody_changed_meanwhile_is_told(
    promises: Opener, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orderdesk.app.REFRESH_SECONDS", 3600)

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        done(sqlite_url, "owner", amend, AmendRequest(number="3", note="please"))
        await type_keys(app, pilot, "2026-12-04⏎⏎")
        assert "owner (amended)" in on(app).message
        assert not stored(sqlite_url, "3").lines[0].pinned
        await type_keys(app, pilot, "f12", "p2026-12-04⏎⏎")

    assert "stays promised" in message_after(promises(), "np", look=look)


def test_it_goes_on_to_the_order_and_its_explanation_and_back(promises: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert isinstance(app.screen, OrderSheet)
        assert app.screen.number == "SO-000003"
        await type_keys(app, pilot, "f12", "y")
        assert isinstance(app.screen, Why)
        await type_keys(app, pilot, "f12")
        assert listed(app) == ["1", "> 3"]

    message_after(promises(), "no", look=look)
    message_after(promises(), "n⏎", look=look)


def test_changes_of_others_show_and_the_cursor_stays(promises: Opener, sqlite_url: str) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        pin = PinRequest(number="1", line=1, on="2026-12-01")
        done(sqlite_url, "owner", repromising.pin, pin)
        await on(app).refresh_live()
        await pilot.pause()
        assert listed(app) == ["> 3"]
        shown = on(app).query_one(Chain).line
        assert shown is not None
        assert shown.order == "SO-000003"

    message_after(promises(), "n", look=look)


def test_an_empty_list_says_so(promises: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert "No line needs anybody here" in "\n".join(rows_of(app))

    pins = ("p2026-12-04⏎⏎", "p2026-12-04⏎⏎")
    assert (
        message_after(promises(), *pins, "a", look=look)
        == "no order line is here; another letter shows another list"
    )
    assert "no order line is picked" in message_after(promises(), "rp")


def test_the_menu_counts_what_needs_somebody_and_leads_there(promises: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert isinstance(app.screen, Menu)
        await app.screen.refresh_live()
        await pilot.pause()
        [row] = [row for row in rows_of(app) if row.startswith("  p  Promises")]
        assert row.endswith(" 2 at risk, 1 slipped")
        await type_keys(app, pilot, "p")
        assert listed(app) == ["> 1", "3"]

    message_after(promises(screen=None), look=look)


@SIZES
def test_what_is_at_risk(snap_compare: Any, promises: Opener, size: tuple[int, int]) -> None:
    assert frozen(snap_compare, promises(), size, "n")


def test_it_begins_with_what_slipped_where_nothing_is_at_risk(
    promises: Opener, sqlite_url: str
) -> None:
    desk = Desk(sqlite_url, "owner").open()
    for number in ("1", "3"):
        desk.run(cancel, number, "their wish")
    desk.close()

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert isinstance(app.screen, Promises)
        assert app.screen.title_left() == "PROMISES slipped"
        assert app.screen.line_here == ("SO-000002", 1)
        await type_keys(app, pilot, "r")
        assert app.screen.title_left() == "PROMISES at risk"

    message_after(promises(screen=None), "p", look=look)
