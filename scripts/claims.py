"""Write docs/claims.md: `python -m scripts.claims`.

Each claim of scripts/claims.toml is shown by a test, a command on a fresh demo, a fault or a
benchmark. Tests and commands are run here and now; what faults and benchmarks showed is read from
docs/measured.jsonl, which `python -m scripts.claims_run` fills. What was not run says so.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from scripts.claims_measured import bound, cell
from scripts.claims_results import ROOT, Key, Line, commit, machine, read

CLAIMS: Final = Path(__file__).with_name("claims.toml")
TARGET: Final = ROOT / "docs" / "claims.md"

LONGEST: Final = 900.0
"""Seconds that all tests together, or one command, may take."""
_MOST_SHOWN: Final = 160
"""Characters of what a command said."""

_HEAD: Final = """\
# What is claimed, and what shows it

Written by `python -m scripts.claims` from `scripts/claims.toml`. Commands were run on a fresh demo
as the clerk unless they say who, and tests by pytest, on {day}, at commit {commit}, on
{machine}.
What faults and benchmarks showed, and when, is in [measured.md](measured.md), with their seeds,
lengths and machine.

{count}
"""


@dataclass(frozen=True)
class Claim:
    """Something that OrderDesk says of itself, and the one thing that shows it."""

    part: str
    says: str
    test: str = ""
    command: str = ""
    shows: str = ""
    """A pattern of what the command says."""
    exit: int = 0
    fault: str = ""
    benchmark: str = ""

    @property
    def how(self) -> str:
        """Give the command that shows it, as a person would type it."""
        if self.test:
            return f"pytest {self.test}"
        if self.fault:
            return f"python -m tests.faults {self.fault} --full"
        if self.benchmark:
            return f"python -m benchmarks {self.benchmark}"
        return self.command


@dataclass(frozen=True)
class Shown:
    """What came of a claim: whether it is so, where it was tried at all, and what was seen."""

    said: str = "not run"
    good: bool | None = None

    @property
    def verdict(self) -> str:
        """Give it in a word."""
        return {True: "shown", False: "**not so**", None: "not run"}[self.good]


@dataclass
class Cases:
    """How the cases of one test ended."""

    passed: int = 0
    failed: int = 0
    skipped: int = field(default=0)

    def shown(self) -> Shown:
        """Give it in words."""
        if not self.passed + self.failed:
            return Shown("skipped" if self.skipped else "not run")
        if self.failed:
            return Shown(f"{self.failed} of {self.passed + self.failed} failed", False)
        return Shown("passed" if self.passed == 1 else f"passed, {self.passed} cases", True)


def claims(path: Path = CLAIMS) -> list[Claim]:
    """Read the table of claims."""
    parts = tomllib.loads(path.read_text("utf-8"))["part"]
    return [Claim(part["title"], **each) for part in parts for each in part["claim"]]


def tested(wanted: Iterable[Claim]) -> dict[str, Shown]:
    """Run all tests that claims name, in one go; give what came of each."""
    names = sorted({claim.test for claim in wanted if claim.test})
    with tempfile.TemporaryDirectory(prefix="orderdesk-claims-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-n", "0", "-q", f"--junitxml={report}", *names]
        subprocess.run(command, cwd=ROOT, timeout=LONGEST, check=False)
        cases = _cases(report) if report.exists() else {}
    return {name: cases.get(name, Cases()).shown() for name in names}


def _cases(report: Path) -> dict[str, Cases]:
    found: dict[str, Cases] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        file = case.attrib["classname"].replace(".", "/") + ".py"
        name = case.attrib["name"].partition("[")[0]
        cases = found.setdefault(f"{file}::{name}", Cases())
        if case.find("failure") is not None or case.find("error") is not None:
            cases.failed += 1
        elif case.find("skipped") is not None:
            cases.skipped += 1
        else:
            cases.passed += 1
    return found


class Demo:
    """A fresh demo company for each command."""

    def __init__(self, folder: Path) -> None:
        """Make it once in an empty folder."""
        self._folder = folder
        self._made = folder / "made.db"
        self._run("orderdesk demo --no-open", self._made)

    def shown(self, claim: Claim) -> Shown:
        """Run a claim's command on a copy of its own; give what it said."""
        room = Path(tempfile.mkdtemp(dir=self._folder))
        company = room / "demo.db"
        shutil.copyfile(self._made, company)
        company.chmod(0o600)
        done = self._run(claim.command, company)
        said = (done.stdout + done.stderr).replace(str(room), "...")
        found = re.search(claim.shows, said, re.MULTILINE)
        if done.returncode != claim.exit or found is None:
            last = " ".join(said.split())[-_MOST_SHOWN:]
            return Shown(f"exit code {done.returncode}: {last}", False)
        code = f"exit code {claim.exit}: " if claim.exit else ""
        return Shown(code + " ".join(found.group().split())[:_MOST_SHOWN], True)

    def _run(self, command: str, company: Path) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TZ") if name in os.environ}
        environment = {
            **kept,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "ORDERDESK_DB": str(company),
            "ORDERDESK_USER": "owner" if company == self._made else "clerk",
            "ORDERDESK_PIN": "1234",
            "COLUMNS": "200",
        }
        if company == self._made:
            del environment["ORDERDESK_USER"]
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=company.parent,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )


def measured(claim: Claim, results: dict[Key, Line]) -> Shown:
    """Give what a fault or a benchmark showed when it was last run in full."""
    wanted = ("fault", claim.fault) if claim.fault else ("benchmark", claim.benchmark)
    lines = [line for key, line in results.items() if key[:2] == wanted]
    if not lines:
        return Shown()
    good = all(line.get("held") or line.get("reached") for line in lines)
    return Shown("; ".join(map(_told, lines)), good)


def _told(line: Line) -> str:
    if line["kind"] == "fault" or "measures" not in line:
        return f"{line['database']}: {line['said']}".removeprefix(": ")
    return ", ".join(
        f"{each['name']} {each['value']:.3f} ({bound(each)})" for each in line["measures"]
    )


def show(wanted: Sequence[Claim], *, tests: bool) -> list[Shown]:
    """Show each claim, in order; without `tests` those that need one are not run."""
    results = read()
    by_test = tested(wanted) if tests else {}
    shown = []
    with tempfile.TemporaryDirectory(prefix="orderdesk-claims-") as folder:
        demo = cache(lambda: Demo(Path(folder)))
        for claim in wanted:
            if claim.test:
                shown.append(by_test.get(claim.test, Shown()))
            elif claim.command:
                shown.append(demo().shown(claim))
            else:
                shown.append(measured(claim, results))
    return shown


def text(wanted: Sequence[Claim], shown: Sequence[Shown]) -> str:
    """Give the whole page."""
    good = [each.good for each in shown]
    count = (
        f"{len(good)} claims: {good.count(True)} shown, {good.count(False)} not so, "
        f"{good.count(None)} not run."
    )
    head = _HEAD.format(
        day=datetime.now(UTC).date(), commit=commit(), machine=machine(), count=count
    )
    parts = [head]
    for part in dict.fromkeys(claim.part for claim in wanted):
        parts.append(f"## {part}\n")
        parts.append("| claim | shown by | what it showed | |\n| --- | --- | --- | --- |")
        for claim, each in zip(wanted, shown, strict=True):
            if claim.part == part:
                parts.append(row(claim, each))
        parts.append("")
    return "\n".join(parts)


def row(claim: Claim, shown: Shown) -> str:
    """Give a claim's row of the table."""
    return f"| {cell(claim.says)} | `{cell(claim.how)}` | {cell(shown.said)} | {shown.verdict} |"


def main(arguments: Sequence[str]) -> int:
    """Show all claims and write the page; give 1 where one is not so."""
    parser = argparse.ArgumentParser(prog="python -m scripts.claims", description=__doc__)
    parser.add_argument("--without-tests", action="store_true", help="leave tests not run")
    parser.add_argument("--output", type=Path, default=TARGET, help="where the page goes")
    asked = parser.parse_args(arguments)
    wanted = claims()
    shown = show(wanted, tests=not asked.without_tests)
    asked.output.write_text(text(wanted, shown), "utf-8")
    for claim, each in zip(wanted, shown, strict=True):
        if each.good is False:
            print(f"not so: {claim.says}\n  {claim.how}\n  {each.said}")
    return int(any(each.good is False for each in shown))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
