"""A PIN and a whole order in one write into a real terminal, before there is a first frame."""

import re
import sys
from pathlib import Path

import pytest

from orderdesk.services import masters, people
from orderdesk.services.orders.reading import list_, show
from orderdesk.store.desk import Desk
from tests.bursts.test_order_entry import ENTER, F9, UP, keys
from tests.terminal import Terminal

PIN = "{~}`"
"""Characters that stand nowhere else on these screens."""

_STYLE = re.compile(r"\x1b\[[0-9;?<>=]*[A-Za-z$]")

NO_PIN = {"ORDERDESK_PIN": None, "ORDERDESK_PIN_FILE": None, "ORDERDESK_USER": None}
BACK_TAB, CTRL_L = b"\x1b[Z", b"\x0c"


@pytest.fixture
def guarded(sqlite_url: str) -> str:
    """Give a company in which clerk and senior have a PIN."""
    desk = Desk(sqlite_url, "owner").open()
    hashed = people.hash_pin(PIN)
    for user in ("clerk", "senior"):
        desk.run(people.set_pin, user, hashed)
    desk.close()
    return sqlite_url


def opened(url: str, *words: str, columns: int = 80, rows: int = 24, **env: str | None) -> Terminal:
    command = [sys.executable, "-m", "orderdesk", "--db", url, *words]
    return Terminal(command, columns=columns, rows=rows, env={**NO_PIN, **env})


def shown_of_pin(terminal: Terminal) -> set[str]:
    """Give the characters of the PIN that the desk has shown anywhere, at any time.

    Not what the terminal itself shows of keys that are typed before the program has begun.
    """
    drawn = bytes(terminal.raw).partition(b"\x1b[?1049h")[2].decode(errors="replace")
    return {each for each in PIN if each in _STYLE.sub("", drawn)}


def as_clerk(url: str, *, pin: str | None = None) -> Terminal:
    return opened(url, "--user", "clerk", "open", "order-entry", ORDERDESK_PIN=pin)


def orders_of(url: str) -> list[tuple[str, str]]:
    desk = Desk(url, "clerk").open()
    try:
        found = desk.read(list_).orders
        return [(desk.read(show, each.number).entered_by, each.customer) for each in found]
    finally:
        desk.close()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_the_pin_and_a_whole_order_in_one_burst_before_the_first_frame(
    guarded: str, size: tuple[int, int]
) -> None:
    columns, rows = size
    words = ("--user", "clerk", "open", "order-entry")
    with opened(guarded, *words, columns=columns, rows=rows) as terminal:
        terminal.write(keys(PIN, "acme", "4500", "p1", "12", "p2", "3") + F9 + F9)
        terminal.wait_for("SO-000001 placed")
        assert not shown_of_pin(terminal)
    assert orders_of(guarded) == [("clerk", "ACME")]


def test_a_given_pin_lets_straight_in_and_a_wrong_one_ends_it(guarded: str) -> None:
    with as_clerk(guarded, pin=PIN) as terminal:
        terminal.write(keys("acme", "4500", "p1", "12") + F9 + F9)
        terminal.wait_for("SO-000001 placed")
        assert b"SIGN IN" not in terminal.raw
    with as_clerk(guarded, pin="0000") as terminal:
        assert terminal.wait_for_end() == 4
        assert "the PIN of user 'clerk' is wrong" in " ".join(terminal.text().split())


def test_nobody_named_and_nobody_mapped_is_asked_who_they_are(guarded: str) -> None:
    with opened(guarded, "open", "order-entry") as terminal:
        terminal.write(keys("senior", PIN, "acme", "4500", "p1", "12") + F9 + F9)
        terminal.wait_for("SO-000001 placed")
    assert orders_of(guarded) == [("senior", "ACME")]


def test_whoever_leaves_the_sign_in_has_left_the_desk(guarded: str) -> None:
    with as_clerk(guarded) as terminal:
        terminal.wait_for("F4 lists the users")
        terminal.write(b"\x1b[24~")
        assert terminal.wait_for_end() == 0


def test_locked_and_taken_over_in_one_burst(guarded: str) -> None:
    with as_clerk(guarded) as terminal:
        terminal.write(keys(PIN, "acme", "4500", "p1", "12") + b"p2" + CTRL_L)
        terminal.wait_for("LOCKED")
        assert "ACME" not in terminal.text()
        terminal.write(BACK_TAB + keys("senior", PIN) + b"e" + keys("free", "", "p1", "1") + F9 * 2)
        terminal.wait_for("SO-000001 placed")
        assert not shown_of_pin(terminal)
    assert orders_of(guarded) == [("senior", "FREE")]


def test_whom_the_operating_system_vouches_for_is_not_asked(guarded: str, tmp_path: Path) -> None:
    import getpass

    desk = Desk(guarded, "owner").open()
    desk.run(people.set_pin, "owner", people.hash_pin(PIN))
    desk.run(masters.set_, "user", "owner", {"os_user": getpass.getuser()})
    desk.close()
    with opened(guarded, "open", "order-entry") as terminal:
        terminal.write(keys("acme", "4500", "p1", "12") + UP + ENTER + keys("13") + F9 + F9)
        terminal.wait_for("SO-000001 placed")
    assert orders_of(guarded) == [("owner", "ACME")]
