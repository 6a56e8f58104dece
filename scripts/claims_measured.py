"""Write docs/measured.md from docs/measured.jsonl: `python -m scripts.claims_measured`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.__main__ import NAMES as BENCHMARKS
from scripts.claims_results import ROOT, Key, Line, read
from tests.faults.__main__ import NAMES as FAULTS
from tests.faults.__main__ import fault, places
from tests.faults.lengths import FULL

TARGET: Final = ROOT / "docs" / "measured.md"

_HEAD: Final = """\
# What was measured

Written from `docs/measured.jsonl` by `python -m scripts.claims_measured`; change it there. The
lines in that file come from `python -m scripts.claims_run`, which tries every fault at its full
length and runs every benchmark, one after the other, and goes on where it was when it is started
again.

What was not run yet says so. A machine is named by a letter; they are at the end.
"""

_FAULTS: Final = """\
## Faults

Each is `python -m tests.faults NAME --full --seed SEED`; `--list` says what it does and what must
happen. The target is always the same: nothing acknowledged is lost or doubled, no law is broken.
"""

_BENCHMARKS: Final = """\
## Benchmarks

Each is `python -m benchmarks NAME`: a ratio of two sides measured in one run on one machine, beside
which its target stands. Absolute times are in the lines of the file. Their company comes from a
fixed seed.
"""


def text(results: dict[Key, Line]) -> str:
    """Give the whole page."""
    machines = sorted({f"{line['machine']}" for line in results.values()})
    letters = {each: chr(ord("A") + place) for place, each in enumerate(machines)}
    parts = [
        _HEAD,
        _FAULTS,
        _table(
            ("fault", "database", "how long", "what it showed", "", "seed", "took", "machine"),
            (_fault(name, place, results, letters) for name in FAULTS for place in _places(name)),
        ),
        _BENCHMARKS,
        _table(
            ("benchmark", "figure", "value", "target", "", "took", "machine"),
            (row for name in BENCHMARKS for row in _benchmark(name, results, letters)),
        ),
        "## Machines\n",
        "\n".join(f"- {letter}: {each}" for each, letter in letters.items()) or "None yet.",
    ]
    return "\n".join(parts) + "\n"


def _places(name: str) -> list[str]:
    return places(fault(name))


def _fault(name: str, place: str, results: dict[Key, Line], letters: dict[str, str]) -> list[str]:
    line = results.get(("fault", name, place))
    if line is None:
        return [name, place, f"{FULL[name]:,} {fault(name).counts}", "not run", "", "", "", ""]
    return [
        name,
        place,
        line["length"],
        line["said"],
        "held" if line["held"] else "**broken**",
        str(line.get("seed", "")),
        took(line),
        letters[line["machine"]],
    ]


def _benchmark(name: str, results: dict[Key, Line], letters: dict[str, str]) -> Iterable[list[str]]:
    line = results.get(("benchmark", name, ""))
    if line is None:
        yield [name, "", "not run", "", "", "", ""]
        return
    if "measures" not in line:
        yield [name, "", line["said"], "", "**missed**", took(line), letters[line["machine"]]]
        return
    for each in line["measures"]:
        yield [
            name,
            each["name"],
            f"{each['value']:.3f}",
            bound(each),
            "reached" if each["reached"] else "**missed**",
            took(line),
            letters[line["machine"]],
        ]


def bound(measure: Line) -> str:
    """Say what a figure must reach, and what it should reach one day."""
    target = f"{'at least' if measure['at_least'] else 'at most'} {measure['target']:g}"
    return target if measure["aim"] is None else f"{target}, aim {measure['aim']:g}"


def took(line: Line) -> str:
    """Give how long it took, in minutes and seconds."""
    minutes, seconds = divmod(round(line["seconds"]), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [list(head), ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines) + "\n"


def cell(text: str) -> str:
    """Give a text as it may stand in a table's cell."""
    return " ".join(text.split()).replace("|", "\\|")


def write(target: Path = TARGET) -> None:
    """Write the page."""
    target.write_text(text(read()), "utf-8")


if __name__ == "__main__":
    write()
