"""Keep a company of this schema as files, from which later versions try their upgrades.

    python -m scripts.keep_schema

It does a few days' work on the demo company by commands, on each of the two databases, and keeps
`tests/store/kept/schema_N.db.gz` and `schema_N.sql.gz`. To be run by the last version of a schema,
before the next one lands; what is kept is never made again.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from orderdesk.store.engine import SCHEMA_VERSION
from tests import postgres

KEPT: Final = Path(__file__).parents[1] / "tests" / "store" / "kept"
ITEMS: Final = [
    {"customer": "ALFKI", "kind": "invoice", "number": "R-1", "amount": "812.50"},
    {"customer": "ANTON", "kind": "invoice", "number": "R-2", "amount": "99.99"},
    {"customer": "ANTON", "kind": "payment", "number": "Z-1", "amount": "40.00"},
]
NOT_SQL: Final = (b"\\", b"SET transaction_timeout")


class Company:
    """A demo company that commands are run on."""

    def __init__(self, url: str, folder: Path):
        self.url = url
        self._folder = folder
        self._said = self._run("demo", "--no-open", "--json")
        self.today = date.fromisoformat(self.ask("company", "show")["business_date"])

    def days(self, count: int) -> str:
        """Give the day so many days after the first one, ISO."""
        return (self.today + timedelta(days=count)).isoformat()

    def ask(self, *words: str, user: str = "owner", given: Any = None) -> Any:
        """Run a command as somebody, and give the first object that it prints."""
        lines = self._run(*words, "--json", user=user, given=given).splitlines()
        return json.loads(lines[0]) if lines else {}

    def _run(self, *words: str, user: str = "owner", given: Any = None) -> str:
        # Who makes the company is its owner, and is called so on every machine.
        done = subprocess.run(
            [sys.executable, "-m", "orderdesk", "--db", self.url, *words],
            env=os.environ | {"LOGNAME": "owner", "ORDERDESK_USER": user, "ORDERDESK_PIN": "1234"},
            input=None if given is None else json.dumps(given),
            text=True,
            capture_output=True,
            check=False,
            cwd=self._folder,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(words)}: {done.stderr}")
        return done.stdout


def work(company: Company) -> None:
    """Do a bit of everything that a company of this version does."""
    ask, later = company.ask, company.days(9)
    for item in ITEMS:
        dates = {"date": company.today.isoformat(), "due_date": later, "currency": "USD"}
        (company._folder / "item.jsonl").write_text(json.dumps(item | dates) + "\n")
        ask("credit", "import", "item.jsonl", "--command-id", f"item {item['number']}")
    ask("credit", "limit", "BONAP", "--amount", "100", "--until", later, "--reason", "new")
    ask("price", "set", "11", "--price", "20.50", "--quantity", "50")
    ask("customer", "contact", "ANTON", "--name", "Buying", "--phone", "555 0100")
    numbers = [ask("order", "place", "-", user="clerk", given=one)["number"] for one in orders()]
    plain, far, large, waiting, wrong = numbers
    ask("order", "amend", plain, "--line", "1", "--quantity", "7", user="clerk")
    ask("order", "amend", plain, "--product", "12", "--quantity", "2", user="clerk")
    ask("order", "amend", far, "--requested", later, user="clerk")
    ask("order", "hold", far, "--reason", "asked to wait", user="supervisor")
    ask("order", "release", large, "--reason", "known for long", user="supervisor")
    ask("order", "close-line", waiting, "--line", "2", "--quantity", "1", user="clerk")
    ask("order", "cancel", wrong, "--reason", "TWICE", user="clerk")
    ask("order", "copy", plain, "--command-id", "copied once", user="clerk")
    ask("note", "add", "order", plain, "--text", "rings at the gate", "--audience", "pick list")
    ask("stock", "receive", "31", "--quantity", "30", "--reference", "D-77", user="warehouse")
    ask("stock", "adjust", "12", "--quantity", "-2", "--reason", "DAMAGED", user="warehouse")
    slip(company)
    ask("nightly", "--on", company.days(1))


def slip(company: Company) -> None:
    """Promise goods that are expected, one of which comes later then, and one not at all."""
    for product, customer in (("34", "BLONP"), ("43", "CACTU")):
        more = ["--quantity", "2000", "--due", company.days(3)]
        supply = str(company.ask("supply", "add", product, *more)["id"])
        company.ask("order", "place", "-", user="clerk", given=_order(customer, {product: "1500"}))
        if product == "43":
            company.ask("supply", "cancel", supply)
        else:
            company.ask("supply", "set", supply, "--due", company.days(20))


def orders() -> Iterator[dict[str, Any]]:
    """Give orders that are plain, far, large, short and wrong."""
    yield _order("ANTON", {"11": "5", "41": "3"}, buyer_po="4500012345")
    yield _order("AROUT", {"1": "4", "2": "6"}, channel="phone")
    yield _order("BONAP", {"38": "3", "59": "2"}, discount="5")
    yield _order("BERGS", {"31": "90", "21": "4", "2": "200"})
    yield _order("ALFKI", {"40": "1"})


def _order(customer: str, goods: dict[str, str], **more: str) -> dict[str, Any]:
    lines = [{"product": product, "quantity": quantity} for product, quantity in goods.items()]
    return {"customer": customer, "lines": lines, **more}


def _kept(name: str, content: bytes) -> None:
    KEPT.mkdir(exist_ok=True)
    path = KEPT / f"schema_{SCHEMA_VERSION}.{name}.gz"
    path.write_bytes(gzip.compress(content, mtime=0))
    print(path.relative_to(KEPT.parents[2]), path.stat().st_size)


def _keep_sqlite(folder: Path) -> None:
    company = Company(str(folder / "company.db"), folder)
    work(company)
    company.ask("db", "backup", "copy.db")
    _kept("db", (folder / "copy.db").read_bytes())


def _keep_postgres(folder: Path) -> None:
    server = postgres.server()
    server.create_from_template("template1", "kept")
    company = Company(server.url("kept"), folder)
    work(company)
    command = (postgres.installed() / "bin" / "pg_dump", "--inserts", "--no-owner")
    url = company.url.replace("+psycopg", "")
    said = subprocess.run(
        [*command, "--no-privileges", "--no-comments", url], stdout=subprocess.PIPE, check=True
    ).stdout
    # Words for psql alone, and a setting that servers before PostgreSQL 17 do not know.
    lines = [line for line in said.splitlines(keepends=True) if not line.startswith(NOT_SQL)]
    _kept("sql", b"".join(lines))


if __name__ == "__main__":
    for keep in (_keep_sqlite, _keep_postgres):
        with tempfile.TemporaryDirectory() as room:
            keep(Path(room))
