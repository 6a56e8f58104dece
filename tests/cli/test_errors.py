"""What goes wrong is one sentence, or one object with --json, and the right exit code."""

import errno
import json
import subprocess
import sys

import pytest

from orderdesk.cli import errors
from orderdesk.domain.errors import (
    Busy,
    Conflict,
    NotFound,
    OrderDeskError,
    Refused,
    Unavailable,
)
from tests.cli.conftest import Program, run

BAD_LINE = ("order", "place", "--customer", "ACME", "--product", "P1", "--quantity", "1e999999")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.Usage("w"), 2),
        (NotFound("c", "w"), 3),
        (Refused("c", "w"), 4),
        (Unavailable("c", "w"), 4),
        (Unavailable("no_server", "w"), 5),
        (Unavailable("no_database", "w"), 3),
        (Conflict("c", "w"), 5),
        (Busy("c", "w"), 5),
    ],
)
def test_each_class_of_error_has_its_exit_code(
    error: OrderDeskError, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert errors.report(error, as_json=False) == code
    assert capsys.readouterr() == ("", "orderdesk: w\n")


def test_an_error_as_json_is_one_object_with_its_details(
    capsys: pytest.CaptureFixture[str],
) -> None:
    errors.report(Conflict("changed", "read it again\nplease", version=3), as_json=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert json.loads(err) == {
        "error": {
            "code": "changed",
            "message": "read it again please",
            "details": {"version": 3},
        }
    }


def test_an_error_never_sends_a_control_character(capsys: pytest.CaptureFixture[str]) -> None:
    error = Refused("c", "customer '\x1b]52;c;AAAA\x07\u202e\x9b31m' is unknown")
    errors.report(error, as_json=False)
    errors.report(error, as_json=True)
    said = capsys.readouterr().err
    assert not any(sign in said for sign in "\x1b\x07\u202e\x9b")


def test_a_fault_of_ours_is_logged_and_told_without_a_trace(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from orderdesk.cli.log import log_path

    with pytest.raises(ZeroDivisionError) as raised:
        raise ZeroDivisionError("postgresql://clerk:geheim@db/shop with pin=1234")
    assert errors.report(raised.value, as_json=True) == 1
    told = json.loads(capsys.readouterr().err)["error"]
    assert told["code"] == "fault"
    assert str(log_path()) in told["message"]
    logged = json.loads(log_path().read_text().splitlines()[-1])
    assert "ZeroDivisionError" in logged["trace"]
    assert "geheim" not in log_path().read_text()
    assert "1234" not in log_path().read_text()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_what_the_system_refuses_is_not_a_fault_of_ours(
    number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert errors.report(OSError(number, "no room", "out.json"), as_json=False) == 4
    assert capsys.readouterr().err == "orderdesk: out.json: no room; nothing more was written\n"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("frobnicate",), 2, "No such command 'frobnicate'"),
        (("ordr", "show", "1"), 2, "Did you mean 'order'"),
        (("order",), 2, "a command is missing: place"),
        (("order", "place", "--nonsense"), 2, "No such option: --nonsense"),
        (("unit", "list", "--limit", "many"), 2, "--limit"),
        (("unit", "list", "--limit", "0"), 2, "--limit"),
        (("unit", "list", "extra"), 2, "unexpected extra argument"),
        (("order", "place"), 2, "--customer is missing"),
        (("order", "place", "x.json", "--customer", "ACME"), 2, "give either JSON"),
        (("unit", "show", "nix"), 3, "unit 'nix' is unknown; known: ea, h, kg"),
        (("order", "place", "nowhere.json"), 3, "there is no file nowhere.json"),
        (BAD_LINE, 4, "'1e999999' is not a plain number"),
        (("unit", "add", "ea"), 4, "is there already"),
        (("unit", "set", "ea", "--name", "x", "--version", "7"), 5, "somebody else"),
    ],
)
def test_what_a_user_can_cause_is_told_in_a_sentence(
    local: Program, arguments: tuple[str, ...], code: int, words: str
) -> None:
    told = local(*arguments)
    assert (told.code, told.out) == (code, "")
    assert words in told.err
    assert told.err.count("\n") == 1
    as_json = local(*arguments, "--json")
    assert (as_json.code, as_json.out) == (code, "")
    assert words in as_json.error["message"]
    assert set(as_json.error) == {"code", "message", "details"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("{", "at line 1, column 2"),
        ("[]", "not one JSON object"),
        ("[" * 100_000, "nested too deeply"),
        ("\xff", "not UTF-8"),
        ('{"lines": []}', "customer is missing; add it"),
        ('{"customer": "ACME", "lines": [{"quantity": "1"}]}', "lines[0].product is missing"),
        ('{"customer": ["ACME"], "lines": []}', 'customer is ["ACME"]; give a text'),
        ('{"customer": "ACME", "lines": {}}', "lines is {}; give a list"),
        (
            '{"customer": "ACME", "lines": [{"product": "P1", "qty": "1"}]}',
            "lines[0].qty is not a field here; known: product, quantity,",
        ),
        (
            '{"customer": "ACME", "line": 1, "lines": []}',
            "line is not a field here; known: customer, lines,",
        ),
        ('{"customer": "ACME", "lines": [{"product": "P1", "quantity": NaN}]}', "'NaN'"),
        ('{"customer": "ACME", "lines": [{"product": "P1", "quantity": 1e999}]}', "'1e999'"),
        ('{"customer": "ACME", "lines": [{"product": "P1", "quantity": true}]}', "true"),
        ('{"customer": "A\\u0000", "lines": [{"product": "P1", "quantity": "1"}]}', "unknown"),
    ],
)
def test_bad_json_is_one_sentence_with_the_field_the_value_and_the_cure(
    local: Program, text: str, words: str
) -> None:
    told = local("order", "place", "-", given=text.encode("latin-1"))
    assert told.code == (3 if words == "unknown" else 4)
    assert words in told.err
    assert told.err.count("\n") == 1
    assert local("order", "place", "-", "--json", given=text.encode("latin-1")).error["message"]


def test_numbers_in_json_are_taken_as_they_are_written(local: Program) -> None:
    order = '{"customer": "FREE", "lines": [{"product": "P3", "quantity": 0.1, "price": 9.50}]}'
    [line] = local("order", "place", "-", "--json", given=order).json["lines"]
    assert (line["ordered"], line["price"]) == ("0.1", "9.50")


def test_a_database_that_cannot_be_opened_is_one_sentence(tmp_path: object) -> None:
    for place, words, code in (
        (f"{tmp_path}/none.db", "db init", 3),
        ("mysql://host/shop", "unknown kind", 4),
        ("postgresql://127.0.0.1:1/none", "cannot be used", 5),
    ):
        told = run("--db", place, "--user", "clerk", "unit", "list")
        assert told.code == code
        assert words in told.err
        assert told.err.count("\n") == 1


def test_a_password_on_the_command_line_is_refused_and_not_repeated() -> None:
    told = run("--db", "postgresql://clerk:geheim@db/shop", "unit", "list")
    assert told.code == 2
    assert "ORDERDESK_DB" in told.err
    assert "geheim" not in told.err


def test_somebody_who_is_nobody_here_is_told_what_to_do(sqlite_url: str) -> None:
    stranger = run("--db", sqlite_url, "--user", "stranger", "unit", "list")
    assert stranger.code == 3
    assert "orderdesk user add stranger" in stranger.err
    unmapped = run("--db", sqlite_url, "unit", "list", LOGNAME="martian")
    assert unmapped.code == 3
    assert "--os-user martian" in unmapped.err


def test_an_interrupt_is_quiet() -> None:
    program = (
        "import orderdesk.cli.database as d, os, signal\n"
        # Whoever started the tests in the background may have had interrupts ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "d._facts = lambda asked: os.kill(os.getpid(), signal.SIGINT)\n"
        "from orderdesk.cli.start import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "db", "info"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
