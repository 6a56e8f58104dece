"""Copies of a SQLite database: made whole while the desk goes on, and put back.

A copy is made by SQLite's own backup, page by page from one snapshot, under another name; it
takes its own name when it has been examined. `cp` would miss what still stands in the log.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from orderdesk.domain.doctor import DATABASE, Broken
from orderdesk.domain.errors import Refused, Unavailable
from orderdesk.domain.upkeep import BackupView, RestoreView
from orderdesk.store import files
from orderdesk.store.engine import SCHEMA_VERSION, Database, check_schema
from orderdesk.store.files import INDEX, LOG, ROLLBACK
from orderdesk.store.integrity import WHOLE
from orderdesk.store.readonly import ReadOnlyDatabase
from orderdesk.store.sqlite import SqliteDatabase
from orderdesk.store.sqlite_file import SqliteFile, journal, pragma
from orderdesk.store.turns import Turns

Laws = Callable[[Database], Sequence[Broken]]
"""Examines a whole database; the doctor's, given by whoever calls, for it stands on services."""

Progress = Callable[[int, int], None]
"""Is told how many pages are done, and of how many."""

_WITHOUT_LOG: Final = b"\x01"
"""The write version in a file's head (its byte 18) where changes go through a rollback journal."""

_STEP: Final = 2_000
"""Pages copied at a time, 8 MiB; between two steps the progress is told."""
_WAIT: Final = 500
"""Milliseconds to wait for others to leave a file that is to be replaced."""


def backup(
    database: Database, file: Path, *, laws: Laws | None = None, progress: Progress | None = None
) -> BackupView:
    """Copy the database as it is now to a new file, and examine the copy.

    Desks go on reading and writing meanwhile. Raises Refused for PostgreSQL, naming its own
    tool, and Unavailable where the file is there already, cannot be made, or comes out damaged.
    """
    source = _sqlite(
        database, "back it up with `pg_dump --format=custom --file={file} {url}`", file
    )
    schema = _company(source)
    with files.making(file) as new:
        _copy(source, new, progress)
        broken = _examine(new, file, laws)
        files.put_in_place(new, file)
    return BackupView(
        file=str(file), bytes=file.stat().st_size, schema=schema, broken=tuple(broken)
    )


def restore(
    database: Database, file: Path, *, laws: Laws | None = None, progress: Progress | None = None
) -> RestoreView:
    """Put a backup in the database's place, and keep what stood there beside it.

    Raises Unavailable where the backup is not a company's, is damaged or newer than this
    program, and where another desk has the database open; Refused for PostgreSQL.
    """
    target = _sqlite(database, "restore it with `pg_restore --dbname={url} {file}`", file)
    if target.read_only:
        raise Refused("read_only", "a restore writes; leave out --read-only")
    path = target.path
    source = ReadOnlyDatabase(file, without_log=_keeps_no_log(file))
    schema = _company(source)
    if schema > SCHEMA_VERSION:
        check_schema(schema, str(file))
    if path.exists() and os.path.samefile(path, file):
        raise Refused("same_file", f"{file} is the database itself; name a backup of it")
    files.refuse_share(path)
    target.close()
    with files.making(path) as new:
        _copy(source, new, progress)
        broken = _examine(new, file, laws)
        with _alone(target.file):
            kept = _set_aside(path, new)
            os.replace(new, path)
            files.sync_folder(path)
    return RestoreView(
        database=str(target.file.named),
        file=str(file),
        schema=schema,
        kept=None if kept is None else str(kept),
        broken=tuple(broken),
    )


def _keeps_no_log(file: Path) -> bool:
    """Tell by a file's head that it has no log: one that lies beside it is another file's.

    SQLite would take such a log in all the same, and undo what the file holds.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(19)[18:] == _WITHOUT_LOG
    except OSError:
        return False


def _sqlite(database: Database, cure: str, file: Path) -> SqliteDatabase:
    if not isinstance(database, SqliteDatabase):
        raise Refused(
            "not_sqlite",
            f"{database.url} is not a file; " + cure.format(file=file, url=database.url),
        )
    return database


def _company(database: SqliteDatabase) -> int:
    """Give the schema of a company's file; raise Unavailable for any other."""
    schema = database.schema_version()
    if schema is None:
        check_schema(None, str(database.file.named))
        raise AssertionError("unreachable")
    return schema


def _copy(source: SqliteDatabase, new: Path, progress: Progress | None) -> None:
    """Copy one snapshot of a database into an empty file."""

    def told(_: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(total - remaining, total)

    copy = SqliteFile(new)
    with source.file.saying(), source.snapshot() as connection:
        # A snapshot begins with its first read; held, it keeps the copy from beginning anew.
        pragma(connection, "user_version")
        with copy.saying(), closing(copy.open("mode=rw", journal)) as target:
            connection.backup(target, pages=_STEP, progress=told)
            # One file without a log beside it, that can be read from anywhere.
            target.execute("PRAGMA journal_mode = DELETE")


def _examine(new: Path, file: Path, laws: Laws | None) -> Sequence[Broken]:
    """Give what breaks a law in a copy; raise Unavailable where it is damaged."""
    copy = ReadOnlyDatabase(new)
    broken = (laws or sound)(copy)
    copy.close()
    damage = [each for each in broken if each.law == DATABASE and each.table == WHOLE]
    if damage:
        raise Unavailable(
            "damaged",
            f"the copy for {file} is damaged ({damage[0].message}); nothing was kept: run "
            "`orderdesk doctor` on the database",
            findings=[each.message for each in damage],
        )
    return broken


def sound(database: Database) -> list[Broken]:
    """Give what SQLite itself finds wrong in a file: pages, and rows without their parents."""
    if not isinstance(database, SqliteDatabase):
        return []
    with database.file.saying(), database.snapshot() as connection:
        words = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        found = [Broken(DATABASE, word, WHOLE, "", word, "ok") for word in words if word != "ok"]
        for table, key, parent, _ in connection.execute("PRAGMA foreign_key_check"):
            message = f"a row of {table} refers to a row of {parent} that is not there"
            found.append(Broken(DATABASE, message, table, str(key), "", parent))
        return found


@contextmanager
def _alone(file: SqliteFile) -> Iterator[None]:
    """Keep every other desk out of a file, whatever state it is in, if it is there at all.

    Raises Unavailable where somebody has it open, Busy where a writer does not end.
    """
    turns = Turns(file.path)
    connection = None
    try:
        with turns.turn():
            if os.path.lexists(file.path):
                connection = _locked(file)
            yield
    finally:
        if connection is not None:
            connection.close()
        turns.close()


def _locked(file: SqliteFile) -> Any:
    """Give a connection that holds the file alone, its log taken in; None for a ruined file."""
    files.identity(file.path, empty=True)
    connection = None
    try:
        connection = file.open("mode=rw", lambda new: new.execute(f"PRAGMA busy_timeout = {_WAIT}"))
        # Only the last one out of a log can take it in.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")
    except (file.module.Error, Unavailable) as error:
        if connection is not None:
            connection.close()
        if file.is_passing(error):
            raise Unavailable(
                "in_use",
                f"{file.named} is open at another desk; close every desk on it and try again",
                path=str(file.named),
            ) from error
        return None
    try:
        file.schema_version(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_aside(path: Path, new: Path) -> Path | None:
    """Give the old file a second name, and take away what would be read into the new one."""
    if not os.path.lexists(path):
        for end in (LOG, INDEX, ROLLBACK):
            path.with_name(path.name + end).unlink(missing_ok=True)
        return None
    kept = _free_name(path)
    shutil.copymode(path, new)
    with contextlib.suppress(PermissionError):
        owner = path.stat()
        os.chown(new, owner.st_uid, owner.st_gid)
    os.link(path, kept)
    for end in (LOG, INDEX, ROLLBACK):
        with contextlib.suppress(FileNotFoundError):
            os.replace(f"{path}{end}", f"{kept}{end}")
    return kept


def _free_name(path: Path) -> Path:
    kept = path.with_name(path.name + ".before-restore")
    number = 1
    while os.path.lexists(kept):
        number += 1
        kept = path.with_name(f"{path.name}.before-restore-{number}")
    return kept
