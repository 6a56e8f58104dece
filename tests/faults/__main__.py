"""`python -m tests.faults NAME`: try a fault on a fresh company, on both databases.

The last line says what came of it; the exit code is 1 where something broke.
"""

import argparse
import sys
import tempfile
import time
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from orderdesk.domain.errors import OrderDeskError
from tests import postgres
from tests.conftest import found_small_company
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


@dataclass
class Asked:
    """What was asked for on the command line."""

    name: str
    seed: int
    url: str | None
    n: int | None


def main(arguments: list[str]) -> int:
    """Do what was asked for; give the exit code."""
    asked = _parse(arguments)
    if asked is None:
        width = max(map(len, NAMES))
        for name in NAMES:
            print(f"{name:{width}}  {fault(name).says}")
        return 0
    wanted = fault(asked.name)
    n = asked.n or wanted.full
    print(f"{asked.name}: {wanted.says}\nseed {asked.seed}, {n} {wanted.counts}", flush=True)
    results, broken = [], False
    for place in _places(wanted, asked.url):
        started = time.monotonic()
        result, failed = _tried(wanted, place, asked.seed, n, asked.url)
        broken = broken or failed
        results.append(f"{place}: {result} ({time.monotonic() - started:.1f} s)")
        print(results[-1], flush=True)
    print(f"{asked.name} seed {asked.seed} {'BROKEN' if broken else 'held'}: {'; '.join(results)}")
    return int(broken)


def _parse(arguments: list[str]) -> Asked | None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("name", nargs="?", choices=NAMES, help="the fault to try")
    parser.add_argument("--list", action="store_true", help="say what there is")
    parser.add_argument("--seed", type=int, default=SEED, help="of all that is left to chance")
    parser.add_argument("--db", help="an empty database, or a file to be made; else both kinds")
    parser.add_argument("--n", type=int, help="how many kills, processes or rounds")
    given = parser.parse_args(arguments)
    if given.list or given.name is None:
        return None
    return Asked(given.name, given.seed, given.db, given.n)


def _places(wanted: Fault, url: str | None) -> list[str]:
    if url is not None:
        return [url.partition("://")[0] if "://" in url else "sqlite"]
    return ["sqlite", "postgresql"] if wanted.on_postgres else ["sqlite"]


def _tried(wanted: Fault, place: str, seed: int, n: int, url: str | None) -> tuple[str, bool]:
    with tempfile.TemporaryDirectory(prefix="orderdesk-fault-") as name:
        folder = Path(name)
        (folder / "work").mkdir()
        try:
            with _company(place, folder, url) as there:
                return wanted.run(Trial(there, folder / "work", seed, n)), False
        except postgres.PostgresUnavailable as why:
            return f"not tried: {why}", True
        except (AssertionError, TimeoutError, OrderDeskError) as error:
            return f"BROKEN: {error}", True
        except Exception as error:
            traceback.print_exc()
            return f"BROKEN: {type(error).__name__} {error}", True


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
        database = f"fault_{uuid.uuid4().hex}_{server.run}"
        template = server.template("small_company", found_small_company)
        server.create_from_template(template, database)
        try:
            yield server.url(database)
        finally:
            server.drop(database)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
