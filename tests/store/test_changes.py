"""Live refresh: every desk learns that somebody has committed, and is not told otherwise."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orderdesk.domain.errors import Busy, Refused, Unavailable
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase
from orderdesk.store.work import Work
from tests.conftest import on_postgres
from tests.processes import Crew, until
from tests.store import writers
from tests.store.writers import LOOK, increment


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    with Crew(tmp_path / "diaries") as crew:
        yield crew


def changed(desk: Desk, before: int) -> Callable[[], bool]:
    return lambda: desk.database.changes() != before


def test_a_commit_of_another_desk_shows(desk: Desk, desk_of: Callable[[str], Desk]) -> None:
    before = desk.database.changes()
    assert desk.database.changes() == before
    desk_of("clerk2").run(increment)
    until(changed(desk, before), "the change")


def test_a_commit_of_another_process_shows(
    url: str, desk: Desk, crew: Crew, tmp_path: Path
) -> None:
    before = desk.database.changes()
    crew.start("other", writers.increment_by_recipe, url, 1).wait()
    until(changed(desk, before), "the change")


def test_what_was_undone_or_only_read_does_not_show(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    other = desk_of("clerk2")

    def refuse(work: Work) -> None:
        increment(work)
        raise Refused("no", "no")

    before = desk.database.changes()
    with pytest.raises(Refused):
        other.run(refuse)
    other.rehearse(increment)
    other.read(lambda work: work.one(LOOK, {"series": "order"}))
    assert desk.database.changes() == before


def test_the_change_can_be_watched_from_any_thread(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    other = desk_of("clerk2")
    before = desk.database.changes()
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: desk.database.changes(), range(20))) == {before}
        other.run(increment)
        until(lambda: pool.submit(desk.database.changes).result() != before, "the change")


def test_watching_does_not_wait_for_a_writer(desk: Desk, desk_of: Callable[[str], Desk]) -> None:
    other = desk_of("clerk2")
    inside, leave = threading.Event(), threading.Event()

    def slow(work: Work) -> None:
        increment(work)
        inside.set()
        leave.wait(30)

    thread = threading.Thread(target=lambda: other.run(slow))
    before = desk.database.changes()
    thread.start()
    inside.wait(30)
    assert desk.database.changes() == before
    leave.set()
    thread.join()
    until(changed(desk, before), "the change")


def test_a_file_that_cannot_be_looked_at_is_told_in_words(sqlite_url: str) -> None:
    database = SqliteDatabase(Path(sqlite_url.removeprefix("sqlite:///")))
    database.file.wal = False
    database.changes()
    database._watch.execute("PRAGMA busy_timeout = 0")
    other = database.connect()
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Busy, match="stayed busy; try again"):
        database.changes()
    other.rollback()
    other.close()
    database.close()


def test_a_desk_that_only_looks_sees_changes_too(url: str, desk_of: Callable[[str], Desk]) -> None:
    other = desk_of("clerk2")
    looker = Desk(url, "clerk", read_only=True).open()
    for _ in range(3):
        before = looker.database.changes()
        other.run(increment)
        until(changed(looker, before), "the change")
    settled = [looker.database.changes()]

    def quiet() -> bool:
        settled.append(looker.database.changes())
        return settled[-1] == settled[-2]

    until(quiet, "quiet")
    looker.close()


@on_postgres
def test_a_watcher_hears_of_a_server_that_has_gone(desk: Desk) -> None:
    before = desk.database.changes()
    admin = desk.database.connect()
    admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    admin.close()
    with pytest.raises(Unavailable, match="cannot be used"):
        until(changed(desk, before), "the loss")
    # And listens again by itself; what it missed counts as a change.
    assert desk.database.changes() != before


def test_a_watcher_hears_of_a_file_that_was_replaced(sqlite_url: str) -> None:
    for read_only in (False, True):
        desk = Desk(sqlite_url, "clerk", read_only=read_only).open()
        desk.database.changes()
        shutil.copyfile(sqlite_url, f"{sqlite_url}.new")
        os.replace(f"{sqlite_url}.new", sqlite_url)
        with pytest.raises(Unavailable, match="was replaced"):
            desk.database.changes()
        desk.close()
