"""`python -m benchmarks NAME`: one benchmark, as ratios of two sides measured in one run."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from dataclasses import asdict
from typing import Final

NAMES: Final = {
    "place_order": "an order of ten lines on SQLite, beside raw sqlite3",
    "place_order_postgres": "the same on PostgreSQL, beside one hand-written statement",
    "import_orders": "100,000 orders from a file, beside raw sqlite3 writing the same rows",
    "writers": "eight processes on one file, beside one",
    "first_frame": "the desk's first field, beside a bare Textual app",
    "key_to_frame": "a key in the item field with a million products, beside a bare field",
    "long_table": "a table of a million rows, beside one of three thousand",
    "cli": "`order show --json` and `--help`, beside `import sqlmodel` and bare typer",
    "growth": "the desk's work at five million order lines, beside fifty thousand",
    "exposure": "credit of a customer with fifty thousand open lines, beside one with ten",
    "reallocate": "a run over a million waiting lines, and the orders placed meanwhile",
    "basket": "when fifty lines can go, with 100,000 open, beside single indexed reads",
    "queue": "the queue of a hundred thousand holds, beside one of a hundred",
}


def main() -> int:
    """Run the benchmark that is named, print what it found, and give 1 where it missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=NAMES, metavar="NAME")
    parser.add_argument("--list", action="store_true", help="name the benchmarks")
    parser.add_argument("--json", action="store_true", help="print one line of JSON at the end")
    parser.add_argument("--quick", action="store_true", help="a small company and a few rounds")
    asked = parser.parse_args()
    if asked.list or asked.name is None:
        for name, what in NAMES.items():
            print(f"{name:<22} {what}")
        return 0
    started = time.monotonic()
    outcome = importlib.import_module(f"benchmarks.{asked.name}").run(asked.quick)
    print(f"{asked.name}{' (quick)' if asked.quick else ''}")
    for measure in outcome.measures:
        print(f"  {measure}")
    for name, value in outcome.absolute.items():
        print(f"  {name:<28} {value}")
    print(f"  took {time.monotonic() - started:.0f} s")
    if asked.json:
        measures = [{**asdict(measure), "reached": measure.reached} for measure in outcome.measures]
        took = round(time.monotonic() - started, 1)
        told = {**json.loads(outcome.as_json(asked.name)), "measures": measures, "seconds": took}
        print(json.dumps(told))
    return 0 if outcome.reached else 1


if __name__ == "__main__":
    sys.exit(main())
