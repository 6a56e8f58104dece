"""Looking at a SQLite company: everything committed is seen, nothing is changed or left behind."""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from orderdesk.domain.errors import Unavailable
from orderdesk.models.company import Series
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.processes import Crew
from tests.store import writers
from tests.store.writers import increment

NUMBER = statement(select(table_of(Series).c.next_number))


def number(work: Work) -> int:
    found: int = work.run(NUMBER)[0].next_number
    return found


def state(folder: Path) -> dict[str, Any]:
    """Give what lies in a folder, each file with the hash of its content.

    Not that of a log's index: there live readers note how far they are.
    """
    return {
        each.name: each.suffix != ".db-shm" and hashlib.sha256(each.read_bytes()).hexdigest()
        for each in folder.iterdir()
        if each.is_file()
    }


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that everybody may look into, for those who have no rights."""
    with tempfile.TemporaryDirectory(prefix="orderdesk-test-") as name:
        path = Path(name)
        path.chmod(0o755)
        yield path
        path.chmod(0o755)


@pytest.fixture
def crew() -> Iterator[Crew]:
    with tempfile.TemporaryDirectory(prefix="orderdesk-diaries-") as name:
        Path(name).chmod(0o777)
        with Crew(Path(name)) as crew:
            yield crew


@pytest.fixture
def company(sqlite_url: str) -> Path:
    """Give the company's file in a folder of its own, with nothing beside it."""
    path = Path(sqlite_url).parent / "company" / "desk.db"
    path.parent.mkdir()
    os.rename(sqlite_url, path)
    return path


def test_a_file_at_rest_is_read_without_a_trace(company: Path) -> None:
    before = state(company.parent)
    desk = Desk(company, "clerk", read_only=True).open()
    assert desk.read(number) == 1
    desk.database.changes()
    desk.database.facts()
    assert state(company.parent) == before
    desk.close()
    assert state(company.parent) == before


def test_what_a_live_desk_committed_is_seen(company: Path) -> None:
    writer = Desk(company, "clerk").open()
    writer.run(increment)
    looker = Desk(company, "clerk", read_only=True).open()
    before = state(company.parent)
    assert looker.read(number) == 2
    assert state(company.parent) == before
    writer.run(increment)
    assert looker.read(number) == 3
    writer.close()
    assert looker.read(number) == 3
    looker.close()
    assert set(state(company.parent)) == {"desk.db", "desk.db-queue"}


def test_what_a_killed_desk_committed_is_seen(company: Path, crew: Crew, tmp_path: Path) -> None:
    writer = Desk(company, "clerk").open()
    writer.run(increment)
    holder = crew.start("w", writers.hold_transaction, str(company), str(tmp_path / "never"))
    holder.wait_for("inside")
    writer.close()
    holder.kill()
    before = state(company.parent)
    assert "desk.db-wal" in before
    looker = Desk(company, "clerk", read_only=True).open()
    assert looker.read(number) == 2
    looker.close()
    assert state(company.parent) == before


@pytest.mark.parametrize("live", [False, True], ids=["at rest", "live"])
def test_a_folder_that_may_not_be_written_is_read(
    company: Path, folder: Path, crew: Crew, live: bool
) -> None:
    path = folder / "desk.db"
    shutil.copyfile(company, path)
    writer = Desk(path, "clerk").open()
    writer.run(increment)
    if not live:
        writer.close()
    for each in folder.iterdir():
        each.chmod(0o644)
    folder.chmod(0o555)
    before = state(folder)
    assert crew.start("looker", writers.look, str(path), True).wait_for("shows") == ["2"]
    assert state(folder) == before
    refused = crew.start("writer", writers.look, str(path), False).wait_for("refused")
    assert refused[0] == "not_writable"
    assert " ".join(refused).endswith("open the database with --read-only, or ask its owner")
    writer.close()


def test_a_log_that_cannot_be_read_back_is_said(company: Path, folder: Path, crew: Crew) -> None:
    writer = Desk(company, "clerk").open()
    writer.run(increment)
    path = folder / "desk.db"
    for end in ("", "-wal"):
        shutil.copyfile(f"{company}{end}", f"{path}{end}")
        Path(f"{path}{end}").chmod(0o644)
    writer.close()
    folder.chmod(0o555)
    refused = crew.start("looker", writers.look, str(path), True).wait_for("refused")
    assert refused[0] == "unread_log"
    assert "open it once without --read-only" in " ".join(refused)


def test_a_file_of_somebody_else_is_refused(company: Path, folder: Path, crew: Crew) -> None:
    path = folder / "desk.db"
    shutil.copyfile(company, path)
    path.chmod(0o000)
    refused = crew.start("looker", writers.look, str(path), True).wait_for("refused")
    assert refused[0] == "no_access"
    assert "cannot be opened by this user; ask its owner" in " ".join(refused)


def test_nothing_can_be_written(company: Path) -> None:
    before = state(company.parent)
    desk = Desk(company, "clerk", read_only=True).open()
    with pytest.raises(Unavailable, match="is open for reading only; nothing was changed"):
        desk.run(increment)
    with pytest.raises(Unavailable, match="reading only"):
        desk.rehearse(increment)
    connection = desk.database.connect()
    with pytest.raises(Exception, match="readonly"):
        connection.execute("DELETE FROM event")
    connection.close()
    desk.close()
    assert state(company.parent) == before


def test_nothing_can_be_written_on_either_database(url: str) -> None:
    desk = Desk(url, "clerk", read_only=True).open()
    with pytest.raises(Unavailable, match="reading only; nothing was changed"):
        desk.run(increment)
    assert desk.read(number) == 1
    desk.close()


def test_a_reading_that_a_writer_disturbed_is_done_again(company: Path) -> None:
    looker = Desk(company, "clerk", read_only=True).open()
    seen: list[int] = []

    def disturbed(work: Work) -> int:
        seen.append(number(work))
        if len(seen) == 1:
            writer = Desk(company, "clerk")
            writer.run(increment)
            writer.close()
        return number(work)

    assert looker.read(disturbed) == 2
    assert seen == [1, 2]
    looker.close()


def test_an_error_met_in_a_disturbed_reading_is_not_believed(company: Path) -> None:
    looker = Desk(company, "clerk", read_only=True).open()
    tries: list[int] = []

    def disturbed(work: Work) -> int:
        tries.append(1)
        if len(tries) == 1:
            writer = Desk(company, "clerk")
            writer.run(increment)
            writer.close()
            raise ValueError("this is what half a page looks like")
        return number(work)

    assert looker.read(disturbed) == 2
    looker.close()


def test_a_change_shows_however_coarse_the_clock(
    company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file changed a moment ago might change again within the same tick: it is waited for."""
    waited: list[float] = []
    real = time.sleep

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        real(seconds)

    monkeypatch.setattr(time, "sleep", sleep)
    os.utime(company)
    desk = Desk(company, "clerk", read_only=True).open()
    assert waited
    assert all(0 < each <= 0.05 for each in waited)
    desk.close()


def test_a_transaction_that_was_killed_half_way_is_never_shown(
    company: Path, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = crew.start("w", die_without_a_log, str(company))
    worker.wait_for("written")
    worker.kill()
    assert company.with_name("desk.db-journal").exists()
    looker = Desk(company, "clerk", read_only=True)
    with pytest.raises(Unavailable, match="open it once without --read-only"):
        looker.open()
    writer = Desk(company, "clerk").open()
    assert writer.read(number) == 1
    writer.close()
    looker = Desk(company, "clerk", read_only=True).open()
    assert looker.read(number) == 1
    looker.close()


def die_without_a_log(diary: Any, url: str) -> None:
    from orderdesk.store import driver

    driver.trusts_wal = lambda version: False
    writers.die_in_a_transaction(diary, url)
