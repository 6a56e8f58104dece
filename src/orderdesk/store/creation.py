"""Making a new company's database: whole, or not at all."""

from __future__ import annotations

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
        _create_file(target.file.named, found)
        return
    if target.schema_version() is not None and _is_founded(target):
        target.close()
        raise Unavailable(
            "company_exists", f"{target.url} holds a company already; name another place"
        )
    schema.upgrade(target)
    found(target)
    target.close()


def _is_founded(target: Database) -> bool:
    """Tell a company from the bare schema that a killed start has left."""
    connection = target.connect()
    try:
        return connection.execute("SELECT id FROM company").fetchone() is not None
    finally:
        connection.close()


def _create_file(path: Path, found: Callable[[Database], None]) -> None:
    files.refuse_share(path)
    files.refuse_existing(path)
    with files.making(path) as making:
        new = SqliteDatabase(making, fresh=True)
        schema.upgrade(new)
        found(new)
        new.close()
        files.put_in_place(making, path)
