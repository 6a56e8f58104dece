"""The file is not what it should be, or not any more."""

import hashlib
import os
import shutil
from pathlib import Path

from orderdesk.domain.errors import OrderDeskError, Unavailable
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.faults.trial import Fault, Trial, must, order_of
from tests.processes import Crew, Diary
from tests.store.wrong import WRONG

WRITERS = 3


def place_until_refused(diary: Diary, url: str, name: str, seed: int) -> None:
    """Place orders until the desk refuses; tell why."""
    desk = Desk(url, "script").open()
    number = 0
    try:
        while True:
            desk.command(f"{name}-{number}", place, order_of(f"{name}-{number}", seed))
            diary.say("placed", number)
            number += 1
    except OrderDeskError as error:
        diary.say("refused", error.code, error.message)
    desk.close()


def run(trial: Trial) -> str:
    """Refuse every wrong file, and leave a file alone that took the place of another."""
    for name in WRONG:
        _refuse(trial, name)
    for turn in range(trial.n):
        _replace(trial, turn)
    return f"{len(WRONG)} wrong files refused, {trial.n} replaced under {WRITERS} writers"


def _refuse(trial: Trial, name: str) -> None:
    make, code, words = WRONG[name]
    folder = trial.folder / name.replace(" ", "-")
    folder.mkdir()
    path = folder / ("in/desk.db" if name == "under a file" else "desk.db")
    make(path)
    before = sorted(each.name for each in folder.iterdir())
    for read_only in (False, True):
        try:
            Desk(path, "clerk", read_only=read_only).open()
        except Unavailable as error:
            must(error.code == code, f"{name}: {error.code}, not {code}")
            must(words.format(path=path) in error.message, f"{name}: {error.message}")
        else:
            must(False, f"{name}: opened")
    must(sorted(each.name for each in folder.iterdir()) == before, f"{name}: left something")


def _replace(trial: Trial, turn: int) -> None:
    """Put a copy in the file's place while desks write; they must stop, the copy stay as it is."""
    path, other = trial.folder / f"live-{turn}.db", trial.folder / "other.db"
    shutil.copyfile(trial.url, path)
    shutil.copyfile(trial.url, other)
    with Crew(trial.folder / f"diaries-{turn}") as crew:
        writers = [
            crew.start(name, place_until_refused, str(path), name, trial.seed)
            for name in (f"writer-{place}" for place in range(WRITERS))
        ]
        for writer in writers:
            writer.wait_for("placed")
        before = _hash(other)
        os.replace(other, path)
        for writer in writers:
            code, *words = writer.wait_for("refused")
            must(code == "file_replaced", " ".join(words))
    must(_hash(path) == before, "the file that took the other's place was changed")


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


FAULT = Fault(
    "missing, empty, foreign files, folders, links to nowhere, a file replaced under writers: each "
    "refused with its own sentence, nothing made, nothing changed",
    run,
    full=20,
    short=2,
    counts="replacements",
    on_postgres=False,
)
