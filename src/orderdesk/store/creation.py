"""Making a new company's database: whole, or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from orderdesk.domain.errors import Unavailable
from orderdesk.store import files, schema
from orderdesk.store.engine import Database, database
from orderdesk.store.sqlite import SqliteDatabase


def create(where: str | Path, found: Callable[[Database], None]) -> None:
    """Make the schema at a URL or file, and let `found` put the company's first rows into it.

    A SQLite file is made under another name and takes its own only when it is complete, so that
    a killed start leaves nothing that looks like a company. Raises Unavailable where something
    stands there already.
    """
    target = database(where)
    if isinstance(target, SqliteDatabase):
        _create_file(target.path, found)
        return
    if target.schema_version() is not None:
        raise Unavailable("company_exists", f"{target.url} holds a company already")
    schema.upgrade(target)
    found(target)
    target.close()


def _create_file(path: Path, found: Callable[[Database], None]) -> None:
    if path.exists():
        raise Unavailable(
            "file_exists", f"{path} is there already; nothing was made", path=str(path)
        )
    making = path.with_name(f".{path.name}.{os.getpid()}-new")
    _remove(making)
    files.create(making)
    try:
        new = SqliteDatabase(making, fresh=True)
        schema.upgrade(new)
        found(new)
        new.close()
        os.link(making, path)
    except FileExistsError:
        raise Unavailable(
            "file_exists", f"{path} was made by somebody else meanwhile", path=str(path)
        ) from None
    finally:
        _remove(making)


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal", "-queue"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + end).unlink()
