"""A company is put back from its backup, with the logs of other days lying about."""

import contextlib
import os
import shutil
from pathlib import Path

from orderdesk.domain.doctor import Broken
from orderdesk.domain.errors import Unavailable
from orderdesk.services.doctor import examine
from orderdesk.services.orders.place import place
from orderdesk.store.backup import backup, restore
from orderdesk.store.desk import Desk
from orderdesk.store.engine import Database, database
from tests.faults.kill import keep_placing
from tests.faults.readonly import count
from tests.faults.trial import Fault, Trial, must, order_of
from tests.processes import Crew

STATES = ("whole", "killed", "missing", "ruined", "open")
"""How the database is found that the backup replaces."""


def run(trial: Trial) -> str:
    """Again and again: back up, go on, come to grief, restore; the copy must be as it was made."""
    tried = dict.fromkeys(STATES, 0)
    for turn in range(trial.n):
        state = STATES[turn % len(STATES)]
        _once(trial, turn, state)
        tried[state] += 1
    return ", ".join(f"{times} {state}" for state, times in tried.items())


def _once(trial: Trial, turn: int, state: str) -> None:
    folder = trial.folder / f"turn-{turn}"
    folder.mkdir()
    path, copy = folder / "desk.db", folder / "copy.db"
    shutil.copyfile(trial.url, path)
    _place(path, trial, f"before-{turn}", trial.random.randint(1, 9))
    orders = _orders(path)
    with contextlib.closing(database(path)) as source:
        backup(source, copy, laws=_laws)
    with Crew(folder / "diaries") as crew:
        writer = crew.start("writer", keep_placing, str(path), f"after-{turn}", trial.seed)
        writer.wait_for("placed")
        if state == "open":
            _refuse(path, copy)
        if state == "whole":
            writer.kill()
            _place(path, trial, f"last-{turn}", 1)
        writer.kill()
    if state == "missing":
        os.unlink(path)
    if state == "ruined":
        path.write_bytes(trial.random.randbytes(9_000))
    if trial.random.random() < 0.5:
        # The log of another day, beside the backup.
        log = Path(f"{path}-wal")
        Path(f"{copy}-wal").write_bytes(log.read_bytes() if log.exists() else b"stale" * 50)
    put_back = restore(database(path), copy, laws=_laws)
    must(not put_back.broken, f"{state}: the doctor found {put_back.broken[:3]}")
    for end in ("-wal", "-shm", "-journal"):
        must(not Path(f"{path}{end}").exists(), f"{state}: {path.name}{end} was left")
    must(_orders(path) == orders, f"{state}: {_orders(path)} orders, the backup had {orders}")
    must((put_back.kept is None) == (state == "missing"), f"{state}: kept {put_back.kept}")
    _place(path, trial, f"again-{turn}", 1)


def _refuse(path: Path, copy: Path) -> None:
    try:
        restore(database(path), copy)
    except Unavailable as error:
        must(error.code == "in_use", error.message)
    else:
        must(False, "restored under an open desk")


def _place(path: Path, trial: Trial, name: str, times: int) -> None:
    desk = Desk(path, "script").open()
    for number in range(times):
        desk.command(f"{name}-{number}", place, order_of(f"{name}-{number}", trial.seed))
    desk.close()


def _orders(path: Path) -> int:
    desk = Desk(path, "script", read_only=True).open()
    found = desk.read(count)
    desk.close()
    return found


def _laws(found: Database) -> list[Broken]:
    return Desk(found, "script").read(examine)


FAULT = Fault(
    "stale logs beside the database and beside its backup, a killed, missing, ruined or open "
    "database: the restored copy is as it was made and passes the doctor; an open one is refused",
    run,
    full=100,
    short=5,
    counts="restores",
    on_postgres=False,
)
