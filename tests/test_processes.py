"""Workers of races and faults are never left, whatever becomes of those who started them."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.processes import Crew, Diary, until

ROOT = Path(__file__).parents[1]


def work_on(diary: Diary) -> None:
    """Say who works, and never end."""
    diary.say("pid", os.getpid())
    while True:
        time.sleep(0.05)


def start_and_wait(folder: str) -> None:
    """Start a worker and wait for it, which takes for ever."""
    with Crew(Path(folder)) as crew:
        crew.start("worker", work_on).wait(600)


def test_a_worker_ends_with_whoever_started_it(tmp_path: Path) -> None:
    start = f"from tests.test_processes import start_and_wait as s; s({str(tmp_path)!r})"
    starter = subprocess.Popen([sys.executable, "-c", start], cwd=ROOT)
    diary = Diary(tmp_path / "worker.diary")
    until(lambda: diary.said("pid"), "the worker")
    worker = int(diary.said("pid")[0][0])
    assert _runs(worker)
    starter.kill()
    starter.wait()
    until(lambda: not _runs(worker), "the worker's end")


def test_a_diary_is_read_on_from_where_it_was(tmp_path: Path) -> None:
    mine, theirs = Diary(tmp_path / "one"), Diary(tmp_path / "one")
    assert mine.lines() == []
    theirs.say("first", 1)
    assert mine.lines() == [["first", "1"]]
    mine.lines().clear()
    theirs.say("second")
    with mine.path.open("a") as file:
        file.write("cut off")
    assert mine.lines() == [["first", "1"], ["second"]]
    assert mine.said("first") == [["1"]]


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
