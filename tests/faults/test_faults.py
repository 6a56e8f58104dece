"""Every fault in its short form, on both databases where it applies."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import on_postgres, on_sqlite
from tests.faults.__main__ import NAMES, fault, main
from tests.faults.lengths import FULL
from tests.faults.trial import SEED, Fault, Trial

pytestmark = pytest.mark.fault


def tried(wanted: Fault, url: str, folder: Path) -> str:
    """Try a fault in its short form; raise what is broken."""
    work = folder / "work"
    work.mkdir()
    return wanted.run(Trial(url, work, SEED, wanted.short))


@on_sqlite
@pytest.mark.parametrize("name", NAMES)
def test_a_fault_does_no_harm_on_sqlite(name: str, url: str, tmp_path: Path) -> None:
    assert tried(fault(name), url, tmp_path)


@on_postgres
@pytest.mark.parametrize("name", [name for name in NAMES if fault(name).on_postgres])
def test_a_fault_does_no_harm_on_postgresql(name: str, url: str, tmp_path: Path) -> None:
    assert tried(fault(name), url, tmp_path)


def test_a_fault_is_one_command_with_one_line_of_result(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.faults", "share", "--seed", "7", "--db", tmp_path / "it.db"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert told[1].startswith("seed 7, ")
    assert told[-1].startswith("share seed 7 held: sqlite: 9 kinds of share")


def test_what_breaks_is_said_and_ends_badly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(trial: Trial) -> str:
        raise AssertionError("an order was lost")

    spoilt = fault("share")._replace(run=broken)
    monkeypatch.setattr("tests.faults.__main__.fault", lambda name: spoilt)
    assert main(["share", "--db", str(tmp_path / "it.db")]) == 1
    assert "BROKEN: an order was lost" in capsys.readouterr().out.splitlines()[-1]


def test_the_list_names_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == list(NAMES)


def test_the_full_length_of_every_fault_is_said_once() -> None:
    assert list(FULL) == list(NAMES)
    for name in NAMES:
        assert fault(name).short <= fault(name).full <= FULL[name], name


def test_what_came_of_it_is_one_line_of_json_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["share", "--short", "--json", "--db", str(tmp_path / "it.db")]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [(each["name"], each["database"], each["held"]) for each in told] == [
        ("share", "sqlite", True)
    ]
    assert told[0]["seed"] == SEED
