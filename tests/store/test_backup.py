"""Copies of a company: whole, of one moment, examined, and put back without a trace of the old."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from orderdesk.domain.doctor import DATABASE, Broken
from orderdesk.domain.errors import Refused, Unavailable
from orderdesk.services.doctor import examine
from orderdesk.store import driver, files
from orderdesk.store.backup import backup, restore, sound
from orderdesk.store.desk import Desk
from orderdesk.store.engine import SCHEMA_VERSION, Database, database
from tests.laws import assert_laws_hold
from tests.processes import Crew
from tests.store import writers
from tests.store.writers import LOOK, increment


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    with Crew(tmp_path / "diaries") as crew:
        yield crew


@pytest.fixture
def path(sqlite_url: str) -> Path:
    return Path(sqlite_url)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "backups" / "copy.db"


def back_up(path: Path, copy: Path) -> None:
    """Back up, as a command of its own does."""
    with closing(database(path)) as source:
        backup(source, copy)


def laws(found: Database) -> list[Broken]:
    return Desk(found, "clerk").read(examine)


def count(path: Path, times: int) -> None:
    """Count up at a desk of its own."""
    desk = Desk(path, "clerk").open()
    for _ in range(times):
        desk.run(increment)
    desk.close()


def number(path: Path) -> int:
    desk = Desk(path, "clerk", read_only=True).open()
    found = desk.read(lambda work: work.one(LOOK, {"series": "order"}))
    desk.close()
    assert found is not None
    shown: int = found.next_number
    return shown


def leftovers(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if each.is_file())


def test_a_backup_has_what_was_committed_and_is_one_file(path: Path, copy: Path) -> None:
    desk = Desk(path, "clerk").open()
    desk.run(increment)
    steps: list[tuple[int, int]] = []
    made = backup(desk.database, copy, laws=laws, progress=lambda *step: steps.append(step))
    desk.run(increment)
    desk.close()
    assert (made.file, made.schema, made.broken) == (str(copy), SCHEMA_VERSION, ())
    assert made.bytes == copy.stat().st_size
    assert steps[-1][0] == steps[-1][1] > 0
    assert leftovers(copy.parent) == ["copy.db"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert number(copy) == 2
    assert leftovers(copy.parent) == ["copy.db"]
    restored = Desk(copy, "clerk").open()
    assert_laws_hold(restored)
    restored.close()


def test_a_backup_is_made_of_one_moment_while_others_write(
    path: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write between two steps neither shows in the copy nor makes it begin anew."""
    monkeypatch.setattr("orderdesk.store.backup._STEP", 10)
    desk, other = Desk(path, "clerk").open(), Desk(path, "clerk2").open()
    steps: list[int] = []

    def progress(done: int, total: int) -> None:
        steps.append(done)
        other.run(increment)

    backup(desk.database, copy, progress=progress)
    assert len(steps) > 3
    assert steps == sorted(steps)
    assert number(copy) == 1
    assert number(path) == 1 + len(steps)
    desk.close()
    other.close()


def test_a_desk_that_only_looks_may_make_a_backup(path: Path, copy: Path) -> None:
    count(path, 1)
    before = leftovers(path.parent)
    backup(database(path, read_only=True), copy)
    assert number(copy) == 2
    assert leftovers(path.parent) == before


def test_a_backup_never_replaces_a_file(path: Path, tmp_path: Path) -> None:
    standing = tmp_path / "precious.db"
    standing.write_text("precious")
    with pytest.raises(Unavailable, match="is there already; nothing was made"):
        backup(database(path), standing)
    assert standing.read_text() == "precious"


@pytest.mark.parametrize("operation", [backup, restore])
def test_postgresql_is_left_to_its_own_tools(operation: Callable[..., object], copy: Path) -> None:
    tool = "pg_dump --format=custom" if operation is backup else "pg_restore"
    with pytest.raises(Refused, match=tool) as caught:
        operation(database("postgresql://ann:secret@host/shop"), copy)
    assert "secret" not in caught.value.message


def test_a_broken_law_is_told_and_the_backup_kept(path: Path, copy: Path) -> None:
    connection = database(path).connect()
    connection.execute("UPDATE stock SET on_hand = on_hand + 1 WHERE product_id = 1")
    connection.close()
    with closing(database(path)) as source:
        made = backup(source, copy, laws=laws)
    assert [each.law for each in made.broken] == [1]
    assert copy.exists()


def test_a_damaged_copy_is_never_kept(path: Path, copy: Path) -> None:
    damage(path)
    with pytest.raises(Unavailable, match="damaged"):
        back_up(path, copy)
    assert leftovers(copy.parent) == []


def damage(path: Path) -> None:
    """Write nonsense over a page that holds a table or an index, as a failing disk does."""
    connection = driver.load().connect(str(path))
    root, size = connection.execute(
        "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_master"
        " WHERE name = 'sqlite_autoindex_product_1'"
    ).fetchone()
    connection.close()
    with path.open("r+b") as opened:
        opened.seek((root - 1) * size)
        opened.write(b"\x0a" + b"\xff" * 200)


def test_a_restore_puts_the_backup_back_and_keeps_what_stood_there(path: Path, copy: Path) -> None:
    back_up(path, copy)
    count(path, 3)
    put_back = restore(database(path), copy, laws=laws)
    assert (put_back.schema, put_back.broken) == (SCHEMA_VERSION, ())
    kept = path.with_name("desk.db.before-restore")
    assert put_back.kept == str(kept)
    assert (number(path), number(kept), number(copy)) == (1, 4, 1)
    again = restore(database(path), kept)
    assert again.kept == f"{kept}-2"
    assert number(path) == 4
    desk = Desk(path, "clerk").open()
    assert_laws_hold(desk)
    assert desk.run(increment) == 5
    desk.close()


def test_a_restore_keeps_the_rights_of_what_stood_there(path: Path, copy: Path) -> None:
    back_up(path, copy)
    path.chmod(0o660)
    restore(database(path), copy)
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_a_stale_log_beside_the_missing_database_is_taken_away(path: Path, copy: Path) -> None:
    back_up(path, copy)
    leave_a_log(path)
    path.unlink()
    assert path.with_name("desk.db-wal").exists()
    assert restore(database(path), copy).kept is None
    assert number(path) == 1
    assert {"desk.db-wal", "desk.db-shm"}.isdisjoint(leftovers(path.parent))


def test_a_stale_log_beside_the_backup_is_not_taken_in(path: Path, copy: Path) -> None:
    back_up(path, copy)
    leave_a_log(path)
    shutil.copyfile(f"{path}-wal", f"{copy}-wal")
    restore(database(path), copy)
    assert number(path) == 1


def test_a_copied_live_file_is_restored_with_its_own_log(path: Path, copy: Path) -> None:
    leave_a_log(path)
    copy.parent.mkdir()
    for end in ("", "-wal"):
        shutil.copyfile(f"{path}{end}", f"{copy}{end}")
    count(path, 5)
    restore(database(path), copy)
    assert number(path) == 3


def leave_a_log(path: Path) -> None:
    """Commit twice and leave as a killed desk does, with the log beside the file."""
    aside = path.with_name("aside")
    aside.mkdir()
    desk = Desk(path, "clerk").open()
    desk.run(increment)
    desk.run(increment)
    for end in ("", "-wal", "-shm"):
        shutil.copyfile(f"{path}{end}", aside / f"desk.db{end}")
    desk.close()
    files.remove(path)
    for end in ("", "-wal", "-shm"):
        os.rename(aside / f"desk.db{end}", f"{path}{end}")
    aside.rmdir()


def test_a_ruined_database_is_kept_with_its_log_and_replaced(path: Path, copy: Path) -> None:
    back_up(path, copy)
    leave_a_log(path)
    path.write_bytes(b"\0" * 10_000)
    put_back = restore(database(path), copy)
    assert number(path) == 1
    assert Path(f"{put_back.kept}-wal").exists()


def test_nothing_is_restored_under_an_open_desk(
    path: Path, copy: Path, crew: Crew, tmp_path: Path
) -> None:
    back_up(path, copy)
    go_on = tmp_path / "go-on"
    worker = crew.start("other", writers.hold_snapshot, str(path), str(go_on))
    worker.wait_for("inside")
    with pytest.raises(Unavailable, match="is open at another desk; close every desk"):
        restore(database(path), copy)
    go_on.touch()
    worker.wait_for("done")
    assert number(path) == 2
    assert restore(database(path), copy).kept
    assert number(path) == 1


def other_program(path: Path) -> None:
    connection = driver.load().connect(str(path))
    connection.execute("CREATE TABLE songs (name TEXT)")
    connection.close()


def foreign(path: Path) -> None:
    path.unlink()
    other_program(path)


def newer(path: Path) -> None:
    connection = driver.load().connect(str(path))
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (foreign, "of another program"),
        (lambda copy: copy.write_text("Dear Sir or Madam, " * 100), "not a SQLite database"),
        (lambda copy: (copy.unlink(), copy.touch()), "is an empty file"),
        (Path.unlink, "there is no database at"),
        (newer, "newer than this program's"),
        (damage, "is damaged|malformed"),
    ],
    ids=["foreign", "text", "empty", "missing", "newer", "damaged"],
)
def test_what_is_no_good_backup_is_refused_and_nothing_changes(
    path: Path, copy: Path, spoil: Callable[[Path], object], words: str
) -> None:
    back_up(path, copy)
    count(path, 1)
    spoil(copy)
    with pytest.raises(Unavailable, match=words):
        restore(database(path), copy)
    assert number(path) == 2
    assert leftovers(path.parent) == ["desk.db", "desk.db-queue"]


def test_a_database_of_another_program_is_not_replaced(path: Path, copy: Path) -> None:
    back_up(path, copy)
    files.remove(path)
    other_program(path)
    with pytest.raises(Unavailable, match="of another program"):
        restore(database(path), copy)


def test_a_database_is_not_restored_from_itself(path: Path) -> None:
    with pytest.raises(Refused, match="is the database itself"):
        restore(database(path), path)


def test_a_restore_is_no_work_for_a_desk_that_only_looks(path: Path, copy: Path) -> None:
    back_up(path, copy)
    with pytest.raises(Refused, match="leave out --read-only"):
        restore(database(path, read_only=True), copy)


def test_the_files_own_checks_name_what_is_wrong(path: Path) -> None:
    with closing(database(path)) as whole:
        assert sound(whole) == []
    connection = driver.load().connect(str(path))
    connection.execute("DELETE FROM unit WHERE code = 'kg'")
    connection.commit()
    connection.close()
    with closing(database(path)) as broken:
        found = sound(broken)
    assert [(each.law, each.table) for each in found] == [(DATABASE, "product")]
