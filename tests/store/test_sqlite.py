"""How a SQLite file is driven: by which library, with which journal, told how."""

import shutil
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderdesk.domain.errors import Unavailable
from orderdesk.store import driver
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import ROWS_IN_LOG, SqliteDatabase
from orderdesk.store.work import Work
from tests.processes import Crew, Diary
from tests.store import writers
from tests.store.writers import increment

needs_good_library = pytest.mark.skipif(
    not driver.trusts_wal(driver.load().sqlite_version_info),
    reason="only a SQLite here that has the WAL-reset race",
)


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    with Crew(tmp_path / "diaries") as crew:
        yield crew


def older(path: str | Path) -> Desk:
    """Give a desk that takes its SQLite for one with the WAL-reset race."""
    database = SqliteDatabase(Path(path))
    database.file.wal = False
    return Desk(database, "clerk")


def journal(path: str | Path) -> str:
    """Give the journal that stands in the file's head."""
    return {1: "delete", 2: "wal"}[Path(path).read_bytes()[18]]


@pytest.mark.parametrize(
    ("version", "trusted"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_a_library_with_the_wal_reset_race_is_known(
    version: tuple[int, ...], trusted: bool
) -> None:
    assert driver.trusts_wal(version) is trusted


@needs_good_library
def test_every_connection_is_told_how_to_work(sqlite_url: str) -> None:
    desk = Desk(sqlite_url, "clerk").open()
    found: list[dict[str, object]] = []

    def ask() -> None:
        with desk.database.write("clerk") as work:
            execute = work._cursor.execute  # type: ignore[attr-defined]
            names = "foreign_keys synchronous journal_mode busy_timeout query_only temp_store"
            found.append({n: execute(f"PRAGMA {n}").fetchone()[0] for n in names.split()})

    ask()
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    desk.close()
    wanted = {
        "foreign_keys": 1,
        "synchronous": 3,
        "journal_mode": "wal",
        "busy_timeout": 10_000,
        "query_only": 0,
        "temp_store": 2,
    }
    assert found == [wanted, wanted]


def test_a_unit_of_work_is_the_only_writer_from_its_beginning(sqlite_url: str) -> None:
    """Also for those who do not queue, and before it has written anything."""
    desk = Desk(sqlite_url, "clerk").open()
    stranger = desk.database.connect()
    stranger.execute("PRAGMA busy_timeout = 0")
    with desk.database.write("clerk"), pytest.raises(Exception, match="database is locked"):
        stranger.execute("BEGIN IMMEDIATE")
    stranger.execute("BEGIN IMMEDIATE")
    stranger.close()
    desk.close()


@needs_good_library
def test_the_log_is_taken_in_by_writers_out_of_turn(sqlite_url: str, tmp_path: Path) -> None:
    """What the file alone holds tells it: a commit by itself leaves all of this in the log."""

    def number_in(path: str) -> int:
        alone = shutil.copy(path, tmp_path / "alone.db")
        connection = driver.load().connect(f"file:{alone}?immutable=1", uri=True)
        found: int = connection.execute(
            "SELECT next_number FROM series WHERE code = 'order'"
        ).fetchone()[0]
        connection.close()
        return found

    def many(work: Work) -> int:
        for _ in range(ROWS_IN_LOG // 2):
            number = increment(work)
        return number

    desk = Desk(sqlite_url, "clerk").open()
    before = number_in(sqlite_url)
    first = desk.run(many)
    assert number_in(sqlite_url) == before < first
    second = desk.run(many)
    assert number_in(sqlite_url) == second
    desk.close()


def test_with_an_older_library_there_is_no_log_and_the_desk_says_why(sqlite_url: str) -> None:
    desk = older(sqlite_url).open()
    assert desk.run(increment) == 2
    facts = desk.database.facts()
    assert facts["journal"] == "delete"
    assert "WAL-reset race" in facts["journal_reason"]
    assert "install the pysqlite3 package" in facts["journal_reason"]
    connection = desk.database.connect()
    assert connection.execute("PRAGMA synchronous").fetchone() == (3,)
    connection.close()
    desk.close()
    assert journal(sqlite_url) == "delete"


@needs_good_library
def test_a_newer_library_takes_the_log_again(sqlite_url: str) -> None:
    older(sqlite_url).open().close()
    desk = Desk(sqlite_url, "clerk").open()
    assert desk.database.facts()["journal"] == "wal"
    assert "free of the WAL-reset race" in desk.database.facts()["journal_reason"]
    desk.close()
    assert journal(sqlite_url) == "wal"


@needs_good_library
def test_an_older_library_stays_away_from_a_live_log(sqlite_url: str) -> None:
    newer = Desk(sqlite_url, "clerk").open()
    newer.run(increment)
    with pytest.raises(Unavailable, match="install the pysqlite3 package here, or close") as caught:
        older(sqlite_url).open()
    assert caught.value.code == "older_sqlite"
    assert newer.run(increment) == 3
    newer.close()
    desk = older(sqlite_url).open()
    assert desk.run(increment) == 4
    desk.close()


@needs_good_library
def test_an_older_library_notices_a_log_that_came_later(sqlite_url: str) -> None:
    desk = older(sqlite_url).open()
    assert desk.run(increment) == 2
    newer = Desk(sqlite_url, "clerk").open()
    assert newer.database.facts()["journal"] == "wal"
    with pytest.raises(Unavailable, match="is open at a desk with a newer SQLite"):
        desk.run(increment)
    newer.close()
    desk.close()


@needs_good_library
def test_a_newer_library_leaves_the_journal_of_one_that_is_busy(
    sqlite_url: str, crew: Crew, tmp_path: Path
) -> None:
    go_on = tmp_path / "go-on"
    worker = crew.start("older", hold_without_a_log, sqlite_url, str(go_on))
    worker.wait_for("inside")
    newer = Desk(sqlite_url, "clerk").open()
    facts = newer.database.facts()
    assert facts["journal"] == "delete"
    assert "open it again" in facts["journal_reason"]
    go_on.touch()
    worker.wait_for("done")
    assert newer.run(increment) == 3
    newer.close()


def hold_without_a_log(diary: Diary, url: str, go_on: str) -> None:
    driver.trusts_wal = lambda version: False
    writers.hold_snapshot(diary, url, go_on)


CORE_WITHOUT_PYSQLITE3 = """
    import sys
    sys.modules["pysqlite3"] = None
    from orderdesk.store.desk import Desk
    from tests.store.writers import increment
    desk = Desk(sys.argv[1], "clerk").open()
    desk.run(increment)
    print(desk.database.facts()["library"].split()[0], "pysqlite3._sqlite3" in sys.modules)
"""
CORE_WITH_PYSQLITE3 = """
    import sys
    from pathlib import Path
    from orderdesk.store.backup import backup
    from orderdesk.store.desk import Desk
    from orderdesk.store.schema import upgrade
    desk = Desk(sys.argv[1], "clerk").open()
    upgrade(desk.database)
    backup(desk.database, Path(sys.argv[1] + ".copy"))
    Desk(sys.argv[1] + ".copy", "clerk", read_only=True).open()
    with desk.database.engine().connect() as connection:
        connection.exec_driver_sql("SELECT 1 FROM company")
    print(desk.database.facts()["library"].split()[0], "_sqlite3" in sys.modules)
"""


def run_in_a_new_interpreter(program: str, url: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), url],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    ).stdout


def test_pythons_own_library_serves_where_there_is_no_other(sqlite_url: str) -> None:
    assert run_in_a_new_interpreter(CORE_WITHOUT_PYSQLITE3, sqlite_url) == "sqlite3 False\n"


@pytest.mark.skipif(driver.load().__name__ == "sqlite3", reason="no pysqlite3 here")
def test_two_libraries_never_meet_in_one_process(sqlite_url: str) -> None:
    assert run_in_a_new_interpreter(CORE_WITH_PYSQLITE3, sqlite_url) == "pysqlite3 False\n"


def test_the_library_stays_the_same_for_the_whole_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = driver.load()
    monkeypatch.setitem(sys.modules, "pysqlite3", None)
    monkeypatch.delitem(sys.modules, "pysqlite3.dbapi2", raising=False)
    assert driver.load() is first


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("file is not a database", "foreign_file"),
        ("database disk image is malformed", "damaged"),
        ("database or disk is full", "disk_full"),
        ("attempt to write a readonly database", "not_writable"),
        ("unable to open database file", "no_access"),
        ("disk I/O error", "disk_error"),
    ],
)
def test_what_the_driver_says_becomes_one_sentence_with_a_cure(said: str, code: str) -> None:
    file = SqliteDatabase(Path("/shop/desk.db"))
    sentence = file.sentence(driver.load().DatabaseError(said))
    assert sentence is not None
    assert sentence.code == code
    assert sentence.message.startswith("/shop/desk.db ")
    assert len(sentence.message.splitlines()) == 1
    assert file.sentence(ValueError(said)) is None
