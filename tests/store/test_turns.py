"""The queue of writers: in order, never for ever, and free again when its holder dies."""

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderdesk.domain.errors import Busy
from orderdesk.store import turns
from orderdesk.store.desk import Desk
from orderdesk.store.turns import Turns
from tests.processes import Crew, Diary, until
from tests.store import writers

pytestmark = pytest.mark.skipif(not turns.FAIR, reason="no flock here")


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    with Crew(tmp_path / "diaries") as crew:
        yield crew


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a path whose queue is waited at; the queue needs no database."""
    return tmp_path / "desk.db"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.2)


def waiting(path: Path) -> int:
    """Give how many processes wait in the kernel's queue for a lock on this file's queue."""
    inode = f":{os.stat(f'{path}-queue').st_ino} "
    lines = Path("/proc/locks").read_text().splitlines()
    return sum("-> FLOCK" in line and inode in line for line in lines)


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="no list of locks here")
def test_writers_are_served_in_the_order_they_came(crew: Crew, path: Path, tmp_path: Path) -> None:
    go_on, visits = tmp_path / "go-on", Diary(tmp_path / "visits")
    crew.start("holder", writers.hold_turn, str(path), str(go_on)).wait_for("inside")
    names = [f"writer-{number}" for number in range(6)]
    for place, name in enumerate(names, 1):
        crew.start(name, writers.take_turn, str(path), str(visits.path), name)
        until(lambda place=place: waiting(path) == place, f"{place} in the queue")  # type: ignore[misc]
    go_on.touch()
    until(lambda: len(visits.lines()) == len(names), "all visits")
    assert [line[0] for line in visits.lines()] == names


def test_nobody_waits_for_ever_for_a_stopped_holder(
    crew: Crew, path: Path, tmp_path: Path, impatient: None
) -> None:
    go_on = tmp_path / "go-on"
    holder = crew.start("holder", writers.hold_turn, str(path), str(go_on))
    holder.wait_for("inside")
    holder.stop()
    go_on.touch()
    mine = Turns(path)
    for _ in range(2):
        with (
            pytest.raises(Busy, match="another writer has held"),
            mine.turn(),
        ):
            pytest.fail("the turn was not free")
    holder.go_on()
    holder.wait_for("done")
    with mine.turn():
        pass
    mine.close()


def test_a_thread_does_not_wait_for_ever_either(
    crew: Crew, path: Path, tmp_path: Path, impatient: None
) -> None:
    go_on = tmp_path / "go-on"
    holder = crew.start("holder", writers.hold_turn, str(path), str(go_on))
    holder.wait_for("inside")
    holder.stop()
    go_on.touch()
    mine, outcomes = Turns(path), []

    def wait() -> None:
        try:
            with mine.turn():
                outcomes.append("turn")
        except Busy:
            outcomes.append("busy")

    def in_a_thread() -> None:
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join()

    in_a_thread()
    in_a_thread()
    assert outcomes == ["busy", "busy"]
    holder.go_on()
    holder.wait_for("done")
    # Those who were left behind in the queue pass their turn on.
    in_a_thread()
    assert outcomes[2:] == ["turn"]
    mine.close()


def test_a_turn_is_given_back_at_its_end(path: Path, impatient: None) -> None:
    one, two = Turns(path), Turns(path)
    for _ in range(2):
        with one.turn():
            pass
        with two.turn():
            pass
    one.close()
    two.close()


def test_threads_take_turns_too(path: Path) -> None:
    inside, most, together = 0, 0, threading.Lock()

    def visit() -> None:
        nonlocal inside, most
        mine = Turns(path)
        for _ in range(50):
            with mine.turn():
                with together:
                    inside += 1
                    most = max(most, inside)
                with together:
                    inside -= 1
        mine.close()

    threads = [threading.Thread(target=visit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_killed_holder_frees_the_turn(crew: Crew, path: Path, tmp_path: Path) -> None:
    holder = crew.start("holder", writers.hold_turn, str(path), str(tmp_path / "never"))
    holder.wait_for("inside")
    holder.kill()
    with Turns(path).turn():
        pass


def test_a_desk_is_told_busy_while_a_stopped_desk_writes(
    crew: Crew, sqlite_url: str, tmp_path: Path, impatient: None
) -> None:
    go_on = tmp_path / "go-on"
    holder = crew.start("holder", writers.hold_transaction, sqlite_url, str(go_on))
    holder.wait_for("inside")
    holder.stop()
    go_on.touch()
    desk = Desk(sqlite_url, "clerk").open()
    with pytest.raises(Busy):
        desk.run(writers.increment)
    holder.go_on()
    holder.wait_for("done")
    assert desk.run(writers.increment) == 3
    desk.close()


def test_the_queue_of_a_shared_folder_is_open_to_its_group(tmp_path: Path) -> None:
    tmp_path.chmod(0o2770)
    before = os.umask(0o077)
    try:
        with Turns(tmp_path / "desk.db").turn():
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "desk.db-queue").stat().st_mode & 0o777 == 0o660


@pytest.mark.parametrize("collecting", [True, False])
def test_garbage_is_collected_out_of_turn(tmp_path: Path, collecting: bool) -> None:
    """Whoever had switched collecting off finds it so afterwards."""
    (tmp_path / "desk.db").touch()
    turns = Turns(tmp_path / "desk.db")
    before = gc.isenabled()
    try:
        gc.enable() if collecting else gc.disable()
        with turns.turn():
            assert not gc.isenabled()
        assert gc.isenabled() is collecting
    finally:
        gc.enable() if before else gc.disable()
        turns.close()
