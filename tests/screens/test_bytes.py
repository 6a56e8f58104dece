"""What a key costs on a slow line: the bytes that the terminal gets for it."""

import sys
from collections.abc import Callable, Iterator

import pytest

from tests.bursts.test_order_entry import F4, keys
from tests.terminal import Terminal

DOWN = b"\x1b[B"
F12 = b"\x1b[24~"


@pytest.fixture(params=[(80, 24), (120, 40)], ids=["80x24", "120x40"])
def at_item(request: pytest.FixtureRequest, sqlite_url: str) -> Iterator[Terminal]:
    """Give an order entry with two lines, its cursor in the item field."""
    columns, rows = request.param
    command = [sys.executable, "-m", "orderdesk", "--db", sqlite_url, "--user", "clerk"]
    with Terminal([*command, "open", "order-entry"], columns=columns, rows=rows) as terminal:
        terminal.write(keys("acme", "4500", "p1", "12", "p2", "3"))
        terminal.wait_for("#2: P2 3 at")
        at_rest(terminal)
        yield terminal


def at_rest(terminal: Terminal) -> None:
    """Read until nothing has come for a while; a bound holds for however much of a key that is."""
    size = -1
    while size != len(terminal.raw):
        size = len(terminal.raw)
        with pytest.raises(TimeoutError):
            terminal.wait_for(lambda: False, 0.4)


def cost(terminal: Terminal, typed: bytes, shown: str | Callable[[], bool]) -> int:
    """Give how many bytes came for what was typed, from the key to the rest after it."""
    before = len(terminal.raw)
    terminal.write(typed)
    terminal.wait_for(shown)
    at_rest(terminal)
    return len(terminal.raw) - before


def test_an_idle_desk_sends_nothing_but_the_clock(at_item: Terminal) -> None:
    before = len(at_item.raw)
    with pytest.raises(TimeoutError):
        at_item.wait_for(lambda: False, 2.5)
    assert len(at_item.raw) - before < 300


def test_a_key_and_a_line_send_what_they_change(at_item: Terminal) -> None:
    is_wide = at_item.screen.columns == 120
    # The panel of a wide screen shows what the text may mean: those of its lines that change.
    assert cost(at_item, b"p", "Item P") < (1_600 if is_wide else 300)
    assert cost(at_item, b"1\r", "P1 Product P1") < (3_000 if is_wide else 800)
    assert cost(at_item, b"7", "Qty 7") < 160
    assert cost(at_item, b"\r", "#3: P1 7 at") < (3_000 if is_wide else 1_300)


def test_a_list_is_drawn_once_as_it_opens_and_what_it_hid_once_as_it_closes(
    at_item: Terminal,
) -> None:
    # One whole screen is 4,000 bytes, and 12,000 at 120x40.
    once = 11_000 if at_item.screen.columns == 120 else 3_300
    assert cost(at_item, F4, "> FREIGHT") < once
    assert cost(at_item, F12, lambda: "> FREIGHT" not in at_item.text()) < once


def test_a_step_in_a_list_sends_two_rows(at_item: Terminal) -> None:
    at_item.write(F4)
    at_item.wait_for("> FREIGHT")
    at_rest(at_item)
    assert cost(at_item, DOWN, "> LAST") < 400
