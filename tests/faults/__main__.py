"""`python -m tests.faults NAME`: try a fault on a fresh company, on both databases.

The last line says what came of it; the exit code is 1 where something broke.
"""

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

from orderdesk.domain.errors import OrderDeskError
from tests import postgres
from tests.conftest import found_small_company
from tests.faults.lengths import FULL
from tests.faults.trial import SEED, Fault, Trial

NAMES = (
    "kill",
    "power",
    "engine",
    "identity",
    "share",
    "readonly",
    "restore",
    "migrate",
    "fence",
    "full",
    "replay",
    "edit",
    "text",
    "numbers",
    "burst",
    "reallocate",
    "oversell",
    "double",
    "foureyes",
    "audit",
    "mutants",
)


def fault(name: str) -> Fault:
    """Give a fault by its name."""
    found: Fault = import_module(f"tests.faults.{name}").FAULT
    return found


PLACES = ("sqlite", "postgresql")


@dataclass
class Asked:
    """What was asked for on the command line."""

    name: str
    seed: int
    url: str | None
    n: int
    on: str | None
    json: bool


@dataclass
class Result:
    """What came of a fault at one database; a line of JSON with `--json`."""

    name: str
    database: str
    held: bool
    said: str
    n: int
    counts: str
    seed: int
    seconds: float


def main(arguments: list[str]) -> int:
    """Do what was asked for; give the exit code."""
    asked = _parse(arguments)
    if asked is None:
        _list()
        return 0
    wanted = fault(asked.name)
    print(f"{asked.name}: {wanted.says}\nseed {asked.seed}, {asked.n} {wanted.counts}", flush=True)
    results = []
    for place in places(wanted, asked.on, asked.url):
        started = time.monotonic()
        said, held = _tried(wanted, place, asked)
        took = round(time.monotonic() - started, 1)
        results.append(
            Result(asked.name, place, held, said, asked.n, wanted.counts, asked.seed, took)
        )
        print(_shown(results[-1]), flush=True)
    held = all(result.held for result in results)
    said = "; ".join(map(_shown, results))
    print(f"{asked.name} seed {asked.seed} {'held' if held else 'BROKEN'}: {said}")
    if asked.json:
        print(json.dumps([asdict(result) for result in results]))
    return int(not held)


def _shown(result: Result) -> str:
    return f"{result.database}: {result.said} ({result.seconds:.1f} s)"


def _list() -> None:
    width = max(map(len, NAMES))
    for name in NAMES:
        each = fault(name)
        print(f"{name:{width}}  {each.says} ({each.full} {each.counts}, in full {FULL[name]})")


def _parse(arguments: list[str]) -> Asked | None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("name", nargs="?", choices=NAMES, help="the fault to try")
    parser.add_argument("--list", action="store_true", help="say what there is, and how long")
    parser.add_argument("--seed", type=int, default=SEED, help="of all that is left to chance")
    parser.add_argument("--db", help="an empty database, or a file to be made; else both kinds")
    parser.add_argument("--on", choices=PLACES, help="one kind of database only")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--n", type=int, help="how many kills, processes or rounds")
    length.add_argument("--full", action="store_true", help="as many as a full run has")
    length.add_argument("--short", action="store_true", help="as many as CI has")
    parser.add_argument("--json", action="store_true", help="print one line of JSON at the end")
    given = parser.parse_args(arguments)
    if given.list or given.name is None:
        return None
    wanted = fault(given.name)
    n = FULL[given.name] if given.full else wanted.short if given.short else given.n or wanted.full
    return Asked(given.name, given.seed, given.db, n, given.on, given.json)


def places(wanted: Fault, on: str | None = None, url: str | None = None) -> list[str]:
    """Give the kinds of database to try a fault on."""
    if url is not None:
        return [url.partition("://")[0] if "://" in url else "sqlite"]
    kinds = PLACES if wanted.on_postgres else PLACES[:1]
    return [kind for kind in kinds if on in (None, kind)]


def _tried(wanted: Fault, place: str, asked: Asked) -> tuple[str, bool]:
    """Give what was seen, and whether it held."""
    with tempfile.TemporaryDirectory(prefix="orderdesk-fault-") as name:
        folder = Path(name)
        (folder / "work").mkdir()
        try:
            with _company(place, folder, asked.url) as there:
                return wanted.run(Trial(there, folder / "work", asked.seed, asked.n)), True
        except postgres.PostgresUnavailable as why:
            return f"not tried: {why}", False
        except (AssertionError, TimeoutError, OrderDeskError) as error:
            return f"BROKEN: {error}", False
        except Exception as error:
            traceback.print_exc()
            return f"BROKEN: {type(error).__name__} {error}", False


@contextmanager
def _company(place: str, folder: Path, url: str | None) -> Iterator[str]:
    """Found a small company for one trial and give its URL."""
    if url is not None:
        found_small_company(url)
        yield url
    elif place == "sqlite":
        found_small_company(str(folder / "desk.db"))
        yield str(folder / "desk.db")
    else:
        server = postgres.server()
        with server.copied(server.template("small_company", found_small_company)) as copy:
            yield copy


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
