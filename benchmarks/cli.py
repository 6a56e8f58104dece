"""What a command costs a script: `order show --json`, and `--help`, each in a process of its own.

Baselines: a process that imports sqlmodel, which every command that touches the database needs,
and a typer app of one command showing its help.
"""

from __future__ import annotations

import os
import sys
from typing import Final

from benchmarks import company
from benchmarks.company import QUICK, room
from benchmarks.console import run_once
from benchmarks.measure import Measure, Outcome, Times, median, ratio

TYPER_APP: Final = """
import typer

app = typer.Typer()


@app.command()
def greet(name: str, times: int = 1) -> None:
    \"\"\"Greet somebody.\"\"\"
    for _ in range(times):
        print("Hello", name)


app()
"""

PROGRAM: Final = (sys.executable, "-c", "from orderdesk.cli.start import main; main()")


def run(quick: bool) -> Outcome:
    """Start the four commands by turns."""
    database = company.sqlite_copy(QUICK, "cli")
    bare = room() / f"bare-typer-{os.getpid()}.py"
    bare.write_text(TYPER_APP)
    show = [*PROGRAM, "--db", str(database), "--user", company.OWNER]
    try:
        commands = {
            "show": [*show, "order", "show", "SO-0004999", "--json"],
            "sqlmodel": [sys.executable, "-c", "import sqlmodel"],
            "help": [*PROGRAM, "--help"],
            "typer": [sys.executable, str(bare), "--help"],
        }
        times = _by_turns(commands, rounds=5 if quick else 30)
    finally:
        company.remove(database)
        bare.unlink()
    return Outcome(
        [
            Measure("order_show", ratio(times["show"].wall, times["sqlmodel"].wall), 1.5),
            Measure("help", ratio(times["help"].wall, times["typer"].wall), 1.3),
        ],
        {
            **{f"{name}_ms": median(taken.wall) for name, taken in times.items()},
            **{f"{name}_cpu_ms": median(taken.cpu) for name, taken in times.items()},
        },
    )


def _by_turns(commands: dict[str, list[str]], rounds: int) -> dict[str, Times]:
    """Run each command once a round, in both orders by turns; the first time is not counted."""
    times = {name: Times() for name in commands}
    for number in range(rounds + 1):
        for name in commands if number % 2 else reversed(commands):
            run_once(commands[name], times[name])
    for taken in times.values():
        del taken.wall[0], taken.cpu[0]
    return times
