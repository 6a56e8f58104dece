"""The disk is full, or the file may not grow any more."""

import contextlib
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from orderdesk.domain.errors import OrderDeskError
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from tests.faults.kill import ANSWERED
from tests.faults.trial import Fault, Trial, must, order_of
from tests.processes import Crew, Diary, until

CODES = ("disk_full", "disk_error")
_ROOM = 3 << 20
"""Bytes of the small file system, the company's own 600 thousand among them."""


def fill(diary: Diary, url: str, name: str, seed: int, room: int) -> None:
    """Place orders until no more fit, look at one, wait for room, and place the rest.

    With `room` this process may make no file longer than the log is now and so many bytes more.
    """
    desk = Desk(url, "script").open()
    first = desk.command(f"{name}-first", place, order_of(f"{name}-first", seed))
    if room:
        longest = max(os.path.getsize(each) for each in (url, f"{url}-wal"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (longest + room, resource.RLIM_INFINITY))
    for number in count():
        key = f"{name}-{number}"
        try:
            view = desk.command(key, place, order_of(key, seed))
        except OrderDeskError as error:
            diary.say("refused", error.code, error.message)
            break
        diary.say("placed", key, view.number)
    must(desk.read(show, first.number).number == first.number, "reads do not go on")
    diary.say("reads")
    if room:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    else:
        until(lambda: diary.said("room"), "room")
    diary.say("placed", key, desk.command(key, place, order_of(key, seed)).number)
    desk.close()
    diary.say("done")


def run(trial: Trial) -> str:
    """Fill it by a limit on files, and where one may be mounted, a small file system."""
    codes: set[str] = set()
    for turn in range(trial.n):
        room = trial.random.randrange(4_096, 200_000)
        codes |= _fill(trial, trial.path, f"limit-{turn}", room)
    trial.laws_hold()
    with small_file_system(trial.folder / "small") as small:
        if small is not None:
            path = small / "desk.db"
            shutil.copyfile(trial.url, path)
            codes |= _fill(trial, path, "small", 0, small / "ballast")
            Trial(str(path), trial.folder, trial.seed, 1).laws_hold()
    where = "a small file system" if small else "no small file system could be mounted here"
    return f"{trial.n} limits, {where}: {' and '.join(sorted(codes))} said, nothing lost"


def _fill(trial: Trial, path: Path, name: str, room: int, ballast: Path | None = None) -> set[str]:
    if ballast is not None:
        ballast.write_bytes(bytes(256 << 10))
    with Crew(trial.folder / "diaries") as crew:
        worker = crew.start(name, fill, str(path), name, trial.seed, room)
        worker.wait_for("reads")
        if ballast is not None:
            ballast.unlink()
            worker.diary.say("room")
        worker.wait_for("done")
        said = worker.diary.said("refused")
        placed = {key for key, _ in worker.diary.said("placed")}
    must(len(said) == 1, f"{name}: never full")
    code, *words = said[0]
    must(code in CODES, f"{name}: {code} {' '.join(words)}")
    must(words[0] == str(path) and "nothing was changed" in " ".join(words), " ".join(words))
    desk = Desk(path, "script").open()
    there = {row.id for row in desk.read(lambda work: work.run(ANSWERED))}
    desk.close()
    must(placed <= there, f"{name}: lost {sorted(placed - there)[:5]}")
    return {code}


@contextlib.contextmanager
def small_file_system(folder: Path) -> Iterator[Path | None]:
    """Mount a file system of a few megabytes; None where this user may not."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_ROOM}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


FAULT = Fault(
    "no room to grow: the order that does not fit is refused with one sentence, reads go on, "
    "nothing is lost, and with room again the desk goes on",
    run,
    full=20,
    short=2,
    counts="limits",
    on_postgres=False,
)
