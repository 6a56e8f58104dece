"""`orderdesk user`: PINs and rights from the command line."""

from pathlib import Path

import pytest

from tests.cli.conftest import Program


@pytest.fixture
def guarded(orderdesk: Program, tmp_path: Path) -> Program:
    """Give the program on a company whose clerk has the PIN 4711."""
    done = orderdesk(
        "user", "pin", "clerk", "--new-from", "-", given="4711\n", ORDERDESK_USER="admin"
    )
    assert done.code == 0, done.err
    return orderdesk


def test_a_pin_comes_by_environment_or_file_and_never_by_option(
    guarded: Program, tmp_path: Path
) -> None:
    missing = guarded("order", "list", "--json")
    assert (missing.code, missing.error["code"]) == (4, "pin_needed")
    wrong = guarded("order", "list", "--json", ORDERDESK_PIN="4712")
    assert (wrong.code, wrong.error["code"]) == (4, "wrong_pin")
    assert "4712" not in wrong.err
    assert guarded("order", "list", ORDERDESK_PIN="4711").code == 0
    file = tmp_path / "pin"
    file.write_text("4711\n")
    assert guarded("order", "list", ORDERDESK_PIN_FILE=str(file)).code == 0
    assert guarded("order", "list", ORDERDESK_USER="clerk2").code == 0
    assert guarded("order", "list", "--pin", "4711").code == 2


def test_a_new_pin_unlocks_and_none_takes_it_away(guarded: Program) -> None:
    for _ in range(5):
        guarded("order", "list", ORDERDESK_PIN="0000")
    locked = guarded("order", "list", "--json", ORDERDESK_PIN="4711")
    assert (locked.code, locked.error["code"]) == (4, "user_locked")
    shown = guarded("user", "pin", "clerk", "--none", "--json", ORDERDESK_USER="admin").json
    assert (shown["has_pin"], shown["locked"]) == (False, False)
    assert guarded("order", "list").code == 0
    assert guarded("user", "pin", "clerk").code == 2


def test_rights_are_shown_and_changed(orderdesk: Program) -> None:
    shown = orderdesk("user", "rights", "senior", "--json").json
    assert {each["right"]: each["most"] for each in shown["rights"]}["discount"] == "15"
    changed = orderdesk(
        "user", "rights", "senior", "--right", "discount", "--most", "20", "--json",
        ORDERDESK_USER="admin",
    ).json  # fmt: skip
    assert {each["right"]: each["most"] for each in changed["rights"]}["discount"] == "20"
    refused = orderdesk("user", "rights", "senior", "--right", "users", "--json")
    assert (refused.code, refused.error["code"]) == (4, "no_right")
    assert orderdesk("user", "rights", "senior", "--take").code == 2
    taken = orderdesk(
        "user", "rights", "senior", "--right", "enter", "--take", ORDERDESK_USER="admin"
    )
    assert taken.code == 0
    assert "enter orders" not in taken.out


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("none.txt", 3, "none.txt is not there; name the file that holds the PIN"),
        (".", 4, "cannot be read (Is a directory); put the PIN in its first line"),
        ("bytes", 4, "cannot be read (it is no text); put the PIN in its first line"),
    ],
)
def test_a_pin_file_that_cannot_be_read_is_one_sentence(
    guarded: Program, tmp_path: Path, name: str, code: int, words: str
) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe1234")
    told = guarded("order", "list", ORDERDESK_PIN_FILE=str(tmp_path / name))
    assert (told.code, told.err.count("\n")) == (code, 1)
    assert words in told.err


@pytest.mark.parametrize("file", [False, True], ids=["pipe", "file"])
def test_a_pin_that_is_no_text_is_refused_with_its_cure(
    local: Program, tmp_path: Path, file: bool
) -> None:
    path = tmp_path / "pin"
    path.write_bytes(b"47\xf911\n")
    source = str(path) if file else "-"
    done = local(
        "user", "pin", "clerk", "--new-from", source, "--json", given=path.read_bytes(),
        ORDERDESK_USER="admin",
    )  # fmt: skip
    assert (done.code, done.error["code"]) == (4, "bad_pin_file")
