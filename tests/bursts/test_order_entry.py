"""Whole orders typed in one write into a real terminal: every key in its field, every time."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderdesk.cli.opening import HUNG_UP
from orderdesk.domain.errors import NotFound
from orderdesk.domain.orders import OrderView
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from tests.terminal import Terminal

ENTER = b"\r"
F4, F8, F9, ESC, BACKSPACE, UP = b"\x1bOS", b"\x1b[19~", b"\x1b[20~", b"\x1b", b"\x7f", b"\x1b[A"
CTRL_U = b"\x15"


def command(url: str, *more: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "orderdesk",
        "--db",
        url,
        "--user",
        "clerk",
        "open",
        "order-entry",
        *more,
    ]


def keys(*parts: str | bytes) -> bytes:
    """Give the bytes of what is typed: texts end with Enter, bytes are as they are."""
    return b"".join(part if isinstance(part, bytes) else part.encode() + ENTER for part in parts)


@pytest.fixture(params=[(80, 24), (120, 40)], ids=["80x24", "120x40"])
def terminal(request: pytest.FixtureRequest, sqlite_url: str) -> Iterator[Terminal]:
    columns, rows = request.param
    with Terminal(command(sqlite_url), columns=columns, rows=rows) as started:
        yield started


def placed(url: str, number: str) -> OrderView:
    desk = Desk(url, "clerk").open()
    try:
        return desk.read(show, number)
    finally:
        desk.close()


def lines_of(order: OrderView) -> list[tuple[str, str]]:
    return [(line.product, f"{line.ordered:f}") for line in order.lines]


def test_an_order_in_one_burst_before_the_first_frame(terminal: Terminal, sqlite_url: str) -> None:
    terminal.write(keys("acme", "4500", "p1", "12", "p2", "3", "p3", "0.5", F9, F9))
    terminal.wait_for("SO-000001 placed")
    order = placed(sqlite_url, "SO-000001")
    assert (order.customer, order.buyer_po, order.entered_by) == ("ACME", "4500", "clerk")
    assert lines_of(order) == [("P1", "12"), ("P2", "3"), ("P3", "0.5")]


def test_three_orders_follow_each_other_in_one_burst(terminal: Terminal, sqlite_url: str) -> None:
    one = keys("free", "", "p1", "1", "2*p2", F9, F9)
    terminal.write(one * 3)
    terminal.wait_for("SO-000003 placed")
    for number in ("SO-000001", "SO-000002", "SO-000003"):
        assert lines_of(placed(sqlite_url, number)) == [("P1", "1"), ("P2", "2")]


def test_a_list_and_backspaces_in_the_middle_lose_nothing(
    terminal: Terminal, sqlite_url: str
) -> None:
    terminal.write(
        F4
        + keys("acm")
        + ENTER
        + keys("45")
        + b"p1x"
        + BACKSPACE
        + ENTER
        + keys("12")
        + b"p"
        + F4
        + keys("2")
        + ENTER
        + keys("3")
        + F9
        + F9
    )
    terminal.wait_for("SO-000001 placed")
    order = placed(sqlite_url, "SO-000001")
    assert (order.customer, order.buyer_po) == ("ACME", "45")
    assert lines_of(order) == [("P1", "12"), ("P2", "3")]


def test_bytes_that_are_no_text_neither_end_the_desk_nor_pass_for_a_code(
    terminal: Terminal,
) -> None:
    terminal.wait_for("ORDER ENTRY")
    latin, cut = "\u00e4".encode("latin-1"), "\u00e4".encode()[:1]
    terminal.write(keys("acme", "45") + b"p1" + latin + ENTER + keys("12") + b"p2" + cut + ENTER)
    terminal.wait_for("[7 keys kept: F8 goes on, F12 drops] item 'P1\ufffd' is unknown")
    terminal.write(b"p1" + F8)
    terminal.wait_for("item 'P2\ufffd' is unknown")
    assert "P1          Product P1" in terminal.text()


def test_what_was_undone_in_a_burst_is_not_ordered(terminal: Terminal, sqlite_url: str) -> None:
    # Until the desk has the terminal, a terminal itself takes Ctrl+U, and drops the line with it.
    terminal.wait_for("ORDER ENTRY")
    terminal.write(
        keys("acme", "45", CTRL_U, "4500")  # the PO again
        + keys("p1", "12", "p3", "7", CTRL_U)  # no p3
        + keys("p2", b"9", CTRL_U)  # half a line
        + keys("p2", "3", UP, UP, "", "0", CTRL_U)  # the first line dropped, and back
        + F9
        + F9
    )
    terminal.wait_for("SO-000001 placed")
    order = placed(sqlite_url, "SO-000001")
    assert order.buyer_po == "4500"
    assert lines_of(order) == [("P1", "12"), ("P2", "3")]


def test_after_an_error_the_rest_is_kept_and_never_posts(
    terminal: Terminal, sqlite_url: str
) -> None:
    terminal.write(keys("acme", "4500", "nix", "12", "p2", "3", F9, F9))
    terminal.wait_for("keys kept")
    assert "'NIX' is unknown" in terminal.text()
    with pytest.raises(NotFound):
        placed(sqlite_url, "SO-000001")
    terminal.write(keys("p1"))
    terminal.wait_for("P1 Product P1")
    terminal.write(F8)
    terminal.wait_for("Lines 2")
    with pytest.raises(NotFound):
        placed(sqlite_url, "SO-000001")
    terminal.write(F9)
    terminal.wait_for("F9 posts")
    terminal.write(F9)
    terminal.wait_for("SO-000001 placed")
    assert lines_of(placed(sqlite_url, "SO-000001")) == [("P1", "12"), ("P2", "3")]


@pytest.mark.parametrize("mended", [b"p1" + F8, b"p1" + ENTER + F8], ids=["open", "accepted"])
def test_f8_takes_the_mended_field_before_the_kept_keys_go_on(
    terminal: Terminal, sqlite_url: str, mended: bytes
) -> None:
    terminal.write(keys("acme", "77", "2x", "1", "p2", "5", F9))
    terminal.wait_for("[8 keys kept: F8 goes on without F9")
    terminal.write(BACKSPACE + BACKSPACE + mended)
    terminal.wait_for("Lines 2")
    terminal.write(F9 + F9)
    terminal.wait_for("SO-000001 placed")
    assert lines_of(placed(sqlite_url, "SO-000001")) == [("P1", "1"), ("P2", "5")]


def test_f8_on_a_field_that_is_still_wrong_keeps_the_keys(
    terminal: Terminal, sqlite_url: str
) -> None:
    terminal.write(keys("acme", "77", "2x", "1", "p2", "5"))
    terminal.wait_for("[7 keys kept: F8 goes on, F12 drops] item '2X' is unknown")
    terminal.write(b"3x" + F8)
    terminal.wait_for("[7 keys kept: F8 goes on, F12 drops] item '3X' is unknown")
    terminal.write(b"p1" + F8 + F9 + F9)
    terminal.wait_for("SO-000001 placed")
    assert lines_of(placed(sqlite_url, "SO-000001")) == [("P1", "1"), ("P2", "5")]


def test_escape_drops_the_kept_keys(terminal: Terminal) -> None:
    terminal.write(keys("acme", "4500", "nix", "12"))
    terminal.wait_for("keys kept")
    terminal.write(ESC)
    terminal.wait_for("keys dropped")


def test_a_line_is_picked_changed_and_another_dropped(terminal: Terminal, sqlite_url: str) -> None:
    terminal.write(
        keys("acme", "", "p1", "1", "p2", "2")
        + UP
        + UP
        + keys("", "7")
        + UP
        + keys("", "0")
        + F9
        + F9
    )
    terminal.wait_for("SO-000001 placed")
    assert lines_of(placed(sqlite_url, "SO-000001")) == [("P1", "7")]


def test_keys_behind_the_palette_s_key_are_the_palette_s_and_the_rest_the_screen_s(
    terminal: Terminal, sqlite_url: str
) -> None:
    terminal.write(keys("acme", "45", "p1", "2") + b"\x10" + keys("park", "free", "", "p2", "1"))
    terminal.write(F9 + F9)
    terminal.wait_for("SO-000001 placed")
    order = placed(sqlite_url, "SO-000001")
    assert (order.customer, lines_of(order)) == ("FREE", [("P2", "1")])


def test_pasted_rows_become_lines(terminal: Terminal, sqlite_url: str) -> None:
    terminal.write(keys("acme", "") + b"\x1b[200~p1\t12\np2\t3\n2*p3\x1b[201~" + F9 + F9)
    terminal.wait_for("SO-000001 placed")
    assert lines_of(placed(sqlite_url, "SO-000001")) == [("P1", "12"), ("P2", "3"), ("P3", "2")]


def test_a_killed_terminal_leaves_the_draft_to_be_taken_up(sqlite_url: str, tmp_path: Path) -> None:
    with Terminal(command(sqlite_url)) as first:
        first.write(keys("acme", "4500", "p1", "12", "p2", "3"))
        first.wait_for("Lines 2")
        first.write(keys("p3"))
        first.wait_for("P3 Product P3")
    with Terminal(command(sqlite_url)) as second:
        second.wait_for("1 draft waits")
        second.write(b"\x1bOQ" + ENTER)
        second.wait_for("draft taken up, 2 lines")
        second.write(keys("", "2") + F9 + F9)
        second.wait_for("SO-000001 placed")
    order = placed(sqlite_url, "SO-000001")
    assert order.buyer_po == "4500"
    assert lines_of(order) == [("P1", "12"), ("P2", "3"), ("P3", "2")]


def test_a_desk_whose_terminal_is_gone_ends(terminal: Terminal) -> None:
    terminal.wait_for("Customer")
    assert terminal.hang_up() == HUNG_UP


def test_another_desk_s_order_shows_within_two_seconds(sqlite_url: str) -> None:
    from orderdesk.domain.orders import LineRequest, OrderRequest
    from orderdesk.services.orders.place import place

    with Terminal(command(sqlite_url)) as terminal:
        terminal.write(keys("acme", "", "p1", "1"))
        terminal.wait_for("Free 10,000.00")
        desk = Desk(sqlite_url, "clerk2").open()
        desk.run(
            place, OrderRequest(customer="ACME", lines=(LineRequest(product="P1", quantity="10"),))
        )
        desk.close()
        terminal.wait_for("Free 9,900.00")
