"""The desk opened by command, in a real terminal."""

import shlex
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import run
from tests.terminal import Terminal

PROGRAM = [sys.executable, "-c", "from orderdesk.cli.start import main; main()"]
FAULTY = """
async def faulty(*_):
    pin = "4711"
    raise ZeroDivisionError
import orderdesk.app, orderdesk.screens.order_entry.sources as sources
{where} = faulty
from orderdesk.cli.start import main
main()
"""


def opened(*words: str) -> Terminal:
    return Terminal([*PROGRAM, *words])


def test_the_desk_opens_at_the_screen_that_is_asked_for(sqlite_url: str) -> None:
    with opened("--db", sqlite_url, "--user", "clerk", "open", "order-entry") as desk:
        desk.wait_for("ORDER ENTRY")
        desk.wait_for("clerk")


def test_alone_the_program_opens_the_menu(sqlite_url: str) -> None:
    with opened("--db", sqlite_url, "--user", "clerk") as desk:
        desk.wait_for("desk.db")
        desk.wait_for("clerk")


def test_the_demo_opens_on_the_company_it_made(tmp_path: Path) -> None:
    with opened("--db", str(tmp_path / "demo.db"), "demo") as desk:
        desk.wait_for("demo.db")
        desk.wait_for(lambda: "demo:" not in desk.text())


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--user", "nobody", "open"), 3, "user 'nobody' is unknown here"),
        (("--user", "clerk", "open", "nowhere"), 2, "screen 'nowhere' is unknown; known:"),
    ],
)
def test_a_desk_that_cannot_open_says_why(
    sqlite_url: str, words: tuple[str, ...], code: int, said: str
) -> None:
    with opened("--db", sqlite_url, *words) as desk:
        assert desk.wait_for_end() == code
        assert said in " ".join(desk.text().split())


def test_a_database_that_is_not_there_is_said_after_the_desk_has_gone(tmp_path: Path) -> None:
    with opened("--db", str(tmp_path / "none.db"), "--user", "clerk", "open") as desk:
        assert desk.wait_for_end() == 3
        assert "there is no database" in " ".join(desk.text().split())


def test_the_desk_does_not_open_with_a_key_for_no_action(
    sqlite_url: str, settings_file: Path
) -> None:
    settings_file.write_text('[keys]\npst = "f9"\n')
    with opened("--db", sqlite_url, "--user", "clerk", "open") as desk:
        assert desk.wait_for_end() == 4
        assert "line 2: action 'pst' is unknown" in " ".join(desk.text().split())
    assert run("config", "keys").code == 4


def test_the_desk_does_not_open_with_one_key_for_two_actions(
    sqlite_url: str, settings_file: Path
) -> None:
    settings_file.write_text('[keys]\npost = "f7"\nleave = "f7"\n')
    with opened("--db", sqlite_url, "--user", "clerk", "open") as desk:
        assert desk.wait_for_end() == 4
        said = "line 3: key 'f7' is set for 'post' and for 'leave'; give one of them another key"
        # The screen breaks the sentence wherever its row ends.
        assert said.replace(" ", "") in "".join(desk.text().split())


def log_of(home: Path) -> str:
    return (home / "stat" / "orderdesk" / "orderdesk.log").read_text()


def faulty(where: str, url: str) -> Terminal:
    """Give a desk at order entry in which this function fails."""
    program = [sys.executable, "-c", FAULTY.format(where=where)]
    return Terminal([*program, "--db", url, "--user", "clerk", "open", "order-entry"])


def test_a_fault_of_ours_ends_the_desk_with_one_sentence_and_stands_in_the_log(
    sqlite_url: str, home: Path
) -> None:
    with faulty("orderdesk.app.OrderDeskApp._look_for_changes", sqlite_url) as desk:
        assert desk.wait_for_end() == 1
        assert "a fault in OrderDesk itself (ZeroDivisionError)" in " ".join(desk.text().split())
        assert b"Traceback" not in desk.raw
        assert b"4711" not in desk.raw
    assert "ZeroDivisionError" in log_of(home)


def test_what_a_screen_calls_logged_is_in_the_log_and_the_desk_goes_on(
    sqlite_url: str, home: Path
) -> None:
    with faulty("sources.product", sqlite_url) as desk:
        desk.write(b"acme\r45\rp1\r")
        desk.wait_for("a fault of ours (ZeroDivisionError), which was logged")
        assert "ZeroDivisionError" in log_of(home)


def test_the_desk_is_not_drawn_where_nobody_sees_it(sqlite_url: str, tmp_path: Path) -> None:
    said = tmp_path / "said"
    command = shlex.join([*PROGRAM, "--db", sqlite_url, "--user", "clerk", "open"])
    with Terminal(["sh", "-c", f"exec {command} 2>{shlex.quote(str(said))}"]) as desk:
        assert desk.wait_for_end() == 2
    assert "drawn on standard error" in said.read_text()
