"""The table of claims names only what there is, and the page has a row for each of them."""

import ast
from pathlib import Path

import pytest

from benchmarks.__main__ import NAMES as BENCHMARKS
from scripts.claims import TARGET, Cases, Claim, Demo, Shown, claims, main, measured, row, text
from scripts.claims_results import ROOT
from tests.faults.__main__ import NAMES as FAULTS

CLAIM = Claim("Part", "A | B", command="true", shows="")


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_bytes())
    return {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_claim_is_shown_by_one_thing_that_there_is() -> None:
    for claim in claims():
        ways = [claim.test, claim.command, claim.fault, claim.benchmark]
        assert sum(map(bool, ways)) == 1, claim
        assert bool(claim.command) == bool(claim.shows), claim
        if claim.test:
            file, _, name = claim.test.partition("::")
            assert name in functions(ROOT / file), claim.test
        assert claim.fault in (*FAULTS, "")
        assert claim.benchmark in (*BENCHMARKS, "")


def test_every_fault_and_benchmark_is_claimed_of_something() -> None:
    named = {claim.fault or claim.benchmark for claim in claims()}
    assert {*FAULTS, *BENCHMARKS} <= named


def test_the_page_has_a_row_for_every_claim() -> None:
    page = TARGET.read_text("utf-8")
    for claim in claims():
        assert row(claim, Shown()).partition(" | `")[0] in page, "run python -m scripts.claims"


def test_a_claim_is_a_row_with_what_was_seen_or_that_it_was_not_run() -> None:
    assert row(CLAIM, Shown("7 | 8", True)) == "| A \\| B | `true` | 7 \\| 8 | shown |"
    assert row(CLAIM, Shown()).endswith("| not run | not run |")
    page = text([CLAIM] * 3, [Shown("so", True), Shown("x", False), Shown()])
    assert "3 claims: 1 shown, 1 not so, 1 not run." in page


def test_tests_are_shown_by_how_their_cases_ended() -> None:
    assert Cases(passed=2).shown() == Shown("passed, 2 cases", True)
    assert Cases(passed=1, failed=1).shown() == Shown("1 of 2 failed", False)
    assert Cases(skipped=2).shown() == Shown("skipped")


def test_a_fault_that_broke_at_one_database_is_not_so() -> None:
    claim = Claim("Part", "It holds", fault="kill")
    key = ("fault", "kill", "sqlite")
    line = {"kind": "fault", "database": "sqlite", "said": "1 kill", "held": True}
    other = {**line, "database": "postgresql", "said": "lost", "held": False}
    results = {key: line, ("fault", "kill", "postgresql"): other}
    assert measured(claim, {key: line}) == Shown("sqlite: 1 kill", True)
    assert measured(claim, results) == Shown("sqlite: 1 kill; postgresql: lost", False)
    assert measured(claim, {}) == Shown()


def test_a_command_is_judged_by_its_exit_code_and_what_it_says(tmp_path: Path) -> None:
    demo = Demo(tmp_path)

    def shown(command: str, shows: str, exit: int = 0) -> Shown:
        return demo.shown(Claim("", "", command=command, shows=shows, exit=exit))

    assert shown("orderdesk doctor", "All laws hold") == Shown("All laws hold", True)
    assert shown("echo All laws hold", "No law holds").good is False
    assert shown("echo there is no company >&2; exit 3", "there is no", 3).good
    assert shown("echo there is no company >&2; exit 3", "there is no").good is False


def test_what_is_not_run_is_said_and_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [
        Claim("Part", "Tested", test="tests/x.py::test_x"),
        Claim("Part", "Measured", benchmark="place_order"),
    ]
    monkeypatch.setattr("scripts.claims.claims", lambda: wanted)
    monkeypatch.setattr("scripts.claims.read", dict)
    page = tmp_path / "claims.md"
    assert main(["--without-tests", "--output", str(page)]) == 0
    assert "2 claims: 0 shown, 0 not so, 2 not run." in page.read_text()
