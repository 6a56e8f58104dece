"""One run of everything: `python -m scripts.claims_run`.

Every fault at its full length, on each database it is for, and every benchmark, one after the
other. Each result is written to docs/measured.jsonl as it comes; what stands there is not run
again, so a run that was stopped is simply started again. `--list` says what would be run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.__main__ import NAMES as BENCHMARKS
from scripts import claims_measured
from scripts.claims_results import RESULTS, ROOT, Key, add, commit, machine, read
from tests.faults.__main__ import NAMES as FAULTS
from tests.faults.__main__ import fault, places
from tests.faults.lengths import FULL
from tests.faults.trial import SEED

LONGEST: Final = 2 * 3600.0
"""Seconds after which one fault or benchmark is given up."""


@dataclass(frozen=True)
class Task:
    """One fault on one kind of database, or one benchmark."""

    kind: str
    name: str
    database: str
    arguments: tuple[str, ...]
    length: str

    @property
    def key(self) -> Key:
        """Give what its result is filed under."""
        return self.kind, self.name, self.database

    def __str__(self) -> str:
        return " ".join(part for part in (self.kind, self.name, self.database) if part)


def tasks(seed: int, *, short: bool) -> list[Task]:
    """Give all there is to be run; `short` as CI does, which is no measurement."""
    found = []
    for name in FAULTS:
        wanted = fault(name)
        n = wanted.short if short else FULL[name]
        for place in places(wanted):
            how = ("--on", place, "--seed", str(seed), "--short" if short else "--full")
            arguments = ("tests.faults", name, *how, "--json")
            found.append(Task("fault", name, place, arguments, f"{n:,} {wanted.counts}"))
    for name in BENCHMARKS:
        quick = ("--quick",) if short else ()
        arguments = ("benchmarks", name, *quick, "--json")
        found.append(Task("benchmark", name, "", arguments, "quick" if short else "in full"))
    return found


def run(task: Task) -> dict[str, Any]:
    """Run one; give its result, whatever became of it."""
    started, at = time.monotonic(), datetime.now(UTC).isoformat(timespec="seconds")
    told: dict[str, Any] = {}
    try:
        said, code = _output([sys.executable, "-m", *task.arguments])
        last = json.loads(said[-1]) if said and said[-1][:1] in "[{" else {}
        told = last[0] if isinstance(last, list) else last
        if not told:
            told = {"said": f"ended with code {code}: {said[-1] if said else ''}"}
    except subprocess.TimeoutExpired:
        told = {"said": f"given up after {LONGEST:.0f} seconds"}
    good = "held" if task.kind == "fault" else "reached"
    return {
        "kind": task.kind,
        "name": task.name,
        "database": task.database,
        good: False,
        **told,
        "length": task.length,
        "seconds": round(time.monotonic() - started, 1),
        "at": at,
        "machine": machine(),
        "commit": commit(),
    }


def _output(command: Sequence[str]) -> tuple[list[str], int]:
    """Run a command, show what it says, and give its lines and its exit code."""
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=LONGEST, check=False
    )
    lines = done.stdout.splitlines()
    for line in lines[:-1]:
        print(f"  {line}")
    return lines, done.returncode


def main(arguments: Sequence[str]) -> int:
    """Run what is missing; give 1 where something broke or missed its target."""
    asked = _parse(arguments)
    wanted = [
        task
        for task in tasks(asked.seed, short=asked.short)
        if not asked.only or task.name in asked.only
    ]
    known = {} if asked.again else read(asked.results)
    for place, task in enumerate(wanted, 1):
        stands = known.get(task.key)
        if asked.list or stands:
            took = f"stands there, took {stands['seconds']:.0f} s" if stands else "to be run"
            print(f"{task}, {task.length}: {took}")
            continue
        print(f"{place} of {len(wanted)}: {task}, {task.length}", flush=True)
        result = run(task)
        add(result, asked.results)
        if asked.results == RESULTS:
            claims_measured.write()
        print(f"  took {result['seconds']:.0f} s", flush=True)
    done = read(asked.results)
    return int(any(not _good(done.get(task.key, {})) for task in wanted) and not asked.list)


def _good(line: dict[str, Any]) -> bool:
    return bool(line.get("held") or line.get("reached"))


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.claims_run", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="NAME", help="these alone; else everything")
    parser.add_argument("--list", action="store_true", help="say what there is, and what stands")
    parser.add_argument("--again", action="store_true", help="run also what stands there")
    parser.add_argument("--seed", type=int, default=SEED, help="of all that is left to chance")
    parser.add_argument("--short", action="store_true", help="as short as CI; needs --results")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the lines go")
    asked = parser.parse_args(arguments)
    if asked.short and asked.results == RESULTS:
        parser.error("--short is no measurement; name another file with --results")
    return asked


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
