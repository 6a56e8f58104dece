"""The user's settings file: read, changed line by line, and refused by line."""

import stat
from pathlib import Path

import pytest

from orderdesk.domain.errors import Refused
from orderdesk.exchange.settings import (
    Keys,
    change_setting,
    is_key,
    read_settings,
    settings_path,
)

FULL = """\
# My desk.
db = "shop.db"   # the one downstairs
user = "clerk"

[keys]
# F9 is taken by the terminal.
post = "ctrl+o"
park = ["f2", "ctrl+s"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "folder" / "config.toml"
    path.parent.mkdir()
    path.write_text(FULL)
    return path


def test_settings_are_read_with_the_lines_of_their_keys(file: Path) -> None:
    settings = read_settings(file)
    assert (settings.db, settings.user) == ("shop.db", "clerk")
    assert settings.keys == {"post": Keys(("ctrl+o",), 7), "park": Keys(("f2", "ctrl+s"), 8)}
    settings.refuse_unknown(["post", "park", "help"])


def test_a_file_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none.toml").db == ""


def test_the_file_is_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERDESK_CONFIG", str(tmp_path / "mine.toml"))
    assert settings_path() == tmp_path / "mine.toml"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('db = "a"\ncolour = "red"\n', 2, "setting 'colour' is unknown; known: db, user, [keys]"),
        ("user = 3\n", 1, "user is no text; write user"),
        ('[keys]\n\npost = "f99"\n', 3, "key 'f99' is unknown; write it as f9, ctrl+o or x"),
        ('[keys]\npost = ["f9", "hyper+x"]\n', 2, "key 'hyper+x' is unknown"),
        ("[keys]\npost = 9\n", 2, "post is neither a key nor a list"),
        ('user = "a"\n[keys]\n"park" = "ctrl+"\n', 3, "key 'ctrl+' is unknown"),
        ('keys.post = "nokey"\n', 1, "key 'nokey' is unknown"),
        ("[[keys]]\n", 1, "setting 'keys' is unknown"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(Refused) as refused:
        read_settings(path)
    assert f"line {line}: " in refused.value.message
    assert words in refused.value.message
    assert str(path) in refused.value.message


@pytest.mark.parametrize("content", [b"db = \n", b'db = "\xff"', b"[keys\n"])
def test_a_file_that_is_no_toml_is_refused_by_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(Refused, match=r"settings .*config\.toml"):
        read_settings(path)


def test_an_unknown_action_is_refused_with_its_line_and_the_nearest_one(file: Path) -> None:
    with pytest.raises(Refused, match=r"line 8: action 'park' is unknown; did you mean 'parking'"):
        read_settings(file).refuse_unknown(["post", "parking"])


def test_a_key_that_two_actions_have_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\npost = "f7"\nnote = "b"\nleave = ["f3", "f7"]\nremark = "b"\n')
    settings = read_settings(path)
    # The desk itself has `note` and `remark` on one key: they are on no screen together.
    defaults = {"post": ("f9",), "leave": ("f3",), "note": ("m",), "remark": ("m", "ctrl+m")}
    with pytest.raises(Refused, match=r"line 4: key 'f7' is set for 'post' and for 'leave'; give"):
        settings.refuse_shared(defaults)
    settings.refuse_shared(defaults, "note")
    with pytest.raises(Refused, match="key 'b' is set for 'note' and for 'remark'"):
        settings.refuse_shared({**defaults, "remark": ("ctrl+m",)}, "note")


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("f1", True),
        ("f12", True),
        ("f13", False),
        ("ctrl+o", True),
        ("shift+tab", True),
        ("ctrl+shift+f", True),
        ("x", True),
        ("?", True),
        ("question_mark", True),
        ("escape", True),
        ("enter", True),
        ("", False),
        (" ", False),
        ("\x1b", False),
        ("xy", False),
        ("ctrl+escape+x", False),
    ],
)
def test_a_key_is_known_by_its_name(name: str, known: bool) -> None:
    assert is_key(name) is known


@pytest.mark.parametrize(
    ("name", "value", "before", "after"),
    [
        ("user", "maria", 'user = "clerk"', 'user = "maria"'),
        ("db", 'C:\\my "shop".db', 'db = "shop.db"   # the one downstairs', None),
        ("keys.post", "f9, ctrl+o", 'post = "ctrl+o"', 'post = ["f9", "ctrl+o"]'),
        ("user", "", 'user = "clerk"\n', ""),
        ("keys.park", "", 'park = ["f2", "ctrl+s"]\n', ""),
    ],
)
def test_one_setting_changes_and_every_other_line_stays(
    file: Path, name: str, value: str, before: str, after: str | None
) -> None:
    changed = change_setting(name, value, file)
    assert changed == read_settings(file)
    expected = FULL.replace(before, after) if after is not None else None
    if expected is None:
        assert changed.db == value
        assert file.read_text().splitlines()[2:] == FULL.splitlines()[2:]
    else:
        assert file.read_text() == expected


def test_a_new_setting_goes_before_the_tables_and_a_new_key_into_its_own(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    change_setting("keys.post", "f9", path)
    change_setting("user", "clerk", path)
    change_setting("keys.park", "f2", path)
    assert path.read_text() == 'user = "clerk"\n[keys]\npark = "f2"\npost = "f9"\n'
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]


@pytest.mark.parametrize(
    ("name", "value"), [("colour", "red"), ("keys", "x"), ("a.b", "x"), ("keys.post", "f99")]
)
def test_a_change_that_cannot_be_leaves_the_file_as_it_was(
    file: Path, name: str, value: str
) -> None:
    with pytest.raises(Refused):
        change_setting(name, value, file)
    assert file.read_text() == FULL


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_the_file_stays_as_open_to_others_as_it_was(file: Path, mode: int) -> None:
    file.chmod(mode)
    change_setting("user", "maria", file)
    assert stat.S_IMODE(file.stat().st_mode) == mode


def test_a_new_file_is_its_users_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    change_setting("user", "maria", path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_a_link_and_its_file_is_written(tmp_path: Path, there: bool) -> None:
    kept = tmp_path / "kept" / "desk.toml"
    if there:
        kept.parent.mkdir()
        kept.write_text('db = "shop.db"\n')
    link = tmp_path / "config.toml"
    link.symlink_to(Path("kept") / "desk.toml")
    change_setting("user", "maria", link)
    assert link.is_symlink()
    assert kept.read_text().splitlines()[-1] == 'user = "maria"'
    assert [each.name for each in kept.parent.iterdir()] == ["desk.toml"]


def test_a_file_that_cannot_be_written_stays_whole_and_leaves_no_part(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        change_setting("user", "maria", file)
    assert file.read_text() == FULL
    assert [each.name for each in file.parent.iterdir()] == ["config.toml"]


@pytest.mark.parametrize("value", ["shop \U0001f6d2.db", "caf\u00e9.db", "a\x7fb\u2028c\x85d\n"])
def test_a_value_of_any_characters_is_stored(file: Path, value: str) -> None:
    assert change_setting("db", value, file).db == value
    change_setting("user", "maria", file)
    assert read_settings(file).db == value


def test_a_value_that_is_no_text_is_refused(file: Path) -> None:
    with pytest.raises(Refused):
        change_setting("db", "shop\udcff.db", file)
    assert file.read_text() == FULL
