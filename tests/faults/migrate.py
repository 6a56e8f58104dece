"""An upgrade of a company with data is killed at any moment, again and again."""

import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from orderdesk.services.doctor import examine
from orderdesk.store.desk import Desk
from orderdesk.store.engine import SCHEMA_VERSION, database
from orderdesk.store.schema import upgrade
from tests import kept
from tests.faults.trial import Fault, Trial, must
from tests.processes import Crew, Diary, Worker, until

_LEAST, _GROWTH = 0.002, 1.3
"""Seconds of the shortest upgrade, and by how much of the last one the next may be killed later."""


def bring_up(diary: Diary, url: str) -> None:
    """Upgrade a company as `db upgrade` does, and say when it begins and is through."""
    # What a program imports on the way is not what is to be interrupted.
    __import__("alembic.command")
    with closing(database(url)) as found:
        diary.say("begins", time.monotonic())
        done = upgrade(found)
        diary.say("through", time.monotonic(), done.schema_before)


def run(trial: Trial) -> str:
    """Kill upgrades; what is found is the old company or the new one, and a second one ends it."""
    met = {"old": 0, "new": 0}
    for schema in kept.SCHEMAS:
        url = company(trial, schema, "template")
        with Crew(trial.folder / f"whole-{schema}") as crew:
            worker = crew.start("whole", bring_up, url)
            end, _ = worker.wait_for("through")
            lasts = float(end) - float(worker.diary.said("begins")[0][0])
        for turn in range(trial.n):
            met[_once(trial, schema, turn, max(_LEAST, lasts) * _GROWTH)] += 1
    return f"{met['old']} kills left the old company, {met['new']} the new one, none between"


def company(trial: Trial, schema: int, name: str) -> str:
    """Make the kept company of a schema anew; give its URL."""
    if "://" not in trial.url:
        url = str(trial.folder / f"schema-{schema}-{name}" / "company.db")
        Path(url).parent.mkdir()
        kept.restore(url, schema)
        return url
    with kept.connected(trial.url) as connection, connection.begin():
        # Waits for what a killed program's session may still be doing.
        for each in ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public"):
            connection.execute(text(each))
    kept.restore(trial.url, schema)
    return trial.url


def _once(trial: Trial, schema: int, turn: int, longest: float) -> str:
    url = company(trial, schema, f"turn-{turn}")
    names = kept.columns(url)
    before = kept.rows(url, names)
    with Crew(trial.folder / f"turn-{schema}-{turn}") as crew:
        worker = crew.start("upgrade", bring_up, url)
        began = float(worker.wait_for("begins")[0])
        _kill_at(worker, began + trial.random.random() * longest)
        acknowledged = worker.diary.said("through")
    found = kept.schema_of(url)
    must(found in (schema, SCHEMA_VERSION), f"schema {found} is neither old nor new")
    must(not acknowledged or found == SCHEMA_VERSION, "an upgrade that was through is undone")
    if found == schema:
        must(kept.columns(url) == names, "an old company has columns of the new one")
        must(kept.rows(url, names) == before, "an old company has other rows than before")
        must("db upgrade" in kept.refusal(url), "an old company is opened")
    _end(url, names, before)
    _copies_are_whole(url, schema, names, before)
    return "old" if found == schema else "new"


def _kill_at(worker: Worker, moment: float) -> None:
    """Kill at a moment, or at the end of the work where that comes first."""
    until(lambda: time.monotonic() >= moment or not worker.alive, "the moment")
    worker.kill()


def _end(url: str, names: kept.Columns, before: kept.Rows) -> None:
    """Upgrade once more; then all is there, and the doctor finds nothing."""
    desk = Desk(url, "owner")
    with closing(desk):
        upgrade(desk.database)
        after = kept.rows(url, names)
        for table in names:
            kept_, found = before[table].total(), after[table].total()
            must(found >= kept_, f"{table} has {found} of {kept_} rows")
        for table in ("sales_order", "order_line", "hold", "event", "movement", "stock"):
            must(not before[table] - after[table], f"rows of {table} are not as they were")
        broken = desk.open().read(examine)
    must(not broken, f"laws are broken: {broken[:3]}")


def _copies_are_whole(url: str, schema: int, names: kept.Columns, before: kept.Rows) -> None:
    """Whatever has the name of a copy is the old company, whole."""
    if "://" in url:
        return
    copies = list(Path(url).parent.glob("company.db.schema-*"))
    must(copies, "no copy of the old company was left")
    for copy in copies:
        must(kept.schema_of(str(copy)) == schema, f"{copy.name} has another schema")
        must(kept.rows(str(copy), names) == before, f"{copy.name} is not the old company")


FAULT = Fault(
    "an upgrade of a company with data is killed at any moment: the old company or the new one is "
    "found, never one between, and a second upgrade brings it to its end",
    run,
    full=100,
    short=2,
    counts="kills",
)
