"""Lists of F4, as somebody meets them who has never seen one."""

from collections.abc import Callable

from orderdesk.app import OrderDeskApp
from tests.screens.test_order_entry import entry_after, shown_after

HINT = "Enter picks, F12 closes"
Opener = Callable[[str | None], OrderDeskApp]


def test_a_list_says_what_to_do_in_it(app_at: Opener) -> None:
    rows = shown_after(app_at("order-entry"), "acme⏎⏎p", "f4")
    assert HINT in next(row for row in rows if row.startswith("┃ P"))
    assert HINT not in "\n".join(shown_after(app_at("order-entry"), "acme⏎⏎p"))


def test_what_was_picked_is_not_taken_yet_and_says_so(app_at: Opener) -> None:
    picked = entry_after(app_at("order-entry"), "acme⏎⏎p", "f4", "2⏎")
    assert (picked.message, picked.focus) == ("P2: Enter takes it", "item")
    given_up = entry_after(app_at("order-entry"), "acme⏎⏎p", "f4", "f12")
    assert given_up.message == ""
