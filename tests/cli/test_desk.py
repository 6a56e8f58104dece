"""The desk opened by command, in a real terminal."""

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import run
from tests.terminal import Terminal

PROGRAM = [sys.executable, "-c", "from orderdesk.cli.start import main; main()"]


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


def test_the_desk_does_not_open_with_a_key_for_no_action(sqlite_url: str, home: Path) -> None:
    path = home / "conf" / "orderdesk" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('[keys]\npst = "f9"\n')
    with opened("--db", sqlite_url, "--user", "clerk", "open") as desk:
        assert desk.wait_for_end() == 4
        assert "line 2: action 'pst' is unknown" in " ".join(desk.text().split())
    assert run("config", "keys").code == 4
