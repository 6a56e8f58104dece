"""The user's own settings by command."""

from pathlib import Path

import pytest

from orderdesk.screens.commands import EVERY_ACTION
from tests.cli.conftest import run


def test_a_setting_is_written_shown_and_taken_away(home: Path) -> None:
    path = home / "conf" / "orderdesk" / "config.toml"
    assert run("config", "set", "user", "maria", "--json").json["path"] == str(path)
    shown = run("config", "show", "--json").json
    assert (shown["user"], shown["acting_as"]) == ("maria", "maria")
    run("config", "set", "user")
    assert run("config", "show", "--json", ORDERDESK_USER="kim").json["acting_as"] == "kim"
    assert path.read_text() == ""


def test_keys_are_listed_as_the_user_has_them() -> None:
    assert run("config", "set", "keys.post", "ctrl+o, f9").code == 0
    rows = {each["action"]: each for each in run("config", "keys", "--json").rows}
    assert set(rows) == set(EVERY_ACTION)
    assert rows["post"]["keys"] == "ctrl+o, f9"
    assert rows["park"]["keys"] == rows["park"]["default"]
    assert len(run("config", "keys", "--json", "--limit", "2").rows) == 2


def test_an_unknown_action_or_key_is_refused() -> None:
    unknown = run("config", "set", "keys.pst", "f9")
    assert unknown.code == 2
    assert "action 'pst' is unknown" in unknown.err
    wrong = run("config", "set", "keys.post", "f99")
    assert wrong.code == 4
    assert "key 'f99' is unknown" in wrong.err
    assert run("config", "set", "colour", "red").code == 4


def test_one_key_for_two_actions_is_refused_and_nothing_is_written(home: Path) -> None:
    path = home / "conf" / "orderdesk" / "config.toml"
    assert run("config", "set", "keys.post", "f7").code == 0
    before = path.read_text()
    told = run("config", "set", "keys.leave", "f3,f7")
    assert told.code == 4
    assert "key 'f7' is set for 'leave' and for 'post'; give one of them another key" in told.err
    assert path.read_text() == before
    assert run("config", "set", "keys.post", "f9").code == 0
    assert run("config", "set", "keys.leave", "f3,f7").code == 0


def test_a_wrong_settings_file_is_named_with_its_line(settings_file: Path, sqlite_url: str) -> None:
    settings_file.write_text('user = "clerk"\n[keys]\npst = "f9"\n')
    told = run("config", "keys", "--json")
    assert told.code == 4
    assert told.error["details"] == {"path": str(settings_file), "line": 3}
    settings_file.write_text("user = clerk\n")
    told = run("--db", sqlite_url, "unit", "list")
    assert told.code == 4
    assert str(settings_file) in told.err


def test_a_password_in_the_settings_is_never_shown() -> None:
    told = run("config", "set", "db", "postgresql://clerk:geheim@db/shop")
    assert "clerk:***@db/shop" in told.out
    assert "geheim" not in told.out
    shown = run("config", "show")
    assert "clerk:***@db/shop" in shown.out
    assert "geheim" not in shown.out


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://desk:hush@dbhost/shop",
        "postgresql://desk:wo/hush@dbhost/shop",
        "postgresql://desk@dbhost/shop?password=hush",
        "postgresql://desk@dbhost/shop?sslmode=require&sslpassword=hush",
        "postgresql://desk:hush@[dbhost/shop",
    ],
)
def test_a_password_in_the_environment_is_never_shown(url: str) -> None:
    shown = run("config", "show", "--json", ORDERDESK_DB=url)
    assert shown.code == 0
    assert shown.json["acting_on"] == url.replace("wo/", "").replace("hush", "***")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://desk:hush@127.0.0.1:1/shop",
        "postgresql://desk:hush/x@127.0.0.1:1/shop",
        "postgresql://desk:x/hush@127.0.0.1:1/shop",
        "postgresql://desk:x#hush@127.0.0.1:1/shop",
        "postgresql://desk:hush@[dbhost/shop",
        "mysql://desk:hush@dbhost/shop",
        "postgres//desk:hush@dbhost/shop",
        "host=127.0.0.1 password=hush",
    ],
)
def test_no_error_shows_the_password_of_a_url(url: str) -> None:
    for asked in (["db", "info"], ["unit", "list", "--json"], ["doctor"]):
        told = run(*asked, "--user", "clerk", ORDERDESK_DB=url)
        assert told.code > 1
        assert told.err
        assert "hush" not in told.out + told.err
    assert "hush" not in run("config", "set", url, "x").err


def test_the_path_of_a_file_is_shown_as_it_is() -> None:
    shown = run("config", "show", "--json", ORDERDESK_DB="pin=1.db")
    assert shown.json["acting_on"] == "pin=1.db"
