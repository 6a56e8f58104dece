"""What a database file must be: each thing that is wrong with it has a sentence and a cure."""

import os
import shutil
import socket
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from orderdesk.domain.company import FoundRequest
from orderdesk.domain.errors import Unavailable
from orderdesk.models.company import User
from orderdesk.services.company import found
from orderdesk.store import engine, files
from orderdesk.store.creation import create
from orderdesk.store.desk import Desk
from orderdesk.store.engine import APPLICATION_ID, SCHEMA_VERSION, Database
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.conftest import on_postgres
from tests.store.writers import increment
from tests.store.wrong import WRONG

USERS = statement(select(table_of(User)))

MOUNTS = """\
22 1 252:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:40 / /srv/team\\040files rw - nfs4 server:/export rw
31 22 0:41 / /srv/team\\040files/local rw - xfs /dev/vdb rw
32 22 0:42 / /home rw - cifs //server/home rw
33 22 0:43 / /mnt/win rw - 9p drvfs rw
34 22 0:44 / /media/remote rw - fuse.sshfs host: rw
"""


def first_rows(database: Database) -> None:
    desk = Desk(database, "owner")
    desk.run(found, FoundRequest(name="New", business_date="2026-11-23"))


def unmarked(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + bytes(4080))


@pytest.mark.parametrize("read_only", [False, True], ids=["to write", "to read"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_file_is_refused_with_its_own_sentence_and_left_alone(
    tmp_path: Path, wrong: str, read_only: bool
) -> None:
    make, code, words = WRONG[wrong]
    path = tmp_path / ("desk/desk.db" if wrong == "under a file" else "desk.db")
    make(path)
    before = sorted(each.name for each in tmp_path.iterdir())
    desk = Desk(path, "clerk", read_only=read_only)
    with pytest.raises(Unavailable) as caught:
        desk.open()
    desk.close()
    assert caught.value.code == code
    assert words.format(path=path) in caught.value.message
    assert sorted(each.name for each in tmp_path.iterdir()) == before


@pytest.mark.parametrize("read_only", [False, True], ids=["to write", "to read"])
def test_a_ruined_file_is_refused(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "desk.db"
    unmarked(path)
    with pytest.raises(Unavailable, match=r"desk\.db is (damaged|not a SQLite database)"):
        Desk(path, "clerk", read_only=read_only).open()


def test_a_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(Unavailable, match="NUL in its name"):
        Desk("desk\0.db", "clerk").open()


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("desk.db")
        with pytest.raises(Unavailable, match="not a plain file"):
            files.identity(tmp_path / "desk.db")


def test_an_unknown_kind_of_database_is_refused() -> None:
    with pytest.raises(Unavailable, match="of an unknown kind; give a file"):
        Desk("mysql://host/shop", "clerk")


def test_a_link_is_one_more_name_of_the_same_desk(sqlite_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    link = folder / "link.db"
    link.symlink_to(sqlite_url)
    desk = Desk(link, "clerk").open()
    assert desk.run(increment) == 2
    assert [each.name for each in folder.iterdir()] == ["link.db"]
    desk.close()


def test_a_second_name_is_refused_because_its_log_would_be_another(sqlite_url: str) -> None:
    os.link(sqlite_url, f"{sqlite_url}.copy")
    with pytest.raises(Unavailable, match=r"has a second name \(.*desk\.db\.copy\)") as caught:
        Desk(sqlite_url, "clerk").open()
    assert caught.value.details["others"] == [f"{sqlite_url}.copy"]
    os.unlink(f"{sqlite_url}.copy")
    Desk(sqlite_url, "clerk").open().close()


def test_the_second_name_that_a_killed_start_left_is_taken_away(sqlite_url: str) -> None:
    path = Path(sqlite_url)
    left = path.with_name(f".{path.name}.4711{files.NEW}")
    os.link(path, left)
    Desk(path, "clerk").open().close()
    assert not left.exists()


def test_a_file_replaced_under_the_desk_is_noticed_at_the_next_write(
    sqlite_url: str, tmp_path: Path
) -> None:
    desk = Desk(sqlite_url, "clerk").open()
    desk.database.changes()
    known = len(desk.read(lambda work: work.run(USERS)))
    other = tmp_path / "other.db"
    shutil.copyfile(sqlite_url, other)
    before = other.read_bytes()
    os.replace(other, sqlite_url)
    with pytest.raises(Unavailable, match=r"was replaced by another file .* open it again"):
        desk.run(increment)
    with pytest.raises(Unavailable, match="was replaced"):
        desk.database.changes()
    assert len(desk.read(lambda work: work.run(USERS))) == known
    desk.close()
    assert Path(sqlite_url).read_bytes() == before


def test_a_file_removed_under_the_desk_is_noticed(sqlite_url: str) -> None:
    desk = Desk(sqlite_url, "clerk").open()
    os.unlink(sqlite_url)
    with pytest.raises(Unavailable, match="there is no database"):
        desk.run(increment)
    desk.close()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/team files/desk.db", "nfs4"),
        ("/srv/team files/local/desk.db", "xfs"),
        ("/home/ann/desk.db", "cifs"),
        ("/mnt/win/c/desk.db", "9p"),
        ("/media/remote/desk.db", "fuse.sshfs"),
        ("/homework/desk.db", "ext4"),
    ],
)
def test_the_file_system_of_a_path_is_that_of_the_innermost_mount(path: str, kind: str) -> None:
    assert files.file_system(Path(path), MOUNTS) == kind


def test_a_network_share_is_refused_naming_postgresql() -> None:
    files.refuse_share(Path("/srv/team files/local/desk.db"), MOUNTS)
    with pytest.raises(Unavailable, match=r"network share \(nfs4\).*use PostgreSQL"):
        files.refuse_share(Path("/srv/team files/desk.db"), MOUNTS)


def test_nothing_is_opened_or_made_on_a_network_share(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("22 1 0:40 / / rw - nfs4 server:/export rw\n")
    monkeypatch.setattr(files, "MOUNTS", mounts)
    for read_only in (False, True):
        with pytest.raises(Unavailable, match="network share"):
            Desk(sqlite_url, "clerk", read_only=read_only).open()
    with pytest.raises(Unavailable, match="network share"):
        create(tmp_path / "new.db", first_rows)
    assert not (tmp_path / "new.db").exists()


def test_a_new_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        create(tmp_path / "deep" / "desk.db", first_rows)
    finally:
        os.umask(before)
    assert [each.name for each in (tmp_path / "deep").iterdir()] == ["desk.db"]
    assert mode(tmp_path / "deep" / "desk.db") == 0o600


def test_a_new_database_in_a_shared_folder_is_for_its_group_too(tmp_path: Path) -> None:
    tmp_path.chmod(0o2770)
    before = os.umask(0o077)
    try:
        create(tmp_path / "desk.db", first_rows)
        desk = Desk(tmp_path / "desk.db", "owner").open()
        desk.run(increment)
        assert {each.name: mode(each) for each in tmp_path.iterdir()} == dict.fromkeys(
            ("desk.db", "desk.db-wal", "desk.db-shm", "desk.db-queue"), 0o660
        )
        desk.close()
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("there", ["a file", "a link to nowhere"])
def test_nothing_is_made_where_something_stands(tmp_path: Path, there: str) -> None:
    path = tmp_path / "desk.db"
    if there == "a file":
        path.write_text("mine")
    else:
        path.symlink_to("nowhere")
    with pytest.raises(Unavailable, match="is there already; nothing was made"):
        create(path, first_rows)
    assert [each.name for each in tmp_path.iterdir()] == ["desk.db"]


def test_a_start_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(database: Database) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        create(tmp_path / "desk.db", fail)
    assert list(tmp_path.iterdir()) == []


def test_a_newer_schema_is_refused_at_open_and_at_the_first_write(url: str) -> None:
    desk = Desk(url, "clerk").open()
    assert desk.run(increment) == 2
    raise_schema(desk)
    with pytest.raises(Unavailable, match="newer than this program's") as caught:
        desk.run(increment)
    assert caught.value.details == {"found": SCHEMA_VERSION + 1, "known": SCHEMA_VERSION}
    desk.close()
    with pytest.raises(Unavailable, match="install the newer OrderDesk"):
        Desk(url, "clerk").open()
    raise_schema(desk, SCHEMA_VERSION)
    assert desk.run(increment) == 3
    desk.close()


@on_postgres
def test_a_schema_that_changes_under_a_unit_of_work_undoes_it(url: str) -> None:
    """On SQLite an upgrade waits for the writer; on PostgreSQL it may come between."""
    desk = Desk(url, "clerk").open()

    def upgraded_meanwhile(work: Work) -> None:
        increment(work)
        raise_schema(desk)

    with pytest.raises(Unavailable, match="newer than this program's"):
        desk.run(upgraded_meanwhile)
    raise_schema(desk, SCHEMA_VERSION)
    assert desk.run(increment) == 2
    desk.close()


def test_an_older_schema_is_refused_naming_the_upgrade(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    with pytest.raises(Unavailable, match="run `orderdesk db upgrade`"):
        Desk(url, "clerk").open()


def raise_schema(desk: Desk, version: int = SCHEMA_VERSION + 1) -> None:
    """Do what a newer program's upgrade does to the schema's number."""
    connection = desk.database.connect()
    if desk.database.dialect.name == "sqlite":
        connection.execute(f"PRAGMA user_version = {version}")
    else:
        connection.execute("UPDATE schema_version SET version = %s", (version,))
    connection.close()


def test_a_file_carries_the_desks_mark(sqlite_url: str) -> None:
    connection = Desk(sqlite_url, "clerk").database.connect()
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    connection.close()
