"""The program itself, in processes of its own: what it imports, how it ends, where it prints."""

import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import run

PROGRAM = [sys.executable, "-c", "from orderdesk.cli.start import main; main()"]
HEAVY = ("sqlmodel", "sqlalchemy", "pydantic", "textual", "rich", "psycopg", "alembic")


def started(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def imported(arguments: Sequence[str]) -> set[str]:
    """Give which of the heavy packages, and which of our commands, a command line imports."""
    program = (
        "import sys, contextlib, os\n"
        "from orderdesk.cli.start import main\n"
        "with contextlib.redirect_stdout(open(os.devnull, 'w')), contextlib.suppress(SystemExit):\n"
        "    main()\n"
        "print(*(n for n in sys.modules if n in sys.argv[0].split() "
        "or n.startswith('orderdesk')), sep='\\n')"
    )
    lines = f"import sys; sys.argv[:] = [{' '.join(HEAVY)!r}, *{list(arguments)!r}]\n{program}"
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_help_imports_no_command_and_nothing_heavy() -> None:
    found = imported(["--help"])
    assert not found & set(HEAVY)
    assert not {name for name in found if name.startswith("orderdesk.cli.orders")}
    assert not {name for name in found if name.startswith(("orderdesk.store", "orderdesk.models"))}


def test_a_commands_help_imports_its_own_file_alone() -> None:
    found = imported(["stock", "--help"])
    assert "orderdesk.cli.stock" in found
    # The parser itself brings pydantic in when it reads a word.
    assert not found & {"orderdesk.cli.orders", "orderdesk.cli.masters", *HEAVY} - {"pydantic"}


def test_showing_an_order_imports_no_face_and_no_other_command(sqlite_url: str) -> None:
    found = imported(["--db", sqlite_url, "--user", "clerk", "stock", "show", "P1", "--json"])
    assert "sqlmodel" in found
    assert not found & {"rich", "textual", "psycopg", "alembic", "orderdesk.cli.masters"}
    assert not {name for name in found if name.startswith("orderdesk.screens")}


def test_json_is_alone_on_stdout(sqlite_url: str) -> None:
    done = started("--db", sqlite_url, "--user", "clerk", "unit", "list", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(line.startswith('{"kind": "unit"') for line in done.stdout.splitlines())


def test_a_pipe_that_nobody_reads_any_more_is_quiet(sqlite_url: str) -> None:
    program = (
        "from orderdesk.cli import masters\n"
        "from orderdesk.cli.command import Listing\n"
        "rows = [{'n': 'x' * 1000}] * 500\n"
        "Listing.rows = lambda self, desk, limit: iter(rows * 100)\n"
        "from orderdesk.cli.start import main; main()"
    )
    for form in ("--json", "--csv", "--no-color"):
        writer = subprocess.Popen(
            [sys.executable, "-c", program,
             "--db", sqlite_url, "--user", "clerk", "unit", "list", form],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert writer.stdout is not None
        assert writer.stderr is not None
        assert writer.stdout.readline()
        writer.stdout.close()
        assert writer.stderr.read() == b""
        writer.stderr.close()
        assert writer.wait(60) == 0


def test_a_pipe_closed_before_the_first_line_is_quiet_and_the_change_is_made(
    sqlite_url: str,
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*PROGRAM, "--db", sqlite_url, "--user", "clerk", "carrier", "add", "VAN"],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
    assert run("--db", sqlite_url, "--user", "clerk", "carrier", "show", "VAN").code == 0


def on_a_terminal(*arguments: str, **environment: str) -> bytes:
    """Give what a command writes to a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*PROGRAM, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", **environment},
    ) as process:
        os.close(theirs)
        written = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            written += piece
        process.wait(60)
    os.close(ours)
    return written


def test_a_terminal_gets_colours_unless_nobody_wants_them(sqlite_url: str) -> None:
    show = ("--db", sqlite_url, "--user", "clerk", "unit", "list")
    assert b"\x1b[" in on_a_terminal(*show)
    for quiet in (
        on_a_terminal(*show, NO_COLOR="1"),
        on_a_terminal(*show, "--no-color"),
        on_a_terminal("--no-color", *show),
        on_a_terminal(*show, "--json"),
    ):
        assert b"each" in quiet
        assert b"\x1b[" not in quiet


def test_the_desk_does_not_open_without_a_terminal(sqlite_url: str) -> None:
    for arguments in ((), ("open",), ("open", "order-entry")):
        done = started("--db", sqlite_url, "--user", "clerk", *arguments)
        assert done.returncode == 2
        assert "needs a terminal" in done.stderr
        assert done.stdout == ""


def test_the_version_is_told() -> None:
    assert run("--version").out.startswith("orderdesk 0.")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("orderdesk ord", ["order"]),
        ("orderdesk order pl", ["place"]),
        ("orderdesk order place --cust", ["--customer"]),
        ("orderdesk stock show --js", ["--json"]),
        ("orderdesk tax s", ["set", "show"]),
        ("orderdesk --db shop.db order am", ["amend"]),
    ],
)
def test_a_shell_completes_commands_and_options(words: str, expected: list[str]) -> None:
    done = started(
        _ORDERDESK_COMPLETE="complete_bash",
        COMP_WORDS=words,
        COMP_CWORD=str(len(words.split()) - 1),
    )
    assert done.stderr == ""
    assert done.stdout.split() == expected


def test_completion_is_installed_for_a_shell(tmp_path: Path) -> None:
    script = started("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert script.returncode == 0
    assert "_ORDERDESK_COMPLETE=complete_bash" in script.stdout
    done = started(
        "--install-completion", "bash",
        HOME=str(tmp_path), _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1",
    )  # fmt: skip
    assert done.returncode == 0
    assert "orderdesk" in (tmp_path / ".bashrc").read_text()


@pytest.mark.parametrize("stream", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_no_harm(sqlite_url: str, stream: str) -> None:
    words = ["--db", sqlite_url, "--user", "clerk", "carrier", "add", "VAN"]
    line = " ".join(f'"{word}"' for word in words)
    program = f"{sys.executable} -c 'from orderdesk.cli.start import main; main()'"
    done = subprocess.run(
        f"{program} {line} {stream}", shell=True, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert run("--db", sqlite_url, "doctor").code == 0
    assert run("--db", sqlite_url, "--user", "clerk", "carrier", "show", "VAN").code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told_once_and_without_a_trace(sqlite_url: str) -> None:
    for words in (["unit", "list"], ["--help"], ["unit", "list", "-o", "/dev/full"]):
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [*PROGRAM, "--db", sqlite_url, "--user", "clerk", *words],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 4
        assert done.stderr.count("\n") == 1
        assert "No space left" in done.stderr


def test_a_table_gives_way_to_the_terminal_where_it_is_long(sqlite_url: str) -> None:
    run("--db", sqlite_url, "--user", "clerk", "carrier", "add", "VAN", "--name", "word " * 30)
    shown = on_a_terminal(
        "--db", sqlite_url, "--user", "clerk", "carrier", "list", "--no-color", COLUMNS="60"
    ).decode()
    lines = shown.splitlines()
    assert max(map(len, lines)) <= 60
    assert shown.count("word") == 30
    assert lines[0].split() == ["Code", "Name", "Phone", "Calendar", "Archived"]
